//! The page itself: components over the logic of the library, and what only a browser can do.

mod browser;
mod page;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(page::Page);
}
