//! The Oneflow account: users, workspaces, templates and their types.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::account::COMPANY;
use crate::config::Config;
use crate::oneflow::{Account, Oneflow, Source, Storage, Template, TemplateType, TypeField, User, Workspace};
use crate::sandbox::Addresses;

pub(super) const SALES: i64 = 13_001;
pub(super) const DELIVERY: i64 = 13_002;
/// The plain template, with the fields that the app fills.
pub(super) const PLAIN: i64 = 17_001;
pub(super) const PLAIN_TYPE: i64 = 5;

/// An account without contracts and tokens.
pub(super) fn oneflow(config: &Config, addresses: &Addresses, now: Timestamp) -> Oneflow {
    let long_ago = now - SignedDuration::from_hours(24 * 700);
    Oneflow {
        account: Account {
            id: 392_610,
            name: COMPANY.to_owned(),
            country_code: "SE",
            registration_number: "556000-0000",
            created: long_ago,
        },
        users: users(),
        workspaces: [
            (SALES, "Försäljning", "Offers and agreements"),
            (DELIVERY, "Leverans", "Running assignments"),
        ]
        .map(|(id, name, description)| Workspace {
            id,
            name: name.to_owned(),
            description,
            created: long_ago,
        })
        .to_vec(),
        template_types: template_types(config, long_ago),
        templates: templates(long_ago),
        contracts: BTreeMap::new(),
        tokens: Vec::new(),
        requests: HashMap::new(),
        storage: Storage::new(addresses.storage.clone()),
        next_id: 350_000,
        last_contract_id: 51_000,
    }
}

fn users() -> Vec<User> {
    [
        (101, "Karin Lind", "karin.lind@nordkonsult.example", "Head of sales", true, true),
        (102, "Óscar Núñez", "oscar.nunez@nordkonsult.example", "Account manager", false, true),
        (103, "Jonas Bergström", "jonas.bergstrom@nordkonsult.example", "Account manager", false, true),
        (104, "Eva Ström", "eva.strom@nordkonsult.example", "", false, false),
    ]
    .map(|(id, name, email, title, is_admin, active)| User {
        id,
        name: name.to_owned(),
        email: email.to_owned(),
        title,
        is_admin,
        active,
    })
    .to_vec()
}

fn templates(created: Timestamp) -> Vec<Template> {
    let template = |id, name: &str, template_type, workspaces: &[i64]| Template {
        id,
        name: name.to_owned(),
        active: true,
        template_type,
        workspaces: workspaces.to_vec(),
        has_product_tables: false,
        has_pdf_section: false,
        created,
        updated: created,
    };
    vec![
        template(PLAIN, "Konsultavtal 2026", Some(PLAIN_TYPE), &[SALES, DELIVERY]),
        template(17_002, "Sekretessavtal", None, &[SALES]),
        Template { active: false, ..template(17_003, "Gammal mall", Some(PLAIN_TYPE), &[SALES]) },
        template(17_004, "Lime-avtal", Some(6), &[SALES]),
        Template {
            has_product_tables: true,
            has_pdf_section: true,
            ..template(17_005, "Offert med produkter", Some(7), &[SALES, DELIVERY])
        },
    ]
}

fn template_types(config: &Config, created: Timestamp) -> Vec<TemplateType> {
    let made = |id, name: &str, extension: Option<&str>, data_fields| TemplateType {
        id,
        name: name.to_owned(),
        description: String::new(),
        extension_type: extension.map(str::to_owned),
        created,
        updated: created,
        data_fields,
    };
    let mut plain = vec![
        required(user(901, "company_name", "Company", "Company AB")),
        user(902, "plan", "Plan", "Growth"),
        user(903, "amount", "Amount", "43037"),
        user(904, "date", "Date", "22.11.2026"),
        user(905, "contact_person", "Contact person", "Jane Doe"),
        user(906, "contact_email", "Contact e-mail", "jane@example.com"),
        TypeField { value: "30".to_owned(), ..user(907, "payment_days", "Payment days", "30") },
    ];
    if config.marker_fields {
        plain.extend([
            system(911, "kommo_account", "Kommo account"),
            system(912, "kommo_deal", "Kommo deal"),
            system(913, "kommo_send", "Kommo send"),
        ]);
    }
    let lime = vec![
        system(921, "lime_object_id", "Lime object"),
        system(922, "company_name", "Company"),
        user(923, "amount", "Amount", "0"),
    ];
    let products =
        vec![user(931, "company_name", "Company", ""), user(932, "delivery_date", "Delivery date", "")];
    vec![
        made(PLAIN_TYPE, "Kommo deals", None, plain),
        made(6, "Lime CRM", Some("lime"), lime),
        made(7, "Offers", None, products),
    ]
}

fn user(id: i64, custom_id: &str, name: &str, placeholder: &str) -> TypeField {
    TypeField {
        id,
        custom_id: custom_id.to_owned(),
        name: name.to_owned(),
        description: String::new(),
        placeholder: placeholder.to_owned(),
        value: String::new(),
        source: Source::User,
        required: false,
    }
}

fn system(id: i64, custom_id: &str, name: &str) -> TypeField {
    TypeField { source: Source::System, ..user(id, custom_id, name, "") }
}

fn required(field: TypeField) -> TypeField {
    TypeField { required: true, ..field }
}
