// SPDX-License-Identifier: MIT
//! Private files: modes, owners, links, replacement.

use std::os::unix::fs::symlink;

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

fn read(path: &Path) -> Result<Vec<u8>> {
    read_private(path, 100).map(|octets| octets.expose_secret().to_vec())
}

#[test]
fn a_private_directory_is_made_with_its_parents_and_an_open_one_is_tightened() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a/b");
    create_private_dir(&path).unwrap();
    assert_eq!((mode(&path), mode(&home.path().join("a"))), (0o700, 0o700));
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    create_private_dir(&path).unwrap();
    assert_eq!(mode(&path), 0o700);
}

#[test]
fn a_file_in_place_of_a_directory_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("file");
    fs::write(&path, "").unwrap();
    assert_eq!(
        create_private_dir(&path),
        Err(Error::NotRegular {
            path,
            expected: "directory"
        })
    );
}

#[test]
fn a_written_file_has_mode_0600_and_leaves_nothing_beside_it() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("key");
    write_private(&path, b"one", Existing::Keep).unwrap();
    assert_eq!(mode(&path), 0o600);
    write_private(&path, b"two", Existing::Replace).unwrap();
    assert_eq!(read(&path).unwrap(), b"two");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn an_existing_file_is_kept_when_asked() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("key");
    write_private(&path, b"one", Existing::Keep).unwrap();
    assert_eq!(
        write_private(&path, b"two", Existing::Keep),
        Err(Error::Exists { path: path.clone() })
    );
    assert_eq!(read(&path).unwrap(), b"one");
}

#[test]
fn renaming_without_replacing_loses_a_race_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("key");
    let temporary = Temporary::create(&path, home.path()).unwrap();
    fs::write(&path, "first").unwrap();
    assert_eq!(
        temporary.rename(&path, Existing::Keep),
        Err(Error::Exists { path: path.clone() })
    );
    assert_eq!(fs::read(&path).unwrap(), b"first");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn links_and_directories_are_neither_written_nor_read() {
    let home = tempfile::tempdir().unwrap();
    let (target, link) = (home.path().join("target"), home.path().join("link"));
    fs::write(&target, "old").unwrap();
    symlink(&target, &link).unwrap();
    for existing in [Existing::Keep, Existing::Replace] {
        assert_eq!(
            write_private(&link, b"new", existing),
            Err(Error::Symlink { path: link.clone() })
        );
    }
    assert_eq!(read(&link), Err(Error::Symlink { path: link }));
    assert_eq!(fs::read(&target).unwrap(), b"old");
    let path = home.path().to_path_buf();
    let error = Error::NotRegular {
        path: path.clone(),
        expected: "regular file",
    };
    assert_eq!(
        write_private(&path, b"new", Existing::Replace),
        Err(error.clone())
    );
    assert_eq!(read(&path), Err(error));
}

#[test]
fn a_file_that_others_may_read_is_refused_with_its_mode() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("key");
    fs::write(&path, "x").unwrap();
    for (set, allowed) in [
        (0o600, true),
        (0o400, true),
        (0o640, false),
        (0o604, false),
        (0o620, false),
    ] {
        fs::set_permissions(&path, Permissions::from_mode(set)).unwrap();
        let expected = if allowed {
            Ok(b"x".to_vec())
        } else {
            Err(Error::InsecureMode {
                path: path.clone(),
                mode: set,
            })
        };
        assert_eq!(read(&path), expected, "{set:o}");
    }
}

#[test]
fn a_file_of_another_user_is_refused() {
    if !rustix::process::geteuid().is_root() {
        println!("skipped: only root can give a file away");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("key");
    write_private(&path, b"x", Existing::Keep).unwrap();
    std::os::unix::fs::chown(&path, Some(12345), None).unwrap();
    assert_eq!(read(&path), Err(Error::NotOwner { path, owner: 12345 }));
}

#[test]
fn a_named_pipe_is_refused_without_waiting_for_a_writer() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("pipe");
    let made = std::process::Command::new("mkfifo")
        .args(["-m", "600"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    assert_eq!(
        read(&path),
        Err(Error::NotRegular {
            path,
            expected: "regular file"
        })
    );
}

#[test]
fn a_file_at_the_limit_is_read_and_one_above_it_is_not() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("key");
    write_private(&path, &[7; 100], Existing::Keep).unwrap();
    assert_eq!(read(&path).unwrap(), [7; 100]);
    write_private(&path, &[7; 101], Existing::Replace).unwrap();
    assert_eq!(
        read(&path),
        Err(Error::TooLarge {
            what: "the file",
            maximum: 100
        })
    );
}
