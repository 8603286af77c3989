// SPDX-License-Identifier: MIT
//! Opening and checking envelopes of any size.
//!
//! Spec: mesh-dare, "DARE Envelope".
//! Here: [`StreamReader`]: the header first, then the body in one pass, then what the trailer says of it.
//! Not here: what is done with output that turns out to be wrong: see [`StreamReader::is_authentic_in_pieces`].

use std::io::{Read, Write};

use mesh_crypto::digest::{DigestAlgorithm, Hasher};
use mesh_crypto::symmetric::CbcDecryptor;
use mesh_crypto::{KeySource, PublicKey};
use mesh_jsonbcd::{Decode, Error as EncodingError, Format, Limits, Reader};
use zeroize::Zeroizing;

use super::body::{BodyReader, BodyWriter, Input};
use super::pipeline::{Buffer, Piece, Stage, run};
use super::segment::{SEGMENT, SegmentCipher, TAG};
use super::writer::{SEGMENTS, begin, end, segments_of_a_piece};
use super::{MAX_HEADER, Progress};
use crate::envelope::{DIGEST_SHA_512, Envelope, is_encrypted};
use crate::error::Error;
use crate::exchange::{Cipher, Exchange, binding};
use crate::generated::{DareHeader, DareTrailer};

/// The largest body under one single tag (`A256GCM`) that is opened: it must be in memory as a whole.
const MAX_WHOLE: usize = 256 << 20;
/// The name of the tagged form in which an envelope may stand.
const TAGGED: &str = "DareEnvelope";

/// An envelope whose header has been read.
pub struct StreamReader<R> {
    input: Input<R>,
    header: DareHeader,
    /// The octets up to the end of the header: a trailer in JSON-C may refer to codes that they define.
    prefix: Vec<u8>,
    tagged: bool,
}

impl<R> std::fmt::Debug for StreamReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StreamReader")
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

/// What is known of an envelope that was read to its end. Its digest, if it states one, is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// Header and trailer; the body is not kept.
    envelope: Envelope,
    /// The digest of the body, where the header says that there is one.
    digest: Option<[u8; 64]>,
    /// Octets of the body as stored.
    pub body: u64,
    /// Octets of the content; `None` when it was not opened.
    pub content: Option<u64>,
}

/// What a signature is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignerState {
    /// It verifies.
    Valid,
    /// It does not verify.
    Invalid,
    /// There is no key to verify it with.
    NoKey,
}

/// One signature of an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Fingerprint of the key as stated.
    pub kid: String,
    /// The key with which it was checked.
    pub key: Option<PublicKey>,
    /// What came of it.
    pub state: SignerState,
}

impl<R: Read> StreamReader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Error::Encoding`] when there is none, [`Error::TooLarge`] when it exceeds [`MAX_HEADER`], [`Error::Storage`].
    pub fn new(from: R) -> Result<Self, Error> {
        let mut input = Input::new(from);
        loop {
            match header(input.held()) {
                Ok((header, tagged, length)) => {
                    let prefix = input.held().get(..length).unwrap_or_default().to_vec();
                    input.take(length);
                    return Ok(Self {
                        input,
                        header,
                        prefix,
                        tagged,
                    });
                }
                Err(Error::Encoding(EncodingError::Truncated { .. })) => {
                    if input.held().len() > MAX_HEADER {
                        return Err(TOO_LONG);
                    }
                    if !input.more()? {
                        return Err(Error::Truncated);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The header. Nothing about it has been checked.
    #[must_use]
    pub fn header(&self) -> &DareHeader {
        &self.header
    }

    /// Whether every octet that [`StreamReader::open`] writes has been authenticated before; otherwise all of it must be withheld until it
    /// returns.
    #[must_use]
    pub fn is_authentic_in_pieces(&self) -> bool {
        matches!(
            Cipher::of(&self.header),
            Ok(Cipher::Aes256GcmStream | Cipher::Aes256Gcm)
        )
    }

    /// Writes the content to `out`, decrypting it with a key at hand where it is encrypted, and reads the envelope to its end.
    ///
    /// # Errors
    /// [`Error::NoKey`], [`Error::Altered`], [`Error::DigestMismatch`], [`Error::Truncated`], [`Error::Storage`] and those of headers that mean
    /// nothing. Signatures are not judged here: see [`Checked::signers`].
    pub fn open(
        self,
        keys: &dyn KeySource,
        out: &mut (dyn Write + Send),
        progress: Progress<'_>,
    ) -> Result<Checked, Error> {
        let exchange = match is_encrypted(&self.header)? {
            true => Some(Exchange::open(&self.header, keys)?),
            false => None,
        };
        self.pass(exchange, Some(out), progress)
    }

    /// Reads the envelope to its end without opening it.
    ///
    /// # Errors
    /// As [`StreamReader::open`].
    pub fn check(self, progress: Progress<'_>) -> Result<Checked, Error> {
        self.pass(None, None, progress)
    }

    /// Writes the same envelope in another form: JSON, or with a binary body. What is signed and what is encrypted stays as it is.
    ///
    /// # Errors
    /// [`Error::Truncated`], [`Error::Encoding`], [`Error::Storage`]. Nothing is verified.
    pub fn convert(
        mut self,
        format: Format,
        out: &mut (dyn Write + Send),
        progress: Progress<'_>,
    ) -> Result<(), Error> {
        begin(out, &self.header)?;
        let mut body = BodyWriter::new(format);
        body.begin(out)?;
        {
            let mut octets = 0;
            let mut source = pieces(&mut self.input, &mut octets, progress)?;
            let out = &mut *out;
            let write = Box::new(move |piece: &mut Piece| {
                Ok(body.write(out, &piece.octets, piece.last)?)
            });
            run(&mut source, vec![Stage::Serial(write)])?;
        }
        let trailer = self.trailer()?;
        end(out, trailer.as_ref())
    }

    fn pass(
        mut self,
        exchange: Option<Exchange>,
        mut out: Option<&mut (dyn Write + Send)>,
        progress: Progress<'_>,
    ) -> Result<Checked, Error> {
        let mut hasher = match self.header.digest_algorithm.as_deref() {
            None => None,
            Some(DIGEST_SHA_512) => Some(Hasher::new(DigestAlgorithm::Sha512)),
            Some(other) => {
                return Err(Error::Unsupported {
                    what: "digest",
                    name: other.to_owned(),
                });
            }
        };
        let opening = match &exchange {
            None => None,
            Some(exchange) => Some(Opening::of(&self.header, exchange)?),
        };
        let was_opened = out.is_some();
        let keep = matches!(opening, Some(Opening::Whole));
        let (mut octets, mut content) = (0u64, 0u64);
        // Only a body under one single tag is kept: nothing of it is authentic before its end.
        let mut kept = Zeroizing::new(Vec::new());
        {
            let mut source = pieces(&mut self.input, &mut octets, progress)?;
            let segments;
            let mut stages = Vec::new();
            if let Some(hasher) = &mut hasher {
                stages.push(Stage::Serial(Box::new(|piece: &mut Piece| {
                    hasher.update(&piece.octets);
                    Ok(())
                })));
            }
            match opening {
                None | Some(Opening::Whole) => {}
                Some(Opening::Cbc(cbc)) => stages.push(cbc_stage(*cbc)),
                Some(Opening::Segments(cipher)) => {
                    segments = move |piece: &mut Piece| {
                        let first = piece.number.saturating_mul(segments_of_a_piece());
                        cipher.open(first, &mut piece.octets, piece.last)
                    };
                    stages.push(Stage::Parallel(&segments));
                }
            }
            if let Some(out) = &mut out {
                let (content, kept) = (&mut content, &mut kept);
                stages.push(Stage::Serial(Box::new(move |piece: &mut Piece| {
                    *content = content.saturating_add(size(&piece.octets));
                    if !keep {
                        return Ok(out.write_all(&piece.octets)?);
                    }
                    if kept.len().saturating_add(piece.octets.len()) > MAX_WHOLE {
                        return Err(Error::TooLarge {
                            what: "a body under a single tag",
                            maximum: MAX_WHOLE,
                        });
                    }
                    kept.extend_from_slice(&piece.octets);
                    Ok(())
                })));
            }
            run(&mut source, stages)?;
        }
        let trailer = self.trailer()?;
        let mut envelope = Envelope {
            header: self.header,
            body: std::mem::take(&mut *kept),
            trailer,
        };
        let digest = check_digest(&envelope, hasher)?;
        if let (Some(exchange), Some(out)) = (&exchange, &mut out) {
            // A body without any octet has a tag, too.
            if keep {
                out.write_all(envelope.open_with(exchange)?.expose_secret())?;
                envelope.body = Vec::new();
            }
            if let Some(digest) = &digest {
                envelope.check_witness(exchange, digest)?;
            }
        }
        if let Some(out) = &mut out {
            out.flush()?;
        }
        Ok(Checked {
            envelope,
            digest,
            body: octets,
            content: was_opened.then_some(content),
        })
    }

    /// Reads what stands behind the body, to the end of the input.
    fn trailer(&mut self) -> Result<Option<DareTrailer>, Error> {
        while self.input.more()? {
            if self.input.held().len() > MAX_HEADER {
                return Err(TOO_LONG);
            }
        }
        let rest = self.input.held();
        // The reader sees everything but the body, so that it judges separators, codes and the end as it always does.
        let from = rest
            .iter()
            .position(|octet| !matches!(octet, b' ' | b'\t' | b'\r' | b'\n' | b','));
        let rest = rest.get(from.unwrap_or(rest.len())..).unwrap_or_default();
        let mut text = std::mem::take(&mut self.prefix);
        text.extend_from_slice(b",0");
        if rest.first() != Some(&b']') {
            text.push(b',');
        }
        text.extend_from_slice(rest);
        let mut reader = Reader::with_limits(&text, LIMITS);
        let tagged = self.tagged;
        let mut read = || -> Result<Option<DareTrailer>, EncodingError> {
            if tagged {
                reader.begin_object()?;
                reader.next_name()?;
            }
            reader.begin_array()?;
            // Header and body.
            for _ in 0..2 {
                reader.next_element()?;
                reader.skip()?;
            }
            let mut trailer = None;
            if reader.next_element()? {
                trailer = Some(DareTrailer::decode(&mut reader)?);
                while reader.next_element()? {
                    reader.skip()?;
                }
            }
            if tagged && reader.next_name()?.is_some() {
                let offset = reader.offset();
                return Err(EncodingError::Trailing { offset });
            }
            reader.finish()?;
            Ok(trailer)
        };
        match read() {
            Err(EncodingError::Truncated { .. }) => Err(Error::Truncated),
            other => Ok(other?.filter(|trailer| *trailer != DareTrailer::default())),
        }
    }
}

impl Checked {
    /// Header and trailer; the body is empty.
    #[must_use]
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The digest of the body, which is the one that is stated; `None` when none is.
    #[must_use]
    pub fn digest(&self) -> Option<&[u8; 64]> {
        self.digest.as_ref()
    }

    /// Judges each signature by the key that `known` gives for its fingerprint, or by the one that it brings along.
    #[must_use]
    pub fn signers(&self, known: &dyn Fn(&str) -> Option<PublicKey>) -> Vec<Signer> {
        let entries = self.envelope.signatures().iter();
        entries
            .map(|entry| {
                let kid = entry.key_identifier.clone().unwrap_or_default();
                let brought = entry.signature_key.as_ref();
                let brought = brought.and_then(|key| PublicKey::from_jose(key).ok());
                // A key that is not the one named says nothing about the one named.
                let key = known(&kid)
                    .or(brought)
                    .filter(|key| key.udf().to_string() == kid);
                let state = match (&key, &self.digest) {
                    (None, _) => SignerState::NoKey,
                    (Some(_), None) => SignerState::Invalid,
                    (Some(key), Some(digest)) => {
                        match self.envelope.verify_entry(entry, key, digest, kid.clone()) {
                            Ok(()) => SignerState::Valid,
                            Err(_) => SignerState::Invalid,
                        }
                    }
                };
                Signer { kid, key, state }
            })
            .collect()
    }
}

/// How a body is opened.
enum Opening {
    Cbc(Box<CbcDecryptor>),
    Segments(Box<SegmentCipher>),
    Whole,
}

impl Opening {
    fn of(header: &DareHeader, exchange: &Exchange) -> Result<Self, Error> {
        let salt = header.salt.as_deref();
        let salt = salt.ok_or(Error::Header { field: "Salt" })?;
        Ok(match Cipher::of(header)? {
            Cipher::Aes256Cbc => {
                let (key, iv) = exchange.content_keys(salt)?;
                Self::Cbc(Box::new(CbcDecryptor::new(&key, &iv)))
            }
            Cipher::Aes256Gcm => Self::Whole,
            Cipher::Aes256GcmStream => {
                let cipher = SegmentCipher::new(exchange, salt, binding(header))?;
                Self::Segments(Box::new(cipher))
            }
        })
    }
}

pub(super) const TOO_LONG: Error = Error::TooLarge {
    what: "a header or trailer",
    maximum: MAX_HEADER,
};

const LIMITS: Limits = Limits {
    max_bytes: 4 * MAX_HEADER,
    max_depth: 64,
    max_string: MAX_HEADER,
    max_items: 100_000,
    max_expansion: 8,
    max_codes: 1 << 12,
    max_integer: 1 << 10,
};

/// The header at the beginning of an input, whether it is in the tagged form, and how many octets it takes.
fn header(input: &[u8]) -> Result<(DareHeader, bool, usize), Error> {
    let mut reader = Reader::with_limits(input, LIMITS);
    let tagged = input.iter().find(|octet| !octet.is_ascii_whitespace()) == Some(&b'{');
    if tagged {
        reader.begin_object()?;
        if reader.next_name()?.as_deref() != Some(TAGGED) {
            return Err(Error::Header { field: TAGGED });
        }
    }
    reader.begin_array()?;
    if !reader.next_element()? {
        return Err(Error::Truncated);
    }
    let header = DareHeader::decode(&mut reader)?;
    Ok((header, tagged, reader.offset()))
}

/// Cuts a body into pieces of whole segments.
fn pieces<'a, R: Read>(
    input: &'a mut Input<R>,
    octets: &'a mut u64,
    progress: Progress<'a>,
) -> Result<impl FnMut(Buffer) -> Result<Piece, Error> + 'a, Error> {
    let length = SEGMENT.saturating_add(TAG).saturating_mul(SEGMENTS);
    let mut body = BodyReader::begin(input)?;
    let mut number = 0u64;
    Ok(move |mut piece: Buffer| {
        piece.reserve(length);
        body.fill(input, &mut piece, length)?;
        *octets = octets.saturating_add(size(&piece));
        progress(input.taken());
        number = number.saturating_add(1);
        Ok(Piece {
            number: number.saturating_sub(1),
            last: body.is_at_end(),
            octets: piece,
        })
    })
}

fn cbc_stage<'a>(cbc: CbcDecryptor) -> Stage<'a> {
    let mut cbc = Some(cbc);
    Stage::Serial(Box::new(move |piece: &mut Piece| {
        if let Some(running) = &mut cbc {
            running.update(&mut piece.octets);
        }
        if piece.last
            && let Some(ended) = cbc.take()
        {
            let rest = ended.finish().map_err(|_| Error::Altered)?;
            piece.octets.extend_from_slice(&rest);
        }
        Ok(())
    }))
}

/// Compares the digest of a body with the one that is stated.
fn check_digest(envelope: &Envelope, hasher: Option<Hasher>) -> Result<Option<[u8; 64]>, Error> {
    match (hasher, envelope.payload_digest()) {
        (None, None) if envelope.signatures().is_empty() => Ok(None),
        // The header did not say that there would be one, so the body was not digested.
        (None, _) => Err(Error::Header { field: "dig" }),
        (Some(_), None) => Err(Error::DigestMissing),
        (Some(hasher), Some(stated)) => {
            let found = hasher.finish();
            match found == stated {
                true => Ok(Some(found.try_into().map_err(|_| Error::DigestMissing)?)),
                false => Err(Error::DigestMismatch),
            }
        }
    }
}

fn size(octets: &[u8]) -> u64 {
    u64::try_from(octets.len()).unwrap_or(u64::MAX)
}
