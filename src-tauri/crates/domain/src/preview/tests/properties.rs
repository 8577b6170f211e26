//! What holds for every text that Kommo, a mapping or a person may bring.

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::payload::Payload;

/// Every slot of the sound case that a person can edit.
const SLOTS: [&str; 15] = [
    "company",
    "client.name",
    "client.email",
    "field:company",
    "field:plan",
    "field:amount",
    "field:date",
    "field:email",
    "field:terms",
    "field:notes",
    "internal.name",
    "internal.email",
    "name",
    "subject",
    "message",
];

/// Any text, with slots, controls and addresses more often than by chance.
fn any_text() -> impl Strategy<Value = String> {
    let telling = ["{company}", "{", "}", "{plan}", "a@b.se", "\r\n", "\u{202e}", "\0", "0", "Åsa", " "];
    let part = prop_oneof![3 => select(telling.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
    vec(part, 0..5).prop_map(|parts| parts.concat())
}

/// Mostly an address that can receive mail, so that about one case in five is sendable.
fn any_email() -> impl Strategy<Value = String> {
    prop_oneof![4 => Just("a@b.se".to_owned()), 1 => any_text()]
}

prop_compose! {
    fn any_case()(
        texts in vec(any_text(), 8),
        email in any_email(),
        edits in vec((select(SLOTS.to_vec()), any_text()), 0..4),
        price in proptest::option::of(any::<i64>()),
        (has_company, has_internal, has_users) in any::<(bool, bool, bool)>(),
        (has_contacts, has_template) in (prop::bool::weighted(0.9), prop::bool::weighted(0.9)),
        second in any::<i64>(),
        newest in 0..1_000_i64,
    ) -> Case {
        let mut texts = texts.into_iter();
        let mut text = || texts.next().unwrap();
        Case::with(|case| {
            case.mapping.name = text();
            case.mapping.message = text();
            case.mapping.plan.default = Some(text());
            case.field("terms").own = text();
            case.deal.deal.name = text();
            case.deal.deal.price = price.map(Into::into);
            case.contact().name = text();
            case.contact().emails = vec![email];
            case.deal.company.as_mut().unwrap().name = text();
            case.fill(COMPANY_FIELD, vec![FieldValue::Text(text())]);
            case.now = Timestamp::from_second(second.rem_euclid(4_000_000_000)).unwrap();
            case.generation = Generation(newest);
            if !has_company {
                case.without_company();
            }
            if !has_contacts {
                case.deal.contacts.clear();
            }
            if !has_internal {
                case.mapping.internal = None;
            }
            if !has_template {
                case.template = None;
            }
            if !has_users {
                case.users = None;
            }
            for (slot, text) in edits {
                case.edit(slot, &text);
            }
        })
    }
}

proptest! {
    #[test]
    fn a_preview_reports_and_never_fails(case in any_case()) {
        let preview = case.preview();
        let is_blocked = preview.problems.iter().any(|problem| problem.severity == Severity::Blocking);
        prop_assert_eq!(preview.is_sendable(), !is_blocked, "sendable exactly when nothing blocks");
        prop_assert!(preview.problems.is_sorted(), "blocking ones first");
        prop_assert!(preview.id.0.len() == 16 && preview.id.0.bytes().all(|digit| digit.is_ascii_hexdigit()));
    }

    #[test]
    fn what_is_sent_is_within_what_oneflow_takes_and_reads_back(case in any_case()) {
        let preview = case.preview();
        let Some(payload) = preview.payload else { return Ok(()) };
        let people = [Some(&payload.client.signatory), payload.internal.as_ref()];
        for person in people.into_iter().flatten() {
            prop_assert!((1..=100).contains(&person.name.chars().count()));
            prop_assert!(!person.name.contains(char::is_control));
        }
        prop_assert!((1..=130).contains(&payload.name.chars().count()));
        prop_assert!(payload.fields.iter().all(|field| field.value.chars().count() <= 1024));
        for field in &payload.fields {
            let seen = preview.values.iter().find(|value| value.slot == Slot::Field(field.custom_id.clone()));
            prop_assert_eq!(&seen.unwrap().text, &field.value, "what is seen is what is sent");
        }
        prop_assert_eq!(Payload::from_bytes(&payload.to_bytes()).unwrap(), payload);
    }

    #[test]
    fn equal_inputs_have_equal_ids(case in any_case()) {
        prop_assert_eq!(case.preview(), case.clone().preview());
    }

    #[test]
    fn any_changed_value_changes_the_id(case in any_case(), slot in select(SLOTS.to_vec()), text in any_text()) {
        let before = case.preview();
        let mut changed = case;
        changed.edit(slot, &text);
        let after = changed.preview();
        let texts = |preview: &Preview| preview.values.iter().map(|value| value.text.clone()).collect::<Vec<_>>();
        if texts(&before) != texts(&after) || before.payload != after.payload {
            prop_assert_ne!(before.id, after.id);
        } else if before.payload.is_some() {
            prop_assert_eq!(before.id, after.id, "the same contract is the same preview");
        }
    }

    #[test]
    fn another_deal_generation_or_mapping_is_another_preview(case in any_case()) {
        let id = case.preview().id;
        let differs = |change: &dyn Fn(&mut Case)| {
            let mut other = case.clone();
            change(&mut other);
            other.preview().id != id
        };
        prop_assert!(differs(&|other| other.deal.deal.id = DealId(43)));
        prop_assert!(differs(&|other| other.generation = Generation(1_000)));
        prop_assert!(differs(&|other| other.mapping.version += 1) || !case.preview().is_sendable());
    }

    #[test]
    fn a_slot_reads_back(custom_id in ".*") {
        let field = Slot::Field(custom_id);
        prop_assert_eq!(field.to_string().parse(), Ok(field));
        for slot in SLOTS {
            prop_assert_eq!(slot.parse::<Slot>().unwrap().to_string(), slot);
        }
    }
}
