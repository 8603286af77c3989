// SPDX-License-Identifier: MIT
//! Making one payload of an encrypted sequence unreadable for ever, in its place.
//!
//! Spec: mesh-dare, "Data Erasure".
//! Here: destroying the salt of a frame, without which not even a recipient finds the content key.
//! Not here: copies without a payload (`redact`).
//!
//! The salt is written over with zeros of the same length. Nothing moves, and body, payload digest, tree and signatures over the sequence
//! (`signature`) stay as they are; annotations of the frame go with its payload, since they are encrypted under the same salt. What holds
//! the salt elsewhere (another replica, a backup, a snapshot of the file system, worn cells of a flash disk) is not reached. The
//! signatures of catalogs cover the salts: a catalog of which a frame was erased is refused.
//!
//! Deviation: D-38. The drafts say that a payload can be erased by its salt, and not how that is stored.

use mesh_jsonbcd::{base64url, from_bytes};

use super::Sequence;
use super::walk::octets;
use super::window::{VISIT, Window};
use crate::error::Error;
use crate::frame;
use crate::generated::DareHeader;
use crate::storage::Storage;

impl<S: Storage> Sequence<S> {
    /// Destroys the salt of a frame and returns when that is durable. A frame that was erased stays so.
    ///
    /// # Errors
    /// [`Error::Header`] when the frame is not encrypted or its salt is not found as it was written; as [`Sequence::frame`];
    /// [`Error::Storage`] when the storage cannot be written over.
    pub fn erase(&mut self, index: u64) -> Result<(), Error> {
        let head = self.head(index)?;
        if head.is_erased() {
            return Ok(());
        }
        let window = Window::new(&self.storage, VISIT);
        let header = frame::outline(&window, head.frame.clone())?.records;
        let header = header.into_iter().next().unwrap_or_default();
        let stored = octets(&window, &header)?;
        let erased = without_salt(&stored, &head.header)
            .ok_or_else(|| Error::Header { field: "Salt" }.in_frame(index))?;
        self.storage.overwrite(header.start, &erased)?;
        Ok(self.storage.sync()?)
    }
}

/// The octets of a header with zeros for its salt; `None` when anything else would change.
fn without_salt(stored: &[u8], header: &DareHeader) -> Option<Vec<u8>> {
    header.encryption_algorithm.as_ref()?;
    let salt = header.salt.as_deref().filter(|salt| !salt.is_empty())?;
    let zeros = vec![0; salt.len()];
    let wanted = DareHeader {
        salt: Some(zeros.clone()),
        ..header.clone()
    };
    let texts = [
        (
            base64url::encode(salt).into_bytes(),
            base64url::encode(&zeros).into_bytes(),
        ),
        (salt.to_vec(), zeros),
    ];
    texts.into_iter().find_map(|(salt, zeros)| {
        // The same octets may stand in another place first: all of them are tried.
        let places = stored.windows(salt.len()).enumerate();
        let places = places.filter(|(_, octets)| *octets == salt);
        places.map(|(place, _)| place).find_map(|place| {
            let mut erased = stored.to_vec();
            let end = place.checked_add(salt.len())?;
            erased.get_mut(place..end)?.copy_from_slice(&zeros);
            let found: DareHeader = from_bytes(&erased).ok()?;
            (found == wanted).then_some(erased)
        })
    })
}
