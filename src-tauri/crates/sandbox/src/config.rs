//! What a sandbox is started with.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::switches::Switches;

/// How a sandbox is set up. Two sandboxes with the same `Config` and the same `start` hold the same data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Seeds sample data, tokens and faults with a probability.
    pub seed: u64,
    /// Number of won deals; open, lost and incoming ones come beside them. Up to 100,000 for load tests.
    pub deals: usize,
    /// How many times faster than real time the sandbox's clock runs.
    pub time_scale: f64,
    /// Where that clock starts; the real time of day when absent. Sample data is dated back from it.
    pub start: Option<Timestamp>,
    /// Ports to listen on, all on 127.0.0.1.
    pub ports: Ports,
    /// Whether the control surface is also served over HTTP.
    pub serve_control: bool,
    /// Whether the deal field `oneflow_contract_id` exists from the start.
    pub contract_field: bool,
    /// Whether the plain template's type has the marker fields `kommo_account`, `kommo_deal` and `kommo_send`.
    pub marker_fields: bool,
    /// Kommo's id of the account.
    pub account_id: i64,
    /// Kommo's subdomain of the account.
    pub subdomain: String,
    /// Contracts that people made in Oneflow's web app before the story begins.
    pub foreign_contracts: usize,
    /// Behaviour on which the sources are silent or disagree.
    pub switches: Switches,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 1,
            deals: 120,
            time_scale: 1.0,
            start: None,
            ports: Ports::default(),
            serve_control: true,
            contract_field: false,
            marker_fields: true,
            account_id: 31_900_001,
            subdomain: "nordkonsult".to_owned(),
            foreign_contracts: 12,
            switches: Switches::default(),
        }
    }
}

impl Config {
    /// For "Explore with sample data": everything that set-up would offer to add is there, and nothing but the
    /// app itself can act on it.
    pub fn sample() -> Self {
        Self { contract_field: true, serve_control: false, ..Self::default() }
    }
}

/// Ports on 127.0.0.1; 0 takes any free one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ports {
    /// Kommo's account host.
    pub kommo: u16,
    /// Kommo's drive host.
    pub drive: u16,
    /// Oneflow.
    pub oneflow: u16,
    /// The storage host that Oneflow's downloads are redirected to.
    pub storage: u16,
    /// The control surface.
    pub control: u16,
}
