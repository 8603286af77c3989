// SPDX-License-Identifier: MIT
//! Octets in text: blocks between lines of dashes.
//!
//! Spec: RFC 7468, "General Considerations"; RFC 1421, "Encapsulated Header Portion".
//! Here: reading all blocks of a file, writing one.
//! Not here: what the blocks hold (`openssh`, `pkix`, `certificate`), how they are sealed (`pkix::traditional`).

use data_encoding::BASE64;
use mesh_crypto::{SecretBytes, SecretString};
use zeroize::Zeroizing;

use super::pkix::traditional::Sealing;
use crate::{Error, Result};

/// Most blocks that a file may hold.
const MAX_BLOCKS: usize = 64;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
const WHAT: Error = Error::Malformed { what: "PEM block" };

/// What stands between two lines of dashes.
pub(crate) struct Block {
    /// The words in the lines of dashes.
    pub(crate) label: String,
    /// The octets.
    pub(crate) octets: SecretBytes,
    /// How they are sealed, where the headers say so.
    pub(crate) sealing: Option<Sealing>,
}

/// Whether a text has a block.
pub(crate) fn is_armoured(text: &str) -> bool {
    text.lines().any(|line| line.starts_with(BEGIN))
}

/// The blocks of a text. What stands between them is passed over, as RFC 7468 has it.
///
/// # Errors
/// [`Error::Malformed`] for a block that does not end, or ends as another one; [`Error::TooLarge`] for too many;
/// [`Error::Unsupported`] for one that is sealed with another cipher than those that are known.
pub(crate) fn blocks(text: &str) -> Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(label) = label(line, BEGIN) else {
            continue;
        };
        if blocks.len() == MAX_BLOCKS {
            return Err(Error::TooLarge {
                what: "the number of blocks in the file",
                maximum: MAX_BLOCKS,
            });
        }
        let (body, sealing) = body(&mut lines, label, text.len())?;
        let octets = Zeroizing::new(BASE64.decode(body.as_bytes()).map_err(|_| WHAT)?);
        blocks.push(Block {
            label: label.to_owned(),
            octets: SecretBytes::from(octets),
            sealing,
        });
    }
    Ok(blocks)
}

/// The text of one block, with lines of so many characters.
pub(crate) fn present(label: &str, octets: &[u8], columns: usize) -> SecretString {
    let body = Zeroizing::new(BASE64.encode(octets));
    let frame = BEGIN.len() + END.len() + 2 * (label.len() + DASHES.len() + 1);
    let mut out = String::with_capacity(
        frame.saturating_add(body.len().saturating_mul(2)), // a line end for each character at the most
    );
    for (edge, body) in [(BEGIN, body.as_str()), (END, "")] {
        out.push_str(edge);
        out.push_str(label);
        out.push_str(DASHES);
        out.push('\n');
        for (at, c) in body.chars().enumerate() {
            if at > 0 && at % columns.max(1) == 0 {
                out.push('\n');
            }
            out.push(c);
        }
        if !body.is_empty() {
            out.push('\n');
        }
    }
    SecretString::new(out)
}

fn label<'a>(line: &'a str, edge: &str) -> Option<&'a str> {
    line.trim_end().strip_prefix(edge)?.strip_suffix(DASHES)
}

/// The Base64 up to the end of the block, in one buffer that never moves, and what the headers say of its encryption.
fn body<'a>(
    lines: &mut impl Iterator<Item = &'a str>,
    begun: &str,
    longest: usize,
) -> Result<(Zeroizing<String>, Option<Sealing>)> {
    let mut body = Zeroizing::new(String::with_capacity(longest));
    let (mut is_sealed, mut sealing) = (false, None);
    for line in lines {
        if line.starts_with(DASHES) {
            return match label(line, END) {
                Some(ended) if ended == begun && is_sealed == sealing.is_some() => {
                    Ok((body, sealing))
                }
                _ => Err(WHAT),
            };
        }
        // Base64 has no colon: a line with one is a header.
        if let Some((name, value)) = line.split_once(':').filter(|_| body.is_empty()) {
            match name {
                "Proc-Type" if is_sealed || value.trim() != "4,ENCRYPTED" => return Err(WHAT),
                "Proc-Type" => is_sealed = true,
                "DEK-Info" if sealing.is_some() => return Err(WHAT),
                "DEK-Info" => sealing = Some(Sealing::parse(value)?),
                _ => {}
            }
            continue;
        }
        body.push_str(line.trim());
    }
    Err(WHAT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_read_back_among_other_text() {
        let one = present("ONE", &[7; 100], 64);
        let two = present("TWO OF THEM", b"", 64);
        let text = format!(
            "Subject: a: b\n{}\nbetween\n{}",
            one.expose_secret(),
            two.expose_secret()
        );
        let read = blocks(&text).unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].label.as_str(), read[0].octets.len()), ("ONE", 100));
        assert_eq!(read[1].label, "TWO OF THEM");
        assert!(read[1].octets.is_empty());
        assert!(is_armoured(&text) && !is_armoured("between"));
        assert!(one.expose_secret().lines().all(|line| line.len() <= 64));
        let windows = text.replace('\n', "\r\n");
        assert_eq!(blocks(&windows).unwrap()[0].octets, read[0].octets);
    }

    #[test]
    fn a_damaged_block_is_refused() {
        let good = present("ONE", &[7; 100], 64);
        let good = good.expose_secret();
        for text in [
            good.replace("-----END ONE-----", ""),
            good.replace("-----END ONE-----", "-----END TWO-----"),
            good.replace("BwcH", "Bw=H"),
            good.replace("BwcH", "Bw!H"),
            good.replacen("BwcH", "BwcHB", 1),
        ] {
            assert_eq!(blocks(&text).err(), Some(WHAT), "{text}");
        }
        assert!(matches!(
            blocks(&good.repeat(MAX_BLOCKS + 1)),
            Err(Error::TooLarge { .. })
        ));
    }
}
