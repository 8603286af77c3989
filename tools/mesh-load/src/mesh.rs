// SPDX-License-Identifier: MIT
//! Load on a Mesh service: what devices say, over sessions of theirs.
//!
//! Accounts are made and transactions staged by the client library. What it sends is kept and sent when the clock runs: answers are opened and
//! authenticated as a device does, not read.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use mesh_client::{Account, Client, Home, check_address};
use mesh_crypto::Environment;
use mesh_jsonbcd::{SecretString, read_tag};
use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::Sealing;
use mesh_protocol::generated::{
    ConstraintsSelect, DownloadRequest, MeshServiceClient, MeshServiceSession as _, Operation,
    StatusRequest,
};
use mesh_protocol::runtime::Session;
use mesh_protocol::session::PacketSession;
use mesh_protocol::transport::WELL_KNOWN;
use mesh_protocol::{
    ClientCredential, Error, HostExpectation, MeshPort, MeshSession, PacketReply, PacketTransport,
    TransportError, TransportFault,
};
use mesh_schema::Valid;
use mesh_schema::generated::{CatalogedCredential, ProfileService};
use tempfile::TempDir;

use crate::http::Connection;
use crate::measure::Ask;
use crate::{ITEMS, Outcome, Peer};

/// Entries of one transaction while an account is filled.
const BATCH: usize = 250;

/// A service with an account that holds entries.
pub(crate) struct Mesh {
    address: SocketAddr,
    env: Arc<dyn Environment>,
    /// Homes, in memory where that is possible: they are not what is measured.
    homes: TempDir,
    reader: Device,
    /// The digest of the entry of the device.
    entry: Option<String>,
    name: String,
    writers: usize,
}

/// What a device presents, and whom it talks to.
#[derive(Clone)]
struct Device(ClientCredential, HostExpectation);

impl Mesh {
    pub(crate) fn new(address: SocketAddr, name: &str) -> Outcome<Self> {
        let env: Arc<dyn Environment> = Arc::new(SystemEnvironment::new()?);
        let mut builder = tempfile::Builder::new();
        let builder = builder.prefix("mesh-load");
        let homes = builder
            .tempdir_in("/dev/shm")
            .or_else(|_| builder.tempdir())?;
        let tap = Tap::new(address, env.clone());
        let mut account = create(&tap, &homes, name)?;
        let names: Vec<_> = (0..ITEMS).map(credential).collect();
        for entries in names.chunks(BATCH) {
            account.put_all(entries)?;
        }
        let reader = tap.device()?;
        // Devices say which entry of theirs they have, and are given it where it is another one.
        let Device(credential, host) = reader.clone();
        let mut session = tap.open("localhost", credential, host)?;
        let status = session.status(&StatusRequest::default())?;
        Ok(Self {
            address,
            env,
            homes,
            reader,
            entry: status.cataloged_device_digest,
            name: name.to_owned(),
            writers: 0,
        })
    }

    fn asking(&self, device: Device, requests: Requests) -> Outcome<Box<dyn Ask>> {
        let wire = Wire(Connection::new(self.address));
        let Device(credential, host) = device;
        let session = PacketSession::new(Box::new(wire), credential, host, self.env.clone());
        Ok(Box::new(Asking { session, requests }))
    }
}

fn create(tap: &Tap, homes: &TempDir, name: &str) -> Outcome<Account> {
    let client = Client::new(Arc::new(tap.clone()), tap.env.clone());
    let home = Home::create(&homes.path().join(name), &Sealing::Clear, client)?;
    Ok(home.create_account(&check_address(&format!("{name}@localhost"))?)?)
}

fn credential(number: usize) -> CatalogedCredential {
    let password = SecretString::new(format!("a password that nobody guesses {number}"));
    CatalogedCredential::password(&format!("site-{number}.example"), "alice", password)
}

/// The octets of a request that the client stub makes.
fn octets(
    ask: impl FnOnce(&mut MeshServiceClient<Capture>) -> Result<(), Error>,
) -> Outcome<Vec<u8>> {
    let mut client = MeshServiceClient::new(Capture(Vec::new()));
    match ask(&mut client) {
        Err(Error::Unreachable { .. }) => Ok(std::mem::take(&mut client.session().0)),
        _ => Err("nothing was asked for".into()),
    }
}

struct Capture(Vec<u8>);

impl Session for Capture {
    fn exchange(&mut self, payload: &[u8]) -> Result<Vec<u8>, Error> {
        self.0 = payload.to_vec();
        Err(unsent("it was only kept"))
    }

    fn pin(&mut self, _: &Valid<ProfileService>) -> Result<(), Error> {
        Ok(())
    }
}

fn unsent(text: &str) -> Error {
    Error::Unreachable {
        text: text.to_owned(),
    }
}

/// The way of a client to the service, on which what it presents and what it sends can be seen; its transactions can be kept instead of sent.
#[derive(Clone)]
struct Tap {
    address: SocketAddr,
    env: Arc<dyn Environment>,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    device: Option<Device>,
    /// What the service says to a transaction.
    answer: Vec<u8>,
    /// Transactions, once they are kept.
    kept: Option<Vec<Vec<u8>>>,
}

impl Tap {
    fn new(address: SocketAddr, env: Arc<dyn Environment>) -> Self {
        Self {
            address,
            env,
            seen: Arc::default(),
        }
    }

    fn with<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn device(&self) -> Outcome<Device> {
        let device = self.with(|seen| seen.device.clone());
        Ok(device.ok_or("no device was connected")?)
    }
}

impl MeshPort for Tap {
    fn open(
        &self,
        _: &str,
        credential: ClientCredential,
        host: HostExpectation,
    ) -> Result<Box<dyn MeshSession>, Error> {
        if matches!(credential, ClientCredential::Device { .. }) {
            self.with(|seen| seen.device = Some(Device(credential.clone(), host.clone())));
        }
        let wire = Wire(Connection::new(self.address));
        let session = PacketSession::new(Box::new(wire), credential, host, self.env.clone());
        let tapped = Tapped {
            session,
            tap: self.clone(),
        };
        Ok(Box::new(MeshServiceClient::new(tapped)))
    }
}

struct Tapped {
    session: PacketSession,
    tap: Tap,
}

impl Session for Tapped {
    fn exchange(&mut self, payload: &[u8]) -> Result<Vec<u8>, Error> {
        if read_tag(payload)? != Operation::Transact.name() {
            return self.session.exchange(payload);
        }
        let answered = self.tap.with(|seen| {
            seen.kept.as_mut()?.push(payload.to_vec());
            Some(seen.answer.clone())
        });
        if let Some(answer) = answered {
            return Ok(answer);
        }
        let answer = self.session.exchange(payload)?;
        self.tap.with(|seen| seen.answer.clone_from(&answer));
        Ok(answer)
    }

    fn pin(&mut self, service: &Valid<ProfileService>) -> Result<(), Error> {
        self.session.pin(service)
    }
}

/// Packets over one connection.
struct Wire(Connection);

impl PacketTransport for Wire {
    fn exchange(&mut self, packet: &[u8]) -> Result<PacketReply, TransportError> {
        let failed = |text: String| TransportError {
            text,
            fault: TransportFault::Unanswered,
        };
        match self.0.ask("POST", WELL_KNOWN, "", packet) {
            Ok((200, answer)) => Ok(PacketReply::Packet(answer.to_vec())),
            Ok((410, _)) => Ok(PacketReply::SessionUnknown),
            Ok((status, _)) => Ok(PacketReply::Refused(status)),
            Err(error) => Err(failed(error.to_string())),
        }
    }
}

/// What is asked for.
enum Requests {
    /// The same again and again; so many octets are in the answer at least.
    Same(Vec<u8>, usize),
    /// One after the other; the answer to each is as long as this one.
    Each(std::vec::IntoIter<Vec<u8>>, usize),
}

struct Asking {
    session: PacketSession,
    requests: Requests,
}

impl Ask for Asking {
    fn ask(&mut self) -> Outcome<bool> {
        let (answer, expected) = match &mut self.requests {
            Requests::Same(request, least) => {
                let answer = self.session.exchange(request)?;
                let expected = answer.len() >= *least;
                (answer, expected)
            }
            Requests::Each(requests, length) => {
                let Some(request) = requests.next() else {
                    return Ok(false);
                };
                let answer = self.session.exchange(&request)?;
                let expected = answer.len() == *length;
                (answer, expected)
            }
        };
        match expected {
            true => Ok(true),
            false => {
                let text = String::from_utf8_lossy(answer.get(..400).unwrap_or(&answer));
                Err(format!("an answer is another than expected: {text}").into())
            }
        }
    }
}

impl Peer for Mesh {
    fn status(&mut self) -> Outcome<Box<dyn Ask>> {
        let request = StatusRequest {
            cataloged_device_digest: self.entry.clone(),
            ..StatusRequest::default()
        };
        let request = octets(|client| client.status(&request).map(drop))?;
        self.asking(self.reader.clone(), Requests::Same(request, 500))
    }

    fn pull(&mut self) -> Outcome<Box<dyn Ask>> {
        let last = i64::try_from(ITEMS)?;
        let request = DownloadRequest {
            select: vec![ConstraintsSelect {
                store: Some("Credential".to_owned()),
                index_min: Some(1),
                index_max: Some(last),
                ..ConstraintsSelect::default()
            }],
            cataloged_device_digest: self.entry.clone(),
            ..DownloadRequest::default()
        };
        let request = octets(|client| client.download(&request).map(drop))?;
        self.asking(self.reader.clone(), Requests::Same(request, ITEMS * 300))
    }

    fn append(&mut self, ready: usize) -> Outcome<Box<dyn Ask>> {
        self.writers += 1;
        let tap = Tap::new(self.address, self.env.clone());
        let mut account = create(
            &tap,
            &self.homes,
            &format!("{}-{}", self.name, self.writers),
        )?;
        // The form of the answer to a transaction over one store.
        account.put(&credential(ready))?;
        tap.with(|seen| seen.kept = Some(Vec::new()));
        for number in 0..ready {
            account.put(&credential(number))?;
        }
        let (kept, length) =
            tap.with(|seen| (seen.kept.take().unwrap_or_default(), seen.answer.len()));
        self.asking(tap.device()?, Requests::Each(kept.into_iter(), length))
    }
}
