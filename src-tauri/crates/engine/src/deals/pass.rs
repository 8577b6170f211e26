//! One pass over the deals: everything, or what changed since the last one.

use std::time::Duration;

use domain::{Deal, DealId, StageId, Timestamp};
use http::Call;
use kommo::{DealQuery, Walk};
use serde::{Deserialize, Serialize};
use store::{deals, facts, facts::Fact, pipelines};

use super::{
    columns::is_ready,
    interruption::Interruption,
    keep::{bury, keep_deals},
    people::{self, next},
    reference, set_aside,
    sync::{Progress, ShownProgress},
};
use crate::{EngineError, Event, Profile};

/// Cache: up to where everything is known.
const MARKS: Fact<Marks> = Fact::new("deals.marks");

/// Up to where everything is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Marks {
    /// The newest change of a deal, by Kommo's clock.
    deals: Timestamp,
    /// The newest change of a contact, by Kommo's clock.
    contacts: Timestamp,
    /// The newest change of a company, by Kommo's clock.
    companies: Timestamp,
    /// When everything was last read, by our clock.
    whole_at: Timestamp,
    /// A list without a stage was seen to have a won deal in it, so it is enough alone. One source says that such
    /// lists leave won deals out (`api/kommo.md §5.3`).
    does_list_show_won: bool,
}

/// How much earlier than the mark is asked for: a change may be shown a little after its time.
const OVERLAP: Duration = Duration::from_mins(1);
/// How often everything is checked again.
const WHOLE_EVERY: Duration = Duration::from_hours(24);
/// How many deals are asked for by id in one call (`api/kommo.md §7.1`).
const IDS: usize = 50;

/// What a pass reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plan {
    First,
    Everything(Marks),
    Changes(Marks),
}

fn plan(marks: Option<Marks>, is_everything_due: bool, now: Timestamp) -> Plan {
    let Some(marks) = marks else { return Plan::First };
    let since = Duration::try_from(now.duration_since(marks.whole_at));
    // A clock that was set back counts as a day.
    let is_old = since.is_ok_and(|since| since >= WHOLE_EVERY) || now < marks.whole_at;
    if is_everything_due || is_old { Plan::Everything(marks) } else { Plan::Changes(marks) }
}

/// Runs one pass and stores how far it came.
pub(super) async fn run(profile: &Profile) -> Result<(), Interruption> {
    let is_asked = profile.sync.begin();
    let marks = profile.cache.read(|reading| facts::get(reading, &MARKS)).await?;
    let started = profile.clock.now();
    let is_everything_due = profile.sync.take_everything_due();
    let plan = plan(marks, is_everything_due, started);
    let call = if is_asked || plan == Plan::First { Call::person() } else { Call::background() };
    let pass = Pass { profile, call, started, changed: Vec::new() };
    let outcome = match plan {
        Plan::First => pass.everything(None).await,
        Plan::Everything(marks) => pass.everything(Some(marks)).await,
        Plan::Changes(marks) => pass.changes(marks, is_asked).await,
    };
    if outcome.is_err() && is_everything_due {
        profile.sync.check_everything();
    }
    let (marks, changed) = outcome?;
    let write = profile.cache.write(move |writing| {
        facts::set(writing, &MARKS, &marks, started)?;
        facts::set(writing, &facts::DEALS_AS_OF, &started, started)
    });
    write.await?;
    set_aside::set_aside_pending(profile).await?;
    if changed.is_empty() {
        // Only the age of the data is new.
        profile.tell(Event::ProgressMade);
    } else {
        profile.tell(Event::DealsChanged(changed));
    }
    Ok(())
}

/// Whether the last pass was after this change of a deal, so that it should have told of it.
pub(super) async fn should_have_seen(profile: &Profile, deal: &Deal) -> Result<bool, EngineError> {
    let marks = profile.cache.read(|reading| facts::get(reading, &MARKS)).await?;
    Ok(marks.is_some_and(|marks| deal.updated_at < marks.deals - OVERLAP))
}

/// A pass on its way.
struct Pass<'a> {
    profile: &'a Profile,
    call: Call,
    /// By our clock.
    started: Timestamp,
    /// Deals that are not what was known.
    changed: Vec<DealId>,
}

type Ended = Result<(Marks, Vec<DealId>), Interruption>;

impl Pass<'_> {
    /// Pages through all won deals of all pipelines, then asks for those that should have been among them.
    async fn everything(mut self, before: Option<Marks>) -> Ended {
        let profile = self.profile;
        profile.sync.forget_asked();
        profile.kommo().forget_odd_rows();
        let known = profile.cache.read(deals::ids).await?.len();
        // Of a first pass the set-up knows the first pages only.
        let total = before.and_then(|_| u32::try_from(known).ok());
        let mut progress =
            ShownProgress::start(profile, Progress { is_first: before.is_none(), done: 0, total });
        let server_time = reference::read_if_old(profile, false, self.call).await?;
        // Nothing later than this is claimed to be known. Where Kommo was not asked, our clock is taken an hour early.
        let from = server_time.unwrap_or(self.started - Duration::from_hours(1));
        for stage in self.won_stages().await? {
            let query = DealQuery { stage: Some(stage), ..DealQuery::default() };
            let mut walk = profile.kommo().deals(query);
            while let Some(rows) = next(profile, &mut walk, self.call).await? {
                progress.advance(rows.len());
                let changed = keep_deals(profile, rows).await?;
                people::read_missing(profile, self.call).await?;
                profile.tell(Event::DealsChanged(changed));
            }
        }
        let started = self.started;
        let silent = profile.cache.read(move |reading| deals::not_synced_since(reading, started)).await?;
        self.look_after(silent).await?;
        let mut marks = Marks {
            deals: from,
            contacts: from,
            companies: from,
            whole_at: self.started,
            does_list_show_won: before.is_some_and(|before| before.does_list_show_won),
        };
        if let Some(before) = before {
            self.people(before, &mut marks).await?;
        }
        Ok((marks, self.changed))
    }

    /// Asks for what changed since `marks`.
    async fn changes(mut self, marks: Marks, is_asked: bool) -> Ended {
        let profile = self.profile;
        reference::read_if_old(profile, is_asked, self.call).await?;
        let since = marks.deals - OVERLAP;
        let mut next_marks = marks;
        // Wherever they went: a deal that left Won is in this list only.
        let query = DealQuery { updated_since: Some(since), ..DealQuery::default() };
        let seen_won = self.walk(profile.kommo().deals(query), &mut next_marks.deals).await?;
        next_marks.does_list_show_won |= seen_won;
        if !next_marks.does_list_show_won {
            for stage in self.won_stages().await? {
                let query =
                    DealQuery { stage: Some(stage), updated_since: Some(since), ..DealQuery::default() };
                self.walk(profile.kommo().deals(query), &mut next_marks.deals).await?;
            }
        }
        self.trash(since).await?;
        self.people(marks, &mut next_marks).await?;
        people::read_missing(profile, self.call).await?;
        Ok((next_marks, self.changed))
    }

    /// Stores the deals of a list, and takes those off that left Won; tells whether a won deal was among them.
    async fn walk(&mut self, mut walk: Walk<Deal>, mark: &mut Timestamp) -> Result<bool, Interruption> {
        let mut has_won = false;
        while let Some(rows) = next(self.profile, &mut walk, self.call).await? {
            *mark = rows.iter().map(|deal| deal.updated_at).fold(*mark, Timestamp::max);
            let (won, others): (Vec<Deal>, Vec<Deal>) = rows.into_iter().partition(is_ready);
            has_won |= won.iter().any(|deal| deal.stage == StageId::WON);
            self.changed.extend(keep_deals(self.profile, won).await?);
            self.left(others).await?;
        }
        Ok(has_won)
    }

    /// Deals that stand elsewhere now: those that were known leave the list, unless a contract of them exists.
    async fn left(&mut self, others: Vec<Deal>) -> Result<(), Interruption> {
        let read = self.profile.cache.read(move |reading| {
            let mut known = Vec::new();
            for deal in others {
                if deals::by_id(reading, deal.id)?.is_some() {
                    known.push(deal);
                }
            }
            Ok(known)
        });
        let known = read.await?;
        let ids: Vec<DealId> = known.iter().map(|deal| deal.id).collect();
        self.changed.extend(keep_deals(self.profile, known).await?);
        self.profile.cache.forget_deals(ids).await?;
        Ok(())
    }

    /// Deals in the trash.
    async fn trash(&mut self, since: Timestamp) -> Result<(), Interruption> {
        self.profile.sync.check()?;
        let deleted = self.profile.kommo().deleted_deals(since, self.call).await;
        let deleted = self.profile.heard_kommo(deleted)?;
        let read = self.profile.cache.read(move |reading| {
            let mut gone = Vec::new();
            for row in deleted {
                // A deal that was restored meanwhile has changed since it went.
                let known = deals::by_id(reading, row.id)?;
                if known.is_some_and(|deal| !deal.is_deleted && deal.updated_at <= row.updated_at) {
                    gone.push(row.id);
                }
            }
            Ok(gone)
        });
        let gone = read.await?;
        bury(self.profile, gone.clone()).await?;
        self.changed.extend(gone);
        Ok(())
    }

    /// Asks for deals by id that no list showed: they left Won in silence, or are gone.
    async fn look_after(&mut self, silent: Vec<DealId>) -> Result<(), Interruption> {
        for chunk in silent.chunks(IDS) {
            self.profile.sync.check()?;
            let found = self.profile.kommo().deals_by_ids(chunk, self.call).await;
            let found = self.profile.heard_kommo(found)?;
            // What cannot be read stays as it is known.
            let is_found =
                |id: &DealId| found.unread.contains(id) || found.deals.iter().any(|deal| deal.id == *id);
            let gone: Vec<DealId> = chunk.iter().copied().filter(|id| !is_found(id)).collect();
            let (won, others): (Vec<Deal>, Vec<Deal>) = found.deals.into_iter().partition(is_ready);
            self.changed.extend(keep_deals(self.profile, won).await?);
            self.left(others).await?;
            bury(self.profile, gone.clone()).await?;
            self.changed.extend(gone);
        }
        Ok(())
    }

    /// What changed in contacts and companies since the marks of the pass before.
    async fn people(&mut self, before: Marks, next: &mut Marks) -> Result<(), Interruption> {
        let (contacts, companies) = (before.contacts - OVERLAP, before.companies - OVERLAP);
        let changed = people::read_changed(self.profile, contacts, companies, self.call).await?;
        self.changed.extend(changed.deals);
        next.contacts = changed.contacts.map_or(before.contacts, |seen| seen.max(before.contacts));
        next.companies = changed.companies.map_or(before.companies, |seen| seen.max(before.companies));
        Ok(())
    }

    /// Won in every pipeline; archived ones keep their deals.
    async fn won_stages(&self) -> Result<Vec<(domain::PipelineId, StageId)>, Interruption> {
        let pipelines = self.profile.cache.read(pipelines::all).await?;
        Ok(pipelines.into_iter().map(|pipeline| (pipeline.id, StageId::WON)).collect())
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn everything_is_read_at_first_and_once_a_day() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let marks = |hours: i64| Marks {
            deals: now,
            contacts: now,
            companies: now,
            whole_at: now - SignedDuration::from_hours(hours),
            does_list_show_won: true,
        };
        for (known, is_due, expected) in [
            (None, false, Plan::First),
            (Some(marks(1)), false, Plan::Changes(marks(1))),
            (Some(marks(1)), true, Plan::Everything(marks(1))),
            (Some(marks(24)), false, Plan::Everything(marks(24))),
            (Some(marks(-1)), false, Plan::Everything(marks(-1))),
        ] {
            assert_eq!(plan(known, is_due, now), expected);
        }
    }
}
