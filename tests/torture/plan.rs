//! The plan of a run: a function of its seed.

use std::time::Duration;

use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use sandbox::Service;
use uuid::Uuid;

use crate::{
    event::{Deed, Event, Planned},
    readings::{self, Readings},
};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) sends: usize,
    pub(crate) seats: usize,
    pub(crate) seed: u64,
}

/// Everything that happens in a run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub(crate) order: Order,
    /// What the services are like, and who sits at the seats.
    pub(crate) readings: Readings,
    /// In the order of time.
    pub(crate) events: Vec<Planned>,
}

/// The clock of a run begins here, so that a run does not depend on the day.
pub(crate) const BEGINNING: &str = "2026-11-23T07:00:00Z";

/// Between two clicks, at most.
const LONGEST_GAP_S: f64 = 44.0;

impl Plan {
    pub(crate) fn of(order: Order) -> Self {
        let mut planner = Planner {
            random: StdRng::seed_from_u64(order.seed),
            order,
            now: Duration::from_secs(5),
            events: Vec::new(),
            clicks: 0,
            told_of: 0,
            fresh_deal: 0,
        };
        while planner.clicks < order.sends {
            planner.go_on();
        }
        let Planner { mut events, .. } = planner;
        events.sort_by_key(|planned| planned.at);
        Self { order, readings: readings::of(order.seed), events }
    }

    /// How many deals the sandbox must hold.
    pub(crate) fn deals(&self) -> usize {
        // Every fourth deal of the sample data is awkward and is left out.
        self.order.sends * 4 / 3 + 20
    }
}

struct Planner {
    random: StdRng,
    order: Order,
    now: Duration,
    events: Vec<Planned>,
    clicks: usize,
    /// How many clicks there were when the milestones were looked at last.
    told_of: usize,
    fresh_deal: usize,
}

impl Planner {
    /// The next click and what happens around it.
    fn go_on(&mut self) {
        self.now += Duration::from_secs_f64(self.random.random_range(0.5..LONGEST_GAP_S));
        self.clicks_on_a_deal();
        if self.random.random_bool(0.55) {
            self.deed();
        }
        if self.random.random_bool(0.3) {
            let event = Event::Decide { seat: self.seat(), pick: self.random.random() };
            self.soon(120.0, event);
        }
        if self.random.random_bool(1.0 / 12.0) {
            self.disturbance();
        }
        self.milestones();
    }

    /// One seat or several at the same moment; sometimes taken back, sometimes twice.
    fn clicks_on_a_deal(&mut self) {
        let deal = if self.fresh_deal > 0 && self.random.random_bool(0.15) {
            self.random.random_range(0..self.fresh_deal)
        } else {
            self.fresh_deal += 1;
            self.fresh_deal - 1
        };
        let first = self.seat();
        let rivals = if self.order.seats > 1 && self.random.random_bool(0.15) {
            self.random.random_range(1..self.order.seats)
        } else {
            0
        };
        for place in 0..=rivals {
            let seat = (first + place) % self.order.seats;
            let send = self.send_id();
            let click = Event::Click { seat, deal, send };
            self.soon(if rivals > 0 { 3.0 } else { 0.1 }, click.clone());
            self.clicks += 1;
            if self.random.random_bool(0.1) {
                self.soon(6.0, click);
            }
            if self.random.random_bool(0.12) {
                self.soon(25.0, Event::Undo { seat, send });
            } else if self.random.random_bool(0.2) {
                self.soon(9.0, Event::SendNow { seat, send });
            }
        }
    }

    fn disturbance(&mut self) {
        let seat = self.seat();
        let seconds =
            |random: &mut StdRng, most: f64| Duration::from_secs_f64(random.random_range(1.0..most));
        let event = match self.random.random_range(0..100) {
            0..50 => Event::Kill { seat, down: seconds(&mut self.random, 90.0) },
            50..58 => Event::Kill { seat, down: seconds(&mut self.random, 1_500.0) },
            58..70 => Event::Sleep { seat, asleep: seconds(&mut self.random, 240.0) },
            70..80 => Event::Jump { by: seconds(&mut self.random, 6.0 * 3_600.0) },
            80..90 => Event::Offline { lasts: seconds(&mut self.random, 180.0) },
            _ => {
                let service = if self.random.random_bool(0.5) { Service::Kommo } else { Service::Oneflow };
                Event::TokenEnds { service, lasts: seconds(&mut self.random, 120.0) }
            }
        };
        self.soon(30.0, event);
    }

    /// What happens a few times in a run, at given shares of its clicks.
    fn milestones(&mut self) {
        let (sends, seats, after) = (self.order.sends, self.order.seats, self.clicks);
        let before = std::mem::replace(&mut self.told_of, after);
        let passed = |percent: usize| before * 100 < percent * sends && after * 100 >= percent * sends;
        if passed(25) {
            self.soon(1.0, Event::Copy { seat: 0 });
        }
        if passed(45) {
            let down = Duration::from_secs(20);
            self.soon(1.0, Event::Restore { seat: 0, down });
        }
        if passed(75) && seats > 2 {
            self.soon(1.0, Event::Leave { seat: seats - 1 });
        }
    }

    fn deed(&mut self) {
        use Deed as D;
        const OFTEN: &[D] = &[D::Sign, D::SignOne, D::Decline, D::Expire, D::Extend, D::Visit];
        const SOMETIMES: &[D] = &[
            D::EditDeal,
            D::MoveDeal,
            D::MoveDealBack,
            D::EditDraft,
            D::DeleteDraft,
            D::CopyDraft,
            D::StripNote,
        ];
        const SELDOM: &[D] = &[D::DeleteDeal, D::RestoreDeal, D::CopyDeal, D::MergeDeals];
        let among = match self.random.random_range(0..10) {
            0..6 => OFTEN,
            6..9 => SOMETIMES,
            _ => SELDOM,
        };
        let deed = *among.choose(&mut self.random).expect("BUG: the lists are not empty");
        let event = Event::Deed { deed, pick: self.random.random() };
        self.soon(60.0, event);
    }

    fn soon(&mut self, within_s: f64, what: Event) {
        let later = Duration::from_secs_f64(self.random.random_range(0.0..within_s));
        self.events.push(Planned { at: self.now + later, what });
    }

    fn seat(&mut self) -> usize {
        self.random.random_range(0..self.order.seats)
    }

    fn send_id(&mut self) -> Uuid {
        const START_MS: u64 = 1_795_000_000_000;
        let millis = START_MS + u64::try_from(self.now.as_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.random.random()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_a_function_of_its_seed() {
        let order = Order { sends: 300, seats: 3, seed: 7 };
        let plan = Plan::of(order);
        assert_eq!(plan, Plan::of(order));
        assert_ne!(plan.events, Plan::of(Order { seed: 8, ..order }).events);
        assert!(
            plan.events.iter().filter(|planned| matches!(planned.what, Event::Click { .. })).count() >= 300
        );
        assert!(plan.events.is_sorted_by_key(|planned| planned.at));
    }
}
