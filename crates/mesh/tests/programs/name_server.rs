// SPDX-License-Identifier: MIT
//! A name server on loopback.
//!
//! Spec: RFC 1035.
//! Here: answers over UDP from records as they stand in files.
//! Not here: assertions.

use std::net::UdpSocket;
use std::thread;

use domain::base::iana::{Class, Rcode};
use domain::base::name::FlattenInto;
use domain::base::{Message, MessageBuilder, Name, RecordData, ToName};
use domain::rdata::ZoneRecordData;
use domain::zonefile::inplace::{Entry, Zonefile};

/// A name server; its thread ends with the test program.
pub(crate) struct NameServer(String);

impl NameServer {
    /// Knows these records and no others; with the text `fails` it says of everything that it cannot.
    pub(crate) fn start(records: &str) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap().to_string();
        let records = (records != "fails").then(|| read(records));
        thread::spawn(move || {
            let mut buffer = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut buffer) {
                if let Some(answer) = answer(&buffer[..length], records.as_deref()) {
                    let _ = socket.send_to(&answer, from);
                }
            }
        });
        Self(address)
    }

    pub(crate) fn address(&self) -> String {
        self.0.clone()
    }
}

type Record = (Name<Vec<u8>>, ZoneRecordData<Vec<u8>, Name<Vec<u8>>>);

fn read(text: &str) -> Vec<Record> {
    let mut file = Zonefile::new();
    file.extend_from_slice(text.as_bytes());
    file.extend_from_slice(b"\n");
    file.set_origin(Name::root());
    file.set_default_class(Class::IN);
    let mut records = Vec::new();
    while let Some(entry) = file.next_entry().unwrap() {
        let Entry::Record(record) = entry else {
            panic!("not a record");
        };
        let owner = record.owner().to_name();
        records.push((owner, record.into_data().flatten_into()));
    }
    records
}

fn answer(asked: &[u8], records: Option<&[Record]>) -> Option<Vec<u8>> {
    let asked = Message::from_octets(asked).ok()?;
    let question = asked.first_question()?;
    let code = match records {
        Some(_) => Rcode::NOERROR,
        None => Rcode::SERVFAIL,
    };
    let mut answer = MessageBuilder::new_vec().start_answer(&asked, code).ok()?;
    for (owner, data) in records.unwrap_or_default() {
        if owner == question.qname() && data.rtype() == question.qtype() {
            answer.push((owner, 0, data)).ok()?;
        }
    }
    Some(answer.finish())
}
