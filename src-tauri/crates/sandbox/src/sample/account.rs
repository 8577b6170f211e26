//! The Kommo account: users, pipelines, loss reasons.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::fields;
use crate::config::Config;
use crate::kommo::{Account, Drive, Kommo, LOST, Limiter, Pipeline, RefreshTokens, Stage, User, WON};
use crate::sandbox::Addresses;

/// Name of the company, on both services.
pub(super) const COMPANY: &str = "Nordkonsult AB";

/// An account without cards and tokens.
pub(super) fn kommo(config: &Config, addresses: &Addresses, now: Timestamp) -> Kommo {
    let pipelines = pipelines();
    Kommo {
        account: Account {
            id: config.account_id,
            name: COMPANY.to_owned(),
            subdomain: config.subdomain.clone(),
            country: "SE",
            currency: "EUR",
            currency_symbol: "€",
            zone: "Europe/Stockholm",
            created_at: (now - SignedDuration::from_hours(24 * 900)).as_second(),
            drive_url: addresses.drive.clone(),
        },
        users: users(),
        fields: fields::all(config, &pipelines),
        pipelines,
        loss_reasons: [(18_001, "Too expensive"), (18_003, "Chose a competitor"), (18_005, "No answer")]
            .map(|(id, name)| (id, name.to_owned()))
            .to_vec(),
        leads: BTreeMap::new(),
        contacts: BTreeMap::new(),
        companies: BTreeMap::new(),
        notes: BTreeMap::new(),
        tasks: BTreeMap::new(),
        events: Vec::new(),
        drive: Drive::default(),
        tokens: Vec::new(),
        refresh_tokens: RefreshTokens::default(),
        limiter: Limiter::default(),
        api_domain: addresses.kommo.replace("http://127.0.0.1", "localhost"),
        next_id: 98_100_000,
    }
}

/// The first is the administrator behind the token; she and the second are users of Oneflow too.
fn users() -> Vec<User> {
    [
        (7_700_123, "Karin Lind", "karin.lind", "sv", true),
        (7_700_131, "Óscar Núñez", "oscar.nunez", "es", false),
        (7_700_139, "Marta Lopes", "marta.lopes", "pt", false),
        (7_700_147, "Jonas Bergström", "jonas.bergstrom", "sv", false),
        (7_700_155, "Ayşe Yılmaz", "ayse.yilmaz", "tr", false),
        (7_700_163, "Pekka Virtanen", "pekka.virtanen", "en", false),
    ]
    .map(|(id, name, mail, language, is_admin)| User {
        id,
        name: name.to_owned(),
        email: format!("{mail}@nordkonsult.example"),
        language,
        is_admin,
        is_active: true,
    })
    .to_vec()
}

fn pipelines() -> Vec<Pipeline> {
    let stages = ["Initial contact", "Discussions", "Decision making", "Contract discussion"];
    vec![
        pipeline(9_100_441, "New customers", &stages, 78_110_201, "Closed - won"),
        // Names of won and lost can differ by pipeline: only their ids count (api/kommo.md §11).
        pipeline(9_100_449, "Existing customers", &["Request", "Offer"], 78_110_231, "Extended"),
        pipeline(
            9_100_457,
            "Partners",
            &["Lead from partner", "Joint meeting", "Offer"],
            78_110_261,
            "Won together",
        ),
    ]
}

fn pipeline(id: i64, name: &str, stages: &[&str], first_id: i64, won: &str) -> Pipeline {
    const COLORS: [&str; 4] = ["#98cbff", "#ffff99", "#ffc8c8", "#deff81"];
    let mut all = vec![Stage {
        id: first_id,
        name: "Incoming leads".to_owned(),
        sort: 10,
        color: "#c1c1c1",
        is_incoming: true,
    }];
    for ((stage, color), place) in stages.iter().zip(COLORS).zip(1..) {
        all.push(Stage {
            id: first_id + 2 * place,
            name: (*stage).to_owned(),
            sort: 10 + 10 * place,
            color,
            is_incoming: false,
        });
    }
    for (id, name, sort, color) in [(WON, won, 10_000, "#CCFF66"), (LOST, "Closed - lost", 11_000, "#D5D8DB")]
    {
        all.push(Stage { id, name: name.to_owned(), sort, color, is_incoming: false });
    }
    Pipeline { id, name: name.to_owned(), is_main: first_id == 78_110_201, stages: all }
}
