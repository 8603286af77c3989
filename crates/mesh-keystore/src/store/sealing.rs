// SPDX-License-Identifier: MIT
//! The ways in which the key of a file store is sealed.
//!
//! Spec: RFC 9106, "Parameter Choice" (Argon2id).
//! Here: the choice, the cost of a passphrase, the derivation of a key from it.
//! Not here: where the sealed key is written (`sealed`), where a passphrase comes from (`passphrase`).

use std::fmt;
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use mesh_crypto::SecretString;
use zeroize::{Zeroize as _, Zeroizing};

use super::KeyStore;
use crate::{Error, Result};

/// How the key of a file store is sealed.
#[derive(Clone)]
pub enum Sealing {
    /// Not at all. Whoever reads the file reads every key; only on the user's explicit choice.
    Clear,
    /// Under a passphrase, with [`Cost::default`].
    Passphrase(SecretString),
    /// Under a passphrase, with a chosen cost. Opening takes the cost from the store.
    PassphraseWithCost(SecretString, Cost),
    /// Under a random key that another key store keeps: the desktop's (`Platform`), which opens with the session.
    Platform(Arc<dyn KeyStore>),
}

/// The ways of [`Sealing`] without their secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealingKind {
    /// Not sealed.
    Clear,
    /// By a passphrase.
    Passphrase,
    /// By a key in the desktop's key store.
    Platform,
}

impl Sealing {
    /// Which way it is.
    #[must_use]
    pub const fn kind(&self) -> SealingKind {
        match self {
            Self::Clear => SealingKind::Clear,
            Self::Passphrase(_) | Self::PassphraseWithCost(..) => SealingKind::Passphrase,
            Self::Platform(_) => SealingKind::Platform,
        }
    }
}

impl fmt::Debug for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sealing").field(&self.kind()).finish()
    }
}

impl SealingKind {
    /// The name in the header of a store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clear => "Clear",
            Self::Passphrase => "Passphrase",
            Self::Platform => "Platform",
        }
    }

    /// The way of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Clear, Self::Passphrase, Self::Platform]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

impl fmt::Display for SealingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clear => "nothing",
            Self::Passphrase => "a passphrase",
            Self::Platform => "the desktop key store",
        })
    }
}

/// What one try of a passphrase costs: the parameters of Argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl Default for Cost {
    /// 64 MiB, three passes, one lane: the second recommendation of RFC 9106 on one processor.
    fn default() -> Self {
        Self {
            memory: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }
}

impl Cost {
    /// A chosen cost: `memory` in KiB, from 19 MiB (with two passes or more) to 2 GiB; up to 64 passes, 16 lanes.
    ///
    /// # Errors
    /// [`Error::CostRange`] outside these bounds. They hold for stores that are opened, too: a store whose header
    /// asks for less, or for more than a machine can give, is refused before anything is computed.
    pub fn new(memory: u32, passes: u32, lanes: u32) -> Result<Self> {
        let (least_memory, least_passes) = if cfg!(test) { (64, 1) } else { (19 * 1024, 2) };
        let fits = (least_memory..=2 * 1024 * 1024).contains(&memory)
            && (least_passes..=64).contains(&passes)
            && (1..=16).contains(&lanes);
        if fits {
            Ok(Self {
                memory,
                passes,
                lanes,
            })
        } else {
            Err(Error::CostRange {
                memory,
                passes,
                lanes,
            })
        }
    }

    /// Memory in KiB.
    #[must_use]
    pub const fn memory(self) -> u32 {
        self.memory
    }

    /// Passes over the memory.
    #[must_use]
    pub const fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes, which could be computed in parallel.
    #[must_use]
    pub const fn lanes(self) -> u32 {
        self.lanes
    }

    /// The key that the passphrase and the salt give.
    pub(crate) fn derive(
        self,
        passphrase: &SecretString,
        salt: &[u8; 16],
    ) -> Result<Zeroizing<[u8; 32]>> {
        let Self {
            memory,
            passes,
            lanes,
        } = self;
        let range = |_| Error::CostRange {
            memory,
            passes,
            lanes,
        };
        let parameters = Params::new(memory, passes, lanes, Some(32)).map_err(range)?;
        let mut out = Zeroizing::new([0; 32]);
        let mut blocks = vec![Block::default(); parameters.block_count()];
        let done = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
            .hash_password_into_with_memory(
                passphrase.expose_secret().as_bytes(),
                salt,
                out.as_mut_slice(),
                &mut blocks,
            );
        // From the blocks an attacker could try passphrases without paying for the memory.
        blocks.iter_mut().for_each(|block| block.zeroize());
        done.map_err(range)?;
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cost_outside_the_bounds_is_refused() {
        for (memory, passes, lanes) in [
            (1, 3, 1),
            (65536, 0, 1),
            (65536, 3, 0),
            (1 << 22, 3, 1),
            (65536, 65, 1),
        ] {
            assert_eq!(
                Cost::new(memory, passes, lanes),
                Err(Error::CostRange {
                    memory,
                    passes,
                    lanes
                })
            );
        }
        assert_eq!(Cost::new(65536, 3, 1), Ok(Cost::default()));
    }

    #[test]
    fn derivation_depends_on_passphrase_salt_and_cost() {
        let key = |pass: &str, salt, passes| {
            let cost = Cost::new(64, passes, 1).unwrap();
            *cost
                .derive(&SecretString::new(pass.into()), &[salt; 16])
                .unwrap()
        };
        let base = key("a", 1, 1);
        assert_eq!(base, key("a", 1, 1));
        assert_ne!(base, key("b", 1, 1));
        assert_ne!(base, key("a", 2, 1));
        assert_ne!(base, key("a", 1, 2));
    }

    #[test]
    fn debug_output_hides_the_passphrase() {
        let sealing = Sealing::Passphrase(SecretString::new("hush".into()));
        assert_eq!(format!("{sealing:?}"), "Sealing(Passphrase)");
    }
}
