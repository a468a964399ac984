//! Files that mean harm: nothing of them is run, none costs more than its bytes, and none gives numbers that Python would not.

use std::path::Path;

use atheria_shared::beside::Thing;

use super::{at, file_of, fixture, left_out, lines, numbers, numbers_of, opened, refusal};
use crate::{Checkpoint, Element};

/// What every planted command would leave behind.
const TRACE: &str = "atheria-pickle-was-executed";

/// A zip archive of stored entries, in this order, whatever their names.
pub(super) fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let start = bytes.len() as u32;
        let facts = [
            // Version, flags, method, time, date.
            [20_u16, 0, 0, 0, 33].map(u16::to_le_bytes).concat(),
            [
                crc32fast::hash(content),
                content.len() as u32,
                content.len() as u32,
            ]
            .map(u32::to_le_bytes)
            .concat(),
            [name.len() as u16, 0].map(u16::to_le_bytes).concat(),
        ]
        .concat();
        bytes.extend([b"PK\x03\x04".as_slice(), &facts, name.as_bytes(), content].concat());
        directory.extend(
            [
                b"PK\x01\x02\x14\x00".as_slice(),
                &facts,
                &[0; 10],
                &start.to_le_bytes(),
                name.as_bytes(),
            ]
            .concat(),
        );
    }
    let start = bytes.len() as u32;
    let count = entries.len() as u16;
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, count].map(u16::to_le_bytes).concat());
    bytes.extend([directory.len() as u32, start].map(u32::to_le_bytes).concat());
    bytes.extend_from_slice(&[0; 2]);
    bytes
}

/// A checkpoint of this pickle, with one storage of four float32, 1 to 4.
fn archive_of(pickle: &[u8]) -> Vec<u8> {
    let numbers = [1_f32, 2.0, 3.0, 4.0].map(f32::to_le_bytes).concat();
    zip_of(&[
        ("x/data.pkl", pickle),
        ("x/byteorder", b"little"),
        ("x/data/0", &numbers),
        ("x/version", b"3\n"),
    ])
}

fn read(pickle: &[u8]) -> Result<Checkpoint, String> {
    let (_folder, path) = file_of(&archive_of(pickle));
    Checkpoint::read(&path).map_err(|error| error.to_string())
}

/// `{"w": VALUE}`, the value as a program.
fn under_w(value: &[u8]) -> Vec<u8> {
    [b"\x80\x02}\x8c\x01w".as_slice(), value, b"s."].concat()
}

/// `torch._utils._rebuild_tensor_v2` of the storage, with these programs for count, offset, size, stride and what follows the hooks.
fn tensor(count: &[u8], offset: &[u8], size: &[u8], stride: &[u8], rest: &[u8]) -> Vec<u8> {
    [
        b"ctorch._utils\n_rebuild_tensor_v2\n((\x8c\x07storagectorch\nFloatStorage\n\x8c\x010\x8c\x03cpu"
            .as_slice(),
        count,
        b"tQ",
        offset,
        size,
        stride,
        b"\x89}",
        rest,
        b"tR",
    ]
    .concat()
}

fn plain() -> Vec<u8> {
    tensor(b"K\x04", b"K\x00", b"K\x04\x85", b"K\x01\x85", b"")
}

#[test]
fn nothing_that_is_planted_is_run() {
    let trace = Path::new(TRACE);
    assert!(!trace.exists(), "{TRACE} is there before the test");
    for file in [
        "executes.pth",
        "executes_inside.pth",
        "executes_builtin.pth",
        "executes_pickle.pth",
    ] {
        refusal(&fixture(file));
    }
    for protocol in 0..6 {
        let found = refusal(&fixture(&format!("executes_protocol{protocol}.pth")));
        assert!(
            found.contains("model_state_dict (posix.system)"),
            "{protocol}: {found}"
        );
    }
    let beside = opened("executes_beside.pth");
    assert_eq!(numbers_of(&beside).unwrap().len(), 6);
    let left_out = left_out(&beside);
    for expected in [
        "hook (posix.system)",
        "more.deep.0 (builtins.eval)",
        "more.deep.1 (__main__.Stateful)",
    ] {
        assert!(
            left_out.iter().any(|what| what == expected),
            "{expected}: {left_out:?}"
        );
    }
    assert!(!trace.exists());
}

/// The ways in which a pickle calls something, each with a command, beside weights and in their place.
#[test]
fn every_way_to_call_is_a_value_that_is_told() {
    let command = format!("touch {TRACE}");
    let text = [&[0x8c, command.len() as u8], command.as_bytes()].concat();
    let calls: [(&str, Vec<u8>); 12] = [
        ("REDUCE", [b"cos\nsystem\n".as_slice(), &text, b"\x85R"].concat()),
        ("INST", [b"(".as_slice(), &text, b"ios\nsystem\n"].concat()),
        ("OBJ", [b"(cos\nsystem\n".as_slice(), &text, b"o"].concat()),
        (
            "NEWOBJ",
            [b"cos\nsystem\n".as_slice(), &text, b"\x85\x81"].concat(),
        ),
        (
            "NEWOBJ_EX",
            [b"cos\nsystem\n".as_slice(), &text, b"\x85}\x92"].concat(),
        ),
        (
            "STACK_GLOBAL",
            [b"\x8c\x02os\x8c\x06system\x93".as_slice(), &text, b"\x85R"].concat(),
        ),
        (
            "STACK_GLOBAL of the memo",
            [
                b"\x8c\x06systemq\x010\x8c\x02osh\x01\x93".as_slice(),
                &text,
                b"\x85R",
            ]
            .concat(),
        ),
        (
            "BUILD",
            [b"cm\nC\n)\x81}\x8c\x0c__setstate__cos\nsystem\nsb".as_slice()].concat(),
        ),
        (
            "copyreg",
            [b"ccopyreg\n__newobj__\ncos\nsystem\n".as_slice(), &text, b"\x86R"].concat(),
        ),
        (
            "getattr",
            b"cbuiltins\ngetattr\ncos\nsystem\n\x8c\x08__call__\x86R".to_vec(),
        ),
        ("extension", [b"\x82\x01".as_slice(), &text, b"\x85R"].concat()),
        (
            "a called value",
            [b"cos\nsystem\n)R".as_slice(), &text, b"\x85R"].concat(),
        ),
    ];
    for (name, call) in calls {
        let alone = read(&under_w(&call)).unwrap_err();
        assert!(alone.contains("no dictionary of tensors"), "{name}: {alone}");
        let pickle = [
            b"\x80\x02}(\x8c\x01w".as_slice(),
            &plain(),
            b"\x8c\x01x",
            &call,
            b"u.",
        ]
        .concat();
        let beside = read(&pickle).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(left_out(&beside).len(), 1, "{name}");
        assert_eq!(
            numbers_of(&beside).err().map(|error| error.to_string()),
            None,
            "{name}"
        );
    }
    assert!(!Path::new(TRACE).exists());
}

/// What an unknown call was given is not what it gave: numbers within are no weights.
#[test]
fn numbers_within_an_unknown_call_are_left_out() {
    let weights = [b"}\x8c\x01w".as_slice(), &plain(), b"s"].concat();
    for (name, value) in [
        (
            "an argument",
            [b"cm\nhalve\n".as_slice(), &weights, b"\x85R"].concat(),
        ),
        (
            "a state",
            [b"cm\nC\n)\x81}\x8c\x05state".as_slice(), &weights, b"sb"].concat(),
        ),
        (
            "a module that a function made",
            [
                b"cm\nmake\n)R}(\x8c\x0b_parameters".as_slice(),
                &weights,
                b"\x8c\x08_buffers}\x8c\x08_modules}ub",
            ]
            .concat(),
        ),
        (
            "a module with two states",
            [
                b"cm\nC\n)\x81}(\x8c\x0b_parameters".as_slice(),
                &weights,
                b"\x8c\x08_buffers}\x8c\x08_modules}ub}b",
            ]
            .concat(),
        ),
        (
            "a dictionary of an unknown iterable",
            b"ccollections\nOrderedDict\ncm\nf\n)R\x85R".to_vec(),
        ),
    ] {
        let found = read(&under_w(&value)).unwrap_err();
        assert!(found.contains("no dictionary of tensors"), "{name}: {found}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn a_tensor_with_what_is_not_known_is_never_read() {
    for (name, value, expected) in [
        (
            "metadata",
            tensor(
                b"K\x04",
                b"K\x00",
                b"K\x04\x85",
                b"K\x01\x85",
                b"}\x8c\x06permut\x88s",
            ),
            "permut",
        ),
        (
            "conj",
            tensor(
                b"K\x04",
                b"K\x00",
                b"K\x04\x85",
                b"K\x01\x85",
                b"}\x8c\x04conj\x88s",
            ),
            "conj",
        ),
        (
            "text",
            tensor(b"K\x04", b"K\x00", b"K\x04\x85", b"K\x01\x85", b"\x8c\x01a"),
            "not known",
        ),
        (
            "two more",
            tensor(b"K\x04", b"K\x00", b"K\x04\x85", b"K\x01\x85", b"}}"),
            "tensor v2",
        ),
        ("a state", [plain().as_slice(), b"}b"].concat(), "state"),
        (
            "data as an attribute",
            [
                b"ctorch._utils\n_rebuild_parameter_with_state\n(".as_slice(),
                &plain(),
                b"\x88}}\x8c\x04dataK\x01stR",
            ]
            .concat(),
            "parameter with state",
        ),
        (
            "a subclass",
            [
                b"ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_tensor_v2\ncm\nT\n"
                    .as_slice(),
                &plain()[33..plain().len() - 1],
                b"NtR",
            ]
            .concat(),
            "m.T",
        ),
        (
            "negative stride",
            tensor(b"K\x04", b"K\x03", b"K\x04\x85", b"J\xff\xff\xff\xff\x85", b""),
            "tensor v2",
        ),
        (
            "negative offset",
            tensor(b"K\x04", b"J\xff\xff\xff\xff", b"K\x01\x85", b"K\x01\x85", b""),
            "tensor v2",
        ),
        (
            "strides for less",
            tensor(b"K\x04", b"K\x00", b"K\x02K\x02\x86", b"K\x01\x85", b""),
            "tensor v2",
        ),
        (
            "more than can be counted",
            tensor(
                b"K\x04",
                b"K\x00",
                b"\x8a\x08\0\0\0\0\0\0\0\x40K\x08\x86",
                b"K\x00K\x00\x86",
                b"",
            ),
            "counted",
        ),
        (
            "the numbers' count overflows",
            tensor(
                b"\x8a\x08\0\0\0\0\0\0\0\x40",
                b"K\x00",
                b"K\x01\x85",
                b"K\x01\x85",
                b"",
            ),
            "tensor v2",
        ),
    ] {
        let read = read(&under_w(&value)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let dict = at(&read, "");
        match &dict.tensors["w"].element {
            Element::Other(found) => assert!(found.to_string().contains(expected), "{name}: {found}"),
            number @ Element::Number(_) => panic!("{name}: {number:?}"),
        }
        read_none(&read, name);
    }
}

/// What reaches beyond its storage has a shape; its numbers are refused when they are wanted.
#[test]
fn a_tensor_beyond_its_storage_is_refused_when_it_is_read() {
    for (name, value) in [
        ("offset", tensor(b"K\x04", b"K\x01", b"K\x04\x85", b"K\x01\x85", b"")),
        ("stride", tensor(b"K\x04", b"K\x00", b"K\x02\x85", b"K\x04\x85", b"")),
        ("offset without numbers", tensor(b"K\x04", b"K\x09", b"K\x00\x85", b"K\x01\x85", b"")),
        ("far stride", tensor(b"K\x04", b"K\x00", b"K\x02\x85", b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x85", b"")),
        ("a larger storage", tensor(b"K\x05", b"K\x00", b"K\x05\x85", b"K\x01\x85", b"")),
        ("a smaller storage", tensor(b"K\x03", b"K\x00", b"K\x03\x85", b"K\x01\x85", b"")),
        (
            "another storage",
            b"ctorch._utils\n_rebuild_tensor_v2\n((\x8c\x07storagectorch\nFloatStorage\n\x8c\x0b../version0\x8c\x03cpuK\x01tQK\x00K\x01\x85K\x01\x85\x89}tR"
                .to_vec(),
        ),
    ] {
        let read = read(&under_w(&value)).unwrap_or_else(|error| panic!("{name}: {error}"));
        read_none(&read, name);
    }
    let good = read(&under_w(&plain())).unwrap();
    assert_eq!(numbers_of(&good).unwrap().len(), 1);
}

fn read_none(read: &Checkpoint, name: &str) {
    use crate::TensorSource;
    let dict = at(read, "");
    assert!(read.read(dict, "w").is_err(), "{name}");
}

#[test]
fn a_bomb_costs_no_more_than_its_bytes() {
    // Each level has the one before it ten times: a billion values, if each were looked at for every way that leads to it.
    let laughs = |open: &[u8], close: &[u8]| {
        let mut pickle = b"\x80\x02)q\x00".to_vec();
        for _ in 0..40 {
            pickle.extend([open, &b"h\x00".repeat(10), close, b"q\x00"].concat());
        }
        pickle.push(b'.');
        pickle
    };
    for (name, pickle) in [
        ("tuples", laughs(b"(", b"t")),
        ("lists", laughs(b"](", b"e")),
        ("dictionaries", laughs(b"}(", b"u")),
        ("sets", laughs(b"\x8f(", b"\x90")),
        ("objects", laughs(b"cm\nC\n)\x81(", b"e")),
        (
            "copies",
            [
                b"\x80\x02](".as_slice(),
                &b"N".repeat(200_000),
                b"eq\x000",
                &b"cbuiltins\nset\nh\x00\x85R0".repeat(30),
                b"N.",
            ]
            .concat(),
        ),
        (
            "one place",
            [b"\x80\x02N".as_slice(), &b"q\x00".repeat(5_000_000), b"."].concat(),
        ),
        ("marks", b"(".repeat(5_000_000)),
        ("values", b"N".repeat(5_000_000)),
    ] {
        let found = read(&pickle).unwrap_err();
        assert!(
            found.contains("no dictionary of tensors") || found.contains("holds more than"),
            "{name}: {found}"
        );
    }
}

#[test]
fn depth_and_cycles_end() {
    let deep = [
        b"\x80\x02".as_slice(),
        &b"]".repeat(200_000),
        &b"a".repeat(199_999),
        b".",
    ]
    .concat();
    assert!(read(&deep).unwrap_err().contains("no dictionary of tensors"));
    let tuples = [b"\x80\x02)".as_slice(), &b"\x85".repeat(200_000), b"."].concat();
    assert!(read(&tuples).unwrap_err().contains("no dictionary of tensors"));
    // A list in itself, a dictionary in itself with a tensor, a module in itself.
    assert!(
        read(b"\x80\x02]q\x00h\x00a.")
            .unwrap_err()
            .contains("no dictionary of tensors")
    );
    let itself = [
        b"\x80\x02}q\x00(\x8c\x01w".as_slice(),
        &plain(),
        b"\x8c\x04selfh\x00u.",
    ]
    .concat();
    let found = read(&itself).unwrap();
    assert_eq!(found.dicts.len(), 1);
    assert_eq!(lines(&found.dicts[0].others), ["self (a dictionary)"]);
    let module = [
        b"\x80\x02cm\nC\n)\x81q\x00}(\x8c\x0b_parameters}\x8c\x01w".as_slice(),
        &plain(),
        b"s\x8c\x08_buffers}\x8c\x08_modules}(\x8c\x01ah\x00\x8c\x01bh\x00uub.",
    ]
    .concat();
    let found = read(&module).unwrap();
    assert!(found.dicts[0].tensors.contains_key("a.b.w"));
    assert!(
        found.dicts[0]
            .others
            .iter()
            .any(|other| other.what == Thing::MoreModules)
    );
}

#[test]
fn all_that_a_file_holds_is_counted() {
    let entry = |name: u8| [b"\x8c\x03".as_slice(), name.to_string().as_bytes(), b"K\x01"].concat();
    let entries: Vec<u8> = (100..200).flat_map(entry).collect();
    let found = read(&[b"\x80\x02}(".as_slice(), &entries, b"u."].concat()).unwrap_err();
    assert!(found.contains("107 (a number) and 92 more"), "{found}");
}

#[test]
fn no_length_is_believed() {
    for (name, pickle) in [
        ("LONG4", b"\x80\x02\x8b\xff\xff\xff\x7f.".as_slice()),
        ("BINUNICODE8", b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7fa."),
        (
            "BINUNICODE8 of all",
            b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xffa.",
        ),
        ("BINBYTES8", b"\x80\x04\x8e\0\0\0\0\0\0\0\x10a."),
        ("BYTEARRAY8", b"\x80\x05\x96\0\0\0\0\0\0\0\x10a."),
        ("no end", b"\x80\x02}"),
        ("an empty stack", b"\x80\x02."),
        ("no mark", b"\x80\x02t."),
        ("a mark below", b"\x80\x02N(R."),
        ("nothing in the memo", b"\x80\x02h\x07."),
        ("half a pair", b"\x80\x02}(Nu."),
        ("a state for a number", b"\x80\x02K\x01Nb."),
        ("an item for a number", b"\x80\x02K\x01Na."),
        ("out of band", b"\x80\x05\x97."),
        ("no instruction", b"\x80\x02\xff."),
    ] {
        let found = read(pickle).unwrap_err();
        assert!(found.contains("is damaged or was cut off"), "{name}: {found}");
    }
    // What comes after the end is not looked at.
    let trailing = [under_w(&plain()).as_slice(), b"cos\nsystem\n\xff\xff"].concat();
    assert_eq!(numbers_of(&read(&trailing).unwrap()).unwrap().len(), 1);
}

#[test]
fn an_archive_that_says_two_things_is_refused() {
    let pickle = under_w(&plain());
    let (one, two) = ([1_u8; 16], [2_u8; 16]);
    for (name, entries, expected) in [
        (
            "two storages",
            vec![
                ("x/data.pkl", pickle.as_slice()),
                ("x/data/0", &one),
                ("x/data/0", &two),
            ],
            "two entries of the name \"x/data/0\"",
        ),
        (
            "two pickles in other letters",
            vec![("x/data.pkl", &pickle), ("x/DATA.pkl", b"N."), ("x/data/0", &one)],
            "two entries",
        ),
        (
            "an unknown order of bytes",
            vec![
                ("x/data.pkl", &pickle),
                ("x/byteorder", b"middle"),
                ("x/data/0", &one),
            ],
            "middle",
        ),
    ] {
        let (_folder, path) = file_of(&zip_of(&entries));
        let found = refusal(&path);
        assert!(found.contains(expected), "{name}: {found}");
    }
    // Names that lead out of the folder are names, and nothing is written anywhere.
    let elsewhere = tempfile::tempdir().unwrap();
    let absolute = elsewhere.path().join(TRACE);
    let climbing = format!("x/../../../../../../../..{}", absolute.display());
    let relative = format!("x/../{TRACE}");
    let entries = [
        ("x/data.pkl", pickle.as_slice()),
        ("x/data/0", &one),
        (climbing.as_str(), b"x"),
        (relative.as_str(), b"x"),
        (absolute.to_str().unwrap(), b"x"),
    ];
    let (folder, path) = file_of(&zip_of(&entries));
    assert_eq!(numbers_of(&Checkpoint::read(&path).unwrap()).unwrap().len(), 1);
    for place in [absolute, folder.path().join(TRACE), TRACE.into()] {
        assert!(!place.exists(), "{}", place.display());
    }
    // One entry's bytes are another's.
    let mut bytes = zip_of(&[("x/data.pkl", &pickle), ("x/data/0", &one), ("x/data/1", &two)]);
    let at = bytes
        .windows(8)
        .rposition(|window| window == b"x/data/1")
        .unwrap();
    let first = bytes.windows(8).position(|window| window == b"x/data/0").unwrap() - 30;
    bytes[at - 4..at].copy_from_slice(&(first as u32).to_le_bytes());
    let (_folder, path) = file_of(&bytes);
    assert!(refusal(&path).contains("damaged"));
}

#[test]
fn a_packed_bomb_is_refused_before_it_is_unpacked() {
    use std::io::Write;
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("x/data.pkl", options).unwrap();
    writer.write_all(&vec![b'('; 32 << 20]).unwrap();
    let mut bytes = writer.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 17);
    let (_folder, path) = file_of(&bytes);
    assert!(refusal(&path).contains("holds more than"));
    // What says that it has 3 GiB is not unpacked to see.
    let size = (32_u32 << 20).to_le_bytes();
    let at = bytes.windows(4).rposition(|window| window == size).unwrap();
    bytes[at..at + 4].copy_from_slice(&(3_u32 << 30).to_le_bytes());
    let (_folder, path) = file_of(&bytes);
    assert!(refusal(&path).contains("which is more than is read"));
}

#[test]
fn a_safetensors_header_is_held_against_the_file() {
    let file = |header: &str, body: usize| {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(header.as_bytes());
        bytes.resize(bytes.len() + body, 1);
        bytes
    };
    let tensor = |name: &str, shape: &str, start: u64, end: u64| {
        format!("\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{shape}],\"data_offsets\":[{start},{end}]}}")
    };
    let two = |a: String, b: String| format!("{{{a},{b}}}");
    let mut long = file("{}", 0);
    long[..8].copy_from_slice(&90_000_000_u64.to_le_bytes());
    for (name, bytes, expected) in [
        (
            "overlap",
            file(&two(tensor("a", "2", 0, 8), tensor("b", "2", 4, 12)), 12),
            "overlaps",
        ),
        (
            "a gap",
            file(&two(tensor("a", "1", 0, 4), tensor("b", "1", 8, 12)), 12),
            "gap",
        ),
        (
            "beyond the end",
            file(&format!("{{{}}}", tensor("a", "4", 0, 16)), 8),
            "cut off",
        ),
        (
            "backwards",
            file(&format!("{{{}}}", tensor("a", "1", 4, 0)), 4),
            "overlaps",
        ),
        (
            "bytes of nobody",
            file(&format!("{{{}}}", tensor("a", "1", 0, 4)), 9),
            "5 bytes that belong to no tensor",
        ),
        (
            "another size",
            file(&format!("{{{}}}", tensor("a", "3", 0, 8)), 8),
            "other bytes than its shape needs",
        ),
        (
            "more than can be counted",
            file(&format!("{{{}}}", tensor("a", "9223372036854775807,9", 0, 8)), 8),
            "other bytes than its shape needs",
        ),
        (
            "twice",
            file(&two(tensor("a", "1", 0, 4), tensor("a", "1", 4, 8)), 8),
            "twice",
        ),
        (
            "a header beyond the file",
            long,
            "its header is said to have 90000000 bytes",
        ),
        ("NaN", file("{\"a\":NaN}", 0), "header cannot be read"),
        (
            "a negative offset",
            file(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}",
                4,
            ),
            "header cannot be read",
        ),
        (
            "an unknown word",
            file(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"code\":\"x\"}}",
                4,
            ),
            "header cannot be read",
        ),
        (
            "depth",
            file(&format!("{{\"a\":{}", "[".repeat(10_000)), 0),
            "header cannot be read",
        ),
        ("no tensors", file("{}", 0), "no dictionary of tensors"),
    ] {
        let (_folder, path) = file_of(&bytes);
        let found = refusal(&path);
        assert!(found.contains(expected), "{name}: {found}");
    }
    let odd = "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]}}";
    let (_folder, path) = file_of(&file(odd, 4));
    let read = Checkpoint::read(&path).unwrap();
    assert_eq!(at(&read, "").tensors["a"].element, numbers("f8_e4m3"));
}
