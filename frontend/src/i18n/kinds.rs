//! What a file is, and what to do with it where a checkpoint should be.

use atheria_shared::sniff::Kind;

use super::Lang;

/// What it is, with its article: `a picture`.
pub fn kind(lang: Lang, kind: Kind) -> &'static str {
    match kind {
        Kind::Zip => lang.pick("a zip archive", "un archivo zip"),
        Kind::ZipCheckpoint => lang.pick("a PyTorch checkpoint", "un punto de control de PyTorch"),
        Kind::Pickle => lang.pick("a pickle", "un pickle"),
        Kind::Safetensors => lang.pick("a safetensors file", "un archivo safetensors"),
        Kind::TorchScript => lang.pick("a TorchScript", "un TorchScript"),
        Kind::Npz => lang.pick("an .npz of numpy arrays", "un .npz de matrices de numpy"),
        Kind::Npy => lang.pick("an .npy array of numpy", "una matriz .npy de numpy"),
        Kind::OtherZip => lang.pick(
            "a zip archive that torch.save did not write",
            "un archivo zip que no escribió torch.save",
        ),
        Kind::EmptyZip => lang.pick("an empty zip archive", "un archivo zip vacío"),
        Kind::Gzip => lang.pick("a gzip file", "un archivo gzip"),
        Kind::Bzip2 => lang.pick("a bzip2 file", "un archivo bzip2"),
        Kind::Xz => lang.pick("an xz file", "un archivo xz"),
        Kind::Zstandard => lang.pick("a zstd file", "un archivo zstd"),
        Kind::SevenZip => lang.pick("a 7z archive", "un archivo 7z"),
        Kind::Rar => lang.pick("a RAR archive", "un archivo RAR"),
        Kind::Tar => lang.pick("a tar archive", "un archivo tar"),
        Kind::LfsPointer => lang.pick(
            "a Git LFS pointer and not the file",
            "un puntero de Git LFS y no el archivo",
        ),
        Kind::Html => lang.pick("an HTML page", "una página HTML"),
        Kind::Json => lang.pick("a JSON document", "un documento JSON"),
        Kind::Text => lang.pick("a text", "un texto"),
        Kind::Hdf5 => lang.pick("an HDF5 file", "un archivo HDF5"),
        Kind::Gguf => lang.pick("a GGUF file", "un archivo GGUF"),
        Kind::Onnx => lang.pick("an ONNX model", "un modelo ONNX"),
        Kind::Picture => lang.pick("a picture", "una imagen"),
        Kind::Pdf => lang.pick("a PDF document", "un documento PDF"),
        Kind::AppleDouble => lang.pick(
            "a file that macOS keeps beside another",
            "un archivo que macOS guarda junto a otro",
        ),
        Kind::Zeros => lang.pick("nothing but zeros", "solo ceros"),
        Kind::Empty => lang.pick("an empty file", "un archivo vacío"),
        Kind::Unknown => lang.pick("nothing that is known here", "algo que aquí no se conoce"),
    }
}

/// What to do with it.
pub fn advice(lang: Lang, kind: Kind) -> &'static str {
    match kind {
        Kind::Zip | Kind::ZipCheckpoint | Kind::Pickle | Kind::Safetensors => lang.pick(
            "Save it again with torch.save.",
            "Vuelve a guardarlo con torch.save.",
        ),
        Kind::TorchScript => lang.pick(
            "It is run as a whole, not read for its weights: give it the ending .pt, and start ath serve with --trust-torchscript.",
            "Se ejecuta entero, no se leen sus pesos: dale la extensión .pt e inicia ath serve con --trust-torchscript.",
        ),
        Kind::Npz | Kind::Npy => lang.pick(
            "As the state of a world, give it as starting matter; weights as arrays become tensors with torch.from_numpy.",
            "Si es el estado de un mundo, indícalo como materia inicial; si son pesos, pásalos a tensores con torch.from_numpy.",
        ),
        Kind::OtherZip | Kind::EmptyZip => lang.pick(
            "If the checkpoint is inside it, unpack it.",
            "Si el punto de control está dentro, descomprímelo.",
        ),
        Kind::Gzip => lang.pick("Unpack it with gunzip.", "Descomprímelo con gunzip."),
        Kind::Bzip2 => lang.pick("Unpack it with bunzip2.", "Descomprímelo con bunzip2."),
        Kind::Xz => lang.pick("Unpack it with unxz.", "Descomprímelo con unxz."),
        Kind::Zstandard => lang.pick("Unpack it with unzstd.", "Descomprímelo con unzstd."),
        Kind::SevenZip => lang.pick("Unpack it with 7z x.", "Descomprímelo con 7z x."),
        Kind::Rar => lang.pick("Unpack it with unrar x.", "Descomprímelo con unrar x."),
        Kind::Tar => lang.pick("Unpack it with tar xf.", "Descomprímelo con tar xf."),
        Kind::LfsPointer => lang.pick(
            "Fetch the file itself with git lfs pull.",
            "Descarga el propio archivo con git lfs pull.",
        ),
        Kind::Html => lang.pick(
            "The download failed: fetch the file again, logged in where that is needed.",
            "La descarga falló: vuelve a descargar el archivo, con la sesión iniciada si hace falta.",
        ),
        Kind::Json | Kind::Text | Kind::Picture | Kind::Pdf | Kind::Unknown => lang.pick(
            "Put the file that torch.save wrote in its place.",
            "Pon en su lugar el archivo que escribió torch.save.",
        ),
        Kind::Hdf5 | Kind::Gguf | Kind::Onnx => lang.pick(
            "Load it in Python and save the law's state_dict() with torch.save.",
            "Cárgalo en Python y guarda el state_dict() de la ley con torch.save.",
        ),
        Kind::AppleDouble => lang.pick(
            "Delete it: the file is the one without the leading `._`.",
            "Bórralo: el archivo es el que no lleva `._` al principio.",
        ),
        Kind::Zeros | Kind::Empty => lang.pick(
            "Copy it again, or take an earlier one: the disk may have been full.",
            "Vuelve a copiarlo, o toma uno anterior: quizá el disco estaba lleno.",
        ),
    }
}
