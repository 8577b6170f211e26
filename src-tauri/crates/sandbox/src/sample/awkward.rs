//! The deals that break what was made for the tidy ones.

use rust_decimal::Decimal;

use super::cards::{Maker, nth_lead, place};
use super::names::LONG_COMPANY;
use crate::kommo::{Card, Kind};

/// Ids of contacts made here.
const FIRST_CONTACT: i64 = 52_900_003;
/// Companies made here come after all others.
const FIRST_COMPANY: usize = 8_000_000;

/// Every fourth of the first won deals is awkward in one way; a smaller account has the first of them.
pub(super) fn plant(maker: &mut Maker<'_>, deals: usize) {
    for (case, plant) in CASES.iter().enumerate() {
        let index = case * 4 + 3;
        if index < deals {
            plant(maker, nth_lead(index), case);
        }
    }
}

type Plant = fn(&mut Maker<'_>, i64, usize);

const CASES: &[Plant] = &[
    |maker, lead, case| person(maker, lead, case, ("Vera", "Utanpost"), &[]),
    |maker, lead, case| {
        person(
            maker,
            lead,
            case,
            ("Tove", "Tvåadress"),
            &["tove@client.example", "tove.privat@post.example"],
        );
    },
    |maker, lead, _| edit(maker, lead, |lead| lead.company = None),
    |maker, lead, _| edit(maker, lead, |lead| lead.contacts.clear()),
    |maker, lead, _| edit(maker, lead, |lead| lead.price = Decimal::ZERO),
    |maker, lead, case| {
        company(maker, lead, case, "Yılmaz İnşaat ve Ticaret A.Ş.");
        person(maker, lead, case, ("Ayşegül", "Çağlayan"), &["aysegul@insaat.example"]);
    },
    |maker, lead, case| {
        company(maker, lead, case, "ООО «Северный путь»");
        person(maker, lead, case, ("Наталья", "Ёлкина"), &["natalia@sever.example"]);
    },
    |maker, lead, case| {
        company(maker, lead, case, "Brygghuset 🍺 AB");
        person(maker, lead, case, ("Lova 🌻", "Ek"), &["lova@brygghuset.example"]);
    },
    |maker, lead, case| company(maker, lead, case, LONG_COMPANY),
    // A contact shared with the deal before.
    |maker, lead, _| {
        let shared = maker.kommo.leads.get(&(lead - 12)).map(|before| before.contacts.clone());
        edit(maker, lead, |lead| lead.contacts = shared.unwrap_or_default());
    },
    |maker, lead, case| person(maker, lead, case, ("Felix", "Fel"), &["kund@"]),
    // Two contacts with e-mail: who signs?
    |maker, lead, case| {
        let id = FIRST_CONTACT + 8 * place(case);
        maker.new_contact(id, ("Greta", "Vid-Sidan"), &["greta@client.example"], None);
        edit(maker, lead, |lead| lead.contacts.push(id));
    },
    // The same person on both sides.
    |maker, lead, case| person(maker, lead, case, ("Karin", "Lind"), &["karin.lind@nordkonsult.example"]),
    |maker, lead, case| {
        company(maker, lead, case, "צפון טכנולוגיות בע״מ");
        person(maker, lead, case, ("נועה", "לוי"), &["noa@tzafon.example"]);
    },
    |maker, lead, _| {
        let name = "Uppdrag med ett mycket långt namn: förstudie, upphandling, införande, utbildning och förvaltning \
                    under tre år med möjlighet till förlängning";
        edit(maker, lead, |lead| name.clone_into(&mut lead.card.name));
    },
    |maker, lead, case| person(maker, lead, case, ("", ""), &["nobody@client.example"]),
    // Markup and line breaks in names.
    |maker, lead, case| {
        company(maker, lead, case, "Smith & <b>Sons</b> \"Ltd\"");
        edit(maker, lead, |lead| "Line one\nline two".clone_into(&mut lead.card.name));
    },
    // Mail to this one comes back.
    |maker, lead, case| person(maker, lead, case, ("Stina", "Studs"), &["stina@bounce.example"]),
];

fn person(maker: &mut Maker<'_>, lead: i64, case: usize, name: (&str, &str), emails: &[&str]) {
    let id = FIRST_CONTACT + 8 * place(case);
    let company = maker.kommo.leads.get(&lead).and_then(|lead| lead.company);
    maker.new_contact(id, name, emails, company);
    edit(maker, lead, |lead| lead.contacts = vec![id]);
}

fn company(maker: &mut Maker<'_>, lead: i64, case: usize, name: &str) {
    let id = maker.company(FIRST_COMPANY + case);
    let card: Option<&mut Card> = maker.kommo.card_mut(Kind::Companies, id);
    if let Some(card) = card {
        name.clone_into(&mut card.name);
    }
    edit(maker, lead, |lead| lead.company = Some(id));
}

fn edit(maker: &mut Maker<'_>, lead: i64, change: impl FnOnce(&mut crate::kommo::Lead)) {
    if let Some(lead) = maker.kommo.leads.get_mut(&lead) {
        change(lead);
    }
}

#[cfg(test)]
mod tests {
    use super::LONG_COMPANY;

    #[test]
    fn the_long_company_has_200_characters() {
        assert_eq!(LONG_COMPANY.chars().count(), 200);
    }
}
