//! The rows: each call of a send and of its write-backs, and how the app is brought to make it.

use countersign_tests::world::{Call, World};
use sandbox::{
    Act, Config, FaultKind, Host,
    switches::{OneflowSwitches, Shown, Switches},
};
use serde_json::json;

/// What happens around the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Story {
    /// A click.
    Send,
    /// A contract that is out is declined.
    Decline,
    /// A contract that is out is signed by all.
    Sign,
}

/// One row.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// As in the table.
    pub(crate) name: &'static str,
    /// The call that goes wrong.
    pub(crate) call: Call,
    /// Which of those calls of the story, counted from 1.
    pub(crate) nth: u32,
    pub(crate) story: Story,
    /// The client repeats it by itself.
    pub(crate) may_be_repeated: bool,
    /// What goes wrong before, because the step is only taken then.
    pub(crate) before: Option<(Call, FaultKind)>,
    /// Lists of contracts show no place where a marker could stand.
    pub(crate) has_bare_lists: bool,
}

const NOTE: Call = Call::new(Host::Kommo, "POST", "/api/v4/leads/*/notes");

/// The row of that name.
pub(crate) fn named(name: &str) -> Option<Step> {
    all().into_iter().find(|step| step.name == name)
}

/// All rows of both tables.
pub(crate) fn all() -> Vec<Step> {
    let get = |host, path| Call::new(host, "GET", path);
    let by_field = Call::CONTRACTS.asking("kommo_deal");
    let mut steps = vec![
        // The claim reads everything again.
        read("re_read_deal", Story::Send, Call::DEAL),
        read("re_read_contacts", Story::Send, get(Host::Kommo, "/api/v4/contacts").asking("filter%5Bid%5D")),
        read("re_read_company", Story::Send, get(Host::Kommo, "/api/v4/companies").asking("filter%5Bid%5D")),
        read("re_read_template", Story::Send, get(Host::Oneflow, "/v1/templates/*")),
        once("create", Story::Send, Call::CREATE),
        // An answer to the create without marker places: the draft is read before anything goes on.
        read("check_draft", Story::Send, Call::CONTRACT).after(Call::CREATE, without_marker_places()),
        // The election: three lists, rows that must be read alone, the deal's field, the draft once more.
        read("look_by_field", Story::Send, by_field),
        read("look_at_drafts", Story::Send, Call::CONTRACTS.asking("states%5D=draft")),
        read("look_at_published", Story::Send, Call::CONTRACTS.asking("published_time")),
        Step { has_bare_lists: true, ..read("look_at_one", Story::Send, Call::CONTRACT) },
        read("read_field", Story::Send, Call::DEAL).nth(2),
        Step { may_be_repeated: true, ..once("write_field", Story::Send, Call::FIELD) },
        read("read_field_back", Story::Send, Call::DEAL).nth(3),
        read("read_draft", Story::Send, Call::CONTRACT),
        once("publish", Story::Send, Call::PUBLISH),
        read("look_once_more", Story::Send, by_field).nth(2),
        // The looks after a loss.
        read("look_after_lost_create", Story::Send, by_field).after(Call::CREATE, FaultKind::CutAfter),
        read("read_after_lost_publish", Story::Send, Call::CONTRACT)
            .nth(2)
            .after(Call::PUBLISH, FaultKind::CutAfter),
        // Watching, and what is owed to Kommo.
        once("note", Story::Send, NOTE),
        read("look_for_note", Story::Send, get(Host::Kommo, "/api/v4/leads/*/notes"))
            .after(NOTE, FaultKind::CutAfter),
        read("watch", Story::Decline, Call::CONTRACTS.asking("states%5D=pending")),
        read("read_events", Story::Decline, get(Host::Oneflow, "/v1/contracts/*/events")),
        once("task", Story::Decline, Call::TASK),
        read("look_for_task", Story::Decline, get(Host::Kommo, "/api/v4/tasks"))
            .after(Call::TASK, FaultKind::CutAfter),
        read("read_stage", Story::Sign, Call::DEAL),
        Step { may_be_repeated: true, ..once("stage", Story::Sign, Call::FIELD) },
    ];
    steps.extend(of_the_file());
    steps
}

/// From Oneflow over its storage to the drive, and from there to the deal.
fn of_the_file() -> Vec<Step> {
    let get = |host, path| Call::new(host, "GET", path);
    let repeated = |name, call| Step { may_be_repeated: true, ..once(name, Story::Sign, call) };
    vec![
        read("list_files", Story::Sign, get(Host::Oneflow, "/v1/contracts/*/files")),
        read("download", Story::Sign, get(Host::Oneflow, "/v1/contracts/*/files/*")),
        read("storage", Story::Sign, get(Host::Storage, "/**")),
        read("look_at_deal_files", Story::Sign, get(Host::Kommo, "/api/v4/leads/*/files")),
        read("look_at_drive", Story::Sign, get(Host::Drive, "/v1.0/files")),
        repeated("session", Call::UPLOAD),
        once("part_1", Story::Sign, Call::PART),
        once("part_2", Story::Sign, Call::PART).nth(2),
        repeated("attach", Call::ATTACH),
    ]
}

fn read(name: &'static str, story: Story, call: Call) -> Step {
    Step { may_be_repeated: true, ..once(name, story, call) }
}

fn once(name: &'static str, story: Story, call: Call) -> Step {
    Step { name, call, nth: 1, story, may_be_repeated: false, before: None, has_bare_lists: false }
}

fn without_marker_places() -> FaultKind {
    FaultKind::WrongType { field: "_private_ownerside".to_owned(), value: Some(json!({})) }
}

impl Step {
    fn nth(self, nth: u32) -> Self {
        Self { nth, ..self }
    }

    fn after(self, call: Call, fault: FaultKind) -> Self {
        Self { before: Some((call, fault)), ..self }
    }

    /// The services of this row: few deals, because each cell has its own.
    pub(crate) fn config(&self) -> Config {
        let oneflow = if self.has_bare_lists {
            OneflowSwitches { list_participants: Shown::LeftOut, ..OneflowSwitches::default() }
        } else {
            OneflowSwitches::default()
        };
        let switches = Switches { oneflow, ..Switches::default() };
        Config { deals: 3, contract_field: true, switches, ..Config::default() }
    }

    /// Orders what goes wrong, from the next request on.
    pub(crate) fn order(&self, world: &World, what: &FaultKind, times: u32) {
        if let Some((call, fault)) = &self.before {
            world.fault(call, fault.clone());
        }
        let when = sandbox::Matcher { nth: Some(self.nth), ..self.call.matcher() };
        world.sandbox.order(sandbox::Fault { when, what: what.clone(), times: Some(times) });
    }
}

impl Story {
    /// What people do, if the story begins with a contract that is out.
    pub(crate) fn act(self) -> Option<Act> {
        match self {
            Self::Send => None,
            Self::Decline => Some(Act::Decline { contract: None, participant: None }),
            Self::Sign => Some(Act::Sign { contract: None, participant: None }),
        }
    }
}
