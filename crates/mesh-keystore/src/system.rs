// SPDX-License-Identifier: MIT
//! The operating system's clock and randomness, and what a process can do to keep its memory to itself.
//!
//! Spec: none; this is the machine behind [`mesh_crypto::Environment`].
//! Here: [`SystemEnvironment`], protection of the process.
//! Not here: deterministic environments for tests (`mesh_crypto::Seeded`).

use std::time::{SystemTime, UNIX_EPOCH};

use mesh_crypto::{DateTime, Environment};
use rustix::process::{DumpableBehavior, Resource, Rlimit};

use crate::{Error, Result};

/// The name of the machine up to its first dot; `None` where it has none.
#[must_use]
pub fn host_name() -> Option<String> {
    let system = rustix::system::uname();
    let name = system.nodename().to_str().ok()?;
    let name = name.split('.').next().unwrap_or_default();
    (!name.is_empty()).then(|| name.to_owned())
}

/// The operating system as [`Environment`].
#[derive(Clone, Copy, Debug)]
pub struct SystemEnvironment(());

impl SystemEnvironment {
    /// Checks once that the system has randomness to give.
    ///
    /// # Errors
    /// [`Error::Random`] when it has none.
    pub fn new() -> Result<Self> {
        random(&mut [0; 8])?;
        Ok(Self(()))
    }
}

impl Environment for SystemEnvironment {
    fn now(&self) -> DateTime {
        let now = SystemTime::now();
        // A clock before 1970 counts backwards; one past the year 292 billion stands still.
        let seconds = now.duration_since(UNIX_EPOCH).map_or_else(
            |before| i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |s| -s),
            |after| i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
        );
        DateTime::from_unix(seconds)
    }

    /// # Panics
    /// When the system has no randomness although [`SystemEnvironment::new`] got some: going on would make keys that
    /// others can guess.
    #[expect(
        clippy::panic,
        reason = "no key may ever be made without randomness; checked in `new`"
    )]
    fn random(&self, out: &mut [u8]) {
        if random(out).is_err() {
            panic!("the operating system gave no random octets");
        }
    }
}

/// Fills `out` from the operating system.
pub(crate) fn random(out: &mut [u8]) -> Result<()> {
    getrandom::fill(out).map_err(|_| Error::Random)
}

/// An array of random octets.
pub(crate) fn random_array<const N: usize>() -> Result<[u8; N]> {
    let mut out = [0; N];
    random(&mut out)?;
    Ok(out)
}

/// Keeps the memory of this process out of core dumps and away from debuggers of the same user.
///
/// Programs that hold keys call it once, before the first key is there.
///
/// # Errors
/// [`Error::Io`] when the system refuses.
pub fn protect_process() -> Result<()> {
    let failed = |error: rustix::io::Errno| Error::Io {
        operation: "protect",
        path: "/proc/self".into(),
        kind: std::io::Error::from(error).kind(),
    };
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    rustix::process::setrlimit(Resource::Core, none).map_err(failed)?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_is_the_systems_and_random_octets_differ() {
        let env = SystemEnvironment::new().unwrap();
        // 2024-01-01: a build machine with an older clock is broken.
        assert!(env.now().unix() > 1_704_067_200);
        let (mut a, mut b) = ([0; 32], [0; 32]);
        env.random(&mut a);
        env.random(&mut b);
        assert_ne!(a, b);
        assert_ne!(a, [0; 32]);
    }

    #[test]
    #[ignore = "changes its process; the next test runs it in one of its own"]
    fn protect_this_process() {
        protect_process().unwrap();
        assert_eq!(
            rustix::process::dumpable_behavior().unwrap(),
            DumpableBehavior::NotDumpable
        );
        assert_eq!(rustix::process::getrlimit(Resource::Core).current, Some(0));
        println!("protected");
    }

    #[test]
    fn a_protected_process_leaves_no_core_dump() {
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--ignored",
                "--exact",
                "--nocapture",
                "system::tests::protect_this_process",
            ])
            .output()
            .unwrap();
        assert!(child.status.success());
        assert!(String::from_utf8_lossy(&child.stdout).contains("protected"));
    }
}
