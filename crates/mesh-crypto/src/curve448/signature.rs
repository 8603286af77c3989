// SPDX-License-Identifier: MIT
//! Ed448 signatures, without prehash, with and without context.
//!
//! Spec: RFC 8032, sections 5.2.5 "Key Generation", 5.2.6 "Sign", 5.2.7 "Verify".
//! Here: expansion of a secret, signing with an expanded or a combined key, strict verification.
//! Not here: where the secret comes from. The Mesh hashes secrets of 56 octets, RFC 8032 of 57; both
//! expand in the same way.
//!
//! Verification accepts canonical encodings only, refuses public keys of low order and checks the
//! equation without the cofactor, S B = R + k A, which RFC 8032 allows ("sufficient, but not required"
//! names the form with it). Every signature made by RFC 8032 for an honest key passes.

use core::fmt;

use shake::Shake256;
use shake::digest::{ExtendableOutput, Update, XofReader};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{EdwardsPoint, Error, Scalar};

/// A signing key after hashing; wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ExpandedSecret {
    /// The clamped scalar s, reduced modulo the group order.
    pub scalar: Scalar,
    /// The octets that make nonces unpredictable.
    pub prefix: [u8; 57],
}

impl fmt::Debug for ExpandedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExpandedSecret([redacted])")
    }
}

/// Scalar and prefix of a secret: SHAKE256 with 114 octets of output, the first half clamped.
///
/// # Errors
/// [`Error::Length`] unless the secret has 56 octets (Mesh) or 57 (RFC 8032).
pub fn expand(secret: &[u8]) -> Result<ExpandedSecret, Error> {
    if !matches!(secret.len(), 56 | 57) {
        return Err(Error::Length);
    }
    let hash = hash(&[secret]);
    let mut low = Zeroizing::new([0; 56]);
    let mut prefix = [0; 57];
    for (out, octet) in low.iter_mut().zip(hash.iter()) {
        *out = *octet;
    }
    for (out, octet) in prefix.iter_mut().zip(hash.iter().skip(57)) {
        *out = *octet;
    }
    let expanded = ExpandedSecret {
        scalar: Scalar::from_clamped(&low),
        prefix,
    };
    prefix.zeroize();
    Ok(expanded)
}

/// The public key of a scalar.
#[must_use]
pub fn public(scalar: &Scalar) -> [u8; 57] {
    EdwardsPoint::mul_base(scalar).to_bytes()
}

/// Signs with a secret of 56 or 57 octets and an empty context.
///
/// # Errors
/// [`Error::Length`] unless the secret has 56 or 57 octets.
pub fn sign(secret: &[u8], message: &[u8]) -> Result<[u8; 114], Error> {
    let expanded = expand(secret)?;
    let public = public(&expanded.scalar);
    Ok(sign_expanded(
        &expanded.scalar,
        &expanded.prefix,
        &public,
        message,
    ))
}

/// Signs with an empty context.
///
/// `public` must be the public key of `scalar`, and `prefix` secret and used with this scalar only: a
/// signature made with another public key, or with a prefix that is known, gives the scalar away.
#[must_use]
pub fn sign_expanded(
    scalar: &Scalar,
    prefix: &[u8; 57],
    public: &[u8; 57],
    message: &[u8],
) -> [u8; 114] {
    sign_with(scalar, prefix, public, &Domain::EMPTY, message)
}

/// Signs with a context of at most 255 octets; see [`sign_expanded`].
///
/// # Errors
/// [`Error::ContextTooLong`].
pub fn sign_expanded_with_context(
    scalar: &Scalar,
    prefix: &[u8; 57],
    public: &[u8; 57],
    context: &[u8],
    message: &[u8],
) -> Result<[u8; 114], Error> {
    Ok(sign_with(
        scalar,
        prefix,
        public,
        &Domain::new(context)?,
        message,
    ))
}

/// Checks a signature with an empty context.
///
/// # Errors
/// [`Error::Length`] unless the signature has 114 octets; [`Error::NotCanonical`],
/// [`Error::NotOnCurve`] or [`Error::LowOrder`] for a public key that is not acceptable;
/// [`Error::BadSignature`] for everything else.
pub fn verify(public: &[u8; 57], message: &[u8], signature: &[u8]) -> Result<(), Error> {
    verify_in(public, &Domain::EMPTY, message, signature)
}

/// Checks a signature with a context of at most 255 octets; see [`verify`].
///
/// # Errors
/// As [`verify`], and [`Error::ContextTooLong`].
pub fn verify_with_context(
    public: &[u8; 57],
    context: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    verify_in(public, &Domain::new(context)?, message, signature)
}

fn sign_with(
    scalar: &Scalar,
    prefix: &[u8; 57],
    public: &[u8; 57],
    domain: &Domain<'_>,
    message: &[u8],
) -> [u8; 114] {
    let nonce = Scalar::from_bytes_wide(&domain.hash(&[prefix, message]));
    let mut commitment = EdwardsPoint::mul_base(&nonce);
    let r = commitment.to_bytes();
    commitment.zeroize();
    let challenge = Scalar::from_bytes_wide(&domain.hash(&[&r, public, message]));
    let s = challenge.mul_add(scalar, &nonce).to_bytes_57();
    let mut out = [0; 114];
    for (out, octet) in out.iter_mut().zip(r.iter().chain(s.iter())) {
        *out = *octet;
    }
    out
}

fn verify_in(
    public: &[u8; 57],
    domain: &Domain<'_>,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    let (r, s) = signature.split_first_chunk::<57>().ok_or(Error::Length)?;
    let s = <&[u8; 57]>::try_from(s).map_err(|_| Error::Length)?;
    let key = EdwardsPoint::from_bytes(public)?;
    if bool::from(key.is_low_order()) {
        return Err(Error::LowOrder);
    }
    let s = Scalar::from_canonical(s).map_err(|_| Error::BadSignature)?;
    let challenge = Scalar::from_bytes_wide(&domain.hash(&[r, public, message]));
    // Encoding the computed point also refuses every encoding of R that is not canonical.
    let expected = key.neg().mul_add_base_vartime(&challenge, &s).to_bytes();
    if expected == *r {
        Ok(())
    } else {
        Err(Error::BadSignature)
    }
}

/// dom4(0, context), the octets that set Ed448 apart from other uses of the hash.
struct Domain<'a> {
    length: u8,
    context: &'a [u8],
}

impl<'a> Domain<'a> {
    const EMPTY: Self = Self {
        length: 0,
        context: &[],
    };

    fn new(context: &'a [u8]) -> Result<Self, Error> {
        let length = u8::try_from(context.len()).map_err(|_| Error::ContextTooLong)?;
        Ok(Self { length, context })
    }

    fn hash(&self, parts: &[&[u8]]) -> Zeroizing<[u8; 114]> {
        let header = [0, self.length];
        let domain: [&[u8]; 3] = [b"SigEd448", &header, self.context];
        hash(domain.iter().chain(parts))
    }
}

/// SHAKE256 with 114 octets of output.
fn hash<'a>(parts: impl IntoIterator<Item = &'a &'a [u8]>) -> Zeroizing<[u8; 114]> {
    let mut state = Shake256::default();
    for part in parts {
        state.update(part);
    }
    let mut out = Zeroizing::new([0; 114]);
    state.finalize_xof().read(out.as_mut_slice());
    out
}
