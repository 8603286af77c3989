// SPDX-License-Identifier: MIT
//! How much work a file may cause before it has shown that its passphrase is right.
//!
//! Spec: none; RFC 8018 and RFC 7914 leave the limits to whoever reads.
//! Here: one account for all passphrases of a file, in microseconds as a machine of today needs them, and a limit of memory.
//! Not here: the derivations themselves.

use crate::{Error, Result};

/// Longest time that a file may ask for: half a minute.
const MICROSECONDS: u64 = 30_000_000;
/// Largest memory that one derivation may ask for.
const MEMORY: u64 = 256 << 20;

/// What is left of the time that a file may take.
#[derive(Debug)]
pub(crate) struct Budget {
    left: u64,
}

impl Budget {
    pub(crate) const fn new() -> Self {
        Self { left: MICROSECONDS }
    }

    /// Rounds of `bcrypt_pbkdf` for a key and its initialisation vector.
    pub(crate) fn bcrypt(&mut self, rounds: u32) -> Result<()> {
        let time = u64::from(rounds).saturating_mul(12_000);
        self.spend(time, 0, || format!("{rounds} rounds of bcrypt"))
    }

    /// Iterations of PBKDF2, or of the derivation of PKCS #12.
    pub(crate) fn iterations(&mut self, count: u32) -> Result<()> {
        self.spend(u64::from(count), 0, || format!("{count} iterations"))
    }

    /// scrypt with blocks of 128 `r` octets.
    pub(crate) fn scrypt(&mut self, n: u64, r: u32, p: u32) -> Result<()> {
        let memory = n.saturating_mul(u64::from(r)).saturating_mul(128);
        let time = memory.saturating_mul(u64::from(p)) / 400;
        let what = || format!("scrypt with N={n}, r={r}, p={p}");
        // The blocks of all lanes take memory as well.
        let lanes = u64::from(r).saturating_mul(u64::from(p));
        let memory = memory.saturating_add(lanes.saturating_mul(128));
        self.spend(time, memory, what)
    }

    /// Argon2 with memory in KiB.
    pub(crate) fn argon2(&mut self, memory: u32, passes: u32) -> Result<()> {
        let time = u64::from(memory).saturating_mul(u64::from(passes));
        self.spend(time, u64::from(memory).saturating_mul(1024), || {
            format!("Argon2 with {memory} KiB and {passes} passes")
        })
    }

    fn spend(&mut self, time: u64, memory: u64, what: impl FnOnce() -> String) -> Result<()> {
        match self.left.checked_sub(time) {
            Some(left) if memory <= MEMORY => {
                self.left = left;
                Ok(())
            }
            _ => Err(Error::TooCostly { what: what() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_writes_is_within_the_limits() {
        let mut budget = Budget::new();
        budget.bcrypt(100).unwrap();
        budget.iterations(2_000_000).unwrap();
        budget.scrypt(1 << 17, 8, 1).unwrap();
        budget.argon2(64 << 10, 16).unwrap();
    }

    #[test]
    fn bombs_are_refused_and_many_small_ones_add_up() {
        assert!(Budget::new().bcrypt(u32::MAX).is_err());
        assert!(Budget::new().iterations(u32::MAX).is_err());
        assert!(Budget::new().scrypt(1 << 22, 8, 1).is_err());
        assert!(Budget::new().scrypt(1 << 14, 8, 1 << 20).is_err());
        assert!(Budget::new().scrypt(u64::MAX, 8, 1).is_err());
        assert!(Budget::new().scrypt(2, u32::MAX, u32::MAX).is_err());
        assert!(Budget::new().argon2(1 << 20, 1).is_err());
        assert!(Budget::new().argon2(8, u32::MAX).is_err());
        let mut budget = Budget::new();
        let tries = (0..64).filter(|_| budget.iterations(2_000_000).is_ok());
        assert_eq!(tries.count(), 15);
    }
}
