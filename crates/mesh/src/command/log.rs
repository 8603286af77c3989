// SPDX-License-Identifier: MIT
//! `log`: create, append, list, follow, verify, prove, check, erase, redact.
//!
//! Spec: mesh-dare, "DARE Sequence".
//! Here: the commands of this noun.
//! Not here: sequences (`mesh-dare`).

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use mesh_crypto::{Environment, KeyRing, KeySource, PrivateKey};
use mesh_dare::generated::{ContentMeta, DareHeader, Proof};
use mesh_dare::merkle::Digest;
use mesh_dare::merkle::proof::{Consistency, Inclusion};
use mesh_dare::sequence::signature::Coverage;
use mesh_dare::sequence::writer::Signer;
use mesh_dare::{
    Content as FrameContent, Encryption, Exchanges, Protection, Sequence, SequenceType,
    SequenceWriter, Storage,
};
use mesh_jsonbcd::{ErrorClass, base64url, from_bytes, to_json};
use mesh_keystore::SystemEnvironment;
use serde_json::{Value, json};

use crate::cli::{Log, LogType, OpenArgs, RecipientArgs};
use crate::command::archive::signatures;
use crate::context::Context;
use crate::error::Failure;
use crate::files::{Destination, Source, either, is_standard};
use crate::keys::{Known, Owner, RecipientKeys, signer, with_keys};
use crate::output::{Answer, confirm, line, measured, one_line};
use crate::sequence_file::{ReadOnly, Unsynchronised, first_header, hold_replaced, open_alone};
use crate::text;

/// The content type in the first frame of a log.
const LOG_TYPE: &str = "application/mmm-log";
/// The longest entry, in octets; a longer line becomes several.
const MAX_ENTRY: u64 = 1 << 20;
/// Entries that are made durable together, at most.
const BATCH: usize = 1000;
/// Octets of a proof, at most.
const MAX_PROOF: u64 = 1 << 16;
/// How often a log that is followed is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(
    context: impl FnOnce() -> Result<Context, Failure>,
    command: &Log,
    as_json: bool,
) -> Result<Answer, Failure> {
    let mut owner = Owner::new(context);
    let env = SystemEnvironment::new()?;
    match command {
        Log::Append {
            log,
            text,
            encrypt,
            keys,
            sign,
        } => {
            let signer = signer(sign, &mut owner)?;
            let how = Appending {
                encrypt,
                keys,
                signer: signer.as_ref(),
            };
            append(&mut owner, log, text.as_deref(), &how, &env)
        }
        Log::Check {
            proof,
            apex,
            earlier,
        } => check(proof, apex, earlier.as_deref()),
        Log::Create {
            log,
            keys,
            sign,
            kind,
        } => {
            let signer = signer(sign, &mut owner)?;
            let kind = match kind {
                LogType::Chain => SequenceType::Chain,
                LogType::Digest => SequenceType::Digest,
                LogType::List => SequenceType::List,
                LogType::Merkle => SequenceType::Merkle,
                LogType::Tree => SequenceType::Tree,
            };
            let protection = RecipientKeys::find(keys, &mut owner, &env)?.protect(Encryption::Once);
            let destination = Destination::create(log, false, false)?;
            let first = FrameContent {
                meta: ContentMeta {
                    content_type: Some(LOG_TYPE.to_owned()),
                    created: Some(env.now()),
                    ..ContentMeta::default()
                },
                ..FrameContent::default()
            };
            let signer = signer.as_ref().map(named);
            let file = destination.file()?;
            SequenceWriter::create(file, kind, &protection, &first, signer, &env)?;
            destination.commit()?;
            Ok(Answer::say(format!("{} is begun", log.display()))
                .with("file", log.display().to_string())
                .with("encrypted", protection.encryption != Encryption::None))
        }
        Log::Erase { log, entries, yes } => erase(log, entries, *yes),
        Log::Follow { log, last, keys } => follow(&mut owner, log, *last, keys, as_json),
        Log::List {
            log,
            last,
            numbers,
            keys,
            signed_by,
        } => {
            let known = Known::demanded(signed_by, &mut owner)?;
            let mut lines = Vec::new();
            let mut objects = Vec::new();
            open(&mut owner, log, keys, &mut |sequence, keys| {
                if let Some(known) = &known {
                    verified(sequence, known)?;
                }
                let first = match last {
                    Some(last) => sequence.len().saturating_sub(*last).max(1),
                    None => 1,
                };
                let exchanges = Exchanges::default();
                let range = first..sequence.len();
                entries(sequence, &exchanges, keys, range, &mut |entry| {
                    lines.push(match numbers {
                        true => format!("{} {}", entry.index, entry.text()),
                        false => entry.text(),
                    });
                    objects.push(entry.object());
                    Ok(())
                })
            })?;
            Ok(Answer::say(lines.join("\n")).with("entries", objects))
        }
        Log::Prove {
            log,
            proof,
            entry,
            since,
            at,
            force,
        } => {
            either(proof, as_json)?;
            prove(log, proof, (*entry, *since), *at, *force)
        }
        Log::Redact {
            input,
            output,
            entries,
            force,
        } => redact(input, output, entries, *force),
        Log::Verify {
            log,
            keys,
            signed_by,
        } => verify(&mut owner, log, keys, signed_by),
    }
}

/// An entry of a log.
struct Entry {
    index: u64,
    created: Option<String>,
    content: Content,
}

/// What there is of an entry.
enum Content {
    There(Vec<u8>),
    /// Its salt was destroyed.
    Erased,
    /// It was taken out of this copy.
    Redacted,
}

impl Entry {
    fn text(&self) -> String {
        let text = match &self.content {
            Content::There(octets) => String::from_utf8_lossy(octets),
            Content::Erased => "[erased]".into(),
            Content::Redacted => "[redacted]".into(),
        };
        let text = one_line(&text);
        match &self.created {
            Some(created) => format!("{created} {text}"),
            None => text,
        }
    }

    fn object(&self) -> Value {
        let (text, state) = match &self.content {
            Content::There(octets) => (Some(String::from_utf8_lossy(octets)), "there"),
            Content::Erased => (None, "erased"),
            Content::Redacted => (None, "redacted"),
        };
        let mut object = json!({
            "index": self.index,
            "created": self.created,
            "text": text,
            "state": state,
        });
        // A text that is none would lose octets.
        if let (Content::There(octets), Some(Cow::Owned(_)), Some(object)) =
            (&self.content, &text, object.as_object_mut())
        {
            object.insert("octets".to_owned(), base64url::encode(octets).into());
        }
        object
    }
}

/// Shows the entries of a range of frames, without those of housekeeping.
fn entries<S: Storage>(
    sequence: &Sequence<S>,
    exchanges: &Exchanges,
    keys: &dyn KeySource,
    range: Range<u64>,
    show: &mut dyn FnMut(Entry) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let encrypted = sequence.header(0)?.encryption_algorithm.is_some();
    for index in range {
        let frame = match sequence.frame(index) {
            Err(error) if error.is_redacted() => {
                show(Entry {
                    index,
                    created: None,
                    content: Content::Redacted,
                })?;
                continue;
            }
            frame => frame?,
        };
        let info = frame.header.sequence_info.as_ref();
        if info.is_some_and(|info| info.is_meta == Some(true)) {
            continue;
        }
        if encrypted && frame.header.encryption_algorithm.is_none() {
            return Err(Failure {
                cause: format!(
                    "entry {index} is in clear and the log is not: anybody can have put it there"
                ),
                remedy: text::DOUBT.to_owned(),
                class: ErrorClass::Untrusted,
            });
        }
        let opened = exchanges.open(sequence, &frame, keys);
        let (created, content) = match opened {
            Err(error) if error.is_erased() => (None, Content::Erased),
            opened => {
                let meta = exchanges.metadata(sequence, &frame.header, keys)?;
                let octets = opened?.expose_secret().to_vec();
                let created = meta.created.map(|created| created.to_string());
                (created, Content::There(octets))
            }
        };
        show(Entry {
            index,
            created,
            content,
        })?;
    }
    Ok(())
}

type With<'a> = &'a mut dyn FnMut(&Sequence<ReadOnly>, &dyn KeySource) -> Result<(), Failure>;

/// Opens a log for reading.
fn open(
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    path: &Path,
    args: &OpenArgs,
    with: With<'_>,
) -> Result<(), Failure> {
    let file = File::open(path).map_err(|error| Failure::of_file(path, &error))?;
    let header = log_header(&file, path)?;
    let mut file = Some(ReadOnly::new(file)?);
    with_keys(owner, args, &header, &mut |keys| {
        let Some(file) = file.take() else {
            return Ok(());
        };
        with(&Sequence::open_from_end(file)?.0, keys)
    })
}

/// How entries are appended.
struct Appending<'a> {
    encrypt: &'a [String],
    keys: &'a OpenArgs,
    signer: Option<&'a PrivateKey>,
}

/// A signer of logs.
fn named(key: &PrivateKey) -> Signer<'_> {
    Signer {
        name: LOG_TYPE,
        key,
    }
}

fn append(
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    path: &Path,
    text: Option<&str>,
    how: &Appending<'_>,
    env: &dyn Environment,
) -> Result<Answer, Failure> {
    let file = open_alone(path)?;
    let header = log_header(&file, path)?;
    let (sequence, _) = Sequence::open_from_end(file)?;
    let encrypted = header.encryption_algorithm.is_some();
    let mut writer = None;
    let signer = || how.signer.map(named);
    if !how.encrypt.is_empty() {
        let recipients = RecipientArgs {
            encrypt: how.encrypt.to_vec(),
            ..RecipientArgs::default()
        };
        let protection = RecipientKeys::find(&recipients, owner, env)?.protect(Encryption::Session);
        let opened = SequenceWriter::open(sequence, &protection, signer(), &KeyRing::new(), env)?;
        writer = Some(opened);
    } else {
        let protection = Protection {
            encryption: match encrypted {
                true => Encryption::Once,
                false => Encryption::None,
            },
            ..Protection::default()
        };
        let mut sequence = Some(sequence);
        with_keys(owner, how.keys, &header, &mut |keys| {
            if let Some(sequence) = sequence.take() {
                writer = Some(SequenceWriter::open(
                    sequence,
                    &protection,
                    signer(),
                    keys,
                    env,
                )?);
            }
            Ok(())
        })?;
    }
    let mut writer = writer.ok_or(mesh_dare::Error::Truncated)?;
    let mut count = 0u64;
    let mut put = |batch: &[Vec<u8>]| -> Result<(), Failure> {
        let hidden = ContentMeta {
            created: Some(env.now()),
            ..ContentMeta::default()
        };
        let contents: Vec<FrameContent<'_>> = batch
            .iter()
            .map(|octets| FrameContent {
                hidden: Some(hidden.clone()),
                payload: octets,
                ..FrameContent::default()
            })
            .collect();
        writer.append(&contents, env)?;
        count = count.saturating_add(u64::try_from(batch.len()).unwrap_or_default());
        Ok(())
    };
    match text {
        Some(text) => put(&[text.as_bytes().to_vec()])?,
        None => {
            let (send, receive) = sync_channel(BATCH);
            let reader = std::thread::spawn(move || read_lines(io::stdin().lock(), &send));
            let drained = drain(&receive, &mut put);
            drop(receive);
            drained?;
            // A thread that ended otherwise has dropped its end of the channel, and what it read is written.
            if let Ok(read) = reader.join() {
                read?;
            }
        }
    }
    Ok(Answer::say("").with("appended", count))
}

/// Sends each line; one that is longer than an entry in several pieces.
fn read_lines(mut from: impl BufRead, to: &SyncSender<Vec<u8>>) -> io::Result<()> {
    loop {
        let mut line = Vec::new();
        if (&mut from).take(MAX_ENTRY).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        // An entry can be full just before its line ends.
        if line.last() == Some(&b'\n') {
            line.pop();
        } else if from.fill_buf()?.first() == Some(&b'\n') {
            from.consume(1);
        }
        if to.send(line).is_err() {
            return Ok(());
        }
    }
}

/// Appends lines together.
type Put<'a> = &'a mut dyn FnMut(&[Vec<u8>]) -> Result<(), Failure>;

/// Writes lines as they come: those that came while others were being written together.
fn drain(from: &Receiver<Vec<u8>>, put: Put<'_>) -> Result<(), Failure> {
    while let Ok(first) = from.recv() {
        let mut batch = vec![first];
        batch.extend(from.try_iter().take(BATCH));
        put(&batch)?;
    }
    Ok(())
}

fn follow(
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    path: &Path,
    last: u64,
    args: &OpenArgs,
    as_json: bool,
) -> Result<Answer, Failure> {
    open(owner, path, args, &mut |sequence, keys| {
        let exchanges = Exchanges::default();
        let mut next = sequence.len().saturating_sub(last).max(1);
        let mut size = 0;
        loop {
            let file = File::open(path).map_err(|error| Failure::of_file(path, &error))?;
            let found = Storage::len(&file)?;
            if found != size {
                size = found;
                let (sequence, _) = Sequence::open_from_end(ReadOnly::new(file)?)?;
                if sequence.len() < next {
                    return Err(Failure {
                        cause: format!("{} has lost entries that were in it", path.display()),
                        remedy: text::DOUBT.to_owned(),
                        class: ErrorClass::Untrusted,
                    });
                }
                let range = next..sequence.len();
                next = sequence.len();
                let mut stopped = false;
                entries(&sequence, &exchanges, keys, range, &mut |entry| {
                    let text = match as_json {
                        true => entry.object().to_string(),
                        false => entry.text(),
                    };
                    match line(&text) {
                        // Whoever reads the pipe has seen enough.
                        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => stopped = true,
                        printed => printed?,
                    }
                    Ok(())
                })?;
                if stopped {
                    return Ok(());
                }
            }
            std::thread::sleep(PAUSE);
        }
    })?;
    Ok(Answer::default())
}

/// The apex of a log at an entry, for people.
fn apex<S: Storage>(sequence: &Sequence<S>, index: u64) -> Result<String, Failure> {
    let digest = sequence.apex_at(index)?;
    Ok(digest.iter().map(|octet| format!("{octet:02x}")).collect())
}

fn read_apex(text: &str) -> Result<Digest, Failure> {
    let octets = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at.saturating_add(2))?, 16).ok())
        .collect::<Option<Vec<u8>>>();
    octets
        .and_then(|octets| octets.try_into().ok())
        .ok_or_else(|| {
            Failure::misuse(
                "an apex has 128 hexadecimal digits",
                "copy it from 'mesh log verify --json'",
            )
        })
}

/// The header in which a log says for whom it is.
fn log_header(file: &File, path: &Path) -> Result<DareHeader, Failure> {
    let header = first_header(file, path)?;
    let meta = header.content_meta_data.as_deref();
    let meta = meta.map(from_bytes::<ContentMeta>).transpose()?;
    let found = meta.and_then(|meta| meta.content_type).unwrap_or_default();
    match found.as_str() {
        LOG_TYPE => Ok(header),
        // An entry of a log among the files of an archive would make it unreadable.
        other => Err(Failure::misuse(
            format!("{} is no log: its type is {other:?}", path.display()),
            "name a log; for an archive see 'mesh archive'",
        )),
    }
}

/// Opens a log for reading without any key.
fn open_closed(path: &Path) -> Result<Sequence<ReadOnly>, Failure> {
    let file = File::open(path).map_err(|error| Failure::of_file(path, &error))?;
    log_header(&file, path)?;
    Ok(Sequence::open_from_end(ReadOnly::new(file)?)?.0)
}

fn prove(
    path: &Path,
    out: &Path,
    (entry, since): (Option<u64>, Option<u64>),
    at: Option<u64>,
    force: bool,
) -> Result<Answer, Failure> {
    let sequence = open_closed(path)?;
    if sequence.kind() != SequenceType::Merkle {
        return Err(Failure::misuse(
            "only a log of the type merkle has proofs",
            "create logs with --type merkle",
        ));
    }
    let last = at.unwrap_or_else(|| sequence.len().saturating_sub(1));
    for number in [entry, since, at].into_iter().flatten() {
        // A state may end with the beginning of the log, or with housekeeping.
        if number >= sequence.len() {
            return Err(no_entry(number));
        }
    }
    let proof = match (entry, since) {
        (Some(entry), _) => Proof::from(&sequence.inclusion(entry, last)?),
        (None, since) => Proof::from(&sequence.consistency(since.unwrap_or_default(), last)?),
    };
    let mut destination = Destination::create(out, force, false)?;
    destination.write_all(&to_json(&proof))?;
    destination.commit()?;
    let value = apex(&sequence, last)?;
    let answer = match is_standard(out) {
        true => Answer::default(),
        false => Answer::say(format!("apex at {last}: {value}")),
    };
    let answer = answer.with("at", last).with("apex", value);
    Ok(match since {
        Some(since) => answer.with("earlier", apex(&sequence, since)?),
        None => answer,
    })
}

fn check(path: &Path, apex: &str, earlier: Option<&str>) -> Result<Answer, Failure> {
    let mut octets = Vec::new();
    let source = Source::open(path)?;
    source.octets.take(MAX_PROOF).read_to_end(&mut octets)?;
    let proof: Proof = from_bytes(&octets)?;
    let apex = read_apex(apex)?;
    match earlier {
        None => {
            let proof = Inclusion::try_from(&proof)?;
            proof.verify(&apex)?;
            let digest: String = proof
                .payload_digest
                .iter()
                .map(|octet| format!("{octet:02x}"))
                .collect();
            Ok(Answer::say(format!(
                "entry {} with the digest {digest} is in the log with this apex",
                proof.index
            ))
            .with("index", proof.index)
            .with("digest", digest))
        }
        Some(earlier) => {
            let proof = Consistency::try_from(&proof)?;
            proof.verify(&read_apex(earlier)?, &apex)?;
            Ok(Answer::say(format!(
                "the log up to entry {} began as it was at entry {}",
                proof.last, proof.first
            ))
            .with("first", proof.first)
            .with("last", proof.last))
        }
    }
}

fn erase(path: &Path, numbers: &[u64], yes: bool) -> Result<Answer, Failure> {
    let file = open_alone(path)?;
    log_header(&file, path)?;
    let (mut sequence, _) = Sequence::open_from_end(file)?;
    // All of them are looked at before the first is destroyed.
    for number in numbers {
        let header = entry_header(&sequence, *number)?;
        if header.encryption_algorithm.is_none() {
            return Err(Failure::misuse(
                format!("entry {number} is not encrypted, so that no key of it can be destroyed"),
                "'mesh log redact' makes a copy without it",
            ));
        }
    }
    let count = numbers.len();
    confirm(
        &format!("{count} entries will be unreadable for everybody, for ever."),
        yes,
    )?;
    for number in numbers {
        sequence.erase(*number)?;
    }
    Ok(Answer::say(format!("{count} entries are erased")).with("erased", count))
}

/// The header of an entry, which is neither the beginning of the log nor housekeeping.
fn entry_header<S: Storage>(sequence: &Sequence<S>, number: u64) -> Result<DareHeader, Failure> {
    if number == 0 || number >= sequence.len() {
        return Err(no_entry(number));
    }
    let header = sequence.header(number)?;
    match header.sequence_info.as_ref().and_then(|info| info.is_meta) {
        Some(true) => Err(no_entry(number)),
        _ => Ok(header),
    }
}

fn no_entry(number: u64) -> Failure {
    Failure::misuse(
        format!("there is no entry {number}"),
        "see 'mesh log list --numbers'",
    )
}

fn redact(input: &Path, output: &Path, numbers: &[u64], force: bool) -> Result<Answer, Failure> {
    let _held = hold_replaced(input, output)?;
    let sequence = open_closed(input)?;
    for number in numbers {
        entry_header(&sequence, *number)?;
    }
    let destination = Destination::create(output, force, false)?;
    let storage = Unsynchronised(destination.file()?);
    sequence.redact(storage, &mut |index, _| numbers.contains(&index))?;
    destination.commit()?;
    let count = numbers.len();
    Ok(
        Answer::say(format!("{} without {count} entries", output.display()))
            .with("redacted", count),
    )
}

/// Verifies everything but what is in the entries, and says who signed it.
fn verified<S: Storage + Sync>(
    sequence: &Sequence<S>,
    known: &Known,
) -> Result<(Coverage, Vec<String>), Failure> {
    let coverage = measured("verifying", None, |_| {
        sequence.verify_signatures(LOG_TYPE, &|kid| known.key(kid))
    })?;
    let lines = known.judge(&coverage.signed, coverage.unsigned, sequence.len())?;
    Ok((coverage, lines))
}

fn verify(
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    path: &Path,
    args: &OpenArgs,
    signed_by: &[String],
) -> Result<Answer, Failure> {
    let known = Known::find(signed_by, owner)?.with_acquainted(owner)?;
    let file = File::open(path).map_err(|error| Failure::of_file(path, &error))?;
    let header = log_header(&file, path)?;
    let (sequence, recovery) = Sequence::open_from_end(ReadOnly::new(file)?)?;
    let (coverage, signers) = verified(&sequence, &known)?;
    let count = sequence.len().saturating_sub(1);
    let encrypted = header.encryption_algorithm.is_some();
    let mut opened = false;
    if args.is_given() || !encrypted {
        with_keys(owner, args, &header, &mut |keys| {
            let exchanges = Exchanges::default();
            let range = 1..sequence.len();
            entries(&sequence, &exchanges, keys, range, &mut |_| Ok(()))?;
            opened = true;
            Ok(())
        })?;
    }
    let digests = sequence.kind().has_digest();
    let mut human = match digests {
        true => format!("{count} frames: digests and tree are in order"),
        false => format!("{count} frames are whole; this type of log has no digests"),
    };
    if recovery.cut > 0 {
        human.push_str("\nan entry at the end was never finished; the next one takes its place");
    }
    if encrypted && !opened {
        human.push_str("\nthe entries were not opened: name a key");
    }
    let (erased, redacted) = (coverage.verified.erased, coverage.verified.redacted);
    if erased > 0 || redacted > 0 {
        human.push_str(&format!(
            "\n{erased} entries are erased, {redacted} redacted"
        ));
    }
    for line in signers {
        human.push('\n');
        human.push_str(&line);
    }
    let last = sequence.len().saturating_sub(1);
    let apex = match sequence.kind() {
        SequenceType::Merkle => Some(apex(&sequence, last)?),
        _ => None,
    };
    Ok(Answer::say(human)
        .with("apex", apex)
        .with("erased", coverage.verified.erased)
        .with("redacted", coverage.verified.redacted)
        .with("signatures", signatures(&coverage.signed))
        .with("unsigned_frames", coverage.unsigned)
        .with("frames", count)
        .with("digests", digests)
        .with("opened", opened)
        .with("unfinished_octets", recovery.cut))
}
