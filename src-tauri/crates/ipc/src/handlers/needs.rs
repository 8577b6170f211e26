//! What waits for a person.

use std::collections::BTreeMap;

use engine::needs;

use super::{open, send_shown};
use crate::{
    convert::need_dtos,
    dto::{NeedDto, Nothing},
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
    Ok(need_dtos(&needs, &sends))
}
