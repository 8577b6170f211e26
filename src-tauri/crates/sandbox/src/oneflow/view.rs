//! The contract object (api/oneflow.md §4).

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::listing::{shown, shown_or_null};
use super::state::{Contract, ContractState, DataField, Participant, Party, SigningPeriod};
use super::templates::available_options;
use crate::server::Call;
use crate::shared::World;
use crate::switches::{DataFieldCustomId, DeletePending, DraftTimes, OneflowSwitches, Shown};

/// Which parts of a contract are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    data_fields: bool,
    participants: bool,
    custom_ids: bool,
}

impl Form {
    /// A contract read alone.
    pub(super) const WHOLE: Self = Self { data_fields: true, participants: true, custom_ids: true };

    /// A row of a list: what it leaves out is not known for sure (api/oneflow.md §4).
    pub(super) fn row(switches: &OneflowSwitches) -> Self {
        Self {
            data_fields: switches.list_data_fields == Shown::Shown,
            participants: switches.list_participants == Shown::Shown,
            custom_ids: switches.list_custom_ids == Shown::Shown,
        }
    }
}

pub(super) fn contract(world: &World, call: &Call, id: i64, form: Form) -> Value {
    let contract = &world.oneflow.contracts[&id];
    let switches = &world.switches.oneflow;
    let draft = contract.state == ContractState::Draft;
    // Guess: whether drafts have these times is not known.
    let times = (!draft || switches.draft_times == DraftTimes::Set)
        .then_some((contract.state_updated, contract.updated));
    let mut body = json!({
        "id": contract.id,
        "state": contract.state,
        "state_updated_time": shown_or_null(times.map(|(state, _)| state)),
        "updated_time": shown_or_null(times.map(|(_, updated)| updated)),
        "published_time": shown_or_null(contract.published),
        "signing_period_expiry_time": shown_or_null(contract.expires),
        "_links": links(call, contract),
        "_permissions": {
            "contract:delete": draft || switches.delete_pending == DeletePending::Allowed,
            "contract:download:pdf": true,
            "contract:send": draft,
        },
        "_private": private(contract),
        "_private_ownerside": ownerside(contract, call.now, switches),
        "available_options": world.oneflow.template(contract.template_id).map(available_options),
        "parties": parties(contract, form),
        "product_groups": contract.product_groups,
        "pdf_file_groups": [],
        "attachment_file_groups": [],
        "links": [],
        "tags": contract.tags.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>(),
        "sign_order": sign_order(contract),
        "draft_approval_workflow": null,
        "lifecycle_settings": {
            "type": "no_duration", "start_date": null, "end_date": null, "duration": null,
            "initial_duration": null, "notice_period": null,
        },
        "lifecycle_state": lifecycle(contract),
    });
    if form.data_fields {
        body["data_fields"] =
            json!(contract.data_fields.iter().map(|field| data_field(field, switches)).collect::<Vec<_>>());
    }
    body
}

fn links(call: &Call, contract: &Contract) -> Value {
    let mut links = Map::new();
    let own = super::address(call, &format!("contracts/{}", contract.id));
    links.insert("self".to_owned(), json!({ "href": own }));
    for name in ["events", "files", "parties", "data_fields", "publish"] {
        links.insert(name.to_owned(), json!({ "href": format!("{own}/{name}") }));
    }
    let mut other = |name: &str, path: String| {
        links.insert(name.to_owned(), json!({ "href": super::address(call, &path) }));
    };
    other("template", format!("templates/{}", contract.template_id));
    other("workspace", format!("workspaces/{}", contract.workspace_id));
    if let Some(id) = contract.template_type_id {
        other("template_type", format!("template_types/{id}"));
    }
    Value::Object(links)
}

fn private(contract: &Contract) -> Value {
    let period = match contract.signing_period {
        SigningPeriod::DaysAfterPublish(days) => {
            json!({ "type": "days_after_publish", "expire_days_after_publish": days })
        }
        SigningPeriod::FixedDate(date) => json!({ "type": "fixed_date", "expire_date": date.to_string() }),
    };
    json!({
        "name": contract.name,
        "workspace_id": contract.workspace_id,
        "value": contract.value,
        "date_format": "",
        "folder": null,
        "signing_period_expiration": period,
    })
}

fn ownerside(contract: &Contract, now: Timestamp, switches: &OneflowSwitches) -> Value {
    // Right after the creation the template may be missing (api/oneflow.md §3.6).
    let late =
        SignedDuration::from_millis(i64::try_from(switches.template_known_after_ms).unwrap_or(i64::MAX));
    let known = now.duration_since(contract.created) >= late;
    json!({
        "created_time": shown(contract.created),
        "template_id": known.then_some(contract.template_id),
        "template_type_id": contract.template_type_id.filter(|_| known),
    })
}

fn sign_order(contract: &Contract) -> Value {
    contract.sign_order.as_ref().map_or(Value::Null, |order| {
        json!(
            order
                .iter()
                .map(|(id, order)| json!({ "participant_id": id, "order": order }))
                .collect::<Vec<_>>()
        )
    })
}

fn lifecycle(contract: &Contract) -> Value {
    let signed = contract.state == ContractState::Signed;
    json!({
        "lifecycle_state": if signed { "active" } else { "awaiting" },
        "lifecycle_state_updated_time": shown_or_null(signed.then_some(contract.state_updated)),
        "is_canceled": false,
        "is_recurring": false,
        "cancel_time": null,
        "contract_start_time": null,
        "contract_end_time": null,
        "has_ended_by_termination": false,
        "has_passed_notice_period_start_time": false,
        "notice_period_start_time": null,
        "period": null,
        "period_start_time": null,
        "period_end_time": null,
    })
}

pub(super) fn parties(contract: &Contract, form: Form) -> Vec<Value> {
    contract.parties.iter().map(|shown_party| party(shown_party, form)).collect()
}

fn party(party: &Party, form: Form) -> Value {
    let mut body = json!({
        "id": party.id,
        "type": if party.is_individual { "individual" } else { "company" },
        "my_party": party.is_mine,
        "country_code": party.country_code,
        "_private_ownerside": {
            "created_time": shown(party.created),
            "updated_time": null,
            "custom_id": party.custom_id.as_ref().filter(|_| form.custom_ids),
        },
    });
    if !party.is_individual {
        body["name"] = json!(party.name);
        body["identification_number"] = json!(party.identification_number);
    }
    if !form.participants {
        return body;
    }
    if party.is_individual {
        body["participant"] = json!(party.participants.first().map(|person| participant(person, form)));
    } else {
        let people = party.participants.iter().map(|person| participant(person, form));
        body["participants"] = json!(people.collect::<Vec<_>>());
    }
    body
}

fn participant(person: &Participant, form: Form) -> Value {
    let mut ownerside = json!({
        "created_time": shown(person.created),
        "updated_time": shown(person.updated),
        "first_visited_time": shown_or_null(person.first_visit),
        "last_visited_time": shown_or_null(person.last_visit),
        "visits": person.visits,
    });
    if form.custom_ids {
        ownerside["custom_id"] = json!(person.custom_id);
    }
    json!({
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "title": person.title,
        "phone_number": person.phone_number,
        "identification_number": person.identification_number,
        "my_participant": person.is_caller,
        "organizer": person.organizer,
        "signatory": person.signatory,
        "sign_method": person.sign_method,
        "sign_state": person.sign_state,
        "sign_state_updated_time": shown_or_null(person.sign_time),
        "delivery_channel": person.delivery_channel,
        "delivery_status": person.delivery_status,
        "two_step_authentication_method": person.two_step,
        "draft_approver": false,
        "_permissions": { "contract:update": person.can_update },
        "_private_ownerside": ownerside,
    })
}

/// A data field of a contract (api/oneflow.md §3.9).
pub(super) fn data_field(field: &DataField, switches: &OneflowSwitches) -> Value {
    let mut body = json!({
        "id": field.id,
        "name": field.name,
        "description": field.description,
        "placeholder": field.placeholder,
        "value": field.value,
        "_private_ownerside": { "created_time": shown(field.created), "updated_time": shown(field.updated) },
    });
    match switches.data_field_custom_id {
        DataFieldCustomId::Ownerside => body["_private_ownerside"]["custom_id"] = json!(field.custom_id),
        DataFieldCustomId::TopLevel => {
            body["custom_id"] = json!(field.custom_id);
            body["active"] = json!(true);
            body["source"] = json!(field.source);
        }
    }
    body
}
