//! How many calls may start, and when: the state of a limiter, without waiting and without a clock.

use std::collections::VecDeque;
use std::time::Duration;

use crate::endpoint::Lane;

/// How many calls may be under way or just over in any stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Calls in any window.
    pub calls: u32,
    /// The length of the window.
    pub window: Duration,
}

/// The share of one address that this installation takes. Background calls count against both rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// For all calls together.
    pub all: Rate,
    /// For background calls alone.
    pub background: Rate,
    /// Calls in the first window of all: this app may have ended a moment ago, and what it asked then still counts.
    pub at_first: u32,
}

/// What a limiter lets through at the moment. All instants are of [`Time`](crate::Time).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The full pace.
    Open,
    /// Half the pace, because of a 429 a while ago.
    Slowed {
        /// When the full pace returns.
        until: Duration,
    },
    /// Nothing, because of a 429.
    Paused {
        /// When traffic goes on.
        until: Duration,
    },
    /// Nothing, because the service blocks our address.
    Blocked {
        /// When one call is let through to see.
        probe_at: Duration,
    },
}

/// After a 429 the pace is halved for this long (design.md §7).
const SLOW_FOR: Duration = Duration::from_mins(10);
/// A block is tried again this often (design.md §7).
const PROBE_EVERY: Duration = Duration::from_hours(1);
/// The longest pause of our own choice.
const LONGEST_PAUSE: Duration = Duration::from_secs(64);
/// Jitter never adds more than this to a pause.
const MOST_JITTER: Duration = Duration::from_secs(10);

/// A call that was let through. Its place counts until one window after its end: the service counts arrivals, and a
/// request can arrive at any moment between its start and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket {
    number: u64,
    pub(crate) started: Duration,
}

/// What to do with a call that wants to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Start it.
    Go(Ticket),
    /// Ask again then, or when a call ends. `None`: only the end of a call makes room.
    Wait(Option<Duration>),
    /// Ask again then; everything waits.
    Paused { until: Duration },
    /// Refuse it.
    Blocked { probe_at: Duration },
}

#[derive(Debug, Clone, Copy)]
struct Place {
    number: u64,
    background: bool,
    ended: Option<Duration>,
}

/// Everything a limiter remembers.
#[derive(Debug)]
pub(crate) struct PaceState {
    pace: Pace,
    places: VecDeque<Place>,
    next_number: u64,
    paused_until: Duration,
    paused_at: Option<Duration>,
    slow_until: Duration,
    strikes: u32,
    block: Option<Block>,
}

#[derive(Debug, Clone, Copy)]
struct Block {
    since: Duration,
    probe_at: Duration,
    /// The call that is under way to see whether the block is over.
    probe: Option<u64>,
}

impl PaceState {
    /// As at the start of the app: the first window begins at `now`.
    pub(crate) fn new(pace: Pace, now: Duration) -> Self {
        let taken = u64::from(pace.all.calls.saturating_sub(pace.at_first));
        Self {
            pace,
            places: (0..taken).map(|number| Place { number, background: false, ended: Some(now) }).collect(),
            next_number: taken,
            paused_until: Duration::ZERO,
            paused_at: None,
            slow_until: Duration::ZERO,
            strikes: 0,
            block: None,
        }
    }

    /// Asks for a place at `now`, and takes it if there is one.
    pub(crate) fn ask(&mut self, lane: Lane, now: Duration) -> Verdict {
        match self.block {
            // What is asked together with the probe waits for its answer: refused, it would end the work that both
            // belong to, and the probe with it, every hour anew.
            Some(Block { probe: Some(_), .. }) => return Verdict::Wait(None),
            Some(Block { probe_at, .. }) if now < probe_at => return Verdict::Blocked { probe_at },
            Some(_) | None => {}
        }
        if now < self.paused_until {
            return Verdict::Paused { until: self.paused_until };
        }
        self.forget_old_places(now);
        match self.room(lane, now) {
            Room::Free => {}
            Room::At(moment) => return Verdict::Wait(moment),
        }
        let number = self.next_number;
        self.next_number += 1;
        if let Some(block) = &mut self.block {
            // This call is the probe; the next one comes an hour later unless the probe is answered.
            block.probe_at = now + PROBE_EVERY;
            block.probe = Some(number);
        }
        self.places.push_back(Place { number, background: lane == Lane::Background, ended: None });
        Verdict::Go(Ticket { number, started: now })
    }

    /// A call is over, whatever came of it.
    pub(crate) fn ended(&mut self, ticket: Ticket, now: Duration) {
        if let Some(place) = self.places.iter_mut().find(|place| place.number == ticket.number) {
            place.ended = Some(now);
        }
        if let Some(block) = &mut self.block
            && block.probe == Some(ticket.number)
        {
            block.probe = None;
        }
    }

    /// A call was answered with anything but 429 and a block.
    pub(crate) fn answered(&mut self, ticket: Ticket) {
        if self.is_newer_than_pause(ticket) {
            self.strikes = 0;
        }
        // A call that left before the block says nothing about it.
        self.block = self.block.filter(|block| ticket.started <= block.since);
    }

    /// A call was answered 429: pauses all traffic, and returns until when.
    pub(crate) fn limited(
        &mut self,
        ticket: Ticket,
        now: Duration,
        asked: Option<Duration>,
        fraction: f64,
    ) -> Duration {
        // Calls in flight together are answered 429 together; that is one strike, not five.
        if self.is_newer_than_pause(ticket) {
            self.strikes = self.strikes.saturating_add(1);
        }
        let own =
            Duration::from_secs(2_u64.saturating_pow(self.strikes.saturating_sub(1))).min(LONGEST_PAUSE);
        let wait = asked.unwrap_or(own);
        let jitter = (wait / 4).min(MOST_JITTER).mul_f64(fraction.clamp(0.0, 1.0));
        self.paused_until = self.paused_until.max(now + wait + jitter);
        self.paused_at = Some(now);
        self.slow_until = now + SLOW_FOR;
        self.paused_until
    }

    /// A call was answered with a block: stops all traffic, and returns until when.
    pub(crate) fn blocked(&mut self, now: Duration) -> Duration {
        let probe_at = now + PROBE_EVERY;
        self.block = Some(Block { since: now, probe_at, probe: None });
        probe_at
    }

    pub(crate) fn standing(&self, now: Duration) -> Standing {
        match self.block {
            Some(Block { probe_at, .. }) => Standing::Blocked { probe_at },
            None if now < self.paused_until => Standing::Paused { until: self.paused_until },
            None if now < self.slow_until => Standing::Slowed { until: self.slow_until },
            None => Standing::Open,
        }
    }

    fn is_newer_than_pause(&self, ticket: Ticket) -> bool {
        self.paused_at.is_none_or(|paused_at| ticket.started >= paused_at)
    }

    fn forget_old_places(&mut self, now: Duration) {
        let longest = self.pace.all.window.max(self.pace.background.window);
        self.places.retain(|place| place.ended.is_none_or(|ended| ended + longest > now));
    }

    fn room(&self, lane: Lane, now: Duration) -> Room {
        let all = self.room_in(self.pace.all, now, |_| true);
        match lane {
            Lane::Person => all,
            Lane::Background => all.and(self.room_in(self.pace.background, now, |place| place.background)),
        }
    }

    fn room_in(&self, rate: Rate, now: Duration, counts: impl Fn(&Place) -> bool) -> Room {
        let calls = if now < self.slow_until { rate.calls / 2 } else { rate.calls }.max(1) as usize;
        let counted = self.places.iter().filter(|place| counts(place));
        let live: Vec<Option<Duration>> = counted
            .map(|place| place.ended.map(|ended| ended + rate.window))
            .filter(|free_at| free_at.is_none_or(|free_at| free_at > now))
            .collect();
        if live.len() < calls {
            return Room::Free;
        }
        let mut known: Vec<Duration> = live.iter().copied().flatten().collect();
        known.sort_unstable();
        // One place is needed below the limit; places of calls under way have no known end.
        Room::At(known.get(live.len() - calls).copied())
    }
}

/// Whether there is a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    Free,
    /// From then on; `None` while only calls under way can make room.
    At(Option<Duration>),
}

impl Room {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Free, room) | (room, Self::Free) => room,
            (Self::At(one), Self::At(other)) => Self::At(one.zip(other).map(|(one, other)| one.max(other))),
        }
    }
}

#[cfg(test)]
mod tests;
