//! One function for each command, grouped as the window is.

use std::sync::Arc;

use engine::Profile;

use crate::{
    error::{ErrorCode, IpcError},
    router::Router,
};

mod app;
mod contracts;
mod deals;
mod needs;
mod sample;
mod sending;
mod settings;
mod setup;

pub(crate) use app::{app_state, open_link, retry_keychain, set_preferences};
pub(crate) use contracts::{
    activity_page, activity_read, contract, contracts_page, save_signed_pdf, settle_write_back,
};
pub(crate) use deals::{
    deal, deal_filters, deals_page, preview, refresh, set_aside, set_aside_before, stop_refresh,
};
pub(crate) use needs::{needs_you, settle_contract};
pub(crate) use sample::{leave_sample, sample_act, start_sample};
pub(crate) use sending::{
    batch, send, send_batch_now, send_now, send_several, send_shown, settle_send, undo_batch, undo_send,
};
pub(crate) use settings::{
    mapping_sources, open_setup_file, replace_token, save_settings, save_setup_file, settings,
};
pub(crate) use setup::{
    add_marker_fields, create_contract_field, finish_setup, leave_setup, setup_people, setup_proposal,
    setup_templates, test_kommo, test_oneflow,
};

/// The open profile.
fn open(router: &Router) -> Result<Arc<Profile>, IpcError> {
    router.app.profile().map_err(|_| ErrorCode::NotConnected.into())
}
