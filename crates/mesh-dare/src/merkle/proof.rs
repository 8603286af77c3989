// SPDX-License-Identifier: MIT
//! Proofs over the Merkle tree of a sequence: that a frame is in it, and that one state of it began another.
//!
//! Spec: mesh-dare, "Merkle Tree"; records `Proof`, `Witness`.
//! Here: which digests prove what, checking from the apexes alone, the records.
//! Not here: making proofs from a stored sequence (`sequence::proof`), signatures over an apex (`sequence::signature`).
//!
//! The apex of frame m (numbers from one) is folded from its payload digest and the apexes of the frames to its left, L(m) = m-1, m-2, m-4, …
//! down to the frame before its subtree: `a = H(apex_l, a)` for each l of L(m) in turn. Whoever knows apex m therefore holds each apex of L(m),
//! and over it every earlier one:
//!
//! * **A step** from m to l in L(m) is shown by the value folded before apex l came in (one digest, whatever is in it), and by the apexes
//!   that came in after it. Combined with apex l they give apex m.
//! * **Consistency** of apex n with apex m is the steps from m to n, each to the smallest l of L(m) not below n: about 2 log m digests. It
//!   proves that the sequence of n frames began the one of m.
//! * **Inclusion** of frame n under apex m is the apexes of L(n), which with the payload digest give apex n, and then consistency.
//!
//! The shape follows from n and m alone, so that no digest can be shown in another place than its own.

use super::{Digest, fold, lefts};
use crate::error::Error;
use crate::generated::{Proof, Witness};

/// A proof that a frame is in a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// Index of the frame.
    pub index: u64,
    /// Its payload digest.
    pub payload_digest: Digest,
    /// Index of the frame under whose apex it is.
    pub last: u64,
    /// The digests, from the frame upwards.
    pub path: Vec<Digest>,
}

/// A proof that the sequence up to one frame is the beginning of the sequence up to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consistency {
    /// Index of the last frame of the beginning.
    pub first: u64,
    /// Index of the last frame of the whole.
    pub last: u64,
    /// The digests, from the beginning upwards.
    pub path: Vec<Digest>,
}

impl Inclusion {
    /// Checks the proof against the apex of frame `last`.
    ///
    /// # Errors
    /// [`Error::ProofInvalid`].
    pub fn verify(&self, apex: &Digest) -> Result<(), Error> {
        let number = self.index.checked_add(1).ok_or(Error::ProofInvalid)?;
        let (own, rest) = match number {
            // There is nothing to its left.
            1 => (vec![None], self.path.as_slice()),
            _ => split(&self.path, lefts(number).count())?,
        };
        let value = fold(&self.payload_digest, own);
        climb(value, self.index, self.last, rest, apex)
    }
}

impl Consistency {
    /// Checks the proof against the apexes of frames `first` and `last`.
    ///
    /// # Errors
    /// [`Error::ProofInvalid`].
    pub fn verify(&self, first: &Digest, last: &Digest) -> Result<(), Error> {
        climb(*first, self.first, self.last, &self.path, last)
    }
}

/// The first digests of a path, and the others.
fn split(path: &[Digest], count: usize) -> Result<(Vec<Option<Digest>>, &[Digest]), Error> {
    let (own, rest) = path.split_at_checked(count).ok_or(Error::ProofInvalid)?;
    Ok((own.iter().copied().map(Some).collect(), rest))
}

/// Goes from the apex of frame `first` up to that of frame `last`.
fn climb(
    mut value: Digest,
    first: u64,
    last: u64,
    mut path: &[Digest],
    apex: &Digest,
) -> Result<(), Error> {
    let numbers = first.checked_add(1).zip(last.checked_add(1));
    let (first, last) = numbers
        .filter(|(first, last)| first <= last)
        .ok_or(Error::ProofInvalid)?;
    for step in steps(first, last).into_iter().rev() {
        let (inner, rest) = path.split_first().ok_or(Error::ProofInvalid)?;
        let later = lefts(step.from).skip(step.place).skip(1).count();
        let (later, rest) = split(rest, later)?;
        value = fold(inner, [Some(value)].into_iter().chain(later));
        path = rest;
    }
    match path.is_empty() && value == *apex {
        true => Ok(()),
        false => Err(Error::ProofInvalid),
    }
}

/// A step from a frame to one on its left, by their numbers from one.
pub(crate) struct Step {
    pub(crate) from: u64,
    pub(crate) to: u64,
    /// The place of `to` among the apexes to the left of `from`.
    pub(crate) place: usize,
}

/// The steps from frame `last` down to frame `first`.
pub(crate) fn steps(first: u64, last: u64) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut from = last;
    while from > first {
        let reach = lefts(from)
            .enumerate()
            .take_while(|&(_, left)| left >= first);
        let Some((place, to)) = reach.last() else {
            break;
        };
        steps.push(Step { from, to, place });
        from = to;
    }
    steps
}

/// What a step adds to a path: `digest` and `values` are the payload digest of the frame and the apexes to its left.
pub(crate) fn shown(step: &Step, digest: &Digest, values: &[Option<Digest>]) -> Vec<Digest> {
    let before = values.iter().take(step.place).copied();
    let later = values.iter().skip(step.place).skip(1).copied();
    let inner = fold(digest, before);
    [Some(inner)].into_iter().chain(later).flatten().collect()
}

impl From<&Inclusion> for Proof {
    fn from(proof: &Inclusion) -> Self {
        Self {
            hash: Some(proof.payload_digest.to_vec()),
            index: i64::try_from(proof.index).ok(),
            path: proof.path.iter().map(|digest| digest.to_vec()).collect(),
            witness: Some(witness(proof.last)),
            ..Self::default()
        }
    }
}

impl From<&Consistency> for Proof {
    fn from(proof: &Consistency) -> Self {
        Self {
            path: proof.path.iter().map(|digest| digest.to_vec()).collect(),
            witness: Some(witness(proof.last)),
            earlier: Some(witness(proof.first)),
            ..Self::default()
        }
    }
}

impl TryFrom<&Proof> for Inclusion {
    type Error = Error;

    fn try_from(proof: &Proof) -> Result<Self, Error> {
        let hash = proof.hash.as_deref();
        Ok(Self {
            index: number(proof.index)?,
            payload_digest: digest(hash.ok_or(Error::Header { field: "Hash" })?)?,
            last: stated(proof.witness.as_ref())?,
            path: proof
                .path
                .iter()
                .map(|it| digest(it))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl TryFrom<&Proof> for Consistency {
    type Error = Error;

    fn try_from(proof: &Proof) -> Result<Self, Error> {
        Ok(Self {
            first: stated(proof.earlier.as_ref())?,
            last: stated(proof.witness.as_ref())?,
            path: proof
                .path
                .iter()
                .map(|it| digest(it))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn witness(index: u64) -> Witness {
    Witness {
        index: i64::try_from(index).ok(),
        ..Witness::default()
    }
}

fn stated(witness: Option<&Witness>) -> Result<u64, Error> {
    let witness = witness.ok_or(Error::Header { field: "Witness" })?;
    number(witness.index)
}

fn number(value: Option<i64>) -> Result<u64, Error> {
    let value = value.and_then(|value| u64::try_from(value).ok());
    value.ok_or(Error::Header { field: "Index" })
}

fn digest(octets: &[u8]) -> Result<Digest, Error> {
    Digest::try_from(octets).map_err(|_| Error::Header { field: "Path" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::Frontier;
    use mesh_crypto::digest::sha512;

    /// The digests and apexes of a sequence.
    fn sequence(count: u64) -> (Vec<Digest>, Vec<Digest>) {
        let digests: Vec<Digest> = (0..count).map(|n| sha512(&[&n.to_be_bytes()])).collect();
        let mut tree = Frontier::new();
        let apexes = digests.iter().map(|digest| tree.push(digest)).collect();
        (digests, apexes)
    }

    fn place(number: u64) -> usize {
        usize::try_from(number - 1).unwrap()
    }

    fn left_values(number: u64, apexes: &[Digest]) -> Vec<Option<Digest>> {
        lefts(number)
            .map(|left| (left > 0).then(|| apexes[place(left)]))
            .collect()
    }

    fn consistency(first: u64, last: u64, digests: &[Digest], apexes: &[Digest]) -> Consistency {
        let path = steps(first + 1, last + 1)
            .into_iter()
            .rev()
            .flat_map(|step| {
                let values = left_values(step.from, apexes);
                shown(&step, &digests[place(step.from)], &values)
            });
        let path = path.collect();
        Consistency { first, last, path }
    }

    fn inclusion(index: u64, last: u64, digests: &[Digest], apexes: &[Digest]) -> Inclusion {
        let mut path: Vec<Digest> = left_values(index + 1, apexes)
            .into_iter()
            .flatten()
            .collect();
        path.extend(consistency(index, last, digests, apexes).path);
        Inclusion {
            index,
            payload_digest: digests[place(index + 1)],
            last,
            path,
        }
    }

    const COUNT: u64 = 64;

    #[test]
    fn every_right_proof_passes_and_is_short() {
        let (digests, apexes) = sequence(COUNT);
        for last in 0..COUNT {
            for first in 0..=last {
                let apex = |index: u64| &apexes[place(index + 1)];
                let found = inclusion(first, last, &digests, &apexes);
                found.verify(apex(last)).unwrap();
                assert!(found.path.len() <= 2 * 7 + 1, "{first} in {last}");
                assert_eq!(Inclusion::try_from(&Proof::from(&found)).unwrap(), found);
                let found = consistency(first, last, &digests, &apexes);
                found.verify(apex(first), apex(last)).unwrap();
                assert!(found.path.len() <= 2 * 7, "{first} to {last}");
                assert_eq!(Consistency::try_from(&Proof::from(&found)).unwrap(), found);
            }
        }
    }

    #[test]
    fn long_sequences_have_short_proofs() {
        let (digests, apexes) = sequence(5000);
        for last in [4095, 4096, 4998, 4999] {
            for first in (0..=last).step_by(37) {
                let found = inclusion(first, last, &digests, &apexes);
                found.verify(&apexes[place(last + 1)]).unwrap();
                assert!(found.path.len() <= 2 * 13 + 2, "{}", found.path.len());
            }
        }
    }

    #[test]
    fn no_wrong_apex_or_index_passes() {
        let (digests, apexes) = sequence(COUNT);
        for last in 0..COUNT {
            for first in 0..=last {
                let contained = inclusion(first, last, &digests, &apexes);
                let begun = consistency(first, last, &digests, &apexes);
                for other in 0..COUNT {
                    let apex = &apexes[place(other + 1)];
                    assert_eq!(contained.verify(apex).is_ok(), other == last);
                    let beginning = &apexes[place(first + 1)];
                    assert_eq!(begun.verify(beginning, apex).is_ok(), other == last);
                    let whole = &apexes[place(last + 1)];
                    assert_eq!(begun.verify(apex, whole).is_ok(), other == first);
                    let apex = &apexes[place(last + 1)];
                    let moved = Inclusion {
                        index: other,
                        ..contained.clone()
                    };
                    assert_eq!(
                        moved.verify(apex).is_ok(),
                        other == first,
                        "{first} {last} {other}"
                    );
                    let moved = Inclusion {
                        last: other,
                        ..contained.clone()
                    };
                    // Where the way up has the same shape it is the apex, in which the number is not, that tells them apart.
                    assert!(moved.verify(&apexes[place(other + 1)]).is_ok() == (other == last));
                }
            }
        }
    }

    #[test]
    fn no_altered_octet_passes() {
        let (digests, apexes) = sequence(COUNT);
        for last in 0..COUNT {
            let apex = &apexes[place(last + 1)];
            for first in 0..=last {
                let contained = inclusion(first, last, &digests, &apexes);
                let begun = consistency(first, last, &digests, &apexes);
                let beginning = &apexes[place(first + 1)];
                // Every octet of the small ones; of all of them one octet in each digest.
                let octets = if last < 12 { 0..64 } else { 17..18 };
                for at in octets {
                    for digest in 0..contained.path.len() {
                        let mut altered = contained.clone();
                        altered.path[digest][at] ^= 0x10;
                        assert!(altered.verify(apex).is_err(), "{first} {last} {digest}");
                    }
                    let mut altered = contained.clone();
                    altered.payload_digest[at] ^= 1;
                    assert!(altered.verify(apex).is_err());
                    for digest in 0..begun.path.len() {
                        let mut altered = begun.clone();
                        altered.path[digest][at] ^= 0x10;
                        assert!(altered.verify(beginning, apex).is_err());
                    }
                    let mut other = *beginning;
                    other[at] ^= 1;
                    assert!(begun.verify(&other, apex).is_err());
                }
                for (path, longer) in [(&contained.path, true), (&begun.path, false)] {
                    let mut more = path.clone();
                    more.push([0; 64]);
                    let mut less = path.clone();
                    let changed = [Some(more), less.pop().map(|_| less)];
                    for path in changed.into_iter().flatten() {
                        let result = match longer {
                            true => Inclusion {
                                path,
                                ..contained.clone()
                            }
                            .verify(apex),
                            false => Consistency {
                                path,
                                ..begun.clone()
                            }
                            .verify(beginning, apex),
                        };
                        assert!(matches!(result, Err(Error::ProofInvalid)));
                    }
                }
            }
        }
    }

    #[test]
    fn numbers_at_the_edge_are_refused() {
        let path = vec![[0; 64]; 200];
        for (first, last) in [
            (u64::MAX, u64::MAX),
            (0, u64::MAX),
            (5, 4),
            (u64::MAX - 1, 3),
        ] {
            let path = path.clone();
            let proof = Consistency { first, last, path };
            assert!(proof.verify(&[0; 64], &[0; 64]).is_err());
        }
        let record = Proof {
            index: Some(-1),
            ..Proof::default()
        };
        assert!(Inclusion::try_from(&record).is_err());
        assert!(Consistency::try_from(&record).is_err());
    }
}
