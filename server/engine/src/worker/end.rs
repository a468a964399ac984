//! The process's end, which must not depend on what libtorch is doing.

use std::time::Duration;

/// How long the libraries' own clean-up may take.
const CLEAN_UP: Duration = Duration::from_millis(500);

/// Ends the process, without what it was writing: in an orderly way, or after [`CLEAN_UP`] in any.
pub(super) fn now(status: i32) -> ! {
    crate::durable::remove_all();
    let last_resort = std::thread::Builder::new()
        .name("last resort".to_owned())
        .spawn(|| {
            std::thread::sleep(CLEAN_UP);
            std::process::abort();
        });
    if last_resort.is_err() {
        std::process::abort();
    }
    std::process::exit(status)
}
