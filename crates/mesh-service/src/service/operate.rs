// SPDX-License-Identifier: MIT
//! Contributions with the key shares that the service holds.
//!
//! Spec: mesh-protocol, "Operate"; mesh-schema, "CapabilityDecryptServiced"; threshold, "Threshold Decryption".
//! Here: who may ask for a contribution, how often, and the contribution.
//! Not here: the arithmetic (`mesh-crypto`, threshold), which shares there are (`access`).
//!
//! A share is sealed to this host in the access catalog and opened for each use; nothing that it contributes decrypts anything
//! without the device's own share. Signatures, key generation and sharing are not offered.

use mesh_crypto::jose::KeyAgreementECDH;
use mesh_crypto::threshold::Contribution;
use mesh_crypto::{KeyAlgorithm, PublicKey};
use mesh_jsonbcd::from_bytes;
use mesh_protocol::caller::{Standing, UserCaller};
use mesh_protocol::generated::{
    AnyCryptographicOperation, CryptographicOperationKeyAgreement, CryptographicResultKeyAgreement,
    OperateRequest, OperateResponse,
};
use mesh_protocol::{Code, Failure};
use mesh_schema::generated::{AnyCapability, CapabilityDecryptServiced};

use super::{Service, missing};
use crate::account::Served;
use crate::error::Error;

/// Contributions that a device may ask for within an hour: a catalog needs one whenever it is opened.
pub(super) const MAX_CONTRIBUTIONS: u32 = 20_000;
/// Operations of one request.
const MAX_OPERATIONS: usize = 256;

impl Service {
    /// Performs the operations of a request, all of them or none.
    pub(super) fn contribute(
        &self,
        caller: &UserCaller,
        request: &OperateRequest,
    ) -> Result<OperateResponse, Failure> {
        if !matches!(caller.standing, Standing::Device(_)) {
            return Err(Failure::new(Code::NotAuthorized));
        }
        let served = self.served(&caller.account)?;
        let key = caller.peer.key().udf().to_string();
        let number = request.operations.len();
        if number > MAX_OPERATIONS {
            return Err(missing("Operations"));
        }
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        if !self
            .0
            .contributions
            .admit(key.clone(), number, self.0.env.now().unix())
        {
            tracing::warn!(account = %caller.account, device = %key, "too many contributions asked for");
            return Err(Failure::with_text(
                Code::Refused,
                "this device has asked for too many decryptions within the hour",
            ));
        }
        let mut results = Vec::with_capacity(request.operations.len());
        for operation in &request.operations {
            let AnyCryptographicOperation::CryptographicOperationKeyAgreement(operation) =
                operation
            else {
                return Err(Failure::with_text(
                    Code::Refused,
                    "this service contributes to key agreements only",
                ));
            };
            let contribution = self.agreement(&served, caller, operation)?;
            let result = KeyAgreementECDH {
                curve: Some(KeyAlgorithm::X448.jose_name().to_owned()),
                result: Some(contribution.octets().to_vec()),
            };
            results.push(
                CryptographicResultKeyAgreement {
                    key_agreement: Some(result.into()),
                    ..CryptographicResultKeyAgreement::default()
                }
                .into(),
            );
        }
        Ok(OperateResponse {
            results,
            ..OperateResponse::default()
        })
    }

    fn agreement(
        &self,
        served: &Served,
        caller: &UserCaller,
        operation: &CryptographicOperationKeyAgreement,
    ) -> Result<Contribution, Failure> {
        let id = operation
            .key_id
            .as_deref()
            .ok_or_else(|| missing("KeyId"))?;
        let peer = operation
            .public_key
            .as_ref()
            .ok_or_else(|| missing("PublicKey"))?;
        let peer = PublicKey::from_jose(peer).map_err(|_| missing("PublicKey"))?;
        let device = caller.peer.key().udf().to_string();
        let capability = self.serviced(served, id)?;
        // Whoever is not the grantee does not learn that there is such a share.
        let capability = capability
            .filter(|capability| {
                capability.active == Some(true)
                    && capability.authentication_id.as_deref() == Some(device.as_str())
            })
            .ok_or_else(|| Failure::new(Code::NotAuthorized))?;
        let share = capability
            .enveloped_key_share
            .as_ref()
            .ok_or_else(|| missing("EnvelopedKeyShare"))?
            .open(self.0.host.keys())
            .map_err(Error::from)?;
        let share = share
            .share()
            .map_err(Error::from)?
            .ok_or_else(|| missing("EnvelopedKeyShare"))?;
        let contribution = share.contribute(&peer).map_err(|_| missing("PublicKey"))?;
        tracing::info!(account = %caller.account, device = %device, key = %id, "contributed to a decryption");
        Ok(contribution)
    }

    fn serviced(
        &self,
        served: &Served,
        id: &str,
    ) -> Result<Option<CapabilityDecryptServiced>, Error> {
        let Some(row) = self.0.store.access(served.id, id)? else {
            return Ok(None);
        };
        Ok(match from_bytes(&row)? {
            AnyCapability::CapabilityDecryptServiced(capability) => Some(*capability),
            _ => None,
        })
    }
}
