//! The code flow's token call (api/kommo.md §3.2), as far as the switches need it.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::admission::{NewToken, Token};
use crate::server::{Call, Reply};
use crate::shared::World;
use crate::switches::OldRefreshToken;

/// Where the call goes; it carries no token.
pub(super) const PATH: &str = "/oauth2/access_token";

const CODE: &str = "def50200sandboxcode";

/// Refresh tokens given out, the newest last, and whether the newest was used.
#[derive(Debug, Default)]
pub(crate) struct RefreshTokens {
    given: Vec<String>,
}

/// `POST /oauth2/access_token`. The authorisation code is always `def50200sandboxcode`.
pub(super) fn token(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    let sent = call.json();
    match sent["grant_type"].as_str() {
        Some("authorization_code") if sent["code"] == CODE => {}
        Some("refresh_token") => use_refresh_token(world, &sent)?,
        Some("authorization_code") => return Err(refused("Authorization code has expired")),
        _ => return Err(refused("Check the `grant_type` parameter")),
    }
    let user = world.kommo.users[0].id;
    let new = NewToken {
        user,
        issued: call.now,
        expires: call.now + SignedDuration::from_hours(24),
        files: true,
        api_domain: world.kommo.api_domain.clone(),
    };
    let token = Token::issue(&world.kommo, &new, &mut world.random);
    let refresh = format!("def50200{:08}", world.kommo.fresh_id());
    world.kommo.refresh_tokens.given.push(refresh.clone());
    let body = json!({
        "token_type": "Bearer",
        "expires_in": 86_400,
        "server_time": call.seconds(),
        "access_token": token.secret,
        "refresh_token": refresh,
    });
    world.kommo.tokens.push(token);
    Ok(Reply::json(200, "application/json", &body))
}

fn use_refresh_token(world: &mut World, sent: &Value) -> Result<(), Reply> {
    let given = &mut world.kommo.refresh_tokens.given;
    let at = given.iter().position(|known| sent["refresh_token"] == known.as_str());
    let at = at.ok_or_else(|| refused("Token has been revoked"))?;
    match world.switches.kommo.old_refresh_token {
        OldRefreshToken::Dead => drop(given.drain(..=at)),
        // The one before stays good until this one's successor is used.
        OldRefreshToken::GoodUntilNewIsUsed => drop(given.drain(..at)),
    }
    Ok(())
}

fn refused(hint: &str) -> Reply {
    let body = json!({
        "hint": hint,
        "title": "Invalid authorization code or refresh token",
        "type": "https://developers.amocrm.ru/v3/errors/OAuthProblemJson",
        "status": 400,
        "detail": hint,
    });
    Reply::json(400, "application/problem+json", &body)
}
