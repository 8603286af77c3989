// SPDX-License-Identifier: MIT
//! The keys that a command names: for whom something is sealed, who signs it, what opens it, who must have signed it.
//!
//! Spec: none.
//! Here: names and files become keys; the account of this device is opened only when its keys are needed.
//! Not here: the forms of key files (`mesh-keystore`, format), envelopes (`mesh-dare`).

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::Path;

use mesh_client::Account;
use mesh_crypto::{
    Earl, Environment, Error as CryptoError, KeyRing, KeySource, PrivateKey, PublicKey,
    SharedSecret, Udf,
};
use mesh_dare::generated::DareHeader;
use mesh_dare::sequence::signature::LastSignature;
use mesh_dare::{Cipher, Encryption, HybridRecipient, Protection, Recipient, SymmetricRecipient};
use mesh_jsonbcd::{ErrorClass, SecretString};
use mesh_keystore::file::read_private;
use mesh_keystore::format::detect::{self, MAX_KEY_FILE};
use mesh_keystore::passphrase::recipient::{PassphraseKey, generate, is_passphrase};
use mesh_keystore::passphrase::{PassphraseSource, Purpose, Terminal};
use mesh_keystore::store::Cost;
use mesh_schema::catalog::contact::is_contact;
use mesh_schema::generated::CatalogedContact;

use crate::cli::{OpenArgs, RecipientArgs, SealArgs, SignArgs};
use crate::context::Context;
use crate::error::Failure;
use crate::output::note;
use crate::text;

/// The account of this device, opened when it is first needed.
pub struct Owner<F> {
    context: Option<F>,
    account: Option<Account>,
}

impl<F: FnOnce() -> Result<Context, Failure>> Owner<F> {
    /// Nothing is opened yet.
    #[must_use]
    pub fn new(context: F) -> Self {
        Self {
            context: Some(context),
            account: None,
        }
    }

    /// The account.
    ///
    /// # Errors
    /// [`Failure`] when there is none.
    pub fn account(&mut self) -> Result<&mut Account, Failure> {
        if let Some(context) = self.context.take() {
            self.account = Some(context()?.account()?);
        }
        self.account
            .as_mut()
            .ok_or_else(|| mesh_client::Error::NoAccount { address: None }.into())
    }
}

/// For whom something is sealed.
#[derive(Default)]
pub struct RecipientKeys {
    /// Those who have one key.
    pub public: Vec<PublicKey>,
    /// Those who have two.
    pub hybrid: Vec<HybridRecipient>,
    /// Symmetric keys and passphrases.
    pub symmetric: Vec<SymmetricRecipient>,
}

impl RecipientKeys {
    /// The keys that were named.
    ///
    /// # Errors
    /// [`Failure`] when a name or a file is no key.
    pub fn find(
        args: &RecipientArgs,
        owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
        env: &dyn Environment,
    ) -> Result<Self, Failure> {
        let mut keys = Self::default();
        for name in &args.encrypt {
            keys.add(name, owner)?;
        }
        for file in &args.key_file {
            keys.symmetric
                .push(SymmetricRecipient::from(&symmetric_key(file)?));
        }
        if args.passphrase || args.passphrase_in.is_some() {
            let passphrase = passphrase(args.passphrase_in.as_deref(), true)?;
            let (kid, secret) = generate(&passphrase, Cost::default(), env)?;
            keys.symmetric.push(SymmetricRecipient::new(kid, secret));
        }
        Ok(keys)
    }

    /// Whether nobody was named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.public.is_empty() && self.hybrid.is_empty() && self.symmetric.is_empty()
    }

    /// The protection of a sequence for these recipients.
    #[must_use]
    pub fn protect(self, encryption: Encryption) -> Protection {
        match self.is_empty() {
            true => Protection::default(),
            false => Protection {
                encryption,
                cipher: Cipher::Aes256Gcm,
                recipients: self.public,
                hybrids: self.hybrid,
                symmetric: self.symmetric.into(),
            },
        }
    }

    /// Adds whoever a name stands for: a file with one key or two, the account, a contact, or a device.
    fn add(
        &mut self,
        name: &str,
        owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    ) -> Result<(), Failure> {
        let recipient = resolve(name, owner, &|file| recipient_in(file), &|account| {
            let mut found = Vec::new();
            if is_own(account, name) {
                found.push(("your own account".to_owned(), account.recipient()?));
            }
            for contact in contacts_named(account, name)? {
                found.push((described(&contact), contact.valid()?.recipient()?));
            }
            match account.device_encryption_key(name) {
                Ok(key) => found.push((format!("the device {name}"), Recipient::Single(key))),
                Err(mesh_client::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            Ok(found)
        })?;
        match recipient.ok_or_else(|| unknown(name))? {
            Recipient::Single(key) => self.public.push(key),
            Recipient::Hybrid(keys) => self.hybrid.push(keys),
        }
        Ok(())
    }
}

/// The recipient whose keys are in a file.
fn recipient_in(file: &Path) -> Result<Recipient, Failure> {
    match public_keys(file)?.as_slice() {
        [one] => Ok(Recipient::Single(one.clone())),
        [a, b] if a.algorithm().is_agreement() && b.algorithm().is_encapsulation() => {
            Ok(Recipient::new(a.clone(), Some(b.clone())))
        }
        _ => Err(Failure::misuse(
            format!(
                "{}: these keys do not belong to one recipient",
                file.display()
            ),
            "name a file with one key, or with one for agreement and one for encapsulation, as 'mesh key generate' writes it",
        )),
    }
}

/// What is found under a name in an account, each with what it is called.
type InAccount<'a, T> = &'a dyn Fn(&mut Account) -> Result<Vec<(String, T)>, Failure>;

/// The one thing that a name stands for: what is in a file, or in the account where there is one. A name that can only be that of a file asks for
/// no account.
fn resolve<T>(
    name: &str,
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    in_file: &dyn Fn(&Path) -> Result<T, Failure>,
    in_account: InAccount<'_, T>,
) -> Result<Option<T>, Failure> {
    let file = Path::new(name);
    let is_file = file.is_file();
    if is_file && (name.contains('/') || name.contains('.') && !name.contains('@')) {
        return in_file(file).map(Some);
    }
    let mut found = match owner.account() {
        Ok(account) => in_account(account)?,
        Err(_) if is_file => Vec::new(),
        Err(failure) => return Err(failure),
    };
    let mut what: Vec<String> = found.iter().map(|(what, _)| what.clone()).collect();
    what.extend(is_file.then(|| format!("the file ./{name}")));
    if what.len() > 1 {
        return Err(Failure::misuse(
            format!("{name} stands for several: {}", what.join(", ")),
            "name a file by its path, an account by its address, a contact by its fingerprint",
        ));
    }
    match found.pop() {
        Some((_, one)) => Ok(Some(one)),
        None if is_file => in_file(file).map(Some),
        None => Ok(None),
    }
}

/// Whether a name is the address or the fingerprint of the account itself.
fn is_own(account: &Account, name: &str) -> bool {
    name.eq_ignore_ascii_case(&account.address().to_string())
        || name.eq_ignore_ascii_case(account.udf())
}

/// The contacts of other people that a name fits; none on a device that does not read the contact catalog.
fn contacts_named(account: &mut Account, name: &str) -> Result<Vec<CatalogedContact>, Failure> {
    match account.contacts_named(name) {
        Ok(mut found) => {
            found.retain(|contact| !contact.is_own());
            Ok(found)
        }
        Err(mesh_client::Error::NotAllowed { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

fn described(contact: &CatalogedContact) -> String {
    format!(
        "the contact {} ({}, {})",
        called(contact),
        contact.account_address().unwrap_or_default(),
        contact.udf().unwrap_or_default()
    )
}

/// What a contact is called here: its nickname, else its address.
fn called(contact: &CatalogedContact) -> String {
    let name = contact.nickname().or(contact.account_address());
    name.unwrap_or_default().to_owned()
}

fn unknown(name: &str) -> Failure {
    Failure::misuse(
        format!("the keys of {name} are not known here: it is no file, account, contact or device"),
        "add the contact that they give you: 'mesh contact add FILE'; 'mesh contact list' and 'meshman device list' show who is known",
    )
}

/// The private keys that sign something. With that of this device goes that of the account, where this device has it: other people know no
/// devices. `beginning` is what the content begins with, where it is in clear.
///
/// # Errors
/// [`Failure`] when a file is no key, or there is no account.
pub fn signers(
    args: &SealArgs,
    beginning: Option<&[u8]>,
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
) -> Result<Vec<PrivateKey>, Failure> {
    let mut keys = Vec::new();
    if args.sign {
        let account = owner.account()?;
        keys.push(account.signature_key().clone());
        match beginning.is_some_and(is_contact) {
            false => keys.extend(account.account_signature_key().cloned()),
            true => note(
                "note: this content is that of a contact, which the account does not sign as a file: this device signs it",
            ),
        }
    }
    for file in &args.sign_key {
        keys.extend(private_keys(file)?);
    }
    Ok(keys)
}

/// The private key that signs a sequence, if one was named.
///
/// # Errors
/// As [`signers`].
pub fn signer(
    args: &SignArgs,
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
) -> Result<Option<PrivateKey>, Failure> {
    match &args.sign_key {
        Some(file) => {
            let mut keys = private_keys(file)?;
            match (keys.pop(), keys.is_empty()) {
                (Some(key), true) => Ok(Some(key)),
                _ => Err(several(&file.display().to_string())),
            }
        }
        None if args.sign => Ok(Some(owner.account()?.signature_key().clone())),
        None if args.sign_account => {
            let key = owner.account()?.account_signature_key().cloned();
            let refused = mesh_client::Error::NotAllowed {
                what: "sign for the account: only administrators and devices with the role message have the key",
            };
            Ok(Some(key.ok_or(refused)?))
        }
        None => Ok(None),
    }
}

fn several(name: &str) -> Failure {
    Failure::misuse(
        format!("{name}: the file holds several keys"),
        "name a file with one key that signs",
    )
}

/// Those whose signatures are accepted: the devices of the account, where there is one, itself and its contacts, and those who were named.
#[derive(Debug)]
pub struct Known {
    /// Names and keys of those whom the account knows.
    pub acquainted: Vec<(String, PublicKey)>,
    /// Those who were named, who must have signed.
    pub expected: Vec<Expected>,
}

impl Known {
    /// Finds them.
    ///
    /// # Errors
    /// As [`expected_signer`].
    pub fn find(
        names: &[String],
        owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    ) -> Result<Self, Failure> {
        let expected = names
            .iter()
            .map(|name| expected_signer(name, owner))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            acquainted: Vec::new(),
            expected,
        })
    }

    /// Those who must have signed something that is used, not only verified; `None` where nobody was named.
    ///
    /// # Errors
    /// As [`Known::find`] and [`Known::with_acquainted`].
    pub fn demanded(
        names: &[String],
        owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    ) -> Result<Option<Self>, Failure> {
        match names.is_empty() {
            true => Ok(None),
            false => Self::find(names, owner)?.with_acquainted(owner).map(Some),
        }
    }

    /// Looks up those whom the account knows. Data may be verified without any account.
    ///
    /// # Errors
    /// [`Failure`] when the account is not in order.
    pub fn with_acquainted(
        mut self,
        owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    ) -> Result<Self, Failure> {
        if let Ok(account) = owner.account() {
            self.acquainted = account.device_signature_keys()?;
            let own = account.account_verification_key()?;
            self.acquainted.push((account.address().to_string(), own));
            let contacts = match account.contacts() {
                Err(mesh_client::Error::NotAllowed { .. }) => Vec::new(),
                contacts => contacts?,
            };
            for contact in contacts.iter().filter(|contact| !contact.is_own()) {
                // One that does not hold is not known.
                if let Ok(key) = contact.valid().and_then(|valid| valid.signature_key()) {
                    self.acquainted.push((called(contact), key));
                }
            }
        }
        Ok(self)
    }

    /// The key of a fingerprint.
    #[must_use]
    pub fn key(&self, kid: &str) -> Option<PublicKey> {
        let acquainted = self.acquainted.iter().map(|(_, key)| key);
        let named = self.expected.iter().filter_map(|one| one.key.as_ref());
        acquainted
            .chain(named)
            .find(|key| key.udf().to_string() == kid)
            .cloned()
    }

    /// The name of whoever has the key of a fingerprint.
    #[must_use]
    pub fn name(&self, udf: &Udf) -> Option<&str> {
        let known = self.acquainted.iter().find(|(_, key)| key.udf() == *udf);
        let named = self.expected.iter().find(|one| one.udf == *udf);
        known
            .map(|(name, _)| name.as_str())
            .or(named.map(|one| one.name.as_str()))
    }

    /// Whether those who must have signed a sequence have signed all of it, and nothing stands behind the last signature; what is to be said
    /// of its signers.
    ///
    /// # Errors
    /// [`Failure`] naming who has not.
    pub fn judge(
        &self,
        signed: &[LastSignature],
        unsigned: u64,
        len: u64,
    ) -> Result<Vec<String>, Failure> {
        for one in &self.expected {
            let kid = one.udf.to_string();
            let last = signed.iter().find(|signature| signature.kid == kid);
            let Some(last) = last else {
                return Err(mesh_dare::Error::SignatureMissing {
                    kid: one.name.clone(),
                }
                .into());
            };
            let behind = len.saturating_sub(last.index).saturating_sub(1);
            if behind > 0 {
                return Err(Failure {
                    cause: format!("{behind} frames at the end are not signed by {}", one.name),
                    remedy: "have them signed by whoever added them".to_owned(),
                    class: ErrorClass::Untrusted,
                });
            }
        }
        // Whoever signs what is added does not leave the end to anybody.
        if !signed.is_empty() && unsigned > 0 {
            return Err(Failure {
                cause: format!("{unsigned} frames at the end are not signed by anybody"),
                remedy: "have them signed by whoever added them".to_owned(),
                class: ErrorClass::Untrusted,
            });
        }
        let lines = signed
            .iter()
            .map(|signature| {
                let udf = Udf::parse(&signature.kid).ok();
                let name = udf.as_ref().and_then(|udf| self.name(udf));
                format!(
                    "signed by {} ({}) up to frame {}",
                    name.unwrap_or("an unknown key"),
                    signature.kid,
                    signature.index
                )
            })
            .collect();
        Ok(lines)
    }
}

/// What opens something.
#[derive(Debug, Default)]
pub struct OpenKeys {
    ring: KeyRing,
    passphrase: Option<PassphraseKey>,
}

impl OpenKeys {
    /// The keys that were named; the passphrase where the header asks for one and nothing else was named.
    ///
    /// # Errors
    /// [`Failure`] when a file is no key.
    pub fn find(args: &OpenArgs, header: &DareHeader) -> Result<Self, Failure> {
        let mut ring = KeyRing::new();
        for file in &args.key_file {
            ring.add_symmetric(symmetric_key(file)?);
        }
        for file in &args.identity {
            for key in private_keys(file)? {
                ring.add(key);
            }
        }
        let wanted = args.passphrase
            || (ring.is_empty()
                && !args.is_given()
                && opens_by_passphrase(header)
                && std::io::stderr().is_terminal());
        let passphrase = match wanted || args.passphrase_in.is_some() {
            true => Some(PassphraseKey::new(passphrase(
                args.passphrase_in.as_deref(),
                false,
            )?)),
            false => None,
        };
        Ok(Self { ring, passphrase })
    }

    /// Whether nothing was named, so that the keys of this device are meant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty() && self.passphrase.is_none()
    }
}

/// What is done with the keys that open something.
pub type Opener<'a> = &'a mut dyn FnMut(&dyn KeySource) -> Result<(), Failure>;

/// Gives `with` the keys that were named, or those of this device.
///
/// # Errors
/// [`Failure`] when a file is no key, and those of `with`.
pub fn with_keys(
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    args: &OpenArgs,
    header: &DareHeader,
    with: Opener<'_>,
) -> Result<(), Failure> {
    expect_encrypted(args, header)?;
    let named = OpenKeys::find(args, header)?;
    if !named.is_empty() || header.recipients.is_empty() {
        return with(&named);
    }
    match owner.account() {
        Ok(account) => {
            let keys = account.data_keys();
            let done = with(&keys);
            match (done, keys.into_failure()) {
                (Err(failure), Some(error)) if failure.class == ErrorClass::Refused => {
                    Err(error.into())
                }
                (done, _) => done,
            }
        }
        // Whoever has no account is told what would open it.
        Err(failure) => with(&named).map_err(|refused| match refused.class {
            ErrorClass::Refused => Failure {
                remedy: format!("{}; on this device: {}", refused.remedy, failure.cause),
                ..refused
            },
            _ => refused,
        }),
    }
}

/// Whoever names a key means what only its holders can have made, or read: in clear it would be anybody's.
///
/// # Errors
/// [`Failure`] when a key was named and nothing is encrypted.
pub fn expect_encrypted(args: &OpenArgs, header: &DareHeader) -> Result<(), Failure> {
    match args.is_given() && header.encryption_algorithm.is_none() {
        false => Ok(()),
        true => Err(Failure {
            cause:
                "a key was named to open it, but it is not encrypted: anybody can have put it there"
                    .to_owned(),
            remedy: "if it need not be encrypted, leave the key out".to_owned(),
            class: ErrorClass::Untrusted,
        }),
    }
}

impl OpenArgs {
    /// Whether anything was named.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.passphrase
            || self.passphrase_in.is_some()
            || !self.key_file.is_empty()
            || !self.identity.is_empty()
    }
}

impl KeySource for OpenKeys {
    fn agree(&self, kid: &str, peer: &PublicKey) -> Result<Option<SharedSecret>, CryptoError> {
        self.ring.agree(kid, peer)
    }

    fn decapsulate(
        &self,
        kid: &str,
        ciphertext: &[u8],
    ) -> Result<Option<SharedSecret>, CryptoError> {
        self.ring.decapsulate(kid, ciphertext)
    }

    fn public(&self, kid: &str) -> Option<PublicKey> {
        self.ring.public(kid)
    }

    fn sign(&self, kid: &str, message: &[u8]) -> Result<Option<Vec<u8>>, CryptoError> {
        self.ring.sign(kid, message)
    }

    fn symmetric(&self, kid: &str) -> Result<Option<SharedSecret>, CryptoError> {
        match (self.ring.symmetric(kid)?, &self.passphrase) {
            (None, Some(passphrase)) => passphrase.symmetric(kid),
            (found, _) => Ok(found),
        }
    }
}

/// Somebody who must have signed, as a key or as the fingerprint of one.
#[derive(Debug)]
pub struct Expected {
    /// As it was named.
    pub name: String,
    /// Fingerprint of the key.
    pub udf: Udf,
    /// The key, where it is known from the name.
    pub key: Option<PublicKey>,
}

/// The signer of a name: a file, a device of the account, itself, a contact of it, or the fingerprint of a key.
///
/// # Errors
/// [`Failure`] when it is none of them, or several.
pub fn expected_signer(
    name: &str,
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
) -> Result<Expected, Failure> {
    let in_file = |file: &Path| {
        let mut keys = public_keys(file)?;
        match (keys.pop(), keys.is_empty()) {
            (Some(key), true) => Ok(key),
            _ => Err(several(name)),
        }
    };
    let fingerprint = Udf::parse(name)
        .ok()
        .filter(|udf| udf.type_id().is_digest());
    let found = resolve(name, owner, &in_file, &|account| {
        let devices = account.device_signature_keys()?;
        let mut found: Vec<(String, PublicKey)> = devices
            .into_iter()
            .filter(|(device, _)| device == name)
            .map(|(device, key)| (format!("the device {device}"), key))
            .collect();
        if is_own(account, name) {
            let own = account.account_verification_key()?;
            found.push(("your own account".to_owned(), own));
        }
        for contact in contacts_named(account, name)? {
            found.push((described(&contact), contact.valid()?.signature_key()?));
        }
        Ok(found)
    });
    let (key, udf) = match (found, fingerprint) {
        (Ok(Some(key)), _) => {
            let udf = key.udf();
            (Some(key), udf)
        }
        // The key itself may come with the signature.
        (_, Some(udf)) => (None, udf),
        (Ok(None), None) => {
            return Err(Failure::misuse(
                format!(
                    "{name} is no device or contact of this account, no fingerprint and no file with a key"
                ),
                "see 'meshman device list' and 'mesh contact list'",
            ));
        }
        (Err(failure), None) => return Err(failure),
    };
    Ok(Expected {
        name: name.to_owned(),
        udf,
        key,
    })
}

/// Reads a symmetric key in UDF form.
///
/// # Errors
/// [`Failure`] when the file is readable by others or holds no such key.
pub fn symmetric_key(file: &Path) -> Result<Earl, Failure> {
    let octets = read_private(file, MAX_KEY_FILE)?;
    let text = std::str::from_utf8(octets.expose_secret()).unwrap_or_default();
    let key = text.split_whitespace().next().unwrap_or_default();
    Earl::parse(key).map_err(|error| Failure {
        cause: format!("{}: {error}", file.display()),
        remedy: "make one with 'mesh key secret'".to_owned(),
        class: error.class(),
    })
}

/// Reads public keys.
///
/// # Errors
/// [`Failure`] when the file holds none.
pub fn public_keys(file: &Path) -> Result<Vec<PublicKey>, Failure> {
    let octets = read_public(file)?;
    detect::public_keys(&octets).map_err(|error| in_file(file, error))
}

/// Reads private keys.
///
/// # Errors
/// [`Failure`] when the file is readable by others or holds none.
pub fn private_keys(file: &Path) -> Result<Vec<PrivateKey>, Failure> {
    let octets = read_private(file, MAX_KEY_FILE)?;
    let prompt = format!("Passphrase of {}: ", file.display());
    let mut ask = || {
        let mut terminal = terminal(&prompt);
        PassphraseSource::Prompt.read(Purpose::Open, &mut terminal)
    };
    detect::private_keys(octets.expose_secret(), &mut ask).map_err(|error| in_file(file, error))
}

fn read_public(file: &Path) -> Result<Vec<u8>, Failure> {
    let named = |error: std::io::Error| Failure::of_file(file, &error);
    // One octet more than a file may have, so that a longer one is refused and not cut.
    let limit = u64::try_from(MAX_KEY_FILE)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let mut octets = Vec::new();
    let opened = File::open(file).map_err(named)?;
    opened.take(limit).read_to_end(&mut octets).map_err(named)?;
    Ok(octets)
}

fn in_file(file: &Path, error: mesh_keystore::Error) -> Failure {
    let failure = Failure::from(error);
    Failure {
        cause: format!("{}: {}", file.display(), failure.cause),
        ..failure
    }
}

/// Asks for a passphrase, or reads it from a file.
fn passphrase(file: Option<&Path>, new: bool) -> Result<SecretString, Failure> {
    let (source, purpose) = match (file, new) {
        (Some(file), _) => (PassphraseSource::File(file.to_owned()), Purpose::Open),
        (None, true) => (PassphraseSource::Prompt, Purpose::New),
        (None, false) => (PassphraseSource::Prompt, Purpose::Open),
    };
    let read = source.read(purpose, &mut terminal(text::PROMPT_DATA));
    read.map_err(|error| match error {
        mesh_keystore::Error::NoTerminal => Failure::misuse(
            "there is no terminal to ask for a passphrase on",
            "use --passphrase-in FILE",
        ),
        error => error.into(),
    })
}

fn terminal(open: &str) -> Terminal {
    Terminal {
        open: open.to_owned(),
        new: text::PROMPT_DATA_NEW.to_owned(),
        again: text::PROMPT_AGAIN.to_owned(),
    }
}

/// Whether a passphrase is among what opens the envelope of a header.
fn opens_by_passphrase(header: &DareHeader) -> bool {
    let recipients = header.recipients.iter();
    let mut names = recipients.filter_map(|recipient| recipient.key_identifier.as_deref());
    names.any(is_passphrase)
}
