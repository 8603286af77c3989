// SPDX-License-Identifier: MIT
//! Which packets of a session have been accepted: the protection against repeats.
//!
//! Spec: mesh-rud, "Packet Formats" (packet number).
//! Here: strictly increasing numbers from peers that number their packets, remembered vectors from those that do not.
//! Not here: the vectors of packets that are sent (`key_schedule`).

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::key_schedule::{Iv, IvSequence};

/// Packets that one session accepts from a peer whose initialization vectors are random.
pub(crate) const REMEMBERED: usize = 65_536;

/// What has arrived in one direction of one session.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// The peer numbers its packets. One number and nothing else is kept.
    Counted {
        /// Fixed for the session.
        sequence: IvSequence,
        /// Largest number accepted.
        last: u64,
    },
    /// The peer draws its vectors at random; each one accepted is kept.
    Remembered(HashSet<Iv>),
}

impl Arrival {
    /// The state after a first packet with this vector.
    ///
    /// # Errors
    /// [`Error::Replayed`] when the peer numbers its packets and does not begin with zero.
    pub(crate) fn begin(counted: bool, iv: &Iv) -> Result<Self> {
        if !counted {
            return Ok(Self::Remembered(HashSet::from([*iv])));
        }
        match IvSequence::split(iv) {
            (sequence, 0) => Ok(Self::Counted { sequence, last: 0 }),
            _ => Err(Error::Replayed),
        }
    }

    /// Accepts the vector of an authentic packet, or refuses it.
    ///
    /// # Errors
    /// [`Error::Replayed`], or [`Error::SessionExpired`] when no more vectors can be remembered.
    pub(crate) fn accept(&mut self, iv: &Iv) -> Result<()> {
        match self {
            Self::Counted { sequence, last } => {
                let (arrived, number) = IvSequence::split(iv);
                if arrived != *sequence || number <= *last {
                    return Err(Error::Replayed);
                }
                *last = number;
            }
            Self::Remembered(seen) => {
                if seen.contains(iv) {
                    return Err(Error::Replayed);
                }
                if seen.len() >= REMEMBERED {
                    return Err(Error::SessionExpired);
                }
                seen.insert(*iv);
            }
        }
        Ok(())
    }

    /// Vectors kept.
    pub(crate) fn remembered(&self) -> usize {
        match self {
            Self::Counted { .. } => 0,
            Self::Remembered(seen) => seen.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_must_increase_and_may_skip() {
        let sequence = IvSequence::new([9; 4]);
        let mut arrival = Arrival::begin(true, &sequence.at(0)).unwrap();
        assert_eq!(arrival.accept(&sequence.at(0)), Err(Error::Replayed));
        arrival.accept(&sequence.at(1)).unwrap();
        arrival.accept(&sequence.at(5)).unwrap();
        for old in [0, 1, 3, 5] {
            assert_eq!(arrival.accept(&sequence.at(old)), Err(Error::Replayed));
        }
        assert_eq!(
            arrival.accept(&IvSequence::new([8; 4]).at(6)),
            Err(Error::Replayed)
        );
        arrival.accept(&sequence.at(u64::MAX)).unwrap();
        assert_eq!(arrival.accept(&sequence.at(0)), Err(Error::Replayed));
        assert_eq!(arrival.remembered(), 0);
    }

    #[test]
    fn a_numbering_peer_begins_with_zero() {
        assert!(Arrival::begin(true, &IvSequence::new([9; 4]).at(1)).is_err());
    }

    #[test]
    fn remembered_vectors_are_refused_and_bounded() {
        let sequence = IvSequence::new([9; 4]);
        let mut arrival = Arrival::begin(false, &sequence.at(7)).unwrap();
        assert_eq!(arrival.accept(&sequence.at(7)), Err(Error::Replayed));
        arrival.accept(&sequence.at(3)).unwrap();
        assert_eq!(arrival.accept(&sequence.at(3)), Err(Error::Replayed));
        for number in 1000..u64::try_from(REMEMBERED).unwrap() + 998 {
            arrival.accept(&sequence.at(number)).unwrap();
        }
        assert_eq!(arrival.remembered(), REMEMBERED);
        assert_eq!(arrival.accept(&sequence.at(0)), Err(Error::SessionExpired));
        assert_eq!(arrival.accept(&sequence.at(7)), Err(Error::Replayed));
        assert_eq!(arrival.remembered(), REMEMBERED);
    }
}
