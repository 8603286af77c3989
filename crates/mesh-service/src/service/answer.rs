// SPDX-License-Identifier: MIT
//! Answers to what devices ask for most, made of octets as they are stored.
//!
//! Spec: mesh-protocol, "Status", "Download".
//! Here: both, from the octets of the request to those of the answer: frames, profiles and assignments are neither decoded nor encoded for it.
//! Not here: what is in them (`store_sync`), all other operations (`mesh-protocol`, dispatch). For a client in the same process the same is
//! answered in types.

use mesh_jsonbcd::{
    Decode, Error as EncodingError, Format, Object, Reader, Writer, read_tag, read_tagged,
    write_tagged,
};
use mesh_protocol::Failure;
use mesh_protocol::generated::{
    DownloadRequest, DownloadResponse, Operation, StatusRequest, StatusResponse,
};
use mesh_protocol::runtime::success;

use super::observed::ObservedAccess;
use super::store_sync::Part;

/// Octets of an answer beside its frames.
const ROOM: usize = 4 << 10;

/// Answers a request if it is one of these and can be read.
pub(super) fn answer(access: &ObservedAccess<'_>, payload: &[u8]) -> Option<Vec<u8>> {
    match Operation::parse(&read_tag(payload).ok()?)? {
        Operation::Download => {
            let request: DownloadRequest = request(payload).ok()?;
            let page = access.ended(page(access, &request));
            Some(page.unwrap_or_else(|failure| refused::<DownloadResponse>(&failure)))
        }
        Operation::Status => {
            let request: StatusRequest = request(payload).ok()?;
            let status = access.ended(status(access, &request));
            Some(status.unwrap_or_else(|failure| refused::<StatusResponse>(&failure)))
        }
        _ => None,
    }
}

/// The request in a payload, whatever it asks for.
fn request<T: Object>(payload: &[u8]) -> Result<T, EncodingError> {
    let mut reader = Reader::new(payload);
    let request = read_tagged(&mut reader, |_, reader| T::decode(reader))?;
    reader.finish()?;
    Ok(request)
}

fn page(access: &ObservedAccess<'_>, request: &DownloadRequest) -> Result<Vec<u8>, Failure> {
    let known = access.known(Operation::Download)?;
    let parts = access
        .service
        .page(&known.served, &known.standing, request)?;
    let (entry, digest) = known.entry(request.cataloged_device_digest.as_deref());
    let mut rest = DownloadResponse {
        enveloped_cataloged_device: entry,
        cataloged_device_digest: digest,
        ..DownloadResponse::default()
    };
    success(&mut rest.status, &mut rest.status_description);
    let frames = parts.iter().flat_map(|part| &part.frames);
    let octets = frames.fold(ROOM, |sum, frame| sum.saturating_add(frame.envelope.len()));
    Ok(object(DownloadResponse::TAG, octets, |w| {
        if !parts.is_empty() {
            w.name("Updates");
            w.begin_array();
            for Part { update, frames } in &parts {
                w.begin_object();
                if !frames.is_empty() {
                    w.name("Envelopes");
                    w.begin_array();
                    for frame in frames {
                        w.encoded(&frame.envelope);
                    }
                    w.end_array();
                }
                update.write_fields(w);
                w.end_object();
            }
            w.end_array();
        }
        rest.write_fields(w);
    }))
}

fn status(access: &ObservedAccess<'_>, request: &StatusRequest) -> Result<Vec<u8>, Failure> {
    let known = access.known(Operation::Status)?;
    let store_status = access
        .service
        .readable(&known.served, &known.standing, request)?;
    let (entry, digest) = known.entry(request.cataloged_device_digest.as_deref());
    let stores = StatusResponse {
        store_status,
        enveloped_cataloged_device: entry,
        cataloged_device_digest: digest,
        ..StatusResponse::default()
    };
    let mut rest = StatusResponse::default();
    success(&mut rest.status, &mut rest.status_description);
    let [profile, assignment] = known.served.encoded();
    let octets = ROOM
        .saturating_add(profile.len())
        .saturating_add(assignment.len());
    Ok(object(StatusResponse::TAG, octets, |w| {
        w.name("EnvelopedProfileAccount");
        w.encoded(profile);
        stores.write_fields(w);
        w.name("EnvelopedAccountHostAssignment");
        w.encoded(assignment);
        rest.write_fields(w);
    }))
}

fn object(tag: &str, octets: usize, members: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new(Format::JsonB);
    writer.reserve(octets);
    write_tagged(&mut writer, tag, |w| {
        w.begin_object();
        members(w);
        w.end_object();
    });
    writer.finish()
}

/// The answer to what is not done. Both responses have these members.
fn refused<T: Object>(failure: &Failure) -> Vec<u8> {
    let status = StatusResponse {
        status: Some(failure.status()),
        status_extended: Some(failure.extended()),
        status_description: Some(failure.description()),
        ..StatusResponse::default()
    };
    object(T::TAG, 0, |w| status.write_fields(w))
}

#[cfg(test)]
mod tests {
    use mesh_jsonbcd::{from_tagged, to_tagged_json_b};
    use mesh_protocol::Code;

    use super::*;

    #[test]
    fn a_refusal_is_what_its_response_says_in_types() {
        let failure = Failure::new(Code::NotAuthorized);
        let typed = DownloadResponse {
            status: Some(failure.status()),
            status_extended: Some(failure.extended()),
            status_description: Some(failure.description()),
            ..DownloadResponse::default()
        };
        let octets = refused::<DownloadResponse>(&failure);
        assert_eq!(octets, to_tagged_json_b(&typed));
        assert_eq!(from_tagged::<DownloadResponse>(&octets).unwrap(), typed);
    }
}
