//! Two contracts of one deal side by side: what was clicked here, and what a draft holds that somebody else made.

use crate::{
    contract::{Contract, Participant, Party},
    marker,
    payload::{Payload, PayloadHash},
    preview::{Edits, Slot},
};

/// One value on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BothSides {
    /// Which value.
    pub slot: Slot,
    /// What would be sent from here; `None` where nothing would.
    pub mine: Option<String>,
    /// What their draft holds; `None` where the answer does not show it.
    pub theirs: Option<String>,
}

impl BothSides {
    /// Whether both are known and differ.
    pub fn differs(&self) -> bool {
        matches!((&self.mine, &self.theirs), (Some(mine), Some(theirs)) if mine != theirs)
    }
}

/// Every value that stands in a contract itself. Subject and message of an invitation do not.
pub fn both_sides(mine: Option<&Payload>, theirs: &Contract) -> Vec<BothSides> {
    let (ours, client) = (party(theirs, true), party(theirs, false));
    let signs = |party: Option<&Party>| party.and_then(signatory).cloned();
    let (our_person, their_person) = (signs(ours), signs(client));
    let company = client.map(|party| if party.is_individual { None } else { party.name.clone() });
    let mut sides = vec![
        side(
            Slot::Company,
            mine.map(|mine| mine.client.company.clone().unwrap_or_default()),
            company.map(Option::unwrap_or_default),
        ),
        side(
            Slot::ClientName,
            mine.map(|mine| mine.client.signatory.name.clone()),
            name(their_person.as_ref()),
        ),
        side(
            Slot::ClientEmail,
            mine.map(|mine| mine.client.signatory.email.clone()),
            email(their_person.as_ref()),
        ),
    ];
    sides.extend(field_sides(mine, theirs));
    // Without a signatory of ours the template's own people stand there, and nothing is sent for them.
    let internal = mine.map(|mine| mine.internal.as_ref());
    if internal != Some(None) {
        let of_mine = |text: fn(&crate::payload::Signatory) -> &String| {
            internal.flatten().map(|person| text(person).clone())
        };
        sides.push(side(Slot::InternalName, of_mine(|person| &person.name), name(our_person.as_ref())));
        sides.push(side(Slot::InternalEmail, of_mine(|person| &person.email), email(our_person.as_ref())));
    }
    sides.push(side(Slot::Name, mine.map(|mine| mine.name.clone()), theirs.name.clone()));
    sides
}

/// What would have to be typed over my preview to get their values.
pub fn edits_to_theirs(sides: &[BothSides]) -> Edits {
    let different = sides.iter().filter(|side| side.differs());
    different.filter_map(|side| Some((side.slot.clone(), side.theirs.clone()?))).collect()
}

/// Seats number their mappings by themselves, so the number under which their author saw it is looked for.
const MOST_MAPPINGS: u32 = 200;

/// `candidate` as the author of a draft saw it, if it is what the hash in the draft's marker was made of, and what the
/// draft still holds. Only then is it known what would be published, subject and message included.
pub fn proved(candidate: &Payload, draft: &Contract, hash: &PayloadHash) -> Option<Payload> {
    let is_elsewhere = draft.workspace.is_some_and(|workspace| workspace != candidate.workspace)
        || draft.template.is_some_and(|template| template != candidate.template);
    if is_elsewhere || !candidate.is_shown_by(draft) {
        return None;
    }
    let as_seen = |mapping| Payload { mapping, ..candidate.clone() };
    let versions = std::iter::once(candidate.mapping).chain(0..MOST_MAPPINGS);
    versions.map(as_seen).find(|payload| PayloadHash::of(&payload.to_bytes()) == *hash)
}

fn field_sides(mine: Option<&Payload>, theirs: &Contract) -> Vec<BothSides> {
    let my_fields = mine.map(|mine| mine.fields.as_slice()).unwrap_or_default();
    let their_text = |custom_id: &str| {
        let mut fields = theirs.data_fields.iter().flatten();
        fields.find(|field| field.custom_id.as_deref() == Some(custom_id)).map(|field| field.value.clone())
    };
    let slot = |custom_id: &str| Slot::Field(custom_id.to_owned());
    let mut sides: Vec<BothSides> = my_fields
        .iter()
        .map(|field| side(slot(&field.custom_id), Some(field.value.clone()), their_text(&field.custom_id)))
        .collect();
    for field in theirs.data_fields.iter().flatten() {
        let Some(custom_id) = field.custom_id.as_deref() else { continue };
        let is_mine = my_fields.iter().any(|mine| mine.custom_id == custom_id);
        // What this contract leaves to the template is theirs alone only if they filled it.
        if !is_mine && !marker::FIELDS.contains(&custom_id) && !field.value.is_empty() {
            sides.push(side(slot(custom_id), None, Some(field.value.clone())));
        }
    }
    sides
}

fn side(slot: Slot, mine: Option<String>, theirs: Option<String>) -> BothSides {
    BothSides { slot, mine, theirs }
}

fn party(contract: &Contract, is_ours: bool) -> Option<&Party> {
    contract.parties.iter().flatten().find(|party| party.is_ours == is_ours)
}

fn signatory(party: &Party) -> Option<&Participant> {
    party.participants.iter().find(|person| person.is_signatory)
}

fn name(person: Option<&Participant>) -> Option<String> {
    person.map(|person| person.name.clone())
}

fn email(person: Option<&Participant>) -> Option<String> {
    person.and_then(|person| person.email.clone())
}
