// SPDX-License-Identifier: MIT
//! The binary Merkle tree over the payload digests of a sequence.
//!
//! Spec: mesh-dare, "Merkle Tree"; position arithmetic of its appendix "Previous frame".
//! Here: the O(log n) state from which the apex of the next frame follows; the service and every client keep one per store.
//! Not here: proofs (`proof`), where frames are stored (`sequence`), signatures over an apex (`store`, `sequence::signature`).
//!
//! The value of frame n covers every frame before it: walking up from the payload digest, each complete left sibling is
//! combined in, and last of all the apex that precedes the subtree. A missing left input is 64 zero octets.
//!
//! Deviation: D-06. The reference combines zeros for every left sibling, so its apex covers one frame only.

pub mod proof;

use mesh_crypto::digest::sha512;

use crate::error::Error;

/// Octets of a digest in the tree (SHA-512).
pub const DIGEST_SIZE: usize = 64;

/// A payload or node digest.
pub type Digest = [u8; DIGEST_SIZE];

/// One remembered apex: the last frame whose one-based number is a multiple of `2^level`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Node {
    number: u64,
    apex: Digest,
}

/// What must be remembered of a sequence in order to append to its tree: at most 65 apex values.
///
/// Two frontiers are equal exactly when they stand for the same list of payload digests.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    len: u64,
    /// `levels[j]` is the last frame whose one-based number is divisible by `2^j`.
    levels: Vec<Node>,
}

impl std::fmt::Debug for Frontier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frontier")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

impl Frontier {
    /// The frontier of an empty sequence.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of frames covered.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// True when no frame is covered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The apex of the last frame: the digest that stands for the whole sequence.
    #[must_use]
    pub fn apex(&self) -> Option<Digest> {
        self.levels.first().map(|node| node.apex)
    }

    /// Adds the payload digest of the next frame and returns its apex.
    pub fn push(&mut self, payload_digest: &Digest) -> Digest {
        let number = self.len.saturating_add(1);
        let combined = fold(
            payload_digest,
            lefts(number).map(|left| self.apex_of(left).copied()),
        );

        self.len = number;
        let node = Node {
            number,
            apex: combined,
        };
        let mut level_size = 1u64;
        let mut level = 0usize;
        while level_size != 0 && number.is_multiple_of(level_size) {
            match self.levels.get_mut(level) {
                Some(slot) => *slot = node,
                None => self.levels.push(node),
            }
            level = level.saturating_add(1);
            level_size = level_size.checked_mul(2).unwrap_or(0);
        }
        combined
    }

    /// The apex of the frame with this one-based number, if it is still needed.
    fn apex_of(&self, number: u64) -> Option<&Digest> {
        self.levels
            .iter()
            .find(|node| node.number == number)
            .map(|node| &node.apex)
    }

    /// The frontier of a sequence of `len` frames, when the apexes that it remembers are known by their one-based numbers.
    pub(crate) fn restore(len: u64, apex_of: impl Fn(u64) -> Option<Digest>) -> Option<Self> {
        let levels = (0..u64::BITS.saturating_sub(len.leading_zeros())).map(|level| {
            let number = len >> level << level;
            let apex = apex_of(number)?;
            Some(Node { number, apex })
        });
        let levels = levels.collect::<Option<_>>()?;
        Some(Self { len, levels })
    }

    /// The stored form: frame count, then per level the one-based frame number and its apex, all big-endian.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(8 + self.levels.len() * (8 + DIGEST_SIZE));
        out.extend_from_slice(&self.len.to_be_bytes());
        for node in &self.levels {
            out.extend_from_slice(&node.number.to_be_bytes());
            out.extend_from_slice(&node.apex);
        }
        out
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`Error::BadFrontier`] when the octets are not a frontier that [`Frontier::encode`] can have written.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let (len, mut rest) = take_u64(bytes)?;
        let mut levels = Vec::new();
        let mut level_size = 1u64;
        while !rest.is_empty() {
            let (number, after) = take_u64(rest)?;
            let (apex, after) = after
                .split_first_chunk::<DIGEST_SIZE>()
                .ok_or(Error::BadFrontier)?;
            if level_size == 0 || number != len / level_size * level_size || number == 0 {
                return Err(Error::BadFrontier);
            }
            levels.push(Node {
                number,
                apex: *apex,
            });
            level_size = level_size.checked_mul(2).unwrap_or(0);
            rest = after;
        }
        let expected = u64::BITS.saturating_sub(len.leading_zeros());
        if u32::try_from(levels.len()) != Ok(expected) {
            return Err(Error::BadFrontier);
        }
        Ok(Self { len, levels })
    }
}

fn take_u64(bytes: &[u8]) -> Result<(u64, &[u8]), Error> {
    let (head, rest) = bytes.split_first_chunk::<8>().ok_or(Error::BadFrontier)?;
    Ok((u64::from_be_bytes(*head), rest))
}

fn combine(left: Option<&Digest>, right: &Digest) -> Digest {
    match left {
        Some(left) => sha512(&[left, right]),
        None => sha512(&[&[0; DIGEST_SIZE], right]),
    }
}

/// Combines the apexes to the left of a frame into a value, in the order of [`lefts`]. Beginning with a payload digest, this is the apex.
pub(crate) fn fold(value: &Digest, lefts: impl IntoIterator<Item = Option<Digest>>) -> Digest {
    let combine = |value: Digest, left: Option<Digest>| combine(left.as_ref(), &value);
    lefts.into_iter().fold(*value, combine)
}

/// The one-based numbers of the frames whose apexes are combined with the payload digest of a frame: its complete left siblings from the
/// smallest, then the frame before the whole subtree (for the first subtree of its size the left half again; 0, which is no frame, for frame 1).
pub(crate) fn lefts(number: u64) -> impl Iterator<Item = u64> {
    let size = number & number.wrapping_neg();
    let siblings = (0..size.trailing_zeros()).map(move |level| number.saturating_sub(1 << level));
    let previous = match number == size {
        true => size / 2,
        false => number.saturating_sub(size),
    };
    siblings.chain([previous])
}

/// The zero-based index of the frame that `TreePosition` of frame `index` points at; `None` for frame 0.
///
/// Spec: mesh-dare, appendix "Previous frame"; values 0,1,1,3,3,5,3,7,… for index 1, 2, 3, ….
#[must_use]
pub fn previous_frame(index: u64) -> Option<u64> {
    lefts(index.checked_add(1)?).last()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of dare.md written with all apex values at hand.
    fn naive(digests: &[Digest]) -> Vec<Digest> {
        let mut apexes: Vec<Digest> = Vec::new();
        for (n, digest) in digests.iter().enumerate() {
            let (mut c, mut x, mut d) = (*digest, n + 1, 1);
            while x % 2 == 0 {
                c = combine(apexes.get(n - d), &c);
                d *= 2;
                x /= 2;
            }
            let previous = if x == 1 {
                (d / 2).checked_sub(1)
            } else {
                n.checked_sub(d)
            };
            c = combine(previous.map(|p| &apexes[p]), &c);
            apexes.push(c);
        }
        apexes
    }

    fn digests(count: u64) -> Vec<Digest> {
        (0..count).map(|n| sha512(&[&n.to_be_bytes()])).collect()
    }

    #[test]
    fn the_frontier_gives_the_apex_of_the_definition_for_every_frame() {
        let digests = digests(300);
        let mut frontier = Frontier::new();
        for (digest, apex) in digests.iter().zip(naive(&digests)) {
            assert_eq!(frontier.push(digest), apex);
            assert_eq!(frontier.apex(), Some(apex));
        }
    }

    #[test]
    fn every_digest_changes_every_later_apex() {
        let good = naive(&digests(40));
        for changed in 0..40 {
            let mut other = digests(40);
            other[changed][0] ^= 1;
            let other = naive(&other);
            for n in changed..40 {
                assert_ne!(good[n], other[n], "apex {n} does not cover frame {changed}");
            }
        }
    }

    #[test]
    fn a_stored_frontier_continues_where_it_was() {
        let digests = digests(70);
        let mut kept = Frontier::new();
        for digest in &digests {
            let mut loaded = Frontier::decode(&kept.encode()).unwrap();
            assert_eq!(loaded, kept);
            assert_eq!(loaded.push(digest), kept.push(digest));
        }
    }

    #[test]
    fn a_damaged_frontier_is_refused() {
        let mut frontier = Frontier::new();
        for digest in digests(6) {
            frontier.push(&digest);
        }
        let bytes = frontier.encode();
        for cut in 0..bytes.len() {
            assert!(Frontier::decode(&bytes[..cut]).is_err(), "{cut}");
        }
        let mut longer = bytes.clone();
        longer[7] = 9;
        assert!(Frontier::decode(&longer).is_err());
    }

    #[test]
    fn previous_frames_are_those_of_the_appendix() {
        let found: Vec<_> = (1..=16).map(|n| previous_frame(n).unwrap()).collect();
        assert_eq!(found, [0, 1, 1, 3, 3, 5, 3, 7, 7, 9, 7, 11, 11, 13, 7, 15]);
        assert_eq!(previous_frame(0), None);
    }
}
