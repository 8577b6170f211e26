//! What each event of a plan does.

use std::time::Duration;

use ipc::{
    ErrorCode, IpcError,
    dto::{AppState, NeedDto, PreviewDto, SendDto},
};
use jiff::SignedDuration;
use sandbox::{Act, Service};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    event::Event,
    faults, people,
    run::{Click, Jump, Restored, Run, plain_deal},
    seat::{Answer, Seat},
};

/// So long no fault begins before the clock jumps: what is on its way then has arrived. A jump must not turn an
/// effect of this minute into one of tomorrow.
const QUIET_BEFORE_JUMP: Duration = Duration::from_secs(75);

/// How often a token is given to a seat whose test of it meets faults: for longer than the five minutes for which Kommo
/// may want to hear nothing.
const TOKEN_TRIES: usize = 40;

impl Run<'_> {
    pub(super) async fn happens(&self, event: &Event) -> anyhow::Result<()> {
        match *event {
            Event::Click { seat, deal, send } => self.click(&self.seats[seat], plain_deal(deal), send).await,
            Event::Undo { seat, send } => self.undo(&self.seats[seat], send).await,
            Event::SendNow { seat, send } => {
                let _: Answer<SendDto> = self.seats[seat].ask("send_now", json!({ "send": send })).await;
            }
            Event::Decide { seat, pick } => self.decide(&self.seats[seat], pick).await,
            Event::Kill { seat, down } => return self.kill(&self.seats[seat], down).await,
            Event::Leave { seat } => {
                let was_up = self.seats[seat].leave().await?;
                self.notes().kills += usize::from(was_up);
            }
            Event::Sleep { seat, asleep } => {
                if self.seats[seat].set_asleep(true).await? {
                    self.wait(asleep).await;
                    self.seats[seat].set_asleep(false).await?;
                }
            }
            Event::Copy { seat } => return self.copy(&self.seats[seat]).await,
            Event::Restore { seat, down } => return self.restore(&self.seats[seat], down).await,
            Event::Jump { by } => self.jump(by).await,
            Event::Offline { lasts } => {
                self.sandbox.set_online(false).await;
                self.wait(lasts).await;
                self.sandbox.set_online(true).await;
            }
            Event::TokenEnds { service, lasts } => {
                self.act_quietly(Act::RevokeToken { service });
                self.wait(lasts).await;
                self.give_new_token(service).await;
            }
            Event::Deed { deed, pick } => {
                let mut notes = self.notes();
                let clicked: Vec<i64> = notes.clicks.values().map(|click| click.deal).collect();
                people::act(&self.sandbox, deed, pick, &clicked, &mut notes.touched);
            }
        }
        Ok(())
    }

    /// Looks at the preview and clicks, on a new version where a contract is out.
    async fn click(&self, seat: &Seat, deal: i64, send: Uuid) {
        let mut replaces: Option<String> = None;
        loop {
            let asked = json!({ "deal": deal.to_string(), "replaces": replaces, "edits": {} });
            let seen: PreviewDto = match seat.ask("preview", asked).await {
                Answer::Yes(seen) => seen,
                Answer::No(refused) => return self.note_refusal(refused.code),
                Answer::Silence => return,
            };
            let payload = json!({
                "send": send, "deal": seen.deal, "preview": seen.id, "replaces": seen.replaces, "edits": {},
            });
            self.note_click(seat, deal, send, false);
            match seat.ask::<SendDto>("send", payload).await {
                Answer::Yes(_) => return self.note_click(seat, deal, send, true),
                Answer::No(refused) => match newer_version(&refused).filter(|_| replaces.is_none()) {
                    Some(newest) => replaces = Some(newest),
                    None => return self.note_refusal(refused.code),
                },
                Answer::Silence => return,
            }
        }
    }

    fn note_click(&self, seat: &Seat, deal: i64, send: Uuid, is_heard: bool) {
        let at = self.sandbox.now();
        let mut notes = self.notes();
        let click = notes.clicks.entry(send).or_insert(Click { seat: seat.number, deal, at, is_heard });
        click.is_heard |= is_heard;
    }

    async fn undo(&self, seat: &Seat, send: Uuid) {
        if let Answer::Yes(_) = seat.ask::<SendDto>("undo_send", json!({ "send": send })).await {
            let now = self.sandbox.now();
            self.notes().undone.insert(send, now);
        }
    }

    async fn decide(&self, seat: &Seat, pick: u64) {
        let needs: Option<Vec<NeedDto>> = seat.ask("needs_you", json!({})).await.yes();
        let needs = needs.unwrap_or_default();
        let Some(need) = chosen(&needs, pick) else { return };
        let (command, payload) = if let Some(send) = &need.send {
            let Some(choice) = chosen(&send.choices, pick / 7) else { return };
            ("settle_send", json!({ "send": send.id, "choice": choice }))
        } else if let Some(work) = &need.write_back {
            ("settle_write_back", json!({ "id": work.id, "again": pick.is_multiple_of(2) }))
        } else {
            let Some(choice) = chosen(&need.choices, pick / 7) else { return };
            let send = self.send_id(pick);
            ("settle_contract", json!({ "contract": need.contract, "choice": choice, "send": send }))
        };
        match seat.ask::<Value>(command, payload).await {
            Answer::Yes(_) => self.notes().decisions += 1,
            Answer::No(refused) => self.note_refusal(refused.code),
            Answer::Silence => {}
        }
    }

    /// The id that the web view would make for a draft that is published from "Needs you".
    fn send_id(&self, pick: u64) -> Uuid {
        let millis = u64::try_from(self.sandbox.now().as_millisecond()).unwrap_or_default();
        let mut random = [0; 10];
        random[..8].copy_from_slice(&pick.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    async fn kill(&self, seat: &Seat, down: Duration) -> anyhow::Result<()> {
        if !seat.kill().await? {
            return Ok(());
        }
        self.notes().kills += 1;
        self.wait(down).await;
        self.start(seat).await
    }

    pub(super) async fn start(&self, seat: &Seat) -> anyhow::Result<()> {
        let started = seat.start(&self.sandbox, faults::SOCKETS_MS).await?;
        self.notes().starts.extend(started);
        Ok(())
    }

    async fn copy(&self, seat: &Seat) -> anyhow::Result<()> {
        if !seat.kill().await? {
            return Ok(());
        }
        seat.copy_ledger()?;
        let now = self.sandbox.now();
        self.notes().kills += 1;
        self.notes().copied.insert(seat.number, now);
        self.start(seat).await
    }

    async fn restore(&self, seat: &Seat, down: Duration) -> anyhow::Result<()> {
        let copied = self.notes().copied.get(&seat.number).copied();
        let Some(copied) = copied else { return Ok(()) };
        if !seat.kill().await? {
            return Ok(());
        }
        if seat.restore_ledger()? {
            let restored = Restored { seat: seat.number, copied, at: self.sandbox.now() };
            self.notes().restored.push(restored);
        }
        self.notes().kills += 1;
        self.wait(down).await;
        self.start(seat).await
    }

    async fn jump(&self, by: Duration) {
        let _alone = self.jumping.lock().await;
        self.end_faults();
        self.wait(QUIET_BEFORE_JUMP).await;
        self.advance(by);
        self.begin_faults();
    }

    pub(super) fn advance(&self, by: Duration) {
        let jump = Jump { at: self.sandbox.now(), by };
        self.notes().jumps.push(jump);
        self.sandbox.advance(SignedDuration::try_from(by).unwrap_or_default());
    }

    /// A new token, and every seat that runs is given it.
    pub(super) async fn give_new_token(&self, service: Service) {
        let issued = self.sandbox.act(Act::IssueToken { service });
        let Some(token) = issued.ok().and_then(|acted| acted.token) else { return };
        {
            let mut notes = self.notes();
            match service {
                Service::Kommo => notes.kommo_token = Some(token),
                Service::Oneflow => notes.oneflow_token = Some(token),
            }
        }
        futures::future::join_all(self.seats.iter().map(|seat| self.give_token(seat, service))).await;
    }

    /// The person pastes the newest token, again where the test of it failed.
    async fn give_token(&self, seat: &Seat, service: Service) {
        for _ in 0..TOKEN_TRIES {
            let (word, token) = match service {
                Service::Kommo => ("kommo", self.notes().kommo_token.clone()),
                Service::Oneflow => ("oneflow", self.notes().oneflow_token.clone()),
            };
            let payload = json!({ "service": word, "token": token });
            match seat.ask::<AppState>("replace_token", payload).await {
                Answer::Yes(_) | Answer::Silence => return,
                Answer::No(refused) => self.note_refusal(refused.code),
            }
            self.wait(Duration::from_secs(15)).await;
        }
    }

    fn act_quietly(&self, act: Act) {
        // Revoking cannot fail: it names nothing.
        let _ = self.sandbox.act(act);
    }
}

fn chosen<T>(among: &[T], pick: u64) -> Option<&T> {
    let count = u64::try_from(among.len()).ok().filter(|count| *count > 0)?;
    among.get(usize::try_from(pick % count).unwrap_or_default())
}

/// The contract that a new version would replace, where a plain click was refused because of it.
fn newer_version(refused: &IpcError) -> Option<String> {
    (refused.code == ErrorCode::AlreadySent).then(|| refused.params.get("contract").cloned()).flatten()
}
