// SPDX-License-Identifier: MIT
//! Arithmetic modulo the prime that belongs to the length of a secret.
//!
//! Spec: mesh-udf, "Shamir Shared Secret", table of primes.
//! Here: the primes, and elements in constant-time Montgomery form of one fixed width.
//! Not here: polynomials (`share`).

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{CtEq as _, Odd, U576};
use mesh_jsonbcd::SecretBytes;
use zeroize::{Zeroize, Zeroizing};

use super::MAXIMUM_SHARES;
use crate::environment::Environment;

/// The longest secret: its prime has one bit more.
pub(super) const MAXIMUM_OCTETS: usize = 64;

/// Octets of the width that all lengths are computed in.
const WIDTH: usize = U576::BYTES;

/// For a secret of n octets, entry n - 1: the distance from 2^(8 n) to the smallest prime above it.
pub(super) const OFFSETS: [u16; MAXIMUM_OCTETS] = [
    1, 1, 43, 15, 15, 21, 81, 13, 15, 13, 7, 61, 111, 25, 451, 51, 85, 175, 253, 7, 87, 427, 27,
    133, 235, 375, 423, 735, 357, 115, 81, 297, 175, 57, 45, 127, 61, 37, 91, 27, 15, 241, 231, 55,
    105, 127, 115, 231, 207, 181, 37, 235, 163, 1093, 187, 211, 21, 841, 445, 165, 777, 583, 133,
    75,
];

/// The field for secrets of one length.
pub(super) struct Field {
    parameters: FixedMontyParams<{ U576::LIMBS }>,
    octets: usize,
    /// The inverses of 1, 2, … up to the largest difference of two share indexes.
    inverses: Vec<Element>,
}

/// An element of a [`Field`]; wiped when dropped.
pub(super) struct Element(FixedMontyForm<{ U576::LIMBS }>);

impl Field {
    /// The field for secrets of `octets` octets; `None` for lengths that cannot be split.
    pub(super) fn for_octets(octets: usize) -> Option<Self> {
        let prime = Option::from(Odd::new(prime(octets)?))?;
        let mut field = Self {
            parameters: FixedMontyParams::new_vartime(prime),
            octets,
            inverses: Vec::new(),
        };
        field.inverses = (1..MAXIMUM_SHARES)
            .map(|number| field.small(number).invert())
            .collect::<Option<_>>()?;
        Some(field)
    }

    /// The inverse of the difference of two share indexes; `None` when they are equal.
    pub(super) fn inverse_difference(&self, a: u8, b: u8) -> Option<Element> {
        let position = usize::from(a.abs_diff(b).checked_sub(1)?);
        let inverse = self.inverses.get(position)?;
        Some(if a > b {
            inverse.add(&self.small(0))
        } else {
            self.small(0).subtract(inverse)
        })
    }

    /// The element of big-endian octets, as many as the field is for or fewer.
    pub(super) fn element(&self, octets: &[u8]) -> Element {
        let mut wide = Zeroizing::new([0; WIDTH]);
        for (to, from) in wide.iter_mut().rev().zip(octets.iter().rev()) {
            *to = *from;
        }
        self.wide_element(&wide)
    }

    fn wide_element(&self, wide: &[u8; WIDTH]) -> Element {
        let mut integer = U576::from_be_slice(wide);
        let element = Element(FixedMontyForm::new(&integer, &self.parameters));
        integer.zeroize();
        element
    }

    /// A small number.
    pub(super) fn small(&self, number: u8) -> Element {
        self.element(&[number])
    }

    /// A uniformly random element: candidates of one bit more than the secret, until one is below the prime.
    pub(super) fn random(&self, environment: &dyn Environment) -> Element {
        loop {
            let mut wide = Zeroizing::new([0; WIDTH]);
            if let Some(tail) = wide.get_mut(WIDTH.saturating_sub(self.octets).saturating_sub(1)..)
            {
                environment.random(tail);
                if let Some(top) = tail.first_mut() {
                    *top &= 1;
                }
            }
            let mut integer = U576::from_be_slice(wide.as_slice());
            let is_below = integer < *self.parameters.modulus().as_ref();
            integer.zeroize();
            if is_below {
                return self.wide_element(&wide);
            }
        }
    }

    /// The element as big-endian octets of the field's length; `None` when it needs one bit more.
    pub(super) fn octets(&self, element: &Element) -> Option<SecretBytes> {
        let mut integer = element.0.retrieve();
        let mut encoding = integer.to_be_bytes();
        let wide: &mut [u8] = encoding.as_mut();
        let (head, tail) = wide.split_at_checked(WIDTH.saturating_sub(self.octets))?;
        let fits = head.iter().fold(0, |all, octet| all | octet) == 0;
        let octets = SecretBytes::new(tail.to_vec());
        wide.zeroize();
        integer.zeroize();
        fits.then_some(octets)
    }
}

impl Element {
    pub(super) fn add(&self, other: &Self) -> Self {
        Self(self.0 + other.0)
    }

    pub(super) fn subtract(&self, other: &Self) -> Self {
        Self(self.0 - other.0)
    }

    pub(super) fn multiply(&self, other: &Self) -> Self {
        Self(self.0 * other.0)
    }

    fn invert(&self) -> Option<Self> {
        Option::from(self.0.invert()).map(Self)
    }

    pub(super) fn equals(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Drop for Element {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The smallest prime above 2^(8 octets).
fn prime(octets: usize) -> Option<U576> {
    let offset = OFFSETS.get(octets.checked_sub(1)?)?;
    let power = U576::ONE.shl_vartime(u32::try_from(octets).ok()?.checked_mul(8)?);
    Some(power.wrapping_add(&U576::from(*offset)))
}
