// SPDX-License-Identifier: MIT
//! How PKCS #12 makes keys of passphrases.
//!
//! Spec: RFC 7292, "Deriving Keys and IVs from Passwords and Salt".
//! Here: the derivation with any digest.
//! Not here: what is done with the keys (`pkcs12`, `pkix::encrypted`).

use der::Sequence;
use der::asn1::OctetStringRef;
use mesh_crypto::SecretString;
use sha2::digest::block_api::BlockSizeUser;
use sha2::digest::{Digest, OutputSizeUser};
use zeroize::Zeroizing;

/// Salt and iterations.
#[derive(Sequence)]
pub(crate) struct Parameters<'a> {
    pub(crate) salt: &'a OctetStringRef,
    pub(crate) iterations: u32,
}

/// What is derived.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Key,
    Iv,
    Mac,
}

/// The passphrase in UTF-16, with two zeros behind it.
pub(crate) fn passphrase(text: &SecretString) -> Zeroizing<Vec<u8>> {
    let text = text.expose_secret();
    let length = text.len().saturating_add(1).saturating_mul(2);
    let mut out = Zeroizing::new(Vec::with_capacity(length));
    out.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    out.extend_from_slice(&[0, 0]);
    out
}

/// Fills `out`.
pub(crate) fn derive<D: Digest + BlockSizeUser + OutputSizeUser>(
    purpose: Purpose,
    passphrase: &[u8],
    parameters: &Parameters<'_>,
    out: &mut [u8],
) {
    let block = <D as BlockSizeUser>::block_size();
    let id: u8 = match purpose {
        Purpose::Key => 1,
        Purpose::Iv => 2,
        Purpose::Mac => 3,
    };
    let diversifier = vec![id; block];
    let filled = |octets: &[u8]| {
        let length = octets.len().next_multiple_of(block);
        let repeated = octets.iter().copied().cycle().take(length);
        repeated.collect::<Vec<u8>>()
    };
    let salt = filled(parameters.salt.as_bytes());
    let secret = Zeroizing::new(filled(passphrase));
    let mut input = Zeroizing::new([salt.as_slice(), secret.as_slice()].concat());
    let digest_length = <D as Digest>::output_size();
    for piece in out.chunks_mut(digest_length) {
        let mut digest = D::new()
            .chain_update(&diversifier)
            .chain_update(&*input)
            .finalize();
        for _ in 1..parameters.iterations {
            digest = D::digest(&digest);
        }
        for (to, from) in piece.iter_mut().zip(&digest) {
            *to = *from;
        }
        // The input of the next round: to each block the digest is added, and one.
        for chunk in input.chunks_mut(block) {
            let mut carry = 1_u16;
            let repeated: Vec<u8> = digest.iter().copied().cycle().take(block).collect();
            for (to, from) in chunk.iter_mut().zip(repeated).rev() {
                let sum = u16::from(*to) + u16::from(from) + carry;
                let [high, low] = sum.to_be_bytes();
                *to = low;
                carry = u16::from(high);
            }
        }
    }
}
