// SPDX-License-Identifier: MIT
//! One lock discipline for all processes that work on one home directory.
//!
//! Spec: none.
//! Here: shared and exclusive locks on `<home>/lock`, and who holds them.
//! Not here: what must be locked for what (`mesh-client`).

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use crate::{Error, Result};

/// A lock on a home directory, given back when dropped, or by the system when the process ends.
///
/// The lock file stays: removing it would let two processes lock two different files of one name.
#[derive(Debug)]
pub struct HomeLock {
    file: File,
    path: PathBuf,
    exclusive: bool,
}

impl HomeLock {
    /// Locks for reading: others may read at the same time, nobody may write. Waits at most `wait`.
    ///
    /// # Errors
    /// [`Error::Locked`] with the holders when the time is up; [`Error::Symlink`], [`Error::Io`].
    pub fn shared(directory: &Path, wait: Duration) -> Result<Self> {
        Self::acquire(directory, wait, false)
    }

    /// Locks for writing: nobody else may read or write. Waits at most `wait`.
    ///
    /// # Errors
    /// [`Error::Locked`] with the holders when the time is up; [`Error::Symlink`], [`Error::Io`].
    pub fn exclusive(directory: &Path, wait: Duration) -> Result<Self> {
        Self::acquire(directory, wait, true)
    }

    /// The lock file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn acquire(directory: &Path, wait: Duration, exclusive: bool) -> Result<Self> {
        let path = directory.join("lock");
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = File::from(
            rustix::fs::open(&path, flags, Mode::RUSR | Mode::WUSR).map_err(|error| {
                if error == Errno::LOOP {
                    Error::Symlink { path: path.clone() }
                } else {
                    Error::io("open", &path)(error)
                }
            })?,
        );
        let operation = if exclusive {
            FlockOperation::NonBlockingLockExclusive
        } else {
            FlockOperation::NonBlockingLockShared
        };
        let start = Instant::now();
        let mut pause = Duration::from_millis(2);
        loop {
            match rustix::fs::flock(&file, operation) {
                Ok(()) => break,
                Err(Errno::WOULDBLOCK) => {
                    let left = wait.saturating_sub(start.elapsed());
                    if left.is_zero() {
                        return Err(Error::Locked {
                            holders: holders(&file),
                            path,
                        });
                    }
                    std::thread::sleep(pause.min(left));
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(Error::io("lock", &path)(error)),
            }
        }
        let mut lock = Self {
            file,
            path,
            exclusive,
        };
        if exclusive {
            lock.sign()?;
        }
        Ok(lock)
    }

    /// Leaves our process number in the file, for systems where nobody can ask who holds the lock.
    fn sign(&mut self) -> Result<()> {
        let text = format!("{}\n", std::process::id());
        self.file
            .set_len(0)
            .and_then(|()| self.file.rewind())
            .and_then(|()| self.file.write_all(text.as_bytes()))
            .map_err(Error::io("write", &self.path))
    }
}

impl Drop for HomeLock {
    fn drop(&mut self) {
        if self.exclusive {
            // Only a hint for others; the lock itself ends with the file being closed.
            let _ = self.file.set_len(0);
        }
    }
}

/// Who holds the lock: the kernel's list, or else the number that an exclusive holder wrote into the file.
fn holders(file: &File) -> Vec<u32> {
    let listed = file
        .metadata()
        .ok()
        .and_then(|found| Some(listed(&fs::read_to_string("/proc/locks").ok()?, &found)))
        .unwrap_or_default();
    if !listed.is_empty() {
        return listed;
    }
    let mut text = String::new();
    let mut reader = file;
    let read = reader
        .rewind()
        .and_then(|()| reader.take(16).read_to_string(&mut text));
    read.ok()
        .and_then(|_| text.trim().parse().ok())
        .into_iter()
        .collect()
}

/// The holders in `/proc/locks`: `1: FLOCK  ADVISORY  WRITE 4711 08:01:131090 0 EOF`; a waiting one has `->`.
fn listed(locks: &str, found: &fs::Metadata) -> Vec<u32> {
    let (major, minor) = (
        rustix::fs::major(found.dev()),
        rustix::fs::minor(found.dev()),
    );
    let wanted = format!("{major:02x}:{minor:02x}:{}", found.ino());
    let mut out: Vec<u32> = locks
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace().skip(1);
            (fields.next()? == "FLOCK").then_some(())?;
            let process = fields.nth(2)?.parse().ok().filter(|p| *p != 0)?;
            (fields.next()? == wanted).then_some(process)
        })
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn readers_share_and_a_writer_excludes() {
        let home = tempfile::tempdir().unwrap();
        let one = HomeLock::shared(home.path(), NOW).unwrap();
        let two = HomeLock::shared(home.path(), NOW).unwrap();
        assert!(matches!(
            HomeLock::exclusive(home.path(), NOW),
            Err(Error::Locked { .. })
        ));
        drop((one, two));
        let writer = HomeLock::exclusive(home.path(), NOW).unwrap();
        assert!(matches!(
            HomeLock::shared(home.path(), NOW),
            Err(Error::Locked { .. })
        ));
        assert!(matches!(
            HomeLock::exclusive(home.path(), NOW),
            Err(Error::Locked { .. })
        ));
        drop(writer);
        HomeLock::shared(home.path(), NOW).unwrap();
    }

    #[test]
    fn a_refused_writer_learns_which_process_holds_the_lock() {
        let home = tempfile::tempdir().unwrap();
        let writer = HomeLock::exclusive(home.path(), NOW).unwrap();
        let error = HomeLock::exclusive(home.path(), NOW).unwrap_err();
        let ours = std::process::id();
        assert_eq!(
            error,
            Error::Locked {
                path: home.path().join("lock"),
                holders: vec![ours]
            }
        );
        drop(writer);
    }

    #[test]
    fn a_lock_held_by_another_process_names_it() {
        let home = tempfile::tempdir().unwrap();
        let lock = home.path().join("lock");
        let mut child = std::process::Command::new("flock")
            .args(["-x", "-o"])
            .arg(&lock)
            .args(["sh", "-c", "echo held; read line"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = [0; 5];
        child
            .stdout
            .as_mut()
            .unwrap()
            .read_exact(&mut said)
            .unwrap();
        let error = HomeLock::shared(home.path(), Duration::from_millis(20)).unwrap_err();
        assert_eq!(
            error,
            Error::Locked {
                path: lock,
                holders: vec![child.id()]
            }
        );
        drop(child.stdin.take());
        child.wait().unwrap();
        HomeLock::exclusive(home.path(), Duration::from_secs(5)).unwrap();
    }

    #[test]
    fn a_waiting_writer_gets_the_lock_when_it_is_given_back() {
        let home = tempfile::tempdir().unwrap();
        let reader = HomeLock::shared(home.path(), NOW).unwrap();
        let waiter = std::thread::spawn({
            let home = home.path().to_path_buf();
            move || HomeLock::exclusive(&home, Duration::from_secs(20)).map(drop)
        });
        std::thread::sleep(Duration::from_millis(30));
        assert!(!waiter.is_finished());
        drop(reader);
        waiter.join().unwrap().unwrap();
    }

    #[test]
    fn a_link_in_place_of_the_lock_file_is_refused() {
        let home = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/tmp/elsewhere", home.path().join("lock")).unwrap();
        assert!(matches!(
            HomeLock::shared(home.path(), NOW),
            Err(Error::Symlink { .. })
        ));
    }

    #[test]
    fn lists_only_flock_holders_of_the_same_file() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("lock");
        fs::write(&path, "").unwrap();
        let found = fs::metadata(&path).unwrap();
        let here = format!(
            "{:02x}:{:02x}:{}",
            rustix::fs::major(found.dev()),
            rustix::fs::minor(found.dev()),
            found.ino()
        );
        let text = format!(
            "1: FLOCK  ADVISORY  READ 12 {here} 0 EOF\n1: -> FLOCK  ADVISORY  WRITE 13 {here} 0 EOF\n\
             2: POSIX  ADVISORY  WRITE 14 {here} 0 EOF\n3: FLOCK  ADVISORY  READ 15 ff:ff:1 0 EOF\nnonsense\n"
        );
        assert_eq!(listed(&text, &found), [12]);
    }
}
