// SPDX-License-Identifier: MIT
//! `key generate`, `key convert`, `key derive`: key files are written.
//!
//! Spec: none; the forms are those of `mesh-keystore`.
//! Here: which keys go into which file, and what is asked for.
//! Not here: the forms (`mesh-keystore`, format), showing them (`show`).

use std::path::{Path, PathBuf};

use mesh_crypto::{Environment, KeyAlgorithm, PrivateKey, PublicKey, Seed};
use mesh_jsonbcd::{ErrorClass, SecretString};
use mesh_keystore::file::{Existing, read_private, write_private};
use mesh_keystore::format::detect::{self, Item};
use mesh_keystore::format::{openssh, write};
use mesh_keystore::passphrase::{PassphraseSource, Purpose, Terminal};
use serde_json::{Value, json};

use super::show::described;
use crate::cli::{Key, KeyForm, KeyName, NewKeyArgs};
use crate::command::device::secret_from_stdin;
use crate::error::Failure;
use crate::files::{Source, is_standard};
use crate::output::{Answer, working};
use crate::text;

impl KeyName {
    /// The algorithms that a name stands for.
    fn algorithms(self) -> &'static [KeyAlgorithm] {
        match self {
            Self::Hybrid => &[KeyAlgorithm::X448, KeyAlgorithm::MlKem768],
            Self::Ed25519 => &[KeyAlgorithm::Ed25519],
            Self::Ed448 => &[KeyAlgorithm::Ed448],
            Self::MlDsa44 => &[KeyAlgorithm::MlDsa44],
            Self::MlDsa65 => &[KeyAlgorithm::MlDsa65],
            Self::MlDsa87 => &[KeyAlgorithm::MlDsa87],
            Self::MlKem512 => &[KeyAlgorithm::MlKem512],
            Self::MlKem768 => &[KeyAlgorithm::MlKem768],
            Self::MlKem1024 => &[KeyAlgorithm::MlKem1024],
            Self::P256 => &[KeyAlgorithm::P256],
            Self::P384 => &[KeyAlgorithm::P384],
            Self::P521 => &[KeyAlgorithm::P521],
            Self::Rsa2048 => &[KeyAlgorithm::Rsa2048],
            Self::Rsa3072 => &[KeyAlgorithm::Rsa3072],
            Self::Rsa4096 => &[KeyAlgorithm::Rsa4096],
            Self::X25519 => &[KeyAlgorithm::X25519],
            Self::X448 => &[KeyAlgorithm::X448],
        }
    }
}

impl From<KeyForm> for write::Form {
    fn from(form: KeyForm) -> Self {
        match form {
            KeyForm::Openssh => Self::OpenSsh,
            KeyForm::Pem => Self::Pem,
            KeyForm::Record => Self::Record,
            KeyForm::Rfc4716 => Self::Rfc4716,
        }
    }
}

/// Makes keys and writes them.
pub(super) fn generate(
    file: &Path,
    name: KeyName,
    args: &NewKeyArgs,
    env: &dyn Environment,
) -> Result<Answer, Failure> {
    refuse_existing(file, args.force)?;
    let keys: Vec<PrivateKey> = working("making the key", || {
        let algorithms = name.algorithms().iter();
        algorithms
            .map(|algorithm| PrivateKey::generate(*algorithm, env))
            .collect()
    });
    write_pair(file, &keys, args)
}

/// Derives keys from a seed, and writes them or shows their public halves.
pub(super) fn derive(
    file: Option<&Path>,
    key_name: &str,
    name: KeyName,
    args: &NewKeyArgs,
) -> Result<Answer, Failure> {
    if let Some(file) = file {
        refuse_existing(file, args.force)?;
    }
    let seed = Seed::parse(&secret_from_stdin("Seed: ")?)?;
    let keys = working("deriving the key", || {
        let algorithms = name.algorithms().iter();
        let keys = algorithms.map(|algorithm| seed.derive(*algorithm, key_name));
        keys.collect::<Result<Vec<_>, _>>()
    })?;
    if let Some(file) = file {
        return write_pair(file, &keys, args);
    }
    let public = public_halves(&keys);
    let text = write::public_keys(&public, args.format.into(), &args.comment)?;
    let answer = Answer::say(format!("{}\n{}", listed(&public), text.trim_end()));
    Ok(answer.with("keys", objects(&public)).with("public", text))
}

/// Writes the keys of a file in another form.
pub(super) fn convert(command: &Key) -> Result<Answer, Failure> {
    let Key::Convert {
        input,
        output,
        format,
        public,
        comment,
        passphrase_in,
        new_passphrase,
        new_passphrase_in,
        force,
    } = command
    else {
        return Err(Failure::of(ErrorClass::Internal, "another command"));
    };
    let encrypts = *new_passphrase || new_passphrase_in.is_some();
    let octets = read(input)?;
    let named = |error| in_file(input, error);
    // Public keys need no passphrase where they stand by themselves.
    let items = detect::all(&octets, &mut asks(input, passphrase_in.as_deref())).map_err(named)?;
    let comment = comment
        .clone()
        .or_else(|| comment_of(&items))
        .unwrap_or_default();
    let private = private_keys(&items);
    if !*public && !private.is_empty() {
        if !is_standard(input) {
            // A private key that others could read is not passed on as if it were one.
            read_private(input, detect::MAX_KEY_FILE)?;
        }
        if is_standard(output) {
            return Err(Failure::misuse(
                "private keys are not written to standard output",
                "name a file, or add --public",
            ));
        }
        let passphrase = encrypts
            .then(|| passphrase(output, new_passphrase_in.as_deref(), Purpose::New))
            .transpose()?;
        let text = write::private_keys(&private, (*format).into(), &comment, passphrase.as_ref());
        let text = text.map_err(|error| in_file(output, error))?;
        put(output, text.expose_secret().as_bytes(), *force)?;
        return Ok(done(output, &public_halves(&private), "private"));
    }
    if encrypts {
        return Err(Failure::misuse(
            "public keys are not encrypted",
            "leave out --new-passphrase and --new-passphrase-in",
        ));
    }
    let keys = match private.is_empty() {
        true => detect::public_keys(&octets).map_err(named)?,
        false => public_halves(&private),
    };
    let text = write::public_keys(&keys, (*format).into(), &comment);
    let text = text.map_err(|error| in_file(output, error))?;
    if is_standard(output) {
        return Ok(Answer::say(text.as_str())
            .with("keys", objects(&keys))
            .with("public", text));
    }
    put(output, text.as_bytes(), *force)?;
    Ok(done(output, &keys, "public"))
}

/// The octets of a file, or of standard input, as many as any key file may have.
pub(super) fn read(file: &Path) -> Result<zeroize::Zeroizing<Vec<u8>>, Failure> {
    use std::io::Read as _;
    let limit = openssh::MAX_LIST.saturating_add(1);
    let mut octets = zeroize::Zeroizing::new(Vec::with_capacity(limit));
    let source = Source::open(file)?;
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    let read = source.octets.take(limit).read_to_end(&mut octets);
    read.map_err(|error| Failure::of_file(file, &error))?;
    Ok(octets)
}

/// How the passphrase of a file is found.
pub(super) fn asks<'a>(
    file: &'a Path,
    from: Option<&'a Path>,
) -> impl FnMut() -> mesh_keystore::Result<SecretString> + 'a {
    move || source(file, from, Purpose::Open)
}

fn source(
    file: &Path,
    from: Option<&Path>,
    purpose: Purpose,
) -> mesh_keystore::Result<SecretString> {
    let mut terminal = Terminal {
        open: format!("Passphrase of {}: ", file.display()),
        new: format!("New passphrase of {}: ", file.display()),
        again: text::PROMPT_AGAIN.to_owned(),
    };
    match from {
        Some(from) => PassphraseSource::File(from.to_owned()).read(Purpose::Open, &mut terminal),
        None => PassphraseSource::Prompt.read(purpose, &mut terminal),
    }
}

fn passphrase(file: &Path, from: Option<&Path>, purpose: Purpose) -> Result<SecretString, Failure> {
    source(file, from, purpose).map_err(|error| in_file(from.unwrap_or(file), error))
}

/// A failure with a key file.
pub(super) fn in_file(file: &Path, error: mesh_keystore::Error) -> Failure {
    use mesh_keystore::Error as K;
    let remedy = match &error {
        K::NoTerminal | K::NoPassphrase => {
            "run it on a terminal, or name a file with the passphrase: see the command with --help"
        }
        K::WrongPassphrase => "try again; without the passphrase the key is lost",
        K::Symlink { .. } | K::NotOwner { .. } | K::NotRegular { .. } => {
            "name a regular file of your own"
        }
        K::TooCostly { .. } => "do not open it, unless you have written it yourself",
        K::SeveralKeys { .. } => "choose a form that has room for several: record or pem",
        K::Crypto(mesh_crypto::Error::KeyPairMismatch | mesh_crypto::Error::SignatureInvalid) => {
            "do not use it: get it again from where it came"
        }
        error => match error.class() {
            ErrorClass::Malformed => "check that it is the right file, and that it is complete",
            ErrorClass::Unsupported => {
                "choose another form or algorithm; 'mesh key convert --help' and 'mesh key generate --help' name them"
            }
            _ => text::keystore_remedy(error),
        },
    };
    Failure {
        cause: format!("{}: {error}", file.display()),
        remedy: remedy.to_owned(),
        class: error.class(),
    }
}

fn private_keys(items: &[Item]) -> Vec<PrivateKey> {
    let keys = items.iter().filter_map(|item| match item {
        Item::Private(key) => Some(key.clone()),
        Item::SshPrivate(key) => Some(key.key().clone()),
        _ => None,
    });
    keys.collect()
}

/// The first comment of a file.
fn comment_of(items: &[Item]) -> Option<String> {
    items.iter().find_map(|item| {
        let comment = match item {
            Item::SshPrivate(key) => key.public().comment(),
            Item::SshPublic(key) => key.comment(),
            Item::Entry(entry) => entry.key.as_ref().ok()?.comment(),
            _ => return None,
        };
        Some(comment.to_owned())
    })
}

fn public_halves(keys: &[PrivateKey]) -> Vec<PublicKey> {
    keys.iter().map(|key| key.public().clone()).collect()
}

/// Writes private keys, and the public ones beside them.
fn write_pair(file: &Path, keys: &[PrivateKey], args: &NewKeyArgs) -> Result<Answer, Failure> {
    let named = |error| in_file(file, error);
    let encrypts = args.passphrase || args.passphrase_in.is_some();
    if encrypts && args.format == KeyForm::Record {
        return Err(Failure::misuse(
            "records of the Mesh have no passphrase",
            "add --format pem or --format openssh",
        ));
    }
    let form = args.format.into();
    let halves = public_halves(keys);
    let public = write::public_keys(&halves, form, &args.comment).map_err(named)?;
    let passphrase = encrypts
        .then(|| passphrase(file, args.passphrase_in.as_deref(), Purpose::New))
        .transpose()?;
    let private = write::private_keys(keys, form, &args.comment, passphrase.as_ref());
    let private = private.map_err(named)?;
    let beside = public_beside(file);
    put(file, private.expose_secret().as_bytes(), args.force)?;
    put(&beside, public.as_bytes(), args.force)?;
    let mut answer = done(file, &halves, "private")
        .and_say(&format!("\npublic keys written to {}", beside.display()));
    let lossy = args.format == KeyForm::Pem
        && halves
            .iter()
            .any(|key| key.algorithm() == KeyAlgorithm::X448);
    if lossy {
        answer = answer.and_say(&format!(
            "\nfor others of the Mesh write its public key anew: mesh key convert {} OUT --public --format record",
            file.display()
        ));
    }
    Ok(answer.with("public_file", beside.display().to_string()))
}

fn done(file: &Path, keys: &[PublicKey], half: &str) -> Answer {
    let human = format!(
        "{}\n{half} keys written to {}",
        listed(keys),
        file.display()
    );
    Answer::say(human)
        .with("keys", objects(keys))
        .with("file", file.display().to_string())
}

fn listed(keys: &[PublicKey]) -> String {
    let lines = keys
        .iter()
        .map(|key| format!("{}  {}", key.udf(), key.algorithm()));
    lines.collect::<Vec<_>>().join("\n")
}

fn objects(keys: &[PublicKey]) -> Vec<Value> {
    let objects = keys.iter().map(|key| {
        let mut object = json!({});
        if let Some(object) = object.as_object_mut() {
            object.extend(described(key));
        }
        object
    });
    objects.collect()
}

fn refuse_existing(file: &Path, force: bool) -> Result<(), Failure> {
    if is_standard(file) {
        return Err(Failure::misuse(
            "private keys are not written to standard output",
            "name a file",
        ));
    }
    for path in [file, &public_beside(file)] {
        if !force && std::fs::symlink_metadata(path).is_ok() {
            let exists = std::io::ErrorKind::AlreadyExists.into();
            return Err(Failure::of_file(path, &exists));
        }
    }
    Ok(())
}

fn put(file: &Path, octets: &[u8], force: bool) -> Result<(), Failure> {
    let existing = match force {
        true => Existing::Replace,
        false => Existing::Keep,
    };
    write_private(file, octets, existing).map_err(|error| match error {
        mesh_keystore::Error::Exists { path } => {
            Failure::of_file(&path, &std::io::ErrorKind::AlreadyExists.into())
        }
        error => error.into(),
    })
}

fn public_beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    PathBuf::from(name)
}
