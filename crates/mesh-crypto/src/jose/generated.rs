// SPDX-License-Identifier: MIT
//! Records of keys in JOSE form.
//!
//! Spec: mesh-cryptography, "JOSE Key Records"; RFC 7517; RFC 8037.
//! Here: the records and their encoding.
//! Not here: their meaning (`jose`).

use mesh_jsonbcd::{
    Decode, Encode, Error, Object, Reader, SecretBytes, SecretString, Tagged, Unknown, Writer,
    decode_family, encode_family, read_list, read_option, write_list, write_option,
};

macro_rules! record {
    ($(#[$note:meta])* $name:ident { $($wire:literal $field:ident : $kind:ty),* $(,)? }) => {
        record!(@ $(#[$note])* $name { $($wire $field : $kind),* } {});
    };
    ($(#[$note:meta])* $name:ident { $($wire:literal $field:ident : $kind:ty),* $(,)? } lists { $($lwire:literal $lfield:ident : $lkind:ty),* $(,)? }) => {
        record!(@ $(#[$note])* $name { $($wire $field : $kind),* } { $($lwire $lfield : $lkind),* });
    };
    (@ $(#[$note:meta])* $name:ident { $($wire:literal $field:ident : $kind:ty),* } { $($lwire:literal $lfield:ident : $lkind:ty),* }) => {
        $(#[$note])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $(#[doc = concat!("Member `", $wire, "`.")] pub $field: Option<$kind>,)*
            $(#[doc = concat!("Member `", $lwire, "`.")] pub $lfield: Vec<$lkind>,)*
        }
        impl Object for $name {
            const TAG: &'static str = stringify!($name);
            fn write_fields(&self, w: &mut Writer) {
                $(write_option(w, $wire, &self.$field);)*
                $(write_list(w, $lwire, &self.$lfield);)*
            }
            fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
                match name {
                    $($wire => self.$field = read_option(r)?,)*
                    $($lwire => self.$lfield = read_list(r)?,)*
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }
    };
}

record!(
    /// A public key on an elliptic curve.
    PublicKeyECDH { "crv" curve: String, "Public" public: Vec<u8>, "kid" kid: String }
);
record!(
    /// A private key on an elliptic curve.
    PrivateKeyECDH { "Private" private: SecretBytes, "crv" curve: String, "Public" public: Vec<u8>, "kid" kid: String }
);
record!(
    /// A seed that private keys are derived from.
    PrivateKeyUDF {
        "PrivateValue" private_value: SecretString,
        "KeyType" key_type: String,
        "AlgorithmEncrypt" algorithm_encrypt: String,
        "AlgorithmSign" algorithm_sign: String,
        "AlgorithmAuthenticate" algorithm_authenticate: String,
    } lists { "RootSignAlgorithms" root_sign_algorithms: String }
);

record!(
    /// A contribution to a key agreement: a point of the curve.
    KeyAgreementECDH { "Curve" curve: String, "Result" result: Vec<u8> }
);

/// A key record of any kind.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnyKey {
    /// Private key on an elliptic curve.
    PrivateKeyECDH(PrivateKeyECDH),
    /// Seed.
    PrivateKeyUDF(PrivateKeyUDF),
    /// Public key on an elliptic curve.
    PublicKeyECDH(PublicKeyECDH),
    /// A record that is not known here.
    Unknown(Unknown),
}

impl Tagged for AnyKey {
    fn tag(&self) -> &str {
        match self {
            Self::PrivateKeyECDH(_) => PrivateKeyECDH::TAG,
            Self::PrivateKeyUDF(_) => PrivateKeyUDF::TAG,
            Self::PublicKeyECDH(_) => PublicKeyECDH::TAG,
            Self::Unknown(value) => &value.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::PrivateKeyECDH(value) => value.encode(w),
            Self::PrivateKeyUDF(value) => value.encode(w),
            Self::PublicKeyECDH(value) => value.encode(w),
            Self::Unknown(value) => value.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            PrivateKeyECDH::TAG => Self::PrivateKeyECDH(Decode::decode(r)?),
            PrivateKeyUDF::TAG => Self::PrivateKeyUDF(Decode::decode(r)?),
            PublicKeyECDH::TAG => Self::PublicKeyECDH(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}

impl Encode for AnyKey {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}

impl Decode for AnyKey {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}

impl From<PrivateKeyECDH> for AnyKey {
    fn from(value: PrivateKeyECDH) -> Self {
        Self::PrivateKeyECDH(value)
    }
}

impl From<PrivateKeyUDF> for AnyKey {
    fn from(value: PrivateKeyUDF) -> Self {
        Self::PrivateKeyUDF(value)
    }
}

impl From<PublicKeyECDH> for AnyKey {
    fn from(value: PublicKeyECDH) -> Self {
        Self::PublicKeyECDH(value)
    }
}

/// A contribution to a key agreement of any kind.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnyKeyAgreement {
    /// On an elliptic curve.
    KeyAgreementECDH(KeyAgreementECDH),
    /// A record that is not known here.
    Unknown(Unknown),
}

impl Tagged for AnyKeyAgreement {
    fn tag(&self) -> &str {
        match self {
            Self::KeyAgreementECDH(_) => KeyAgreementECDH::TAG,
            Self::Unknown(value) => &value.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::KeyAgreementECDH(value) => value.encode(w),
            Self::Unknown(value) => value.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            KeyAgreementECDH::TAG => Self::KeyAgreementECDH(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}

impl Encode for AnyKeyAgreement {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}

impl Decode for AnyKeyAgreement {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}

impl From<KeyAgreementECDH> for AnyKeyAgreement {
    fn from(value: KeyAgreementECDH) -> Self {
        Self::KeyAgreementECDH(value)
    }
}
