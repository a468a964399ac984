//! Links libtorch into this crate's own binaries: tch's link arguments do not reach a dependent. Without them
//! libtorch is not found at run time, and CUDA is silently not linked. Also notes libtorch's version.

use std::fs;
use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let Ok(lib) = std::env::var("DEP_TCH_LIBTORCH_LIB") else {
        println!("cargo:error=torch-sys did not say where libtorch is; it must be a direct dependency");
        return;
    };
    println!("cargo:rustc-link-arg=-Wl,-rpath,{lib}");
    println!("cargo:rustc-link-arg=-Wl,--no-as-needed");
    println!("cargo:rustc-link-arg=-ltorch"); // a stub that needs libtorch_cuda.so where there is one
    let version = torch_version(Path::new(&lib)).unwrap_or_else(|| "2.11.0".to_owned());
    println!("cargo:rustc-env=ATHERIA_TORCH_VERSION={version}");
}

/// A wheel says it in `version.py`, a libtorch archive in `build-version`; the local part (`+cu130`) stays.
fn torch_version(lib: &Path) -> Option<String> {
    let root = lib.parent()?;
    if let Ok(text) = fs::read_to_string(root.join("build-version")) {
        return Some(text.trim().to_owned());
    }
    let text = fs::read_to_string(root.join("version.py")).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("__version__ = "))?;
    Some(line.trim().trim_matches(['\'', '"']).to_owned())
}
