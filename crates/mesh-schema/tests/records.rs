// SPDX-License-Identifier: MIT
//! Records as they come from versions that know more than this one.
//!
//! Spec: mesh-schema, "Object reference".
//! Here: unknown members and types, both encodings.
//! Not here: the codec itself (`mesh-jsonbcd`).

use mesh_jsonbcd::{from_bytes, to_json, to_json_b};
use mesh_schema::generated::{AnyContact, ContactPerson};
use mesh_schema::generated::{AnyNetworkAddress, CatalogedContact, CatalogedCredential};
use proptest::prelude::*;

#[test]
fn an_unknown_type_is_kept_and_written_as_it_was_read() {
    let text = br#"{"Key":"NKEY","Self":true,"Contact":{"ContactPerson":{"NetworkAddresses":[
        {"NetworkAddress":{"Address":"alice@example.com","Protocol":"smtp"}},
        {"NetworkPigeon":{"Loft":"north","Birds":[1,2,3],"Ring":"AQID"}}]}}}"#;
    let contact: CatalogedContact = from_bytes(text).unwrap();
    assert_eq!(contact.addresses(), ["alice@example.com"]);
    let Some(AnyContact::ContactPerson(person)) = &contact.contact else {
        unreachable!("it is a person");
    };
    let unknown = person.network_addresses.get(1).unwrap();
    assert!(matches!(unknown, AnyNetworkAddress::Unknown(_)));
    for octets in [to_json(&contact), to_json_b(&contact)] {
        let again: CatalogedContact = from_bytes(&octets).unwrap();
        assert_eq!(to_json(&again), to_json(&contact));
        let text = String::from_utf8_lossy(&to_json(&again)).into_owned();
        for kept in ["NetworkPigeon", "Loft", "north", "Birds", "Ring"] {
            assert!(text.contains(kept), "{kept} is lost in {text}");
        }
    }
    assert_ne!(contact.contact, Some(ContactPerson::default().into()));
}

proptest! {
    #[test]
    fn records_survive_both_encodings(
        service in proptest::option::of("\\PC{0,30}"),
        username in proptest::option::of("\\PC{0,30}"),
        password in "[\\PC\\x00-\\x1f]{0,60}",
    ) {
        let entry = CatalogedCredential {
            service,
            username,
            password: Some(mesh_jsonbcd::SecretString::new(password)),
            ..CatalogedCredential::default()
        };
        for octets in [to_json(&entry), to_json_b(&entry)] {
            prop_assert_eq!(&from_bytes::<CatalogedCredential>(&octets).unwrap(), &entry);
        }
    }
}
