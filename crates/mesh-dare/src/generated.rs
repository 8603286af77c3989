// SPDX-License-Identifier: MIT
//! temporary
#![allow(missing_docs, unused_imports, clippy::all)]
use crate::envelope::{Envelope, Enveloped};
use mesh_crypto::jose::*;
use mesh_jsonbcd::*;
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DareSignatureHeader {
    pub witness_value: Option<Vec<u8>>,
    pub payload_tag: Option<Vec<u8>>,
    pub payload_digest: Option<Vec<u8>>,
    pub chain_digest: Option<Vec<u8>>,
    pub apex_digest: Option<Vec<u8>>,
    pub digest_algorithm: Option<String>,
}
impl Object for DareSignatureHeader {
    const TAG: &'static str = "DareSignatureHeader";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "WitnessValue", &self.witness_value);
        write_option(w, "PayloadTag", &self.payload_tag);
        write_option(w, "PayloadDigest", &self.payload_digest);
        write_option(w, "ChainDigest", &self.chain_digest);
        write_option(w, "ApexDigest", &self.apex_digest);
        write_option(w, "dig", &self.digest_algorithm);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "WitnessValue" => self.witness_value = read_option(r)?,
            "PayloadTag" => self.payload_tag = read_option(r)?,
            "PayloadDigest" => self.payload_digest = read_option(r)?,
            "ChainDigest" => self.chain_digest = read_option(r)?,
            "ApexDigest" => self.apex_digest = read_option(r)?,
            "dig" => self.digest_algorithm = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DareTrailer {
    pub signatures: Vec<DareSignature>,
    pub sequence_signatures: Vec<DareSignature>,
    pub application_context_value: Option<Vec<u8>>,
    pub signed_data: Option<Vec<u8>>,
    pub sequence_signed_data: Option<Vec<u8>>,
    pub witness_value: Option<Vec<u8>>,
    pub payload_tag: Option<Vec<u8>>,
    pub payload_digest: Option<Vec<u8>>,
    pub chain_digest: Option<Vec<u8>>,
    pub apex_digest: Option<Vec<u8>>,
    pub digest_algorithm: Option<String>,
}
impl Object for DareTrailer {
    const TAG: &'static str = "DareTrailer";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "signatures", &self.signatures);
        write_list(w, "seqsignatures", &self.sequence_signatures);
        write_option(
            w,
            "ApplicationContextValue",
            &self.application_context_value,
        );
        write_option(w, "SignedData", &self.signed_data);
        write_option(w, "SequenceSignedData", &self.sequence_signed_data);
        write_option(w, "WitnessValue", &self.witness_value);
        write_option(w, "PayloadTag", &self.payload_tag);
        write_option(w, "PayloadDigest", &self.payload_digest);
        write_option(w, "ChainDigest", &self.chain_digest);
        write_option(w, "ApexDigest", &self.apex_digest);
        write_option(w, "dig", &self.digest_algorithm);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "signatures" => self.signatures = read_list(r)?,
            "seqsignatures" => self.sequence_signatures = read_list(r)?,
            "ApplicationContextValue" => self.application_context_value = read_option(r)?,
            "SignedData" => self.signed_data = read_option(r)?,
            "SequenceSignedData" => self.sequence_signed_data = read_option(r)?,
            "WitnessValue" => self.witness_value = read_option(r)?,
            "PayloadTag" => self.payload_tag = read_option(r)?,
            "PayloadDigest" => self.payload_digest = read_option(r)?,
            "ChainDigest" => self.chain_digest = read_option(r)?,
            "ApexDigest" => self.apex_digest = read_option(r)?,
            "dig" => self.digest_algorithm = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DareHeader {
    pub envelope_id: Option<String>,
    pub encryption_algorithm: Option<String>,
    pub key_identifier: Option<String>,
    pub salt: Option<Vec<u8>>,
    pub malt: Option<Vec<u8>>,
    pub cloaked: Option<Vec<u8>>,
    pub edss: Vec<Vec<u8>>,
    pub recipients: Vec<DareRecipient>,
    pub policy: Option<DarePolicy>,
    pub content_meta_data: Option<Vec<u8>>,
    pub sequence_info: Option<SequenceInfo>,
    pub sequence_index: Option<SequenceIndex>,
    pub received: Option<DateTime>,
    pub cover: Option<Vec<u8>>,
    pub bitmask: Option<Vec<u8>>,
    pub debug: Option<String>,
    pub signatures: Vec<DareSignature>,
    pub sequence_signatures: Vec<DareSignature>,
    pub application_context_value: Option<Vec<u8>>,
    pub signed_data: Option<Vec<u8>>,
    pub sequence_signed_data: Option<Vec<u8>>,
    pub witness_value: Option<Vec<u8>>,
    pub payload_tag: Option<Vec<u8>>,
    pub payload_digest: Option<Vec<u8>>,
    pub chain_digest: Option<Vec<u8>>,
    pub apex_digest: Option<Vec<u8>>,
    pub digest_algorithm: Option<String>,
}
impl Object for DareHeader {
    const TAG: &'static str = "DareHeader";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "EnvelopeId", &self.envelope_id);
        write_option(w, "enc", &self.encryption_algorithm);
        write_option(w, "kid", &self.key_identifier);
        write_option(w, "Salt", &self.salt);
        write_option(w, "Malt", &self.malt);
        write_option(w, "cloaked", &self.cloaked);
        write_list(w, "annotations", &self.edss);
        write_list(w, "recipients", &self.recipients);
        write_option(w, "policy", &self.policy);
        write_option(w, "ContentMetaData", &self.content_meta_data);
        write_option(w, "SequenceInfo", &self.sequence_info);
        write_option(w, "SequenceIndex", &self.sequence_index);
        write_option(w, "Received", &self.received);
        write_option(w, "Cover", &self.cover);
        write_option(w, "Bitmask", &self.bitmask);
        write_option(w, "Debug", &self.debug);
        write_list(w, "signatures", &self.signatures);
        write_list(w, "seqsignatures", &self.sequence_signatures);
        write_option(
            w,
            "ApplicationContextValue",
            &self.application_context_value,
        );
        write_option(w, "SignedData", &self.signed_data);
        write_option(w, "SequenceSignedData", &self.sequence_signed_data);
        write_option(w, "WitnessValue", &self.witness_value);
        write_option(w, "PayloadTag", &self.payload_tag);
        write_option(w, "PayloadDigest", &self.payload_digest);
        write_option(w, "ChainDigest", &self.chain_digest);
        write_option(w, "ApexDigest", &self.apex_digest);
        write_option(w, "dig", &self.digest_algorithm);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopeId" => self.envelope_id = read_option(r)?,
            "enc" => self.encryption_algorithm = read_option(r)?,
            "kid" => self.key_identifier = read_option(r)?,
            "Salt" => self.salt = read_option(r)?,
            "Malt" => self.malt = read_option(r)?,
            "cloaked" => self.cloaked = read_option(r)?,
            "annotations" => self.edss = read_list(r)?,
            "recipients" => self.recipients = read_list(r)?,
            "policy" => self.policy = read_option(r)?,
            "ContentMetaData" => self.content_meta_data = read_option(r)?,
            "SequenceInfo" => self.sequence_info = read_option(r)?,
            "SequenceIndex" => self.sequence_index = read_option(r)?,
            "Received" => self.received = read_option(r)?,
            "Cover" => self.cover = read_option(r)?,
            "Bitmask" => self.bitmask = read_option(r)?,
            "Debug" => self.debug = read_option(r)?,
            "signatures" => self.signatures = read_list(r)?,
            "seqsignatures" => self.sequence_signatures = read_list(r)?,
            "ApplicationContextValue" => self.application_context_value = read_option(r)?,
            "SignedData" => self.signed_data = read_option(r)?,
            "SequenceSignedData" => self.sequence_signed_data = read_option(r)?,
            "WitnessValue" => self.witness_value = read_option(r)?,
            "PayloadTag" => self.payload_tag = read_option(r)?,
            "PayloadDigest" => self.payload_digest = read_option(r)?,
            "ChainDigest" => self.chain_digest = read_option(r)?,
            "ApexDigest" => self.apex_digest = read_option(r)?,
            "dig" => self.digest_algorithm = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContentMeta {
    pub unique_id: Option<String>,
    pub labels: Vec<String>,
    pub key_values: Vec<KeyValue>,
    pub message_type: Option<String>,
    pub content_type: Option<String>,
    pub paths: Vec<String>,
    pub filename: Option<String>,
    pub event: Option<String>,
    pub created: Option<DateTime>,
    pub modified: Option<DateTime>,
    pub expire: Option<DateTime>,
    pub first: Option<i64>,
    pub previous: Option<i64>,
    pub file_entry: Option<FileEntry>,
}
impl Object for ContentMeta {
    const TAG: &'static str = "ContentMeta";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "UniqueId", &self.unique_id);
        write_list(w, "Labels", &self.labels);
        write_list(w, "KeyValues", &self.key_values);
        write_option(w, "MessageType", &self.message_type);
        write_option(w, "cty", &self.content_type);
        write_list(w, "Paths", &self.paths);
        write_option(w, "Filename", &self.filename);
        write_option(w, "Event", &self.event);
        write_option(w, "Created", &self.created);
        write_option(w, "Modified", &self.modified);
        write_option(w, "Expire", &self.expire);
        write_option(w, "First", &self.first);
        write_option(w, "Previous", &self.previous);
        write_option(w, "FileEntry", &self.file_entry);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "UniqueId" => self.unique_id = read_option(r)?,
            "Labels" => self.labels = read_list(r)?,
            "KeyValues" => self.key_values = read_list(r)?,
            "MessageType" => self.message_type = read_option(r)?,
            "cty" => self.content_type = read_option(r)?,
            "Paths" => self.paths = read_list(r)?,
            "Filename" => self.filename = read_option(r)?,
            "Event" => self.event = read_option(r)?,
            "Created" => self.created = read_option(r)?,
            "Modified" => self.modified = read_option(r)?,
            "Expire" => self.expire = read_option(r)?,
            "First" => self.first = read_option(r)?,
            "Previous" => self.previous = read_option(r)?,
            "FileEntry" => self.file_entry = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DareSignature {
    pub dig: Option<String>,
    pub alg: Option<String>,
    pub key_identifier: Option<String>,
    pub certificate: Option<X509Certificate>,
    pub path: Option<X509Certificate>,
    pub manifest: Option<Vec<u8>>,
    pub signature_key: Option<AnyKey>,
    pub signature_value: Option<Vec<u8>>,
}
impl Object for DareSignature {
    const TAG: &'static str = "DareSignature";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "dig", &self.dig);
        write_option(w, "alg", &self.alg);
        write_option(w, "kid", &self.key_identifier);
        write_option(w, "cert", &self.certificate);
        write_option(w, "path", &self.path);
        write_option(w, "Manifest", &self.manifest);
        write_option(w, "SignatureKey", &self.signature_key);
        write_option(w, "signature", &self.signature_value);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "dig" => self.dig = read_option(r)?,
            "alg" => self.alg = read_option(r)?,
            "kid" => self.key_identifier = read_option(r)?,
            "cert" => self.certificate = read_option(r)?,
            "path" => self.path = read_option(r)?,
            "Manifest" => self.manifest = read_option(r)?,
            "SignatureKey" => self.signature_key = read_option(r)?,
            "signature" => self.signature_value = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IntervalSignature {
    pub index: Option<i64>,
    pub envelopes: Option<SignedEnvelope>,
}
impl Object for IntervalSignature {
    const TAG: &'static str = "IntervalSignature";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Index", &self.index);
        write_option(w, "Envelopes", &self.envelopes);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Index" => self.index = read_option(r)?,
            "Envelopes" => self.envelopes = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SignedEnvelope {
    pub index: Option<i64>,
    pub digest: Vec<Vec<u8>>,
}
impl Object for SignedEnvelope {
    const TAG: &'static str = "SignedEnvelope";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Index", &self.index);
        write_list(w, "Digest", &self.digest);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Index" => self.index = read_option(r)?,
            "Digest" => self.digest = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct X509Certificate {
    pub x5u: Option<String>,
    pub x5: Option<Vec<u8>>,
}
impl Object for X509Certificate {
    const TAG: &'static str = "X509Certificate";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "x5u", &self.x5u);
        write_option(w, "x5c", &self.x5);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "x5u" => self.x5u = read_option(r)?,
            "x5c" => self.x5 = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DareRecipient {
    pub key_identifier: Option<String>,
    pub key_wrap_derivation: Option<String>,
    pub epk: Option<AnyKey>,
    pub ek: Option<Vec<u8>>,
    pub wrapped_base_seed: Option<Vec<u8>>,
}
impl Object for DareRecipient {
    const TAG: &'static str = "DareRecipient";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "kid", &self.key_identifier);
        write_option(w, "kwd", &self.key_wrap_derivation);
        write_option(w, "epk", &self.epk);
        write_option(w, "ek", &self.ek);
        write_option(w, "wmk", &self.wrapped_base_seed);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "kid" => self.key_identifier = read_option(r)?,
            "kwd" => self.key_wrap_derivation = read_option(r)?,
            "epk" => self.epk = read_option(r)?,
            "ek" => self.ek = read_option(r)?,
            "wmk" => self.wrapped_base_seed = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DarePolicy {
    pub public: Option<bool>,
    pub encryption_algorithm: Option<String>,
    pub digest_algorithm: Option<String>,
    pub encryption: Option<String>,
    pub signature: Option<String>,
    pub encrypt_keys: Vec<AnyKey>,
    pub sign_keys: Vec<AnyKey>,
    pub sealed: Option<bool>,
}
impl Object for DarePolicy {
    const TAG: &'static str = "DarePolicy";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Public", &self.public);
        write_option(w, "enc", &self.encryption_algorithm);
        write_option(w, "dig", &self.digest_algorithm);
        write_option(w, "Encryption", &self.encryption);
        write_option(w, "Signature", &self.signature);
        write_list(w, "EncryptKeys", &self.encrypt_keys);
        write_list(w, "SignKeys", &self.sign_keys);
        write_option(w, "Sealed", &self.sealed);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Public" => self.public = read_option(r)?,
            "enc" => self.encryption_algorithm = read_option(r)?,
            "dig" => self.digest_algorithm = read_option(r)?,
            "Encryption" => self.encryption = read_option(r)?,
            "Signature" => self.signature = read_option(r)?,
            "EncryptKeys" => self.encrypt_keys = read_list(r)?,
            "SignKeys" => self.sign_keys = read_list(r)?,
            "Sealed" => self.sealed = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileEntry {
    pub path: Option<String>,
    pub creation_time: Option<DateTime>,
    pub last_access_time: Option<DateTime>,
    pub last_write_time: Option<DateTime>,
    pub attributes: Option<i64>,
}
impl Object for FileEntry {
    const TAG: &'static str = "FileEntry";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Path", &self.path);
        write_option(w, "CreationTime", &self.creation_time);
        write_option(w, "LastAccessTime", &self.last_access_time);
        write_option(w, "LastWriteTime", &self.last_write_time);
        write_option(w, "Attributes", &self.attributes);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Path" => self.path = read_option(r)?,
            "CreationTime" => self.creation_time = read_option(r)?,
            "LastAccessTime" => self.last_access_time = read_option(r)?,
            "LastWriteTime" => self.last_write_time = read_option(r)?,
            "Attributes" => self.attributes = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Witness {
    pub id: Option<String>,
    pub issuer: Option<String>,
    pub apex: Option<Vec<u8>>,
    pub index: Option<i64>,
}
impl Object for Witness {
    const TAG: &'static str = "Witness";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Id", &self.id);
        write_option(w, "Issuer", &self.issuer);
        write_option(w, "Apex", &self.apex);
        write_option(w, "Index", &self.index);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Id" => self.id = read_option(r)?,
            "Issuer" => self.issuer = read_option(r)?,
            "Apex" => self.apex = read_option(r)?,
            "Index" => self.index = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proof {
    pub signed_witness: Option<Envelope>,
    pub hash: Option<Vec<u8>>,
    pub index: Option<i64>,
    pub path: Vec<Vec<u8>>,
}
impl Object for Proof {
    const TAG: &'static str = "Proof";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "SignedWitness", &self.signed_witness);
        write_option(w, "Hash", &self.hash);
        write_option(w, "Index", &self.index);
        write_list(w, "Path", &self.path);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "SignedWitness" => self.signed_witness = read_option(r)?,
            "Hash" => self.hash = read_option(r)?,
            "Index" => self.index = read_option(r)?,
            "Path" => self.path = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SequenceInfo {
    pub data_encoding: Option<String>,
    pub container_type: Option<String>,
    pub index: Option<i64>,
    pub is_meta: Option<bool>,
    pub default: Option<bool>,
    pub tree_position: Option<i64>,
    pub index_position: Option<i64>,
    pub exchange_position: Option<i64>,
}
impl Object for SequenceInfo {
    const TAG: &'static str = "SequenceInfo";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "DataEncoding", &self.data_encoding);
        write_option(w, "ContainerType", &self.container_type);
        write_option(w, "Index", &self.index);
        write_option(w, "IsMeta", &self.is_meta);
        write_option(w, "Default", &self.default);
        write_option(w, "TreePosition", &self.tree_position);
        write_option(w, "IndexPosition", &self.index_position);
        write_option(w, "ExchangePosition", &self.exchange_position);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "DataEncoding" => self.data_encoding = read_option(r)?,
            "ContainerType" => self.container_type = read_option(r)?,
            "Index" => self.index = read_option(r)?,
            "IsMeta" => self.is_meta = read_option(r)?,
            "Default" => self.default = read_option(r)?,
            "TreePosition" => self.tree_position = read_option(r)?,
            "IndexPosition" => self.index_position = read_option(r)?,
            "ExchangePosition" => self.exchange_position = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SequenceIndex {
    pub full: Option<bool>,
    pub positions: Vec<IndexPosition>,
}
impl Object for SequenceIndex {
    const TAG: &'static str = "SequenceIndex";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Full", &self.full);
        write_list(w, "Positions", &self.positions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Full" => self.full = read_option(r)?,
            "Positions" => self.positions = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndexPosition {
    pub index: Option<i64>,
    pub position: Option<i64>,
    pub unique_id: Option<String>,
}
impl Object for IndexPosition {
    const TAG: &'static str = "IndexPosition";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Index", &self.index);
        write_option(w, "Position", &self.position);
        write_option(w, "UniqueId", &self.unique_id);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Index" => self.index = read_option(r)?,
            "Position" => self.position = read_option(r)?,
            "UniqueId" => self.unique_id = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyValue {
    pub key: Option<String>,
    pub value: Option<String>,
}
impl Object for KeyValue {
    const TAG: &'static str = "KeyValue";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Key", &self.key);
        write_option(w, "Value", &self.value);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Key" => self.key = read_option(r)?,
            "Value" => self.value = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
