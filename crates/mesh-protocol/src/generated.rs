// SPDX-License-Identifier: MIT
//! temporary
#![allow(missing_docs, unused_imports, clippy::all)]
use mesh_crypto::jose::*;
use mesh_dare::{Envelope, Enveloped};
use mesh_jsonbcd::*;
use mesh_schema::generated::*;
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Version {
    pub major: Option<i64>,
    pub minor: Option<i64>,
    pub encodings: Vec<Encoding>,
    pub uri: Vec<String>,
}
impl Object for Version {
    const TAG: &'static str = "Version";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Major", &self.major);
        write_option(w, "Minor", &self.minor);
        write_list(w, "Encodings", &self.encodings);
        write_list(w, "URI", &self.uri);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Major" => self.major = read_option(r)?,
            "Minor" => self.minor = read_option(r)?,
            "Encodings" => self.encodings = read_list(r)?,
            "URI" => self.uri = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Encoding {
    pub id: Vec<String>,
    pub dictionary: Vec<String>,
}
impl Object for Encoding {
    const TAG: &'static str = "Encoding";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "ID", &self.id);
        write_list(w, "Dictionary", &self.dictionary);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "ID" => self.id = read_list(r)?,
            "Dictionary" => self.dictionary = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HelloRequest {
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for HelloRequest {
    const TAG: &'static str = "HelloRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HelloResponse {
    pub version: Option<Version>,
    pub alternates: Vec<Version>,
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for HelloResponse {
    const TAG: &'static str = "HelloResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Version", &self.version);
        write_list(w, "Alternates", &self.alternates);
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Version" => self.version = read_option(r)?,
            "Alternates" => self.alternates = read_list(r)?,
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeshRequest {
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for MeshRequest {
    const TAG: &'static str = "MeshRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeshRequestUser {
    pub account: Option<String>,
    pub capability: Option<String>,
    pub enveloped_profile_device: Option<Enveloped<ProfileDevice>>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for MeshRequestUser {
    const TAG: &'static str = "MeshRequestUser";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Account", &self.account);
        write_option(w, "Capability", &self.capability);
        write_option(w, "EnvelopedProfileDevice", &self.enveloped_profile_device);
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Account" => self.account = read_option(r)?,
            "Capability" => self.capability = read_option(r)?,
            "EnvelopedProfileDevice" => self.enveloped_profile_device = read_option(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeshResponse {
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for MeshResponse {
    const TAG: &'static str = "MeshResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConstraintsSelect {
    pub store: Option<String>,
    pub index_min: Option<i64>,
    pub index_max: Option<i64>,
    pub not_before: Option<DateTime>,
    pub before: Option<DateTime>,
    pub page_key: Option<String>,
}
impl Object for ConstraintsSelect {
    const TAG: &'static str = "ConstraintsSelect";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Store", &self.store);
        write_option(w, "IndexMin", &self.index_min);
        write_option(w, "IndexMax", &self.index_max);
        write_option(w, "NotBefore", &self.not_before);
        write_option(w, "Before", &self.before);
        write_option(w, "PageKey", &self.page_key);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Store" => self.store = read_option(r)?,
            "IndexMin" => self.index_min = read_option(r)?,
            "IndexMax" => self.index_max = read_option(r)?,
            "NotBefore" => self.not_before = read_option(r)?,
            "Before" => self.before = read_option(r)?,
            "PageKey" => self.page_key = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConstraintsData {
    pub max_entries: Option<i64>,
    pub bytes_offset: Option<i64>,
    pub bytes_max: Option<i64>,
    pub header: Option<bool>,
    pub payload: Option<bool>,
    pub trailer: Option<bool>,
}
impl Object for ConstraintsData {
    const TAG: &'static str = "ConstraintsData";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "MaxEntries", &self.max_entries);
        write_option(w, "BytesOffset", &self.bytes_offset);
        write_option(w, "BytesMax", &self.bytes_max);
        write_option(w, "Header", &self.header);
        write_option(w, "Payload", &self.payload);
        write_option(w, "Trailer", &self.trailer);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "MaxEntries" => self.max_entries = read_option(r)?,
            "BytesOffset" => self.bytes_offset = read_option(r)?,
            "BytesMax" => self.bytes_max = read_option(r)?,
            "Header" => self.header = read_option(r)?,
            "Payload" => self.payload = read_option(r)?,
            "Trailer" => self.trailer = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicyAccount {
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
    pub invalid_characters: Option<String>,
}
impl Object for PolicyAccount {
    const TAG: &'static str = "PolicyAccount";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Minimum", &self.minimum);
        write_option(w, "Maximum", &self.maximum);
        write_option(w, "InvalidCharacters", &self.invalid_characters);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Minimum" => self.minimum = read_option(r)?,
            "Maximum" => self.maximum = read_option(r)?,
            "InvalidCharacters" => self.invalid_characters = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoreStatus {
    pub store: Option<String>,
    pub index: Option<i64>,
    pub digest: Option<Vec<u8>>,
}
impl Object for StoreStatus {
    const TAG: &'static str = "StoreStatus";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Store", &self.store);
        write_option(w, "Index", &self.index);
        write_option(w, "Digest", &self.digest);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Store" => self.store = read_option(r)?,
            "Index" => self.index = read_option(r)?,
            "Digest" => self.digest = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoreUpdate {
    pub envelopes: Vec<Envelope>,
    pub partial: Option<bool>,
    pub final_index: Option<i64>,
    pub store: Option<String>,
    pub index: Option<i64>,
    pub digest: Option<Vec<u8>>,
}
impl Object for StoreUpdate {
    const TAG: &'static str = "StoreUpdate";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "Envelopes", &self.envelopes);
        write_option(w, "Partial", &self.partial);
        write_option(w, "FinalIndex", &self.final_index);
        write_option(w, "Store", &self.store);
        write_option(w, "Index", &self.index);
        write_option(w, "Digest", &self.digest);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Envelopes" => self.envelopes = read_list(r)?,
            "Partial" => self.partial = read_option(r)?,
            "FinalIndex" => self.final_index = read_option(r)?,
            "Store" => self.store = read_option(r)?,
            "Index" => self.index = read_option(r)?,
            "Digest" => self.digest = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeshHelloRequest {
    pub callsign_binding: Option<CallsignBinding>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for MeshHelloRequest {
    const TAG: &'static str = "MeshHelloRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "CallsignBinding", &self.callsign_binding);
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "CallsignBinding" => self.callsign_binding = read_option(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeshHelloResponse {
    pub constraints_update: Option<ConstraintsData>,
    pub constraints_post: Option<ConstraintsData>,
    pub policy_account: Option<PolicyAccount>,
    pub enveloped_profile_service: Option<Enveloped<ProfileService>>,
    pub callsign_binding: Option<CallsignBinding>,
    pub version: Option<Version>,
    pub alternates: Vec<Version>,
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for MeshHelloResponse {
    const TAG: &'static str = "MeshHelloResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "ConstraintsUpdate", &self.constraints_update);
        write_option(w, "ConstraintsPost", &self.constraints_post);
        write_option(w, "PolicyAccount", &self.policy_account);
        write_option(
            w,
            "EnvelopedProfileService",
            &self.enveloped_profile_service,
        );
        write_option(w, "CallsignBinding", &self.callsign_binding);
        write_option(w, "Version", &self.version);
        write_list(w, "Alternates", &self.alternates);
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "ConstraintsUpdate" => self.constraints_update = read_option(r)?,
            "ConstraintsPost" => self.constraints_post = read_option(r)?,
            "PolicyAccount" => self.policy_account = read_option(r)?,
            "EnvelopedProfileService" => self.enveloped_profile_service = read_option(r)?,
            "CallsignBinding" => self.callsign_binding = read_option(r)?,
            "Version" => self.version = read_option(r)?,
            "Alternates" => self.alternates = read_list(r)?,
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BindRequest {
    pub account_address: Option<String>,
    pub enveloped_profile_account: Option<Enveloped<ProfileAccount>>,
    pub enveloped_callsign_binding: Vec<Enveloped<CallsignBinding>>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for BindRequest {
    const TAG: &'static str = "BindRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "AccountAddress", &self.account_address);
        write_option(
            w,
            "EnvelopedProfileAccount",
            &self.enveloped_profile_account,
        );
        write_list(
            w,
            "EnvelopedCallsignBinding",
            &self.enveloped_callsign_binding,
        );
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "AccountAddress" => self.account_address = read_option(r)?,
            "EnvelopedProfileAccount" => self.enveloped_profile_account = read_option(r)?,
            "EnvelopedCallsignBinding" => self.enveloped_callsign_binding = read_list(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BindResponse {
    pub reason: Option<String>,
    pub url: Option<String>,
    pub enveloped_account_host_assignment: Option<Enveloped<AccountHostAssignment>>,
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for BindResponse {
    const TAG: &'static str = "BindResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Reason", &self.reason);
        write_option(w, "URL", &self.url);
        write_option(
            w,
            "EnvelopedAccountHostAssignment",
            &self.enveloped_account_host_assignment,
        );
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Reason" => self.reason = read_option(r)?,
            "URL" => self.url = read_option(r)?,
            "EnvelopedAccountHostAssignment" => {
                self.enveloped_account_host_assignment = read_option(r)?
            }
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnbindRequest {
    pub account: Option<String>,
    pub capability: Option<String>,
    pub enveloped_profile_device: Option<Enveloped<ProfileDevice>>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for UnbindRequest {
    const TAG: &'static str = "UnbindRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Account", &self.account);
        write_option(w, "Capability", &self.capability);
        write_option(w, "EnvelopedProfileDevice", &self.enveloped_profile_device);
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Account" => self.account = read_option(r)?,
            "Capability" => self.capability = read_option(r)?,
            "EnvelopedProfileDevice" => self.enveloped_profile_device = read_option(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnbindResponse {
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for UnbindResponse {
    const TAG: &'static str = "UnbindResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectRequest {
    pub enveloped_request_connection: Option<Enveloped<RequestConnection>>,
    pub rights: Vec<String>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for ConnectRequest {
    const TAG: &'static str = "ConnectRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_option(
            w,
            "EnvelopedRequestConnection",
            &self.enveloped_request_connection,
        );
        write_list(w, "Rights", &self.rights);
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedRequestConnection" => self.enveloped_request_connection = read_option(r)?,
            "Rights" => self.rights = read_list(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectResponse {
    pub enveloped_acknowledge_connection: Option<Enveloped<AcknowledgeConnection>>,
    pub enveloped_profile_account: Option<Enveloped<ProfileAccount>>,
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for ConnectResponse {
    const TAG: &'static str = "ConnectResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_option(
            w,
            "EnvelopedAcknowledgeConnection",
            &self.enveloped_acknowledge_connection,
        );
        write_option(
            w,
            "EnvelopedProfileAccount",
            &self.enveloped_profile_account,
        );
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedAcknowledgeConnection" => {
                self.enveloped_acknowledge_connection = read_option(r)?
            }
            "EnvelopedProfileAccount" => self.enveloped_profile_account = read_option(r)?,
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompleteRequest {
    pub account_address: Option<String>,
    pub response_id: Option<String>,
    pub device_udf: Option<String>,
    pub cataloged_device_digest: Option<String>,
    pub catalogs: Vec<String>,
    pub spools: Vec<String>,
    pub services: Vec<String>,
    pub device_status: Option<bool>,
    pub account: Option<String>,
    pub capability: Option<String>,
    pub enveloped_profile_device: Option<Enveloped<ProfileDevice>>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for CompleteRequest {
    const TAG: &'static str = "CompleteRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "AccountAddress", &self.account_address);
        write_option(w, "ResponseID", &self.response_id);
        write_option(w, "DeviceUDF", &self.device_udf);
        write_option(w, "CatalogedDeviceDigest", &self.cataloged_device_digest);
        write_list(w, "Catalogs", &self.catalogs);
        write_list(w, "Spools", &self.spools);
        write_list(w, "Services", &self.services);
        write_option(w, "DeviceStatus", &self.device_status);
        write_option(w, "Account", &self.account);
        write_option(w, "Capability", &self.capability);
        write_option(w, "EnvelopedProfileDevice", &self.enveloped_profile_device);
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "AccountAddress" => self.account_address = read_option(r)?,
            "ResponseID" => self.response_id = read_option(r)?,
            "DeviceUDF" => self.device_udf = read_option(r)?,
            "CatalogedDeviceDigest" => self.cataloged_device_digest = read_option(r)?,
            "Catalogs" => self.catalogs = read_list(r)?,
            "Spools" => self.spools = read_list(r)?,
            "Services" => self.services = read_list(r)?,
            "DeviceStatus" => self.device_status = read_option(r)?,
            "Account" => self.account = read_option(r)?,
            "Capability" => self.capability = read_option(r)?,
            "EnvelopedProfileDevice" => self.enveloped_profile_device = read_option(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompleteResponse {
    pub enveloped_respond_connection: Option<Enveloped<RespondConnection>>,
    pub enveloped_account_host_assignment: Option<Enveloped<AccountHostAssignment>>,
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for CompleteResponse {
    const TAG: &'static str = "CompleteResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_option(
            w,
            "EnvelopedRespondConnection",
            &self.enveloped_respond_connection,
        );
        write_option(
            w,
            "EnvelopedAccountHostAssignment",
            &self.enveloped_account_host_assignment,
        );
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedRespondConnection" => self.enveloped_respond_connection = read_option(r)?,
            "EnvelopedAccountHostAssignment" => {
                self.enveloped_account_host_assignment = read_option(r)?
            }
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatusRequest {
    pub device_udf: Option<String>,
    pub cataloged_device_digest: Option<String>,
    pub catalogs: Vec<String>,
    pub spools: Vec<String>,
    pub services: Vec<String>,
    pub device_status: Option<bool>,
    pub account: Option<String>,
    pub capability: Option<String>,
    pub enveloped_profile_device: Option<Enveloped<ProfileDevice>>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for StatusRequest {
    const TAG: &'static str = "StatusRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "DeviceUDF", &self.device_udf);
        write_option(w, "CatalogedDeviceDigest", &self.cataloged_device_digest);
        write_list(w, "Catalogs", &self.catalogs);
        write_list(w, "Spools", &self.spools);
        write_list(w, "Services", &self.services);
        write_option(w, "DeviceStatus", &self.device_status);
        write_option(w, "Account", &self.account);
        write_option(w, "Capability", &self.capability);
        write_option(w, "EnvelopedProfileDevice", &self.enveloped_profile_device);
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "DeviceUDF" => self.device_udf = read_option(r)?,
            "CatalogedDeviceDigest" => self.cataloged_device_digest = read_option(r)?,
            "Catalogs" => self.catalogs = read_list(r)?,
            "Spools" => self.spools = read_list(r)?,
            "Services" => self.services = read_list(r)?,
            "DeviceStatus" => self.device_status = read_option(r)?,
            "Account" => self.account = read_option(r)?,
            "Capability" => self.capability = read_option(r)?,
            "EnvelopedProfileDevice" => self.enveloped_profile_device = read_option(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatusResponse {
    pub bitmask: Option<Vec<u8>>,
    pub enveloped_profile_account: Option<Enveloped<ProfileAccount>>,
    pub enveloped_cataloged_device: Option<Enveloped<CatalogedDevice>>,
    pub cataloged_device_digest: Option<String>,
    pub store_status: Vec<StoreStatus>,
    pub enveloped_account_host_assignment: Option<Enveloped<AccountHostAssignment>>,
    pub services: Vec<ServiceAccessToken>,
    pub device_statuses: Vec<DeviceStatus>,
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for StatusResponse {
    const TAG: &'static str = "StatusResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Bitmask", &self.bitmask);
        write_option(
            w,
            "EnvelopedProfileAccount",
            &self.enveloped_profile_account,
        );
        write_option(
            w,
            "EnvelopedCatalogedDevice",
            &self.enveloped_cataloged_device,
        );
        write_option(w, "CatalogedDeviceDigest", &self.cataloged_device_digest);
        write_list(w, "StoreStatus", &self.store_status);
        write_option(
            w,
            "EnvelopedAccountHostAssignment",
            &self.enveloped_account_host_assignment,
        );
        write_list(w, "Services", &self.services);
        write_list(w, "DeviceStatuses", &self.device_statuses);
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Bitmask" => self.bitmask = read_option(r)?,
            "EnvelopedProfileAccount" => self.enveloped_profile_account = read_option(r)?,
            "EnvelopedCatalogedDevice" => self.enveloped_cataloged_device = read_option(r)?,
            "CatalogedDeviceDigest" => self.cataloged_device_digest = read_option(r)?,
            "StoreStatus" => self.store_status = read_list(r)?,
            "EnvelopedAccountHostAssignment" => {
                self.enveloped_account_host_assignment = read_option(r)?
            }
            "Services" => self.services = read_list(r)?,
            "DeviceStatuses" => self.device_statuses = read_list(r)?,
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeviceStatus {
    pub id: Option<String>,
    pub status: Option<String>,
    pub comment: Option<String>,
    pub last_connected: Option<DateTime>,
}
impl Object for DeviceStatus {
    const TAG: &'static str = "DeviceStatus";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Id", &self.id);
        write_option(w, "Status", &self.status);
        write_option(w, "Comment", &self.comment);
        write_option(w, "LastConnected", &self.last_connected);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Id" => self.id = read_option(r)?,
            "Status" => self.status = read_option(r)?,
            "Comment" => self.comment = read_option(r)?,
            "LastConnected" => self.last_connected = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DownloadRequest {
    pub max_results: Option<i64>,
    pub device_udf: Option<String>,
    pub cataloged_device_digest: Option<String>,
    pub select: Vec<ConstraintsSelect>,
    pub constraints_post: Option<ConstraintsData>,
    pub account: Option<String>,
    pub capability: Option<String>,
    pub enveloped_profile_device: Option<Enveloped<ProfileDevice>>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for DownloadRequest {
    const TAG: &'static str = "DownloadRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "MaxResults", &self.max_results);
        write_option(w, "DeviceUDF", &self.device_udf);
        write_option(w, "CatalogedDeviceDigest", &self.cataloged_device_digest);
        write_list(w, "Select", &self.select);
        write_option(w, "ConstraintsPost", &self.constraints_post);
        write_option(w, "Account", &self.account);
        write_option(w, "Capability", &self.capability);
        write_option(w, "EnvelopedProfileDevice", &self.enveloped_profile_device);
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "MaxResults" => self.max_results = read_option(r)?,
            "DeviceUDF" => self.device_udf = read_option(r)?,
            "CatalogedDeviceDigest" => self.cataloged_device_digest = read_option(r)?,
            "Select" => self.select = read_list(r)?,
            "ConstraintsPost" => self.constraints_post = read_option(r)?,
            "Account" => self.account = read_option(r)?,
            "Capability" => self.capability = read_option(r)?,
            "EnvelopedProfileDevice" => self.enveloped_profile_device = read_option(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DownloadResponse {
    pub updates: Vec<StoreUpdate>,
    pub cataloged_device_digest: Option<String>,
    pub enveloped_cataloged_device: Option<Enveloped<CatalogedDevice>>,
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for DownloadResponse {
    const TAG: &'static str = "DownloadResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "Updates", &self.updates);
        write_option(w, "CatalogedDeviceDigest", &self.cataloged_device_digest);
        write_option(
            w,
            "EnvelopedCatalogedDevice",
            &self.enveloped_cataloged_device,
        );
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Updates" => self.updates = read_list(r)?,
            "CatalogedDeviceDigest" => self.cataloged_device_digest = read_option(r)?,
            "EnvelopedCatalogedDevice" => self.enveloped_cataloged_device = read_option(r)?,
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TransactRequest {
    pub updates: Vec<StoreUpdate>,
    pub accounts: Vec<String>,
    pub outbound: Vec<Enveloped<Message>>,
    pub inbound: Vec<Enveloped<Message>>,
    pub local: Vec<Enveloped<Message>>,
    pub account: Option<String>,
    pub capability: Option<String>,
    pub enveloped_profile_device: Option<Enveloped<ProfileDevice>>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for TransactRequest {
    const TAG: &'static str = "TransactRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "Updates", &self.updates);
        write_list(w, "Accounts", &self.accounts);
        write_list(w, "Outbound", &self.outbound);
        write_list(w, "Inbound", &self.inbound);
        write_list(w, "Local", &self.local);
        write_option(w, "Account", &self.account);
        write_option(w, "Capability", &self.capability);
        write_option(w, "EnvelopedProfileDevice", &self.enveloped_profile_device);
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Updates" => self.updates = read_list(r)?,
            "Accounts" => self.accounts = read_list(r)?,
            "Outbound" => self.outbound = read_list(r)?,
            "Inbound" => self.inbound = read_list(r)?,
            "Local" => self.local = read_list(r)?,
            "Account" => self.account = read_option(r)?,
            "Capability" => self.capability = read_option(r)?,
            "EnvelopedProfileDevice" => self.enveloped_profile_device = read_option(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TransactResponse {
    pub bitmask: Option<Vec<u8>>,
    pub entries: Vec<EntryResponse>,
    pub constraints_data: Option<ConstraintsData>,
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for TransactResponse {
    const TAG: &'static str = "TransactResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Bitmask", &self.bitmask);
        write_list(w, "Entries", &self.entries);
        write_option(w, "ConstraintsData", &self.constraints_data);
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Bitmask" => self.bitmask = read_option(r)?,
            "Entries" => self.entries = read_list(r)?,
            "ConstraintsData" => self.constraints_data = read_option(r)?,
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntryResponse {
    pub index_request: Option<i64>,
    pub index_container: Option<i64>,
    pub result: Option<String>,
    pub constraints_data: Option<ConstraintsData>,
}
impl Object for EntryResponse {
    const TAG: &'static str = "EntryResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "IndexRequest", &self.index_request);
        write_option(w, "IndexContainer", &self.index_container);
        write_option(w, "Result", &self.result);
        write_option(w, "ConstraintsData", &self.constraints_data);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "IndexRequest" => self.index_request = read_option(r)?,
            "IndexContainer" => self.index_container = read_option(r)?,
            "Result" => self.result = read_option(r)?,
            "ConstraintsData" => self.constraints_data = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PublicRequest {
    pub max_results: Option<i64>,
    pub device_udf: Option<String>,
    pub cataloged_device_digest: Option<String>,
    pub select: Vec<ConstraintsSelect>,
    pub constraints_post: Option<ConstraintsData>,
    pub account: Option<String>,
    pub capability: Option<String>,
    pub enveloped_profile_device: Option<Enveloped<ProfileDevice>>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for PublicRequest {
    const TAG: &'static str = "PublicRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "MaxResults", &self.max_results);
        write_option(w, "DeviceUDF", &self.device_udf);
        write_option(w, "CatalogedDeviceDigest", &self.cataloged_device_digest);
        write_list(w, "Select", &self.select);
        write_option(w, "ConstraintsPost", &self.constraints_post);
        write_option(w, "Account", &self.account);
        write_option(w, "Capability", &self.capability);
        write_option(w, "EnvelopedProfileDevice", &self.enveloped_profile_device);
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "MaxResults" => self.max_results = read_option(r)?,
            "DeviceUDF" => self.device_udf = read_option(r)?,
            "CatalogedDeviceDigest" => self.cataloged_device_digest = read_option(r)?,
            "Select" => self.select = read_list(r)?,
            "ConstraintsPost" => self.constraints_post = read_option(r)?,
            "Account" => self.account = read_option(r)?,
            "Capability" => self.capability = read_option(r)?,
            "EnvelopedProfileDevice" => self.enveloped_profile_device = read_option(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PostRequest {
    pub accounts: Vec<String>,
    pub messages: Vec<Enveloped<Message>>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for PostRequest {
    const TAG: &'static str = "PostRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "Accounts", &self.accounts);
        write_list(w, "Messages", &self.messages);
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Accounts" => self.accounts = read_list(r)?,
            "Messages" => self.messages = read_list(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PostResponse {
    pub bitmask: Option<Vec<u8>>,
    pub entries: Vec<EntryResponse>,
    pub constraints_data: Option<ConstraintsData>,
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for PostResponse {
    const TAG: &'static str = "PostResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Bitmask", &self.bitmask);
        write_list(w, "Entries", &self.entries);
        write_option(w, "ConstraintsData", &self.constraints_data);
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Bitmask" => self.bitmask = read_option(r)?,
            "Entries" => self.entries = read_list(r)?,
            "ConstraintsData" => self.constraints_data = read_option(r)?,
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClaimRequest {
    pub enveloped_message_claim: Option<Enveloped<MessageClaim>>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for ClaimRequest {
    const TAG: &'static str = "ClaimRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "EnvelopedMessageClaim", &self.enveloped_message_claim);
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedMessageClaim" => self.enveloped_message_claim = read_option(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClaimResponse {
    pub cataloged_publication: Option<CatalogedPublication>,
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for ClaimResponse {
    const TAG: &'static str = "ClaimResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "CatalogedPublication", &self.cataloged_publication);
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "CatalogedPublication" => self.cataloged_publication = read_option(r)?,
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PollClaimRequest {
    pub publication_id: Option<String>,
    pub target_account_address: Option<String>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for PollClaimRequest {
    const TAG: &'static str = "PollClaimRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "PublicationId", &self.publication_id);
        write_option(w, "TargetAccountAddress", &self.target_account_address);
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "PublicationId" => self.publication_id = read_option(r)?,
            "TargetAccountAddress" => self.target_account_address = read_option(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PollClaimResponse {
    pub enveloped_message: Option<Enveloped<Message>>,
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for PollClaimResponse {
    const TAG: &'static str = "PollClaimResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "EnvelopedMessage", &self.enveloped_message);
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedMessage" => self.enveloped_message = read_option(r)?,
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CryptographicOperationSign {
    pub data: Option<Vec<u8>>,
    pub partial_r: Option<Vec<u8>>,
    pub key_id: Option<String>,
    pub key_coefficient: Option<Vec<u8>>,
}
impl Object for CryptographicOperationSign {
    const TAG: &'static str = "CryptographicOperationSign";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Data", &self.data);
        write_option(w, "PartialR", &self.partial_r);
        write_option(w, "KeyId", &self.key_id);
        write_option(w, "KeyCoefficient", &self.key_coefficient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Data" => self.data = read_option(r)?,
            "PartialR" => self.partial_r = read_option(r)?,
            "KeyId" => self.key_id = read_option(r)?,
            "KeyCoefficient" => self.key_coefficient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CryptographicOperationKeyAgreement {
    pub public_key: Option<AnyKey>,
    pub key_id: Option<String>,
    pub key_coefficient: Option<Vec<u8>>,
}
impl Object for CryptographicOperationKeyAgreement {
    const TAG: &'static str = "CryptographicOperationKeyAgreement";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "PublicKey", &self.public_key);
        write_option(w, "KeyId", &self.key_id);
        write_option(w, "KeyCoefficient", &self.key_coefficient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "PublicKey" => self.public_key = read_option(r)?,
            "KeyId" => self.key_id = read_option(r)?,
            "KeyCoefficient" => self.key_coefficient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CryptographicOperationGenerate {
    pub key_id: Option<String>,
    pub key_coefficient: Option<Vec<u8>>,
}
impl Object for CryptographicOperationGenerate {
    const TAG: &'static str = "CryptographicOperationGenerate";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "KeyId", &self.key_id);
        write_option(w, "KeyCoefficient", &self.key_coefficient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "KeyId" => self.key_id = read_option(r)?,
            "KeyCoefficient" => self.key_coefficient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CryptographicOperationShare {
    pub threshold: Option<i64>,
    pub shares: Option<i64>,
    pub key_id: Option<String>,
    pub key_coefficient: Option<Vec<u8>>,
}
impl Object for CryptographicOperationShare {
    const TAG: &'static str = "CryptographicOperationShare";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Threshold", &self.threshold);
        write_option(w, "Shares", &self.shares);
        write_option(w, "KeyId", &self.key_id);
        write_option(w, "KeyCoefficient", &self.key_coefficient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Threshold" => self.threshold = read_option(r)?,
            "Shares" => self.shares = read_option(r)?,
            "KeyId" => self.key_id = read_option(r)?,
            "KeyCoefficient" => self.key_coefficient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CryptographicResult {
    pub error: Option<String>,
}
impl Object for CryptographicResult {
    const TAG: &'static str = "CryptographicResult";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Error", &self.error);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Error" => self.error = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CryptographicResultKeyAgreement {
    pub key_agreement: Option<AnyKeyAgreement>,
    pub error: Option<String>,
}
impl Object for CryptographicResultKeyAgreement {
    const TAG: &'static str = "CryptographicResultKeyAgreement";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "KeyAgreement", &self.key_agreement);
        write_option(w, "Error", &self.error);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "KeyAgreement" => self.key_agreement = read_option(r)?,
            "Error" => self.error = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CryptographicResultShare {
    pub error: Option<String>,
}
impl Object for CryptographicResultShare {
    const TAG: &'static str = "CryptographicResultShare";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Error", &self.error);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Error" => self.error = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OperateRequest {
    pub account_address: Option<String>,
    pub operations: Vec<AnyCryptographicOperation>,
    pub service: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for OperateRequest {
    const TAG: &'static str = "OperateRequest";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "AccountAddress", &self.account_address);
        write_list(w, "Operations", &self.operations);
        write_option(w, "Service", &self.service);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "AccountAddress" => self.account_address = read_option(r)?,
            "Operations" => self.operations = read_list(r)?,
            "Service" => self.service = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OperateResponse {
    pub results: Vec<AnyCryptographicResult>,
    pub status: Option<i64>,
    pub status_extended: Option<i64>,
    pub status_description: Option<String>,
    pub id: Option<Vec<u8>>,
}
impl Object for OperateResponse {
    const TAG: &'static str = "OperateResponse";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "Results", &self.results);
        write_option(w, "Status", &self.status);
        write_option(w, "StatusExtended", &self.status_extended);
        write_option(w, "StatusDescription", &self.status_description);
        write_option(w, "ID", &self.id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Results" => self.results = read_list(r)?,
            "Status" => self.status = read_option(r)?,
            "StatusExtended" => self.status_extended = read_option(r)?,
            "StatusDescription" => self.status_description = read_option(r)?,
            "ID" => self.id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyCryptographicOperation {
    CryptographicOperationSign(Box<CryptographicOperationSign>),
    CryptographicOperationKeyAgreement(Box<CryptographicOperationKeyAgreement>),
    CryptographicOperationGenerate(Box<CryptographicOperationGenerate>),
    CryptographicOperationShare(Box<CryptographicOperationShare>),
    Unknown(Unknown),
}
impl Tagged for AnyCryptographicOperation {
    fn tag(&self) -> &str {
        match self {
            Self::CryptographicOperationSign(_) => CryptographicOperationSign::TAG,
            Self::CryptographicOperationKeyAgreement(_) => CryptographicOperationKeyAgreement::TAG,
            Self::CryptographicOperationGenerate(_) => CryptographicOperationGenerate::TAG,
            Self::CryptographicOperationShare(_) => CryptographicOperationShare::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::CryptographicOperationSign(v) => v.encode(w),
            Self::CryptographicOperationKeyAgreement(v) => v.encode(w),
            Self::CryptographicOperationGenerate(v) => v.encode(w),
            Self::CryptographicOperationShare(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            CryptographicOperationSign::TAG => Self::CryptographicOperationSign(Decode::decode(r)?),
            CryptographicOperationKeyAgreement::TAG => {
                Self::CryptographicOperationKeyAgreement(Decode::decode(r)?)
            }
            CryptographicOperationGenerate::TAG => {
                Self::CryptographicOperationGenerate(Decode::decode(r)?)
            }
            CryptographicOperationShare::TAG => {
                Self::CryptographicOperationShare(Decode::decode(r)?)
            }
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyCryptographicOperation {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyCryptographicOperation {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<CryptographicOperationSign> for AnyCryptographicOperation {
    fn from(v: CryptographicOperationSign) -> Self {
        Self::CryptographicOperationSign(Box::new(v))
    }
}
impl From<CryptographicOperationKeyAgreement> for AnyCryptographicOperation {
    fn from(v: CryptographicOperationKeyAgreement) -> Self {
        Self::CryptographicOperationKeyAgreement(Box::new(v))
    }
}
impl From<CryptographicOperationGenerate> for AnyCryptographicOperation {
    fn from(v: CryptographicOperationGenerate) -> Self {
        Self::CryptographicOperationGenerate(Box::new(v))
    }
}
impl From<CryptographicOperationShare> for AnyCryptographicOperation {
    fn from(v: CryptographicOperationShare) -> Self {
        Self::CryptographicOperationShare(Box::new(v))
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyCryptographicResult {
    CryptographicResult(Box<CryptographicResult>),
    CryptographicResultKeyAgreement(Box<CryptographicResultKeyAgreement>),
    CryptographicResultShare(Box<CryptographicResultShare>),
    Unknown(Unknown),
}
impl Tagged for AnyCryptographicResult {
    fn tag(&self) -> &str {
        match self {
            Self::CryptographicResult(_) => CryptographicResult::TAG,
            Self::CryptographicResultKeyAgreement(_) => CryptographicResultKeyAgreement::TAG,
            Self::CryptographicResultShare(_) => CryptographicResultShare::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::CryptographicResult(v) => v.encode(w),
            Self::CryptographicResultKeyAgreement(v) => v.encode(w),
            Self::CryptographicResultShare(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            CryptographicResult::TAG => Self::CryptographicResult(Decode::decode(r)?),
            CryptographicResultKeyAgreement::TAG => {
                Self::CryptographicResultKeyAgreement(Decode::decode(r)?)
            }
            CryptographicResultShare::TAG => Self::CryptographicResultShare(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyCryptographicResult {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyCryptographicResult {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<CryptographicResult> for AnyCryptographicResult {
    fn from(v: CryptographicResult) -> Self {
        Self::CryptographicResult(Box::new(v))
    }
}
impl From<CryptographicResultKeyAgreement> for AnyCryptographicResult {
    fn from(v: CryptographicResultKeyAgreement) -> Self {
        Self::CryptographicResultKeyAgreement(Box::new(v))
    }
}
impl From<CryptographicResultShare> for AnyCryptographicResult {
    fn from(v: CryptographicResultShare) -> Self {
        Self::CryptographicResultShare(Box::new(v))
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyRequest {
    HelloRequest(Box<HelloRequest>),
    Unknown(Unknown),
}
impl Tagged for AnyRequest {
    fn tag(&self) -> &str {
        match self {
            Self::HelloRequest(_) => HelloRequest::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::HelloRequest(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            HelloRequest::TAG => Self::HelloRequest(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyRequest {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyRequest {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<HelloRequest> for AnyRequest {
    fn from(v: HelloRequest) -> Self {
        Self::HelloRequest(Box::new(v))
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyResponse {
    HelloResponse(Box<HelloResponse>),
    Unknown(Unknown),
}
impl Tagged for AnyResponse {
    fn tag(&self) -> &str {
        match self {
            Self::HelloResponse(_) => HelloResponse::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::HelloResponse(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            HelloResponse::TAG => Self::HelloResponse(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyResponse {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyResponse {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<HelloResponse> for AnyResponse {
    fn from(v: HelloResponse) -> Self {
        Self::HelloResponse(Box::new(v))
    }
}
use crate::caller::{AdminCaller, PublicCaller, UserCaller};
use crate::runtime as rt;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Hello,
    BindAccount,
    UnbindAccount,
    Connect,
    Complete,
    Status,
    Download,
    Transact,
    PublicRead,
    Post,
    Claim,
    PollClaim,
    Operate,
}
impl Operation {
    pub const ALL: [Self; 13] = [
        Self::Hello,
        Self::BindAccount,
        Self::UnbindAccount,
        Self::Connect,
        Self::Complete,
        Self::Status,
        Self::Download,
        Self::Transact,
        Self::PublicRead,
        Self::Post,
        Self::Claim,
        Self::PollClaim,
        Self::Operate,
    ];
    pub fn name(self) -> &'static str {
        match self {
            Self::Hello => "Hello",
            Self::BindAccount => "BindAccount",
            Self::UnbindAccount => "UnbindAccount",
            Self::Connect => "Connect",
            Self::Complete => "Complete",
            Self::Status => "Status",
            Self::Download => "Download",
            Self::Transact => "Transact",
            Self::PublicRead => "PublicRead",
            Self::Post => "Post",
            Self::Claim => "Claim",
            Self::PollClaim => "PollClaim",
            Self::Operate => "Operate",
        }
    }
    pub fn parse(t: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.name() == t)
    }
    pub fn access(self) -> rt::AccessClass {
        match self {
            Self::Hello => rt::AccessClass::Public,
            Self::BindAccount => rt::AccessClass::Admin,
            Self::UnbindAccount => rt::AccessClass::Admin,
            Self::Connect => rt::AccessClass::Public,
            Self::Complete => rt::AccessClass::User,
            Self::Status => rt::AccessClass::User,
            Self::Download => rt::AccessClass::User,
            Self::Transact => rt::AccessClass::User,
            Self::PublicRead => rt::AccessClass::Public,
            Self::Post => rt::AccessClass::Public,
            Self::Claim => rt::AccessClass::Public,
            Self::PollClaim => rt::AccessClass::Public,
            Self::Operate => rt::AccessClass::User,
        }
    }
}
pub trait MeshService {
    fn hello(
        &self,
        caller: &PublicCaller,
        request: MeshHelloRequest,
    ) -> Result<MeshHelloResponse, rt::Failure>;
    fn bind_account(
        &self,
        caller: &AdminCaller,
        request: BindRequest,
    ) -> Result<BindResponse, rt::Failure>;
    fn unbind_account(
        &self,
        caller: &AdminCaller,
        request: UnbindRequest,
    ) -> Result<UnbindResponse, rt::Failure>;
    fn connect(
        &self,
        caller: &PublicCaller,
        request: ConnectRequest,
    ) -> Result<ConnectResponse, rt::Failure>;
    fn complete(
        &self,
        caller: &UserCaller,
        request: CompleteRequest,
    ) -> Result<CompleteResponse, rt::Failure>;
    fn status(
        &self,
        caller: &UserCaller,
        request: StatusRequest,
    ) -> Result<StatusResponse, rt::Failure>;
    fn download(
        &self,
        caller: &UserCaller,
        request: DownloadRequest,
    ) -> Result<DownloadResponse, rt::Failure>;
    fn transact(
        &self,
        caller: &UserCaller,
        request: TransactRequest,
    ) -> Result<TransactResponse, rt::Failure>;
    fn public_read(
        &self,
        caller: &PublicCaller,
        request: PublicRequest,
    ) -> Result<DownloadResponse, rt::Failure>;
    fn post(
        &self,
        caller: &PublicCaller,
        request: PostRequest,
    ) -> Result<PostResponse, rt::Failure>;
    fn claim(
        &self,
        caller: &PublicCaller,
        request: ClaimRequest,
    ) -> Result<ClaimResponse, rt::Failure>;
    fn poll_claim(
        &self,
        caller: &PublicCaller,
        request: PollClaimRequest,
    ) -> Result<PollClaimResponse, rt::Failure>;
    fn operate(
        &self,
        caller: &UserCaller,
        request: OperateRequest,
    ) -> Result<OperateResponse, rt::Failure>;
}
pub trait MeshServiceSession {
    fn hello(&mut self, request: &MeshHelloRequest) -> Result<MeshHelloResponse, rt::Error>;
    fn bind_account(&mut self, request: &BindRequest) -> Result<BindResponse, rt::Error>;
    fn unbind_account(&mut self, request: &UnbindRequest) -> Result<UnbindResponse, rt::Error>;
    fn connect(&mut self, request: &ConnectRequest) -> Result<ConnectResponse, rt::Error>;
    fn complete(&mut self, request: &CompleteRequest) -> Result<CompleteResponse, rt::Error>;
    fn status(&mut self, request: &StatusRequest) -> Result<StatusResponse, rt::Error>;
    fn download(&mut self, request: &DownloadRequest) -> Result<DownloadResponse, rt::Error>;
    fn transact(&mut self, request: &TransactRequest) -> Result<TransactResponse, rt::Error>;
    fn public_read(&mut self, request: &PublicRequest) -> Result<DownloadResponse, rt::Error>;
    fn post(&mut self, request: &PostRequest) -> Result<PostResponse, rt::Error>;
    fn claim(&mut self, request: &ClaimRequest) -> Result<ClaimResponse, rt::Error>;
    fn poll_claim(&mut self, request: &PollClaimRequest) -> Result<PollClaimResponse, rt::Error>;
    fn operate(&mut self, request: &OperateRequest) -> Result<OperateResponse, rt::Error>;
}
pub struct MeshServiceClient<S> {
    session: S,
}
impl<S> MeshServiceClient<S> {
    pub fn new(session: S) -> Self {
        Self { session }
    }
    pub fn session(&self) -> &S {
        &self.session
    }
    pub fn session_mut(&mut self) -> &mut S {
        &mut self.session
    }
    pub fn into_inner(self) -> S {
        self.session
    }
}
impl<S: rt::Session> MeshServiceSession for MeshServiceClient<S> {
    fn hello(&mut self, request: &MeshHelloRequest) -> Result<MeshHelloResponse, rt::Error> {
        let mut w = Writer::new(Format::Json);
        write_tagged(&mut w, "Hello", |w| request.encode(w));
        let answer = self.session.exchange(&w.finish())?;
        let tag = read_tag(&answer)?;
        if tag != MeshHelloResponse::TAG {
            return Err(other_response(MeshHelloResponse::TAG, tag, &answer));
        }
        let response: MeshHelloResponse = from_tagged(&answer)?;
        rt::check_status(
            response.status,
            response.status_extended,
            response.status_description.as_deref(),
        )?;
        Ok(response)
    }
    fn bind_account(&mut self, request: &BindRequest) -> Result<BindResponse, rt::Error> {
        let mut w = Writer::new(Format::Json);
        write_tagged(&mut w, "BindAccount", |w| request.encode(w));
        let answer = self.session.exchange(&w.finish())?;
        let tag = read_tag(&answer)?;
        if tag != BindResponse::TAG {
            return Err(other_response(BindResponse::TAG, tag, &answer));
        }
        let response: BindResponse = from_tagged(&answer)?;
        rt::check_status(
            response.status,
            response.status_extended,
            response.status_description.as_deref(),
        )?;
        Ok(response)
    }
    fn unbind_account(&mut self, request: &UnbindRequest) -> Result<UnbindResponse, rt::Error> {
        let mut w = Writer::new(Format::Json);
        write_tagged(&mut w, "UnbindAccount", |w| request.encode(w));
        let answer = self.session.exchange(&w.finish())?;
        let tag = read_tag(&answer)?;
        if tag != UnbindResponse::TAG {
            return Err(other_response(UnbindResponse::TAG, tag, &answer));
        }
        let response: UnbindResponse = from_tagged(&answer)?;
        rt::check_status(
            response.status,
            response.status_extended,
            response.status_description.as_deref(),
        )?;
        Ok(response)
    }
    fn connect(&mut self, request: &ConnectRequest) -> Result<ConnectResponse, rt::Error> {
        let mut w = Writer::new(Format::Json);
        write_tagged(&mut w, "Connect", |w| request.encode(w));
        let answer = self.session.exchange(&w.finish())?;
        let tag = read_tag(&answer)?;
        if tag != ConnectResponse::TAG {
            return Err(other_response(ConnectResponse::TAG, tag, &answer));
        }
        let response: ConnectResponse = from_tagged(&answer)?;
        rt::check_status(
            response.status,
            response.status_extended,
            response.status_description.as_deref(),
        )?;
        Ok(response)
    }
    fn complete(&mut self, request: &CompleteRequest) -> Result<CompleteResponse, rt::Error> {
        let mut w = Writer::new(Format::Json);
        write_tagged(&mut w, "Complete", |w| request.encode(w));
        let answer = self.session.exchange(&w.finish())?;
        let tag = read_tag(&answer)?;
        if tag != CompleteResponse::TAG {
            return Err(other_response(CompleteResponse::TAG, tag, &answer));
        }
        let response: CompleteResponse = from_tagged(&answer)?;
        rt::check_status(
            response.status,
            response.status_extended,
            response.status_description.as_deref(),
        )?;
        Ok(response)
    }
    fn status(&mut self, request: &StatusRequest) -> Result<StatusResponse, rt::Error> {
        let mut w = Writer::new(Format::Json);
        write_tagged(&mut w, "Status", |w| request.encode(w));
        let answer = self.session.exchange(&w.finish())?;
        let tag = read_tag(&answer)?;
        if tag != StatusResponse::TAG {
            return Err(other_response(StatusResponse::TAG, tag, &answer));
        }
        let response: StatusResponse = from_tagged(&answer)?;
        rt::check_status(
            response.status,
            response.status_extended,
            response.status_description.as_deref(),
        )?;
        Ok(response)
    }
    fn download(&mut self, request: &DownloadRequest) -> Result<DownloadResponse, rt::Error> {
        let mut w = Writer::new(Format::Json);
        write_tagged(&mut w, "Download", |w| request.encode(w));
        let answer = self.session.exchange(&w.finish())?;
        let tag = read_tag(&answer)?;
        if tag != DownloadResponse::TAG {
            return Err(other_response(DownloadResponse::TAG, tag, &answer));
        }
        let response: DownloadResponse = from_tagged(&answer)?;
        rt::check_status(
            response.status,
            response.status_extended,
            response.status_description.as_deref(),
        )?;
        Ok(response)
    }
    fn transact(&mut self, request: &TransactRequest) -> Result<TransactResponse, rt::Error> {
        let mut w = Writer::new(Format::Json);
        write_tagged(&mut w, "Transact", |w| request.encode(w));
        let answer = self.session.exchange(&w.finish())?;
        let tag = read_tag(&answer)?;
        if tag != TransactResponse::TAG {
            return Err(other_response(TransactResponse::TAG, tag, &answer));
        }
        let response: TransactResponse = from_tagged(&answer)?;
        rt::check_status(
            response.status,
            response.status_extended,
            response.status_description.as_deref(),
        )?;
        Ok(response)
    }
    fn public_read(&mut self, request: &PublicRequest) -> Result<DownloadResponse, rt::Error> {
        let mut w = Writer::new(Format::Json);
        write_tagged(&mut w, "PublicRead", |w| request.encode(w));
        let answer = self.session.exchange(&w.finish())?;
        let tag = read_tag(&answer)?;
        if tag != DownloadResponse::TAG {
            return Err(other_response(DownloadResponse::TAG, tag, &answer));
        }
        let response: DownloadResponse = from_tagged(&answer)?;
        rt::check_status(
            response.status,
            response.status_extended,
            response.status_description.as_deref(),
        )?;
        Ok(response)
    }
    fn post(&mut self, request: &PostRequest) -> Result<PostResponse, rt::Error> {
        let mut w = Writer::new(Format::Json);
        write_tagged(&mut w, "Post", |w| request.encode(w));
        let answer = self.session.exchange(&w.finish())?;
        let tag = read_tag(&answer)?;
        if tag != PostResponse::TAG {
            return Err(other_response(PostResponse::TAG, tag, &answer));
        }
        let response: PostResponse = from_tagged(&answer)?;
        rt::check_status(
            response.status,
            response.status_extended,
            response.status_description.as_deref(),
        )?;
        Ok(response)
    }
    fn claim(&mut self, request: &ClaimRequest) -> Result<ClaimResponse, rt::Error> {
        let mut w = Writer::new(Format::Json);
        write_tagged(&mut w, "Claim", |w| request.encode(w));
        let answer = self.session.exchange(&w.finish())?;
        let tag = read_tag(&answer)?;
        if tag != ClaimResponse::TAG {
            return Err(other_response(ClaimResponse::TAG, tag, &answer));
        }
        let response: ClaimResponse = from_tagged(&answer)?;
        rt::check_status(
            response.status,
            response.status_extended,
            response.status_description.as_deref(),
        )?;
        Ok(response)
    }
    fn poll_claim(&mut self, request: &PollClaimRequest) -> Result<PollClaimResponse, rt::Error> {
        let mut w = Writer::new(Format::Json);
        write_tagged(&mut w, "PollClaim", |w| request.encode(w));
        let answer = self.session.exchange(&w.finish())?;
        let tag = read_tag(&answer)?;
        if tag != PollClaimResponse::TAG {
            return Err(other_response(PollClaimResponse::TAG, tag, &answer));
        }
        let response: PollClaimResponse = from_tagged(&answer)?;
        rt::check_status(
            response.status,
            response.status_extended,
            response.status_description.as_deref(),
        )?;
        Ok(response)
    }
    fn operate(&mut self, request: &OperateRequest) -> Result<OperateResponse, rt::Error> {
        let mut w = Writer::new(Format::Json);
        write_tagged(&mut w, "Operate", |w| request.encode(w));
        let answer = self.session.exchange(&w.finish())?;
        let tag = read_tag(&answer)?;
        if tag != OperateResponse::TAG {
            return Err(other_response(OperateResponse::TAG, tag, &answer));
        }
        let response: OperateResponse = from_tagged(&answer)?;
        rt::check_status(
            response.status,
            response.status_extended,
            response.status_description.as_deref(),
        )?;
        Ok(response)
    }
}
fn other_response(expected: &'static str, found: String, answer: &[u8]) -> rt::Error {
    if let Ok(r) = from_tagged::<StatusResponse>(answer) {
        if let Err(e) =
            rt::check_status(r.status, r.status_extended, r.status_description.as_deref())
        {
            return e;
        }
    }
    rt::Error::UnexpectedResponse { expected, found }
}
pub struct MeshServiceDirect<A, M> {
    auth: A,
    service: M,
}
impl<A, M> MeshServiceDirect<A, M> {
    pub fn new(auth: A, service: M) -> Self {
        Self { auth, service }
    }
}
impl<A: rt::Authenticate, M: MeshService> MeshServiceSession for MeshServiceDirect<A, M> {
    fn hello(&mut self, request: &MeshHelloRequest) -> Result<MeshHelloResponse, rt::Error> {
        let caller = self.auth.public(Operation::Hello)?;
        let mut response = self.service.hello(&caller, request.clone())?;
        rt::success(&mut response.status, &mut response.status_description);
        Ok(response)
    }
    fn bind_account(&mut self, request: &BindRequest) -> Result<BindResponse, rt::Error> {
        let caller = self.auth.admin(Operation::BindAccount)?;
        let mut response = self.service.bind_account(&caller, request.clone())?;
        rt::success(&mut response.status, &mut response.status_description);
        Ok(response)
    }
    fn unbind_account(&mut self, request: &UnbindRequest) -> Result<UnbindResponse, rt::Error> {
        let caller = self.auth.admin(Operation::UnbindAccount)?;
        let mut response = self.service.unbind_account(&caller, request.clone())?;
        rt::success(&mut response.status, &mut response.status_description);
        Ok(response)
    }
    fn connect(&mut self, request: &ConnectRequest) -> Result<ConnectResponse, rt::Error> {
        let caller = self.auth.public(Operation::Connect)?;
        let mut response = self.service.connect(&caller, request.clone())?;
        rt::success(&mut response.status, &mut response.status_description);
        Ok(response)
    }
    fn complete(&mut self, request: &CompleteRequest) -> Result<CompleteResponse, rt::Error> {
        let caller = self.auth.user(Operation::Complete)?;
        let mut response = self.service.complete(&caller, request.clone())?;
        rt::success(&mut response.status, &mut response.status_description);
        Ok(response)
    }
    fn status(&mut self, request: &StatusRequest) -> Result<StatusResponse, rt::Error> {
        let caller = self.auth.user(Operation::Status)?;
        let mut response = self.service.status(&caller, request.clone())?;
        rt::success(&mut response.status, &mut response.status_description);
        Ok(response)
    }
    fn download(&mut self, request: &DownloadRequest) -> Result<DownloadResponse, rt::Error> {
        let caller = self.auth.user(Operation::Download)?;
        let mut response = self.service.download(&caller, request.clone())?;
        rt::success(&mut response.status, &mut response.status_description);
        Ok(response)
    }
    fn transact(&mut self, request: &TransactRequest) -> Result<TransactResponse, rt::Error> {
        let caller = self.auth.user(Operation::Transact)?;
        let mut response = self.service.transact(&caller, request.clone())?;
        rt::success(&mut response.status, &mut response.status_description);
        Ok(response)
    }
    fn public_read(&mut self, request: &PublicRequest) -> Result<DownloadResponse, rt::Error> {
        let caller = self.auth.public(Operation::PublicRead)?;
        let mut response = self.service.public_read(&caller, request.clone())?;
        rt::success(&mut response.status, &mut response.status_description);
        Ok(response)
    }
    fn post(&mut self, request: &PostRequest) -> Result<PostResponse, rt::Error> {
        let caller = self.auth.public(Operation::Post)?;
        let mut response = self.service.post(&caller, request.clone())?;
        rt::success(&mut response.status, &mut response.status_description);
        Ok(response)
    }
    fn claim(&mut self, request: &ClaimRequest) -> Result<ClaimResponse, rt::Error> {
        let caller = self.auth.public(Operation::Claim)?;
        let mut response = self.service.claim(&caller, request.clone())?;
        rt::success(&mut response.status, &mut response.status_description);
        Ok(response)
    }
    fn poll_claim(&mut self, request: &PollClaimRequest) -> Result<PollClaimResponse, rt::Error> {
        let caller = self.auth.public(Operation::PollClaim)?;
        let mut response = self.service.poll_claim(&caller, request.clone())?;
        rt::success(&mut response.status, &mut response.status_description);
        Ok(response)
    }
    fn operate(&mut self, request: &OperateRequest) -> Result<OperateResponse, rt::Error> {
        let caller = self.auth.user(Operation::Operate)?;
        let mut response = self.service.operate(&caller, request.clone())?;
        rt::success(&mut response.status, &mut response.status_description);
        Ok(response)
    }
}
pub fn dispatch<A: rt::Authenticate, M: MeshService>(
    auth: &A,
    service: &M,
    payload: &[u8],
) -> Vec<u8> {
    let mut r = Reader::new(payload);
    let answer = read_tagged(&mut r, |tag, r| {
        Ok(match Operation::parse(tag) {
            Some(Operation::Hello) => {
                let request = <MeshHelloRequest as Decode>::decode(r)?;
                let result = auth
                    .public(Operation::Hello)
                    .and_then(|caller| service.hello(&caller, request));
                let response = match result {
                    Ok(mut response) => {
                        rt::success(&mut response.status, &mut response.status_description);
                        response
                    }
                    Err(failure) => MeshHelloResponse {
                        status: Some(failure.status()),
                        status_extended: Some(failure.extended()),
                        status_description: Some(failure.description()),
                        ..Default::default()
                    },
                };
                to_tagged_json_b(&response)
            }
            Some(Operation::BindAccount) => {
                let request = <BindRequest as Decode>::decode(r)?;
                let result = auth
                    .admin(Operation::BindAccount)
                    .and_then(|caller| service.bind_account(&caller, request));
                let response = match result {
                    Ok(mut response) => {
                        rt::success(&mut response.status, &mut response.status_description);
                        response
                    }
                    Err(failure) => BindResponse {
                        status: Some(failure.status()),
                        status_extended: Some(failure.extended()),
                        status_description: Some(failure.description()),
                        ..Default::default()
                    },
                };
                to_tagged_json_b(&response)
            }
            Some(Operation::UnbindAccount) => {
                let request = <UnbindRequest as Decode>::decode(r)?;
                let result = auth
                    .admin(Operation::UnbindAccount)
                    .and_then(|caller| service.unbind_account(&caller, request));
                let response = match result {
                    Ok(mut response) => {
                        rt::success(&mut response.status, &mut response.status_description);
                        response
                    }
                    Err(failure) => UnbindResponse {
                        status: Some(failure.status()),
                        status_extended: Some(failure.extended()),
                        status_description: Some(failure.description()),
                        ..Default::default()
                    },
                };
                to_tagged_json_b(&response)
            }
            Some(Operation::Connect) => {
                let request = <ConnectRequest as Decode>::decode(r)?;
                let result = auth
                    .public(Operation::Connect)
                    .and_then(|caller| service.connect(&caller, request));
                let response = match result {
                    Ok(mut response) => {
                        rt::success(&mut response.status, &mut response.status_description);
                        response
                    }
                    Err(failure) => ConnectResponse {
                        status: Some(failure.status()),
                        status_extended: Some(failure.extended()),
                        status_description: Some(failure.description()),
                        ..Default::default()
                    },
                };
                to_tagged_json_b(&response)
            }
            Some(Operation::Complete) => {
                let request = <CompleteRequest as Decode>::decode(r)?;
                let result = auth
                    .user(Operation::Complete)
                    .and_then(|caller| service.complete(&caller, request));
                let response = match result {
                    Ok(mut response) => {
                        rt::success(&mut response.status, &mut response.status_description);
                        response
                    }
                    Err(failure) => CompleteResponse {
                        status: Some(failure.status()),
                        status_extended: Some(failure.extended()),
                        status_description: Some(failure.description()),
                        ..Default::default()
                    },
                };
                to_tagged_json_b(&response)
            }
            Some(Operation::Status) => {
                let request = <StatusRequest as Decode>::decode(r)?;
                let result = auth
                    .user(Operation::Status)
                    .and_then(|caller| service.status(&caller, request));
                let response = match result {
                    Ok(mut response) => {
                        rt::success(&mut response.status, &mut response.status_description);
                        response
                    }
                    Err(failure) => StatusResponse {
                        status: Some(failure.status()),
                        status_extended: Some(failure.extended()),
                        status_description: Some(failure.description()),
                        ..Default::default()
                    },
                };
                to_tagged_json_b(&response)
            }
            Some(Operation::Download) => {
                let request = <DownloadRequest as Decode>::decode(r)?;
                let result = auth
                    .user(Operation::Download)
                    .and_then(|caller| service.download(&caller, request));
                let response = match result {
                    Ok(mut response) => {
                        rt::success(&mut response.status, &mut response.status_description);
                        response
                    }
                    Err(failure) => DownloadResponse {
                        status: Some(failure.status()),
                        status_extended: Some(failure.extended()),
                        status_description: Some(failure.description()),
                        ..Default::default()
                    },
                };
                to_tagged_json_b(&response)
            }
            Some(Operation::Transact) => {
                let request = <TransactRequest as Decode>::decode(r)?;
                let result = auth
                    .user(Operation::Transact)
                    .and_then(|caller| service.transact(&caller, request));
                let response = match result {
                    Ok(mut response) => {
                        rt::success(&mut response.status, &mut response.status_description);
                        response
                    }
                    Err(failure) => TransactResponse {
                        status: Some(failure.status()),
                        status_extended: Some(failure.extended()),
                        status_description: Some(failure.description()),
                        ..Default::default()
                    },
                };
                to_tagged_json_b(&response)
            }
            Some(Operation::PublicRead) => {
                let request = <PublicRequest as Decode>::decode(r)?;
                let result = auth
                    .public(Operation::PublicRead)
                    .and_then(|caller| service.public_read(&caller, request));
                let response = match result {
                    Ok(mut response) => {
                        rt::success(&mut response.status, &mut response.status_description);
                        response
                    }
                    Err(failure) => DownloadResponse {
                        status: Some(failure.status()),
                        status_extended: Some(failure.extended()),
                        status_description: Some(failure.description()),
                        ..Default::default()
                    },
                };
                to_tagged_json_b(&response)
            }
            Some(Operation::Post) => {
                let request = <PostRequest as Decode>::decode(r)?;
                let result = auth
                    .public(Operation::Post)
                    .and_then(|caller| service.post(&caller, request));
                let response = match result {
                    Ok(mut response) => {
                        rt::success(&mut response.status, &mut response.status_description);
                        response
                    }
                    Err(failure) => PostResponse {
                        status: Some(failure.status()),
                        status_extended: Some(failure.extended()),
                        status_description: Some(failure.description()),
                        ..Default::default()
                    },
                };
                to_tagged_json_b(&response)
            }
            Some(Operation::Claim) => {
                let request = <ClaimRequest as Decode>::decode(r)?;
                let result = auth
                    .public(Operation::Claim)
                    .and_then(|caller| service.claim(&caller, request));
                let response = match result {
                    Ok(mut response) => {
                        rt::success(&mut response.status, &mut response.status_description);
                        response
                    }
                    Err(failure) => ClaimResponse {
                        status: Some(failure.status()),
                        status_extended: Some(failure.extended()),
                        status_description: Some(failure.description()),
                        ..Default::default()
                    },
                };
                to_tagged_json_b(&response)
            }
            Some(Operation::PollClaim) => {
                let request = <PollClaimRequest as Decode>::decode(r)?;
                let result = auth
                    .public(Operation::PollClaim)
                    .and_then(|caller| service.poll_claim(&caller, request));
                let response = match result {
                    Ok(mut response) => {
                        rt::success(&mut response.status, &mut response.status_description);
                        response
                    }
                    Err(failure) => PollClaimResponse {
                        status: Some(failure.status()),
                        status_extended: Some(failure.extended()),
                        status_description: Some(failure.description()),
                        ..Default::default()
                    },
                };
                to_tagged_json_b(&response)
            }
            Some(Operation::Operate) => {
                let request = <OperateRequest as Decode>::decode(r)?;
                let result = auth
                    .user(Operation::Operate)
                    .and_then(|caller| service.operate(&caller, request));
                let response = match result {
                    Ok(mut response) => {
                        rt::success(&mut response.status, &mut response.status_description);
                        response
                    }
                    Err(failure) => OperateResponse {
                        status: Some(failure.status()),
                        status_extended: Some(failure.extended()),
                        status_description: Some(failure.description()),
                        ..Default::default()
                    },
                };
                to_tagged_json_b(&response)
            }
            None => failure(&rt::Failure::invalid("there is no such operation")),
        })
    });
    match answer {
        Ok(answer) => answer,
        Err(_) => failure(&rt::Failure::invalid("the request does not parse")),
    }
}
fn failure(failure: &rt::Failure) -> Vec<u8> {
    to_tagged_json_b(&StatusResponse {
        status: Some(failure.status()),
        status_extended: Some(failure.extended()),
        status_description: Some(failure.description()),
        ..Default::default()
    })
}
