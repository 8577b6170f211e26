//! Cases of previews.

use jiff::tz::TimeZone;

use super::*;
use crate::{
    clock::Timestamp,
    deal::{Company, Contact, Deal, DealContact, FieldValue, FieldValues, FullDeal},
    format,
    id::{
        CompanyId, ContactId, FieldId, PipelineId, StageId, TemplateId, TemplateTypeId, UserId, WorkspaceId,
    },
    mapping::{FieldRule, InternalSignatory, Mapping, Rule},
    template::{OneflowUser, Template},
};

mod problems;
mod properties;
mod values;

const COMPANY_FIELD: FieldId = FieldId(501);
const PLAN_FIELD: FieldId = FieldId(502);

/// Everything one preview is made of: a sound deal, until a test changes it.
#[derive(Debug, Clone)]
struct Case {
    mapping: Mapping,
    deal: FullDeal,
    generation: Generation,
    edits: Edits,
    now: Timestamp,
    zone: TimeZone,
    template: Option<Template>,
    has_marker_fields: bool,
    users: Option<Vec<OneflowUser>>,
    foreign_contract: Option<String>,
}

impl Case {
    fn new() -> Self {
        Self {
            mapping: mapping(),
            deal: deal(),
            generation: Generation::FIRST,
            edits: Edits::new(),
            now: moment("2026-11-21T23:30:00Z"),
            zone: format::zone("Europe/Stockholm"),
            template: Some(template()),
            has_marker_fields: true,
            users: Some(vec![oneflow_user("karin@nordkonsult.se", true)]),
            foreign_contract: None,
        }
    }

    fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut case = Self::new();
        change(&mut case);
        case
    }

    fn preview(&self) -> Preview {
        let facts = Facts {
            now: self.now,
            zone: self.zone.clone(),
            template: self.template.as_ref(),
            has_marker_fields: self.has_marker_fields,
            oneflow_users: self.users.as_deref(),
            foreign_contract: self.foreign_contract.as_deref(),
        };
        preview(&self.mapping, &self.deal, self.generation, &self.edits, &facts)
    }

    fn edit(&mut self, slot: &str, text: &str) {
        self.edits.insert(slot.parse().unwrap(), text.to_owned());
    }

    fn contact(&mut self) -> &mut Contact {
        &mut self.deal.contacts[0]
    }

    fn field(&mut self, custom_id: &str) -> &mut FieldRule {
        self.mapping.fields.iter_mut().find(|field| field.custom_id == custom_id).unwrap()
    }

    /// No company, neither linked nor named by a field of the deal.
    fn without_company(&mut self) {
        self.deal.company = None;
        self.deal.deal.company = None;
    }

    fn fill(&mut self, field: FieldId, values: Vec<FieldValue>) {
        self.deal.deal.fields.push(FieldValues { field, code: None, values });
    }
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn oneflow_user(email: &str, is_active: bool) -> OneflowUser {
    OneflowUser { name: "Karin Lind".to_owned(), email: email.to_owned(), is_active }
}

fn template() -> Template {
    Template {
        id: TemplateId(17_001),
        name: "Konsultavtal 2026".to_owned(),
        is_active: true,
        template_type: Some(TemplateTypeId(220_129)),
        extension_type: None,
        workspaces: vec![WorkspaceId(13_001)],
        delivery_channels: vec!["email".to_owned(), "none".to_owned()],
        sign_methods: vec!["standard_esign".to_owned()],
        has_products: false,
    }
}

fn mapping() -> Mapping {
    let company = Rule::from([Source::DealField(COMPANY_FIELD), Source::CompanyName, Source::ContactName]);
    let plan = Rule::from([Source::DealField(PLAN_FIELD)]).or_default("Growth");
    let field = |custom_id: &str, rule: Rule, own: &str| FieldRule {
        custom_id: custom_id.to_owned(),
        label: custom_id.to_uppercase(),
        rule,
        is_required: custom_id == "company",
        own: own.to_owned(),
    };
    Mapping {
        version: 3,
        workspace: WorkspaceId(13_001),
        template: TemplateId(17_001),
        template_type: Some(TemplateTypeId(220_129)),
        name: "Agreement with {company} - {plan}".to_owned(),
        subject: "Agreement with {company}".to_owned(),
        message: "Hello {contact},\n\n{deal} for {amount}, {date}.".to_owned(),
        fields: vec![
            field("company", company.clone(), ""),
            field("plan", plan.clone(), ""),
            field("amount", Rule::from([Source::DealPrice]), ""),
            field("date", Rule::from([Source::Today]), ""),
            field("email", Rule::from([Source::ContactEmail]), ""),
            field("terms", Rule::empty(), "30 days"),
            field("notes", Rule::empty(), ""),
        ],
        company,
        plan,
        internal: Some(InternalSignatory {
            name: "Karin Lind".to_owned(),
            email: "Karin@Nordkonsult.se".to_owned(),
        }),
    }
}

fn contact(id: i64, name: &str, emails: &[&str]) -> Contact {
    Contact {
        id: ContactId(id),
        name: name.to_owned(),
        emails: emails.iter().map(|email| (*email).to_owned()).collect(),
        phones: vec!["+46 70 123 45 67".to_owned()],
        fields: Vec::new(),
        updated_at: moment("2026-11-20T10:00:00Z"),
    }
}

fn deal() -> FullDeal {
    let deal = Deal {
        id: DealId(42),
        name: "Uppdrag 042".to_owned(),
        price: Some(43_037.into()),
        responsible: UserId(7),
        pipeline: PipelineId(1),
        stage: StageId::WON,
        created_at: moment("2026-11-01T10:00:00Z"),
        updated_at: moment("2026-11-20T10:00:00Z"),
        closed_at: Some(moment("2026-11-19T10:00:00Z")),
        is_deleted: false,
        fields: vec![FieldValues {
            field: PLAN_FIELD,
            code: None,
            values: vec![FieldValue::Text("Premium".to_owned())],
        }],
        contacts: vec![
            DealContact { id: ContactId(12), is_main: false },
            DealContact { id: ContactId(11), is_main: true },
        ],
        company: Some(CompanyId(21)),
    };
    let company = Company {
        id: CompanyId(21),
        name: "Öresund Kraft AB".to_owned(),
        fields: Vec::new(),
        updated_at: moment("2026-11-20T10:00:00Z"),
    };
    let contacts = vec![contact(12, "Per Ek", &[]), contact(11, "Åsa Öberg", &["asa@oresund.se"])];
    FullDeal::new(deal, contacts, Some(company), Some("Óscar Ruiz".to_owned()))
}
