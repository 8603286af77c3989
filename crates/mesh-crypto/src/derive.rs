// SPDX-License-Identifier: MIT
//! Derivation of key octets from a seed, and the names that Mesh keys are derived under.
//!
//! Spec: mesh-udf, "Deterministic Key Generation"; mesh-schema, "Key Derivation".
//! Here: the derivation and the key names.
//! Not here: the seed's identifier ([`crate::Seed`]), what the octets become (`key`).
//!
//! Deviation: D-03. The draft feeds the seed to HKDF unmodified. Every published key comes from a seed whose first two octets
//! are replaced by the code of the algorithm that is generated (by zero, except for the four curves of RFC 7748 and RFC 8032), and so
//! does this module.

use zeroize::Zeroizing;

use crate::{Error, symmetric};

/// Derives octets for the algorithm with code `algorithm` from a seed of code `seed_code`.
///
/// # Errors
/// [`Error::DerivationLength`] for more than 255 hash values.
pub(crate) fn octets(
    seed_code: u16,
    secret: &[u8],
    algorithm: u16,
    key_name: &str,
    length: usize,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut ikm = Zeroizing::new(Vec::with_capacity(secret.len().saturating_add(2)));
    ikm.extend_from_slice(&algorithm.to_be_bytes());
    ikm.extend_from_slice(secret);
    let mut info = seed_code.to_be_bytes().to_vec();
    info.extend_from_slice(key_name.as_bytes());
    let mut out = Zeroizing::new(vec![0; length]);
    symmetric::hkdf_sha512(&[], &ikm, &info, &mut out)?;
    Ok(out)
}

/// The names that Mesh keys are derived under: what the key belongs to, then what it does.
pub mod key_name {
    /// Keys of an account, from the account seed.
    pub mod account {
        /// Root signature of the profile.
        pub const PROFILE: &str = "CompleteAccountProfile";
        /// Administrator signature.
        pub const ADMIN_SIGN: &str = "CompleteAccountAdminSign";
        /// Administrator decryption.
        pub const ADMIN_ENCRYPT: &str = "CompleteAccountAdminEncrypt";
        /// Decryption of what is sent to the account.
        pub const ENCRYPT: &str = "CompleteAccountEncrypt";
        /// The other half of a hybrid recipient, beside the key that [`ENCRYPT`] names.
        ///
        /// Deviation: D-57. The reference has no such key.
        pub const ENCAPSULATE: &str = "CompleteAccountEncapsulate";
        /// Authentication of the account.
        pub const AUTHENTICATE: &str = "CompleteAccountAuthenticate";
        /// Signature of the account.
        pub const SIGN: &str = "CompleteAccountSign";
        /// Decryption of escrowed keys.
        pub const ESCROW: &str = "CompleteAccountEscrow";
    }

    /// Keys of a device, from the device seed.
    pub mod device {
        /// Root signature of the profile.
        pub const PROFILE: &str = "BaseDeviceProfile";
        /// Decryption.
        pub const ENCRYPT: &str = "BaseDeviceEncrypt";
        /// Signature.
        pub const SIGN: &str = "BaseDeviceSign";
        /// Authentication.
        pub const AUTHENTICATE: &str = "BaseDeviceAuthenticate";
    }

    /// Keys of a service, from the service seed.
    pub mod service {
        /// Root signature of the profile.
        pub const PROFILE: &str = "BaseServiceProfile";
        /// Decryption.
        pub const ENCRYPT: &str = "BaseServiceEncrypt";
        /// Signature.
        pub const SIGN: &str = "BaseServiceSign";
        /// Authentication.
        pub const AUTHENTICATE: &str = "BaseServiceAuthenticate";
    }

    /// What the account adds to the keys of a device that is connected to it, from the device's activation seed.
    pub mod activation_device {
        /// Decryption.
        pub const ENCRYPT: &str = "ActivationDeviceEncrypt";
        /// Signature.
        pub const SIGN: &str = "ActivationDeviceSign";
        /// Authentication.
        pub const AUTHENTICATE: &str = "ActivationDeviceAuthenticate";
    }

    /// What a service adds to the keys of its hosts, from the host's activation seed.
    pub mod activation_host {
        /// Decryption.
        pub const ENCRYPT: &str = "ActivationHostEncrypt";
        /// Signature.
        pub const SIGN: &str = "ActivationHostSign";
        /// Authentication.
        pub const AUTHENTICATE: &str = "ActivationHostAuthenticate";
    }

    /// The key that an account's store is encrypted under, for a store name such as "Credential" (without `mmm_`).
    #[must_use]
    pub fn account_store(store: &str) -> String {
        format!("{}{store}", account::ENCRYPT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn store_key_is_named_after_the_account_encryption_key() {
        assert_eq!(
            key_name::account_store("Credential"),
            "CompleteAccountEncryptCredential"
        );
    }

    #[test]
    fn every_input_changes_the_octets() {
        let octets = |code, secret: &[u8], algorithm, name| {
            octets(code, secret, algorithm, name, 56).unwrap()
        };
        let base = octets(0x0102, b"secret", 2, "Name");
        assert_ne!(base, octets(0x0101, b"secret", 2, "Name"));
        assert_ne!(base, octets(0x0102, b"Secret", 2, "Name"));
        assert_ne!(base, octets(0x0102, b"secret", 4, "Name"));
        assert_ne!(base, octets(0x0102, b"secret", 2, "name"));
        assert_eq!(base, octets(0x0102, b"secret", 2, "Name"));
    }
}
