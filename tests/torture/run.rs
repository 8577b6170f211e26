//! One run: starts the services and the seats, lets the plan happen, and lets time go on until nothing moves.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use countersign_tests::{
    built,
    clock::FastClock,
    host::HostProgram,
    manager::{FirstRun as _, Manager as _},
    world::nth_deal,
};
use domain::Clock as _;
use futures::{StreamExt as _, stream::FuturesUnordered};
use ipc::ErrorCode;
use jiff::Timestamp;
use sandbox::{Config, Sandbox};
use uuid::Uuid;

use crate::{
    arguments::How,
    colleagues::{self, Choices},
    evidence::Evidence,
    faults,
    people::Touched,
    plan::{BEGINNING, Plan},
    readings::{self, Reading},
    seat::{Seat, Start},
};

/// The undo time, so that there is something to undo.
const HOLD_S: u32 = 10;

/// The limit of each request in the first run, where nothing is tried out.
const FIRST_SOCKETS_MS: u64 = 20_000;

/// How often it is looked whether the machine stands still.
const TICK: Duration = Duration::from_millis(1_200);

/// A run in progress.
pub(crate) struct Run<'a> {
    plan: &'a Plan,
    with_faults: bool,
    pub(super) sandbox: Sandbox,
    pub(super) seats: Vec<Seat>,
    /// Runs at the speed of the run and never jumps.
    pub(super) pace: FastClock,
    /// Held while the clock jumps, so that no two jumps come at once.
    pub(super) jumping: tokio::sync::Mutex<()>,
    notes: Mutex<Notes>,
    /// Its end removes the files of all seats.
    _folder: tempfile::TempDir,
}

/// What is remembered of a run beside what the services and the ledgers hold.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) clicks: BTreeMap<Uuid, Click>,
    /// Clicks whose "Undo" was answered with yes, and when.
    pub(crate) undone: BTreeMap<Uuid, Timestamp>,
    pub(crate) refused: BTreeMap<String, usize>,
    pub(crate) decisions: usize,
    pub(crate) kills: usize,
    pub(crate) jumps: Vec<Jump>,
    /// When requests met faults.
    pub(crate) faulty: Vec<Faulty>,
    /// The longest time in which the machine let nothing happen, on the clock of the run.
    pub(crate) standstill: Duration,
    pub(crate) starts: Vec<Start>,
    /// When the ledger of a seat was copied last.
    pub(crate) copied: BTreeMap<usize, Timestamp>,
    pub(crate) restored: Vec<Restored>,
    pub(crate) touched: Touched,
    /// The newest token of each service, once the first ones ended.
    pub(crate) kommo_token: Option<String>,
    pub(crate) oneflow_token: Option<String>,
}

/// A click on "Send contract" that was made.
#[derive(Debug, Clone)]
pub(crate) struct Click {
    pub(crate) seat: usize,
    pub(crate) deal: i64,
    pub(crate) at: Timestamp,
    /// Whether the app said that it has it.
    pub(crate) is_heard: bool,
}

/// A jump of the clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Jump {
    pub(crate) at: Timestamp,
    pub(crate) by: Duration,
}

/// A time in which requests met faults.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Faulty {
    pub(crate) from: Timestamp,
    /// Absent while it lasts.
    pub(crate) until: Option<Timestamp>,
}

impl Faulty {
    pub(crate) fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

/// An old ledger that was put back: the seat forgot what happened between the two moments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Restored {
    pub(crate) seat: usize,
    pub(crate) copied: Timestamp,
    pub(crate) at: Timestamp,
}

/// Lets a plan happen, and reads what is there afterwards.
pub(crate) async fn run(plan: &Plan, how: &How) -> anyhow::Result<Evidence> {
    let run = Run::begin(plan, how).await?;
    let began = run.pace.elapsed();
    tokio::select! {
        ended = run.happen() => ended?,
        () = run.watch_the_machine() => {}
    }
    let lasted = run.pace.elapsed().saturating_sub(began).div_f64(how.speed);
    if let Some(folder) = &how.keep {
        keep_journal(&run.sandbox, folder)?;
    }
    Evidence::gather(&run, lasted, how.speed).await
}

/// Leaves every request for whoever wants to know what happened, one a line.
fn keep_journal(sandbox: &Sandbox, folder: &Path) -> anyhow::Result<()> {
    let mut file = BufWriter::new(File::create(folder.join("journal.jsonl"))?);
    for entry in sandbox.journal() {
        serde_json::to_writer(&mut file, &entry)?;
        writeln!(file)?;
    }
    Ok(file.flush()?)
}

impl<'a> Run<'a> {
    async fn begin(plan: &'a Plan, how: &How) -> anyhow::Result<Self> {
        let start: Timestamp = BEGINNING.parse().context("BUG: a constant that is an instant")?;
        let config = Config {
            seed: plan.order.seed,
            deals: plan.deals(),
            time_scale: how.speed,
            start: Some(start),
            contract_field: !plan.readings.contains(&Reading::NoContractField),
            switches: readings::switches(&plan.readings),
            ..Config::default()
        };
        let sandbox = Sandbox::start(config).await?;
        let temporary = tempfile::Builder::new().prefix("torture.").tempdir()?;
        let folder = how.keep.as_deref().unwrap_or(temporary.path());
        let program = match &how.host {
            Some(program) => program.clone(),
            None => built::binary("countersign-headless")?,
        };
        let seats = (0..plan.order.seats).map(|number| Seat::new(number, folder, &program));
        let seats = seats.collect::<anyhow::Result<_>>()?;
        let run = Self {
            plan,
            with_faults: how.with_faults,
            sandbox,
            seats,
            pace: FastClock::start(start, how.speed),
            jumping: tokio::sync::Mutex::default(),
            notes: Mutex::default(),
            _folder: temporary,
        };
        futures::future::try_join_all(run.seats.iter().map(|seat| run.connect(seat))).await?;
        Ok(run)
    }

    /// The first run, with all the time it needs; then the app starts again as it will be from here on.
    async fn connect(&self, seat: &Seat) -> anyhow::Result<()> {
        seat.start(&self.sandbox, FIRST_SOCKETS_MS).await?;
        seat.with_host(async |host| {
            set_up(host, &colleagues::at_seat(seat.number, &self.plan.readings, &self.sandbox)).await?;
            host.deals_are_read().await
        })
        .await?;
        seat.kill().await?;
        seat.start(&self.sandbox, faults::SOCKETS_MS).await.map(drop)
    }

    /// Notes for how long the machine stood still. What is a minute for the seats then was no minute for the services'
    /// answers, so a long standstill can break what the promises rest on.
    async fn watch_the_machine(&self) {
        loop {
            let before = self.pace.elapsed();
            self.wait(TICK).await;
            let late = self.pace.elapsed().saturating_sub(before + TICK);
            let mut notes = self.notes();
            notes.standstill = notes.standstill.max(late);
        }
    }

    pub(super) fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn take_notes(&self) -> Notes {
        std::mem::take(&mut *self.notes())
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    pub(crate) fn seats(&self) -> &[Seat] {
        &self.seats
    }

    pub(crate) fn plan(&self) -> &Plan {
        self.plan
    }

    pub(super) fn begin_faults(&self) {
        if self.with_faults {
            self.notes().faulty.push(Faulty { from: self.sandbox.now(), until: None });
            faults::begin(&self.sandbox);
        }
    }

    pub(super) fn end_faults(&self) {
        faults::end(&self.sandbox);
        let now = self.sandbox.now();
        if let Some(last) = self.notes().faulty.last_mut() {
            last.until.get_or_insert(now);
        }
    }

    async fn happen(&self) -> anyhow::Result<()> {
        self.stream().await?;
        self.calm_down().await
    }

    /// Everything of the plan, each thing at its time, and none waits for another.
    async fn stream(&self) -> anyhow::Result<()> {
        self.begin_faults();
        let began = self.pace.elapsed();
        let mut going = FuturesUnordered::new();
        for planned in &self.plan.events {
            let mut due = self.pace.sleep_until(began + planned.at);
            loop {
                tokio::select! {
                    () = &mut due => break,
                    Some(ended) = going.next() => ended?,
                }
            }
            going.push(self.happens(&planned.what));
        }
        while let Some(ended) = going.next().await {
            ended?;
        }
        Ok(())
    }

    pub(super) fn note_refusal(&self, code: ErrorCode) {
        let word = format!("{code:?}");
        *self.notes().refused.entry(word).or_default() += 1;
    }

    /// Lets real time pass, measured on the clock of the run.
    pub(super) async fn wait(&self, duration: Duration) {
        self.pace.sleep(duration).await;
    }
}

/// The first run with these choices.
async fn set_up(host: &HostProgram, choices: &Choices) -> anyhow::Result<()> {
    host.test_kommo(&choices.typed).await?;
    host.test_oneflow(&choices.typed).await?;
    let people = host.people().await?;
    let proposal = host.proposal(choices.workspace, choices.template).await?;
    host.finish(people.proposed, &proposal).await?;
    host.set_hold(HOLD_S).await?;
    Ok(())
}

/// The n-th deal of the sample data that has no problem: every fourth is awkward.
pub(crate) fn plain_deal(nth: usize) -> i64 {
    let nth = i64::try_from(nth).unwrap_or_default();
    nth_deal(nth + nth / 3)
}
