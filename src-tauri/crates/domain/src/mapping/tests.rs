//! Cases of proposals, versions and drift.

use insta::assert_json_snapshot;

use super::*;
use crate::{
    deal::{CustomField, FieldKind},
    template::{DataField, FieldSource, Template, TemplateType},
};

fn data_field(custom_id: &str, name: &str) -> DataField {
    DataField {
        custom_id: custom_id.to_owned(),
        name: name.to_owned(),
        description: String::new(),
        placeholder: String::new(),
        value: String::new(),
        source: FieldSource::User,
        is_active: true,
    }
}

fn custom_field(id: i64, name: &str, kind: FieldKind) -> CustomField {
    let (code, options, currency) = (None, Vec::new(), None);
    CustomField { id: FieldId(id), name: name.to_owned(), code, kind, options, currency }
}

fn template() -> Template {
    Template {
        id: TemplateId(17_001),
        name: "Konsultavtal 2026".to_owned(),
        is_active: true,
        template_type: Some(TemplateTypeId(5)),
        extension_type: None,
        workspaces: vec![WorkspaceId(13_001)],
        delivery_channels: vec!["email".to_owned()],
        sign_methods: Vec::new(),
        has_products: false,
    }
}

fn template_type(data_fields: Vec<DataField>) -> TemplateType {
    TemplateType { id: TemplateTypeId(5), name: "Sales".to_owned(), extension_type: None, data_fields }
}

fn catalog() -> FieldCatalog {
    FieldCatalog {
        deals: vec![
            custom_field(1, "Kund", FieldKind::Flag),
            custom_field(2, "Företag", FieldKind::Text),
            custom_field(3, "Paket", FieldKind::Choice),
            custom_field(4, "Start date", FieldKind::Day),
            custom_field(7, "Reference", FieldKind::Text),
        ],
        companies: vec![
            custom_field(5, "Org. nr", FieldKind::Text),
            custom_field(8, "Reference", FieldKind::Text),
        ],
        contacts: vec![CustomField {
            code: Some("POSITION".to_owned()),
            ..custom_field(6, "Befattning", FieldKind::Text)
        }],
    }
}

fn proposal(data_fields: Vec<DataField>) -> Mapping {
    propose(WorkspaceId(13_001), &template(), Some(&template_type(data_fields)), &catalog())
}

#[test]
fn a_data_field_gets_its_rule_from_its_name_or_its_key() {
    let company = [Source::DealField(FieldId(2)), Source::CompanyName, Source::ContactName];
    let check = |custom_id: &str, name: &str, wanted: &[Source]| {
        let mapping = proposal(vec![data_field(custom_id, name)]);
        assert_eq!(mapping.fields[0].rule.sources, wanted, "{custom_id} {name}");
        assert_eq!(mapping.fields[0].is_required, wanted == company, "{custom_id} {name}");
    };
    check("company", "Company", &company);
    check("f1", "Kundens namn", &company);
    check("customer_name", "Name", &company);
    check("f1", "Plan", &[Source::DealField(FieldId(3))]);
    check("f1", "Belopp (SEK)", &[Source::DealPrice]);
    check("f1", "Avtalsdatum", &[Source::Today]);
    check("f1", "Kontaktperson", &[Source::ContactName]);
    check("f1", "E-mail", &[Source::ContactEmail]);
    check("f1", "Phone", &[Source::ContactPhone]);
    check("f1", "Deal name", &[Source::DealName]);
    check("f1", "Start date", &[Source::DealField(FieldId(4))]);
    check("org_nr", "Registration", &[Source::CompanyField(FieldId(5))]);
    check("f1", "Position", &[Source::ContactField(FieldId(6))]);
    check("f1", "Reference", &[Source::DealField(FieldId(7))]);
    check("date", "End date", &[]);
    check("f1", "Cancellation terms", &[]);
}

#[test]
fn the_plan_falls_back_on_the_recipe_s_default() {
    let none = propose(WorkspaceId(1), &template(), None, &FieldCatalog::default());
    assert_eq!(none.plan, Rule::empty().or_default("Growth"));
    assert_eq!(none.company, Rule::from([Source::CompanyName, Source::ContactName]));
    assert!(none.fields.is_empty(), "a template without a type has no data fields");
}

#[test]
fn fields_that_are_not_ours_get_no_rule() {
    let system = DataField { source: FieldSource::System, ..data_field("amount", "Amount") };
    let check = |name: &str, field: DataField, extension_type: Option<&str>, wanted: usize| {
        let owner =
            TemplateType { extension_type: extension_type.map(str::to_owned), ..template_type(vec![field]) };
        let mapping = propose(WorkspaceId(1), &template(), Some(&owner), &catalog());
        assert_eq!(mapping.fields.len(), wanted, "{name}");
    };
    check("ours", data_field("amount", "Amount"), None, 1);
    check("ours, beside an integration's", data_field("amount", "Amount"), Some("hubspot"), 1);
    check("an integration's", system.clone(), Some("hubspot"), 0);
    check("system without an integration", system, None, 1);
    check("inactive", DataField { is_active: false, ..data_field("amount", "Amount") }, None, 0);
    check("a marker", data_field("kommo_send", "Kommo send"), None, 0);
}

#[test]
fn a_mapping_is_stored_like_this_and_reads_back() {
    let own = DataField { value: "30 days".to_owned(), ..data_field("terms", "Terms") };
    let mut mapping = proposal(vec![data_field("company", "Company"), own]);
    mapping.internal =
        Some(InternalSignatory { name: "Karin Lind".to_owned(), email: "karin@acme.se".to_owned() });
    mapping.fields[1].rule = Rule { format: Format::IsoDay, ..Rule::from([Source::Fixed("x".to_owned())]) };
    let text = serde_json::to_string(&mapping).unwrap();
    assert_eq!(serde_json::from_str::<Mapping>(&text).unwrap(), mapping);
    assert_json_snapshot!(mapping, @r#"
    {
      "version": 1,
      "workspace": 13001,
      "template": 17001,
      "template_type": 5,
      "name": "Agreement with {company} - {plan}",
      "subject": "Agreement with {company}",
      "message": "Hello {contact},\n\nour agreement is ready for you to read and sign online.\n\nKind regards",
      "company": {
        "sources": [
          {
            "kind": "deal_field",
            "value": 2
          },
          {
            "kind": "company_name"
          },
          {
            "kind": "contact_name"
          }
        ],
        "default": null,
        "format": "plain"
      },
      "plan": {
        "sources": [
          {
            "kind": "deal_field",
            "value": 3
          }
        ],
        "default": "Growth",
        "format": "plain"
      },
      "fields": [
        {
          "custom_id": "company",
          "label": "Company",
          "rule": {
            "sources": [
              {
                "kind": "deal_field",
                "value": 2
              },
              {
                "kind": "company_name"
              },
              {
                "kind": "contact_name"
              }
            ],
            "default": null,
            "format": "plain"
          },
          "is_required": true,
          "own": ""
        },
        {
          "custom_id": "terms",
          "label": "Terms",
          "rule": {
            "sources": [
              {
                "kind": "fixed",
                "value": "x"
              }
            ],
            "default": null,
            "format": "iso_day"
          },
          "is_required": false,
          "own": "30 days"
        }
      ],
      "internal": {
        "name": "Karin Lind",
        "email": "karin@acme.se"
      }
    }
    "#);
}

#[test]
fn only_a_change_makes_a_new_version() {
    let saved = Mapping { version: 7, ..proposal(vec![data_field("company", "Company")]) };
    let same = Mapping { version: 1, ..saved.clone() };
    assert!(same.is_same_rules(&saved));
    assert_eq!(same.following(&saved).version, 7);
    let other = Mapping { subject: "Hello".to_owned(), ..saved.clone() };
    assert!(!other.is_same_rules(&saved));
    assert_eq!(other.following(&saved).version, 8);
}

#[test]
fn drift_names_every_way_in_which_a_template_moved_on() {
    let saved = proposal(vec![data_field("company", "Company"), data_field("amount", "Amount")]);
    let check = |name: &str, template: &Template, fields: Vec<DataField>, wanted: &[MappingDrift]| {
        assert_eq!(saved.drift(template, Some(&template_type(fields))), wanted, "{name}");
    };
    let (company, amount) = (data_field("company", "Company"), data_field("amount", "Amount"));
    let both = vec![company.clone(), amount.clone()];
    check("nothing", &template(), both.clone(), &[]);
    let reversed = vec![amount.clone(), company.clone()];
    check("another order", &template(), reversed, &[]);
    let (custom_id, label) = ("amount".to_owned(), "Amount".to_owned());
    let gone = MappingDrift::FieldGone { custom_id, label };
    check("gone", &template(), vec![company.clone()], std::slice::from_ref(&gone));
    let inactive = DataField { is_active: false, ..amount.clone() };
    check("inactive", &template(), vec![company.clone(), inactive], &[gone]);
    let (custom_id, label) = ("plan".to_owned(), "Plan".to_owned());
    let added = MappingDrift::FieldAdded { custom_id, label };
    let with_plan = vec![company.clone(), amount.clone(), data_field("plan", "Plan")];
    check("added", &template(), with_plan, &[added]);
    let with_marker = vec![company.clone(), amount.clone(), data_field("kommo_deal", "Deal")];
    check("markers are no news", &template(), with_marker, &[]);
    let (custom_id, from, to) = ("amount".to_owned(), "Amount".to_owned(), "Fee".to_owned());
    let renamed = MappingDrift::FieldRenamed { custom_id, from, to };
    check("renamed", &template(), vec![company.clone(), data_field("amount", "Fee")], &[renamed]);
    let own = DataField { value: "100".to_owned(), ..amount };
    let changed = MappingDrift::OwnTextChanged { custom_id: "amount".to_owned() };
    check("own text", &template(), vec![company, own], &[changed]);
    let other_type = Template { template_type: Some(TemplateTypeId(6)), ..template() };
    check("another type", &other_type, both.clone(), &[MappingDrift::TemplateTypeChanged]);
    let elsewhere = Template { workspaces: vec![WorkspaceId(2)], ..template() };
    check("another workspace", &elsewhere, both, &[MappingDrift::WorkspaceLeft]);
}

#[test]
fn a_field_deleted_in_kommo_is_named_once() {
    let saved = proposal(vec![data_field("company", "Company"), data_field("plan", "Plan")]);
    assert_eq!(saved.lost_sources(&catalog()), []);
    let without = FieldCatalog { deals: Vec::new(), ..catalog() };
    let gone = |id| MappingDrift::SourceGone { field: FieldId(id) };
    assert_eq!(saved.lost_sources(&without), [gone(2), gone(3)]);
}

#[test]
fn a_fresh_proposal_keeps_what_people_changed() {
    let mut saved =
        Mapping { version: 4, ..proposal(vec![data_field("company", "Company"), data_field("a", "A")]) };
    saved.subject = "Our offer".to_owned();
    saved.fields[0].rule = Rule::from([Source::CompanyName]);
    saved.fields[0].is_required = false;
    let fresh = proposal(vec![data_field("plan", "Plan"), data_field("company", "Company name")]);
    let kept = fresh.keeping(&saved);
    assert_eq!((kept.version, kept.subject.as_str()), (5, "Our offer"));
    let fields: Vec<_> = kept.fields.iter().map(|field| (field.label.as_str(), field.is_required)).collect();
    assert_eq!(fields, [("Plan", false), ("Company name", false)]);
    assert_eq!(kept.fields[1].rule, Rule::from([Source::CompanyName]));
}
