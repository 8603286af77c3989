// SPDX-License-Identifier: MIT
//! What can go wrong with an identifier, a key, a share or a sealed octet.
//!
//! Spec: mesh-udf, mesh-cryptography: every check those documents ask for has its variant here.
//! Here: one enum for the crate and whose fault each variant is.
//! Not here: the wording shown to people (the programs own it).

use mesh_jsonbcd::ErrorClass;

use crate::KeyAlgorithm;
use crate::share::ShareError;
use crate::udf::TypeId;

/// An error of the cryptographic layer. No variant carries a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Two keys or a key and a seed belong to different algorithms.
    #[error("algorithm {found} where {expected} is needed")]
    AlgorithmMismatch {
        /// The algorithm that the operation needs.
        expected: KeyAlgorithm,
        /// The algorithm that was supplied.
        found: KeyAlgorithm,
    },
    /// The key is for key agreement and was asked to sign, or the reverse.
    #[error("a key of algorithm {algorithm} cannot {operation}")]
    AlgorithmUse {
        /// The algorithm of the key.
        algorithm: KeyAlgorithm,
        /// What was asked of it.
        operation: &'static str,
    },
    /// A character outside the Base32 alphabet in an identifier.
    #[error("character {position} is not one of A-Z, 2-7 or a dash")]
    BadCharacter {
        /// Position in characters, counted from 0.
        position: usize,
    },
    /// Authenticated decryption failed: the key is wrong or the data was altered.
    #[error("decryption failed: wrong key, or the data was altered")]
    Decryption,
    /// A cipher was given more than it can encrypt at once.
    #[error("this is more than the cipher can encrypt at once")]
    Encryption,
    /// An entry of a fingerprint list is longer than its one length octet allows.
    #[error("list entry {index} has {length} octets, at most 255 fit")]
    ListEntryTooLong {
        /// Index of the entry, counted from 0.
        index: usize,
        /// Its length.
        length: usize,
    },
    /// More output was asked of a derivation than it can give.
    #[error("a derivation cannot give {length} octets")]
    DerivationLength {
        /// The number of octets asked for.
        length: usize,
    },
    /// The identifier is too short to carry a type and a value.
    #[error("an identifier of {length} octets is too short")]
    IdentifierTooShort {
        /// Number of whole octets in the identifier.
        length: usize,
    },
    /// A key has the wrong number of octets for its algorithm.
    #[error("{algorithm} key of {found} octets, expected {expected}")]
    KeyLength {
        /// The algorithm.
        algorithm: KeyAlgorithm,
        /// Octets needed.
        expected: usize,
        /// Octets supplied.
        found: usize,
    },
    /// A public key in a private key record is not the public half of it.
    #[error("the public key beside the private key belongs to another key")]
    KeyPairMismatch,
    /// A wrapped key did not unwrap: the wrapping key is wrong or the data was altered.
    #[error("the wrapped key does not unwrap: wrong key, or it was altered")]
    KeyUnwrap,
    /// The octets are no private key of this algorithm.
    #[error("the octets are no valid {algorithm} private key")]
    InvalidPrivateKey {
        /// The algorithm.
        algorithm: KeyAlgorithm,
    },
    /// The octets are nothing that a public key of this algorithm can be.
    #[error("the octets are no valid {algorithm} public key")]
    InvalidPublicKey {
        /// The algorithm.
        algorithm: KeyAlgorithm,
    },
    /// A required member of a key record is absent.
    #[error("a {record} without its {member}")]
    MissingMember {
        /// The record.
        record: &'static str,
        /// The member that is missing.
        member: &'static str,
    },
    /// A Mesh URI or strong internet name that is not in its form.
    #[error("not a {form}")]
    NotInForm {
        /// The form that was expected.
        form: &'static str,
    },
    /// A derived-key identifier has no room for the code and a secret.
    #[error("a derived-key seed of {length} octets is too short")]
    SeedTooShort {
        /// Octets after the type octet.
        length: usize,
    },
    /// Splitting or recovering shares failed.
    #[error(transparent)]
    Share(#[from] ShareError),
    /// The signature is not a signature of this key over this message.
    #[error("the signature does not verify")]
    SignatureInvalid,
    /// An algorithm or key form that this version does not know.
    #[error("algorithm or key form {name} is not supported")]
    Unsupported {
        /// The identifier as received.
        name: String,
    },
    /// The other party's key leads to the all-zero agreement value.
    #[error("key agreement with this public key gives no secret")]
    WeakAgreement,
    /// The identifier is valid and of another type than needed.
    #[error("identifier of type {found}, expected {expected}")]
    WrongType {
        /// The type needed.
        expected: TypeId,
        /// The type found.
        found: TypeId,
    },
}

impl Error {
    /// Whose fault the error is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::AlgorithmMismatch { .. }
            | Self::AlgorithmUse { .. }
            | Self::ListEntryTooLong { .. } => ErrorClass::Misuse,
            Self::BadCharacter { .. }
            | Self::IdentifierTooShort { .. }
            | Self::InvalidPrivateKey { .. }
            | Self::InvalidPublicKey { .. }
            | Self::KeyLength { .. }
            | Self::MissingMember { .. }
            | Self::NotInForm { .. }
            | Self::SeedTooShort { .. }
            | Self::WrongType { .. } => ErrorClass::Malformed,
            Self::Decryption
            | Self::KeyPairMismatch
            | Self::KeyUnwrap
            | Self::SignatureInvalid
            | Self::WeakAgreement => ErrorClass::Untrusted,
            Self::DerivationLength { .. } | Self::Encryption => ErrorClass::Misuse,
            Self::Share(error) => error.class(),
            Self::Unsupported { .. } => ErrorClass::Unsupported,
        }
    }
}
