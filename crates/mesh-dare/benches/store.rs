// SPDX-License-Identifier: MIT
//! How long sealing, appending and opening take.
//!
//! Spec: none.
//! Here: entries of 1 KiB, sequences in files, a catalog of 100,000 frames; the bare disk beside them.
//! Not here: whole steps between devices and a service (`mesh-test`).
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on must stop"
)]

use std::fs::File;
use std::io::Write;
use std::path::Path;

use divan::Bencher;
use divan::counter::ItemsCount;
use mesh_crypto::{KeyAlgorithm, KeyRing, PrivateKey, SecretBytes, Seeded};
use mesh_dare::store::catalog::{Change, EntryName, create_catalog};
use mesh_dare::store::replica::Replica;
use mesh_dare::store::{Event, Remarks, StoreName};
use mesh_dare::{Cipher, Envelope, Seal, Sequence, SequenceType};

const ENTRY: usize = 1024;
const BATCH: usize = 1_000;
const FRAMES: usize = 100_000;

fn main() {
    divan::main();
}

fn file(path: &Path) -> File {
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .unwrap()
}

fn plain() -> Envelope {
    let seal = Seal {
        digest: true,
        ..Seal::default()
    };
    seal.seal(&[7; ENTRY], &Seeded::new(1)).unwrap()
}

/// With a key exchange of its own, as a message has it.
#[divan::bench(args = ["A256GCM", "A256CBC"])]
fn seal_1_kib(bencher: Bencher, cipher: &str) {
    let cipher = if cipher == "A256GCM" {
        Cipher::Aes256Gcm
    } else {
        Cipher::Aes256Cbc
    };
    let env = Seeded::new(1);
    let recipients = [PrivateKey::generate(KeyAlgorithm::X448, &env)
        .public()
        .clone()];
    let seal = Seal {
        cipher,
        recipients: &recipients,
        ..Seal::default()
    };
    bencher.bench_local(|| seal.seal(&[7; ENTRY], &env).unwrap());
}

#[divan::bench]
fn open_1_kib(bencher: Bencher) {
    let env = Seeded::new(1);
    let key = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let recipients = [key.public().clone()];
    let keys: KeyRing = [key].into_iter().collect();
    let seal = Seal {
        recipients: &recipients,
        ..Seal::default()
    };
    let envelope = seal.seal(&[7; ENTRY], &env).unwrap();
    bencher.bench_local(|| envelope.open(&keys).unwrap());
}

/// An entry under the exchange that the catalog holds already, staged with the signature of its transaction.
#[divan::bench]
fn stage_one_entry(bencher: Bencher) {
    let catalog = Catalog::new(0);
    let change = [change(1)];
    bencher.bench_local(|| {
        let signer = &catalog.signer;
        catalog
            .replica
            .stage(
                &change,
                Remarks::default(),
                None,
                &catalog.keys,
                signer,
                &catalog.env,
            )
            .unwrap()
    });
}

/// An entry of a catalog by its key, from the file.
#[divan::bench]
fn read_one_entry(bencher: Bencher) {
    let catalog = Catalog::new(BATCH);
    bencher.bench_local(|| {
        catalog
            .replica
            .entry("entry 500", &catalog.keys)
            .unwrap()
            .unwrap()
    });
}

#[divan::bench(sample_count = 200, sample_size = 1)]
fn append_durable(bencher: Bencher) {
    let directory = tempfile::tempdir().unwrap();
    let file = file(&directory.path().join("sequence"));
    let mut sequence = Sequence::create(file, SequenceType::Merkle, plain()).unwrap();
    let frame = [plain()];
    bencher.bench_local(|| sequence.append(&frame).unwrap());
}

/// The same octets written to a plain file and synchronised: what the disk takes.
#[divan::bench(sample_count = 200, sample_size = 1)]
fn append_durable_plain_file(bencher: Bencher) {
    let directory = tempfile::tempdir().unwrap();
    let mut file = file(&directory.path().join("plain"));
    let octets = vec![7; ENTRY + 400];
    bencher.bench_local(|| {
        file.write_all(&octets).unwrap();
        file.sync_data().unwrap();
    });
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn append_1000_in_one_write(bencher: Bencher) {
    let directory = tempfile::tempdir().unwrap();
    let file = file(&directory.path().join("sequence"));
    let mut sequence = Sequence::create(file, SequenceType::Merkle, plain()).unwrap();
    let frames = vec![plain(); BATCH];
    bencher
        .counter(ItemsCount::new(BATCH))
        .bench_local(|| sequence.append(&frames).unwrap());
}

/// From the file to a catalog that answers by key: digests, tree and law checked, nothing opened.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn open_catalog_100000(bencher: Bencher) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("catalog");
    let catalog = Catalog::in_file(file(&path), FRAMES);
    let head = catalog.replica.head().unwrap();
    let name = catalog.replica.state().name().clone();
    bencher
        .counter(ItemsCount::new(FRAMES))
        .bench_local(|| Replica::open(file(&path), name.clone(), false, Some(&head)).unwrap());
}

struct Catalog<S> {
    env: Seeded,
    keys: KeyRing,
    signer: PrivateKey,
    replica: Replica<S>,
}

impl Catalog<Vec<u8>> {
    fn new(entries: usize) -> Self {
        Self::in_file(Vec::new(), entries)
    }
}

impl<S: mesh_dare::Storage> Catalog<S> {
    fn in_file(storage: S, entries: usize) -> Self {
        let env = Seeded::new(1);
        let signer = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
        let store = PrivateKey::generate(KeyAlgorithm::X448, &env);
        let recipients = [store.public().clone()];
        let keys: KeyRing = [store].into_iter().collect();
        let name = StoreName::new("MACCOUNT", "Credential");
        let mut replica = Replica::open(storage, name.clone(), false, None).unwrap();
        let first =
            create_catalog(&name, &recipients, &[], &signer, Cipher::default(), &env).unwrap();
        replica.extend(&first, None).unwrap();
        let numbers: Vec<usize> = (0..entries).collect();
        for batch in numbers.chunks(BATCH) {
            let changes: Vec<Change> = batch.iter().map(|&number| change(number)).collect();
            let frames = replica
                .stage(&changes, Remarks::default(), None, &keys, &signer, &env)
                .unwrap();
            replica.extend(&frames, None).unwrap();
        }
        Self {
            env,
            keys,
            signer,
            replica,
        }
    }
}

fn change(number: usize) -> Change {
    Change {
        entry: EntryName::Key(format!("entry {number}")),
        event: Event::New,
        payload: SecretBytes::new(vec![7; ENTRY]),
    }
}
