//! Archives of every architecture in both boundaries, by their bytes; that libtorch runs them is the engine's to test.

use std::io::{Cursor, Read};

use atheria_law::{Law, seeded_tensors};
use atheria_shared::law::LawParams;
use atheria_shared::session::ExportMethod;
use atheria_shared::{Architecture, Boundary};
use zip::ZipArchive;

use super::*;

const SIZE: LawParams = LawParams {
    d_state: 2,
    hidden_channels: 4,
};

fn law(architecture: Architecture) -> Law {
    Law::build(architecture, SIZE, &seeded_tensors(architecture, SIZE, 7)).unwrap()
}

fn manifest(law: &Law, boundary: Boundary) -> Manifest {
    Manifest {
        format_version: FORMAT_VERSION,
        experiment: "test".to_owned(),
        architecture: law.architecture(),
        parameters: law.params(),
        gamma: 0.01,
        boundary,
        memory: law.memory_channels().is_some(),
        checkpoint: "checkpoint_ep1.pth".to_owned(),
        checkpoint_sha256: format!("{:064x}", 7),
        torch_version: "2.11.0".to_owned(),
        method: ExportMethod::Script,
        verified: Some(Verified {
            device: "cpu".to_owned(),
            inputs: 3,
            grids: vec![[16, 16], [24, 40]],
            max_abs_error: 1.25e-7,
        }),
    }
}

fn entry(archive: &[u8], name: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut bytes = vec![];
    archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn the_same_law_gives_the_same_bytes_and_its_weights_lie_there_as_they_are() {
    for architecture in Architecture::ALL {
        let law = law(architecture);
        for boundary in [Boundary::Walls, Boundary::Torus] {
            let manifest = manifest(&law, boundary);
            let archive = write(&law, &manifest).unwrap();
            assert_eq!(
                archive,
                write(&law, &manifest).unwrap(),
                "{architecture} {boundary}"
            );
            for (place, weight) in law.weights().iter().enumerate() {
                let stored = entry(&archive, &format!("model/data/{place}"));
                assert_eq!(stored, weight.bytes, "{architecture} {}", weight.spec.name);
            }
            let source = String::from_utf8(entry(&archive, "model/code/__torch__.py")).unwrap();
            let layers = law.graph().ops().len();
            assert!(source.contains(&format!("    t{} = ", layers - 1)), "{source}");
            assert_eq!(
                source.contains("\"circular\""),
                boundary == Boundary::Torus && has_edges(&law)
            );
        }
    }
}

/// Whether a layer sees beyond an edge.
fn has_edges(law: &Law) -> bool {
    use atheria_law::Op;
    law.graph()
        .ops()
        .iter()
        .any(|op| matches!(op, Op::Conv { side: 3, .. } | Op::ResizeLike { .. }))
}

#[test]
fn a_manifest_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.pt");
    let law = law(Architecture::UnetConvLstm);
    let written = manifest(&law, Boundary::Walls);
    std::fs::write(&path, write(&law, &written).unwrap()).unwrap();
    let read = Manifest::read(&path).unwrap();
    assert_eq!(read, written);
    assert!(read.memory);
    let unverified = Manifest {
        verified: None,
        ..written.clone()
    };
    assert!(read.same_origin(&unverified));
    let elsewhere = Manifest {
        boundary: Boundary::Torus,
        ..written
    };
    assert!(!read.same_origin(&elsewhere));
}

#[test]
fn what_is_no_archive_of_ours_has_no_manifest() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Manifest::read(folder.path()), None);
    let path = folder.path().join("model.pt");
    assert_eq!(Manifest::read(&path), None);
    std::fs::write(&path, "not an archive").unwrap();
    assert_eq!(Manifest::read(&path), None);
    let law = law(Architecture::Mlp);
    let archive = write(&law, &manifest(&law, Boundary::Walls)).unwrap();
    std::fs::write(&path, &archive[..archive.len() - 1]).unwrap();
    assert_eq!(Manifest::read(&path), None);
}

#[test]
fn a_manifest_is_added_to_an_archive_under_its_own_folder() {
    use std::io::Write;
    let mut traced = zip::ZipWriter::new(Cursor::new(vec![]));
    let options = zip::write::SimpleFileOptions::default();
    traced.start_file("traced/data.pkl", options).unwrap();
    traced.write_all(b"objects").unwrap();
    let traced = traced.finish().unwrap().into_inner();
    let manifest = manifest(&law(Architecture::Mlp), Boundary::Walls);
    let archive = add_manifest(&traced, &manifest).unwrap();
    assert_eq!(entry(&archive, "traced/data.pkl"), b"objects");
    let json = entry(&archive, "traced/extra/atheria.json");
    assert_eq!(serde_json::from_slice::<Manifest>(&json).unwrap(), manifest);
    assert!(matches!(
        add_manifest(b"no archive", &manifest),
        Err(ArchiveError::Container { .. })
    ));
}
