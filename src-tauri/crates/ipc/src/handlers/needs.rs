//! What waits for a person.

use std::collections::BTreeMap;

use engine::{needs, previews, sending};

use super::{open, send_shown};
use crate::{
    convert::{contract_choice, id, need_dtos},
    dto::{NeedDto, Nothing, SettleContractRequest},
    error::IpcError,
    router::Router,
};

pub(crate) async fn needs_you(router: &Router, _: Nothing) -> Result<Vec<NeedDto>, IpcError> {
    let profile = open(router)?;
    let needs = needs::list(&profile).await?;
    let mut sends = BTreeMap::new();
    for send in &needs.sends {
        sends.insert(send.id, send_shown(router, &profile, send).await?);
    }
    let labels = match previews::mapping(&profile).await {
        Ok(mapping) => previews::labels(&profile, mapping.version).await?,
        Err(_) => BTreeMap::new(),
    };
    Ok(need_dtos(&needs, &sends, &labels))
}

pub(crate) async fn settle_contract(
    router: &Router,
    request: SettleContractRequest,
) -> Result<Nothing, IpcError> {
    let profile = open(router)?;
    let (contract, send) = (id(&request.contract)?, id(&request.send)?);
    sending::settle_contract(&profile, contract, contract_choice(request.choice), send).await?;
    Ok(Nothing {})
}
