// SPDX-License-Identifier: MIT
//! Appending while the power fails and the disk fills up.
//!
//! Spec: none; what is acknowledged is there.
//! Here: a write cut off at every octet, a disk that takes no more.
//! Not here: several stores moving together (`mesh-client`).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "all of this is test code"
)]

use std::io;
use std::sync::{Arc, Mutex};

use mesh_crypto::Seeded;
use mesh_dare::{
    AppendQueue, Content, Envelope, Protection, Queued, Seal, Sequence, SequenceType,
    SequenceWriter, Storage,
};

/// A disk of limited size that outlives the sequence on it.
#[derive(Clone, Debug, Default)]
struct Disk {
    octets: Arc<Mutex<Vec<u8>>>,
    /// Octets that fit.
    size: Option<usize>,
    /// A broken disk keeps what was written before it failed and cannot be cut either.
    stuck: bool,
}

impl Storage for Disk {
    fn len(&self) -> io::Result<u64> {
        Storage::len(&*self.octets.lock().unwrap())
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.octets.lock().unwrap().read_at(offset, out)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let free = self.size.map_or(bytes.len(), |size| {
            size.saturating_sub(self.octets.lock().unwrap().len())
        });
        let fits = bytes.len().min(free);
        self.octets
            .lock()
            .unwrap()
            .write_at(offset, &bytes[..fits])?;
        match fits == bytes.len() {
            true => Ok(()),
            false => Err(io::ErrorKind::StorageFull.into()),
        }
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        match self.stuck {
            true => Err(io::ErrorKind::Other.into()),
            false => self.octets.lock().unwrap().truncate_to(len),
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

trait TruncateTo {
    fn truncate_to(&mut self, len: u64) -> io::Result<()>;
}

impl TruncateTo for Vec<u8> {
    fn truncate_to(&mut self, len: u64) -> io::Result<()> {
        Storage::truncate(self, len)
    }
}

fn envelope(text: &str) -> Envelope {
    let seal = Seal {
        digest: true,
        ..Seal::default()
    };
    seal.seal(text.as_bytes(), &Seeded::new(1)).unwrap()
}

fn bodies(sequence: &Sequence<Disk>) -> Vec<String> {
    let frames = sequence.frames(0..sequence.len()).unwrap();
    frames
        .into_iter()
        .map(|frame| String::from_utf8(frame.body).unwrap())
        .collect()
}

/// A sequence of three frames, and the octets of one with two more.
fn three_and_five() -> (Vec<u8>, Vec<u8>) {
    let disk = Disk::default();
    let mut sequence = Sequence::create(disk.clone(), SequenceType::Merkle, envelope("0")).unwrap();
    sequence.append(&[envelope("1"), envelope("2")]).unwrap();
    let three = disk.octets.lock().unwrap().clone();
    sequence.append(&[envelope("3"), envelope("4")]).unwrap();
    let five = disk.octets.lock().unwrap().clone();
    (three, five)
}

#[test]
fn a_write_cut_off_anywhere_leaves_whole_frames_only() {
    let (three, five) = three_and_five();
    for end in three.len()..=five.len() {
        let disk = Disk::default();
        disk.octets.lock().unwrap().extend_from_slice(&five[..end]);
        let from_end = Disk::default();
        from_end
            .octets
            .lock()
            .unwrap()
            .extend_from_slice(&five[..end]);
        let (from_end, recovery_from_end) = Sequence::open_from_end(from_end).unwrap();
        let (mut sequence, recovery) = Sequence::open(disk.clone(), &mut |_, _| Ok(())).unwrap();
        let found = bodies(&sequence);
        assert_eq!(
            (bodies(&from_end), recovery_from_end),
            (found.clone(), recovery)
        );
        assert!(
            found.len() >= 3,
            "cut at {end}: an acknowledged frame is gone"
        );
        assert_eq!(found, ["0", "1", "2", "3", "4"][..found.len()]);
        let whole = sequence.size();
        assert_eq!(
            recovery.cut + whole,
            u64::try_from(end).unwrap(),
            "cut at {end}"
        );
        assert_eq!(disk.len().unwrap(), whole, "the torn frame is cut off");
        // Life goes on.
        sequence.append(&[envelope("next")]).unwrap();
        sequence.verify().unwrap();
        let (again, _) = Sequence::open(disk, &mut |_, _| Ok(())).unwrap();
        assert_eq!(bodies(&again).last().unwrap(), "next");
    }
}

#[test]
fn a_full_disk_leaves_nothing_of_the_write() {
    let (three, five) = three_and_five();
    for stuck in [false, true] {
        for size in three.len()..five.len() {
            let mut disk = Disk::default();
            disk.octets.lock().unwrap().extend_from_slice(&three);
            disk.size = Some(size);
            disk.stuck = stuck;
            let (mut sequence, _) = Sequence::open(disk.clone(), &mut |_, _| Ok(())).unwrap();
            sequence
                .append(&[envelope("3"), envelope("4")])
                .unwrap_err();
            assert_eq!(bodies(&sequence), ["0", "1", "2"]);
            drop(sequence);
            // After somebody has made room the sequence is as it was.
            disk.size = None;
            disk.stuck = false;
            let (mut sequence, _) = Sequence::open(disk, &mut |_, _| Ok(())).unwrap();
            let kept = bodies(&sequence);
            assert!(kept.len() == 3 || (stuck && kept.len() == 4), "{kept:?}");
            sequence.append(&[envelope("5")]).unwrap();
            sequence.verify().unwrap();
        }
    }
}

/// A frame in the middle that does not parse is damage, not a torn end: cutting there would lose what follows.
#[test]
fn damage_in_the_middle_is_not_taken_for_a_torn_end() {
    let (_, five) = three_and_five();
    let disk = Disk::default();
    disk.octets.lock().unwrap().extend_from_slice(&five);
    disk.octets.lock().unwrap()[1] ^= 0x40;
    let before = disk.octets.lock().unwrap().clone();
    Sequence::open(disk.clone(), &mut |_, _| Ok(())).unwrap_err();
    Sequence::open_from_end(disk.clone()).unwrap_err();
    assert_eq!(*disk.octets.lock().unwrap(), before, "nothing is cut off");
}

/// Threads that append at the same time share writes; each learns where its own frame is, and a write that fails fails for those in it only.
#[test]
fn many_threads_append_to_one_sequence() {
    let (env, directory) = (Seeded::new(1), tempfile::tempdir().unwrap());
    let path = directory.path().join("sequence");
    let mut options = std::fs::File::options();
    let options = options.read(true).write(true).create(true).truncate(false);
    let (kind, first) = (SequenceType::Merkle, Content::default());
    let file = options.open(&path).unwrap();
    let protection = Protection::default();
    let writer = SequenceWriter::create(file, kind, &protection, &first, None, &env).unwrap();
    let queue = AppendQueue::new(writer);
    let found = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for thread in 0..16_u8 {
            let (queue, found, env) = (&queue, &found, &env);
            scope.spawn(move || {
                for number in 0..25_u8 {
                    let payload = vec![thread, number];
                    let queued = Queued {
                        payload: payload.clone().into(),
                        ..Queued::default()
                    };
                    let index = queue.append(queued, env).unwrap();
                    found.lock().unwrap().push((index, payload));
                }
            });
        }
    });
    let sequence = queue.into_writer().into_sequence();
    sequence.verify().unwrap();
    let mut found = found.into_inner().unwrap();
    found.sort();
    assert_eq!(sequence.len(), 401);
    for ((index, payload), expected) in found.into_iter().zip(1..) {
        assert_eq!(index, expected);
        assert_eq!(sequence.frame(index).unwrap().body, payload);
    }
    let (again, _) = Sequence::open_from_end(options.open(&path).unwrap()).unwrap();
    assert_eq!(again.apex(), sequence.apex());
}

#[test]
fn a_queue_whose_disk_is_full_says_so_and_goes_on_later() {
    let env = Seeded::new(1);
    let disk = Disk::default();
    let (kind, first) = (SequenceType::Merkle, Content::default());
    let protection = Protection::default();
    let writer = SequenceWriter::create(disk, kind, &protection, &first, None, &env).unwrap();
    let mut storage = writer.into_sequence().into_storage();
    storage.size = Some(storage.octets.lock().unwrap().len() + 700);
    let (sequence, _) = Sequence::open_from_end(storage).unwrap();
    let ring = mesh_crypto::KeyRing::new();
    let writer = SequenceWriter::open(sequence, &protection, None, &ring, &env).unwrap();
    let queue = AppendQueue::new(writer);
    let append = |size: usize| {
        let payload = vec![7; size].into();
        let meta = mesh_dare::generated::ContentMeta::default();
        let queued = Queued {
            meta,
            payload,
            ..Queued::default()
        };
        queue.append(queued, &env)
    };
    let error = append(2000).unwrap_err();
    assert!(matches!(*error, mesh_dare::Error::Storage { .. }));
    assert_eq!(append(10).unwrap(), 1);
    queue.writer().sequence().verify().unwrap();
}
