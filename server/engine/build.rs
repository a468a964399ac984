//! Links libtorch into this crate's own binaries: tch's link arguments do not reach a dependent. Without them
//! libtorch is not found at run time, and CUDA is silently not linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let Ok(lib) = std::env::var("DEP_TCH_LIBTORCH_LIB") else {
        println!("cargo:error=torch-sys did not say where libtorch is; it must be a direct dependency");
        return;
    };
    println!("cargo:rustc-link-arg=-Wl,-rpath,{lib}");
    println!("cargo:rustc-link-arg=-Wl,--no-as-needed");
    println!("cargo:rustc-link-arg=-ltorch"); // a stub that needs libtorch_cuda.so where there is one
}
