//! Sample data: a consultancy that wins deals in Kommo and sends contracts through Oneflow.
//!
//! Everything is drawn from the seed and dated back from the start of the clock: the same configuration gives the
//! same data.

mod account;
mod awkward;
mod cards;
mod contracts;
mod fields;
mod names;
mod templates;

use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::config::Config;
use crate::kommo::{Kommo, NewToken, Token};
use crate::oneflow;
use crate::sandbox::{Addresses, Tokens};
use crate::shared::World;

/// How long a token is good from the start.
const TOKEN_LIVES: SignedDuration = SignedDuration::from_hours(24 * 400);

/// The world at the start, and the tokens to it.
pub(crate) fn world(config: &Config, addresses: &Addresses, now: Timestamp) -> (World, Tokens) {
    let mut random = StdRng::seed_from_u64(config.seed);
    let mut kommo = account::kommo(config, addresses, now);
    cards::fill(&mut kommo, config, now, &mut random);
    let mut oneflow = templates::oneflow(config, addresses, now);
    contracts::fill(&mut oneflow, config, now, &mut random);
    // Tokens are drawn last, so that other data does not change with them.
    let tokens = tokens(&mut kommo, &mut oneflow, now, &mut random);
    let world = World { kommo, oneflow, switches: config.switches.clone(), random };
    (world, tokens)
}

fn tokens(kommo: &mut Kommo, oneflow: &mut oneflow::Oneflow, now: Timestamp, random: &mut StdRng) -> Tokens {
    let admin = kommo.users[0].id;
    let ordinary = kommo.users[1].id;
    let day = SignedDuration::from_hours(24);
    let mut issue = |user, expires: SignedDuration, files| {
        let api_domain = kommo.api_domain.clone();
        let new = NewToken { user, issued: now - day * 2, expires: now + expires, files, api_domain };
        let token = Token::issue(kommo, &new, random);
        let secret = token.secret.clone();
        kommo.tokens.push(token);
        secret
    };
    let tokens = Tokens {
        kommo: issue(admin, TOKEN_LIVES, true),
        kommo_ordinary_user: issue(ordinary, TOKEN_LIVES, true),
        kommo_expired: issue(admin, -day, true),
        kommo_without_files: issue(admin, TOKEN_LIVES, false),
        kommo_user_id: admin,
        oneflow: String::new(),
        oneflow_user_email: oneflow.users[0].email.clone(),
    };
    let token = oneflow::Token::issue(random);
    let secret = token.secret.clone();
    oneflow.tokens.push(token);
    Tokens { oneflow: secret, ..tokens }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;

    fn sample(config: &Config) -> (World, Tokens) {
        let address = |port: u16| format!("http://127.0.0.1:{port}");
        let addresses = Addresses {
            kommo: address(1),
            drive: address(2),
            oneflow: address(3),
            storage: address(4),
            control: None,
        };
        world(config, &addresses, "2026-11-22T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn the_same_configuration_gives_the_same_data() {
        let deals = |config: &Config| {
            let (world, tokens) = sample(config);
            let deals: Vec<_> =
                world.kommo.leads.values().map(|lead| held::deal(&world.kommo, lead)).collect();
            (deals, tokens)
        };
        let config = Config::default();
        assert!(deals(&config) == deals(&config));
        assert!(deals(&config) != deals(&Config { seed: 2, ..Config::default() }));
    }

    #[test]
    fn as_many_deals_are_won_as_asked_at_any_size() {
        for wanted in [0, 1, 10, 120, 3_000] {
            let (world, _) = sample(&Config { deals: wanted, ..Config::default() });
            let won = world.kommo.leads.values().filter(|lead| lead.status_id == crate::kommo::WON).count();
            assert_eq!(won, wanted);
        }
    }

    #[test]
    fn nothing_is_dated_later_than_the_start() {
        let (world, _) = sample(&Config::default());
        let now = "2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap().as_second();
        assert!(world.kommo.leads.values().all(|lead| lead.card.updated_at <= now));
        assert!(world.kommo.leads.values().all(|lead| lead.closed_at.is_none_or(|closed| closed <= now)));
    }

    #[test]
    fn oneflow_tokens_have_forty_characters_and_kommo_tokens_three_parts() {
        let (_, tokens) = sample(&Config::default());
        assert_eq!(tokens.oneflow.len(), 40);
        assert_eq!(tokens.kommo.split('.').count(), 3);
    }
}
