// SPDX-License-Identifier: MIT
//! Archives: files and directories in a sequence, each of which is found and read by itself.
//!
//! Spec: mesh-dare, "DARE Archive".
//! Here: the form of an archive; its parts are below.
//! Not here: the file system (`mesh`, archive).
//!
//! | Module | Part |
//! |---|---|
//! | [`entry`] | what is known of a file, and names that are none |
//! | [`reader`] | finding, reading, verifying |
//! | [`writer`] | adding, deleting |
//!
//! An archive is a Merkle sequence. Its first frame has the content type [`ARCHIVE_TYPE`] and the exchange of all frames. Each entry is a frame with
//! its name as `UniqueId` in its metadata, which are hidden where the archive is encrypted; a file above [`PART`] octets takes several frames in a
//! row, of which the last says so. A later entry of the same name takes the place of an earlier one; the event `Delete` ends it. An index frame
//! stands at the end of each session of writing.
//!
//! Deviation: D-36. The drafts and the reference put a whole file into one frame, and say nothing of directories, links, holes and the rights of
//! files: these stand in `KeyValues`.

pub mod entry;
pub mod reader;
pub mod writer;

use std::sync::Arc;

use crate::error::Error;
use crate::exchange::{Cipher, Exchange};
use crate::generated::{ContentMeta, DareHeader};
use crate::sequence::Sequence;
use crate::sequence::index::KeyOf;
use crate::sequence::walk::is_erased;
use crate::storage::Storage;

/// The content type in the first frame of an archive.
pub const ARCHIVE_TYPE: &str = "application/mmm-archive";

/// The most octets of a file in one frame: 1 MiB.
pub const PART: usize = 1 << 20;

/// What an encrypted archive is under: one exchange, and the cipher of its first frame.
#[derive(Clone)]
pub(crate) struct Under {
    exchange: Arc<Exchange>,
    cipher: Cipher,
}

impl Under {
    fn of<S: Storage>(
        sequence: &Sequence<S>,
        exchange: Option<Arc<Exchange>>,
    ) -> Result<Option<Self>, Error> {
        let Some(exchange) = exchange else {
            return Ok(None);
        };
        let cipher = Cipher::of(&sequence.header(0)?)?;
        Ok(Some(Self { exchange, cipher }))
    }
}

/// Tells the name of an entry from the first of its frames.
fn name_of(under: Option<Under>) -> KeyOf<'static> {
    Box::new(move |_, header| {
        let info = header.sequence_info.as_ref();
        let housekeeping =
            info.is_some_and(|info| info.is_meta == Some(true) || info.index == Some(0));
        if housekeeping || is_erased(header) {
            return Ok(None);
        }
        let meta = metadata(header, under.as_ref())?;
        let part = entry::Part::of(&meta)?;
        Ok((part.number == 0).then_some(part.name))
    })
}

/// The metadata of a frame, hidden or not.
///
/// In an encrypted archive a frame under another cipher, or with metadata that no tag covers, is none of those who made it.
fn metadata(header: &DareHeader, under: Option<&Under>) -> Result<ContentMeta, Error> {
    let frame = crate::envelope::Envelope {
        header: header.clone(),
        ..Default::default()
    };
    let Some(under) = under else {
        return match &header.cloaked {
            None => frame.content_meta(),
            Some(_) => Err(Error::NoKey {
                recipients: Vec::new(),
            }),
        };
    };
    if header.encryption_algorithm.as_deref() != Some(under.cipher.identifier()) {
        return Err(Error::Altered);
    }
    match (&header.cloaked, under.cipher) {
        // Archives of the reference hide nothing.
        (None, Cipher::Aes256Cbc) => frame.content_meta(),
        (None, _) => Err(Error::Altered),
        (Some(_), _) => {
            let hidden = frame.cloaked(&under.exchange)?;
            let meta = hidden.content_meta_data.unwrap_or_default();
            Ok(mesh_jsonbcd::from_bytes(&meta)?)
        }
    }
}
