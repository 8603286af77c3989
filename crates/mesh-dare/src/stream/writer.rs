// SPDX-License-Identifier: MIT
//! Sealing content of any size.
//!
//! Spec: mesh-dare, "DARE Envelope", "Enhanced digest".
//! Here: [`Seal::seal_stream`].
//! Not here: header and trailer (`envelope`), the cipher (`segment`).

use std::io::{Read, Write};

use mesh_crypto::Environment;
use mesh_crypto::digest::{DigestAlgorithm, Hasher};
use mesh_crypto::symmetric::CbcEncryptor;
use mesh_jsonbcd::{Format, to_json};
use zeroize::Zeroizing;

use super::body::BodyWriter;
use super::pipeline::{Buffer, Piece, Stage, run};
use super::reader::TOO_LONG;
use super::segment::{SEGMENT, SegmentCipher, sealed_length};
use super::{MAX_HEADER, Progress};
use crate::envelope::Seal;
use crate::error::Error;
use crate::exchange::{Cipher, binding};
use crate::generated::{DareHeader, DareTrailer};

/// Segments in a piece.
pub(super) const SEGMENTS: usize = 4;

/// What was sealed.
#[derive(Debug)]
pub struct Sealed {
    /// The header that was written.
    pub header: DareHeader,
    /// Octets of the content.
    pub content: u64,
}

impl Seal<'_> {
    /// Reads content to its end and writes it as an envelope, in memory that does not depend on its size.
    ///
    /// # Errors
    /// As [`Seal::seal`]; [`Error::TooLarge`] when header or trailer exceed [`MAX_HEADER`]; [`Error::Storage`] when reading or writing fails. What was written until then is no envelope.
    pub fn seal_stream(
        &self,
        format: Format,
        content: &mut dyn Read,
        out: &mut (dyn Write + Send),
        env: &dyn Environment,
        progress: Progress<'_>,
    ) -> Result<Sealed, Error> {
        let (header, exchange) = self.header(env)?;
        begin(out, &header)?;
        let mut body = BodyWriter::new(format);
        body.begin(out)?;

        let mut read = 0;
        let mut hasher = self
            .has_digest()
            .then(|| Hasher::new(DigestAlgorithm::Sha512));
        let segments = match (&exchange, self.cipher) {
            // Content of unknown size cannot be under one tag and yet be released in pieces.
            (Some(exchange), Cipher::Aes256GcmStream) => Some(SegmentCipher::new(
                exchange,
                exchange.salt(),
                binding(&header),
            )?),
            _ => None,
        };
        let encrypt = |piece: &mut Piece| {
            if let Some(segments) = &segments {
                let first = piece.number.saturating_mul(segments_of_a_piece());
                segments.seal(first, &mut piece.octets, piece.last)?;
            }
            Ok(())
        };
        {
            let mut stages = Vec::new();
            match (&exchange, self.cipher) {
                (None, _) => {}
                (Some(exchange), Cipher::Aes256Cbc) => {
                    let (key, iv) = exchange.content_keys(exchange.salt())?;
                    stages.push(cbc_stage(CbcEncryptor::new(&key, &iv)));
                }
                (Some(_), Cipher::Aes256GcmStream) => stages.push(Stage::Parallel(&encrypt)),
                (Some(_), Cipher::Aes256Gcm) => {
                    return Err(Error::Unsupported {
                        what: "cipher for content of any size",
                        name: self.cipher.identifier().to_owned(),
                    });
                }
            }
            if let Some(hasher) = &mut hasher {
                stages.push(Stage::Serial(Box::new(|piece: &mut Piece| {
                    hasher.update(&piece.octets);
                    Ok(())
                })));
            }
            let out = &mut *out;
            stages.push(Stage::Serial(Box::new(move |piece: &mut Piece| {
                Ok(body.write(out, &piece.octets, piece.last)?)
            })));
            run(&mut pieces(content, &mut read, progress), stages)?;
        }

        let digest = match hasher {
            Some(hasher) => Some(
                hasher
                    .finish()
                    .try_into()
                    .map_err(|_| Error::DigestMissing)?,
            ),
            None => None,
        };
        end(out, self.trailer(digest, None, exchange.as_ref())?.as_ref())?;
        Ok(Sealed {
            header,
            content: read,
        })
    }
}

/// Writes what stands before a body.
pub(super) fn begin(out: &mut dyn Write, header: &DareHeader) -> Result<(), Error> {
    let header = readable(to_json(header))?;
    out.write_all(b"[")?;
    out.write_all(&header)?;
    Ok(out.write_all(b",\n  ")?)
}

/// Writes what stands behind a body.
pub(super) fn end(out: &mut dyn Write, trailer: Option<&DareTrailer>) -> Result<(), Error> {
    if let Some(trailer) = trailer {
        let trailer = readable(to_json(trailer))?;
        out.write_all(b",\n  ")?;
        out.write_all(&trailer)?;
    }
    out.write_all(b"]\n")?;
    Ok(out.flush()?)
}

/// What a reader takes for a header or a trailer, with brackets and white space: nothing is written that nobody reads.
fn readable(octets: Vec<u8>) -> Result<Vec<u8>, Error> {
    match octets.len() <= MAX_HEADER - 16 {
        true => Ok(octets),
        false => Err(TOO_LONG),
    }
}

fn cbc_stage<'a>(cbc: CbcEncryptor) -> Stage<'a> {
    let mut cbc = Some(cbc);
    Stage::Serial(Box::new(move |piece: &mut Piece| {
        if let Some(running) = &mut cbc {
            running.update(&mut piece.octets);
        }
        if piece.last
            && let Some(ended) = cbc.take()
        {
            piece.octets.extend(ended.finish());
        }
        Ok(())
    }))
}

/// Segments in a piece, as a number of segments.
pub(super) fn segments_of_a_piece() -> u64 {
    u64::try_from(SEGMENTS).unwrap_or(1)
}

/// Cuts content into pieces of whole segments; the last one is known to be the last.
fn pieces<'a>(
    content: &'a mut dyn Read,
    read: &'a mut u64,
    progress: Progress<'a>,
) -> impl FnMut(Buffer) -> Result<Piece, Error> + 'a {
    let size = SEGMENT.saturating_mul(SEGMENTS);
    // One octet more than a piece tells whether anything follows it.
    let mut ahead: Zeroizing<Vec<u8>> = Zeroizing::new(Vec::new());
    let mut number = 0u64;
    move |mut octets| {
        // Room for the tags, too.
        octets.reserve(sealed_length(size).saturating_add(1));
        octets.append(&mut ahead);
        let wanted = size.saturating_add(1).saturating_sub(octets.len());
        let limit = u64::try_from(wanted).unwrap_or(u64::MAX);
        (&mut *content).take(limit).read_to_end(&mut octets)?;
        let last = octets.len() <= size;
        if !last {
            ahead.extend(octets.drain(size..));
        }
        *read = read.saturating_add(u64::try_from(octets.len()).unwrap_or_default());
        progress(*read);
        number = number.saturating_add(1);
        Ok(Piece {
            number: number.saturating_sub(1),
            last,
            octets,
        })
    }
}
