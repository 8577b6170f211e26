//! Contacts and companies (`api/kommo.md §7`, §8).

use std::collections::HashSet;

use domain::{
    Company, CompanyId, Contact, ContactId, Timestamp,
    deal::{FieldValue, FieldValues},
};
use http::{Call, Error};
use serde::Deserialize;

use crate::{
    client::Kommo,
    list::{IDS, Query, ids},
    walk::Walk,
    wire::{
        hal::Collection,
        lenient,
        values::{WireFieldValues, filled},
    },
};

impl Kommo {
    /// The contacts of that id that exist and may be seen.
    pub async fn contacts_by_ids(&self, wanted: &[ContactId], call: Call) -> Result<Vec<Contact>, Error> {
        let wanted: Vec<_> = wanted.iter().map(|id| id.0).collect();
        self.by_ids::<WireContacts>("contacts", &wanted, call).await.map(converted)
    }

    /// Contacts that changed since then, in the order of their changes.
    pub fn contacts_changed(&self, since: Timestamp) -> Walk<Contact> {
        Walk::new::<WireContacts>(
            self,
            "contacts",
            Query::new(),
            Some(since),
            |contact: &Contact| (contact.id.0, contact.updated_at),
            move |contact| contact.updated_at >= since,
        )
    }

    /// The companies of that id that exist and may be seen.
    pub async fn companies_by_ids(&self, wanted: &[CompanyId], call: Call) -> Result<Vec<Company>, Error> {
        let wanted: Vec<_> = wanted.iter().map(|id| id.0).collect();
        self.by_ids::<WireCompanies>("companies", &wanted, call).await.map(converted)
    }

    /// Companies that changed since then, in the order of their changes.
    pub fn companies_changed(&self, since: Timestamp) -> Walk<Company> {
        Walk::new::<WireCompanies>(
            self,
            "companies",
            Query::new(),
            Some(since),
            |company: &Company| (company.id.0, company.updated_at),
            move |company| company.updated_at >= since,
        )
    }

    /// Both kinds have rows of one shape.
    async fn by_ids<C: Collection<Row = WirePerson>>(
        &self,
        path: &'static str,
        wanted: &[i64],
        call: Call,
    ) -> Result<Vec<WirePerson>, Error> {
        let mut rows = Vec::new();
        for chunk in wanted.chunks(IDS) {
            let found = self.read_shown::<C>(path, ids(chunk.iter().copied()), call).await?;
            let asked: HashSet<_> = chunk.iter().collect();
            rows.extend(found.into_iter().filter(|row| asked.contains(&row.id)));
        }
        Ok(rows)
    }
}

fn converted<T: From<WirePerson>>(rows: Vec<WirePerson>) -> Vec<T> {
    rows.into_iter().map(T::from).collect()
}

struct WireContacts;

impl Collection for WireContacts {
    const NAME: &'static str = "kommo.contacts.list";
    const KEY: &'static str = "contacts";
    type Row = WirePerson;
}

struct WireCompanies;

impl Collection for WireCompanies {
    const NAME: &'static str = "kommo.companies.list";
    const KEY: &'static str = "companies";
    type Row = WirePerson;
}

/// A contact or a company: the keys that we read are the same.
#[derive(Deserialize)]
struct WirePerson {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
    #[serde(default, deserialize_with = "lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    first_name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    last_name: String,
    #[serde(deserialize_with = "lenient::seconds")]
    updated_at: Timestamp,
    #[serde(default, deserialize_with = "lenient::list")]
    custom_fields_values: Vec<WireFieldValues>,
}

impl From<WirePerson> for Contact {
    fn from(wire: WirePerson) -> Self {
        let fields = filled(wire.custom_fields_values);
        // `name` may be null where the two halves are filled.
        let halves = format!("{} {}", wire.first_name.trim(), wire.last_name.trim());
        Self {
            id: ContactId(wire.id),
            name: if wire.name.trim().is_empty() { halves.trim().to_owned() } else { wire.name },
            emails: texts_of(&fields, "EMAIL"),
            phones: texts_of(&fields, "PHONE"),
            fields,
            updated_at: wire.updated_at,
        }
    }
}

impl From<WirePerson> for Company {
    fn from(wire: WirePerson) -> Self {
        Self {
            id: CompanyId(wire.id),
            name: wire.name,
            fields: filled(wire.custom_fields_values),
            updated_at: wire.updated_at,
        }
    }
}

/// Phone and e-mail have other field ids in every account and the same codes (`api/kommo.md §7.1`).
fn texts_of(fields: &[FieldValues], code: &str) -> Vec<String> {
    let coded = fields.iter().filter(|field| field.code.as_deref() == Some(code));
    coded
        .flat_map(|field| &field.values)
        .filter_map(|value| match value {
            FieldValue::Text(text) => Some(text.clone()),
            FieldValue::Number(_) | FieldValue::Flag(_) | FieldValue::Instant(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests;
