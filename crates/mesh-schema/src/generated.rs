// SPDX-License-Identifier: MIT
//! temporary
#![allow(missing_docs, unused_imports, clippy::all)]
use mesh_crypto::jose::*;
use mesh_dare::generated::*;
use mesh_dare::{Envelope, Enveloped};
use mesh_jsonbcd::*;
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyData {
    pub udf: Option<String>,
    pub x509_certificate: Option<Vec<u8>>,
    pub x509_chain: Vec<Vec<u8>>,
    pub x509_csr: Option<Vec<u8>>,
    pub not_before: Option<DateTime>,
    pub not_on_or_after: Option<DateTime>,
    pub public_parameters: Option<AnyKey>,
    pub private_parameters: Option<AnyKey>,
}
impl Object for KeyData {
    const TAG: &'static str = "KeyData";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Udf", &self.udf);
        write_option(w, "X509Certificate", &self.x509_certificate);
        write_list(w, "X509Chain", &self.x509_chain);
        write_option(w, "X509CSR", &self.x509_csr);
        write_option(w, "NotBefore", &self.not_before);
        write_option(w, "NotOnOrAfter", &self.not_on_or_after);
        write_option(w, "PublicParameters", &self.public_parameters);
        write_option(w, "PrivateParameters", &self.private_parameters);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Udf" => self.udf = read_option(r)?,
            "X509Certificate" => self.x509_certificate = read_option(r)?,
            "X509Chain" => self.x509_chain = read_list(r)?,
            "X509CSR" => self.x509_csr = read_option(r)?,
            "NotBefore" => self.not_before = read_option(r)?,
            "NotOnOrAfter" => self.not_on_or_after = read_option(r)?,
            "PublicParameters" => self.public_parameters = read_option(r)?,
            "PrivateParameters" => self.private_parameters = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyShare {
    pub public_primary: Option<AnyKey>,
    pub share: Option<AnyKey>,
    pub service_id: Option<String>,
    pub service_address: Option<String>,
    pub exportable: Option<bool>,
    pub kty: Option<String>,
    pub r#use: Option<String>,
    pub key_ops: Option<String>,
    pub k: Option<SecretBytes>,
    pub enc: Option<String>,
    pub dig: Option<String>,
    pub alg: Option<String>,
    pub kid: Option<String>,
    pub x5u: Option<String>,
    pub x5c: Option<Vec<u8>>,
    pub x5t: Option<Vec<u8>>,
    pub x5t_s256: Option<Vec<u8>>,
}
impl Object for KeyShare {
    const TAG: &'static str = "KeyShare";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "PublicPrimary", &self.public_primary);
        write_option(w, "Share", &self.share);
        write_option(w, "ServiceId", &self.service_id);
        write_option(w, "ServiceAddress", &self.service_address);
        write_option(w, "Exportable", &self.exportable);
        write_option(w, "kty", &self.kty);
        write_option(w, "use", &self.r#use);
        write_option(w, "key_ops", &self.key_ops);
        write_option(w, "k", &self.k);
        write_option(w, "enc", &self.enc);
        write_option(w, "dig", &self.dig);
        write_option(w, "alg", &self.alg);
        write_option(w, "kid", &self.kid);
        write_option(w, "x5u", &self.x5u);
        write_option(w, "x5c", &self.x5c);
        write_option(w, "x5t", &self.x5t);
        write_option(w, "x5t#S256", &self.x5t_s256);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "PublicPrimary" => self.public_primary = read_option(r)?,
            "Share" => self.share = read_option(r)?,
            "ServiceId" => self.service_id = read_option(r)?,
            "ServiceAddress" => self.service_address = read_option(r)?,
            "Exportable" => self.exportable = read_option(r)?,
            "kty" => self.kty = read_option(r)?,
            "use" => self.r#use = read_option(r)?,
            "key_ops" => self.key_ops = read_option(r)?,
            "k" => self.k = read_option(r)?,
            "enc" => self.enc = read_option(r)?,
            "dig" => self.dig = read_option(r)?,
            "alg" => self.alg = read_option(r)?,
            "kid" => self.kid = read_option(r)?,
            "x5u" => self.x5u = read_option(r)?,
            "x5c" => self.x5c = read_option(r)?,
            "x5t" => self.x5t = read_option(r)?,
            "x5t#S256" => self.x5t_s256 = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompositePrivate {
    pub device_key_udf: Option<String>,
    pub private_salt: Option<AnyKey>,
    pub service_share: Option<AnyKey>,
    pub exportable: Option<bool>,
    pub kty: Option<String>,
    pub r#use: Option<String>,
    pub key_ops: Option<String>,
    pub k: Option<SecretBytes>,
    pub enc: Option<String>,
    pub dig: Option<String>,
    pub alg: Option<String>,
    pub kid: Option<String>,
    pub x5u: Option<String>,
    pub x5c: Option<Vec<u8>>,
    pub x5t: Option<Vec<u8>>,
    pub x5t_s256: Option<Vec<u8>>,
}
impl Object for CompositePrivate {
    const TAG: &'static str = "CompositePrivate";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "DeviceKeyUdf", &self.device_key_udf);
        write_option(w, "PrivateSalt", &self.private_salt);
        write_option(w, "ServiceShare", &self.service_share);
        write_option(w, "Exportable", &self.exportable);
        write_option(w, "kty", &self.kty);
        write_option(w, "use", &self.r#use);
        write_option(w, "key_ops", &self.key_ops);
        write_option(w, "k", &self.k);
        write_option(w, "enc", &self.enc);
        write_option(w, "dig", &self.dig);
        write_option(w, "alg", &self.alg);
        write_option(w, "kid", &self.kid);
        write_option(w, "x5u", &self.x5u);
        write_option(w, "x5c", &self.x5c);
        write_option(w, "x5t", &self.x5t);
        write_option(w, "x5t#S256", &self.x5t_s256);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "DeviceKeyUdf" => self.device_key_udf = read_option(r)?,
            "PrivateSalt" => self.private_salt = read_option(r)?,
            "ServiceShare" => self.service_share = read_option(r)?,
            "Exportable" => self.exportable = read_option(r)?,
            "kty" => self.kty = read_option(r)?,
            "use" => self.r#use = read_option(r)?,
            "key_ops" => self.key_ops = read_option(r)?,
            "k" => self.k = read_option(r)?,
            "enc" => self.enc = read_option(r)?,
            "dig" => self.dig = read_option(r)?,
            "alg" => self.alg = read_option(r)?,
            "kid" => self.kid = read_option(r)?,
            "x5u" => self.x5u = read_option(r)?,
            "x5c" => self.x5c = read_option(r)?,
            "x5t" => self.x5t = read_option(r)?,
            "x5t#S256" => self.x5t_s256 = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activation {
    pub activation_key: Option<SecretString>,
    pub entries: Vec<ActivationEntry>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for Activation {
    const TAG: &'static str = "Activation";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "ActivationKey", &self.activation_key);
        write_list(w, "Entries", &self.entries);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "ActivationKey" => self.activation_key = read_option(r)?,
            "Entries" => self.entries = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActivationEntry {
    pub resource: Option<String>,
    pub key: Option<KeyData>,
    pub service_id: Option<String>,
    pub service_address: Option<String>,
}
impl Object for ActivationEntry {
    const TAG: &'static str = "ActivationEntry";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Resource", &self.resource);
        write_option(w, "Key", &self.key);
        write_option(w, "ServiceId", &self.service_id);
        write_option(w, "ServiceAddress", &self.service_address);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Resource" => self.resource = read_option(r)?,
            "Key" => self.key = read_option(r)?,
            "ServiceId" => self.service_id = read_option(r)?,
            "ServiceAddress" => self.service_address = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProfileDevice {
    pub encryption: Option<KeyData>,
    pub signature: Option<KeyData>,
    pub authentication: Option<KeyData>,
    pub description: Option<String>,
    pub root_udfs: Vec<Vec<u8>>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ProfileDevice {
    const TAG: &'static str = "ProfileDevice";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Encryption", &self.encryption);
        write_option(w, "Signature", &self.signature);
        write_option(w, "Authentication", &self.authentication);
        write_option(w, "Description", &self.description);
        write_list(w, "RootUdfs", &self.root_udfs);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Encryption" => self.encryption = read_option(r)?,
            "Signature" => self.signature = read_option(r)?,
            "Authentication" => self.authentication = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            "RootUdfs" => self.root_udfs = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProfileAccount {
    pub account_address: Option<String>,
    pub service_udf: Option<String>,
    pub escrow_encryption: Option<KeyData>,
    pub administrator_signature: Option<KeyData>,
    pub common_encryption: Option<KeyData>,
    pub common_authentication: Option<KeyData>,
    pub description: Option<String>,
    pub root_udfs: Vec<Vec<u8>>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ProfileAccount {
    const TAG: &'static str = "ProfileAccount";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "AccountAddress", &self.account_address);
        write_option(w, "ServiceUdf", &self.service_udf);
        write_option(w, "EscrowEncryption", &self.escrow_encryption);
        write_option(w, "AdministratorSignature", &self.administrator_signature);
        write_option(w, "CommonEncryption", &self.common_encryption);
        write_option(w, "CommonAuthentication", &self.common_authentication);
        write_option(w, "Description", &self.description);
        write_list(w, "RootUdfs", &self.root_udfs);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "AccountAddress" => self.account_address = read_option(r)?,
            "ServiceUdf" => self.service_udf = read_option(r)?,
            "EscrowEncryption" => self.escrow_encryption = read_option(r)?,
            "AdministratorSignature" => self.administrator_signature = read_option(r)?,
            "CommonEncryption" => self.common_encryption = read_option(r)?,
            "CommonAuthentication" => self.common_authentication = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            "RootUdfs" => self.root_udfs = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProfileUser {
    pub common_signature: Option<KeyData>,
    pub account_address: Option<String>,
    pub service_udf: Option<String>,
    pub escrow_encryption: Option<KeyData>,
    pub administrator_signature: Option<KeyData>,
    pub common_encryption: Option<KeyData>,
    pub common_authentication: Option<KeyData>,
    pub description: Option<String>,
    pub root_udfs: Vec<Vec<u8>>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ProfileUser {
    const TAG: &'static str = "ProfileUser";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "CommonSignature", &self.common_signature);
        write_option(w, "AccountAddress", &self.account_address);
        write_option(w, "ServiceUdf", &self.service_udf);
        write_option(w, "EscrowEncryption", &self.escrow_encryption);
        write_option(w, "AdministratorSignature", &self.administrator_signature);
        write_option(w, "CommonEncryption", &self.common_encryption);
        write_option(w, "CommonAuthentication", &self.common_authentication);
        write_option(w, "Description", &self.description);
        write_list(w, "RootUdfs", &self.root_udfs);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "CommonSignature" => self.common_signature = read_option(r)?,
            "AccountAddress" => self.account_address = read_option(r)?,
            "ServiceUdf" => self.service_udf = read_option(r)?,
            "EscrowEncryption" => self.escrow_encryption = read_option(r)?,
            "AdministratorSignature" => self.administrator_signature = read_option(r)?,
            "CommonEncryption" => self.common_encryption = read_option(r)?,
            "CommonAuthentication" => self.common_authentication = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            "RootUdfs" => self.root_udfs = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProfileGroup {
    pub cover: Option<Vec<u8>>,
    pub account_address: Option<String>,
    pub service_udf: Option<String>,
    pub escrow_encryption: Option<KeyData>,
    pub administrator_signature: Option<KeyData>,
    pub common_encryption: Option<KeyData>,
    pub common_authentication: Option<KeyData>,
    pub description: Option<String>,
    pub root_udfs: Vec<Vec<u8>>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ProfileGroup {
    const TAG: &'static str = "ProfileGroup";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Cover", &self.cover);
        write_option(w, "AccountAddress", &self.account_address);
        write_option(w, "ServiceUdf", &self.service_udf);
        write_option(w, "EscrowEncryption", &self.escrow_encryption);
        write_option(w, "AdministratorSignature", &self.administrator_signature);
        write_option(w, "CommonEncryption", &self.common_encryption);
        write_option(w, "CommonAuthentication", &self.common_authentication);
        write_option(w, "Description", &self.description);
        write_list(w, "RootUdfs", &self.root_udfs);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Cover" => self.cover = read_option(r)?,
            "AccountAddress" => self.account_address = read_option(r)?,
            "ServiceUdf" => self.service_udf = read_option(r)?,
            "EscrowEncryption" => self.escrow_encryption = read_option(r)?,
            "AdministratorSignature" => self.administrator_signature = read_option(r)?,
            "CommonEncryption" => self.common_encryption = read_option(r)?,
            "CommonAuthentication" => self.common_authentication = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            "RootUdfs" => self.root_udfs = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProfileService {
    pub service_authentication: Option<KeyData>,
    pub service_encryption: Option<KeyData>,
    pub service_signature: Option<KeyData>,
    pub description: Option<String>,
    pub root_udfs: Vec<Vec<u8>>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ProfileService {
    const TAG: &'static str = "ProfileService";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "ServiceAuthentication", &self.service_authentication);
        write_option(w, "ServiceEncryption", &self.service_encryption);
        write_option(w, "ServiceSignature", &self.service_signature);
        write_option(w, "Description", &self.description);
        write_list(w, "RootUdfs", &self.root_udfs);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "ServiceAuthentication" => self.service_authentication = read_option(r)?,
            "ServiceEncryption" => self.service_encryption = read_option(r)?,
            "ServiceSignature" => self.service_signature = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            "RootUdfs" => self.root_udfs = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProfileMeshService {
    pub service_authentication: Option<KeyData>,
    pub service_encryption: Option<KeyData>,
    pub service_signature: Option<KeyData>,
    pub description: Option<String>,
    pub root_udfs: Vec<Vec<u8>>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ProfileMeshService {
    const TAG: &'static str = "ProfileMeshService";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "ServiceAuthentication", &self.service_authentication);
        write_option(w, "ServiceEncryption", &self.service_encryption);
        write_option(w, "ServiceSignature", &self.service_signature);
        write_option(w, "Description", &self.description);
        write_list(w, "RootUdfs", &self.root_udfs);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "ServiceAuthentication" => self.service_authentication = read_option(r)?,
            "ServiceEncryption" => self.service_encryption = read_option(r)?,
            "ServiceSignature" => self.service_signature = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            "RootUdfs" => self.root_udfs = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProfileHost {
    pub encryption: Option<KeyData>,
    pub signature: Option<KeyData>,
    pub authentication: Option<KeyData>,
    pub description: Option<String>,
    pub root_udfs: Vec<Vec<u8>>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ProfileHost {
    const TAG: &'static str = "ProfileHost";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Encryption", &self.encryption);
        write_option(w, "Signature", &self.signature);
        write_option(w, "Authentication", &self.authentication);
        write_option(w, "Description", &self.description);
        write_list(w, "RootUdfs", &self.root_udfs);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Encryption" => self.encryption = read_option(r)?,
            "Signature" => self.signature = read_option(r)?,
            "Authentication" => self.authentication = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            "RootUdfs" => self.root_udfs = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connection {
    pub subject: Option<String>,
    pub authority: Option<String>,
    pub authentication: Option<KeyData>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for Connection {
    const TAG: &'static str = "Connection";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Subject", &self.subject);
        write_option(w, "Authority", &self.authority);
        write_option(w, "Authentication", &self.authentication);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Subject" => self.subject = read_option(r)?,
            "Authority" => self.authority = read_option(r)?,
            "Authentication" => self.authentication = read_option(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallsignBinding {
    pub canonical: Option<String>,
    pub display: Option<String>,
    pub character_page: Option<String>,
    pub profile_udf: Option<String>,
    pub transfer_udf: Option<String>,
    pub services: Vec<NamedService>,
    pub service_address: Option<String>,
    pub common_encryption: Option<KeyData>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for CallsignBinding {
    const TAG: &'static str = "CallsignBinding";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Canonical", &self.canonical);
        write_option(w, "Display", &self.display);
        write_option(w, "CharacterPage", &self.character_page);
        write_option(w, "ProfileUdf", &self.profile_udf);
        write_option(w, "TransferUdf", &self.transfer_udf);
        write_list(w, "Services", &self.services);
        write_option(w, "ServiceAddress", &self.service_address);
        write_option(w, "CommonEncryption", &self.common_encryption);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Canonical" => self.canonical = read_option(r)?,
            "Display" => self.display = read_option(r)?,
            "CharacterPage" => self.character_page = read_option(r)?,
            "ProfileUdf" => self.profile_udf = read_option(r)?,
            "TransferUdf" => self.transfer_udf = read_option(r)?,
            "Services" => self.services = read_list(r)?,
            "ServiceAddress" => self.service_address = read_option(r)?,
            "CommonEncryption" => self.common_encryption = read_option(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Accreditation {
    pub callsign: Option<String>,
    pub profile_udf: Option<String>,
    pub subject_names: Vec<String>,
    pub subject_logos: Vec<String>,
    pub issued: Option<DateTime>,
    pub expires: Option<DateTime>,
    pub policy: Option<String>,
    pub practice: Option<String>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for Accreditation {
    const TAG: &'static str = "Accreditation";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Callsign", &self.callsign);
        write_option(w, "ProfileUdf", &self.profile_udf);
        write_list(w, "SubjectNames", &self.subject_names);
        write_list(w, "SubjectLogos", &self.subject_logos);
        write_option(w, "Issued", &self.issued);
        write_option(w, "Expires", &self.expires);
        write_option(w, "Policy", &self.policy);
        write_option(w, "Practice", &self.practice);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Callsign" => self.callsign = read_option(r)?,
            "ProfileUdf" => self.profile_udf = read_option(r)?,
            "SubjectNames" => self.subject_names = read_list(r)?,
            "SubjectLogos" => self.subject_logos = read_list(r)?,
            "Issued" => self.issued = read_option(r)?,
            "Expires" => self.expires = read_option(r)?,
            "Policy" => self.policy = read_option(r)?,
            "Practice" => self.practice = read_option(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectionStripped {
    pub account: Option<String>,
    pub subject: Option<String>,
    pub authority: Option<String>,
    pub authentication: Option<KeyData>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ConnectionStripped {
    const TAG: &'static str = "ConnectionStripped";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Account", &self.account);
        write_option(w, "Subject", &self.subject);
        write_option(w, "Authority", &self.authority);
        write_option(w, "Authentication", &self.authentication);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Account" => self.account = read_option(r)?,
            "Subject" => self.subject = read_option(r)?,
            "Authority" => self.authority = read_option(r)?,
            "Authentication" => self.authentication = read_option(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectionService {
    pub profile_udf: Option<String>,
    pub subject: Option<String>,
    pub authority: Option<String>,
    pub authentication: Option<KeyData>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ConnectionService {
    const TAG: &'static str = "ConnectionService";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "ProfileUdf", &self.profile_udf);
        write_option(w, "Subject", &self.subject);
        write_option(w, "Authority", &self.authority);
        write_option(w, "Authentication", &self.authentication);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "ProfileUdf" => self.profile_udf = read_option(r)?,
            "Subject" => self.subject = read_option(r)?,
            "Authority" => self.authority = read_option(r)?,
            "Authentication" => self.authentication = read_option(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectionDevice {
    pub roles: Vec<String>,
    pub signature: Option<KeyData>,
    pub encryption: Option<KeyData>,
    pub profile_udf: Option<String>,
    pub subject: Option<String>,
    pub authority: Option<String>,
    pub authentication: Option<KeyData>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ConnectionDevice {
    const TAG: &'static str = "ConnectionDevice";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "Roles", &self.roles);
        write_option(w, "Signature", &self.signature);
        write_option(w, "Encryption", &self.encryption);
        write_option(w, "ProfileUdf", &self.profile_udf);
        write_option(w, "Subject", &self.subject);
        write_option(w, "Authority", &self.authority);
        write_option(w, "Authentication", &self.authentication);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Roles" => self.roles = read_list(r)?,
            "Signature" => self.signature = read_option(r)?,
            "Encryption" => self.encryption = read_option(r)?,
            "ProfileUdf" => self.profile_udf = read_option(r)?,
            "Subject" => self.subject = read_option(r)?,
            "Authority" => self.authority = read_option(r)?,
            "Authentication" => self.authentication = read_option(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectionApplication {
    pub subject: Option<String>,
    pub authority: Option<String>,
    pub authentication: Option<KeyData>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ConnectionApplication {
    const TAG: &'static str = "ConnectionApplication";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Subject", &self.subject);
        write_option(w, "Authority", &self.authority);
        write_option(w, "Authentication", &self.authentication);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Subject" => self.subject = read_option(r)?,
            "Authority" => self.authority = read_option(r)?,
            "Authentication" => self.authentication = read_option(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectionGroup {
    pub subject: Option<String>,
    pub authority: Option<String>,
    pub authentication: Option<KeyData>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ConnectionGroup {
    const TAG: &'static str = "ConnectionGroup";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Subject", &self.subject);
        write_option(w, "Authority", &self.authority);
        write_option(w, "Authentication", &self.authentication);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Subject" => self.subject = read_option(r)?,
            "Authority" => self.authority = read_option(r)?,
            "Authentication" => self.authentication = read_option(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountHostAssignment {
    pub account_addess: Option<String>,
    pub host_addresses: Vec<String>,
    pub access_encrypt: Option<KeyData>,
    pub callsign_service_profile: Option<ProfileAccount>,
    pub enveloped_profile_service: Option<Enveloped<ProfileService>>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for AccountHostAssignment {
    const TAG: &'static str = "AccountHostAssignment";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "AccountAddess", &self.account_addess);
        write_list(w, "HostAddresses", &self.host_addresses);
        write_option(w, "AccessEncrypt", &self.access_encrypt);
        write_option(w, "CallsignServiceProfile", &self.callsign_service_profile);
        write_option(
            w,
            "EnvelopedProfileService",
            &self.enveloped_profile_service,
        );
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "AccountAddess" => self.account_addess = read_option(r)?,
            "HostAddresses" => self.host_addresses = read_list(r)?,
            "AccessEncrypt" => self.access_encrypt = read_option(r)?,
            "CallsignServiceProfile" => self.callsign_service_profile = read_option(r)?,
            "EnvelopedProfileService" => self.enveloped_profile_service = read_option(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectionHost {
    pub subject: Option<String>,
    pub authority: Option<String>,
    pub authentication: Option<KeyData>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ConnectionHost {
    const TAG: &'static str = "ConnectionHost";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Subject", &self.subject);
        write_option(w, "Authority", &self.authority);
        write_option(w, "Authentication", &self.authentication);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Subject" => self.subject = read_option(r)?,
            "Authority" => self.authority = read_option(r)?,
            "Authentication" => self.authentication = read_option(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActivationAccount {
    pub account_udf: Option<String>,
    pub activation_key: Option<SecretString>,
    pub entries: Vec<ActivationEntry>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ActivationAccount {
    const TAG: &'static str = "ActivationAccount";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "AccountUdf", &self.account_udf);
        write_option(w, "ActivationKey", &self.activation_key);
        write_list(w, "Entries", &self.entries);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "AccountUdf" => self.account_udf = read_option(r)?,
            "ActivationKey" => self.activation_key = read_option(r)?,
            "Entries" => self.entries = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActivationHost {
    pub account_udf: Option<String>,
    pub activation_key: Option<SecretString>,
    pub entries: Vec<ActivationEntry>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ActivationHost {
    const TAG: &'static str = "ActivationHost";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "AccountUdf", &self.account_udf);
        write_option(w, "ActivationKey", &self.activation_key);
        write_list(w, "Entries", &self.entries);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "AccountUdf" => self.account_udf = read_option(r)?,
            "ActivationKey" => self.activation_key = read_option(r)?,
            "Entries" => self.entries = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActivationCommon {
    pub profile_signatures: Vec<KeyData>,
    pub administrator_signature: Option<KeyData>,
    pub encryption: Option<KeyData>,
    pub authentication: Option<KeyData>,
    pub signature: Option<KeyData>,
    pub activation_key: Option<SecretString>,
    pub entries: Vec<ActivationEntry>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ActivationCommon {
    const TAG: &'static str = "ActivationCommon";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "ProfileSignatures", &self.profile_signatures);
        write_option(w, "AdministratorSignature", &self.administrator_signature);
        write_option(w, "Encryption", &self.encryption);
        write_option(w, "Authentication", &self.authentication);
        write_option(w, "Signature", &self.signature);
        write_option(w, "ActivationKey", &self.activation_key);
        write_list(w, "Entries", &self.entries);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "ProfileSignatures" => self.profile_signatures = read_list(r)?,
            "AdministratorSignature" => self.administrator_signature = read_option(r)?,
            "Encryption" => self.encryption = read_option(r)?,
            "Authentication" => self.authentication = read_option(r)?,
            "Signature" => self.signature = read_option(r)?,
            "ActivationKey" => self.activation_key = read_option(r)?,
            "Entries" => self.entries = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActivationApplication {
    pub activation_key: Option<SecretString>,
    pub entries: Vec<ActivationEntry>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ActivationApplication {
    const TAG: &'static str = "ActivationApplication";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "ActivationKey", &self.activation_key);
        write_list(w, "Entries", &self.entries);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "ActivationKey" => self.activation_key = read_option(r)?,
            "Entries" => self.entries = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActivationApplicationSsh {
    pub client_key: Option<KeyData>,
    pub activation_key: Option<SecretString>,
    pub entries: Vec<ActivationEntry>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ActivationApplicationSsh {
    const TAG: &'static str = "ActivationApplicationSsh";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "ClientKey", &self.client_key);
        write_option(w, "ActivationKey", &self.activation_key);
        write_list(w, "Entries", &self.entries);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "ClientKey" => self.client_key = read_option(r)?,
            "ActivationKey" => self.activation_key = read_option(r)?,
            "Entries" => self.entries = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActivationApplicationMail {
    pub smime_sign: Option<KeyData>,
    pub smime_encrypt: Option<KeyData>,
    pub openpgp_sign: Option<KeyData>,
    pub openpgp_encrypt: Option<KeyData>,
    pub activation_key: Option<SecretString>,
    pub entries: Vec<ActivationEntry>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ActivationApplicationMail {
    const TAG: &'static str = "ActivationApplicationMail";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "SmimeSign", &self.smime_sign);
        write_option(w, "SmimeEncrypt", &self.smime_encrypt);
        write_option(w, "OpenpgpSign", &self.openpgp_sign);
        write_option(w, "OpenpgpEncrypt", &self.openpgp_encrypt);
        write_option(w, "ActivationKey", &self.activation_key);
        write_list(w, "Entries", &self.entries);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "SmimeSign" => self.smime_sign = read_option(r)?,
            "SmimeEncrypt" => self.smime_encrypt = read_option(r)?,
            "OpenpgpSign" => self.openpgp_sign = read_option(r)?,
            "OpenpgpEncrypt" => self.openpgp_encrypt = read_option(r)?,
            "ActivationKey" => self.activation_key = read_option(r)?,
            "Entries" => self.entries = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActivationApplicationGroup {
    pub account_encryption: Option<KeyData>,
    pub administrator_signature: Option<KeyData>,
    pub account_authentication: Option<KeyData>,
    pub enveloped_connection_service: Option<Enveloped<ConnectionService>>,
    pub activation_key: Option<SecretString>,
    pub entries: Vec<ActivationEntry>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ActivationApplicationGroup {
    const TAG: &'static str = "ActivationApplicationGroup";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "AccountEncryption", &self.account_encryption);
        write_option(w, "AdministratorSignature", &self.administrator_signature);
        write_option(w, "AccountAuthentication", &self.account_authentication);
        write_option(
            w,
            "EnvelopedConnectionService",
            &self.enveloped_connection_service,
        );
        write_option(w, "ActivationKey", &self.activation_key);
        write_list(w, "Entries", &self.entries);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "AccountEncryption" => self.account_encryption = read_option(r)?,
            "AdministratorSignature" => self.administrator_signature = read_option(r)?,
            "AccountAuthentication" => self.account_authentication = read_option(r)?,
            "EnvelopedConnectionService" => self.enveloped_connection_service = read_option(r)?,
            "ActivationKey" => self.activation_key = read_option(r)?,
            "Entries" => self.entries = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApplicationEntrySsh {
    pub enveloped_activation: Option<Enveloped<ActivationApplicationSsh>>,
    pub identifier: Option<String>,
}
impl Object for ApplicationEntrySsh {
    const TAG: &'static str = "ApplicationEntrySsh";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "EnvelopedActivation", &self.enveloped_activation);
        write_option(w, "Identifier", &self.identifier);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedActivation" => self.enveloped_activation = read_option(r)?,
            "Identifier" => self.identifier = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApplicationEntryGroup {
    pub enveloped_activation: Option<Enveloped<ActivationApplicationGroup>>,
    pub identifier: Option<String>,
}
impl Object for ApplicationEntryGroup {
    const TAG: &'static str = "ApplicationEntryGroup";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "EnvelopedActivation", &self.enveloped_activation);
        write_option(w, "Identifier", &self.identifier);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedActivation" => self.enveloped_activation = read_option(r)?,
            "Identifier" => self.identifier = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApplicationEntryMail {
    pub enveloped_activation: Option<Enveloped<ActivationApplicationMail>>,
    pub identifier: Option<String>,
}
impl Object for ApplicationEntryMail {
    const TAG: &'static str = "ApplicationEntryMail";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "EnvelopedActivation", &self.enveloped_activation);
        write_option(w, "Identifier", &self.identifier);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedActivation" => self.enveloped_activation = read_option(r)?,
            "Identifier" => self.identifier = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Anchor {
    pub udf: Option<String>,
    pub validation: Option<String>,
}
impl Object for Anchor {
    const TAG: &'static str = "Anchor";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Udf", &self.udf);
        write_option(w, "Validation", &self.validation);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Udf" => self.udf = read_option(r)?,
            "Validation" => self.validation = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaggedSource {
    pub local_name: Option<String>,
    pub validation: Option<String>,
    pub binary_source: Option<Vec<u8>>,
    pub enveloped_source: Option<Enveloped<ContactPerson>>,
}
impl Object for TaggedSource {
    const TAG: &'static str = "TaggedSource";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Validation", &self.validation);
        write_option(w, "BinarySource", &self.binary_source);
        write_option(w, "EnvelopedSource", &self.enveloped_source);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "LocalName" => self.local_name = read_option(r)?,
            "Validation" => self.validation = read_option(r)?,
            "BinarySource" => self.binary_source = read_option(r)?,
            "EnvelopedSource" => self.enveloped_source = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactGroup {
    pub id: Option<String>,
    pub local: Option<String>,
    pub anchors: Vec<Anchor>,
    pub network_addresses: Vec<AnyNetworkAddress>,
    pub locations: Vec<Location>,
    pub roles: Vec<Role>,
    pub bookmark: Vec<Bookmark>,
    pub sources: Vec<TaggedSource>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ContactGroup {
    const TAG: &'static str = "ContactGroup";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Id", &self.id);
        write_option(w, "Local", &self.local);
        write_list(w, "Anchors", &self.anchors);
        write_list(w, "NetworkAddresses", &self.network_addresses);
        write_list(w, "Locations", &self.locations);
        write_list(w, "Roles", &self.roles);
        write_list(w, "Bookmark", &self.bookmark);
        write_list(w, "Sources", &self.sources);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Id" => self.id = read_option(r)?,
            "Local" => self.local = read_option(r)?,
            "Anchors" => self.anchors = read_list(r)?,
            "NetworkAddresses" => self.network_addresses = read_list(r)?,
            "Locations" => self.locations = read_list(r)?,
            "Roles" => self.roles = read_list(r)?,
            "Bookmark" => self.bookmark = read_list(r)?,
            "Sources" => self.sources = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactPerson {
    pub common_names: Vec<PersonName>,
    pub id: Option<String>,
    pub local: Option<String>,
    pub anchors: Vec<Anchor>,
    pub network_addresses: Vec<AnyNetworkAddress>,
    pub locations: Vec<Location>,
    pub roles: Vec<Role>,
    pub bookmark: Vec<Bookmark>,
    pub sources: Vec<TaggedSource>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ContactPerson {
    const TAG: &'static str = "ContactPerson";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "CommonNames", &self.common_names);
        write_option(w, "Id", &self.id);
        write_option(w, "Local", &self.local);
        write_list(w, "Anchors", &self.anchors);
        write_list(w, "NetworkAddresses", &self.network_addresses);
        write_list(w, "Locations", &self.locations);
        write_list(w, "Roles", &self.roles);
        write_list(w, "Bookmark", &self.bookmark);
        write_list(w, "Sources", &self.sources);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "CommonNames" => self.common_names = read_list(r)?,
            "Id" => self.id = read_option(r)?,
            "Local" => self.local = read_option(r)?,
            "Anchors" => self.anchors = read_list(r)?,
            "NetworkAddresses" => self.network_addresses = read_list(r)?,
            "Locations" => self.locations = read_list(r)?,
            "Roles" => self.roles = read_list(r)?,
            "Bookmark" => self.bookmark = read_list(r)?,
            "Sources" => self.sources = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactOrganization {
    pub common_names: Vec<OrganizationName>,
    pub id: Option<String>,
    pub local: Option<String>,
    pub anchors: Vec<Anchor>,
    pub network_addresses: Vec<AnyNetworkAddress>,
    pub locations: Vec<Location>,
    pub roles: Vec<Role>,
    pub bookmark: Vec<Bookmark>,
    pub sources: Vec<TaggedSource>,
    pub names: Vec<String>,
    pub updated: Option<DateTime>,
    pub notary_token: Option<String>,
    pub conditions: Option<AnyCondition>,
}
impl Object for ContactOrganization {
    const TAG: &'static str = "ContactOrganization";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "CommonNames", &self.common_names);
        write_option(w, "Id", &self.id);
        write_option(w, "Local", &self.local);
        write_list(w, "Anchors", &self.anchors);
        write_list(w, "NetworkAddresses", &self.network_addresses);
        write_list(w, "Locations", &self.locations);
        write_list(w, "Roles", &self.roles);
        write_list(w, "Bookmark", &self.bookmark);
        write_list(w, "Sources", &self.sources);
        write_list(w, "Names", &self.names);
        write_option(w, "Updated", &self.updated);
        write_option(w, "NotaryToken", &self.notary_token);
        write_option(w, "Conditions", &self.conditions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "CommonNames" => self.common_names = read_list(r)?,
            "Id" => self.id = read_option(r)?,
            "Local" => self.local = read_option(r)?,
            "Anchors" => self.anchors = read_list(r)?,
            "NetworkAddresses" => self.network_addresses = read_list(r)?,
            "Locations" => self.locations = read_list(r)?,
            "Roles" => self.roles = read_list(r)?,
            "Bookmark" => self.bookmark = read_list(r)?,
            "Sources" => self.sources = read_list(r)?,
            "Names" => self.names = read_list(r)?,
            "Updated" => self.updated = read_option(r)?,
            "NotaryToken" => self.notary_token = read_option(r)?,
            "Conditions" => self.conditions = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrganizationName {
    pub inactive: Option<bool>,
    pub registered_name: Option<String>,
    pub dba: Option<String>,
}
impl Object for OrganizationName {
    const TAG: &'static str = "OrganizationName";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Inactive", &self.inactive);
        write_option(w, "RegisteredName", &self.registered_name);
        write_option(w, "DBA", &self.dba);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Inactive" => self.inactive = read_option(r)?,
            "RegisteredName" => self.registered_name = read_option(r)?,
            "DBA" => self.dba = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PersonName {
    pub inactive: Option<bool>,
    pub full_name: Option<String>,
    pub prefix: Option<String>,
    pub first: Option<String>,
    pub middle: Vec<String>,
    pub last: Option<String>,
    pub suffix: Option<String>,
    pub post_nominal: Option<String>,
}
impl Object for PersonName {
    const TAG: &'static str = "PersonName";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Inactive", &self.inactive);
        write_option(w, "FullName", &self.full_name);
        write_option(w, "Prefix", &self.prefix);
        write_option(w, "First", &self.first);
        write_list(w, "Middle", &self.middle);
        write_option(w, "Last", &self.last);
        write_option(w, "Suffix", &self.suffix);
        write_option(w, "PostNominal", &self.post_nominal);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Inactive" => self.inactive = read_option(r)?,
            "FullName" => self.full_name = read_option(r)?,
            "Prefix" => self.prefix = read_option(r)?,
            "First" => self.first = read_option(r)?,
            "Middle" => self.middle = read_list(r)?,
            "Last" => self.last = read_option(r)?,
            "Suffix" => self.suffix = read_option(r)?,
            "PostNominal" => self.post_nominal = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkAddress {
    pub inactive: Option<bool>,
    pub address: Option<String>,
    pub protocol: Option<String>,
}
impl Object for NetworkAddress {
    const TAG: &'static str = "NetworkAddress";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Inactive", &self.inactive);
        write_option(w, "Address", &self.address);
        write_option(w, "Protocol", &self.protocol);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Inactive" => self.inactive = read_option(r)?,
            "Address" => self.address = read_option(r)?,
            "Protocol" => self.protocol = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkCredential {
    pub r#type: Option<String>,
    pub credential: Option<SecretBytes>,
    pub inactive: Option<bool>,
    pub address: Option<String>,
    pub protocol: Option<String>,
}
impl Object for NetworkCredential {
    const TAG: &'static str = "NetworkCredential";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Type", &self.r#type);
        write_option(w, "Credential", &self.credential);
        write_option(w, "Inactive", &self.inactive);
        write_option(w, "Address", &self.address);
        write_option(w, "Protocol", &self.protocol);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Type" => self.r#type = read_option(r)?,
            "Credential" => self.credential = read_option(r)?,
            "Inactive" => self.inactive = read_option(r)?,
            "Address" => self.address = read_option(r)?,
            "Protocol" => self.protocol = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkProfile {
    pub enveloped_profile_account: Option<Enveloped<ProfileAccount>>,
    pub inactive: Option<bool>,
    pub address: Option<String>,
    pub protocol: Option<String>,
}
impl Object for NetworkProfile {
    const TAG: &'static str = "NetworkProfile";
    fn write_fields(&self, w: &mut Writer) {
        write_option(
            w,
            "EnvelopedProfileAccount",
            &self.enveloped_profile_account,
        );
        write_option(w, "Inactive", &self.inactive);
        write_option(w, "Address", &self.address);
        write_option(w, "Protocol", &self.protocol);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedProfileAccount" => self.enveloped_profile_account = read_option(r)?,
            "Inactive" => self.inactive = read_option(r)?,
            "Address" => self.address = read_option(r)?,
            "Protocol" => self.protocol = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkCapability {
    pub capabilities: Vec<AnyCryptographicCapability>,
    pub enveloped_profile_account: Option<Enveloped<ProfileAccount>>,
    pub inactive: Option<bool>,
    pub address: Option<String>,
    pub protocol: Option<String>,
}
impl Object for NetworkCapability {
    const TAG: &'static str = "NetworkCapability";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "Capabilities", &self.capabilities);
        write_option(
            w,
            "EnvelopedProfileAccount",
            &self.enveloped_profile_account,
        );
        write_option(w, "Inactive", &self.inactive);
        write_option(w, "Address", &self.address);
        write_option(w, "Protocol", &self.protocol);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Capabilities" => self.capabilities = read_list(r)?,
            "EnvelopedProfileAccount" => self.enveloped_profile_account = read_option(r)?,
            "Inactive" => self.inactive = read_option(r)?,
            "Address" => self.address = read_option(r)?,
            "Protocol" => self.protocol = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkProtocol {
    pub protocol: Option<String>,
}
impl Object for NetworkProtocol {
    const TAG: &'static str = "NetworkProtocol";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Protocol", &self.protocol);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Protocol" => self.protocol = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Role {
    pub organization_name: Option<String>,
    pub titles: Vec<String>,
    pub locations: Vec<Location>,
}
impl Object for Role {
    const TAG: &'static str = "Role";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "OrganizationName", &self.organization_name);
        write_list(w, "Titles", &self.titles);
        write_list(w, "Locations", &self.locations);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "OrganizationName" => self.organization_name = read_option(r)?,
            "Titles" => self.titles = read_list(r)?,
            "Locations" => self.locations = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Location {
    pub appartment: Option<String>,
    pub street: Option<String>,
    pub district: Option<String>,
    pub locality: Option<String>,
    pub county: Option<String>,
    pub postcode: Option<String>,
    pub country: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
}
impl Object for Location {
    const TAG: &'static str = "Location";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Appartment", &self.appartment);
        write_option(w, "Street", &self.street);
        write_option(w, "District", &self.district);
        write_option(w, "Locality", &self.locality);
        write_option(w, "County", &self.county);
        write_option(w, "Postcode", &self.postcode);
        write_option(w, "Country", &self.country);
        write_option(w, "Latitude", &self.latitude);
        write_option(w, "Longitude", &self.longitude);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Appartment" => self.appartment = read_option(r)?,
            "Street" => self.street = read_option(r)?,
            "District" => self.district = read_option(r)?,
            "Locality" => self.locality = read_option(r)?,
            "County" => self.county = read_option(r)?,
            "Postcode" => self.postcode = read_option(r)?,
            "Country" => self.country = read_option(r)?,
            "Latitude" => self.latitude = read_option(r)?,
            "Longitude" => self.longitude = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bookmark {
    pub uri: Option<String>,
    pub title: Option<String>,
    pub role: Vec<String>,
}
impl Object for Bookmark {
    const TAG: &'static str = "Bookmark";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Uri", &self.uri);
        write_option(w, "Title", &self.title);
        write_list(w, "Role", &self.role);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Uri" => self.uri = read_option(r)?,
            "Title" => self.title = read_option(r)?,
            "Role" => self.role = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reference {
    pub message_id: Option<String>,
    pub response_id: Option<String>,
    pub relationship: Option<String>,
}
impl Object for Reference {
    const TAG: &'static str = "Reference";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "ResponseId", &self.response_id);
        write_option(w, "Relationship", &self.relationship);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "MessageId" => self.message_id = read_option(r)?,
            "ResponseId" => self.response_id = read_option(r)?,
            "Relationship" => self.relationship = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Engagement {
    pub key: Option<String>,
    pub start: Option<DateTime>,
    pub finish: Option<DateTime>,
    pub start_travel: Option<String>,
    pub finish_travel: Option<String>,
    pub time_zone: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub location: Option<String>,
    pub trigger: Vec<String>,
    pub conference: Vec<String>,
    pub repeat: Option<String>,
    pub busy: Option<bool>,
}
impl Object for Engagement {
    const TAG: &'static str = "Engagement";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Key", &self.key);
        write_option(w, "Start", &self.start);
        write_option(w, "Finish", &self.finish);
        write_option(w, "StartTravel", &self.start_travel);
        write_option(w, "FinishTravel", &self.finish_travel);
        write_option(w, "TimeZone", &self.time_zone);
        write_option(w, "Title", &self.title);
        write_option(w, "Description", &self.description);
        write_option(w, "Location", &self.location);
        write_list(w, "Trigger", &self.trigger);
        write_list(w, "Conference", &self.conference);
        write_option(w, "Repeat", &self.repeat);
        write_option(w, "Busy", &self.busy);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Key" => self.key = read_option(r)?,
            "Start" => self.start = read_option(r)?,
            "Finish" => self.finish = read_option(r)?,
            "StartTravel" => self.start_travel = read_option(r)?,
            "FinishTravel" => self.finish_travel = read_option(r)?,
            "TimeZone" => self.time_zone = read_option(r)?,
            "Title" => self.title = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            "Location" => self.location = read_option(r)?,
            "Trigger" => self.trigger = read_list(r)?,
            "Conference" => self.conference = read_list(r)?,
            "Repeat" => self.repeat = read_option(r)?,
            "Busy" => self.busy = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkTask {
    pub dependency: Vec<String>,
    pub key: Option<String>,
    pub start: Option<DateTime>,
    pub finish: Option<DateTime>,
    pub start_travel: Option<String>,
    pub finish_travel: Option<String>,
    pub time_zone: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub location: Option<String>,
    pub trigger: Vec<String>,
    pub conference: Vec<String>,
    pub repeat: Option<String>,
    pub busy: Option<bool>,
}
impl Object for WorkTask {
    const TAG: &'static str = "WorkTask";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "Dependency", &self.dependency);
        write_option(w, "Key", &self.key);
        write_option(w, "Start", &self.start);
        write_option(w, "Finish", &self.finish);
        write_option(w, "StartTravel", &self.start_travel);
        write_option(w, "FinishTravel", &self.finish_travel);
        write_option(w, "TimeZone", &self.time_zone);
        write_option(w, "Title", &self.title);
        write_option(w, "Description", &self.description);
        write_option(w, "Location", &self.location);
        write_list(w, "Trigger", &self.trigger);
        write_list(w, "Conference", &self.conference);
        write_option(w, "Repeat", &self.repeat);
        write_option(w, "Busy", &self.busy);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Dependency" => self.dependency = read_list(r)?,
            "Key" => self.key = read_option(r)?,
            "Start" => self.start = read_option(r)?,
            "Finish" => self.finish = read_option(r)?,
            "StartTravel" => self.start_travel = read_option(r)?,
            "FinishTravel" => self.finish_travel = read_option(r)?,
            "TimeZone" => self.time_zone = read_option(r)?,
            "Title" => self.title = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            "Location" => self.location = read_option(r)?,
            "Trigger" => self.trigger = read_list(r)?,
            "Conference" => self.conference = read_list(r)?,
            "Repeat" => self.repeat = read_option(r)?,
            "Busy" => self.busy = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedDevice {
    pub updated: Option<DateTime>,
    pub udf: Option<String>,
    pub platform: Option<String>,
    pub device_udf: Option<String>,
    pub signature_udf: Option<String>,
    pub enveloped_profile_user: Option<Enveloped<ProfileAccount>>,
    pub enveloped_profile_device: Option<Enveloped<ProfileDevice>>,
    pub device_description: Option<DeviceDescription>,
    pub enveloped_connection_service: Option<Enveloped<ConnectionService>>,
    pub enveloped_connection_device: Option<Enveloped<ConnectionDevice>>,
    pub enveloped_activation_account: Option<Enveloped<ActivationAccount>>,
    pub enveloped_activation_common: Option<Enveloped<ActivationCommon>>,
    pub application_entries: Vec<AnyApplicationEntry>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedDevice {
    const TAG: &'static str = "CatalogedDevice";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Updated", &self.updated);
        write_option(w, "Udf", &self.udf);
        write_option(w, "Platform", &self.platform);
        write_option(w, "DeviceUdf", &self.device_udf);
        write_option(w, "SignatureUdf", &self.signature_udf);
        write_option(w, "EnvelopedProfileUser", &self.enveloped_profile_user);
        write_option(w, "EnvelopedProfileDevice", &self.enveloped_profile_device);
        write_option(w, "DeviceDescription", &self.device_description);
        write_option(
            w,
            "EnvelopedConnectionService",
            &self.enveloped_connection_service,
        );
        write_option(
            w,
            "EnvelopedConnectionDevice",
            &self.enveloped_connection_device,
        );
        write_option(
            w,
            "EnvelopedActivationAccount",
            &self.enveloped_activation_account,
        );
        write_option(
            w,
            "EnvelopedActivationCommon",
            &self.enveloped_activation_common,
        );
        write_list(w, "ApplicationEntries", &self.application_entries);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Updated" => self.updated = read_option(r)?,
            "Udf" => self.udf = read_option(r)?,
            "Platform" => self.platform = read_option(r)?,
            "DeviceUdf" => self.device_udf = read_option(r)?,
            "SignatureUdf" => self.signature_udf = read_option(r)?,
            "EnvelopedProfileUser" => self.enveloped_profile_user = read_option(r)?,
            "EnvelopedProfileDevice" => self.enveloped_profile_device = read_option(r)?,
            "DeviceDescription" => self.device_description = read_option(r)?,
            "EnvelopedConnectionService" => self.enveloped_connection_service = read_option(r)?,
            "EnvelopedConnectionDevice" => self.enveloped_connection_device = read_option(r)?,
            "EnvelopedActivationAccount" => self.enveloped_activation_account = read_option(r)?,
            "EnvelopedActivationCommon" => self.enveloped_activation_common = read_option(r)?,
            "ApplicationEntries" => self.application_entries = read_list(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeviceDescription {
    pub idiom: Option<String>,
    pub manufacturer: Option<String>,
    pub model: Option<String>,
    pub name: Option<String>,
    pub platform: Option<String>,
    pub version: Option<String>,
    pub image_locator: Option<String>,
}
impl Object for DeviceDescription {
    const TAG: &'static str = "DeviceDescription";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Idiom", &self.idiom);
        write_option(w, "Manufacturer", &self.manufacturer);
        write_option(w, "Model", &self.model);
        write_option(w, "Name", &self.name);
        write_option(w, "Platform", &self.platform);
        write_option(w, "Version", &self.version);
        write_option(w, "ImageLocator", &self.image_locator);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Idiom" => self.idiom = read_option(r)?,
            "Manufacturer" => self.manufacturer = read_option(r)?,
            "Model" => self.model = read_option(r)?,
            "Name" => self.name = read_option(r)?,
            "Platform" => self.platform = read_option(r)?,
            "Version" => self.version = read_option(r)?,
            "ImageLocator" => self.image_locator = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedSignature {
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedSignature {
    const TAG: &'static str = "CatalogedSignature";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedDocument {
    pub udf: Option<String>,
    pub filename: Option<String>,
    pub title: Option<String>,
    pub version: Option<String>,
    pub uri: Option<String>,
    pub content_type: Option<String>,
    pub encoding: Option<String>,
    pub created: Option<DateTime>,
    pub updated: Option<DateTime>,
    pub length: Option<i64>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedDocument {
    const TAG: &'static str = "CatalogedDocument";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Udf", &self.udf);
        write_option(w, "Filename", &self.filename);
        write_option(w, "Title", &self.title);
        write_option(w, "Version", &self.version);
        write_option(w, "URI", &self.uri);
        write_option(w, "ContentType", &self.content_type);
        write_option(w, "Encoding", &self.encoding);
        write_option(w, "Created", &self.created);
        write_option(w, "Updated", &self.updated);
        write_option(w, "Length", &self.length);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Udf" => self.udf = read_option(r)?,
            "Filename" => self.filename = read_option(r)?,
            "Title" => self.title = read_option(r)?,
            "Version" => self.version = read_option(r)?,
            "URI" => self.uri = read_option(r)?,
            "ContentType" => self.content_type = read_option(r)?,
            "Encoding" => self.encoding = read_option(r)?,
            "Created" => self.created = read_option(r)?,
            "Updated" => self.updated = read_option(r)?,
            "Length" => self.length = read_option(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedPublication {
    pub id: Option<String>,
    pub authenticator: Option<SecretString>,
    pub enveloped_data: Option<Envelope>,
    pub not_on_or_after: Option<DateTime>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedPublication {
    const TAG: &'static str = "CatalogedPublication";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Id", &self.id);
        write_option(w, "Authenticator", &self.authenticator);
        write_option(w, "EnvelopedData", &self.enveloped_data);
        write_option(w, "NotOnOrAfter", &self.not_on_or_after);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Id" => self.id = read_option(r)?,
            "Authenticator" => self.authenticator = read_option(r)?,
            "EnvelopedData" => self.enveloped_data = read_option(r)?,
            "NotOnOrAfter" => self.not_on_or_after = read_option(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedCredential {
    pub protocol: Option<String>,
    pub service: Option<String>,
    pub username: Option<String>,
    pub password: Option<SecretString>,
    pub client_authentication: Vec<KeyData>,
    pub host_authentication: Vec<KeyData>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedCredential {
    const TAG: &'static str = "CatalogedCredential";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Protocol", &self.protocol);
        write_option(w, "Service", &self.service);
        write_option(w, "Username", &self.username);
        write_option(w, "Password", &self.password);
        write_list(w, "ClientAuthentication", &self.client_authentication);
        write_list(w, "HostAuthentication", &self.host_authentication);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Protocol" => self.protocol = read_option(r)?,
            "Service" => self.service = read_option(r)?,
            "Username" => self.username = read_option(r)?,
            "Password" => self.password = read_option(r)?,
            "ClientAuthentication" => self.client_authentication = read_list(r)?,
            "HostAuthentication" => self.host_authentication = read_list(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedNetwork {
    pub protocol: Option<String>,
    pub service: Option<String>,
    pub username: Option<String>,
    pub password: Option<SecretString>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedNetwork {
    const TAG: &'static str = "CatalogedNetwork";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Protocol", &self.protocol);
        write_option(w, "Service", &self.service);
        write_option(w, "Username", &self.username);
        write_option(w, "Password", &self.password);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Protocol" => self.protocol = read_option(r)?,
            "Service" => self.service = read_option(r)?,
            "Username" => self.username = read_option(r)?,
            "Password" => self.password = read_option(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedContact {
    pub key: Option<String>,
    pub self_: Option<bool>,
    pub contact: Option<AnyContact>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedContact {
    const TAG: &'static str = "CatalogedContact";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Key", &self.key);
        write_option(w, "Self", &self.self_);
        write_option(w, "Contact", &self.contact);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Key" => self.key = read_option(r)?,
            "Self" => self.self_ = read_option(r)?,
            "Contact" => self.contact = read_option(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedAccess {
    pub capability: Option<AnyCapability>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedAccess {
    const TAG: &'static str = "CatalogedAccess";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Capability", &self.capability);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Capability" => self.capability = read_option(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NullCapability {
    pub id: Option<String>,
    pub active: Option<bool>,
    pub issued: Option<i64>,
    pub mode: Option<String>,
    pub udf: Option<String>,
    pub witness: Option<String>,
}
impl Object for NullCapability {
    const TAG: &'static str = "NullCapability";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Id", &self.id);
        write_option(w, "Active", &self.active);
        write_option(w, "Issued", &self.issued);
        write_option(w, "Mode", &self.mode);
        write_option(w, "Udf", &self.udf);
        write_option(w, "Witness", &self.witness);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Id" => self.id = read_option(r)?,
            "Active" => self.active = read_option(r)?,
            "Issued" => self.issued = read_option(r)?,
            "Mode" => self.mode = read_option(r)?,
            "Udf" => self.udf = read_option(r)?,
            "Witness" => self.witness = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccessCapability {
    pub rights: Vec<String>,
    pub enveloped_cataloged_device: Option<Enveloped<CatalogedDevice>>,
    pub cataloged_device_digest: Option<String>,
    pub id: Option<String>,
    pub active: Option<bool>,
    pub issued: Option<i64>,
    pub mode: Option<String>,
    pub udf: Option<String>,
    pub witness: Option<String>,
}
impl Object for AccessCapability {
    const TAG: &'static str = "AccessCapability";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "Rights", &self.rights);
        write_option(
            w,
            "EnvelopedCatalogedDevice",
            &self.enveloped_cataloged_device,
        );
        write_option(w, "CatalogedDeviceDigest", &self.cataloged_device_digest);
        write_option(w, "Id", &self.id);
        write_option(w, "Active", &self.active);
        write_option(w, "Issued", &self.issued);
        write_option(w, "Mode", &self.mode);
        write_option(w, "Udf", &self.udf);
        write_option(w, "Witness", &self.witness);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Rights" => self.rights = read_list(r)?,
            "EnvelopedCatalogedDevice" => self.enveloped_cataloged_device = read_option(r)?,
            "CatalogedDeviceDigest" => self.cataloged_device_digest = read_option(r)?,
            "Id" => self.id = read_option(r)?,
            "Active" => self.active = read_option(r)?,
            "Issued" => self.issued = read_option(r)?,
            "Mode" => self.mode = read_option(r)?,
            "Udf" => self.udf = read_option(r)?,
            "Witness" => self.witness = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PublicationCapability {
    pub identifier: Option<String>,
    pub digest: Option<String>,
    pub data: Option<Vec<u8>>,
    pub id: Option<String>,
    pub active: Option<bool>,
    pub issued: Option<i64>,
    pub mode: Option<String>,
    pub udf: Option<String>,
    pub witness: Option<String>,
}
impl Object for PublicationCapability {
    const TAG: &'static str = "PublicationCapability";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Identifier", &self.identifier);
        write_option(w, "Digest", &self.digest);
        write_option(w, "Data", &self.data);
        write_option(w, "Id", &self.id);
        write_option(w, "Active", &self.active);
        write_option(w, "Issued", &self.issued);
        write_option(w, "Mode", &self.mode);
        write_option(w, "Udf", &self.udf);
        write_option(w, "Witness", &self.witness);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Identifier" => self.identifier = read_option(r)?,
            "Digest" => self.digest = read_option(r)?,
            "Data" => self.data = read_option(r)?,
            "Id" => self.id = read_option(r)?,
            "Active" => self.active = read_option(r)?,
            "Issued" => self.issued = read_option(r)?,
            "Mode" => self.mode = read_option(r)?,
            "Udf" => self.udf = read_option(r)?,
            "Witness" => self.witness = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CapabilityDecrypt {
    pub key_data: Option<KeyData>,
    pub grantee_account: Option<String>,
    pub grantee_udf: Option<String>,
    pub enveloped_key_share: Option<Enveloped<KeyData>>,
    pub id: Option<String>,
    pub active: Option<bool>,
    pub issued: Option<i64>,
    pub mode: Option<String>,
    pub udf: Option<String>,
    pub witness: Option<String>,
}
impl Object for CapabilityDecrypt {
    const TAG: &'static str = "CapabilityDecrypt";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "KeyData", &self.key_data);
        write_option(w, "GranteeAccount", &self.grantee_account);
        write_option(w, "GranteeUdf", &self.grantee_udf);
        write_option(w, "EnvelopedKeyShare", &self.enveloped_key_share);
        write_option(w, "Id", &self.id);
        write_option(w, "Active", &self.active);
        write_option(w, "Issued", &self.issued);
        write_option(w, "Mode", &self.mode);
        write_option(w, "Udf", &self.udf);
        write_option(w, "Witness", &self.witness);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "KeyData" => self.key_data = read_option(r)?,
            "GranteeAccount" => self.grantee_account = read_option(r)?,
            "GranteeUdf" => self.grantee_udf = read_option(r)?,
            "EnvelopedKeyShare" => self.enveloped_key_share = read_option(r)?,
            "Id" => self.id = read_option(r)?,
            "Active" => self.active = read_option(r)?,
            "Issued" => self.issued = read_option(r)?,
            "Mode" => self.mode = read_option(r)?,
            "Udf" => self.udf = read_option(r)?,
            "Witness" => self.witness = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CapabilityDecryptPartial {
    pub key_data: Option<KeyData>,
    pub grantee_account: Option<String>,
    pub grantee_udf: Option<String>,
    pub enveloped_key_share: Option<Enveloped<KeyData>>,
    pub id: Option<String>,
    pub active: Option<bool>,
    pub issued: Option<i64>,
    pub mode: Option<String>,
    pub udf: Option<String>,
    pub witness: Option<String>,
}
impl Object for CapabilityDecryptPartial {
    const TAG: &'static str = "CapabilityDecryptPartial";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "KeyData", &self.key_data);
        write_option(w, "GranteeAccount", &self.grantee_account);
        write_option(w, "GranteeUdf", &self.grantee_udf);
        write_option(w, "EnvelopedKeyShare", &self.enveloped_key_share);
        write_option(w, "Id", &self.id);
        write_option(w, "Active", &self.active);
        write_option(w, "Issued", &self.issued);
        write_option(w, "Mode", &self.mode);
        write_option(w, "Udf", &self.udf);
        write_option(w, "Witness", &self.witness);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "KeyData" => self.key_data = read_option(r)?,
            "GranteeAccount" => self.grantee_account = read_option(r)?,
            "GranteeUdf" => self.grantee_udf = read_option(r)?,
            "EnvelopedKeyShare" => self.enveloped_key_share = read_option(r)?,
            "Id" => self.id = read_option(r)?,
            "Active" => self.active = read_option(r)?,
            "Issued" => self.issued = read_option(r)?,
            "Mode" => self.mode = read_option(r)?,
            "Udf" => self.udf = read_option(r)?,
            "Witness" => self.witness = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CapabilityDecryptServiced {
    pub authentication_id: Option<String>,
    pub key_data: Option<KeyData>,
    pub grantee_account: Option<String>,
    pub grantee_udf: Option<String>,
    pub enveloped_key_share: Option<Enveloped<KeyData>>,
    pub id: Option<String>,
    pub active: Option<bool>,
    pub issued: Option<i64>,
    pub mode: Option<String>,
    pub udf: Option<String>,
    pub witness: Option<String>,
}
impl Object for CapabilityDecryptServiced {
    const TAG: &'static str = "CapabilityDecryptServiced";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "AuthenticationId", &self.authentication_id);
        write_option(w, "KeyData", &self.key_data);
        write_option(w, "GranteeAccount", &self.grantee_account);
        write_option(w, "GranteeUdf", &self.grantee_udf);
        write_option(w, "EnvelopedKeyShare", &self.enveloped_key_share);
        write_option(w, "Id", &self.id);
        write_option(w, "Active", &self.active);
        write_option(w, "Issued", &self.issued);
        write_option(w, "Mode", &self.mode);
        write_option(w, "Udf", &self.udf);
        write_option(w, "Witness", &self.witness);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "AuthenticationId" => self.authentication_id = read_option(r)?,
            "KeyData" => self.key_data = read_option(r)?,
            "GranteeAccount" => self.grantee_account = read_option(r)?,
            "GranteeUdf" => self.grantee_udf = read_option(r)?,
            "EnvelopedKeyShare" => self.enveloped_key_share = read_option(r)?,
            "Id" => self.id = read_option(r)?,
            "Active" => self.active = read_option(r)?,
            "Issued" => self.issued = read_option(r)?,
            "Mode" => self.mode = read_option(r)?,
            "Udf" => self.udf = read_option(r)?,
            "Witness" => self.witness = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CapabilitySign {
    pub key_data: Option<KeyData>,
    pub grantee_account: Option<String>,
    pub grantee_udf: Option<String>,
    pub enveloped_key_share: Option<Enveloped<KeyData>>,
    pub id: Option<String>,
    pub active: Option<bool>,
    pub issued: Option<i64>,
    pub mode: Option<String>,
    pub udf: Option<String>,
    pub witness: Option<String>,
}
impl Object for CapabilitySign {
    const TAG: &'static str = "CapabilitySign";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "KeyData", &self.key_data);
        write_option(w, "GranteeAccount", &self.grantee_account);
        write_option(w, "GranteeUdf", &self.grantee_udf);
        write_option(w, "EnvelopedKeyShare", &self.enveloped_key_share);
        write_option(w, "Id", &self.id);
        write_option(w, "Active", &self.active);
        write_option(w, "Issued", &self.issued);
        write_option(w, "Mode", &self.mode);
        write_option(w, "Udf", &self.udf);
        write_option(w, "Witness", &self.witness);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "KeyData" => self.key_data = read_option(r)?,
            "GranteeAccount" => self.grantee_account = read_option(r)?,
            "GranteeUdf" => self.grantee_udf = read_option(r)?,
            "EnvelopedKeyShare" => self.enveloped_key_share = read_option(r)?,
            "Id" => self.id = read_option(r)?,
            "Active" => self.active = read_option(r)?,
            "Issued" => self.issued = read_option(r)?,
            "Mode" => self.mode = read_option(r)?,
            "Udf" => self.udf = read_option(r)?,
            "Witness" => self.witness = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CapabilityKeyGenerate {
    pub key_data: Option<KeyData>,
    pub grantee_account: Option<String>,
    pub grantee_udf: Option<String>,
    pub enveloped_key_share: Option<Enveloped<KeyData>>,
    pub id: Option<String>,
    pub active: Option<bool>,
    pub issued: Option<i64>,
    pub mode: Option<String>,
    pub udf: Option<String>,
    pub witness: Option<String>,
}
impl Object for CapabilityKeyGenerate {
    const TAG: &'static str = "CapabilityKeyGenerate";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "KeyData", &self.key_data);
        write_option(w, "GranteeAccount", &self.grantee_account);
        write_option(w, "GranteeUdf", &self.grantee_udf);
        write_option(w, "EnvelopedKeyShare", &self.enveloped_key_share);
        write_option(w, "Id", &self.id);
        write_option(w, "Active", &self.active);
        write_option(w, "Issued", &self.issued);
        write_option(w, "Mode", &self.mode);
        write_option(w, "Udf", &self.udf);
        write_option(w, "Witness", &self.witness);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "KeyData" => self.key_data = read_option(r)?,
            "GranteeAccount" => self.grantee_account = read_option(r)?,
            "GranteeUdf" => self.grantee_udf = read_option(r)?,
            "EnvelopedKeyShare" => self.enveloped_key_share = read_option(r)?,
            "Id" => self.id = read_option(r)?,
            "Active" => self.active = read_option(r)?,
            "Issued" => self.issued = read_option(r)?,
            "Mode" => self.mode = read_option(r)?,
            "Udf" => self.udf = read_option(r)?,
            "Witness" => self.witness = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CapabilityFairExchange {
    pub key_data: Option<KeyData>,
    pub grantee_account: Option<String>,
    pub grantee_udf: Option<String>,
    pub enveloped_key_share: Option<Enveloped<KeyData>>,
    pub id: Option<String>,
    pub active: Option<bool>,
    pub issued: Option<i64>,
    pub mode: Option<String>,
    pub udf: Option<String>,
    pub witness: Option<String>,
}
impl Object for CapabilityFairExchange {
    const TAG: &'static str = "CapabilityFairExchange";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "KeyData", &self.key_data);
        write_option(w, "GranteeAccount", &self.grantee_account);
        write_option(w, "GranteeUdf", &self.grantee_udf);
        write_option(w, "EnvelopedKeyShare", &self.enveloped_key_share);
        write_option(w, "Id", &self.id);
        write_option(w, "Active", &self.active);
        write_option(w, "Issued", &self.issued);
        write_option(w, "Mode", &self.mode);
        write_option(w, "Udf", &self.udf);
        write_option(w, "Witness", &self.witness);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "KeyData" => self.key_data = read_option(r)?,
            "GranteeAccount" => self.grantee_account = read_option(r)?,
            "GranteeUdf" => self.grantee_udf = read_option(r)?,
            "EnvelopedKeyShare" => self.enveloped_key_share = read_option(r)?,
            "Id" => self.id = read_option(r)?,
            "Active" => self.active = read_option(r)?,
            "Issued" => self.issued = read_option(r)?,
            "Mode" => self.mode = read_option(r)?,
            "Udf" => self.udf = read_option(r)?,
            "Witness" => self.witness = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NamedService {
    pub prefix: Option<String>,
    pub mapping: Option<String>,
    pub endpoints: Vec<String>,
}
impl Object for NamedService {
    const TAG: &'static str = "NamedService";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Prefix", &self.prefix);
        write_option(w, "Mapping", &self.mapping);
        write_list(w, "Endpoints", &self.endpoints);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Prefix" => self.prefix = read_option(r)?,
            "Mapping" => self.mapping = read_option(r)?,
            "Endpoints" => self.endpoints = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceAccessToken {
    pub token: Option<SecretBytes>,
    pub shared_secret: Option<SecretBytes>,
    pub prefix: Option<String>,
    pub mapping: Option<String>,
    pub endpoints: Vec<String>,
}
impl Object for ServiceAccessToken {
    const TAG: &'static str = "ServiceAccessToken";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Token", &self.token);
        write_option(w, "SharedSecret", &self.shared_secret);
        write_option(w, "Prefix", &self.prefix);
        write_option(w, "Mapping", &self.mapping);
        write_list(w, "Endpoints", &self.endpoints);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Token" => self.token = read_option(r)?,
            "SharedSecret" => self.shared_secret = read_option(r)?,
            "Prefix" => self.prefix = read_option(r)?,
            "Mapping" => self.mapping = read_option(r)?,
            "Endpoints" => self.endpoints = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedBookmark {
    pub uri: Option<String>,
    pub title: Option<String>,
    pub comments: Vec<String>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedBookmark {
    const TAG: &'static str = "CatalogedBookmark";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Uri", &self.uri);
        write_option(w, "Title", &self.title);
        write_list(w, "Comments", &self.comments);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Uri" => self.uri = read_option(r)?,
            "Title" => self.title = read_option(r)?,
            "Comments" => self.comments = read_list(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedTask {
    pub title: Option<String>,
    pub enveloped_task: Option<Enveloped<Engagement>>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedTask {
    const TAG: &'static str = "CatalogedTask";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Title", &self.title);
        write_option(w, "EnvelopedTask", &self.enveloped_task);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Title" => self.title = read_option(r)?,
            "EnvelopedTask" => self.enveloped_task = read_option(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedMember {
    pub contact_address: Option<String>,
    pub member_capability_id: Option<String>,
    pub service_capability_id: Option<String>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedMember {
    const TAG: &'static str = "CatalogedMember";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "ContactAddress", &self.contact_address);
        write_option(w, "MemberCapabilityId", &self.member_capability_id);
        write_option(w, "ServiceCapabilityId", &self.service_capability_id);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "ContactAddress" => self.contact_address = read_option(r)?,
            "MemberCapabilityId" => self.member_capability_id = read_option(r)?,
            "ServiceCapabilityId" => self.service_capability_id = read_option(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedGroup {
    pub enveloped_connection_address: Option<Enveloped<ConnectionStripped>>,
    pub enveloped_profile_group: Option<Enveloped<ProfileAccount>>,
    pub enveloped_activation_common: Option<Enveloped<ActivationCommon>>,
    pub default: Option<i64>,
    pub key: Option<String>,
    pub grant: Vec<String>,
    pub deny: Vec<String>,
    pub enveloped_capabilities: Vec<Envelope>,
    pub enveloped_escrow: Vec<Enveloped<KeyData>>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedGroup {
    const TAG: &'static str = "CatalogedGroup";
    fn write_fields(&self, w: &mut Writer) {
        write_option(
            w,
            "EnvelopedConnectionAddress",
            &self.enveloped_connection_address,
        );
        write_option(w, "EnvelopedProfileGroup", &self.enveloped_profile_group);
        write_option(
            w,
            "EnvelopedActivationCommon",
            &self.enveloped_activation_common,
        );
        write_option(w, "Default", &self.default);
        write_option(w, "Key", &self.key);
        write_list(w, "Grant", &self.grant);
        write_list(w, "Deny", &self.deny);
        write_list(w, "EnvelopedCapabilities", &self.enveloped_capabilities);
        write_list(w, "EnvelopedEscrow", &self.enveloped_escrow);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedConnectionAddress" => self.enveloped_connection_address = read_option(r)?,
            "EnvelopedProfileGroup" => self.enveloped_profile_group = read_option(r)?,
            "EnvelopedActivationCommon" => self.enveloped_activation_common = read_option(r)?,
            "Default" => self.default = read_option(r)?,
            "Key" => self.key = read_option(r)?,
            "Grant" => self.grant = read_list(r)?,
            "Deny" => self.deny = read_list(r)?,
            "EnvelopedCapabilities" => self.enveloped_capabilities = read_list(r)?,
            "EnvelopedEscrow" => self.enveloped_escrow = read_list(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedFeed {
    pub protocol: Option<String>,
    pub uri: Option<String>,
    pub title: Option<String>,
    pub comments: Vec<String>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedFeed {
    const TAG: &'static str = "CatalogedFeed";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Protocol", &self.protocol);
        write_option(w, "Uri", &self.uri);
        write_option(w, "Title", &self.title);
        write_list(w, "Comments", &self.comments);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Protocol" => self.protocol = read_option(r)?,
            "Uri" => self.uri = read_option(r)?,
            "Title" => self.title = read_option(r)?,
            "Comments" => self.comments = read_list(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedApplicationMail {
    pub account_address: Option<String>,
    pub inbound_connect: Option<String>,
    pub outbound_connect: Option<String>,
    pub smime_sign: Option<KeyData>,
    pub smime_encrypt: Option<KeyData>,
    pub openpgp_sign: Option<KeyData>,
    pub openpgp_encrypt: Option<KeyData>,
    pub default: Option<i64>,
    pub key: Option<String>,
    pub grant: Vec<String>,
    pub deny: Vec<String>,
    pub enveloped_capabilities: Vec<Envelope>,
    pub enveloped_escrow: Vec<Enveloped<KeyData>>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedApplicationMail {
    const TAG: &'static str = "CatalogedApplicationMail";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "AccountAddress", &self.account_address);
        write_option(w, "InboundConnect", &self.inbound_connect);
        write_option(w, "OutboundConnect", &self.outbound_connect);
        write_option(w, "SmimeSign", &self.smime_sign);
        write_option(w, "SmimeEncrypt", &self.smime_encrypt);
        write_option(w, "OpenpgpSign", &self.openpgp_sign);
        write_option(w, "OpenpgpEncrypt", &self.openpgp_encrypt);
        write_option(w, "Default", &self.default);
        write_option(w, "Key", &self.key);
        write_list(w, "Grant", &self.grant);
        write_list(w, "Deny", &self.deny);
        write_list(w, "EnvelopedCapabilities", &self.enveloped_capabilities);
        write_list(w, "EnvelopedEscrow", &self.enveloped_escrow);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "AccountAddress" => self.account_address = read_option(r)?,
            "InboundConnect" => self.inbound_connect = read_option(r)?,
            "OutboundConnect" => self.outbound_connect = read_option(r)?,
            "SmimeSign" => self.smime_sign = read_option(r)?,
            "SmimeEncrypt" => self.smime_encrypt = read_option(r)?,
            "OpenpgpSign" => self.openpgp_sign = read_option(r)?,
            "OpenpgpEncrypt" => self.openpgp_encrypt = read_option(r)?,
            "Default" => self.default = read_option(r)?,
            "Key" => self.key = read_option(r)?,
            "Grant" => self.grant = read_list(r)?,
            "Deny" => self.deny = read_list(r)?,
            "EnvelopedCapabilities" => self.enveloped_capabilities = read_list(r)?,
            "EnvelopedEscrow" => self.enveloped_escrow = read_list(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedApplicationPkix {
    pub default: Option<i64>,
    pub key: Option<String>,
    pub grant: Vec<String>,
    pub deny: Vec<String>,
    pub enveloped_capabilities: Vec<Envelope>,
    pub enveloped_escrow: Vec<Enveloped<KeyData>>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedApplicationPkix {
    const TAG: &'static str = "CatalogedApplicationPkix";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Default", &self.default);
        write_option(w, "Key", &self.key);
        write_list(w, "Grant", &self.grant);
        write_list(w, "Deny", &self.deny);
        write_list(w, "EnvelopedCapabilities", &self.enveloped_capabilities);
        write_list(w, "EnvelopedEscrow", &self.enveloped_escrow);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Default" => self.default = read_option(r)?,
            "Key" => self.key = read_option(r)?,
            "Grant" => self.grant = read_list(r)?,
            "Deny" => self.deny = read_list(r)?,
            "EnvelopedCapabilities" => self.enveloped_capabilities = read_list(r)?,
            "EnvelopedEscrow" => self.enveloped_escrow = read_list(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedApplicationOpenPgp {
    pub default: Option<i64>,
    pub key: Option<String>,
    pub grant: Vec<String>,
    pub deny: Vec<String>,
    pub enveloped_capabilities: Vec<Envelope>,
    pub enveloped_escrow: Vec<Enveloped<KeyData>>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedApplicationOpenPgp {
    const TAG: &'static str = "CatalogedApplicationOpenPgp";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Default", &self.default);
        write_option(w, "Key", &self.key);
        write_list(w, "Grant", &self.grant);
        write_list(w, "Deny", &self.deny);
        write_list(w, "EnvelopedCapabilities", &self.enveloped_capabilities);
        write_list(w, "EnvelopedEscrow", &self.enveloped_escrow);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Default" => self.default = read_option(r)?,
            "Key" => self.key = read_option(r)?,
            "Grant" => self.grant = read_list(r)?,
            "Deny" => self.deny = read_list(r)?,
            "EnvelopedCapabilities" => self.enveloped_capabilities = read_list(r)?,
            "EnvelopedEscrow" => self.enveloped_escrow = read_list(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedApplicationSsh {
    pub client_key: Option<KeyData>,
    pub default: Option<i64>,
    pub key: Option<String>,
    pub grant: Vec<String>,
    pub deny: Vec<String>,
    pub enveloped_capabilities: Vec<Envelope>,
    pub enveloped_escrow: Vec<Enveloped<KeyData>>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedApplicationSsh {
    const TAG: &'static str = "CatalogedApplicationSsh";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "ClientKey", &self.client_key);
        write_option(w, "Default", &self.default);
        write_option(w, "Key", &self.key);
        write_list(w, "Grant", &self.grant);
        write_list(w, "Deny", &self.deny);
        write_list(w, "EnvelopedCapabilities", &self.enveloped_capabilities);
        write_list(w, "EnvelopedEscrow", &self.enveloped_escrow);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "ClientKey" => self.client_key = read_option(r)?,
            "Default" => self.default = read_option(r)?,
            "Key" => self.key = read_option(r)?,
            "Grant" => self.grant = read_list(r)?,
            "Deny" => self.deny = read_list(r)?,
            "EnvelopedCapabilities" => self.enveloped_capabilities = read_list(r)?,
            "EnvelopedEscrow" => self.enveloped_escrow = read_list(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedApplicationGit {
    pub default: Option<i64>,
    pub key: Option<String>,
    pub grant: Vec<String>,
    pub deny: Vec<String>,
    pub enveloped_capabilities: Vec<Envelope>,
    pub enveloped_escrow: Vec<Enveloped<KeyData>>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedApplicationGit {
    const TAG: &'static str = "CatalogedApplicationGit";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Default", &self.default);
        write_option(w, "Key", &self.key);
        write_list(w, "Grant", &self.grant);
        write_list(w, "Deny", &self.deny);
        write_list(w, "EnvelopedCapabilities", &self.enveloped_capabilities);
        write_list(w, "EnvelopedEscrow", &self.enveloped_escrow);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Default" => self.default = read_option(r)?,
            "Key" => self.key = read_option(r)?,
            "Grant" => self.grant = read_list(r)?,
            "Deny" => self.deny = read_list(r)?,
            "EnvelopedCapabilities" => self.enveloped_capabilities = read_list(r)?,
            "EnvelopedEscrow" => self.enveloped_escrow = read_list(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedApplicationDeveloper {
    pub default: Option<i64>,
    pub key: Option<String>,
    pub grant: Vec<String>,
    pub deny: Vec<String>,
    pub enveloped_capabilities: Vec<Envelope>,
    pub enveloped_escrow: Vec<Enveloped<KeyData>>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedApplicationDeveloper {
    const TAG: &'static str = "CatalogedApplicationDeveloper";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Default", &self.default);
        write_option(w, "Key", &self.key);
        write_list(w, "Grant", &self.grant);
        write_list(w, "Deny", &self.deny);
        write_list(w, "EnvelopedCapabilities", &self.enveloped_capabilities);
        write_list(w, "EnvelopedEscrow", &self.enveloped_escrow);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Default" => self.default = read_option(r)?,
            "Key" => self.key = read_option(r)?,
            "Grant" => self.grant = read_list(r)?,
            "Deny" => self.deny = read_list(r)?,
            "EnvelopedCapabilities" => self.enveloped_capabilities = read_list(r)?,
            "EnvelopedEscrow" => self.enveloped_escrow = read_list(r)?,
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageInvoice {
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for MessageInvoice {
    const TAG: &'static str = "MessageInvoice";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedReceipt {
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedReceipt {
    const TAG: &'static str = "CatalogedReceipt";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedTicket {
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for CatalogedTicket {
    const TAG: &'static str = "CatalogedTicket";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Uid" => self.uid = read_option(r)?,
            "LocalName" => self.local_name = read_option(r)?,
            "Path" => self.path = read_option(r)?,
            "Description" => self.description = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DevicePreconfigurationPublic {
    pub enveloped_profile_device: Option<Enveloped<ProfileDevice>>,
    pub hailing: Vec<String>,
}
impl Object for DevicePreconfigurationPublic {
    const TAG: &'static str = "DevicePreconfigurationPublic";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "EnvelopedProfileDevice", &self.enveloped_profile_device);
        write_list(w, "Hailing", &self.hailing);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedProfileDevice" => self.enveloped_profile_device = read_option(r)?,
            "Hailing" => self.hailing = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DevicePreconfigurationPrivate {
    pub enveloped_connection_device: Option<Enveloped<ConnectionDevice>>,
    pub enveloped_connection_service: Option<Enveloped<ConnectionService>>,
    pub private_key: Option<AnyKey>,
    pub connect_uri: Option<SecretString>,
    pub enveloped_profile_device: Option<Enveloped<ProfileDevice>>,
    pub hailing: Vec<String>,
}
impl Object for DevicePreconfigurationPrivate {
    const TAG: &'static str = "DevicePreconfigurationPrivate";
    fn write_fields(&self, w: &mut Writer) {
        write_option(
            w,
            "EnvelopedConnectionDevice",
            &self.enveloped_connection_device,
        );
        write_option(
            w,
            "EnvelopedConnectionService",
            &self.enveloped_connection_service,
        );
        write_option(w, "PrivateKey", &self.private_key);
        write_option(w, "ConnectUri", &self.connect_uri);
        write_option(w, "EnvelopedProfileDevice", &self.enveloped_profile_device);
        write_list(w, "Hailing", &self.hailing);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedConnectionDevice" => self.enveloped_connection_device = read_option(r)?,
            "EnvelopedConnectionService" => self.enveloped_connection_service = read_option(r)?,
            "PrivateKey" => self.private_key = read_option(r)?,
            "ConnectUri" => self.connect_uri = read_option(r)?,
            "EnvelopedProfileDevice" => self.enveloped_profile_device = read_option(r)?,
            "Hailing" => self.hailing = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for Message {
    const TAG: &'static str = "Message";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageError {
    pub error_code: Option<String>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for MessageError {
    const TAG: &'static str = "MessageError";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "ErrorCode", &self.error_code);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "ErrorCode" => self.error_code = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageComplete {
    pub references: Vec<Reference>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for MessageComplete {
    const TAG: &'static str = "MessageComplete";
    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "References", &self.references);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "References" => self.references = read_list(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageValidated {
    pub authenticated_data: Option<Envelope>,
    pub client_nonce: Option<Vec<u8>>,
    pub pin_id: Option<String>,
    pub pin_witness: Option<Vec<u8>>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for MessageValidated {
    const TAG: &'static str = "MessageValidated";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "AuthenticatedData", &self.authenticated_data);
        write_option(w, "ClientNonce", &self.client_nonce);
        write_option(w, "PinId", &self.pin_id);
        write_option(w, "PinWitness", &self.pin_witness);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "AuthenticatedData" => self.authenticated_data = read_option(r)?,
            "ClientNonce" => self.client_nonce = read_option(r)?,
            "PinId" => self.pin_id = read_option(r)?,
            "PinWitness" => self.pin_witness = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessagePin {
    pub account: Option<String>,
    pub expires: Option<DateTime>,
    pub automatic: Option<bool>,
    pub salted_pin: Option<SecretString>,
    pub action: Option<String>,
    pub roles: Vec<String>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for MessagePin {
    const TAG: &'static str = "MessagePin";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Account", &self.account);
        write_option(w, "Expires", &self.expires);
        write_option(w, "Automatic", &self.automatic);
        write_option(w, "SaltedPin", &self.salted_pin);
        write_option(w, "Action", &self.action);
        write_list(w, "Roles", &self.roles);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Account" => self.account = read_option(r)?,
            "Expires" => self.expires = read_option(r)?,
            "Automatic" => self.automatic = read_option(r)?,
            "SaltedPin" => self.salted_pin = read_option(r)?,
            "Action" => self.action = read_option(r)?,
            "Roles" => self.roles = read_list(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestConnection {
    pub account_address: Option<String>,
    pub authenticated_data: Option<Envelope>,
    pub client_nonce: Option<Vec<u8>>,
    pub pin_id: Option<String>,
    pub pin_witness: Option<Vec<u8>>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for RequestConnection {
    const TAG: &'static str = "RequestConnection";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "AccountAddress", &self.account_address);
        write_option(w, "AuthenticatedData", &self.authenticated_data);
        write_option(w, "ClientNonce", &self.client_nonce);
        write_option(w, "PinId", &self.pin_id);
        write_option(w, "PinWitness", &self.pin_witness);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "AccountAddress" => self.account_address = read_option(r)?,
            "AuthenticatedData" => self.authenticated_data = read_option(r)?,
            "ClientNonce" => self.client_nonce = read_option(r)?,
            "PinId" => self.pin_id = read_option(r)?,
            "PinWitness" => self.pin_witness = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AcknowledgeConnection {
    pub enveloped_request_connection: Option<Enveloped<RequestConnection>>,
    pub server_nonce: Option<Vec<u8>>,
    pub witness: Option<String>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for AcknowledgeConnection {
    const TAG: &'static str = "AcknowledgeConnection";
    fn write_fields(&self, w: &mut Writer) {
        write_option(
            w,
            "EnvelopedRequestConnection",
            &self.enveloped_request_connection,
        );
        write_option(w, "ServerNonce", &self.server_nonce);
        write_option(w, "Witness", &self.witness);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedRequestConnection" => self.enveloped_request_connection = read_option(r)?,
            "ServerNonce" => self.server_nonce = read_option(r)?,
            "Witness" => self.witness = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RespondConnection {
    pub result: Option<String>,
    pub cataloged_device: Option<CatalogedDevice>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for RespondConnection {
    const TAG: &'static str = "RespondConnection";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Result", &self.result);
        write_option(w, "CatalogedDevice", &self.cataloged_device);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Result" => self.result = read_option(r)?,
            "CatalogedDevice" => self.cataloged_device = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageContact {
    pub reply: Option<bool>,
    pub subject: Option<String>,
    pub pin: Option<SecretString>,
    pub authenticated_data: Option<Envelope>,
    pub client_nonce: Option<Vec<u8>>,
    pub pin_id: Option<String>,
    pub pin_witness: Option<Vec<u8>>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for MessageContact {
    const TAG: &'static str = "MessageContact";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Reply", &self.reply);
        write_option(w, "Subject", &self.subject);
        write_option(w, "PIN", &self.pin);
        write_option(w, "AuthenticatedData", &self.authenticated_data);
        write_option(w, "ClientNonce", &self.client_nonce);
        write_option(w, "PinId", &self.pin_id);
        write_option(w, "PinWitness", &self.pin_witness);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Reply" => self.reply = read_option(r)?,
            "Subject" => self.subject = read_option(r)?,
            "PIN" => self.pin = read_option(r)?,
            "AuthenticatedData" => self.authenticated_data = read_option(r)?,
            "ClientNonce" => self.client_nonce = read_option(r)?,
            "PinId" => self.pin_id = read_option(r)?,
            "PinWitness" => self.pin_witness = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupInvitation {
    pub text: Option<String>,
    pub contact: Option<AnyContact>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for GroupInvitation {
    const TAG: &'static str = "GroupInvitation";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Text", &self.text);
        write_option(w, "Contact", &self.contact);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Text" => self.text = read_option(r)?,
            "Contact" => self.contact = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageMail {
    pub text: Option<String>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for MessageMail {
    const TAG: &'static str = "MessageMail";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Text", &self.text);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Text" => self.text = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestConfirmation {
    pub text: Option<String>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for RequestConfirmation {
    const TAG: &'static str = "RequestConfirmation";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Text", &self.text);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Text" => self.text = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResponseConfirmation {
    pub request: Option<Enveloped<RequestConfirmation>>,
    pub accept: Option<bool>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for ResponseConfirmation {
    const TAG: &'static str = "ResponseConfirmation";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Request", &self.request);
        write_option(w, "Accept", &self.accept);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Request" => self.request = read_option(r)?,
            "Accept" => self.accept = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestTask {
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for RequestTask {
    const TAG: &'static str = "RequestTask";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageClaim {
    pub publication_id: Option<String>,
    pub service_authenticate: Option<String>,
    pub device_authenticate: Option<String>,
    pub expires: Option<DateTime>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for MessageClaim {
    const TAG: &'static str = "MessageClaim";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "PublicationId", &self.publication_id);
        write_option(w, "ServiceAuthenticate", &self.service_authenticate);
        write_option(w, "DeviceAuthenticate", &self.device_authenticate);
        write_option(w, "Expires", &self.expires);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "PublicationId" => self.publication_id = read_option(r)?,
            "ServiceAuthenticate" => self.service_authenticate = read_option(r)?,
            "DeviceAuthenticate" => self.device_authenticate = read_option(r)?,
            "Expires" => self.expires = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProcessResult {
    pub success: Option<bool>,
    pub error_report: Option<String>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for ProcessResult {
    const TAG: &'static str = "ProcessResult";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Success", &self.success);
        write_option(w, "ErrorReport", &self.error_report);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Success" => self.success = read_option(r)?,
            "ErrorReport" => self.error_report = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProcessResultNotSupported {
    pub success: Option<bool>,
    pub error_report: Option<String>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for ProcessResultNotSupported {
    const TAG: &'static str = "ProcessResultNotSupported";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Success", &self.success);
        write_option(w, "ErrorReport", &self.error_report);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Success" => self.success = read_option(r)?,
            "ErrorReport" => self.error_report = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProcessResultNotFound {
    pub success: Option<bool>,
    pub error_report: Option<String>,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub recipient: Option<String>,
}
impl Object for ProcessResultNotFound {
    const TAG: &'static str = "ProcessResultNotFound";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Success", &self.success);
        write_option(w, "ErrorReport", &self.error_report);
        write_option(w, "MessageId", &self.message_id);
        write_option(w, "Sender", &self.sender);
        write_option(w, "Recipient", &self.recipient);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Success" => self.success = read_option(r)?,
            "ErrorReport" => self.error_report = read_option(r)?,
            "MessageId" => self.message_id = read_option(r)?,
            "Sender" => self.sender = read_option(r)?,
            "Recipient" => self.recipient = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyApplicationEntry {
    ApplicationEntrySsh(Box<ApplicationEntrySsh>),
    ApplicationEntryGroup(Box<ApplicationEntryGroup>),
    ApplicationEntryMail(Box<ApplicationEntryMail>),
    Unknown(Unknown),
}
impl Tagged for AnyApplicationEntry {
    fn tag(&self) -> &str {
        match self {
            Self::ApplicationEntrySsh(_) => ApplicationEntrySsh::TAG,
            Self::ApplicationEntryGroup(_) => ApplicationEntryGroup::TAG,
            Self::ApplicationEntryMail(_) => ApplicationEntryMail::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::ApplicationEntrySsh(v) => v.encode(w),
            Self::ApplicationEntryGroup(v) => v.encode(w),
            Self::ApplicationEntryMail(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            ApplicationEntrySsh::TAG => Self::ApplicationEntrySsh(Decode::decode(r)?),
            ApplicationEntryGroup::TAG => Self::ApplicationEntryGroup(Decode::decode(r)?),
            ApplicationEntryMail::TAG => Self::ApplicationEntryMail(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyApplicationEntry {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyApplicationEntry {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<ApplicationEntrySsh> for AnyApplicationEntry {
    fn from(v: ApplicationEntrySsh) -> Self {
        Self::ApplicationEntrySsh(Box::new(v))
    }
}
impl From<ApplicationEntryGroup> for AnyApplicationEntry {
    fn from(v: ApplicationEntryGroup) -> Self {
        Self::ApplicationEntryGroup(Box::new(v))
    }
}
impl From<ApplicationEntryMail> for AnyApplicationEntry {
    fn from(v: ApplicationEntryMail) -> Self {
        Self::ApplicationEntryMail(Box::new(v))
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyAssertion {
    Activation(Box<Activation>),
    ProfileDevice(Box<ProfileDevice>),
    ProfileAccount(Box<ProfileAccount>),
    ProfileUser(Box<ProfileUser>),
    ProfileGroup(Box<ProfileGroup>),
    ProfileService(Box<ProfileService>),
    ProfileMeshService(Box<ProfileMeshService>),
    ProfileHost(Box<ProfileHost>),
    Connection(Box<Connection>),
    CallsignBinding(Box<CallsignBinding>),
    Accreditation(Box<Accreditation>),
    ConnectionStripped(Box<ConnectionStripped>),
    ConnectionService(Box<ConnectionService>),
    ConnectionDevice(Box<ConnectionDevice>),
    ConnectionApplication(Box<ConnectionApplication>),
    ConnectionGroup(Box<ConnectionGroup>),
    AccountHostAssignment(Box<AccountHostAssignment>),
    ConnectionHost(Box<ConnectionHost>),
    ActivationAccount(Box<ActivationAccount>),
    ActivationHost(Box<ActivationHost>),
    ActivationCommon(Box<ActivationCommon>),
    ActivationApplication(Box<ActivationApplication>),
    ActivationApplicationSsh(Box<ActivationApplicationSsh>),
    ActivationApplicationMail(Box<ActivationApplicationMail>),
    ActivationApplicationGroup(Box<ActivationApplicationGroup>),
    ContactGroup(Box<ContactGroup>),
    ContactPerson(Box<ContactPerson>),
    ContactOrganization(Box<ContactOrganization>),
    Unknown(Unknown),
}
impl Tagged for AnyAssertion {
    fn tag(&self) -> &str {
        match self {
            Self::Activation(_) => Activation::TAG,
            Self::ProfileDevice(_) => ProfileDevice::TAG,
            Self::ProfileAccount(_) => ProfileAccount::TAG,
            Self::ProfileUser(_) => ProfileUser::TAG,
            Self::ProfileGroup(_) => ProfileGroup::TAG,
            Self::ProfileService(_) => ProfileService::TAG,
            Self::ProfileMeshService(_) => ProfileMeshService::TAG,
            Self::ProfileHost(_) => ProfileHost::TAG,
            Self::Connection(_) => Connection::TAG,
            Self::CallsignBinding(_) => CallsignBinding::TAG,
            Self::Accreditation(_) => Accreditation::TAG,
            Self::ConnectionStripped(_) => ConnectionStripped::TAG,
            Self::ConnectionService(_) => ConnectionService::TAG,
            Self::ConnectionDevice(_) => ConnectionDevice::TAG,
            Self::ConnectionApplication(_) => ConnectionApplication::TAG,
            Self::ConnectionGroup(_) => ConnectionGroup::TAG,
            Self::AccountHostAssignment(_) => AccountHostAssignment::TAG,
            Self::ConnectionHost(_) => ConnectionHost::TAG,
            Self::ActivationAccount(_) => ActivationAccount::TAG,
            Self::ActivationHost(_) => ActivationHost::TAG,
            Self::ActivationCommon(_) => ActivationCommon::TAG,
            Self::ActivationApplication(_) => ActivationApplication::TAG,
            Self::ActivationApplicationSsh(_) => ActivationApplicationSsh::TAG,
            Self::ActivationApplicationMail(_) => ActivationApplicationMail::TAG,
            Self::ActivationApplicationGroup(_) => ActivationApplicationGroup::TAG,
            Self::ContactGroup(_) => ContactGroup::TAG,
            Self::ContactPerson(_) => ContactPerson::TAG,
            Self::ContactOrganization(_) => ContactOrganization::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::Activation(v) => v.encode(w),
            Self::ProfileDevice(v) => v.encode(w),
            Self::ProfileAccount(v) => v.encode(w),
            Self::ProfileUser(v) => v.encode(w),
            Self::ProfileGroup(v) => v.encode(w),
            Self::ProfileService(v) => v.encode(w),
            Self::ProfileMeshService(v) => v.encode(w),
            Self::ProfileHost(v) => v.encode(w),
            Self::Connection(v) => v.encode(w),
            Self::CallsignBinding(v) => v.encode(w),
            Self::Accreditation(v) => v.encode(w),
            Self::ConnectionStripped(v) => v.encode(w),
            Self::ConnectionService(v) => v.encode(w),
            Self::ConnectionDevice(v) => v.encode(w),
            Self::ConnectionApplication(v) => v.encode(w),
            Self::ConnectionGroup(v) => v.encode(w),
            Self::AccountHostAssignment(v) => v.encode(w),
            Self::ConnectionHost(v) => v.encode(w),
            Self::ActivationAccount(v) => v.encode(w),
            Self::ActivationHost(v) => v.encode(w),
            Self::ActivationCommon(v) => v.encode(w),
            Self::ActivationApplication(v) => v.encode(w),
            Self::ActivationApplicationSsh(v) => v.encode(w),
            Self::ActivationApplicationMail(v) => v.encode(w),
            Self::ActivationApplicationGroup(v) => v.encode(w),
            Self::ContactGroup(v) => v.encode(w),
            Self::ContactPerson(v) => v.encode(w),
            Self::ContactOrganization(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            Activation::TAG => Self::Activation(Decode::decode(r)?),
            ProfileDevice::TAG => Self::ProfileDevice(Decode::decode(r)?),
            ProfileAccount::TAG => Self::ProfileAccount(Decode::decode(r)?),
            ProfileUser::TAG => Self::ProfileUser(Decode::decode(r)?),
            ProfileGroup::TAG => Self::ProfileGroup(Decode::decode(r)?),
            ProfileService::TAG => Self::ProfileService(Decode::decode(r)?),
            ProfileMeshService::TAG => Self::ProfileMeshService(Decode::decode(r)?),
            ProfileHost::TAG => Self::ProfileHost(Decode::decode(r)?),
            Connection::TAG => Self::Connection(Decode::decode(r)?),
            CallsignBinding::TAG => Self::CallsignBinding(Decode::decode(r)?),
            Accreditation::TAG => Self::Accreditation(Decode::decode(r)?),
            ConnectionStripped::TAG => Self::ConnectionStripped(Decode::decode(r)?),
            ConnectionService::TAG => Self::ConnectionService(Decode::decode(r)?),
            ConnectionDevice::TAG => Self::ConnectionDevice(Decode::decode(r)?),
            ConnectionApplication::TAG => Self::ConnectionApplication(Decode::decode(r)?),
            ConnectionGroup::TAG => Self::ConnectionGroup(Decode::decode(r)?),
            AccountHostAssignment::TAG => Self::AccountHostAssignment(Decode::decode(r)?),
            ConnectionHost::TAG => Self::ConnectionHost(Decode::decode(r)?),
            ActivationAccount::TAG => Self::ActivationAccount(Decode::decode(r)?),
            ActivationHost::TAG => Self::ActivationHost(Decode::decode(r)?),
            ActivationCommon::TAG => Self::ActivationCommon(Decode::decode(r)?),
            ActivationApplication::TAG => Self::ActivationApplication(Decode::decode(r)?),
            ActivationApplicationSsh::TAG => Self::ActivationApplicationSsh(Decode::decode(r)?),
            ActivationApplicationMail::TAG => Self::ActivationApplicationMail(Decode::decode(r)?),
            ActivationApplicationGroup::TAG => Self::ActivationApplicationGroup(Decode::decode(r)?),
            ContactGroup::TAG => Self::ContactGroup(Decode::decode(r)?),
            ContactPerson::TAG => Self::ContactPerson(Decode::decode(r)?),
            ContactOrganization::TAG => Self::ContactOrganization(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyAssertion {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyAssertion {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<Activation> for AnyAssertion {
    fn from(v: Activation) -> Self {
        Self::Activation(Box::new(v))
    }
}
impl From<ProfileDevice> for AnyAssertion {
    fn from(v: ProfileDevice) -> Self {
        Self::ProfileDevice(Box::new(v))
    }
}
impl From<ProfileAccount> for AnyAssertion {
    fn from(v: ProfileAccount) -> Self {
        Self::ProfileAccount(Box::new(v))
    }
}
impl From<ProfileUser> for AnyAssertion {
    fn from(v: ProfileUser) -> Self {
        Self::ProfileUser(Box::new(v))
    }
}
impl From<ProfileGroup> for AnyAssertion {
    fn from(v: ProfileGroup) -> Self {
        Self::ProfileGroup(Box::new(v))
    }
}
impl From<ProfileService> for AnyAssertion {
    fn from(v: ProfileService) -> Self {
        Self::ProfileService(Box::new(v))
    }
}
impl From<ProfileMeshService> for AnyAssertion {
    fn from(v: ProfileMeshService) -> Self {
        Self::ProfileMeshService(Box::new(v))
    }
}
impl From<ProfileHost> for AnyAssertion {
    fn from(v: ProfileHost) -> Self {
        Self::ProfileHost(Box::new(v))
    }
}
impl From<Connection> for AnyAssertion {
    fn from(v: Connection) -> Self {
        Self::Connection(Box::new(v))
    }
}
impl From<CallsignBinding> for AnyAssertion {
    fn from(v: CallsignBinding) -> Self {
        Self::CallsignBinding(Box::new(v))
    }
}
impl From<Accreditation> for AnyAssertion {
    fn from(v: Accreditation) -> Self {
        Self::Accreditation(Box::new(v))
    }
}
impl From<ConnectionStripped> for AnyAssertion {
    fn from(v: ConnectionStripped) -> Self {
        Self::ConnectionStripped(Box::new(v))
    }
}
impl From<ConnectionService> for AnyAssertion {
    fn from(v: ConnectionService) -> Self {
        Self::ConnectionService(Box::new(v))
    }
}
impl From<ConnectionDevice> for AnyAssertion {
    fn from(v: ConnectionDevice) -> Self {
        Self::ConnectionDevice(Box::new(v))
    }
}
impl From<ConnectionApplication> for AnyAssertion {
    fn from(v: ConnectionApplication) -> Self {
        Self::ConnectionApplication(Box::new(v))
    }
}
impl From<ConnectionGroup> for AnyAssertion {
    fn from(v: ConnectionGroup) -> Self {
        Self::ConnectionGroup(Box::new(v))
    }
}
impl From<AccountHostAssignment> for AnyAssertion {
    fn from(v: AccountHostAssignment) -> Self {
        Self::AccountHostAssignment(Box::new(v))
    }
}
impl From<ConnectionHost> for AnyAssertion {
    fn from(v: ConnectionHost) -> Self {
        Self::ConnectionHost(Box::new(v))
    }
}
impl From<ActivationAccount> for AnyAssertion {
    fn from(v: ActivationAccount) -> Self {
        Self::ActivationAccount(Box::new(v))
    }
}
impl From<ActivationHost> for AnyAssertion {
    fn from(v: ActivationHost) -> Self {
        Self::ActivationHost(Box::new(v))
    }
}
impl From<ActivationCommon> for AnyAssertion {
    fn from(v: ActivationCommon) -> Self {
        Self::ActivationCommon(Box::new(v))
    }
}
impl From<ActivationApplication> for AnyAssertion {
    fn from(v: ActivationApplication) -> Self {
        Self::ActivationApplication(Box::new(v))
    }
}
impl From<ActivationApplicationSsh> for AnyAssertion {
    fn from(v: ActivationApplicationSsh) -> Self {
        Self::ActivationApplicationSsh(Box::new(v))
    }
}
impl From<ActivationApplicationMail> for AnyAssertion {
    fn from(v: ActivationApplicationMail) -> Self {
        Self::ActivationApplicationMail(Box::new(v))
    }
}
impl From<ActivationApplicationGroup> for AnyAssertion {
    fn from(v: ActivationApplicationGroup) -> Self {
        Self::ActivationApplicationGroup(Box::new(v))
    }
}
impl From<ContactGroup> for AnyAssertion {
    fn from(v: ContactGroup) -> Self {
        Self::ContactGroup(Box::new(v))
    }
}
impl From<ContactPerson> for AnyAssertion {
    fn from(v: ContactPerson) -> Self {
        Self::ContactPerson(Box::new(v))
    }
}
impl From<ContactOrganization> for AnyAssertion {
    fn from(v: ContactOrganization) -> Self {
        Self::ContactOrganization(Box::new(v))
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyCapability {
    NullCapability(Box<NullCapability>),
    AccessCapability(Box<AccessCapability>),
    PublicationCapability(Box<PublicationCapability>),
    CapabilityDecrypt(Box<CapabilityDecrypt>),
    CapabilityDecryptPartial(Box<CapabilityDecryptPartial>),
    CapabilityDecryptServiced(Box<CapabilityDecryptServiced>),
    CapabilitySign(Box<CapabilitySign>),
    CapabilityKeyGenerate(Box<CapabilityKeyGenerate>),
    CapabilityFairExchange(Box<CapabilityFairExchange>),
    Unknown(Unknown),
}
impl Tagged for AnyCapability {
    fn tag(&self) -> &str {
        match self {
            Self::NullCapability(_) => NullCapability::TAG,
            Self::AccessCapability(_) => AccessCapability::TAG,
            Self::PublicationCapability(_) => PublicationCapability::TAG,
            Self::CapabilityDecrypt(_) => CapabilityDecrypt::TAG,
            Self::CapabilityDecryptPartial(_) => CapabilityDecryptPartial::TAG,
            Self::CapabilityDecryptServiced(_) => CapabilityDecryptServiced::TAG,
            Self::CapabilitySign(_) => CapabilitySign::TAG,
            Self::CapabilityKeyGenerate(_) => CapabilityKeyGenerate::TAG,
            Self::CapabilityFairExchange(_) => CapabilityFairExchange::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::NullCapability(v) => v.encode(w),
            Self::AccessCapability(v) => v.encode(w),
            Self::PublicationCapability(v) => v.encode(w),
            Self::CapabilityDecrypt(v) => v.encode(w),
            Self::CapabilityDecryptPartial(v) => v.encode(w),
            Self::CapabilityDecryptServiced(v) => v.encode(w),
            Self::CapabilitySign(v) => v.encode(w),
            Self::CapabilityKeyGenerate(v) => v.encode(w),
            Self::CapabilityFairExchange(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            NullCapability::TAG => Self::NullCapability(Decode::decode(r)?),
            AccessCapability::TAG => Self::AccessCapability(Decode::decode(r)?),
            PublicationCapability::TAG => Self::PublicationCapability(Decode::decode(r)?),
            CapabilityDecrypt::TAG => Self::CapabilityDecrypt(Decode::decode(r)?),
            CapabilityDecryptPartial::TAG => Self::CapabilityDecryptPartial(Decode::decode(r)?),
            CapabilityDecryptServiced::TAG => Self::CapabilityDecryptServiced(Decode::decode(r)?),
            CapabilitySign::TAG => Self::CapabilitySign(Decode::decode(r)?),
            CapabilityKeyGenerate::TAG => Self::CapabilityKeyGenerate(Decode::decode(r)?),
            CapabilityFairExchange::TAG => Self::CapabilityFairExchange(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyCapability {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyCapability {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<NullCapability> for AnyCapability {
    fn from(v: NullCapability) -> Self {
        Self::NullCapability(Box::new(v))
    }
}
impl From<AccessCapability> for AnyCapability {
    fn from(v: AccessCapability) -> Self {
        Self::AccessCapability(Box::new(v))
    }
}
impl From<PublicationCapability> for AnyCapability {
    fn from(v: PublicationCapability) -> Self {
        Self::PublicationCapability(Box::new(v))
    }
}
impl From<CapabilityDecrypt> for AnyCapability {
    fn from(v: CapabilityDecrypt) -> Self {
        Self::CapabilityDecrypt(Box::new(v))
    }
}
impl From<CapabilityDecryptPartial> for AnyCapability {
    fn from(v: CapabilityDecryptPartial) -> Self {
        Self::CapabilityDecryptPartial(Box::new(v))
    }
}
impl From<CapabilityDecryptServiced> for AnyCapability {
    fn from(v: CapabilityDecryptServiced) -> Self {
        Self::CapabilityDecryptServiced(Box::new(v))
    }
}
impl From<CapabilitySign> for AnyCapability {
    fn from(v: CapabilitySign) -> Self {
        Self::CapabilitySign(Box::new(v))
    }
}
impl From<CapabilityKeyGenerate> for AnyCapability {
    fn from(v: CapabilityKeyGenerate) -> Self {
        Self::CapabilityKeyGenerate(Box::new(v))
    }
}
impl From<CapabilityFairExchange> for AnyCapability {
    fn from(v: CapabilityFairExchange) -> Self {
        Self::CapabilityFairExchange(Box::new(v))
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyCatalogedApplication {
    CatalogedGroup(Box<CatalogedGroup>),
    CatalogedApplicationMail(Box<CatalogedApplicationMail>),
    CatalogedApplicationPkix(Box<CatalogedApplicationPkix>),
    CatalogedApplicationOpenPgp(Box<CatalogedApplicationOpenPgp>),
    CatalogedApplicationSsh(Box<CatalogedApplicationSsh>),
    CatalogedApplicationGit(Box<CatalogedApplicationGit>),
    CatalogedApplicationDeveloper(Box<CatalogedApplicationDeveloper>),
    Unknown(Unknown),
}
impl Tagged for AnyCatalogedApplication {
    fn tag(&self) -> &str {
        match self {
            Self::CatalogedGroup(_) => CatalogedGroup::TAG,
            Self::CatalogedApplicationMail(_) => CatalogedApplicationMail::TAG,
            Self::CatalogedApplicationPkix(_) => CatalogedApplicationPkix::TAG,
            Self::CatalogedApplicationOpenPgp(_) => CatalogedApplicationOpenPgp::TAG,
            Self::CatalogedApplicationSsh(_) => CatalogedApplicationSsh::TAG,
            Self::CatalogedApplicationGit(_) => CatalogedApplicationGit::TAG,
            Self::CatalogedApplicationDeveloper(_) => CatalogedApplicationDeveloper::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::CatalogedGroup(v) => v.encode(w),
            Self::CatalogedApplicationMail(v) => v.encode(w),
            Self::CatalogedApplicationPkix(v) => v.encode(w),
            Self::CatalogedApplicationOpenPgp(v) => v.encode(w),
            Self::CatalogedApplicationSsh(v) => v.encode(w),
            Self::CatalogedApplicationGit(v) => v.encode(w),
            Self::CatalogedApplicationDeveloper(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            CatalogedGroup::TAG => Self::CatalogedGroup(Decode::decode(r)?),
            CatalogedApplicationMail::TAG => Self::CatalogedApplicationMail(Decode::decode(r)?),
            CatalogedApplicationPkix::TAG => Self::CatalogedApplicationPkix(Decode::decode(r)?),
            CatalogedApplicationOpenPgp::TAG => {
                Self::CatalogedApplicationOpenPgp(Decode::decode(r)?)
            }
            CatalogedApplicationSsh::TAG => Self::CatalogedApplicationSsh(Decode::decode(r)?),
            CatalogedApplicationGit::TAG => Self::CatalogedApplicationGit(Decode::decode(r)?),
            CatalogedApplicationDeveloper::TAG => {
                Self::CatalogedApplicationDeveloper(Decode::decode(r)?)
            }
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyCatalogedApplication {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyCatalogedApplication {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<CatalogedGroup> for AnyCatalogedApplication {
    fn from(v: CatalogedGroup) -> Self {
        Self::CatalogedGroup(Box::new(v))
    }
}
impl From<CatalogedApplicationMail> for AnyCatalogedApplication {
    fn from(v: CatalogedApplicationMail) -> Self {
        Self::CatalogedApplicationMail(Box::new(v))
    }
}
impl From<CatalogedApplicationPkix> for AnyCatalogedApplication {
    fn from(v: CatalogedApplicationPkix) -> Self {
        Self::CatalogedApplicationPkix(Box::new(v))
    }
}
impl From<CatalogedApplicationOpenPgp> for AnyCatalogedApplication {
    fn from(v: CatalogedApplicationOpenPgp) -> Self {
        Self::CatalogedApplicationOpenPgp(Box::new(v))
    }
}
impl From<CatalogedApplicationSsh> for AnyCatalogedApplication {
    fn from(v: CatalogedApplicationSsh) -> Self {
        Self::CatalogedApplicationSsh(Box::new(v))
    }
}
impl From<CatalogedApplicationGit> for AnyCatalogedApplication {
    fn from(v: CatalogedApplicationGit) -> Self {
        Self::CatalogedApplicationGit(Box::new(v))
    }
}
impl From<CatalogedApplicationDeveloper> for AnyCatalogedApplication {
    fn from(v: CatalogedApplicationDeveloper) -> Self {
        Self::CatalogedApplicationDeveloper(Box::new(v))
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyCatalogedEntry {
    CatalogedDevice(Box<CatalogedDevice>),
    CatalogedSignature(Box<CatalogedSignature>),
    CatalogedDocument(Box<CatalogedDocument>),
    CatalogedPublication(Box<CatalogedPublication>),
    CatalogedCredential(Box<CatalogedCredential>),
    CatalogedNetwork(Box<CatalogedNetwork>),
    CatalogedContact(Box<CatalogedContact>),
    CatalogedAccess(Box<CatalogedAccess>),
    CatalogedBookmark(Box<CatalogedBookmark>),
    CatalogedTask(Box<CatalogedTask>),
    CatalogedMember(Box<CatalogedMember>),
    CatalogedGroup(Box<CatalogedGroup>),
    CatalogedFeed(Box<CatalogedFeed>),
    CatalogedApplicationMail(Box<CatalogedApplicationMail>),
    CatalogedApplicationPkix(Box<CatalogedApplicationPkix>),
    CatalogedApplicationOpenPgp(Box<CatalogedApplicationOpenPgp>),
    CatalogedApplicationSsh(Box<CatalogedApplicationSsh>),
    CatalogedApplicationGit(Box<CatalogedApplicationGit>),
    CatalogedApplicationDeveloper(Box<CatalogedApplicationDeveloper>),
    CatalogedReceipt(Box<CatalogedReceipt>),
    CatalogedTicket(Box<CatalogedTicket>),
    Unknown(Unknown),
}
impl Tagged for AnyCatalogedEntry {
    fn tag(&self) -> &str {
        match self {
            Self::CatalogedDevice(_) => CatalogedDevice::TAG,
            Self::CatalogedSignature(_) => CatalogedSignature::TAG,
            Self::CatalogedDocument(_) => CatalogedDocument::TAG,
            Self::CatalogedPublication(_) => CatalogedPublication::TAG,
            Self::CatalogedCredential(_) => CatalogedCredential::TAG,
            Self::CatalogedNetwork(_) => CatalogedNetwork::TAG,
            Self::CatalogedContact(_) => CatalogedContact::TAG,
            Self::CatalogedAccess(_) => CatalogedAccess::TAG,
            Self::CatalogedBookmark(_) => CatalogedBookmark::TAG,
            Self::CatalogedTask(_) => CatalogedTask::TAG,
            Self::CatalogedMember(_) => CatalogedMember::TAG,
            Self::CatalogedGroup(_) => CatalogedGroup::TAG,
            Self::CatalogedFeed(_) => CatalogedFeed::TAG,
            Self::CatalogedApplicationMail(_) => CatalogedApplicationMail::TAG,
            Self::CatalogedApplicationPkix(_) => CatalogedApplicationPkix::TAG,
            Self::CatalogedApplicationOpenPgp(_) => CatalogedApplicationOpenPgp::TAG,
            Self::CatalogedApplicationSsh(_) => CatalogedApplicationSsh::TAG,
            Self::CatalogedApplicationGit(_) => CatalogedApplicationGit::TAG,
            Self::CatalogedApplicationDeveloper(_) => CatalogedApplicationDeveloper::TAG,
            Self::CatalogedReceipt(_) => CatalogedReceipt::TAG,
            Self::CatalogedTicket(_) => CatalogedTicket::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::CatalogedDevice(v) => v.encode(w),
            Self::CatalogedSignature(v) => v.encode(w),
            Self::CatalogedDocument(v) => v.encode(w),
            Self::CatalogedPublication(v) => v.encode(w),
            Self::CatalogedCredential(v) => v.encode(w),
            Self::CatalogedNetwork(v) => v.encode(w),
            Self::CatalogedContact(v) => v.encode(w),
            Self::CatalogedAccess(v) => v.encode(w),
            Self::CatalogedBookmark(v) => v.encode(w),
            Self::CatalogedTask(v) => v.encode(w),
            Self::CatalogedMember(v) => v.encode(w),
            Self::CatalogedGroup(v) => v.encode(w),
            Self::CatalogedFeed(v) => v.encode(w),
            Self::CatalogedApplicationMail(v) => v.encode(w),
            Self::CatalogedApplicationPkix(v) => v.encode(w),
            Self::CatalogedApplicationOpenPgp(v) => v.encode(w),
            Self::CatalogedApplicationSsh(v) => v.encode(w),
            Self::CatalogedApplicationGit(v) => v.encode(w),
            Self::CatalogedApplicationDeveloper(v) => v.encode(w),
            Self::CatalogedReceipt(v) => v.encode(w),
            Self::CatalogedTicket(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            CatalogedDevice::TAG => Self::CatalogedDevice(Decode::decode(r)?),
            CatalogedSignature::TAG => Self::CatalogedSignature(Decode::decode(r)?),
            CatalogedDocument::TAG => Self::CatalogedDocument(Decode::decode(r)?),
            CatalogedPublication::TAG => Self::CatalogedPublication(Decode::decode(r)?),
            CatalogedCredential::TAG => Self::CatalogedCredential(Decode::decode(r)?),
            CatalogedNetwork::TAG => Self::CatalogedNetwork(Decode::decode(r)?),
            CatalogedContact::TAG => Self::CatalogedContact(Decode::decode(r)?),
            CatalogedAccess::TAG => Self::CatalogedAccess(Decode::decode(r)?),
            CatalogedBookmark::TAG => Self::CatalogedBookmark(Decode::decode(r)?),
            CatalogedTask::TAG => Self::CatalogedTask(Decode::decode(r)?),
            CatalogedMember::TAG => Self::CatalogedMember(Decode::decode(r)?),
            CatalogedGroup::TAG => Self::CatalogedGroup(Decode::decode(r)?),
            CatalogedFeed::TAG => Self::CatalogedFeed(Decode::decode(r)?),
            CatalogedApplicationMail::TAG => Self::CatalogedApplicationMail(Decode::decode(r)?),
            CatalogedApplicationPkix::TAG => Self::CatalogedApplicationPkix(Decode::decode(r)?),
            CatalogedApplicationOpenPgp::TAG => {
                Self::CatalogedApplicationOpenPgp(Decode::decode(r)?)
            }
            CatalogedApplicationSsh::TAG => Self::CatalogedApplicationSsh(Decode::decode(r)?),
            CatalogedApplicationGit::TAG => Self::CatalogedApplicationGit(Decode::decode(r)?),
            CatalogedApplicationDeveloper::TAG => {
                Self::CatalogedApplicationDeveloper(Decode::decode(r)?)
            }
            CatalogedReceipt::TAG => Self::CatalogedReceipt(Decode::decode(r)?),
            CatalogedTicket::TAG => Self::CatalogedTicket(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyCatalogedEntry {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyCatalogedEntry {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<CatalogedDevice> for AnyCatalogedEntry {
    fn from(v: CatalogedDevice) -> Self {
        Self::CatalogedDevice(Box::new(v))
    }
}
impl From<CatalogedSignature> for AnyCatalogedEntry {
    fn from(v: CatalogedSignature) -> Self {
        Self::CatalogedSignature(Box::new(v))
    }
}
impl From<CatalogedDocument> for AnyCatalogedEntry {
    fn from(v: CatalogedDocument) -> Self {
        Self::CatalogedDocument(Box::new(v))
    }
}
impl From<CatalogedPublication> for AnyCatalogedEntry {
    fn from(v: CatalogedPublication) -> Self {
        Self::CatalogedPublication(Box::new(v))
    }
}
impl From<CatalogedCredential> for AnyCatalogedEntry {
    fn from(v: CatalogedCredential) -> Self {
        Self::CatalogedCredential(Box::new(v))
    }
}
impl From<CatalogedNetwork> for AnyCatalogedEntry {
    fn from(v: CatalogedNetwork) -> Self {
        Self::CatalogedNetwork(Box::new(v))
    }
}
impl From<CatalogedContact> for AnyCatalogedEntry {
    fn from(v: CatalogedContact) -> Self {
        Self::CatalogedContact(Box::new(v))
    }
}
impl From<CatalogedAccess> for AnyCatalogedEntry {
    fn from(v: CatalogedAccess) -> Self {
        Self::CatalogedAccess(Box::new(v))
    }
}
impl From<CatalogedBookmark> for AnyCatalogedEntry {
    fn from(v: CatalogedBookmark) -> Self {
        Self::CatalogedBookmark(Box::new(v))
    }
}
impl From<CatalogedTask> for AnyCatalogedEntry {
    fn from(v: CatalogedTask) -> Self {
        Self::CatalogedTask(Box::new(v))
    }
}
impl From<CatalogedMember> for AnyCatalogedEntry {
    fn from(v: CatalogedMember) -> Self {
        Self::CatalogedMember(Box::new(v))
    }
}
impl From<CatalogedGroup> for AnyCatalogedEntry {
    fn from(v: CatalogedGroup) -> Self {
        Self::CatalogedGroup(Box::new(v))
    }
}
impl From<CatalogedFeed> for AnyCatalogedEntry {
    fn from(v: CatalogedFeed) -> Self {
        Self::CatalogedFeed(Box::new(v))
    }
}
impl From<CatalogedApplicationMail> for AnyCatalogedEntry {
    fn from(v: CatalogedApplicationMail) -> Self {
        Self::CatalogedApplicationMail(Box::new(v))
    }
}
impl From<CatalogedApplicationPkix> for AnyCatalogedEntry {
    fn from(v: CatalogedApplicationPkix) -> Self {
        Self::CatalogedApplicationPkix(Box::new(v))
    }
}
impl From<CatalogedApplicationOpenPgp> for AnyCatalogedEntry {
    fn from(v: CatalogedApplicationOpenPgp) -> Self {
        Self::CatalogedApplicationOpenPgp(Box::new(v))
    }
}
impl From<CatalogedApplicationSsh> for AnyCatalogedEntry {
    fn from(v: CatalogedApplicationSsh) -> Self {
        Self::CatalogedApplicationSsh(Box::new(v))
    }
}
impl From<CatalogedApplicationGit> for AnyCatalogedEntry {
    fn from(v: CatalogedApplicationGit) -> Self {
        Self::CatalogedApplicationGit(Box::new(v))
    }
}
impl From<CatalogedApplicationDeveloper> for AnyCatalogedEntry {
    fn from(v: CatalogedApplicationDeveloper) -> Self {
        Self::CatalogedApplicationDeveloper(Box::new(v))
    }
}
impl From<CatalogedReceipt> for AnyCatalogedEntry {
    fn from(v: CatalogedReceipt) -> Self {
        Self::CatalogedReceipt(Box::new(v))
    }
}
impl From<CatalogedTicket> for AnyCatalogedEntry {
    fn from(v: CatalogedTicket) -> Self {
        Self::CatalogedTicket(Box::new(v))
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyCondition {
    Unknown(Unknown),
}
impl Tagged for AnyCondition {
    fn tag(&self) -> &str {
        match self {
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyCondition {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyCondition {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyContact {
    ContactGroup(Box<ContactGroup>),
    ContactPerson(Box<ContactPerson>),
    ContactOrganization(Box<ContactOrganization>),
    Unknown(Unknown),
}
impl Tagged for AnyContact {
    fn tag(&self) -> &str {
        match self {
            Self::ContactGroup(_) => ContactGroup::TAG,
            Self::ContactPerson(_) => ContactPerson::TAG,
            Self::ContactOrganization(_) => ContactOrganization::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::ContactGroup(v) => v.encode(w),
            Self::ContactPerson(v) => v.encode(w),
            Self::ContactOrganization(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            ContactGroup::TAG => Self::ContactGroup(Decode::decode(r)?),
            ContactPerson::TAG => Self::ContactPerson(Decode::decode(r)?),
            ContactOrganization::TAG => Self::ContactOrganization(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyContact {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyContact {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<ContactGroup> for AnyContact {
    fn from(v: ContactGroup) -> Self {
        Self::ContactGroup(Box::new(v))
    }
}
impl From<ContactPerson> for AnyContact {
    fn from(v: ContactPerson) -> Self {
        Self::ContactPerson(Box::new(v))
    }
}
impl From<ContactOrganization> for AnyContact {
    fn from(v: ContactOrganization) -> Self {
        Self::ContactOrganization(Box::new(v))
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyCryptographicCapability {
    CapabilityDecrypt(Box<CapabilityDecrypt>),
    CapabilityDecryptPartial(Box<CapabilityDecryptPartial>),
    CapabilityDecryptServiced(Box<CapabilityDecryptServiced>),
    CapabilitySign(Box<CapabilitySign>),
    CapabilityKeyGenerate(Box<CapabilityKeyGenerate>),
    CapabilityFairExchange(Box<CapabilityFairExchange>),
    Unknown(Unknown),
}
impl Tagged for AnyCryptographicCapability {
    fn tag(&self) -> &str {
        match self {
            Self::CapabilityDecrypt(_) => CapabilityDecrypt::TAG,
            Self::CapabilityDecryptPartial(_) => CapabilityDecryptPartial::TAG,
            Self::CapabilityDecryptServiced(_) => CapabilityDecryptServiced::TAG,
            Self::CapabilitySign(_) => CapabilitySign::TAG,
            Self::CapabilityKeyGenerate(_) => CapabilityKeyGenerate::TAG,
            Self::CapabilityFairExchange(_) => CapabilityFairExchange::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::CapabilityDecrypt(v) => v.encode(w),
            Self::CapabilityDecryptPartial(v) => v.encode(w),
            Self::CapabilityDecryptServiced(v) => v.encode(w),
            Self::CapabilitySign(v) => v.encode(w),
            Self::CapabilityKeyGenerate(v) => v.encode(w),
            Self::CapabilityFairExchange(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            CapabilityDecrypt::TAG => Self::CapabilityDecrypt(Decode::decode(r)?),
            CapabilityDecryptPartial::TAG => Self::CapabilityDecryptPartial(Decode::decode(r)?),
            CapabilityDecryptServiced::TAG => Self::CapabilityDecryptServiced(Decode::decode(r)?),
            CapabilitySign::TAG => Self::CapabilitySign(Decode::decode(r)?),
            CapabilityKeyGenerate::TAG => Self::CapabilityKeyGenerate(Decode::decode(r)?),
            CapabilityFairExchange::TAG => Self::CapabilityFairExchange(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyCryptographicCapability {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyCryptographicCapability {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<CapabilityDecrypt> for AnyCryptographicCapability {
    fn from(v: CapabilityDecrypt) -> Self {
        Self::CapabilityDecrypt(Box::new(v))
    }
}
impl From<CapabilityDecryptPartial> for AnyCryptographicCapability {
    fn from(v: CapabilityDecryptPartial) -> Self {
        Self::CapabilityDecryptPartial(Box::new(v))
    }
}
impl From<CapabilityDecryptServiced> for AnyCryptographicCapability {
    fn from(v: CapabilityDecryptServiced) -> Self {
        Self::CapabilityDecryptServiced(Box::new(v))
    }
}
impl From<CapabilitySign> for AnyCryptographicCapability {
    fn from(v: CapabilitySign) -> Self {
        Self::CapabilitySign(Box::new(v))
    }
}
impl From<CapabilityKeyGenerate> for AnyCryptographicCapability {
    fn from(v: CapabilityKeyGenerate) -> Self {
        Self::CapabilityKeyGenerate(Box::new(v))
    }
}
impl From<CapabilityFairExchange> for AnyCryptographicCapability {
    fn from(v: CapabilityFairExchange) -> Self {
        Self::CapabilityFairExchange(Box::new(v))
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyNetworkAddress {
    NetworkAddress(Box<NetworkAddress>),
    NetworkCredential(Box<NetworkCredential>),
    NetworkProfile(Box<NetworkProfile>),
    NetworkCapability(Box<NetworkCapability>),
    Unknown(Unknown),
}
impl Tagged for AnyNetworkAddress {
    fn tag(&self) -> &str {
        match self {
            Self::NetworkAddress(_) => NetworkAddress::TAG,
            Self::NetworkCredential(_) => NetworkCredential::TAG,
            Self::NetworkProfile(_) => NetworkProfile::TAG,
            Self::NetworkCapability(_) => NetworkCapability::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::NetworkAddress(v) => v.encode(w),
            Self::NetworkCredential(v) => v.encode(w),
            Self::NetworkProfile(v) => v.encode(w),
            Self::NetworkCapability(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            NetworkAddress::TAG => Self::NetworkAddress(Decode::decode(r)?),
            NetworkCredential::TAG => Self::NetworkCredential(Decode::decode(r)?),
            NetworkProfile::TAG => Self::NetworkProfile(Decode::decode(r)?),
            NetworkCapability::TAG => Self::NetworkCapability(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyNetworkAddress {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyNetworkAddress {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<NetworkAddress> for AnyNetworkAddress {
    fn from(v: NetworkAddress) -> Self {
        Self::NetworkAddress(Box::new(v))
    }
}
impl From<NetworkCredential> for AnyNetworkAddress {
    fn from(v: NetworkCredential) -> Self {
        Self::NetworkCredential(Box::new(v))
    }
}
impl From<NetworkProfile> for AnyNetworkAddress {
    fn from(v: NetworkProfile) -> Self {
        Self::NetworkProfile(Box::new(v))
    }
}
impl From<NetworkCapability> for AnyNetworkAddress {
    fn from(v: NetworkCapability) -> Self {
        Self::NetworkCapability(Box::new(v))
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyProfile {
    ProfileDevice(Box<ProfileDevice>),
    ProfileAccount(Box<ProfileAccount>),
    ProfileUser(Box<ProfileUser>),
    ProfileGroup(Box<ProfileGroup>),
    ProfileService(Box<ProfileService>),
    ProfileMeshService(Box<ProfileMeshService>),
    ProfileHost(Box<ProfileHost>),
    Unknown(Unknown),
}
impl Tagged for AnyProfile {
    fn tag(&self) -> &str {
        match self {
            Self::ProfileDevice(_) => ProfileDevice::TAG,
            Self::ProfileAccount(_) => ProfileAccount::TAG,
            Self::ProfileUser(_) => ProfileUser::TAG,
            Self::ProfileGroup(_) => ProfileGroup::TAG,
            Self::ProfileService(_) => ProfileService::TAG,
            Self::ProfileMeshService(_) => ProfileMeshService::TAG,
            Self::ProfileHost(_) => ProfileHost::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::ProfileDevice(v) => v.encode(w),
            Self::ProfileAccount(v) => v.encode(w),
            Self::ProfileUser(v) => v.encode(w),
            Self::ProfileGroup(v) => v.encode(w),
            Self::ProfileService(v) => v.encode(w),
            Self::ProfileMeshService(v) => v.encode(w),
            Self::ProfileHost(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            ProfileDevice::TAG => Self::ProfileDevice(Decode::decode(r)?),
            ProfileAccount::TAG => Self::ProfileAccount(Decode::decode(r)?),
            ProfileUser::TAG => Self::ProfileUser(Decode::decode(r)?),
            ProfileGroup::TAG => Self::ProfileGroup(Decode::decode(r)?),
            ProfileService::TAG => Self::ProfileService(Decode::decode(r)?),
            ProfileMeshService::TAG => Self::ProfileMeshService(Decode::decode(r)?),
            ProfileHost::TAG => Self::ProfileHost(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyProfile {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyProfile {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<ProfileDevice> for AnyProfile {
    fn from(v: ProfileDevice) -> Self {
        Self::ProfileDevice(Box::new(v))
    }
}
impl From<ProfileAccount> for AnyProfile {
    fn from(v: ProfileAccount) -> Self {
        Self::ProfileAccount(Box::new(v))
    }
}
impl From<ProfileUser> for AnyProfile {
    fn from(v: ProfileUser) -> Self {
        Self::ProfileUser(Box::new(v))
    }
}
impl From<ProfileGroup> for AnyProfile {
    fn from(v: ProfileGroup) -> Self {
        Self::ProfileGroup(Box::new(v))
    }
}
impl From<ProfileService> for AnyProfile {
    fn from(v: ProfileService) -> Self {
        Self::ProfileService(Box::new(v))
    }
}
impl From<ProfileMeshService> for AnyProfile {
    fn from(v: ProfileMeshService) -> Self {
        Self::ProfileMeshService(Box::new(v))
    }
}
impl From<ProfileHost> for AnyProfile {
    fn from(v: ProfileHost) -> Self {
        Self::ProfileHost(Box::new(v))
    }
}
