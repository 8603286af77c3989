// SPDX-License-Identifier: MIT
//! Archives of files and directories.
//!
//! Spec: mesh-dare, "DARE Archive".
//! Here: what comes back of a tree, what is never written, what an interruption leaves.
//! Not here: archives without a file system (`mesh-dare`).

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use mesh_crypto::Seeded;
use mesh_dare::archive::ARCHIVE_TYPE;
use mesh_dare::archive::entry::{Entry, Kind};
use mesh_dare::archive::writer::ArchiveWriter;
use mesh_dare::generated::ContentMeta;
use mesh_dare::{Content, Protection, SequenceType, SequenceWriter};

use crate::world::{ADDRESS, Device, World, text, write_0600};

const MISUSE: i32 = 2;
const MALFORMED: i32 = 3;
const UNTRUSTED: i32 = 4;
const REFUSED: i32 = 6;

fn tree(root: &Path) {
    fs::create_dir_all(root.join("sub/deep")).unwrap();
    fs::create_dir(root.join("empty")).unwrap();
    fs::write(root.join("a.txt"), b"first").unwrap();
    fs::write(root.join("none"), b"").unwrap();
    fs::write(root.join("sub/deep/big"), vec![7; 3_000_001]).unwrap();
    symlink("../a.txt", root.join("sub/link")).unwrap();
    fs::set_permissions(root.join("a.txt"), fs::Permissions::from_mode(0o4751)).unwrap();
    fs::set_permissions(root.join("sub"), fs::Permissions::from_mode(0o750)).unwrap();
    let holes = fs::File::create(root.join("holes")).unwrap();
    holes.set_len(40_000_000).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&holes, b"island", 20_000_000).unwrap();
}

fn key(world: &World, device: &Device<'_>) -> String {
    let key = world.path("key");
    write_0600(&key, &text(&device.ask(&["key", "secret"]), "key"));
    key.to_str().unwrap().to_owned()
}

#[test]
fn a_tree_comes_back_as_it_was() {
    let world = World::new();
    let a = world.device("a");
    let key = key(&world, &a);
    let root = world.path("tree");
    tree(&root);
    let (root, archive) = (root.to_str().unwrap(), world.path("x.darc"));
    let archive = archive.to_str().unwrap();
    let made = a.ask(&["archive", "create", archive, root, "--key-file", &key]);
    assert_eq!(made["entries"], 9);
    assert!(fs::metadata(archive).unwrap().len() < 4_000_000);
    let raw = fs::read(archive).unwrap();
    assert!(!raw.windows(5).any(|part| part == b"a.txt"));
    a.ask(&["archive", "verify", archive, "--key-file", &key]);
    a.refused(&["archive", "list", archive], REFUSED);

    let into = world.path("into");
    let out = into.to_str().unwrap();
    a.ask(&[
        "archive",
        "extract",
        archive,
        "--into",
        out,
        "--key-file",
        &key,
    ]);
    for name in [
        "a.txt",
        "none",
        "sub/deep/big",
        "holes",
        "sub",
        "sub/deep",
        "empty",
    ] {
        let before = fs::metadata(Path::new(root).join(name)).unwrap();
        let after = fs::metadata(into.join("tree").join(name)).unwrap();
        assert_eq!(before.mode() & 0o777, after.mode() & 0o777, "{name}");
        assert_eq!(after.mode() & 0o7000, 0, "{name}");
        assert_eq!(
            (before.mtime(), before.mtime_nsec()),
            (after.mtime(), after.mtime_nsec()),
            "{name}"
        );
        if before.is_file() {
            assert_eq!(
                fs::read(Path::new(root).join(name)).unwrap(),
                fs::read(into.join("tree").join(name)).unwrap()
            );
        }
    }
    assert!(fs::metadata(into.join("tree/holes")).unwrap().blocks() < 1000);
    assert_eq!(
        fs::read_link(into.join("tree/sub/link")).unwrap(),
        Path::new("../a.txt")
    );

    // Nothing is replaced unless that is asked for, and then neither through a link.
    let (cause, remedy) = a.refused(
        &[
            "archive",
            "extract",
            archive,
            "--into",
            out,
            "--key-file",
            &key,
        ],
        MISUSE,
    );
    assert!(remedy.contains("--force"), "{cause} {remedy}");
    let victim = world.path("victim");
    fs::write(&victim, b"untouched").unwrap();
    fs::remove_file(into.join("tree/a.txt")).unwrap();
    symlink(&victim, into.join("tree/a.txt")).unwrap();
    a.ask(&[
        "archive",
        "extract",
        archive,
        "--into",
        out,
        "--key-file",
        &key,
        "--force",
    ]);
    assert_eq!(fs::read(&victim).unwrap(), b"untouched");
    assert_eq!(fs::read(into.join("tree/a.txt")).unwrap(), b"first");

    // One entry alone; what was deleted is gone, and a purged copy is smaller.
    let one = world.path("one");
    a.ask(&[
        "archive",
        "extract",
        archive,
        "tree/sub",
        "--into",
        one.to_str().unwrap(),
        "--key-file",
        &key,
    ]);
    assert!(one.join("tree/sub/deep/big").exists() && !one.join("tree/a.txt").exists());
    a.ask(&["archive", "delete", archive, "tree/sub", "--key-file", &key]);
    a.refused(
        &["archive", "delete", archive, "tree/sub", "--key-file", &key],
        MISUSE,
    );
    let copy = world.path("copy.darc");
    a.ask(&[
        "archive",
        "copy",
        "--purge",
        archive,
        copy.to_str().unwrap(),
        "--key-file",
        &key,
    ]);
    assert!(fs::metadata(&copy).unwrap().len() < 100_000);
    let list = a.ask(&[
        "archive",
        "list",
        copy.to_str().unwrap(),
        "--key-file",
        &key,
    ]);
    let names: Vec<&str> = list["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "tree",
            "tree/a.txt",
            "tree/empty",
            "tree/holes",
            "tree/none"
        ]
    );

    // What is there is passed over; what has changed or is new is added.
    fs::write(Path::new(root).join("new"), b"new").unwrap();
    let appended = a.ask(&[
        "archive",
        "append",
        copy.to_str().unwrap(),
        root,
        "--key-file",
        &key,
    ]);
    assert_eq!(appended["unchanged"], 4);
    a.ask(&[
        "archive",
        "verify",
        copy.to_str().unwrap(),
        "--key-file",
        &key,
    ]);
}

/// An archive whose maker did not use our commands.
fn hostile(path: &Path, entries: &[Entry]) {
    let env = Seeded::new(1);
    let mut writer = ArchiveWriter::create(Vec::new(), &Protection::default(), None, &env).unwrap();
    for entry in entries {
        let mut left = entry.size;
        let mut content = |octets: &mut Vec<u8>| {
            let some = (left == 1).then_some(0);
            octets.extend(some.map(|_| b'x'));
            left = 0;
            Ok(some)
        };
        writer.add(entry, &mut content, &env).unwrap();
    }
    fs::write(path, writer.finish(&env).unwrap()).unwrap();
}

fn entry(name: &str, kind: Kind) -> Entry {
    Entry {
        name: name.to_owned(),
        size: u64::from(kind == Kind::File),
        kind,
        mode: 0o644,
        modified: (0, 0),
    }
}

#[test]
fn nothing_is_written_outside_of_the_target() {
    let world = World::new();
    let a = world.device("a");
    let archive = world.path("x.darc");
    let name = archive.to_str().unwrap();
    let into = world.path("into");
    let out = into.to_str().unwrap();

    // A link that leads out, and a file behind it.
    for target in ["..", "/tmp", "sub/../../x", "sub/.."] {
        hostile(
            &archive,
            &[
                entry("out", Kind::Link(target.to_owned())),
                entry("out/file", Kind::File),
            ],
        );
        a.refused(&["archive", "extract", name, "--into", out], UNTRUSTED);
        assert!(!world.path("file").exists() && !into.join("out").exists());
    }
    // A link within the target is not followed either: the file needs a directory there, and the link comes later and finds it.
    hostile(
        &archive,
        &[
            entry("out", Kind::Link("elsewhere".to_owned())),
            entry("out/file", Kind::File),
        ],
    );
    a.refused(&["archive", "extract", name, "--into", out], MISUSE);
    assert!(into.join("out/file").exists());
    // Nor is one that was there before.
    fs::remove_dir_all(&into).unwrap();
    fs::create_dir(&into).unwrap();
    let victim = world.path("victim");
    fs::create_dir(&victim).unwrap();
    symlink(&victim, into.join("d")).unwrap();
    hostile(&archive, &[entry("d/file", Kind::File)]);
    a.refused(&["archive", "extract", name, "--into", out], MISUSE);
    a.refused(
        &["archive", "extract", name, "--into", out, "--force"],
        MISUSE,
    );
    assert_eq!(fs::read_dir(&victim).unwrap().count(), 0);
    // Names that mean something else elsewhere, when that matters.
    for names in [["con.txt", "b"], ["Name", "nAME"]] {
        hostile(&archive, &names.map(|name| entry(name, Kind::File)));
        a.refused(
            &["archive", "extract", name, "--into", out, "--portable"],
            UNTRUSTED,
        );
        a.ask(&["archive", "extract", name, "--into", out]);
    }
    // Our own writer takes no name that leads up; whoever makes an archive by hand does.
    for bad in ["../file", "/file", "a/../../file", "a//file"] {
        let meta = |cty: Option<&str>, id: Option<&str>| ContentMeta {
            content_type: cty.map(str::to_owned),
            unique_id: id.map(str::to_owned),
            ..ContentMeta::default()
        };
        let content = |meta: ContentMeta| Content {
            meta,
            payload: b"x",
            ..Content::default()
        };
        let env = Seeded::new(1);
        let first = content(meta(Some(ARCHIVE_TYPE), None));
        let kind = SequenceType::Merkle;
        let mut writer =
            SequenceWriter::create(Vec::new(), kind, &Protection::default(), &first, None, &env)
                .unwrap();
        writer
            .append(&[content(meta(None, Some(bad)))], &env)
            .unwrap();
        fs::write(&archive, writer.into_sequence().into_storage()).unwrap();
        let (cause, _) = a.refused(&["archive", "extract", name, "--into", out], UNTRUSTED);
        assert!(cause.contains("no name for an entry"), "{cause}");
    }
    assert!(!world.path("file").exists());
}

/// What goes up behind a name depends on whether that is the name of a link.
#[test]
fn links_do_not_lead_out_together() {
    let world = World::new();
    let a = world.device("a");
    let (archive, into) = (world.path("x.darc"), world.path("into"));
    let (name, out) = (archive.to_str().unwrap(), into.to_str().unwrap());
    let link = |name, target: &str| entry(name, Kind::Link(target.to_owned()));
    hostile(&archive, &[link("d/up", ".."), link("out", "d/up/..")]);
    let (cause, _) = a.refused(&["archive", "extract", name, "--into", out], UNTRUSTED);
    assert!(cause.starts_with("out: "), "{cause}");
    assert_eq!(fs::read_dir(&into).unwrap().count(), 0);
    hostile(&archive, &[link("d/up", ".."), link("in", "d/up/d")]);
    a.ask(&["archive", "extract", name, "--into", out]);
    assert_eq!(
        fs::canonicalize(into.join("in")).unwrap(),
        fs::canonicalize(into.join("d")).unwrap()
    );
}

#[test]
fn an_archive_does_not_contain_itself() {
    let world = World::new();
    let a = world.device("a");
    let root = world.path("tree");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("file"), b"content").unwrap();
    let program = |arguments: &[&str]| {
        let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
        let command = command.current_dir(&root).args(arguments).arg("--json");
        let done = crate::world::run(command, "");
        assert_eq!(done.code, 0, "{arguments:?}: {done:?}");
        done.object()
    };
    program(&["archive", "create", "x.darc", "."]);
    symlink("x.darc", root.join("link")).unwrap();
    fs::hard_link(root.join("x.darc"), root.join("other")).unwrap();
    for archive in ["x.darc", "./x.darc", "link"] {
        program(&["archive", "append", archive, "."]);
        let list = program(&["archive", "list", archive]);
        let entries = list["entries"].as_array().unwrap();
        let names = entries.iter().map(|entry| text(entry, "name"));
        let names: Vec<String> = names.filter(|name| name != "link").collect();
        assert_eq!(names, ["file"], "{archive}");
    }
}

#[test]
fn what_is_appended_is_not_lost_with_the_file_that_a_copy_replaces() {
    let world = World::new();
    let a = world.device("a");
    let (file, archive) = (world.path("file"), world.path("x.darc"));
    fs::write(&file, b"content").unwrap();
    let (file, archive) = (file.to_str().unwrap(), archive.to_str().unwrap());
    a.ask(&["archive", "create", archive, file]);
    let log = world.path("x.dlog");
    let log = log.to_str().unwrap();
    a.ask(&["log", "create", log]);
    a.ask(&["log", "append", log, "first"]);
    let more = world.path("more");
    fs::write(&more, b"more").unwrap();
    let more = more.to_str().unwrap();
    let purge = ["archive", "copy", "--purge", archive, archive, "--force"];
    let redact = ["log", "redact", log, log, "1", "--force"];
    let append = ["archive", "append", archive, more];
    for (path, replace, append) in [
        (archive, purge.as_slice(), append.as_slice()),
        (log, redact.as_slice(), &["log", "append", log, "second"]),
    ] {
        let start = |arguments: &[&str]| {
            let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
            let command = command.args(arguments).stdin(Stdio::null());
            command
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        // Says that it waits.
        let waits = |child: &mut std::process::Child| {
            let mut line = String::new();
            let stderr = child.stderr.take().unwrap();
            let _ = BufReader::new(stderr).read_line(&mut line).unwrap();
            assert!(line.starts_with("waiting"), "{line}");
        };
        let held = fs::File::open(path).unwrap();
        held.lock().unwrap();
        let mut replacing = start(replace);
        waits(&mut replacing);
        drop(held);
        assert!(replacing.wait().unwrap().success());
        // The file that is waited for is another one in the end.
        let held = fs::File::open(path).unwrap();
        held.lock().unwrap();
        let mut appending = start(append);
        waits(&mut appending);
        let other = world.path("other");
        fs::copy(path, &other).unwrap();
        fs::rename(&other, path).unwrap();
        drop(held);
        assert!(appending.wait().unwrap().success());
    }
    let list = a.ask(&["archive", "list", archive]);
    assert_eq!(list["entries"].as_array().unwrap().len(), 2);
    let list = a.ask(&["log", "list", log]);
    assert_eq!(list["entries"][1]["text"], "second");
}

#[test]
fn an_interrupted_session_is_repeated_and_goes_on() {
    let world = World::new();
    let a = world.device("a");
    let key = key(&world, &a);
    let root = world.path("tree");
    fs::create_dir(&root).unwrap();
    for number in 0..40 {
        fs::write(root.join(format!("f{number}")), vec![number; 400_000]).unwrap();
    }
    let archive = world.path("x.darc");
    let (archive, root) = (archive.to_str().unwrap(), root.to_str().unwrap());
    let first = world.path("first");
    fs::write(&first, b"there before").unwrap();
    a.ask(&[
        "archive",
        "create",
        archive,
        first.to_str().unwrap(),
        "--key-file",
        &key,
    ]);
    let append = ["archive", "append", archive, root, "--key-file", &key];
    for wait in [5, 20, 60, 120] {
        let mut child = a
            .command(env!("CARGO_BIN_EXE_meshman"))
            .args(append)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        let _ = child.kill();
        child.wait().unwrap();
        // What was there is there, whatever became of the rest.
        let one = world.path(&format!("one{wait}"));
        a.ask(&[
            "archive",
            "extract",
            archive,
            "first",
            "--into",
            one.to_str().unwrap(),
            "--key-file",
            &key,
        ]);
        assert_eq!(fs::read(one.join("first")).unwrap(), b"there before");
    }
    a.ask(&append);
    let verified = a.ask(&["archive", "verify", archive, "--key-file", &key]);
    assert_eq!(verified["entries"], 42);
    let again = a.ask(&append);
    assert_eq!(
        (&again["added"], &again["unchanged"]),
        (&0.into(), &41.into())
    );
}

#[test]
fn an_extraction_that_is_killed_leaves_nothing_unfinished() {
    let world = World::new();
    let a = world.device("a");
    let file = world.path("file");
    fs::write(&file, vec![7; 40_000_000]).unwrap();
    let archive = world.path("x.darc");
    let (file, archive) = (file.to_str().unwrap(), archive.to_str().unwrap());
    let key = key(&world, &a);
    a.ask(&["archive", "create", archive, file, "--key-file", &key]);
    let into = world.path("into");
    for wait in [50, 100, 200, 300] {
        let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
        let command = command.args(["archive", "extract", archive, "--key-file", &key]);
        let mut child = command.arg("--into").arg(&into).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        let _ = child.kill();
        child.wait().unwrap();
        for found in fs::read_dir(&into).into_iter().flatten() {
            let found = found.unwrap();
            assert_eq!(found.file_name(), "file");
            assert_eq!(found.metadata().unwrap().len(), 40_000_000);
        }
        let _ = fs::remove_dir_all(&into);
    }
    // What is replaced is there all the time, and what replaces it has its rights.
    for _ in 0..2 {
        let out = into.to_str().unwrap();
        a.ask(&[
            "archive",
            "extract",
            archive,
            "--key-file",
            &key,
            "--into",
            out,
            "--force",
        ]);
        let found = fs::read_dir(&into).unwrap().map(|found| found.unwrap());
        let names: Vec<_> = found.map(|found| found.file_name()).collect();
        assert_eq!(names, ["file"]);
        assert_eq!(fs::read(into.join("file")).unwrap(), vec![7; 40_000_000]);
    }
    a.refused(
        &[
            "archive",
            "extract",
            archive,
            "--key-file",
            &key,
            "--into",
            into.to_str().unwrap(),
        ],
        MISUSE,
    );
}

#[test]
fn what_was_altered_is_named_and_not_extracted() {
    let world = World::new();
    let a = world.device("a");
    let key = key(&world, &a);
    let root = world.path("tree");
    tree(&root);
    let archive = world.path("x.darc");
    let name = archive.to_str().unwrap();
    a.ask(&[
        "archive",
        "create",
        name,
        root.to_str().unwrap(),
        "--key-file",
        &key,
    ]);
    let mut raw = fs::read(&archive).unwrap();
    // In the middle of the large file.
    let at = raw.len() / 2;
    raw[at] ^= 1;
    fs::write(&archive, &raw).unwrap();
    let out = world.path("out");
    let (cause, _) = a.refused(
        &[
            "archive",
            "extract",
            name,
            "--into",
            out.to_str().unwrap(),
            "--key-file",
            &key,
        ],
        UNTRUSTED,
    );
    assert!(cause.contains("big"), "{cause}");
    assert!(!out.join("tree/sub/deep/big").exists());
    a.refused(&["archive", "verify", name, "--key-file", &key], UNTRUSTED);
    fs::write(&archive, b"no archive at all").unwrap();
    a.refused(&["archive", "list", name], MALFORMED);
}

#[test]
fn an_archive_with_a_damaged_index_is_read_without_it() {
    let world = World::new();
    let a = world.device("a");
    let root = world.path("tree");
    tree(&root);
    let archive = world.path("x.darc");
    let name = archive.to_str().unwrap();
    a.ask(&["archive", "create", name, root.to_str().unwrap()]);
    let listed = a.ask(&["archive", "list", name]);
    let mut raw = fs::read(&archive).unwrap();
    // The index is the last frame; its payload names entries.
    let entry = b"tree/sub/deep/big";
    let at = (0..raw.len() - entry.len()).rfind(|at| raw[*at..].starts_with(entry));
    raw[at.unwrap()] ^= 1;
    fs::write(&archive, &raw).unwrap();
    for arguments in [
        vec!["archive", "list", name],
        vec!["archive", "verify", name],
    ] {
        a.refused(&arguments, UNTRUSTED);
    }
    assert_eq!(a.ask(&["archive", "list", name, "--no-index"]), listed);
    let out = world.path("out");
    let into = out.to_str().unwrap();
    a.ask(&["archive", "extract", name, "--into", into, "--no-index"]);
    assert_eq!(
        fs::read(out.join("tree/sub/deep/big")).unwrap(),
        fs::read(root.join("sub/deep/big")).unwrap()
    );
    // What is damaged is not copied as if it were whole.
    let copy = world.path("copy.darc");
    let copy = copy.to_str().unwrap();
    let purge = ["archive", "copy", "--purge", "--no-index", name, copy];
    a.refused(&purge, UNTRUSTED);
}

#[test]
fn archives_and_logs_are_signed_by_devices_that_are_known() {
    let world = World::new();
    let (a, stranger) = (world.device("a"), world.device("s"));
    a.ask(&["account", "create", ADDRESS, "--name", "builder"]);
    let file = world.path("file");
    fs::write(&file, b"content").unwrap();
    let (file, archive) = (file.to_str().unwrap(), world.path("x.darc"));
    let archive = archive.to_str().unwrap();
    a.ask(&[
        "archive",
        "create",
        archive,
        file,
        "--encrypt",
        ADDRESS,
        "--sign",
    ]);
    let said = a.say(&["archive", "verify", archive, "--signed-by", "builder"]);
    assert!(said.contains("signed by builder"), "{said}");
    // What is added without a signature is not covered by the one before it.
    let more = world.path("more");
    fs::write(&more, b"more").unwrap();
    a.ask(&["archive", "append", archive, more.to_str().unwrap()]);
    let (cause, _) = a.refused(
        &["archive", "verify", archive, "--signed-by", "builder"],
        UNTRUSTED,
    );
    assert!(cause.contains("not signed by builder"), "{cause}");
    let (cause, _) = a.refused(&["archive", "verify", archive], UNTRUSTED);
    assert!(
        cause.contains("2 frames at the end are not signed"),
        "{cause}"
    );
    let into = world.path("unsigned");
    let into = into.to_str().unwrap();
    let extract = [
        "archive",
        "extract",
        archive,
        "--into",
        into,
        "--signed-by",
        "builder",
    ];
    a.refused(&extract, UNTRUSTED);
    assert!(!std::path::Path::new(into).exists());
    a.ask(&["archive", "delete", archive, "more", "--sign"]);
    a.ask(&["archive", "verify", archive, "--signed-by", "builder"]);
    let copy = world.path("copy.darc");
    let copy = copy.to_str().unwrap();
    a.ask(&[
        "archive",
        "copy",
        "--purge",
        archive,
        copy,
        "--signed-by",
        "builder",
        "--sign",
    ]);
    a.ask(&["archive", "verify", copy, "--signed-by", "builder"]);

    let log = world.path("x.dlog");
    let log = log.to_str().unwrap();
    a.ask(&["log", "create", log, "--sign"]);
    a.ask_with(&["log", "append", log, "--sign"], "one\ntwo\n");
    a.ask(&["log", "verify", log, "--signed-by", "builder"]);
    // A signature by somebody who is not known is a doubt, and so is none where one is expected.
    stranger.refused(&["log", "verify", log], UNTRUSTED);
    a.ask(&["log", "append", log, "three"]);
    a.refused(&["log", "verify", log, "--signed-by", "builder"], UNTRUSTED);
    a.refused(&["log", "list", log, "--signed-by", "builder"], UNTRUSTED);
    // Who cuts signed entries off and appends others is found out where a signature is expected.
    let raw = fs::read(log).unwrap();
    fs::write(log, &raw[..raw.len() - 10]).unwrap();
    a.ask(&["log", "append", log, "another three"]);
    a.refused(&["log", "verify", log, "--signed-by", "builder"], UNTRUSTED);
}
