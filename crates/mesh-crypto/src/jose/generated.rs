// SPDX-License-Identifier: MIT
//! temporary
#![allow(missing_docs, unused_imports, clippy::all)]
use mesh_jsonbcd::*;
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JoseWebSignature {
    pub unprotected: Option<Header>,
    pub payload: Option<Vec<u8>>,
    pub signatures: Vec<Signature>,
}
impl Object for JoseWebSignature {
    const TAG: &'static str = "JoseWebSignature";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "unprotected", &self.unprotected);
        write_option(w, "payload", &self.payload);
        write_list(w, "signatures", &self.signatures);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "unprotected" => self.unprotected = read_option(r)?,
            "payload" => self.payload = read_option(r)?,
            "signatures" => self.signatures = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JoseWebEncryption {
    pub protected: Option<Vec<u8>>,
    pub iv: Option<Vec<u8>>,
    pub recipients: Vec<Recipient>,
    pub encrypted_key: Option<Vec<u8>>,
    pub additional_authenticated_data: Option<Vec<u8>>,
    pub cipher_text: Option<Vec<u8>>,
    pub j_tag: Option<Vec<u8>>,
    pub unprotected: Option<Header>,
    pub payload: Option<Vec<u8>>,
    pub signatures: Vec<Signature>,
}
impl Object for JoseWebEncryption {
    const TAG: &'static str = "JoseWebEncryption";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "protected", &self.protected);
        write_option(w, "iv", &self.iv);
        write_list(w, "recipients", &self.recipients);
        write_option(w, "encrypted_key", &self.encrypted_key);
        write_option(w, "aad", &self.additional_authenticated_data);
        write_option(w, "ciphertext", &self.cipher_text);
        write_option(w, "tag", &self.j_tag);
        write_option(w, "unprotected", &self.unprotected);
        write_option(w, "payload", &self.payload);
        write_list(w, "signatures", &self.signatures);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "protected" => self.protected = read_option(r)?,
            "iv" => self.iv = read_option(r)?,
            "recipients" => self.recipients = read_list(r)?,
            "encrypted_key" => self.encrypted_key = read_option(r)?,
            "aad" => self.additional_authenticated_data = read_option(r)?,
            "ciphertext" => self.cipher_text = read_option(r)?,
            "tag" => self.j_tag = read_option(r)?,
            "unprotected" => self.unprotected = read_option(r)?,
            "payload" => self.payload = read_option(r)?,
            "signatures" => self.signatures = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signed {
    pub protected: Option<Vec<u8>>,
    pub payload: Option<Vec<u8>>,
    pub signature: Option<Vec<u8>>,
}
impl Object for Signed {
    const TAG: &'static str = "Signed";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "protected", &self.protected);
        write_option(w, "payload", &self.payload);
        write_option(w, "signature", &self.signature);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "protected" => self.protected = read_option(r)?,
            "payload" => self.payload = read_option(r)?,
            "signature" => self.signature = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Encrypted {
    pub header: Option<Header>,
    pub iv: Option<Vec<u8>>,
    pub cipher_text: Option<Vec<u8>>,
    pub signature: Option<Vec<u8>>,
}
impl Object for Encrypted {
    const TAG: &'static str = "Encrypted";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "header", &self.header);
        write_option(w, "iv", &self.iv);
        write_option(w, "ciphertext", &self.cipher_text);
        write_option(w, "signature", &self.signature);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "header" => self.header = read_option(r)?,
            "iv" => self.iv = read_option(r)?,
            "ciphertext" => self.cipher_text = read_option(r)?,
            "signature" => self.signature = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyCore {
    pub enc: Option<String>,
    pub dig: Option<String>,
    pub alg: Option<String>,
    pub kid: Option<String>,
    pub x5u: Option<String>,
    pub x5c: Option<Vec<u8>>,
    pub x5t: Option<Vec<u8>>,
    pub x5t_s256: Option<Vec<u8>>,
}
impl Object for KeyCore {
    const TAG: &'static str = "KeyCore";
    fn write_fields(&self, w: &mut Writer) {
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
pub struct Header {
    pub jku: Option<String>,
    pub jwk: Option<AnyKey>,
    pub epk: Option<AnyKey>,
    pub ek: Option<Vec<u8>>,
    pub typ: Option<String>,
    pub cty: Option<String>,
    pub crit: Vec<String>,
    pub val: Option<Vec<u8>>,
    pub enc: Option<String>,
    pub dig: Option<String>,
    pub alg: Option<String>,
    pub kid: Option<String>,
    pub x5u: Option<String>,
    pub x5c: Option<Vec<u8>>,
    pub x5t: Option<Vec<u8>>,
    pub x5t_s256: Option<Vec<u8>>,
}
impl Object for Header {
    const TAG: &'static str = "Header";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "jku", &self.jku);
        write_option(w, "jwk", &self.jwk);
        write_option(w, "epk", &self.epk);
        write_option(w, "ek", &self.ek);
        write_option(w, "typ", &self.typ);
        write_option(w, "cty", &self.cty);
        write_list(w, "crit", &self.crit);
        write_option(w, "val", &self.val);
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
            "jku" => self.jku = read_option(r)?,
            "jwk" => self.jwk = read_option(r)?,
            "epk" => self.epk = read_option(r)?,
            "ek" => self.ek = read_option(r)?,
            "typ" => self.typ = read_option(r)?,
            "cty" => self.cty = read_option(r)?,
            "crit" => self.crit = read_list(r)?,
            "val" => self.val = read_option(r)?,
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
pub struct Signature {
    pub header: Option<Header>,
    pub protected: Option<Vec<u8>>,
    pub signature_value: Option<Vec<u8>>,
}
impl Object for Signature {
    const TAG: &'static str = "Signature";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "header", &self.header);
        write_option(w, "protected", &self.protected);
        write_option(w, "signature", &self.signature_value);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "header" => self.header = read_option(r)?,
            "protected" => self.protected = read_option(r)?,
            "signature" => self.signature_value = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyContainer {
    pub exportable: Option<bool>,
    pub key_core: Option<Vec<u8>>,
}
impl Object for KeyContainer {
    const TAG: &'static str = "KeyContainer";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Exportable", &self.exportable);
        write_option(w, "KeyCore", &self.key_core);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Exportable" => self.exportable = read_option(r)?,
            "KeyCore" => self.key_core = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Key {
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
impl Object for Key {
    const TAG: &'static str = "Key";
    fn write_fields(&self, w: &mut Writer) {
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
pub struct Recipient {
    pub header: Option<Header>,
    pub encrypted_key: Option<Vec<u8>>,
}
impl Object for Recipient {
    const TAG: &'static str = "Recipient";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Header", &self.header);
        write_option(w, "encrypted_key", &self.encrypted_key);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Header" => self.header = read_option(r)?,
            "encrypted_key" => self.encrypted_key = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PublicKeyRSA {
    pub n: Option<Vec<u8>>,
    pub e: Option<Vec<u8>>,
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
impl Object for PublicKeyRSA {
    const TAG: &'static str = "PublicKeyRSA";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "n", &self.n);
        write_option(w, "e", &self.e);
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
            "n" => self.n = read_option(r)?,
            "e" => self.e = read_option(r)?,
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
pub struct PrivateKeyRSA {
    pub d: Option<SecretBytes>,
    pub p: Option<SecretBytes>,
    pub q: Option<SecretBytes>,
    pub dp: Option<SecretBytes>,
    pub dq: Option<SecretBytes>,
    pub qi: Option<SecretBytes>,
    pub n: Option<Vec<u8>>,
    pub e: Option<Vec<u8>>,
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
impl Object for PrivateKeyRSA {
    const TAG: &'static str = "PrivateKeyRSA";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "d", &self.d);
        write_option(w, "p", &self.p);
        write_option(w, "q", &self.q);
        write_option(w, "dp", &self.dp);
        write_option(w, "dq", &self.dq);
        write_option(w, "qi", &self.qi);
        write_option(w, "n", &self.n);
        write_option(w, "e", &self.e);
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
            "d" => self.d = read_option(r)?,
            "p" => self.p = read_option(r)?,
            "q" => self.q = read_option(r)?,
            "dp" => self.dp = read_option(r)?,
            "dq" => self.dq = read_option(r)?,
            "qi" => self.qi = read_option(r)?,
            "n" => self.n = read_option(r)?,
            "e" => self.e = read_option(r)?,
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
pub struct PublicKeyDH {
    pub domain: Option<Vec<u8>>,
    pub public: Option<Vec<u8>>,
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
impl Object for PublicKeyDH {
    const TAG: &'static str = "PublicKeyDH";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Domain", &self.domain);
        write_option(w, "Public", &self.public);
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
            "Domain" => self.domain = read_option(r)?,
            "Public" => self.public = read_option(r)?,
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
pub struct PrivateKeyDH {
    pub private: Option<SecretBytes>,
    pub domain: Option<Vec<u8>>,
    pub public: Option<Vec<u8>>,
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
impl Object for PrivateKeyDH {
    const TAG: &'static str = "PrivateKeyDH";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Private", &self.private);
        write_option(w, "Domain", &self.domain);
        write_option(w, "Public", &self.public);
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
            "Private" => self.private = read_option(r)?,
            "Domain" => self.domain = read_option(r)?,
            "Public" => self.public = read_option(r)?,
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
pub struct PublicKeyECDH {
    pub curve: Option<String>,
    pub public: Option<Vec<u8>>,
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
impl Object for PublicKeyECDH {
    const TAG: &'static str = "PublicKeyECDH";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "crv", &self.curve);
        write_option(w, "Public", &self.public);
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
            "crv" => self.curve = read_option(r)?,
            "Public" => self.public = read_option(r)?,
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
pub struct PrivateKeyECDH {
    pub private: Option<SecretBytes>,
    pub curve: Option<String>,
    pub public: Option<Vec<u8>>,
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
impl Object for PrivateKeyECDH {
    const TAG: &'static str = "PrivateKeyECDH";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Private", &self.private);
        write_option(w, "crv", &self.curve);
        write_option(w, "Public", &self.public);
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
            "Private" => self.private = read_option(r)?,
            "crv" => self.curve = read_option(r)?,
            "Public" => self.public = read_option(r)?,
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
pub struct PrivateKeyUDF {
    pub private_value: Option<SecretString>,
    pub key_type: Option<String>,
    pub root_sign_algorithms: Vec<String>,
    pub algorithm_encrypt: Option<String>,
    pub algorithm_sign: Option<String>,
    pub algorithm_authenticate: Option<String>,
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
impl Object for PrivateKeyUDF {
    const TAG: &'static str = "PrivateKeyUDF";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "PrivateValue", &self.private_value);
        write_option(w, "KeyType", &self.key_type);
        write_list(w, "RootSignAlgorithms", &self.root_sign_algorithms);
        write_option(w, "AlgorithmEncrypt", &self.algorithm_encrypt);
        write_option(w, "AlgorithmSign", &self.algorithm_sign);
        write_option(w, "AlgorithmAuthenticate", &self.algorithm_authenticate);
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
            "PrivateValue" => self.private_value = read_option(r)?,
            "KeyType" => self.key_type = read_option(r)?,
            "RootSignAlgorithms" => self.root_sign_algorithms = read_list(r)?,
            "AlgorithmEncrypt" => self.algorithm_encrypt = read_option(r)?,
            "AlgorithmSign" => self.algorithm_sign = read_option(r)?,
            "AlgorithmAuthenticate" => self.algorithm_authenticate = read_option(r)?,
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
pub struct KeyAgreement {}
impl Object for KeyAgreement {
    const TAG: &'static str = "KeyAgreement";
    fn write_fields(&self, w: &mut Writer) {
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyAgreementDH {
    pub result: Option<Vec<u8>>,
}
impl Object for KeyAgreementDH {
    const TAG: &'static str = "KeyAgreementDH";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Result", &self.result);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Result" => self.result = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyAgreementECDH {
    pub curve: Option<String>,
    pub result: Option<Vec<u8>>,
}
impl Object for KeyAgreementECDH {
    const TAG: &'static str = "KeyAgreementECDH";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Curve", &self.curve);
        write_option(w, "Result", &self.result);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Curve" => self.curve = read_option(r)?,
            "Result" => self.result = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PublicKeyBinary {
    pub public: Option<Vec<u8>>,
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
impl Object for PublicKeyBinary {
    const TAG: &'static str = "PublicKeyBinary";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Public", &self.public);
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
            "Public" => self.public = read_option(r)?,
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
pub struct PrivateKeyBinary {
    pub public: Option<Vec<u8>>,
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
impl Object for PrivateKeyBinary {
    const TAG: &'static str = "PrivateKeyBinary";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Public", &self.public);
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
            "Public" => self.public = read_option(r)?,
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
#[derive(Clone, Debug, PartialEq)]
pub enum AnyKey {
    Key(Box<Key>),
    PublicKeyRSA(Box<PublicKeyRSA>),
    PrivateKeyRSA(Box<PrivateKeyRSA>),
    PublicKeyDH(Box<PublicKeyDH>),
    PrivateKeyDH(Box<PrivateKeyDH>),
    PublicKeyECDH(Box<PublicKeyECDH>),
    PrivateKeyECDH(Box<PrivateKeyECDH>),
    PrivateKeyUDF(Box<PrivateKeyUDF>),
    PublicKeyBinary(Box<PublicKeyBinary>),
    PrivateKeyBinary(Box<PrivateKeyBinary>),
    Unknown(Unknown),
}
impl Tagged for AnyKey {
    fn tag(&self) -> &str {
        match self {
            Self::Key(_) => Key::TAG,
            Self::PublicKeyRSA(_) => PublicKeyRSA::TAG,
            Self::PrivateKeyRSA(_) => PrivateKeyRSA::TAG,
            Self::PublicKeyDH(_) => PublicKeyDH::TAG,
            Self::PrivateKeyDH(_) => PrivateKeyDH::TAG,
            Self::PublicKeyECDH(_) => PublicKeyECDH::TAG,
            Self::PrivateKeyECDH(_) => PrivateKeyECDH::TAG,
            Self::PrivateKeyUDF(_) => PrivateKeyUDF::TAG,
            Self::PublicKeyBinary(_) => PublicKeyBinary::TAG,
            Self::PrivateKeyBinary(_) => PrivateKeyBinary::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::Key(v) => v.encode(w),
            Self::PublicKeyRSA(v) => v.encode(w),
            Self::PrivateKeyRSA(v) => v.encode(w),
            Self::PublicKeyDH(v) => v.encode(w),
            Self::PrivateKeyDH(v) => v.encode(w),
            Self::PublicKeyECDH(v) => v.encode(w),
            Self::PrivateKeyECDH(v) => v.encode(w),
            Self::PrivateKeyUDF(v) => v.encode(w),
            Self::PublicKeyBinary(v) => v.encode(w),
            Self::PrivateKeyBinary(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            Key::TAG => Self::Key(Decode::decode(r)?),
            PublicKeyRSA::TAG => Self::PublicKeyRSA(Decode::decode(r)?),
            PrivateKeyRSA::TAG => Self::PrivateKeyRSA(Decode::decode(r)?),
            PublicKeyDH::TAG => Self::PublicKeyDH(Decode::decode(r)?),
            PrivateKeyDH::TAG => Self::PrivateKeyDH(Decode::decode(r)?),
            PublicKeyECDH::TAG => Self::PublicKeyECDH(Decode::decode(r)?),
            PrivateKeyECDH::TAG => Self::PrivateKeyECDH(Decode::decode(r)?),
            PrivateKeyUDF::TAG => Self::PrivateKeyUDF(Decode::decode(r)?),
            PublicKeyBinary::TAG => Self::PublicKeyBinary(Decode::decode(r)?),
            PrivateKeyBinary::TAG => Self::PrivateKeyBinary(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyKey {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyKey {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<Key> for AnyKey {
    fn from(v: Key) -> Self {
        Self::Key(Box::new(v))
    }
}
impl From<PublicKeyRSA> for AnyKey {
    fn from(v: PublicKeyRSA) -> Self {
        Self::PublicKeyRSA(Box::new(v))
    }
}
impl From<PrivateKeyRSA> for AnyKey {
    fn from(v: PrivateKeyRSA) -> Self {
        Self::PrivateKeyRSA(Box::new(v))
    }
}
impl From<PublicKeyDH> for AnyKey {
    fn from(v: PublicKeyDH) -> Self {
        Self::PublicKeyDH(Box::new(v))
    }
}
impl From<PrivateKeyDH> for AnyKey {
    fn from(v: PrivateKeyDH) -> Self {
        Self::PrivateKeyDH(Box::new(v))
    }
}
impl From<PublicKeyECDH> for AnyKey {
    fn from(v: PublicKeyECDH) -> Self {
        Self::PublicKeyECDH(Box::new(v))
    }
}
impl From<PrivateKeyECDH> for AnyKey {
    fn from(v: PrivateKeyECDH) -> Self {
        Self::PrivateKeyECDH(Box::new(v))
    }
}
impl From<PrivateKeyUDF> for AnyKey {
    fn from(v: PrivateKeyUDF) -> Self {
        Self::PrivateKeyUDF(Box::new(v))
    }
}
impl From<PublicKeyBinary> for AnyKey {
    fn from(v: PublicKeyBinary) -> Self {
        Self::PublicKeyBinary(Box::new(v))
    }
}
impl From<PrivateKeyBinary> for AnyKey {
    fn from(v: PrivateKeyBinary) -> Self {
        Self::PrivateKeyBinary(Box::new(v))
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyKeyAgreement {
    KeyAgreement(Box<KeyAgreement>),
    KeyAgreementDH(Box<KeyAgreementDH>),
    KeyAgreementECDH(Box<KeyAgreementECDH>),
    Unknown(Unknown),
}
impl Tagged for AnyKeyAgreement {
    fn tag(&self) -> &str {
        match self {
            Self::KeyAgreement(_) => KeyAgreement::TAG,
            Self::KeyAgreementDH(_) => KeyAgreementDH::TAG,
            Self::KeyAgreementECDH(_) => KeyAgreementECDH::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::KeyAgreement(v) => v.encode(w),
            Self::KeyAgreementDH(v) => v.encode(w),
            Self::KeyAgreementECDH(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            KeyAgreement::TAG => Self::KeyAgreement(Decode::decode(r)?),
            KeyAgreementDH::TAG => Self::KeyAgreementDH(Decode::decode(r)?),
            KeyAgreementECDH::TAG => Self::KeyAgreementECDH(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyKeyAgreement {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyKeyAgreement {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<KeyAgreement> for AnyKeyAgreement {
    fn from(v: KeyAgreement) -> Self {
        Self::KeyAgreement(Box::new(v))
    }
}
impl From<KeyAgreementDH> for AnyKeyAgreement {
    fn from(v: KeyAgreementDH) -> Self {
        Self::KeyAgreementDH(Box::new(v))
    }
}
impl From<KeyAgreementECDH> for AnyKeyAgreement {
    fn from(v: KeyAgreementECDH) -> Self {
        Self::KeyAgreementECDH(Box::new(v))
    }
}
