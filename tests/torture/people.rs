//! What people do in Kommo and Oneflow during a run, and what that excuses.
//!
//! A person may do what the app never would: change a draft, copy it, take the key out of a note. Each such deed is
//! written down with exactly what it touched, so that the check makes an exception for that and for nothing else.

use std::collections::{BTreeMap, BTreeSet};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use sandbox::{Act, ContractState, ContractView, DealView, Sandbox};

use crate::event::Deed;

/// Stages of the sample data's first pipeline.
const WON: i64 = 142;
const LOST: i64 = 143;

/// What people touched.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// Drafts whose values were changed: the app leaves them alone.
    pub(crate) edited_drafts: BTreeSet<i64>,
    /// Drafts that were deleted, as they were.
    pub(crate) deleted_drafts: BTreeMap<i64, ContractView>,
    /// Drafts that people made by copying, with what they are copies of.
    pub(crate) copies: BTreeMap<i64, i64>,
    /// Deals that went into another one, and deals that were in the trash at some time.
    pub(crate) gone_deals: BTreeSet<i64>,
    /// Notes that lost their key: the deal, and the text before.
    pub(crate) stripped_notes: Vec<(i64, String)>,
    pub(crate) deeds: usize,
}

/// Does it, if there is anything to do it to. `clicked` are the deals that a click was meant for.
pub(crate) fn act(sandbox: &Sandbox, deed: Deed, pick: u64, clicked: &[i64], touched: &mut Touched) {
    let mut random = StdRng::seed_from_u64(pick);
    let Some(act) = chosen(sandbox, deed, &mut random, clicked) else { return };
    let before = match &act {
        Act::DeleteContract { contract } | Act::EditContract { contract, .. } => {
            sandbox.contracts().into_iter().find(|held| held.id == *contract)
        }
        _ => None,
    };
    let stripped = match &act {
        Act::EditNote { note, .. } => note_of(sandbox, *note),
        _ => None,
    };
    // What was there a moment ago may be gone: then nothing was done.
    let Ok(acted) = sandbox.act(act.clone()) else { return };
    touched.deeds += 1;
    match act {
        Act::EditContract { contract, .. } => drop(touched.edited_drafts.insert(contract)),
        Act::DeleteContract { contract } => {
            touched.deleted_drafts.extend(before.map(|held| (contract, held)));
        }
        Act::CopyContract { contract } => touched.copies.extend(acted.contract.map(|copy| (copy, contract))),
        Act::DeleteDeal { deal } => drop(touched.gone_deals.insert(deal)),
        Act::MergeDeals { loser, .. } => drop(touched.gone_deals.insert(loser)),
        Act::EditNote { .. } => touched.stripped_notes.extend(stripped),
        _ => {}
    }
}

fn note_of(sandbox: &Sandbox, id: i64) -> Option<(i64, String)> {
    sandbox.deals().into_iter().find_map(|deal| {
        let note = deal.notes.iter().find(|note| note.id == id)?;
        Some((deal.id, note.text.clone()))
    })
}

fn chosen(sandbox: &Sandbox, deed: Deed, random: &mut StdRng, clicked: &[i64]) -> Option<Act> {
    match deed {
        Deed::EditDeal
        | Deed::MoveDeal
        | Deed::MoveDealBack
        | Deed::DeleteDeal
        | Deed::RestoreDeal
        | Deed::CopyDeal
        | Deed::MergeDeals => in_kommo(sandbox, deed, random, clicked),
        Deed::StripNote => strip_note(sandbox, random, clicked),
        Deed::EditDraft
        | Deed::DeleteDraft
        | Deed::CopyDraft
        | Deed::Visit
        | Deed::SignOne
        | Deed::Sign
        | Deed::Decline
        | Deed::Expire
        | Deed::Extend => in_oneflow(sandbox, deed, random),
    }
}

fn in_kommo(sandbox: &Sandbox, deed: Deed, random: &mut StdRng, clicked: &[i64]) -> Option<Act> {
    let deal = one_of(random, clicked)?;
    let held = sandbox.deal(deal)?;
    Some(match deed {
        Deed::EditDeal => {
            let price = Some(held.price + rust_price(random));
            Act::EditDeal { deal, name: None, price, responsible_user_id: None, fields: Vec::new() }
        }
        Deed::MoveDeal => Act::MoveDeal { deal, status_id: LOST, pipeline_id: None },
        Deed::MoveDealBack => {
            let deal = lost_among(sandbox, clicked, random)?;
            Act::MoveDeal { deal, status_id: WON, pipeline_id: None }
        }
        Deed::DeleteDeal => Act::DeleteDeal { deal },
        Deed::RestoreDeal => {
            let trash: Vec<i64> =
                sandbox.deals().iter().filter(|deal| deal.is_deleted).map(|deal| deal.id).collect();
            Act::RestoreDeal { deal: one_of(random, &trash)? }
        }
        Deed::CopyDeal => Act::CopyDeal { deal },
        Deed::MergeDeals => {
            let loser = one_of(random, clicked).filter(|loser| *loser != deal)?;
            Act::MergeDeals { deal, loser }
        }
        _ => return None,
    })
}

fn rust_price(random: &mut StdRng) -> rust_decimal::Decimal {
    rust_decimal::Decimal::from(random.random_range(1..500))
}

fn lost_among(sandbox: &Sandbox, clicked: &[i64], random: &mut StdRng) -> Option<i64> {
    let is_lost = |deal: &DealView| deal.status_id == LOST && clicked.contains(&deal.id);
    let lost: Vec<i64> = sandbox.deals().iter().filter(|deal| is_lost(deal)).map(|deal| deal.id).collect();
    one_of(random, &lost)
}

/// Takes the key out of a note of the app.
fn strip_note(sandbox: &Sandbox, random: &mut StdRng, clicked: &[i64]) -> Option<Act> {
    let deal = sandbox.deal(one_of(random, clicked)?)?;
    let keyed: Vec<_> = deal.notes.iter().filter(|note| note.text.contains(" [cs:")).collect();
    let note = keyed.get(place(random, keyed.len())?)?;
    let (text, _) = note.text.split_once(" [cs:")?;
    Some(Act::EditNote { note: note.id, text: text.to_owned() })
}

fn in_oneflow(sandbox: &Sandbox, deed: Deed, random: &mut StdRng) -> Option<Act> {
    use ContractState as S;
    let wanted: &[S] = match deed {
        Deed::EditDraft | Deed::DeleteDraft | Deed::CopyDraft => &[S::Draft],
        Deed::Extend => &[S::Pending, S::Overdue],
        _ => &[S::Pending],
    };
    let fit: Vec<i64> = sandbox
        .contracts()
        .iter()
        .filter(|held| held.by_api && wanted.contains(&held.state))
        .map(|held| held.id)
        .collect();
    let contract = one_of(random, &fit)?;
    let named = Some(contract);
    Some(match deed {
        Deed::EditDraft => {
            let name = Some(format!("Changed by hand {}", random.random_range(0..1_000)));
            Act::EditContract { contract, name, data_fields: Vec::new() }
        }
        Deed::DeleteDraft => Act::DeleteContract { contract },
        Deed::CopyDraft => Act::CopyContract { contract },
        Deed::Visit => Act::Visit { contract: named },
        Deed::SignOne => Act::Sign { contract: named, participant: signatory(sandbox, contract) },
        Deed::Sign => Act::Sign { contract: named, participant: None },
        Deed::Decline => Act::Decline { contract: named, participant: None },
        Deed::Expire => Act::DeadlinePasses { contract: named },
        Deed::Extend => Act::ExtendDeadline { contract, days: 45 },
        _ => return None,
    })
}

fn signatory(sandbox: &Sandbox, contract: i64) -> Option<i64> {
    let held = sandbox.contracts().into_iter().find(|held| held.id == contract)?;
    let open = held.participants.into_iter().find(|person| person.signatory && !person.is_mine);
    open.map(|person| person.id)
}

fn one_of(random: &mut StdRng, among: &[i64]) -> Option<i64> {
    among.get(place(random, among.len())?).copied()
}

fn place(random: &mut StdRng, length: usize) -> Option<usize> {
    (length > 0).then(|| random.random_range(0..length))
}
