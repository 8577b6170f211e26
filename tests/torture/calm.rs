//! The end of a run: nothing goes wrong any more, and time goes on until everything owed is settled.

use std::time::Duration;

use sandbox::Service;

use crate::{ledger::Ledger, run::Run};

/// Time jumps by these steps: past the hour of the sweeps, past the six to seven hours after which another seat takes
/// work over, and past the day after which a colleague's draft is listed.
const HOURS: [u64; 11] = [1, 1, 1, 1, 1, 1, 1, 1, 9, 9, 2];

/// What was on its way at the end of the stream is given so long.
const FIRST_CALM_WITHIN: Duration = Duration::from_mins(40);

/// After each step at least so long, for the workers to look at what is new, and at most so long.
const CALM_AFTER: Duration = Duration::from_mins(2);
const CALM_WITHIN: Duration = Duration::from_mins(40);

const LOOK_EVERY: Duration = Duration::from_secs(12);

impl Run<'_> {
    pub(super) async fn calm_down(&self) -> anyhow::Result<()> {
        self.end_faults();
        self.sandbox.set_online(true).await;
        for seat in &self.seats {
            seat.set_asleep(false).await?;
            self.start(seat).await?;
        }
        for service in [Service::Kommo, Service::Oneflow] {
            self.give_new_token(service).await;
        }
        self.until_calm(FIRST_CALM_WITHIN).await?;
        for hours in HOURS {
            self.advance(Duration::from_hours(hours));
            self.wait(CALM_AFTER).await;
            self.until_calm(CALM_WITHIN).await?;
        }
        Ok(())
    }

    /// Whether it is calm then says the check.
    async fn until_calm(&self, within: Duration) -> anyhow::Result<()> {
        let looks = within.as_secs() / LOOK_EVERY.as_secs();
        for _ in 0..looks {
            if self.is_calm().await? {
                break;
            }
            self.wait(LOOK_EVERY).await;
        }
        Ok(())
    }

    async fn is_calm(&self) -> anyhow::Result<bool> {
        let now = self.sandbox.now();
        for seat in &self.seats {
            if !seat.is_gone().await && !Ledger::read(&seat.ledger()?)?.is_calm(now) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
