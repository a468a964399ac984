//! What the CUDA runtime that libtorch brought says of the driver: its versions and its error, which libtorch itself only puts
//! into a warning.
//!
//! Looked up in this process by name: a libtorch without CUDA has none of it. For [`super::probe`] alone, which may hang or abort.
#![expect(unsafe_code, reason = "the runtime is a C library without a Rust face")]

use std::ffi::{CStr, c_char, c_int, c_void};

use atheria_shared::cuda::CudaVersion;

/// `cudaErrorInsufficientDriver`: no driver, or one that is too old.
const INSUFFICIENT_DRIVER: c_int = 35;
/// `cudaErrorNoDevice`
const NO_DEVICE: c_int = 100;
/// Bytes of a PCI address, "0000:3b:00.0", with room to spare.
const PCI_BYTES: usize = 32;

/// What the runtime answers when it is asked for devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Devices {
    /// There are so many.
    Found(u32),
    /// There is no device, or no driver.
    Missing,
    /// There is a driver, and it is too old.
    TooOld,
    /// Something else, in its own words.
    Refused(String),
}

unsafe extern "C" {
    fn dlsym(handle: *mut c_void, symbol: *const c_char) -> *mut c_void;
}

/// Of a function `int name(int *answer)`: what it returns, and its answer; none where there is no such function.
fn ask(name: &CStr) -> Option<(c_int, c_int)> {
    // SAFETY: the name ends with a NUL, and a null handle stands for every library that is loaded.
    let place = unsafe { dlsym(std::ptr::null_mut(), name.as_ptr()) };
    if place.is_null() {
        return None;
    }
    // SAFETY: every name that is asked for here is that of a function of the runtime with this signature.
    let function: extern "C" fn(*mut c_int) -> c_int = unsafe { std::mem::transmute(place) };
    let mut answer = 0;
    let status = function(&raw mut answer);
    Some((status, answer))
}

/// Asks for devices: this is where a driver hangs or aborts. None: the runtime is not one of these libraries.
pub(super) fn devices() -> Option<Devices> {
    let (status, count) = ask(c"cudaGetDeviceCount")?;
    Some(match status {
        0 => u32::try_from(count)
            .ok()
            .filter(|&count| count > 0)
            .map_or(Devices::Missing, Devices::Found),
        NO_DEVICE => Devices::Missing,
        INSUFFICIENT_DRIVER if driver_version().is_none() => Devices::Missing,
        INSUFFICIENT_DRIVER => Devices::TooOld,
        status => Devices::Refused(words(status)),
    })
}

/// The newest CUDA that the driver speaks; none without a driver.
pub(super) fn driver_version() -> Option<CudaVersion> {
    version(c"cudaDriverGetVersion")
}

/// The CUDA of the runtime itself.
pub(super) fn runtime_version() -> Option<CudaVersion> {
    version(c"cudaRuntimeGetVersion")
}

fn version(name: &CStr) -> Option<CudaVersion> {
    let (status, version) = ask(name)?;
    let version = u32::try_from(version).ok().filter(|&version| version > 0)?;
    (status == 0).then_some(CudaVersion(version))
}

/// An error in the runtime's words.
fn words(status: c_int) -> String {
    // SAFETY: as in `ask`.
    let place = unsafe { dlsym(std::ptr::null_mut(), c"cudaGetErrorString".as_ptr()) };
    if place.is_null() {
        return format!("CUDA error {status}");
    }
    // SAFETY: it is `const char *cudaGetErrorString(cudaError_t)`.
    let function: extern "C" fn(c_int) -> *const c_char = unsafe { std::mem::transmute(place) };
    let text = function(status);
    if text.is_null() {
        return format!("CUDA error {status}");
    }
    // SAFETY: it is a text of the runtime's own, which ends with a NUL and stays for as long as the runtime does.
    let text = unsafe { CStr::from_ptr(text) };
    format!("{} (CUDA error {status})", text.to_string_lossy())
}

/// The PCI address of the first device: "0000:3b:00.0".
pub(super) fn pci_address() -> Option<String> {
    // SAFETY: as in `ask`.
    let place = unsafe { dlsym(std::ptr::null_mut(), c"cudaDeviceGetPCIBusId".as_ptr()) };
    if place.is_null() {
        return None;
    }
    // SAFETY: it is `cudaError_t cudaDeviceGetPCIBusId(char *text, int bytes, int device)`.
    let function: extern "C" fn(*mut c_char, c_int, c_int) -> c_int = unsafe { std::mem::transmute(place) };
    let mut text = [0_u8; PCI_BYTES];
    let status = function(text.as_mut_ptr().cast(), PCI_BYTES as c_int, 0);
    let text = CStr::from_bytes_until_nul(&text).ok()?.to_str().ok()?;
    (status == 0).then(|| text.to_ascii_lowercase())
}
