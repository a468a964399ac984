//! What a file is by its first bytes, and what to do with one that is none of those that are read.
//!
//! Only bytes and names: whoever has the file reads its start, its end, and the names in it. A wrong guess does no
//! harm: what is guessed to be a checkpoint is read to its end, and refused there if it is none.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits::SAFETENSORS_HEADER_BYTES;

/// As many first bytes are needed.
pub const START_BYTES: usize = 512;
/// As many last bytes are needed to find a zip archive's end, which carries a comment of up to 64 KiB.
pub const END_BYTES: usize = (1 << 16) + 22;

/// Where a tar archive says that it is one, and how.
const TAR_MARK: (usize, &[u8]) = (257, b"ustar");
/// What a zip archive's directory ends with.
const ZIP_END: &[u8] = b"PK\x05\x06";

/// Kinds by their first bytes, where those are enough.
const MARKS: [(&[u8], Kind); 17] = [
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::EmptyZip),
    (b"\x1f\x8b", Kind::Gzip),
    (b"BZh", Kind::Bzip2),
    (b"\xfd7zXZ\0", Kind::Xz),
    (b"\x28\xb5\x2f\xfd", Kind::Zstandard),
    (b"7z\xbc\xaf\x27\x1c", Kind::SevenZip),
    (b"Rar!\x1a\x07", Kind::Rar),
    (b"\x93NUMPY", Kind::Npy),
    (b"\x89HDF\r\n\x1a\n", Kind::Hdf5),
    (b"GGUF", Kind::Gguf),
    (b"version https://git-lfs", Kind::LfsPointer),
    (b"\x89PNG\r\n\x1a\n", Kind::Picture),
    (b"\xff\xd8\xff", Kind::Picture),
    (b"%PDF-", Kind::Pdf),
    (b"\x00\x05\x16\x07", Kind::AppleDouble),
    // An ONNX model is a protobuf message: its version (1 to 15), then the name of what wrote it.
    (b"\x08", Kind::Onnx),
];

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A zip archive; [`zip_kind`] tells more once its names are known.
    Zip,
    /// A checkpoint as PyTorch writes it since 1.6.
    ZipCheckpoint,
    /// Pickles one after the other, as PyTorch wrote a checkpoint before 1.6; or a pickle by itself.
    Pickle,
    /// Tensors as the safetensors library writes them.
    Safetensors,
    /// A TorchScript archive.
    TorchScript,
    /// Several arrays of numpy.
    Npz,
    /// One array of numpy.
    Npy,
    /// A zip archive that holds something else.
    OtherZip,
    /// A zip archive without anything in it.
    EmptyZip,
    /// Compressed by gzip.
    Gzip,
    /// Compressed by bzip2.
    Bzip2,
    /// Compressed by xz.
    Xz,
    /// Compressed by zstd.
    Zstandard,
    /// An archive of 7-Zip.
    SevenZip,
    /// An archive of RAR.
    Rar,
    /// An archive of tar.
    Tar,
    /// What Git keeps in place of a large file.
    LfsPointer,
    /// A page of the web, as a download that asked for a login leaves it.
    Html,
    /// A JSON document.
    Json,
    /// Any other text.
    Text,
    /// A Keras model, or another HDF5 file.
    Hdf5,
    /// Weights of a language model.
    Gguf,
    /// A model in the exchange format ONNX.
    Onnx,
    /// A PNG or a JPEG.
    Picture,
    /// A document.
    Pdf,
    /// What macOS keeps beside a file on a foreign disk.
    AppleDouble,
    /// Nothing but zeros.
    Zeros,
    /// No bytes at all.
    Empty,
    /// Nothing that is known.
    Unknown,
}

/// What a file is, by its first bytes: [`START_BYTES`] of them, or as many as it has.
pub fn kind(start: &[u8]) -> Kind {
    if start.is_empty() {
        return Kind::Empty;
    }
    if start.iter().all(|&byte| byte == 0) {
        return Kind::Zeros;
    }
    let (at, mark) = TAR_MARK;
    if start.get(at..).is_some_and(|rest| rest.starts_with(mark)) {
        return Kind::Tar;
    }
    if is_safetensors(start) {
        return Kind::Safetensors;
    }
    for (mark, kind) in MARKS {
        let fits = match kind {
            Kind::Onnx => matches!(start, [8, 1..16, 0x12, ..]),
            _ => start.starts_with(mark),
        };
        if fits {
            return kind;
        }
    }
    if is_pickle(start) {
        return Kind::Pickle;
    }
    text_kind(start).unwrap_or(Kind::Unknown)
}

/// What a zip archive is by the names in it, the first one first.
pub fn zip_kind<'a>(names: impl IntoIterator<Item = &'a str>) -> Kind {
    let (mut count, mut arrays) = (0_usize, 0_usize);
    let (mut pickle, mut code) = (false, false);
    for name in names {
        // PyTorch puts everything into one folder.
        let inside = name.split_once('/').map_or(name, |(_, inside)| inside);
        pickle |= inside == "data.pkl";
        code |= inside == "constants.pkl" || inside.starts_with("code/");
        arrays += usize::from(name.strip_suffix(".npy").is_some());
        count += 1;
    }
    match (code, pickle) {
        (true, _) => Kind::TorchScript,
        (false, true) => Kind::ZipCheckpoint,
        (false, false) if count == 0 => Kind::EmptyZip,
        (false, false) if count == arrays => Kind::Npz,
        (false, false) => Kind::OtherZip,
    }
}

/// Whether a zip archive's end is among its last bytes (up to [`END_BYTES`]): one that lacks it was cut off, or is still
/// being written.
pub fn has_zip_end(end: &[u8]) -> bool {
    end.windows(ZIP_END.len()).any(|window| window == ZIP_END)
}

/// Eight bytes that give the header's length, then a JSON object.
fn is_safetensors(start: &[u8]) -> bool {
    let Some((length, [b'{', ..])) = start.split_first_chunk::<8>() else {
        return false;
    };
    (2..=SAFETENSORS_HEADER_BYTES).contains(&u64::from_le_bytes(*length))
}

/// The first two bytes of protocols 2 to 5; a line of an older one.
fn is_pickle(start: &[u8]) -> bool {
    match start {
        [0x80, 2..=5, ..]
        // A mark and what is made from it.
        | [b'(', b'd' | b'l' | b't' | b'i' | b'c' | b'S' | b'V' | b'I' | b'X' | b'U', ..]
        // An empty container and its place in the memo.
        | [b'}' | b']' | b')', b'q' | b'p' | b'.' | b'(', ..] => true,
        [b'c', rest @ ..] => {
            // `cmodule\nname\n`
            let mut lines = rest.split(|&byte| byte == b'\n');
            let name = |line: Option<&[u8]>| {
                line.is_some_and(|line| {
                    !line.is_empty()
                        && line
                            .iter()
                            .all(|&byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte))
                })
            };
            name(lines.next()) && name(lines.next())
        }
        _ => false,
    }
}

fn text_kind(start: &[u8]) -> Option<Kind> {
    // UTF-16 says so; UTF-8 may be cut within a character.
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        return Some(Kind::Text);
    }
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(start.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\x0c' | '\x1b'))
    {
        return None;
    }
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let begins = |with: &str| {
        text.get(..with.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(with))
    };
    Some(
        if ["<!doctype", "<html", "<head", "<?xml", "<!--"]
            .into_iter()
            .any(begins)
        {
            Kind::Html
        } else if text.starts_with(['{', '[']) {
            Kind::Json
        } else {
            Kind::Text
        },
    )
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 29] = [
        Self::Zip,
        Self::ZipCheckpoint,
        Self::Pickle,
        Self::Safetensors,
        Self::TorchScript,
        Self::Npz,
        Self::Npy,
        Self::OtherZip,
        Self::EmptyZip,
        Self::Gzip,
        Self::Bzip2,
        Self::Xz,
        Self::Zstandard,
        Self::SevenZip,
        Self::Rar,
        Self::Tar,
        Self::LfsPointer,
        Self::Html,
        Self::Json,
        Self::Text,
        Self::Hdf5,
        Self::Gguf,
        Self::Onnx,
        Self::Picture,
        Self::Pdf,
        Self::AppleDouble,
        Self::Zeros,
        Self::Empty,
        Self::Unknown,
    ];

    /// Whether weights are read from such a file.
    pub fn is_checkpoint(self) -> bool {
        matches!(
            self,
            Self::Zip | Self::ZipCheckpoint | Self::Pickle | Self::Safetensors
        )
    }

    /// What to do with a file that is such a thing where a checkpoint should be.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Zip | Self::ZipCheckpoint | Self::Pickle | Self::Safetensors => {
                "if it does not open, save it again with torch.save"
            }
            Self::TorchScript => {
                "it is run as a whole, not read for its weights: give it the ending .pt, and use --trust-torchscript"
            }
            Self::Npz | Self::Npy => {
                "a state of a world is given with --init; weights as arrays are turned to tensors with torch.from_numpy and saved with torch.save"
            }
            Self::OtherZip | Self::EmptyZip => "if the checkpoint is inside it, unpack it",
            Self::Gzip => "unpack it with gunzip",
            Self::Bzip2 => "unpack it with bunzip2",
            Self::Xz => "unpack it with unxz",
            Self::Zstandard => "unpack it with unzstd",
            Self::SevenZip => "unpack it with 7z x",
            Self::Rar => "unpack it with unrar x",
            Self::Tar => {
                "unpack it with tar xf; if PyTorch before 0.1.10 wrote it, open it there and save it again"
            }
            Self::LfsPointer => "fetch the file itself with git lfs pull",
            Self::Html => "the download failed: fetch the file again, logged in where that is needed",
            Self::Json | Self::Text | Self::Picture | Self::Pdf | Self::Unknown => {
                "give the file that torch.save wrote"
            }
            Self::Hdf5 | Self::Gguf | Self::Onnx => {
                "load it in Python and save the law's state_dict() with torch.save"
            }
            Self::AppleDouble => "delete it: the file is the one without the leading ._",
            Self::Zeros => "as after a power cut or on a full disk: copy it again, or take an earlier one",
            Self::Empty => "as on a full disk: copy it again, or take an earlier one",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zip => "a zip archive",
            Self::ZipCheckpoint => "a PyTorch checkpoint",
            Self::Pickle => "a pickle",
            Self::Safetensors => "a safetensors file",
            Self::TorchScript => "a TorchScript",
            Self::Npz => "an .npz of numpy arrays",
            Self::Npy => "an .npy array of numpy",
            Self::OtherZip => "a zip archive that torch.save did not write",
            Self::EmptyZip => "an empty zip archive",
            Self::Gzip => "a gzip file",
            Self::Bzip2 => "a bzip2 file",
            Self::Xz => "an xz file",
            Self::Zstandard => "a zstd file",
            Self::SevenZip => "a 7z archive",
            Self::Rar => "a RAR archive",
            Self::Tar => "a tar archive",
            Self::LfsPointer => "a Git LFS pointer and not the file",
            Self::Html => "an HTML page",
            Self::Json => "a JSON document",
            Self::Text => "a text",
            Self::Hdf5 => "an HDF5 file",
            Self::Gguf => "a GGUF file",
            Self::Onnx => "an ONNX model",
            Self::Picture => "a picture",
            Self::Pdf => "a PDF document",
            Self::AppleDouble => "a file that macOS keeps beside another",
            Self::Zeros => "nothing but zeros",
            Self::Empty => "an empty file",
            Self::Unknown => "nothing that is known here",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_first_bytes() {
        let mut tar = vec![b'x'; START_BYTES];
        tar[257..262].copy_from_slice(b"ustar");
        let mut lies = b"\xff\xff\xff\xff\0\0\0\0{".to_vec();
        lies.resize(40, b' ');
        for (start, expected) in [
            (b"".as_slice(), Kind::Empty),
            (&[0; START_BYTES], Kind::Zeros),
            (&tar, Kind::Tar),
            (b"PK\x03\x04\0\0", Kind::Zip),
            (b"PK\x05\x06\0\0", Kind::EmptyZip),
            (b"\x1f\x8b\x08\0", Kind::Gzip),
            (b"\x80\x02\x8a\x0al\xfc", Kind::Pickle),
            (b"\x80\x05\x95", Kind::Pickle),
            (b"cos\nsystem\n(S'ls'\ntR.", Kind::Pickle),
            (b"(dp0\nS'a'\n", Kind::Pickle),
            (b"\x08\0\0\0\0\0\0\0{\"a\":{}}", Kind::Safetensors),
            (&lies, Kind::Unknown),
            (b"\x93NUMPY\x01\0", Kind::Npy),
            (
                b"version https://git-lfs.github.com/spec/v1\noid",
                Kind::LfsPointer,
            ),
            (b"\n  <!DOCTYPE html><html>", Kind::Html),
            (b"<?xml version='1.0'?><Error>AccessDenied", Kind::Html),
            (b"\xef\xbb\xbf{\"a\": 1}", Kind::Json),
            (b"{\"a\": 1}", Kind::Json),
            (b"checkpoints are elsewhere, \xc3", Kind::Text),
            (b"\x08\x08\x12\x07pytorch", Kind::Onnx),
            (b"\x89HDF\r\n\x1a\n", Kind::Hdf5),
            (b"\x28\xb5\x2f\xfd", Kind::Zstandard),
            (b"\x00\x05\x16\x07\x00\x02", Kind::AppleDouble),
            (b"\x01\x02\x03\xff", Kind::Unknown),
        ] {
            assert_eq!(kind(start), expected, "{start:?}");
        }
    }

    #[test]
    fn a_zip_archive_is_known_by_its_names() {
        for (names, expected) in [
            (
                ["archive/data.pkl", "archive/version"].as_slice(),
                Kind::ZipCheckpoint,
            ),
            (
                &["law/data.pkl", "law/code/__torch__.py", "law/constants.pkl"],
                Kind::TorchScript,
            ),
            (&["psi.npy", "memory.npy"], Kind::Npz),
            (&["folder/checkpoint_ep1.pth"], Kind::OtherZip),
            (&["psi.npy", "read me.txt"], Kind::OtherZip),
            (&[], Kind::EmptyZip),
        ] {
            assert_eq!(zip_kind(names.iter().copied()), expected, "{names:?}");
        }
    }

    #[test]
    fn every_kind_that_is_not_read_says_what_to_do() {
        for (_, kind) in MARKS {
            assert!(!kind.advice().is_empty() && !kind.to_string().is_empty());
            assert_eq!(kind.is_checkpoint(), kind == Kind::Zip, "{kind}");
        }
    }

    #[test]
    fn a_zip_archive_without_its_end_is_told() {
        assert!(has_zip_end(b"...PK\x05\x06\0\0\0\0"));
        assert!(!has_zip_end(b"PK\x03\x04......PK\x01\x02"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_of_a_kind(start in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..64)) {
            let found = kind(&start);
            proptest::prop_assert!(!found.to_string().is_empty());
        }
    }
}
