//! The driver: brings an app of its own to the step, lets the call go wrong, and checks both services at the end.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use countersign_tests::{
    evidence::{one_create_one_publish, one_pdf, written_back},
    manager::{FirstRun as _, Line as _, Manager as _},
    pace,
    seat::Seat,
    wait,
    world::{Call, World, nth_deal},
};
use ipc::{
    ErrorCode,
    dto::{AppState, SendStateCode, SettingsDto, SettleChoice},
};
use sandbox::{Act, Effect, Host, Service};
use serde_json::json;

use crate::{
    faults::{Fault, TIME_OUT, Then},
    steps::{Step, Story},
    table::Took,
};

const TASK: &str = "Clarify objections - contract declined in Oneflow";

/// How long a cell may take to meet its fault, or to end. The longest wait some minutes of their fast clock.
const PATIENCE: Duration = Duration::from_mins(4);

/// One cell on its way.
struct Run<'a> {
    step: &'a Step,
    fault: &'a Fault,
    world: Arc<World>,
    seat: Seat,
    deal: i64,
    /// The stage that a signed deal is to get, as `pipeline-stage`.
    stage: Option<String>,
}

/// Runs one cell.
pub(crate) async fn run(step: &Step, fault: &Fault, took: Took) -> anyhow::Result<()> {
    let world = Arc::new(World::start_at(step.config(), 1.0).await?);
    let mut run = Run::new(step, fault, Arc::clone(&world))?;
    let pulse = run.seat.pulse();
    let ended = tokio::select! {
        ended = run.until_it_ends(took) => ended,
        () = pace::keep(&world, &pulse) => Ok(()),
    };
    ended.map_err(|error| error.context(run.what_was_asked()))
}

impl<'a> Run<'a> {
    fn new(step: &'a Step, fault: &'a Fault, world: Arc<World>) -> anyhow::Result<Self> {
        let mut seat = world.new_computer()?;
        if fault.is_timed {
            seat.set_time_out(TIME_OUT);
        }
        Ok(Self { step, fault, world, seat, deal: nth_deal(0), stage: None })
    }

    async fn until_it_ends(&mut self, took: Took) -> anyhow::Result<()> {
        self.seat.start().await?;
        self.seat.connect(&self.world.sandbox).await.context("the first run")?;
        self.begin().await?;
        self.meet().await.context("on the way to the step")?;
        self.go_on().await?;
        self.take(took).await.with_context(|| format!("it was to take {took:?}"))?;
        self.ends_well().await?;
        self.world.long_after(&self.seat).await?;
        self.is_well().context("a long time after")
    }

    /// Up to the moment before the step.
    async fn begin(&mut self) -> anyhow::Result<()> {
        if self.step.story == Story::Sign {
            self.choose_a_stage().await?;
        }
        let is_sent_before = self.step.story.act().is_some();
        if is_sent_before {
            self.seat.send_and_wait(self.deal).await?;
        }
        self.step.order(&self.world, &self.fault.kind, self.fault.times(self.step.may_be_repeated));
        match self.step.story.act() {
            Some(act) => drop(self.world.sandbox.act(act)?),
            None => drop(self.seat.send(self.deal).await?),
        }
        Ok(())
    }

    async fn choose_a_stage(&mut self) -> anyhow::Result<()> {
        let mut settings: SettingsDto = self.seat.ask("settings", json!({})).await?;
        let stage = settings.stages.iter().find(|stage| stage.reopens).context("a stage outside Won")?;
        self.stage = Some(stage.id.clone());
        settings.stage_when_signed.clone_from(&self.stage);
        self.seat.ask::<SettingsDto>("save_settings", json!(settings)).await?;
        Ok(())
    }

    /// Waits until the call has met its fault; a cell that never does proves nothing.
    async fn meet(&self) -> anyhow::Result<()> {
        let is_waited_for = self.fault.is_after_effect() && self.step.call.changes();
        wait::until_within(PATIENCE, format_args!("{:?}", self.step.call), async || {
            let met = self.world.asked(&self.step.call).into_iter().any(|entry| {
                entry.fault.as_ref() == Some(&self.fault.kind)
                    && (!is_waited_for || entry.effect == Effect::Done)
            });
            Ok(met.then_some(()))
        })
        .await
    }

    /// What happens beside the request.
    async fn go_on(&mut self) -> anyhow::Result<()> {
        match self.fault.then {
            Then::Nothing => Ok(()),
            // The storage host knows no token.
            Then::TokenRevoked if self.step.call.host() == Host::Storage => Ok(()),
            Then::TokenRevoked => {
                self.world.sandbox.act(Act::RevokeToken { service: self.service() })?;
                Ok(())
            }
            Then::Offline => {
                self.world.sandbox.set_online(false).await;
                wait::until_within(PATIENCE, "the app to notice", async || {
                    let state = self.seat.state().await?;
                    Ok((!state.kommo.ok || !state.oneflow.ok).then_some(()))
                })
                .await?;
                self.world.sandbox.set_online(true).await;
                Ok(())
            }
            Then::Killed => self.seat.kill_and_start().await,
        }
    }

    /// What it takes from people.
    async fn take(&self, took: Took) -> anyhow::Result<()> {
        match took {
            Took::Nothing => Ok(()),
            Took::Token => {
                let (word, wanted) = match self.service() {
                    Service::Kommo => ("kommo", ErrorCode::KommoUnauthorized),
                    Service::Oneflow => ("oneflow", ErrorCode::OneflowUnauthorized),
                };
                self.is_told(wanted).await?;
                let issued = self.world.sandbox.act(Act::IssueToken { service: self.service() })?.token;
                let payload = json!({ "service": word, "token": issued.context("a token was issued")? });
                self.seat.ask::<AppState>("replace_token", payload).await?;
                Ok(())
            }
            Took::Hour => {
                self.is_told(ErrorCode::KommoBlocked).await?;
                self.world.advance(Duration::from_mins(61));
                Ok(())
            }
            Took::TryAgain => {
                let refused = self.seat.send_is(self.deal, SendStateCode::Rejected).await?;
                self.seat.settle(&refused.id, SettleChoice::TryAgain).await?;
                Ok(())
            }
            Took::Click => {
                self.seat.send_is(self.deal, SendStateCode::Rejected).await?;
                anyhow::ensure!(
                    self.world.contracts_of(self.deal).is_empty(),
                    "a refused create left a draft"
                );
                self.seat.send(self.deal).await?;
                Ok(())
            }
        }
    }

    fn service(&self) -> Service {
        match self.step.call.host() {
            Host::Kommo | Host::Drive => Service::Kommo,
            Host::Oneflow | Host::Storage => Service::Oneflow,
        }
    }

    async fn is_told(&self, wanted: ErrorCode) -> anyhow::Result<()> {
        wait::until_within(PATIENCE, format_args!("{wanted:?} to be told"), async || {
            let state = self.seat.state().await?;
            let told = [state.kommo.trouble, state.oneflow.trouble].contains(&Some(wanted));
            Ok(told.then_some(()))
        })
        .await
    }

    /// Waits until both services hold what they must, and the app knows it.
    async fn ends_well(&self) -> anyhow::Result<()> {
        let mut looks = 0_u32;
        let waited = wait::until_within(PATIENCE, "a good end", async || {
            let well = self.is_well();
            looks += 1;
            // A send that waits for a person does not get any better. Asking the app is dearer than the sandbox.
            if well.is_err() && looks.is_multiple_of(50) {
                self.is_moving().await?;
            }
            well.map(Some)
        });
        waited.await?;
        let sent = self.seat.send_is(self.deal, SendStateCode::Published).await?;
        self.seat.all_written_back(&sent.contract.context("a published send names its contract")?).await?;
        Ok(())
    }

    async fn is_moving(&self) -> anyhow::Result<()> {
        let send = self.seat.deal(self.deal).await?.send.context("the click is not lost")?;
        anyhow::ensure!(send.why.is_none() || send.state == SendStateCode::Published, "it stands: {send:?}");
        Ok(())
    }

    /// One contract, one publish, and everything owed to Kommo once.
    fn is_well(&self) -> anyhow::Result<()> {
        let (world, deal) = (&self.world, self.deal);
        one_create_one_publish(world, deal)?;
        let out = world.out_for(deal);
        let [contract] = out.as_slice() else { anyhow::bail!("{} contracts are out", out.len()) };
        let id = contract.id.to_string();
        let client = contract.participants.iter().find(|person| !person.is_mine).context("a client")?;
        let own = contract.participants.iter().find(|person| person.is_mine && person.signatory);
        let sent = format!("Oneflow: contract #{id} sent for signing -> {}", client.email);
        let signed = |name: &str| format!("Oneflow: {name} signed the contract");
        match self.step.story {
            Story::Send => written_back(world, deal, &id, &[&sent], &[]),
            Story::Decline => {
                let declined = format!("Oneflow: {} declined the contract", client.name);
                written_back(world, deal, &id, &[&sent, &declined], &[TASK])
            }
            Story::Sign => {
                let all = "Oneflow: all parties have signed the contract".to_owned();
                let own = own.map(|person| signed(&person.name));
                let notes: Vec<String> =
                    [Some(sent), Some(signed(&client.name)), own, Some(all)].into_iter().flatten().collect();
                let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
                written_back(world, deal, &id, &notes, &[])?;
                one_pdf(world, deal, &id)?;
                let held = world.deal(deal);
                let stands = format!("{}-{}", held.pipeline_id, held.status_id);
                anyhow::ensure!(Some(&stands) == self.stage.as_ref(), "the deal stands in {stands}");
                Ok(())
            }
        }
    }

    /// The journal without the first run, for a cell that failed.
    fn what_was_asked(&self) -> String {
        let clicked = self.world.asked(&Call::CREATE).first().map_or(0, |entry| entry.seq.saturating_sub(30));
        let asked = self.world.sandbox.journal().into_iter().filter(|entry| entry.seq >= clicked);
        let lines = asked.map(|entry| {
            let met = entry.fault.map(|fault| format!(" {fault:?}")).unwrap_or_default();
            let status = entry.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
            let at = entry.at.strftime("%H:%M:%S%.3f");
            format!("  {at} {} {} {} {status}{met}\n", entry.method, entry.path, entry.query)
        });
        format!("what was asked:\n{}", lines.collect::<String>())
    }
}
