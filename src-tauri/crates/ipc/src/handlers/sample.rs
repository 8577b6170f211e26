//! The sample data.

use engine::app::SampleAccess;

use super::app_state;
use crate::{
    dto::{AppState, Nothing, SampleActRequest},
    error::IpcError,
    router::Router,
};

pub(crate) async fn start_sample(router: &Router, _: Nothing) -> Result<AppState, IpcError> {
    let access = router.sample.start().await?;
    router
        .app
        .open_sample(SampleAccess {
            kommo_address: access.kommo_address,
            kommo_token: access.kommo_token,
            oneflow_address: access.oneflow_address,
            oneflow_token: access.oneflow_token,
            oneflow_email: access.oneflow_email,
        })
        .await?;
    app_state(router, Nothing {}).await
}

pub(crate) async fn leave_sample(router: &Router, _: Nothing) -> Result<AppState, IpcError> {
    router.app.leave_sample().await;
    router.sample.stop();
    app_state(router, Nothing {}).await
}

pub(crate) async fn sample_act(router: &Router, request: SampleActRequest) -> Result<Nothing, IpcError> {
    router.sample.act(request.act, request.contract.as_deref()).await?;
    if let Ok(profile) = router.app.profile() {
        // Who clicks "Client signs" wants to see it now.
        profile.look_now();
    }
    Ok(Nothing {})
}
