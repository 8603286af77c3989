// SPDX-License-Identifier: MIT
//! temporary
#![allow(missing_docs, unused_imports, clippy::all)]
use mesh_dare::{Envelope, Enveloped};
use mesh_jsonbcd::*;
use mesh_schema::generated::*;
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountUser {
    pub enveloped_profile_user: Option<Enveloped<ProfileAccount>>,
    pub enveloped_account_host_assignment: Option<Enveloped<AccountHostAssignment>>,
    pub directory: Option<String>,
    pub profile_udf: Option<String>,
    pub quota: Option<i64>,
    pub status: Option<String>,
    pub local_address: Option<String>,
    pub uid: Option<String>,
    pub local_name: Option<String>,
    pub path: Option<String>,
    pub description: Option<String>,
}
impl Object for AccountUser {
    const TAG: &'static str = "AccountUser";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "EnvelopedProfileUser", &self.enveloped_profile_user);
        write_option(
            w,
            "EnvelopedAccountHostAssignment",
            &self.enveloped_account_host_assignment,
        );
        write_option(w, "Directory", &self.directory);
        write_option(w, "ProfileUdf", &self.profile_udf);
        write_option(w, "Quota", &self.quota);
        write_option(w, "Status", &self.status);
        write_option(w, "LocalAddress", &self.local_address);
        write_option(w, "Uid", &self.uid);
        write_option(w, "LocalName", &self.local_name);
        write_option(w, "Path", &self.path);
        write_option(w, "Description", &self.description);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedProfileUser" => self.enveloped_profile_user = read_option(r)?,
            "EnvelopedAccountHostAssignment" => {
                self.enveloped_account_host_assignment = read_option(r)?
            }
            "Directory" => self.directory = read_option(r)?,
            "ProfileUdf" => self.profile_udf = read_option(r)?,
            "Quota" => self.quota = read_option(r)?,
            "Status" => self.status = read_option(r)?,
            "LocalAddress" => self.local_address = read_option(r)?,
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
#[derive(Clone, Debug, PartialEq)]
pub enum AnyAccountEntry {
    AccountUser(Box<AccountUser>),
    Unknown(Unknown),
}
impl Tagged for AnyAccountEntry {
    fn tag(&self) -> &str {
        match self {
            Self::AccountUser(_) => AccountUser::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::AccountUser(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            AccountUser::TAG => Self::AccountUser(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyAccountEntry {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyAccountEntry {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<AccountUser> for AnyAccountEntry {
    fn from(v: AccountUser) -> Self {
        Self::AccountUser(Box::new(v))
    }
}
