// SPDX-License-Identifier: MIT
//! The key exchange of an envelope or sequence: a base seed wrapped to each recipient.
//!
//! Spec: mesh-dare, "Key Exchange", "Key Derivation"; fact of use: content keys come from HKDF-SHA-256 with the salt of the frame.
//! Here: making and opening an exchange, the keys that follow from it, content encryption.
//! Not here: which header an exchange stands in (`envelope`, `store`).

use mesh_crypto::agreement::{Encapsulation, HybridContext, encapsulate, hybrid};
use mesh_crypto::symmetric::{self, HkdfSha256};
use mesh_crypto::{Earl, Environment, KeySource, PublicKey, SecretBytes, SharedSecret};
use mesh_jsonbcd::{Format, Writer};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::generated::{DareHeader, DareRecipient};
use crate::stream::segment::{self, SegmentCipher};

/// Octets of a base seed and of a content key.
const KEY_SIZE: usize = 32;
/// Octets of the salt of a frame.
pub const SALT_SIZE: usize = 16;

/// A content cipher.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cipher {
    /// AES-256 in CBC mode with PKCS#7 padding, as the reference writes. It does not authenticate: only digests and signatures do.
    Aes256Cbc,
    /// AES-256 in Galois/Counter mode; the tag binds the content to its header and place.
    #[default]
    Aes256Gcm,
    /// The same in segments that are authenticated one by one, for content of any size.
    Aes256GcmStream,
}

impl Cipher {
    /// The identifier in the header field `enc`.
    #[must_use]
    pub fn identifier(self) -> &'static str {
        match self {
            Self::Aes256Cbc => "A256CBC",
            Self::Aes256Gcm => "A256GCM",
            Self::Aes256GcmStream => "A256GCM-STREAM",
        }
    }

    /// The cipher of a header.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for an unknown identifier.
    pub fn of(header: &DareHeader) -> Result<Self, Error> {
        match header.encryption_algorithm.as_deref() {
            Some("A256CBC") => Ok(Self::Aes256Cbc),
            Some("A256GCM") => Ok(Self::Aes256Gcm),
            Some("A256GCM-STREAM") => Ok(Self::Aes256GcmStream),
            other => Err(Error::Unsupported {
                what: "content cipher",
                name: other.unwrap_or_default().to_owned(),
            }),
        }
    }
}

/// Wrappings that are tried with a key that does not open them, at most: making a key of a passphrase takes long.
const MAX_FAILURES: u32 = 8;

/// Somebody who holds a key for agreement and one for encapsulation: what is sealed to both is safe while either is.
///
/// Deviation: D-34. The entry names the key for agreement as usual, and the other one in `kwd`; `epk` and `ek` are both there, and the secrets
/// of both are combined ([`mesh_crypto::agreement::hybrid`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HybridRecipient {
    /// X25519 or X448, as a rule.
    pub agreement: PublicKey,
    /// ML-KEM-768, as a rule.
    pub encapsulation: PublicKey,
}

/// Whoever something is sealed to by public keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// A holder of one key.
    Single(PublicKey),
    /// A holder of two.
    Hybrid(HybridRecipient),
}

impl Recipient {
    /// A recipient with a key for agreement, and one for encapsulation where there is one.
    #[must_use]
    pub fn new(agreement: PublicKey, encapsulation: Option<PublicKey>) -> Self {
        match encapsulation {
            Some(encapsulation) => Self::Hybrid(HybridRecipient {
                agreement,
                encapsulation,
            }),
            None => Self::Single(agreement),
        }
    }
}

/// What stands in `kwd` before the fingerprint of the key for encapsulation.
const HYBRID: &str = "hybrid:";

/// Everybody for whom a base seed is wrapped.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recipients<'a> {
    /// Holders of one key.
    pub public: &'a [PublicKey],
    /// Holders of two.
    pub hybrid: &'a [HybridRecipient],
    /// Holders of symmetric keys.
    pub symmetric: &'a [SymmetricRecipient],
}

impl<'a> From<&'a [PublicKey]> for Recipients<'a> {
    fn from(public: &'a [PublicKey]) -> Self {
        Self {
            public,
            ..Self::default()
        }
    }
}

impl Recipients<'_> {
    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.public.is_empty() && self.hybrid.is_empty() && self.symmetric.is_empty()
    }
}

/// Somebody who holds a symmetric key: that of an EARL, or one made of a passphrase.
#[derive(Debug)]
pub struct SymmetricRecipient {
    /// The identifier under which its holder finds it.
    kid: String,
    secret: SharedSecret,
}

impl SymmetricRecipient {
    /// A recipient who finds `secret` under the identifier `kid`.
    #[must_use]
    pub fn new(kid: String, secret: SharedSecret) -> Self {
        Self { kid, secret }
    }
}

impl From<&Earl> for SymmetricRecipient {
    fn from(key: &Earl) -> Self {
        Self {
            kid: key.publication_id().as_str().to_owned(),
            secret: SharedSecret::from_octets(key.key_octets()),
        }
    }
}

impl DareRecipient {
    /// The fingerprint of the key for encapsulation, where the wrapping is hybrid.
    #[must_use]
    pub fn encapsulation_udf(&self) -> Option<&str> {
        let other = self.key_wrap_derivation.as_deref()?.strip_prefix(HYBRID);
        other.filter(|_| self.epk.is_some() && self.ek.is_some())
    }

    /// Whether the keys at hand open this wrapping.
    #[must_use]
    pub fn opens_with(&self, keys: &dyn KeySource) -> bool {
        let (Some(kid), Some(wrapped)) = (&self.key_identifier, &self.wrapped_base_seed) else {
            return false;
        };
        let shared = secret(self, kid, keys).ok().flatten();
        shared.is_some_and(|shared| shared.unwrap(wrapped).is_ok())
    }
}

/// A body and, for an authenticating cipher, its tag.
type Sealed = (Vec<u8>, Option<Vec<u8>>);

/// A base seed, and the wrappings of it that let each recipient find it.
pub struct Exchange {
    seed: Zeroizing<[u8; KEY_SIZE]>,
    salt: Vec<u8>,
    recipients: Vec<DareRecipient>,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange")
            .field("recipients", &self.recipients.len())
            .finish_non_exhaustive()
    }
}

impl Exchange {
    /// A fresh base seed for all recipients.
    ///
    /// # Errors
    /// [`Error::Crypto`] when a recipient's key can neither agree nor encapsulate.
    pub fn generate(recipients: &Recipients<'_>, env: &dyn Environment) -> Result<Self, Error> {
        let mut seed = Zeroizing::new([0; KEY_SIZE]);
        env.random(seed.as_mut());
        let mut salt = vec![0; SALT_SIZE];
        env.random(&mut salt);
        let mut wrapped = Vec::new();
        for recipient in recipients.public {
            let (encapsulation, secret) = encapsulate(recipient, env)?;
            let mut entry = DareRecipient {
                key_identifier: Some(recipient.udf().to_string()),
                wrapped_base_seed: Some(secret.wrap(&seed).to_vec()),
                ..DareRecipient::default()
            };
            match encapsulation {
                Encapsulation::Ephemeral(key) => entry.epk = Some(key.to_jose()),
                Encapsulation::Ciphertext(ciphertext) => entry.ek = Some(ciphertext),
            }
            wrapped.push(entry);
        }
        for recipient in recipients.hybrid {
            let (agreement, encapsulation) = (&recipient.agreement, &recipient.encapsulation);
            let (
                (Encapsulation::Ephemeral(ephemeral), agreed),
                (Encapsulation::Ciphertext(ciphertext), encapsulated),
            ) = (
                encapsulate(agreement, env)?,
                encapsulate(encapsulation, env)?,
            )
            else {
                return Err(mesh_crypto::Error::AlgorithmUse {
                    algorithm: agreement.algorithm(),
                    operation: "be one half of a hybrid recipient of these two",
                }
                .into());
            };
            let context = HybridContext {
                encapsulation_key: encapsulation,
                ciphertext: &ciphertext,
                agreement_key: agreement,
                ephemeral: &ephemeral,
            };
            let secret = hybrid(&encapsulated, &agreed, &context);
            wrapped.push(DareRecipient {
                key_identifier: Some(agreement.udf().to_string()),
                key_wrap_derivation: Some(format!("{HYBRID}{}", encapsulation.udf())),
                epk: Some(ephemeral.to_jose()),
                wrapped_base_seed: Some(secret.wrap(&seed).to_vec()),
                ek: Some(ciphertext),
            });
        }
        for key in recipients.symmetric {
            wrapped.push(DareRecipient {
                key_identifier: Some(key.kid.clone()),
                wrapped_base_seed: Some(key.secret.wrap(&seed).to_vec()),
                ..DareRecipient::default()
            });
        }
        Ok(Self {
            seed,
            salt,
            recipients: wrapped,
        })
    }

    /// An exchange whose base seed is known by other means, for the envelope with this salt.
    ///
    /// # Errors
    /// [`Error::Header`] when the seed does not have 32 octets.
    pub fn from_seed(seed: &SecretBytes, salt: &[u8]) -> Result<Self, Error> {
        let seed = seed.expose_secret().try_into();
        Ok(Self {
            seed: Zeroizing::new(seed.map_err(|_| Error::Header { field: "base seed" })?),
            salt: salt.to_vec(),
            recipients: Vec::new(),
        })
    }

    /// Finds the base seed of a header with whichever of the recipients' keys is at hand.
    ///
    /// # Errors
    /// [`Error::NoKey`] when no recipient's key is at hand; [`Error::Altered`] when a wrapping is damaged.
    pub fn open(header: &DareHeader, keys: &dyn KeySource) -> Result<Self, Error> {
        let mut failures = 0;
        for recipient in &header.recipients {
            let (Some(kid), Some(wrapped)) =
                (&recipient.key_identifier, &recipient.wrapped_base_seed)
            else {
                continue;
            };
            let shared = secret(recipient, kid, keys)?;
            if let Some(shared) = shared {
                // Of several passphrases another one may be the one at hand.
                let Ok(seed) = shared.unwrap(wrapped) else {
                    failures += 1;
                    if failures == MAX_FAILURES {
                        break;
                    }
                    continue;
                };
                let salt = header.salt.clone().ok_or(Error::Header { field: "Salt" })?;
                return Ok(Self {
                    seed,
                    salt,
                    recipients: header.recipients.clone(),
                });
            }
        }
        if failures > 0 {
            return Err(Error::Altered);
        }
        let recipients = header
            .recipients
            .iter()
            .filter_map(|recipient| recipient.key_identifier.clone())
            .collect();
        Err(Error::NoKey { recipients })
    }

    /// The wrappings, for the header in which this exchange stands.
    #[must_use]
    pub fn recipients(&self) -> &[DareRecipient] {
        &self.recipients
    }

    /// The salt of the header in which this exchange stands.
    #[must_use]
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// The key under which identifiers of catalog entries are made, so that whoever stores the catalog does not learn them.
    ///
    /// # Errors
    /// [`Error::Crypto`].
    pub fn index_key(&self) -> Result<SecretBytes, Error> {
        let mut key = vec![0; KEY_SIZE];
        symmetric::hkdf_sha256(&self.salt, self.seed.as_ref(), b"unique-id", &mut key)?;
        Ok(SecretBytes::new(key))
    }

    /// Encrypts a payload into body and, for an authenticating cipher, tag.
    pub(crate) fn encrypt(
        &self,
        cipher: Cipher,
        salt: &[u8],
        binding: &[u8],
        payload: &[u8],
    ) -> Result<Sealed, Error> {
        let (key, iv) = self.content_keys(salt)?;
        Ok(match cipher {
            Cipher::Aes256Cbc => (symmetric::aes256_cbc_encrypt(&key, &iv, payload), None),
            Cipher::Aes256Gcm => {
                let (body, tag) = symmetric::aes256_gcm_seal(&key, &short(&iv), binding, payload)?;
                (body, Some(tag.to_vec()))
            }
            Cipher::Aes256GcmStream => {
                let segments = SegmentCipher::new(self, salt, binding.to_vec())?;
                let mut body = Vec::with_capacity(segment::sealed_length(payload.len()));
                body.extend_from_slice(payload);
                segments.seal(0, &mut body, true)?;
                (body, None)
            }
        })
    }

    /// Decrypts a body.
    pub(crate) fn decrypt(
        &self,
        cipher: Cipher,
        salt: &[u8],
        binding: &[u8],
        body: &[u8],
        tag: Option<&[u8]>,
    ) -> Result<SecretBytes, Error> {
        let (key, iv) = self.content_keys(salt)?;
        match cipher {
            Cipher::Aes256Cbc => {
                symmetric::aes256_cbc_decrypt(&key, &iv, body).map_err(|_| Error::Altered)
            }
            Cipher::Aes256Gcm => {
                let tag =
                    tag.and_then(|tag| <[u8; 16]>::try_from(tag).ok())
                        .ok_or(Error::Header {
                            field: "PayloadTag",
                        })?;
                symmetric::aes256_gcm_open(&key, &short(&iv), binding, body, &tag)
                    .map_err(|_| Error::Altered)
            }
            Cipher::Aes256GcmStream => {
                let segments = SegmentCipher::new(self, salt, binding.to_vec())?;
                let mut content = Zeroizing::new(body.to_vec());
                segments.open(0, &mut content, true)?;
                Ok(content.into())
            }
        }
    }

    /// The witness that whoever signed an encrypted envelope knew its base seed.
    pub(crate) fn witness(&self, salt: &[u8], manifest: &[u8]) -> Result<Vec<u8>, Error> {
        let mut witness = vec![0; KEY_SIZE];
        symmetric::hkdf_sha256(salt, self.seed.as_ref(), manifest, &mut witness)?;
        Ok(witness)
    }

    /// The key of segments, and the beginning of their nonces.
    pub(crate) fn segment_keys(
        &self,
        salt: &[u8],
    ) -> Result<(Zeroizing<[u8; KEY_SIZE]>, [u8; 7]), Error> {
        let keys = HkdfSha256::extract(salt, self.seed.as_ref());
        let mut key = Zeroizing::new([0; KEY_SIZE]);
        keys.expand(b"encrypt-stream", key.as_mut())?;
        let mut prefix = [0; 7];
        keys.expand(b"iv-stream", &mut prefix)?;
        Ok((key, prefix))
    }

    /// The content key of a salt, and its initialisation vector.
    pub(crate) fn content_keys(
        &self,
        salt: &[u8],
    ) -> Result<(Zeroizing<[u8; KEY_SIZE]>, [u8; 16]), Error> {
        let keys = HkdfSha256::extract(salt, self.seed.as_ref());
        let mut key = Zeroizing::new([0; KEY_SIZE]);
        keys.expand(b"encrypt", key.as_mut())?;
        let mut iv = [0; 16];
        keys.expand(b"iv", &mut iv)?;
        Ok((key, iv))
    }
}

/// The secret under which the base seed is wrapped for a recipient, if the recipient's key is at hand.
fn secret(
    recipient: &DareRecipient,
    kid: &str,
    keys: &dyn KeySource,
) -> Result<Option<SharedSecret>, Error> {
    // A key of an algorithm that this version does not know is not ours to agree with.
    let ephemeral = match recipient.epk.as_ref().map(PublicKey::from_jose) {
        Some(Err(_)) => return Ok(None),
        Some(Ok(key)) => Some(key),
        None => None,
    };
    let other = recipient.key_wrap_derivation.as_deref();
    Ok(match (ephemeral, &recipient.ek, other) {
        (Some(ephemeral), None, None) => keys.agree(kid, &ephemeral)?,
        (None, Some(ciphertext), None) => keys.decapsulate(kid, ciphertext)?,
        (None, None, None) => keys.symmetric(kid)?,
        (Some(ephemeral), Some(ciphertext), Some(other)) => {
            let Some(other) = other.strip_prefix(HYBRID) else {
                return Ok(None);
            };
            let (Some(agreement_key), Some(encapsulation_key)) =
                (keys.public(kid), keys.public(other))
            else {
                return Ok(None);
            };
            let agreed = keys.agree(kid, &ephemeral)?;
            let encapsulated = keys.decapsulate(other, ciphertext)?;
            let context = HybridContext {
                encapsulation_key: &encapsulation_key,
                ciphertext,
                agreement_key: &agreement_key,
                ephemeral: &ephemeral,
            };
            match (encapsulated, agreed) {
                (Some(encapsulated), Some(agreed)) => {
                    Some(hybrid(&encapsulated, &agreed, &context))
                }
                _ => None,
            }
        }
        // Another way of wrapping than those above.
        _ => None,
    })
}

/// What an authenticating cipher binds a body to: the header fields that give it meaning, and its place.
///
/// Deviation: D-07. The drafts do not say what the tag covers; the reference never writes one.
pub(crate) fn binding(header: &DareHeader) -> Vec<u8> {
    // A frame that brings its own exchange is a message or the first frame: its place is not the writer's to know.
    let info = header
        .sequence_info
        .as_ref()
        .filter(|info| info.exchange_position.is_some());
    let index = info.and_then(|info| info.index).unwrap_or(-1);
    let mut writer = Writer::new(Format::JsonB);
    writer.string(header.encryption_algorithm.as_deref().unwrap_or_default());
    writer.binary(header.salt.as_deref().unwrap_or_default());
    writer.string(header.envelope_id.as_deref().unwrap_or_default());
    writer.binary(header.content_meta_data.as_deref().unwrap_or_default());
    writer.integer(index);
    // Fields that few envelopes have come last, so that those without them are bound as they always were. Which of them are there comes before
    // them: otherwise one could be put in the place of another.
    let (cover, cloaked) = (&header.cover, &header.cloaked);
    let mut fields = cover.iter().chain(cloaked).chain(&header.edss).peekable();
    if fields.peek().is_some() {
        writer.boolean(cover.is_some());
        writer.boolean(cloaked.is_some());
    }
    for field in fields {
        writer.binary(field);
    }
    writer.finish()
}

fn short(iv: &[u8; 16]) -> [u8; 12] {
    let mut out = [0; 12];
    for (to, from) in out.iter_mut().zip(iv) {
        *to = *from;
    }
    out
}
