//! Contracts that people made in Oneflow's web app before the story begins. The app must leave them alone.

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::names::{COMPANIES, FIRST, LAST};
use super::templates::{DELIVERY, PLAIN, PLAIN_TYPE, SALES};
use crate::config::Config;
use crate::oneflow::{
    Contract, ContractState, DataField, Oneflow, Participant, Party, SIGNING_PERIOD, SignState,
};
use crate::switches::ContractIds;

/// Fills an account with contracts of all states.
pub(super) fn fill(oneflow: &mut Oneflow, config: &Config, now: Timestamp, random: &mut StdRng) {
    for index in 0..config.foreign_contracts {
        let days = random.random_range(2..12);
        let made = now - SignedDuration::from_hours(24 * days + 5);
        let id = oneflow.fresh_contract_id(ContractIds::Rising, random);
        let contract = draft(oneflow, id, index, made);
        let people: Vec<i64> = contract.participants().map(|(_, person)| person.id).collect();
        oneflow.contracts.insert(id, contract);
        oneflow.record(
            id,
            "contract:create",
            made,
            None,
            json!({ "id": id, "type": "contract" }),
            Value::Null,
        );
        let published = made + SignedDuration::from_hours(1);
        let decided = made + SignedDuration::from_hours(20);
        let lived = match index % 5 {
            0 => Ok(()),
            1 => oneflow.publish(id, published, None),
            2 => oneflow
                .publish(id, published, None)
                .and_then(|()| people.iter().rev().try_for_each(|person| oneflow.sign(id, *person, decided))),
            3 => oneflow.publish(id, published, None).and_then(|()| oneflow.decline(id, people[1], decided)),
            _ => oneflow.publish(id, published, None).and_then(|()| oneflow.expire(id, decided)),
        };
        lived.expect("BUG: a fresh draft can be published and decided");
    }
}

fn draft(oneflow: &mut Oneflow, id: i64, index: usize, made: Timestamp) -> Contract {
    let ours = Party {
        id: oneflow.fresh_id(),
        is_individual: false,
        is_mine: true,
        name: oneflow.account.name.clone(),
        country_code: "SE".to_owned(),
        identification_number: oneflow.account.registration_number.to_owned(),
        custom_id: None,
        created: made,
        participants: vec![person(oneflow, "Óscar Núñez", "oscar.nunez@nordkonsult.example", made)],
    };
    let name = format!("{} {}", FIRST[index % FIRST.len()], LAST[(index * 5) % LAST.len()]);
    let theirs = Party {
        id: oneflow.fresh_id(),
        is_mine: false,
        name: COMPANIES[(index * 3 + 1) % COMPANIES.len()].to_owned(),
        participants: vec![person(oneflow, &name, &format!("signer{index}@other.example"), made)],
        ..ours.clone()
    };
    let defined =
        oneflow.template_type(PLAIN_TYPE).map(|known| known.data_fields.clone()).unwrap_or_default();
    let data_fields = defined
        .into_iter()
        .map(|field| DataField {
            id: oneflow.fresh_id(),
            value: if field.custom_id == "company_name" { theirs.name.clone() } else { field.value },
            custom_id: field.custom_id,
            name: field.name,
            description: field.description,
            placeholder: field.placeholder,
            source: field.source,
            required: field.required,
            created: made,
            updated: made,
        })
        .collect();
    Contract {
        id,
        state: ContractState::Draft,
        name: format!("Ramavtal {}", theirs.name),
        workspace_id: if index.is_multiple_of(3) { DELIVERY } else { SALES },
        template_id: PLAIN,
        template_type_id: Some(PLAIN_TYPE),
        value: Value::Null,
        created: made,
        updated: made,
        state_updated: made,
        published: None,
        expires: None,
        signing_period: SIGNING_PERIOD,
        parties: vec![ours, theirs],
        data_fields,
        product_groups: json!([]),
        tags: Vec::new(),
        sign_order: None,
        events: Vec::new(),
        comments: Vec::new(),
        shown_from: made,
        by_api: false,
        invitation: None,
        pdf_changed: made,
    }
}

fn person(oneflow: &mut Oneflow, name: &str, email: &str, made: Timestamp) -> Participant {
    Participant {
        id: oneflow.fresh_id(),
        name: name.to_owned(),
        email: email.to_owned(),
        title: String::new(),
        phone_number: String::new(),
        identification_number: String::new(),
        is_caller: false,
        organizer: false,
        signatory: true,
        can_update: true,
        sign_method: "standard_esign".to_owned(),
        two_step: "none".to_owned(),
        delivery_channel: "email".to_owned(),
        delivery_status: "not_sent",
        sign_state: SignState::Undecided,
        sign_time: None,
        first_visit: None,
        last_visit: None,
        visits: 0,
        custom_id: None,
        created: made,
        updated: made,
    }
}
