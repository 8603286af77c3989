// SPDX-License-Identifier: MIT
//! `dare`: encode, decode, verify, inspect, earl.
//!
//! Spec: mesh-dare, "DARE Envelope"; mesh-udf, "Encrypted Authenticated Resource Locator".
//! Here: the commands of this noun.
//! Not here: envelopes (`mesh-dare`), what a name stands for (`keys`).

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use mesh_crypto::{Earl, Environment, KeyAlgorithm, KeyRing, PublicKey};
use mesh_dare::generated::{ContentMeta, DareHeader};
use mesh_dare::stream::{Checked, Signer, SignerState};
use mesh_dare::{Cipher, Envelope, Exchange, Seal, StreamReader, SymmetricRecipient};
use mesh_jsonbcd::{DateTime, Decode, ErrorClass, Format, Limits, Reader, from_bytes};
use mesh_keystore::SystemEnvironment;
use mesh_schema::catalog::contact::CONTACT_BEGINNING;
use serde_json::{Map, Value, json};

use crate::cli::{ContentCipher, Dare, Encoding, Form, OpenArgs};
use crate::command::hash::content_type;
use crate::context::Context;
use crate::error::Failure;
use crate::files::{Destination, Source, either, is_standard, read_limited};
use crate::keys::{Known, Owner, RecipientKeys, expect_encrypted, signers, with_keys};
use crate::output::{Answer, measured, one_line};
use crate::text;

/// The largest cover text, in octets.
const MAX_COVER: usize = 64 << 10;

/// The largest document that is converted as a whole, in octets.
const MAX_DOCUMENT: usize = 256 << 20;

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(
    context: impl FnOnce() -> Result<Context, Failure>,
    command: &Dare,
    json: bool,
) -> Result<Answer, Failure> {
    if let Dare::Convert { output, .. }
    | Dare::Decode { output, .. }
    | Dare::Encode { output, .. } = command
    {
        either(output, json)?;
    }
    let mut owner = Owner::new(context);
    match command {
        Dare::Convert {
            input,
            output,
            to,
            document,
            force,
        } => convert(input, output, *to, *document, *force),
        Dare::Decode {
            input,
            output,
            keys,
            signed_by,
            force,
        } => decode(&mut owner, input, output, keys, signed_by, *force),
        Dare::Earl {
            input,
            output,
            domain,
            bits,
            force,
        } => {
            if output.as_deref().is_some_and(is_standard) {
                return Err(Failure::misuse(
                    "standard output cannot hold both the envelope and its key",
                    "name a file",
                ));
            }
            let env = SystemEnvironment::new()?;
            let key = Earl::generate(&env, usize::from(*bits));
            let locator = key.locator_id_at(usize::from(*bits));
            let output = match output {
                Some(output) => output.clone(),
                None => PathBuf::from(format!("{locator}.dare")),
            };
            let seal = Seal {
                cipher: Cipher::Aes256GcmStream,
                keys: &[SymmetricRecipient::from(&key)],
                content_meta: Some(describe(input, None, &env)),
                cloak: true,
                ..Seal::default()
            };
            let source = Source::open(input)?;
            let size = seal_file(&seal, Format::JsonB, source, &output, *force, &env)?;
            let text = key.to_udf_string();
            let address = domain.as_deref().map(|domain| key.web_address(domain));
            let mut human = vec![
                text.expose_secret().to_owned(),
                output.display().to_string(),
            ];
            human.extend(address.clone());
            Ok(Answer::say(human.join("\n"))
                .with("key", text.expose_secret())
                .with("locator", locator)
                .with("file", output.display().to_string())
                .with("address", address)
                .with("content_octets", size))
        }
        Dare::Encode {
            input,
            output,
            keys,
            cipher,
            format,
            digest,
            cty,
            open_metadata,
            annotate,
            cover,
            force,
        } => {
            let env = SystemEnvironment::new()?;
            let mut source = Source::open(input)?;
            let recipients = RecipientKeys::find(&keys.recipients, &mut owner, &env)?;
            // What is encrypted is signed as it is stored, and that nobody chooses.
            let beginning = match recipients.is_empty() && keys.sign {
                true => Some(source.beginning(CONTACT_BEGINNING)?),
                false => None,
            };
            let signers = signers(keys, beginning.as_deref(), &mut owner)?;
            let signers: Vec<_> = signers.iter().collect();
            let keys = recipients;
            let cover = cover.as_deref().map(cover_text).transpose()?;
            let notes: Vec<&[u8]> = annotate.iter().map(String::as_bytes).collect();
            let seal = Seal {
                cipher: match cipher {
                    ContentCipher::A256cbc => Cipher::Aes256Cbc,
                    ContentCipher::A256gcm => Cipher::Aes256GcmStream,
                },
                recipients: &keys.public,
                hybrids: &keys.hybrid,
                keys: &keys.symmetric,
                signers: &signers,
                embed_signature_keys: true,
                content_meta: Some(describe(input, cty.as_deref(), &env)),
                // What no tag protects has a digest at least.
                digest: *digest || keys.is_empty() || *cipher == ContentCipher::A256cbc,
                cloak: !open_metadata,
                annotations: &notes,
                cover: cover.as_deref(),
                ..Seal::default()
            };
            let format = match format {
                Form::Json => Format::Json,
                Form::JsonB => Format::JsonB,
            };
            let size = seal_file(&seal, format, source, output, *force, &env)?;
            let signed: Vec<Value> = signers
                .iter()
                .map(|key| Value::from(key.udf().to_string()))
                .collect();
            let answer = match is_standard(output) {
                // Standard output holds the envelope.
                true => Answer::default(),
                false => Answer::say(format!("{size} octets in {}", output.display())),
            };
            Ok(answer
                .with("file", output.display().to_string())
                .with("content_octets", size)
                .with("encrypted", !keys.is_empty())
                .with("signed_by", signed))
        }
        Dare::Inspect { input, keys } => inspect(&mut owner, input, keys),
        Dare::Verify {
            input,
            keys,
            signed_by,
        } => verify(&mut owner, input, keys, signed_by),
    }
}

/// What is said of a file in its envelope.
fn describe(input: &Path, cty: Option<&str>, env: &dyn Environment) -> ContentMeta {
    let mut meta = ContentMeta {
        created: Some(env.now()),
        ..ContentMeta::default()
    };
    if is_standard(input) {
        meta.content_type = cty.map(str::to_owned);
        return meta;
    }
    meta.content_type = Some(content_type(input, cty));
    let name = input.file_name();
    meta.filename = name.map(|name| name.to_string_lossy().into_owned());
    let modified = std::fs::metadata(input).and_then(|about| about.modified());
    let modified = modified.ok().and_then(|time| {
        let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok()
    });
    meta.modified = modified.map(DateTime::from_unix);
    meta
}

fn cover_text(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    read_limited(file, MAX_COVER, &mut text)?;
    if text.len() > MAX_COVER {
        return Err(Failure::misuse(
            format!("{}: a cover has at most {MAX_COVER} octets", file.display()),
            "shorten it",
        ));
    }
    Ok(text)
}

fn seal_file(
    seal: &Seal<'_>,
    format: Format,
    mut source: Source,
    output: &Path,
    force: bool,
    env: &dyn Environment,
) -> Result<u64, Failure> {
    let mut out = Destination::create(output, force, false)?;
    let sealed = measured("sealing", source.length, |progress| {
        seal.seal_stream(format, &mut source.octets, &mut out, env, progress)
    });
    let sealed = sealed.map_err(|error| match error {
        error @ mesh_dare::Error::TooLarge { .. } => Failure::misuse(
            error.to_string(),
            "name fewer recipients and signers, or shorten notes and cover",
        ),
        error => error.into(),
    })?;
    out.commit()?;
    Ok(sealed.content)
}

fn convert(
    input: &Path,
    output: &Path,
    to: Encoding,
    document: bool,
    force: bool,
) -> Result<Answer, Failure> {
    let format = match to {
        Encoding::Json => Format::Json,
        Encoding::JsonB => Format::JsonB,
        Encoding::JsonC => Format::JsonC,
        Encoding::JsonD => Format::JsonD,
    };
    let mut source = Source::open(input)?;
    let mut out = Destination::create(output, force, true)?;
    match (document, to) {
        (false, Encoding::Json | Encoding::JsonB) => {
            let reader = StreamReader::new(source.octets)?;
            check_envelope(reader.header())?;
            measured("converting", source.length, |progress| {
                reader.convert(format, &mut out, progress)
            })?;
        }
        // Codes of a dictionary stand for what was anywhere before them: these are made of the whole.
        (document, _) => {
            let limit = u64::try_from(MAX_DOCUMENT).unwrap_or(u64::MAX);
            let mut octets = Vec::new();
            (&mut source.octets)
                .take(limit.saturating_add(1))
                .read_to_end(&mut octets)
                .map_err(|error| Failure::of_file(input, &error))?;
            let limits = Limits {
                max_bytes: MAX_DOCUMENT,
                max_string: MAX_DOCUMENT,
                ..Limits::default()
            };
            let made = match document {
                true => mesh_jsonbcd::convert(&octets, format, &limits)?,
                false => {
                    let mut reader = Reader::with_limits(&octets, limits);
                    let envelope = Envelope::decode(&mut reader)?;
                    reader.finish()?;
                    check_envelope(&envelope.header)?;
                    mesh_jsonbcd::to_bytes(&envelope, format)
                }
            };
            out.write_all(&made)?;
        }
    }
    out.commit()?;
    let answer = match is_standard(output) {
        true => Answer::default(),
        false => Answer::say(output.display().to_string()),
    };
    Ok(answer.with("file", output.display().to_string()))
}

/// A document that only looks like an envelope would lose what an envelope does not have.
fn check_envelope(header: &DareHeader) -> Result<(), Failure> {
    match *header == DareHeader::default() {
        false => Ok(()),
        true => Err(Failure::misuse(
            "the input has nothing of what the header of an envelope has",
            "use --document for other documents",
        )),
    }
}

fn decode(
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    input: &Path,
    output: &Path,
    args: &OpenArgs,
    signed_by: &[String],
    force: bool,
) -> Result<Answer, Failure> {
    let source = Source::open(input)?;
    let reader = StreamReader::new(source.octets)?;
    let known = Known::find(signed_by, owner)?;
    let withheld = !reader.is_authentic_in_pieces() || !known.expected.is_empty();
    let header = reader.header().clone();
    let mut out = Destination::create(output, force, withheld)?;
    let mut checked = None;
    let mut reader = Some(reader);
    with_keys(owner, args, &header, &mut |keys| {
        let Some(reader) = reader.take() else {
            return Ok(());
        };
        let opened = measured("opening", source.length, |progress| {
            reader.open(keys, &mut out, progress)
        });
        checked = Some(opened?);
        Ok(())
    })?;
    let checked = checked.ok_or(mesh_dare::Error::Truncated)?;
    let signers = judge(owner, &checked, known)?;
    out.commit()?;
    let size = checked.content.unwrap_or_default();
    let answer = match is_standard(output) {
        true => Answer::default(),
        false => Answer::say(format!(
            "{size} octets in {}{}",
            output.display(),
            said(&signers)
        )),
    };
    Ok(answer
        .with("file", output.display().to_string())
        .with("content_octets", size)
        .with("signatures", signatures(&signers)))
}

fn verify(
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    input: &Path,
    args: &OpenArgs,
    signed_by: &[String],
) -> Result<Answer, Failure> {
    let source = Source::open(input)?;
    let reader = StreamReader::new(source.octets)?;
    let known = Known::find(signed_by, owner)?;
    let header = reader.header().clone();
    expect_encrypted(args, &header)?;
    let encrypted = header.encryption_algorithm.is_some();
    let mut checked = None;
    let mut opened = false;
    let mut reader = Some(reader);
    // Where digest and signatures can be verified without a key, nobody has to give one.
    if encrypted && (args.is_given() || header.digest_algorithm.is_none()) {
        with_keys(owner, args, &header, &mut |keys| {
            let Some(reader) = reader.take() else {
                return Ok(());
            };
            let read = measured("verifying", source.length, |progress| {
                reader.open(keys, &mut std::io::sink(), progress)
            });
            checked = Some(read?);
            opened = true;
            Ok(())
        })?;
    } else if let Some(reader) = reader.take() {
        let read = measured("verifying", source.length, |progress| match encrypted {
            true => reader.check(progress),
            // What is not encrypted opens without a key; what only lost the name of its cipher does not.
            false => reader.open(&KeyRing::new(), &mut std::io::sink(), progress),
        });
        checked = Some(read?);
    }
    let checked = checked.ok_or(mesh_dare::Error::Truncated)?;
    let signers = judge(owner, &checked, known)?;
    let authentic = opened && header.encryption_algorithm.as_deref() != Some("A256CBC");
    if signers.is_empty() && checked.digest().is_none() && !authentic {
        return Err(doubt(
            "it has neither a digest nor a signature: anybody can have altered it",
        ));
    }
    // One signer who is known vouches for it; who else signed is shown.
    let nobody = signers.iter().all(|(_, name)| name.is_none());
    if let Some((signer, _)) = signers.first().filter(|_| nobody) {
        return Err(Failure {
            cause: format!(
                "the signature by {} is valid, but whose key that is, is not known here",
                signer.kid
            ),
            remedy: "compare the fingerprint with one that you trust, and name it with --signed-by"
                .to_owned(),
            class: ErrorClass::Untrusted,
        });
    }
    let mut lines = Vec::new();
    lines.push(match (opened, encrypted) {
        (true, _) => "the content opens and is what was sealed",
        (false, true) => "the ciphertext matches its digest; it was not opened",
        (false, false) => "the content matches its digest",
    });
    if signers.is_empty() && !authentic {
        lines.push("nobody has signed it: a digest shows damage, not who altered it");
    }
    let human = format!("{}{}", lines.join("\n"), said(&signers));
    Ok(Answer::say(human)
        .with("encrypted", encrypted)
        .with("opened", opened)
        .with("authentic", authentic)
        .with("digest", checked.digest().is_some())
        .with("body_octets", checked.body)
        .with("signatures", signatures(&signers)))
}

fn doubt(cause: &str) -> Failure {
    Failure {
        cause: cause.to_owned(),
        remedy: text::DOUBT.to_owned(),
        class: ErrorClass::Untrusted,
    }
}

/// The signatures, each with the name of its signer where that is known.
type Judged = Vec<(Signer, Option<String>)>;

/// Judges all signatures: none may be wrong, and those who were expected must be there.
fn judge(
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    checked: &Checked,
    known: Known,
) -> Result<Judged, Failure> {
    let known = match checked.envelope().signatures().is_empty() {
        true => known,
        false => known.with_acquainted(owner)?,
    };
    let mut judged = Vec::new();
    for signer in checked.signers(&|kid| known.key(kid)) {
        match signer.state {
            SignerState::Invalid => {
                return Err(mesh_dare::Error::SignatureInvalid { kid: signer.kid }.into());
            }
            SignerState::NoKey => {
                return Err(Failure {
                    cause: format!("the key of the signature by {} is not known", signer.kid),
                    remedy: "name a file with that key: --signed-by FILE".to_owned(),
                    class: ErrorClass::Untrusted,
                });
            }
            SignerState::Valid => {}
        }
        let name = signer.key.as_ref().and_then(|key| known.name(&key.udf()));
        let name = name.map(str::to_owned);
        judged.push((signer, name));
    }
    for expected in &known.expected {
        let found = judged.iter().any(|(signer, _)| {
            signer.key.as_ref().map(PublicKey::udf).as_ref() == Some(&expected.udf)
        });
        if !found {
            return Err(mesh_dare::Error::SignatureMissing {
                kid: expected.name.clone(),
            }
            .into());
        }
    }
    Ok(judged)
}

fn said(signers: &Judged) -> String {
    signers
        .iter()
        .map(|(signer, name)| match name {
            Some(name) => format!("\nsigned by {name} ({})", signer.kid),
            None => format!("\nsigned by {}, which is not known here", signer.kid),
        })
        .collect()
}

fn signatures(signers: &Judged) -> Vec<Value> {
    signers
        .iter()
        .map(|(signer, name)| json!({"key": signer.kid, "name": name}))
        .collect()
}

fn inspect(
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    input: &Path,
    args: &OpenArgs,
) -> Result<Answer, Failure> {
    let source = Source::open(input)?;
    let reader = StreamReader::new(source.octets)?;
    let header = reader.header().clone();
    let checked = measured("reading", source.length, |progress| reader.check(progress))?;
    let mut about = Map::new();
    let mut say = |name: &str, value: Value| {
        about.insert(name.to_owned(), value);
    };
    say("encrypted", json!(header.encryption_algorithm.is_some()));
    if let Some(cipher) = &header.encryption_algorithm {
        say("cipher", json!(cipher));
    }
    let recipients: Vec<Value> = header
        .recipients
        .iter()
        .map(|recipient| {
            let ephemeral = recipient.epk.as_ref();
            let curve = ephemeral.and_then(|key| PublicKey::from_jose(key).ok());
            let curve = curve.map(|key| key.algorithm().to_string());
            let sealed = recipient.ek.as_deref();
            let sealed = sealed.and_then(KeyAlgorithm::of_ciphertext);
            let algorithms: Vec<String> = curve
                .into_iter()
                .chain(sealed.map(|algorithm| algorithm.to_string()))
                .collect();
            json!({
                "key": recipient.key_identifier,
                "algorithm": (!algorithms.is_empty()).then(|| algorithms.join(" and ")),
                "encapsulation_key": recipient.encapsulation_udf(),
            })
        })
        .collect();
    say("recipients", json!(recipients));
    say("digest", json!(header.digest_algorithm));
    let envelope = checked.envelope();
    let signers: Vec<Value> = checked
        .signers(&|_| None)
        .iter()
        .zip(envelope.signatures())
        .map(|(signer, entry)| {
            json!({
                "key": signer.kid,
                "algorithm": entry.alg,
                "state": match signer.state {
                    SignerState::Valid => "valid",
                    SignerState::Invalid => "invalid",
                    SignerState::NoKey => "not checked: it brings no key",
                },
            })
        })
        .collect();
    say("signatures", json!(signers));
    say("body_octets", json!(checked.body));
    if let Some(id) = &header.envelope_id {
        say("envelope_id", json!(id));
    }
    if let Some(cover) = &header.cover {
        say("cover", json!(String::from_utf8_lossy(cover)));
    }
    say("hidden_metadata", json!(header.cloaked.is_some()));
    say("annotations", json!(header.edss.len()));
    if let Some(meta) = &header.content_meta_data {
        say("metadata", metadata(&from_bytes(meta)?));
    }
    let hidden = header.cloaked.is_some() || !header.edss.is_empty();
    let clear = header.encryption_algorithm.is_none();
    if hidden && (args.is_given() || clear) {
        let mut found = Map::new();
        match clear {
            true => reveal(envelope, None, &mut found)?,
            false => with_keys(owner, args, &header, &mut |keys| {
                let exchange = Exchange::open(&header, keys)?;
                reveal(envelope, Some(&exchange), &mut found)
            })?,
        }
        say("revealed", Value::Object(found));
    }
    let mut human = String::new();
    outline(&about, "", &mut human);
    let answer = about
        .into_iter()
        .fold(Answer::say(human), |answer, (name, value)| {
            answer.with(&name, value)
        });
    Ok(answer)
}

/// What those who can open an envelope read in its header.
fn reveal(
    envelope: &Envelope,
    exchange: Option<&Exchange>,
    found: &mut Map<String, Value>,
) -> Result<(), Failure> {
    if let Some(exchange) = exchange
        && let Some(meta) = envelope.cloaked(exchange)?.content_meta_data
    {
        found.insert("metadata".to_owned(), metadata(&from_bytes(&meta)?));
    }
    let notes = envelope.annotations(exchange)?;
    let notes: Vec<Value> = notes
        .iter()
        .map(|note| Value::from(String::from_utf8_lossy(note.expose_secret())))
        .collect();
    found.insert("annotations".to_owned(), notes.into());
    Ok(())
}

fn metadata(meta: &ContentMeta) -> Value {
    let mut out = Map::new();
    let texts = [
        ("filename", &meta.filename),
        ("content_type", &meta.content_type),
        ("message_type", &meta.message_type),
        ("unique_id", &meta.unique_id),
        ("event", &meta.event),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            out.insert(name.to_owned(), json!(value));
        }
    }
    for (name, value) in [("created", meta.created), ("modified", meta.modified)] {
        if let Some(value) = value {
            out.insert(name.to_owned(), json!(value.to_string()));
        }
    }
    Value::Object(out)
}

/// A value as lines for people.
fn outline(object: &Map<String, Value>, indent: &str, out: &mut String) {
    for (name, value) in object {
        let name = name.replace('_', " ");
        match value {
            Value::Object(inner) => {
                out.push_str(&format!("{indent}{name}:\n"));
                outline(inner, &format!("{indent}  "), out);
            }
            Value::Array(items) if items.is_empty() => {
                out.push_str(&format!("{indent}{name}: none\n"));
            }
            Value::Array(items) => {
                for item in items {
                    let line = match item {
                        Value::Object(parts) => {
                            let parts = parts.values().filter(|part| !part.is_null());
                            parts.map(plain).collect::<Vec<_>>().join(", ")
                        }
                        other => plain(other),
                    };
                    out.push_str(&format!("{indent}{name}: {line}\n"));
                }
            }
            Value::Null => out.push_str(&format!("{indent}{name}: none\n")),
            other => out.push_str(&format!("{indent}{name}: {}\n", plain(other))),
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        // A name, a note or a cover could otherwise add a line about signatures.
        Value::String(text) => one_line(text),
        other => other.to_string(),
    }
}
