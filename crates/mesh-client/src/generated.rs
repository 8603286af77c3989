// SPDX-License-Identifier: MIT
//! temporary
#![allow(missing_docs, unused_imports, clippy::all)]
use mesh_dare::{Envelope, Enveloped};
use mesh_jsonbcd::*;
use mesh_schema::generated::*;
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedMachine {
    pub id: Option<String>,
    pub local: Option<String>,
    pub default: Option<bool>,
    pub enveloped_profile_account: Option<Enveloped<ProfileAccount>>,
    pub cataloged_device: Option<CatalogedDevice>,
    pub cataloged_device_digest: Option<String>,
    pub enveloped_account_host_assignment: Option<Enveloped<AccountHostAssignment>>,
}
impl Object for CatalogedMachine {
    const TAG: &'static str = "CatalogedMachine";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Id", &self.id);
        write_option(w, "Local", &self.local);
        write_option(w, "Default", &self.default);
        write_option(
            w,
            "EnvelopedProfileAccount",
            &self.enveloped_profile_account,
        );
        write_option(w, "CatalogedDevice", &self.cataloged_device);
        write_option(w, "CatalogedDeviceDigest", &self.cataloged_device_digest);
        write_option(
            w,
            "EnvelopedAccountHostAssignment",
            &self.enveloped_account_host_assignment,
        );
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Id" => self.id = read_option(r)?,
            "Local" => self.local = read_option(r)?,
            "Default" => self.default = read_option(r)?,
            "EnvelopedProfileAccount" => self.enveloped_profile_account = read_option(r)?,
            "CatalogedDevice" => self.cataloged_device = read_option(r)?,
            "CatalogedDeviceDigest" => self.cataloged_device_digest = read_option(r)?,
            "EnvelopedAccountHostAssignment" => {
                self.enveloped_account_host_assignment = read_option(r)?
            }
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedService {
    pub enveloped_profile_service: Option<Enveloped<ProfileService>>,
    pub enveloped_profile_host: Option<Enveloped<ProfileHost>>,
    pub enveloped_activation_common: Option<Enveloped<ActivationCommon>>,
    pub enveloped_activation_host: Option<Enveloped<ActivationHost>>,
    pub enveloped_connection_service: Option<Enveloped<ConnectionService>>,
    pub service_identifier: Option<String>,
    pub id: Option<String>,
    pub local: Option<String>,
    pub default: Option<bool>,
    pub enveloped_profile_account: Option<Enveloped<ProfileAccount>>,
    pub cataloged_device: Option<CatalogedDevice>,
    pub cataloged_device_digest: Option<String>,
    pub enveloped_account_host_assignment: Option<Enveloped<AccountHostAssignment>>,
}
impl Object for CatalogedService {
    const TAG: &'static str = "CatalogedService";
    fn write_fields(&self, w: &mut Writer) {
        write_option(
            w,
            "EnvelopedProfileService",
            &self.enveloped_profile_service,
        );
        write_option(w, "EnvelopedProfileHost", &self.enveloped_profile_host);
        write_option(
            w,
            "EnvelopedActivationCommon",
            &self.enveloped_activation_common,
        );
        write_option(
            w,
            "EnvelopedActivationHost",
            &self.enveloped_activation_host,
        );
        write_option(
            w,
            "EnvelopedConnectionService",
            &self.enveloped_connection_service,
        );
        write_option(w, "ServiceIdentifier", &self.service_identifier);
        write_option(w, "Id", &self.id);
        write_option(w, "Local", &self.local);
        write_option(w, "Default", &self.default);
        write_option(
            w,
            "EnvelopedProfileAccount",
            &self.enveloped_profile_account,
        );
        write_option(w, "CatalogedDevice", &self.cataloged_device);
        write_option(w, "CatalogedDeviceDigest", &self.cataloged_device_digest);
        write_option(
            w,
            "EnvelopedAccountHostAssignment",
            &self.enveloped_account_host_assignment,
        );
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedProfileService" => self.enveloped_profile_service = read_option(r)?,
            "EnvelopedProfileHost" => self.enveloped_profile_host = read_option(r)?,
            "EnvelopedActivationCommon" => self.enveloped_activation_common = read_option(r)?,
            "EnvelopedActivationHost" => self.enveloped_activation_host = read_option(r)?,
            "EnvelopedConnectionService" => self.enveloped_connection_service = read_option(r)?,
            "ServiceIdentifier" => self.service_identifier = read_option(r)?,
            "Id" => self.id = read_option(r)?,
            "Local" => self.local = read_option(r)?,
            "Default" => self.default = read_option(r)?,
            "EnvelopedProfileAccount" => self.enveloped_profile_account = read_option(r)?,
            "CatalogedDevice" => self.cataloged_device = read_option(r)?,
            "CatalogedDeviceDigest" => self.cataloged_device_digest = read_option(r)?,
            "EnvelopedAccountHostAssignment" => {
                self.enveloped_account_host_assignment = read_option(r)?
            }
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedStandard {
    pub id: Option<String>,
    pub local: Option<String>,
    pub default: Option<bool>,
    pub enveloped_profile_account: Option<Enveloped<ProfileAccount>>,
    pub cataloged_device: Option<CatalogedDevice>,
    pub cataloged_device_digest: Option<String>,
    pub enveloped_account_host_assignment: Option<Enveloped<AccountHostAssignment>>,
}
impl Object for CatalogedStandard {
    const TAG: &'static str = "CatalogedStandard";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Id", &self.id);
        write_option(w, "Local", &self.local);
        write_option(w, "Default", &self.default);
        write_option(
            w,
            "EnvelopedProfileAccount",
            &self.enveloped_profile_account,
        );
        write_option(w, "CatalogedDevice", &self.cataloged_device);
        write_option(w, "CatalogedDeviceDigest", &self.cataloged_device_digest);
        write_option(
            w,
            "EnvelopedAccountHostAssignment",
            &self.enveloped_account_host_assignment,
        );
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Id" => self.id = read_option(r)?,
            "Local" => self.local = read_option(r)?,
            "Default" => self.default = read_option(r)?,
            "EnvelopedProfileAccount" => self.enveloped_profile_account = read_option(r)?,
            "CatalogedDevice" => self.cataloged_device = read_option(r)?,
            "CatalogedDeviceDigest" => self.cataloged_device_digest = read_option(r)?,
            "EnvelopedAccountHostAssignment" => {
                self.enveloped_account_host_assignment = read_option(r)?
            }
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedPending {
    pub device_udf: Option<String>,
    pub enveloped_profile_device: Option<Enveloped<ProfileDevice>>,
    pub enveloped_acknowledge_connection: Option<Enveloped<AcknowledgeConnection>>,
    pub account_address: Option<String>,
    pub id: Option<String>,
    pub local: Option<String>,
    pub default: Option<bool>,
    pub enveloped_profile_account: Option<Enveloped<ProfileAccount>>,
    pub cataloged_device: Option<CatalogedDevice>,
    pub cataloged_device_digest: Option<String>,
    pub enveloped_account_host_assignment: Option<Enveloped<AccountHostAssignment>>,
}
impl Object for CatalogedPending {
    const TAG: &'static str = "CatalogedPending";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "DeviceUDF", &self.device_udf);
        write_option(w, "EnvelopedProfileDevice", &self.enveloped_profile_device);
        write_option(
            w,
            "EnvelopedAcknowledgeConnection",
            &self.enveloped_acknowledge_connection,
        );
        write_option(w, "AccountAddress", &self.account_address);
        write_option(w, "Id", &self.id);
        write_option(w, "Local", &self.local);
        write_option(w, "Default", &self.default);
        write_option(
            w,
            "EnvelopedProfileAccount",
            &self.enveloped_profile_account,
        );
        write_option(w, "CatalogedDevice", &self.cataloged_device);
        write_option(w, "CatalogedDeviceDigest", &self.cataloged_device_digest);
        write_option(
            w,
            "EnvelopedAccountHostAssignment",
            &self.enveloped_account_host_assignment,
        );
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "DeviceUDF" => self.device_udf = read_option(r)?,
            "EnvelopedProfileDevice" => self.enveloped_profile_device = read_option(r)?,
            "EnvelopedAcknowledgeConnection" => {
                self.enveloped_acknowledge_connection = read_option(r)?
            }
            "AccountAddress" => self.account_address = read_option(r)?,
            "Id" => self.id = read_option(r)?,
            "Local" => self.local = read_option(r)?,
            "Default" => self.default = read_option(r)?,
            "EnvelopedProfileAccount" => self.enveloped_profile_account = read_option(r)?,
            "CatalogedDevice" => self.cataloged_device = read_option(r)?,
            "CatalogedDeviceDigest" => self.cataloged_device_digest = read_option(r)?,
            "EnvelopedAccountHostAssignment" => {
                self.enveloped_account_host_assignment = read_option(r)?
            }
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogedPreconfigured {
    pub enveloped_profile_device: Option<Enveloped<ProfileDevice>>,
    pub enveloped_connection_service: Option<Enveloped<ConnectionService>>,
    pub enveloped_connection_device: Option<Enveloped<ConnectionDevice>>,
    pub account_address: Option<String>,
    pub publication_id: Option<String>,
    pub service_authenticator: Option<SecretString>,
    pub device_authenticator: Option<SecretString>,
    pub id: Option<String>,
    pub local: Option<String>,
    pub default: Option<bool>,
    pub enveloped_profile_account: Option<Enveloped<ProfileAccount>>,
    pub cataloged_device: Option<CatalogedDevice>,
    pub cataloged_device_digest: Option<String>,
    pub enveloped_account_host_assignment: Option<Enveloped<AccountHostAssignment>>,
}
impl Object for CatalogedPreconfigured {
    const TAG: &'static str = "CatalogedPreconfigured";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "EnvelopedProfileDevice", &self.enveloped_profile_device);
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
        write_option(w, "AccountAddress", &self.account_address);
        write_option(w, "PublicationId", &self.publication_id);
        write_option(w, "ServiceAuthenticator", &self.service_authenticator);
        write_option(w, "DeviceAuthenticator", &self.device_authenticator);
        write_option(w, "Id", &self.id);
        write_option(w, "Local", &self.local);
        write_option(w, "Default", &self.default);
        write_option(
            w,
            "EnvelopedProfileAccount",
            &self.enveloped_profile_account,
        );
        write_option(w, "CatalogedDevice", &self.cataloged_device);
        write_option(w, "CatalogedDeviceDigest", &self.cataloged_device_digest);
        write_option(
            w,
            "EnvelopedAccountHostAssignment",
            &self.enveloped_account_host_assignment,
        );
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "EnvelopedProfileDevice" => self.enveloped_profile_device = read_option(r)?,
            "EnvelopedConnectionService" => self.enveloped_connection_service = read_option(r)?,
            "EnvelopedConnectionDevice" => self.enveloped_connection_device = read_option(r)?,
            "AccountAddress" => self.account_address = read_option(r)?,
            "PublicationId" => self.publication_id = read_option(r)?,
            "ServiceAuthenticator" => self.service_authenticator = read_option(r)?,
            "DeviceAuthenticator" => self.device_authenticator = read_option(r)?,
            "Id" => self.id = read_option(r)?,
            "Local" => self.local = read_option(r)?,
            "Default" => self.default = read_option(r)?,
            "EnvelopedProfileAccount" => self.enveloped_profile_account = read_option(r)?,
            "CatalogedDevice" => self.cataloged_device = read_option(r)?,
            "CatalogedDeviceDigest" => self.cataloged_device_digest = read_option(r)?,
            "EnvelopedAccountHostAssignment" => {
                self.enveloped_account_host_assignment = read_option(r)?
            }
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShellDispatch {
    pub protocol: Option<String>,
    pub icon: Option<String>,
    pub actions: Vec<ShellAction>,
}
impl Object for ShellDispatch {
    const TAG: &'static str = "ShellDispatch";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Protocol", &self.protocol);
        write_option(w, "Icon", &self.icon);
        write_list(w, "Actions", &self.actions);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Protocol" => self.protocol = read_option(r)?,
            "Icon" => self.icon = read_option(r)?,
            "Actions" => self.actions = read_list(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShellAction {
    pub id: Option<String>,
    pub icon: Option<String>,
    pub mode: Option<String>,
    pub parameter: Option<String>,
}
impl Object for ShellAction {
    const TAG: &'static str = "ShellAction";
    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Id", &self.id);
        write_option(w, "Icon", &self.icon);
        write_option(w, "Mode", &self.mode);
        write_option(w, "Parameter", &self.parameter);
        let _ = w;
    }
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        let _ = &r;
        match name {
            "Id" => self.id = read_option(r)?,
            "Icon" => self.icon = read_option(r)?,
            "Mode" => self.mode = read_option(r)?,
            "Parameter" => self.parameter = read_option(r)?,
            _ => return Ok(false),
        }
        #[allow(unreachable_code)]
        Ok(true)
    }
}
#[derive(Clone, Debug, PartialEq)]
pub enum AnyCatalogedMachine {
    CatalogedMachine(Box<CatalogedMachine>),
    CatalogedService(Box<CatalogedService>),
    CatalogedStandard(Box<CatalogedStandard>),
    CatalogedPending(Box<CatalogedPending>),
    CatalogedPreconfigured(Box<CatalogedPreconfigured>),
    Unknown(Unknown),
}
impl Tagged for AnyCatalogedMachine {
    fn tag(&self) -> &str {
        match self {
            Self::CatalogedMachine(_) => CatalogedMachine::TAG,
            Self::CatalogedService(_) => CatalogedService::TAG,
            Self::CatalogedStandard(_) => CatalogedStandard::TAG,
            Self::CatalogedPending(_) => CatalogedPending::TAG,
            Self::CatalogedPreconfigured(_) => CatalogedPreconfigured::TAG,
            Self::Unknown(v) => &v.tag,
        }
    }
    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::CatalogedMachine(v) => v.encode(w),
            Self::CatalogedService(v) => v.encode(w),
            Self::CatalogedStandard(v) => v.encode(w),
            Self::CatalogedPending(v) => v.encode(w),
            Self::CatalogedPreconfigured(v) => v.encode(w),
            Self::Unknown(v) => v.value.encode(w),
        }
    }
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            CatalogedMachine::TAG => Self::CatalogedMachine(Decode::decode(r)?),
            CatalogedService::TAG => Self::CatalogedService(Decode::decode(r)?),
            CatalogedStandard::TAG => Self::CatalogedStandard(Decode::decode(r)?),
            CatalogedPending::TAG => Self::CatalogedPending(Decode::decode(r)?),
            CatalogedPreconfigured::TAG => Self::CatalogedPreconfigured(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}
impl Encode for AnyCatalogedMachine {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}
impl Decode for AnyCatalogedMachine {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}
impl From<CatalogedMachine> for AnyCatalogedMachine {
    fn from(v: CatalogedMachine) -> Self {
        Self::CatalogedMachine(Box::new(v))
    }
}
impl From<CatalogedService> for AnyCatalogedMachine {
    fn from(v: CatalogedService) -> Self {
        Self::CatalogedService(Box::new(v))
    }
}
impl From<CatalogedStandard> for AnyCatalogedMachine {
    fn from(v: CatalogedStandard) -> Self {
        Self::CatalogedStandard(Box::new(v))
    }
}
impl From<CatalogedPending> for AnyCatalogedMachine {
    fn from(v: CatalogedPending) -> Self {
        Self::CatalogedPending(Box::new(v))
    }
}
impl From<CatalogedPreconfigured> for AnyCatalogedMachine {
    fn from(v: CatalogedPreconfigured) -> Self {
        Self::CatalogedPreconfigured(Box::new(v))
    }
}
