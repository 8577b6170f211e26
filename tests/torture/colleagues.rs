//! Who sits at which seat: their Oneflow users, and the workspace that each sends into.
//!
//! Contracts of one deal then lie in workspaces that not every user sees. The looks of the app go past that: they are
//! asked as the anonymous admin. An app that looked as its user would send the deal a second time.

use countersign_tests::manager::Typed;
use sandbox::{Sandbox, switches::HiddenWorkspace};

use crate::readings::{Reading, Readings};

/// The template that everybody sends; it is in both workspaces.
const TEMPLATE: &str = "Konsultavtal 2026";

/// A workspace of the sample data.
#[derive(Debug, Clone, Copy)]
struct Workspace {
    id: i64,
    name: &'static str,
}

const SALES: Workspace = Workspace { id: 13_001, name: "Försäljning" };
const DELIVERY: Workspace = Workspace { id: 13_002, name: "Leverans" };

/// A user of the sample data's Oneflow account.
#[derive(Debug)]
struct Colleague {
    email: &'static str,
    sends_into: Workspace,
    cannot_see: Option<Workspace>,
}

/// By seat, again from the first where there are more seats. The first two do not see each other's contracts; the third
/// sees all.
const COLLEAGUES: [Colleague; 3] = [
    Colleague { email: "karin.lind@nordkonsult.example", sends_into: SALES, cannot_see: Some(DELIVERY) },
    Colleague { email: "oscar.nunez@nordkonsult.example", sends_into: DELIVERY, cannot_see: Some(SALES) },
    Colleague { email: "jonas.bergstrom@nordkonsult.example", sends_into: DELIVERY, cannot_see: None },
];

/// What a person types and chooses in the first run of a seat.
#[derive(Debug, Clone)]
pub(crate) struct Choices {
    pub(crate) typed: Typed,
    pub(crate) workspace: &'static str,
    pub(crate) template: &'static str,
}

/// With [`Reading::HiddenWorkspaces`] each seat is another person's; without it one person has several computers, all of
/// which make the same of a deal.
pub(crate) fn at_seat(number: usize, readings: &Readings, sandbox: &Sandbox) -> Choices {
    let typed = Typed::for_sandbox(sandbox);
    if !readings.contains(&Reading::HiddenWorkspaces) {
        return Choices { typed, workspace: SALES.name, template: TEMPLATE };
    }
    let colleague = &COLLEAGUES[number % COLLEAGUES.len()];
    let typed = Typed { oneflow_email: colleague.email.to_owned(), ..typed };
    Choices { typed, workspace: colleague.sends_into.name, template: TEMPLATE }
}

/// What is hidden from whom.
pub(crate) fn hidden(readings: &Readings) -> Vec<HiddenWorkspace> {
    if !readings.contains(&Reading::HiddenWorkspaces) {
        return Vec::new();
    }
    let hidden = COLLEAGUES.iter().filter_map(|colleague| {
        let workspace = colleague.cannot_see?.id;
        Some(HiddenWorkspace::from_user(workspace, colleague.email))
    });
    hidden.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_sends_where_they_cannot_look_and_two_do_not_see_each_other() {
        let is_blind = |one: &Colleague, other: &Colleague| {
            one.cannot_see.is_some_and(|hidden| hidden.id == other.sends_into.id)
        };
        assert!(COLLEAGUES.iter().all(|one| !is_blind(one, one)));
        assert!(is_blind(&COLLEAGUES[0], &COLLEAGUES[1]) && is_blind(&COLLEAGUES[1], &COLLEAGUES[0]));
    }
}
