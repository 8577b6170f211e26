//! Contracts: reading and listing here, making and sending in `create`, changing in `change`.

mod change;
mod create;

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::{Contract, ContractId, Timestamp};
use http::{Call, Effect, Endpoint, Error, Method, Step, found};

pub use change::{Change, PersonChange, SigningPeriod};
pub use create::Draft;

use crate::client::Oneflow;
use crate::filter::{ContractFilter, Query};
use crate::list::{OddRow, Page};
use crate::wire;

/// What a list of contracts showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Each contract once, in the order of ids. Parts that the list left out are `None`.
    pub contracts: Vec<Contract>,
    /// Rows that could not be read, with their id where at least that could.
    pub unread: Vec<Option<ContractId>>,
    /// `false`: there are rows that Oneflow does not show (beyond offset 19,900, `api/oneflow.md §1.3`).
    pub is_complete: bool,
}

impl Listing {
    /// Whether a contract that is not here is not there. Otherwise the answer is "cannot tell", never "none".
    pub fn can_tell(&self) -> bool {
        self.is_complete && self.unread.is_empty()
    }
}

/// The rows of several pages. A contract that stands on two of them is kept as it was seen last.
#[derive(Default)]
struct Seen {
    contracts: BTreeMap<ContractId, Contract>,
    odd: Vec<OddRow>,
}

impl Seen {
    fn add(&mut self, page: Page<wire::Contract>) {
        let contracts = page.rows.into_iter().map(Contract::from);
        self.contracts.extend(contracts.map(|contract| (contract.id, contract)));
        self.odd.extend(page.odd);
    }

    /// Different rows so far. An odd row without an id counts each time it comes.
    fn rows(&self) -> u64 {
        self.contracts.len().saturating_add(self.odd.len()) as u64
    }

    fn listing(self, is_complete: bool) -> Listing {
        let mut unread: Vec<Option<ContractId>> = self.odd.iter().map(|row| row.id.map(ContractId)).collect();
        unread.sort_unstable();
        unread.dedup();
        Listing { contracts: self.contracts.into_values().collect(), unread, is_complete }
    }
}

/// How a walk through the pages ended.
enum Walk {
    /// All rows were seen.
    Whole,
    /// Fewer rows were seen than the list says it has.
    Gaps,
    /// There are rows that the service does not show.
    CutOff,
}

/// A list that still has gaps after so many walks is called incomplete.
const MOST_WALKS: u32 = 3;

struct ReadContract(ContractId);

impl Endpoint for ReadContract {
    const NAME: &'static str = "oneflow.contract.read";
    const METHOD: Method = Method::GET;
    const EFFECT: Effect = Effect::Read;
    type Answer = wire::Contract;

    fn path(&self) -> Cow<'_, str> {
        format!("contracts/{}", self.0).into()
    }
}

impl Oneflow {
    /// One contract; `None` if it is deleted or the caller does not see it, which look the same (404). Data fields that
    /// the answer leaves out are read from their own list.
    pub async fn contract(&self, id: ContractId, call: Call) -> Result<Option<Contract>, Error> {
        let Some(reply) = found(self.call(ReadContract(id), call).await)? else { return Ok(None) };
        let mut contract = Contract::from(reply.answer);
        if contract.data_fields.is_none() {
            let path = format!("contracts/{id}/data_fields");
            let rows = found(self.all_rows::<wire::ContractField>(&path, &Query::new(), call).await)?;
            // A field that cannot be read could be the marker: then the fields are not shown, rather than empty.
            let whole = rows.filter(|rows| rows.is_complete && rows.odd.is_empty());
            contract.data_fields = whole.map(|rows| rows.rows.into_iter().map(Into::into).collect());
        }
        Ok(Some(contract))
    }

    /// All contracts that match, page by page.
    ///
    /// No order is promised that drafts could be read in (`api/oneflow.md §1.3`), so that a row can slip from one page
    /// to another between two requests. What was seen is therefore held against the count, and what is missing is
    /// looked for again before the listing calls itself incomplete.
    pub async fn contracts(&self, filter: &ContractFilter, call: Call) -> Result<Listing, Error> {
        let query = filter.query();
        let mut seen = Seen::default();
        for _ in 0..MOST_WALKS {
            match self.walk(&query, &mut seen, call).await? {
                Walk::Whole => return Ok(seen.listing(true)),
                Walk::Gaps => {}
                Walk::CutOff => break,
            }
        }
        Ok(seen.listing(false))
    }

    /// Reads the pages from the first to the last.
    async fn walk(&self, query: &Query, seen: &mut Seen, call: Call) -> Result<Walk, Error> {
        let mut offset = 0;
        loop {
            let page = self.page("contracts", query, offset, call).await?;
            let (next, count) = (page.next, page.count);
            seen.add(page);
            match next {
                Step::Page { offset: next } => offset = next,
                Step::End if count.is_some_and(|count| count > seen.rows()) => return Ok(Walk::Gaps),
                Step::End => return Ok(Walk::Whole),
                Step::CannotTell => return Ok(Walk::CutOff),
            }
        }
    }

    /// The contracts whose state moved at `since` (a time of Oneflow's) or later, newest pages first and no more of them
    /// than needed. A signature of one of several, an edit or a visit does not move the state.
    pub async fn contracts_changed_since(&self, since: Timestamp, call: Call) -> Result<Listing, Error> {
        let query = Query::from([("sort".into(), "-state_updated_time".to_owned())]);
        let (mut seen, mut offset) = (Seen::default(), 0);
        let is_complete = loop {
            let page = self.page("contracts", &query, offset, call).await?;
            let next = page.next;
            seen.add(page);
            // Rows without a time come last (`api/oneflow.md §5`): they end the walk like older ones.
            if seen.contracts.values().any(|contract| !is_since(contract, since)) {
                break true;
            }
            match next {
                Step::Page { offset: next } => offset = next,
                Step::End => break true,
                Step::CannotTell => break false,
            }
        };
        seen.contracts.retain(|_, contract| is_since(contract, since));
        Ok(seen.listing(is_complete))
    }

    /// How many contracts match, as Oneflow counts them; to compare what two callers see.
    pub async fn count_contracts(&self, filter: &ContractFilter, call: Call) -> Result<Option<u64>, Error> {
        self.count("contracts", &filter.query(), call).await
    }
}

fn is_since(contract: &Contract, since: Timestamp) -> bool {
    contract.state_updated_time.is_some_and(|time| time >= since)
}

#[cfg(test)]
mod tests;
