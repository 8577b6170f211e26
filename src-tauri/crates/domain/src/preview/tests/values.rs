//! Which text stands where, and where it came from.

use insta::assert_json_snapshot;

use super::*;
use crate::{format::Format, payload::PayloadField};

/// The text and the origin in one slot of a sound case after `change`.
fn check(name: &str, change: impl FnOnce(&mut Case), slot: &str, text: &str, origin: &Origin) {
    let preview = Case::with(change).preview();
    let value = preview.value(&slot.parse().unwrap()).unwrap();
    assert_eq!((value.text.as_str(), &value.origin), (text, origin), "{name}: {slot}");
}

#[test]
fn what_a_manager_checks_first_stands_on_top() {
    let preview = Case::new().preview();
    let lines: Vec<String> = preview
        .values
        .iter()
        .map(|value| format!("{} = {}", value.slot, value.text.escape_debug()))
        .collect();
    let wanted = [
        "company = Öresund Kraft AB",
        "client.name = Åsa Öberg",
        "client.email = asa@oresund.se",
        "field:company = Öresund Kraft AB",
        "field:plan = Premium",
        "field:amount = 43037",
        "field:date = 22.11.2026",
        "field:email = asa@oresund.se",
        "field:terms = 30 days",
        "field:notes = ",
        "internal.name = Karin Lind",
        "internal.email = Karin@Nordkonsult.se",
        "name = Agreement with Öresund Kraft AB - Premium",
        "subject = Agreement with Öresund Kraft AB",
        "message = Hello Åsa Öberg,\\n\\nUppdrag 042 for 43037, 22.11.2026.",
    ];
    assert_eq!(lines, wanted);
}

#[test]
fn every_value_says_where_it_came_from() {
    let sound = |slot: &str, text: &str, origin: &Origin| check("sound", |_| {}, slot, text, origin);
    sound("company", "Öresund Kraft AB", &Origin::Kommo(Source::CompanyName));
    sound("client.name", "Åsa Öberg", &Origin::Kommo(Source::ContactName));
    sound("field:plan", "Premium", &Origin::Kommo(Source::DealField(PLAN_FIELD)));
    sound("field:amount", "43037", &Origin::Kommo(Source::DealPrice));
    sound("field:date", "22.11.2026", &Origin::Today);
    sound("field:terms", "30 days", &Origin::Template);
    sound("field:notes", "", &Origin::Empty);
    sound("internal.name", "Karin Lind", &Origin::Setup);
    sound("subject", "Agreement with Öresund Kraft AB", &Origin::Composed);
    check("no plan", |case| case.deal.deal.fields.clear(), "field:plan", "Growth", &Origin::Default);
    check("no slots", |case| case.mapping.subject = "Hi".to_owned(), "subject", "Hi", &Origin::Setup);
    let fixed = |case: &mut Case| case.field("notes").rule = Rule::from([Source::Fixed("Always".to_owned())]);
    check("fixed", fixed, "field:notes", "Always", &Origin::Setup);
}

#[test]
fn the_company_is_the_mapped_field_else_the_company_else_the_contact() {
    let mapped =
        |case: &mut Case| case.fill(COMPANY_FIELD, vec![FieldValue::Text("  Kraft\nNord AB ".to_owned())]);
    let field = Origin::Kommo(Source::DealField(COMPANY_FIELD));
    check("mapped field", mapped, "company", "Kraft Nord AB", &field);
    check("mapped field", mapped, "field:company", "Kraft Nord AB", &field);
    let person = Origin::Kommo(Source::ContactName);
    check("contact", Case::without_company, "company", "Åsa Öberg", &person);
    check("contact", Case::without_company, "field:company", "Åsa Öberg", &person);
    let name = "Agreement with Åsa Öberg - Premium";
    check("contact", Case::without_company, "name", name, &Origin::Composed);
}

#[test]
fn a_client_without_a_company_signs_as_an_individual() {
    let check = |name: &str, change: &dyn Fn(&mut Case), wanted: Option<&str>| {
        let preview = Case::with(change).preview();
        assert_eq!(preview.is_individual, wanted.is_none(), "{name}");
        assert_eq!(preview.payload.unwrap().client.company.as_deref(), wanted, "{name}");
    };
    check("company", &|_| {}, Some("Öresund Kraft AB"));
    check("none", &Case::without_company, None);
    check("company typed away", &|case| case.edit("company", " "), None);
    let typed = |case: &mut Case| {
        case.without_company();
        case.edit("company", "Öberg & Co");
    };
    check("company typed", &typed, Some("Öberg & Co"));
    let mapped = |case: &mut Case| {
        case.without_company();
        case.fill(COMPANY_FIELD, vec![FieldValue::Text("Kraft Nord AB".to_owned())]);
    };
    check("only the mapped field", &mapped, Some("Kraft Nord AB"));
    let renamed = |case: &mut Case| {
        case.without_company();
        case.edit("client.name", "Åsa Berg");
    };
    check("another person", &renamed, None);
}

#[test]
fn texts_and_repeated_fields_follow_an_edit_unless_they_are_edited_too() {
    let company = |case: &mut Case| case.edit("company", " Kraft AB ");
    check("company", company, "company", "Kraft AB", &Origin::Edited);
    check("company", company, "field:company", "Kraft AB", &Origin::Edited);
    check("company", company, "name", "Agreement with Kraft AB - Premium", &Origin::Composed);
    let plan = |case: &mut Case| case.edit("field:plan", "Start");
    check("plan", plan, "name", "Agreement with Öresund Kraft AB - Start", &Origin::Composed);
    let person = |case: &mut Case| {
        case.without_company();
        case.edit("client.name", "Åsa Berg");
        case.edit("client.email", "asa@berg.se");
    };
    check("person", person, "name", "Agreement with Åsa Berg - Premium", &Origin::Composed);
    check("person", person, "field:email", "asa@berg.se", &Origin::Edited);
    let amount = |case: &mut Case| {
        case.edit("field:amount", "100");
        case.edit("field:date", "1 May");
    };
    let message = "Hello Åsa Öberg,\n\nUppdrag 042 for 100, 1 May.";
    check("amount and date", amount, "message", message, &Origin::Composed);
    let both = |case: &mut Case| {
        company(case);
        case.edit("name", "Our agreement");
        case.edit("field:company", "Kraft");
    };
    check("name too", both, "name", "Our agreement", &Origin::Edited);
    check("field too", both, "field:company", "Kraft", &Origin::Edited);
    let emptied = |case: &mut Case| case.edit("company", "");
    check("company typed away", emptied, "subject", "Agreement with Åsa Öberg", &Origin::Composed);
}

#[test]
fn only_own_texts_of_the_template_stay_out_of_what_is_sent() {
    let check = |name: &str, change: &dyn Fn(&mut Case), custom_id: &str, wanted: Option<&str>| {
        let payload = Case::with(change).preview().payload.unwrap();
        let sent = payload.fields.into_iter().find(|field| field.custom_id == custom_id);
        assert_eq!(sent.map(|PayloadField { value, .. }| value).as_deref(), wanted, "{name}");
    };
    check("own text", &|_| {}, "terms", None);
    check("own text replaced", &|case| case.edit("field:terms", "10 days"), "terms", Some("10 days"));
    check("own text wiped", &|case| case.edit("field:terms", ""), "terms", Some(""));
    check("nothing", &|_| {}, "notes", None);
    check("nothing typed", &|case| case.edit("field:notes", " "), "notes", None);
    check("no such field", &|case| case.edit("field:other", "x"), "other", None);
}

#[test]
fn values_of_every_kind_are_written_as_texts() {
    let read = |values: &[FieldValue], format: Format| {
        let case = Case::with(|case| {
            case.fill(FieldId(9), values.to_vec());
            case.field("notes").rule = Rule { format, ..Rule::from([Source::DealField(FieldId(9))]) };
        });
        case.preview().value(&Slot::Field("notes".to_owned())).unwrap().text.clone()
    };
    let text = |text: &str| FieldValue::Text(text.to_owned());
    assert_eq!(read(&[text("Line one\r\nline two")], Format::Plain), "Line one\nline two");
    assert_eq!(read(&[text("Basic"), text(" "), text("Plus")], Format::Plain), "Basic, Plus");
    assert_eq!(read(&[FieldValue::Number("1250.50".parse().unwrap())], Format::Plain), "1250.5");
    assert_eq!(read(&[FieldValue::Number("1250.50".parse().unwrap())], Format::TwoDecimals), "1250.50");
    assert_eq!(read(&[FieldValue::Flag(true)], Format::Plain), "Yes");
    let midnight = FieldValue::Instant(moment("2026-12-31T23:00:00Z"));
    assert_eq!(
        read(std::slice::from_ref(&midnight), Format::Plain),
        "01.01.2027",
        "the account's day, not UTC's"
    );
    assert_eq!(read(&[midnight], Format::IsoDay), "2027-01-01");
}

#[test]
fn every_source_is_read() {
    let check = |source: Source, wanted: &str| {
        let case = Case::with(|case| case.field("notes").rule = Rule::from([source.clone()]));
        let preview = case.preview();
        assert_eq!(preview.value(&Slot::Field("notes".to_owned())).unwrap().text, wanted, "{source:?}");
    };
    check(Source::DealName, "Uppdrag 042");
    check(Source::DealId, "42");
    check(Source::DealPrice, "43037");
    check(Source::DealWonOn, "19.11.2026");
    check(Source::DealOwner, "Óscar Ruiz");
    check(Source::DealField(PLAN_FIELD), "Premium");
    check(Source::CompanyName, "Öresund Kraft AB");
    check(Source::CompanyField(FieldId(9)), "");
    check(Source::ContactName, "Åsa Öberg");
    check(Source::ContactEmail, "asa@oresund.se");
    check(Source::ContactPhone, "+46 70 123 45 67");
    check(Source::ContactField(FieldId(9)), "");
    check(Source::Today, "22.11.2026");
    check(Source::Fixed("Always".to_owned()), "Always");
}

#[test]
fn long_names_are_cut_where_they_are_put_together() {
    let preview = Case::with(|case| case.edit("company", &"å".repeat(200))).preview();
    let name = &preview.value(&Slot::Name).unwrap().text;
    assert_eq!(name.chars().count(), 130);
    assert!(name.ends_with("å…"), "{name}");
    assert_eq!(preview.payload.as_ref().unwrap().name, *name, "what is seen is what is sent");
}

#[test]
fn a_name_cannot_be_disguised() {
    let change = |case: &mut Case| case.contact().name = "Åsa\r\n\u{202e}Öberg\u{202c}\t".to_owned();
    check("controls", change, "client.name", "Åsa Öberg", &Origin::Kommo(Source::ContactName));
}

#[test]
fn the_payload_is_the_values() {
    assert_json_snapshot!(Case::new().preview().payload, @r#"
    {
      "mapping": 3,
      "workspace": 13001,
      "template": 17001,
      "name": "Agreement with Öresund Kraft AB - Premium",
      "subject": "Agreement with Öresund Kraft AB",
      "message": "Hello Åsa Öberg,\n\nUppdrag 042 for 43037, 22.11.2026.",
      "fields": [
        {
          "custom_id": "company",
          "value": "Öresund Kraft AB"
        },
        {
          "custom_id": "plan",
          "value": "Premium"
        },
        {
          "custom_id": "amount",
          "value": "43037"
        },
        {
          "custom_id": "date",
          "value": "22.11.2026"
        },
        {
          "custom_id": "email",
          "value": "asa@oresund.se"
        }
      ],
      "has_marker_fields": true,
      "client": {
        "company": "Öresund Kraft AB",
        "signatory": {
          "name": "Åsa Öberg",
          "email": "asa@oresund.se"
        },
        "delivery_channel": "email"
      },
      "internal": {
        "name": "Karin Lind",
        "email": "Karin@Nordkonsult.se"
      }
    }
    "#);
}

#[test]
fn a_preview_crosses_to_the_web_view_like_this() {
    let preview = Case::with(|case| {
        case.mapping.fields.retain(|field| field.custom_id == "plan");
        case.mapping.internal = None;
        case.contact().emails.clear();
        case.edit("subject", "Hello");
    });
    assert_json_snapshot!(preview.preview(), @r#"
    {
      "id": "29ab0b1f5a7bd37e",
      "deal": 42,
      "generation": 0,
      "values": [
        {
          "slot": "company",
          "label": "",
          "text": "Öresund Kraft AB",
          "origin": {
            "kind": "kommo",
            "source": {
              "kind": "company_name"
            }
          }
        },
        {
          "slot": "client.name",
          "label": "",
          "text": "Åsa Öberg",
          "origin": {
            "kind": "kommo",
            "source": {
              "kind": "contact_name"
            }
          }
        },
        {
          "slot": "client.email",
          "label": "",
          "text": "",
          "origin": {
            "kind": "empty"
          }
        },
        {
          "slot": "field:plan",
          "label": "PLAN",
          "text": "Premium",
          "origin": {
            "kind": "kommo",
            "source": {
              "kind": "deal_field",
              "value": 502
            }
          }
        },
        {
          "slot": "name",
          "label": "",
          "text": "Agreement with Öresund Kraft AB - Premium",
          "origin": {
            "kind": "composed"
          }
        },
        {
          "slot": "subject",
          "label": "",
          "text": "Hello",
          "origin": {
            "kind": "edited"
          }
        },
        {
          "slot": "message",
          "label": "",
          "text": "Hello Åsa Öberg,\n\nUppdrag 042 for 43037, 22.11.2026.",
          "origin": {
            "kind": "composed"
          }
        }
      ],
      "is_individual": false,
      "problems": [
        {
          "severity": "blocking",
          "kind": "email_missing",
          "slot": "client.email"
        }
      ],
      "payload": null
    }
    "#);
}
