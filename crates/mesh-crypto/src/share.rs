// SPDX-License-Identifier: MIT
//! Shares of a secret, any quorum of which gives it back.
//!
//! Spec: mesh-udf, "Shamir Shared Secret"; mesh-architecture, "Escrow".
//! Here: splitting, recovering, finding the share that does not belong.
//! Not here: what the secret is worth once recovered ([`crate::Seed`], `mesh-client`).
//!
//! A share has no checksum of its own. One that was altered or comes from another set shows only when more shares than
//! the quorum are at hand, or in the recovered secret: [`recover_seed`] checks its form, and whoever recovers an escrow
//! compares the profile it leads to.

mod field;

use std::fmt;
use std::str::FromStr;

use mesh_jsonbcd::{ErrorClass, SecretBytes};
use zeroize::Zeroizing;

use self::field::{Element, Field};
use crate::environment::Environment;
use crate::udf::seed::Seed;
use crate::udf::{TypeId, presentation};

/// The most shares and the largest quorum that fit the one octet a share has for both.
pub const MAXIMUM_SHARES: u8 = 15;
/// Octets of the longest secret that can be split.
pub const MAXIMUM_SECRET: usize = field::MAXIMUM_OCTETS;

/// Why splitting or recovering failed. Indexes count from 1, as the shares themselves do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    /// A character of a share is not in the alphabet.
    #[error("share {share}: character {position} is not one of A-Z, 2-7 or a dash")]
    BadCharacter {
        /// Which of the shares given, counted from 1.
        share: usize,
        /// Position in characters, counted from 1.
        position: usize,
    },
    /// The shares are of secrets of different lengths: they come from different sets or one is cut short.
    #[error("share {index} is for a secret of {found} octets, the first for one of {expected}")]
    DifferentLengths {
        /// The index of the share that differs.
        index: u8,
        /// Octets of the first share's secret.
        expected: usize,
        /// Octets of the differing share's secret.
        found: usize,
    },
    /// The same share was given twice, or two shares claim the same index.
    #[error("share {index} is given twice")]
    Duplicate {
        /// The index.
        index: u8,
    },
    /// The shares contradict each other: at least one was altered or comes from another set.
    #[error("the shares do not belong together; in doubt: {}", list(.indexes))]
    Inconsistent {
        /// The indexes of the shares that disagree with the majority, or of all when there is no majority.
        indexes: Vec<u8>,
    },
    /// The shares ask for different quorums: they come from different sets.
    #[error("share {index} is of a set with a quorum of {found}, the first of one with {expected}")]
    MixedQuorum {
        /// The index of the share that differs.
        index: u8,
        /// Quorum of the first share.
        expected: u8,
        /// Quorum of the differing share.
        found: u8,
    },
    /// What was given as a share is something else.
    #[error("item {position} is not a share")]
    NotAShare {
        /// Which of the shares given, counted from 1.
        position: usize,
    },
    /// What the shares give back is no seed: one was altered, or they come from different sets.
    #[error("the shares lead to no valid seed: one was altered or they come from different sets")]
    NotASeed,
    /// The number of shares or the quorum is out of range.
    #[error(
        "{quorum} of {shares} shares cannot be made: 1 to 15 shares, quorum from 1 to their number"
    )]
    Quantity {
        /// Number of shares.
        shares: u8,
        /// Quorum.
        quorum: u8,
    },
    /// The secret is empty or longer than 64 octets.
    #[error("a secret of {length} octets cannot be split")]
    SecretLength {
        /// Its length.
        length: usize,
    },
    /// There are fewer shares than the quorum.
    #[error("{have} of the {need} shares needed")]
    TooFew {
        /// Shares at hand.
        have: usize,
        /// Shares needed.
        need: usize,
    },
}

impl ShareError {
    /// Whose fault the error is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::BadCharacter { .. } | Self::NotAShare { .. } => ErrorClass::Malformed,
            Self::Inconsistent { .. } | Self::NotASeed => ErrorClass::Untrusted,
            Self::DifferentLengths { .. }
            | Self::Duplicate { .. }
            | Self::MixedQuorum { .. }
            | Self::Quantity { .. }
            | Self::SecretLength { .. }
            | Self::TooFew { .. } => ErrorClass::Misuse,
        }
    }
}

fn list(indexes: &[u8]) -> String {
    indexes
        .iter()
        .map(u8::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// One share. `Display` gives the text to hand over; Debug shows index and quorum only. A copy serves to try the share with others.
#[derive(Clone)]
pub struct Share {
    quorum: u8,
    index: u8,
    value: SecretBytes,
}

impl Share {
    /// Parses the text form; dashes, case and spaces do not matter.
    ///
    /// # Errors
    /// [`ShareError::BadCharacter`], or [`ShareError::NotAShare`] when it is something else.
    pub fn parse(text: &str) -> Result<Self, ShareError> {
        Self::parse_at(text, 1)
    }

    /// Parses a list of shares; errors name the one they are about.
    ///
    /// # Errors
    /// As for [`Share::parse`].
    pub fn parse_all<T: AsRef<str>>(texts: &[T]) -> Result<Vec<Self>, ShareError> {
        (1..)
            .zip(texts)
            .map(|(position, text)| Self::parse_at(text.as_ref(), position))
            .collect()
    }

    fn parse_at(text: &str, position: usize) -> Result<Self, ShareError> {
        // Shares are typed in by hand: spaces count as dashes.
        let text: Zeroizing<String> = Zeroizing::new(
            text.chars()
                .map(|c| if c.is_ascii_whitespace() { '-' } else { c })
                .collect(),
        );
        let binary = Zeroizing::new(presentation::decode(&text).map_err(|error| match error {
            crate::Error::BadCharacter {
                position: character,
            } => ShareError::BadCharacter {
                share: position,
                position: character.saturating_add(1),
            },
            _ => ShareError::NotAShare { position },
        })?);
        match binary.as_slice() {
            [kind, numbers, value @ ..]
                if *kind == TypeId::SHARE.octet()
                    && numbers >> 4 != 0
                    && numbers & 15 < MAXIMUM_SHARES
                    && (1..=MAXIMUM_SECRET).contains(&value.len()) =>
            {
                Ok(Self {
                    quorum: numbers >> 4,
                    index: (numbers & 15).saturating_add(1),
                    value: SecretBytes::new(value.to_vec()),
                })
            }
            _ => Err(ShareError::NotAShare { position }),
        }
    }

    /// How many shares of the set give the secret back.
    #[must_use]
    pub fn quorum(&self) -> u8 {
        self.quorum
    }

    /// Which share of the set this is, counted from 1.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.index
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value.expose_secret();
        let mut binary = Zeroizing::new(Vec::with_capacity(value.len().saturating_add(2)));
        binary.push(TypeId::SHARE.octet());
        binary.push((self.quorum << 4) | self.index.saturating_sub(1));
        binary.extend_from_slice(value);
        f.write_str(&Zeroizing::new(presentation::present(&binary, usize::MAX)))
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Share(index {}, quorum {}, [redacted])",
            self.index, self.quorum
        )
    }
}

impl FromStr for Share {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, ShareError> {
        Self::parse(text)
    }
}

/// Splits a secret into `shares` shares, any `quorum` of which give it back and fewer of which say nothing about it.
///
/// # Errors
/// [`ShareError::Quantity`] or [`ShareError::SecretLength`] when the numbers are out of range.
pub fn split(
    secret: &SecretBytes,
    shares: u8,
    quorum: u8,
    environment: &dyn Environment,
) -> Result<Vec<Share>, crate::Error> {
    if !(1..=MAXIMUM_SHARES).contains(&shares) || !(1..=shares).contains(&quorum) {
        return Err(ShareError::Quantity { shares, quorum }.into());
    }
    let length = secret.expose_secret().len();
    let field = Field::for_octets(length).ok_or(ShareError::SecretLength { length })?;
    loop {
        let mut coefficients = vec![field.element(secret.expose_secret())];
        for _ in 1..quorum {
            coefficients.push(field.random(environment));
        }
        // A value of the polynomial can exceed what the share's octets hold, once in 2^(8 len) / offset: draw again.
        if let Some(shares) = evaluate(&field, &coefficients, shares, quorum) {
            return Ok(shares);
        }
    }
}

/// The shares of a polynomial; `None` when a value does not fit the octets of a share.
fn evaluate(field: &Field, coefficients: &[Element], shares: u8, quorum: u8) -> Option<Vec<Share>> {
    (1..=shares)
        .map(|index| {
            let x = field.small(index);
            let mut value = field.small(0);
            for coefficient in coefficients.iter().rev() {
                value = value.multiply(&x).add(coefficient);
            }
            Some(Share {
                quorum,
                index,
                value: field.octets(&value)?,
            })
        })
        .collect()
}

/// Recovers the secret from at least a quorum of shares.
///
/// With more shares than the quorum, all of them must agree.
///
/// # Errors
/// A [`ShareError`] that names the share at fault as far as the shares tell.
pub fn recover(shares: &[Share]) -> Result<SecretBytes, crate::Error> {
    let (field, quorum) = check_set(shares)?;
    let points: Vec<Point> = shares
        .iter()
        .map(|share| Point {
            index: share.index,
            value: field.element(share.value.expose_secret()),
        })
        .collect();
    let (chosen, rest) = points.split_at_checked(quorum).ok_or(ShareError::TooFew {
        have: shares.len(),
        need: quorum,
    })?;
    if rest.iter().any(|point| !point.lies_on(&field, chosen)) {
        return Err(ShareError::Inconsistent {
            indexes: odd_ones_out(&field, &points, quorum),
        }
        .into());
    }
    // f(0) of shares that belong together is below 2^(8 len), as every secret is.
    field
        .octets(&interpolate(&field, chosen, 0))
        .ok_or_else(|| {
            ShareError::Inconsistent {
                indexes: shares.iter().map(Share::index).collect(),
            }
            .into()
        })
}

/// Recovers a seed from its shares: what an escrow holds.
///
/// # Errors
/// As for [`recover`], and [`ShareError::NotASeed`] when the secret is no seed.
pub fn recover_seed(shares: &[Share]) -> Result<Seed, crate::Error> {
    Seed::from_binary(&recover(shares)?).map_err(|_| ShareError::NotASeed.into())
}

/// Checks that the shares can be of one set and are enough of it.
fn check_set(shares: &[Share]) -> Result<(Field, usize), ShareError> {
    let Some(first) = shares.first() else {
        return Err(ShareError::TooFew { have: 0, need: 1 });
    };
    let length = first.value.expose_secret().len();
    let mut seen = Vec::with_capacity(shares.len());
    for share in shares {
        let found = share.value.expose_secret().len();
        if share.quorum != first.quorum {
            let (expected, found) = (first.quorum, share.quorum);
            return Err(ShareError::MixedQuorum {
                index: share.index,
                expected,
                found,
            });
        }
        if found != length {
            return Err(ShareError::DifferentLengths {
                index: share.index,
                expected: length,
                found,
            });
        }
        if seen.contains(&share.index) {
            return Err(ShareError::Duplicate { index: share.index });
        }
        seen.push(share.index);
    }
    let need = usize::from(first.quorum);
    if shares.len() < need {
        return Err(ShareError::TooFew {
            have: shares.len(),
            need,
        });
    }
    let field = Field::for_octets(length).ok_or(ShareError::SecretLength { length })?;
    Ok((field, need))
}

struct Point {
    index: u8,
    value: Element,
}

impl Point {
    fn lies_on(&self, field: &Field, points: &[impl std::borrow::Borrow<Point>]) -> bool {
        interpolate(field, points, self.index).equals(&self.value)
    }
}

/// The value at `x` of the polynomial through the points (Lagrange). Which points are used is public.
fn interpolate(field: &Field, points: &[impl std::borrow::Borrow<Point>], x: u8) -> Element {
    let x = field.small(x);
    let mut sum = field.small(0);
    for point in points.iter().map(std::borrow::Borrow::borrow) {
        // The Lagrange coefficient; the point itself, whose difference has no inverse, is left out.
        let mut term = field.small(1);
        for other in points.iter().map(std::borrow::Borrow::borrow) {
            if let Some(inverse) = field.inverse_difference(point.index, other.index) {
                term = term
                    .multiply(&x.subtract(&field.small(other.index)))
                    .multiply(&inverse);
            }
        }
        sum = sum.add(&term.multiply(&point.value));
    }
    sum
}

/// The indexes of the points off the polynomial that most points lie on; all when no polynomial wins.
fn odd_ones_out(field: &Field, points: &[Point], quorum: usize) -> Vec<u8> {
    let everyone = || points.iter().map(|point| point.index).collect::<Vec<_>>();
    let mut best: Option<Vec<u8>> = None;
    let mut is_tied = false;
    for chosen in subsets(points.len(), quorum) {
        let chosen: Vec<&Point> = chosen
            .iter()
            .filter_map(|position| points.get(*position))
            .collect();
        let off: Vec<u8> = points
            .iter()
            .filter(|point| chosen.iter().all(|known| known.index != point.index))
            .filter(|point| !point.lies_on(field, &chosen))
            .map(|point| point.index)
            .collect();
        // Two polynomials share fewer points than the quorum, so no other one leaves this few out.
        if off.len().saturating_mul(2) < points.len().saturating_sub(quorum).saturating_add(1) {
            return off;
        }
        match &best {
            Some(found) if off.len() > found.len() || off == *found => {}
            Some(found) if off.len() == found.len() => is_tied = true,
            _ => {
                best = Some(off);
                is_tied = false;
            }
        }
    }
    // A polynomial through nothing but its own quorum proves nothing.
    best.filter(|off| !is_tied && points.len().saturating_sub(off.len()) > quorum)
        .unwrap_or_else(everyone)
}

/// All choices of `size` positions out of `count`, in order; at most 6435 of 15.
fn subsets(count: usize, size: usize) -> Vec<Vec<usize>> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..size {
        out = out
            .into_iter()
            .flat_map(|chosen| {
                let start = chosen.last().map_or(0, |last| last + 1);
                (start..count).map(move |next| {
                    let mut longer = chosen.clone();
                    longer.push(next);
                    longer
                })
            })
            .collect();
    }
    out
}

#[cfg(test)]
mod tests;
