//! What the name of a data field means, in the languages that accounts are kept in.
//!
//! A name counts only as a whole: "Date" is today, "Start date" is not. A value that is missing is seen at once, a
//! wrong one in the right place is not. To add a language, add its words to the lines below; case, accents, spaces,
//! hyphens, brackets and a currency code at the end do not matter.

use crate::text::fold;

/// What a data field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Company,
    Plan,
    Amount,
    Today,
    WonOn,
    ContactName,
    ContactEmail,
    ContactPhone,
    DealName,
    DealId,
    Owner,
}

/// English; Swedish; German; Spanish; Portuguese; Russian.
const WORDS: [(Meaning, &[&str]); 11] = [
    (
        Meaning::Company,
        &[
            "company, company name, legal name, legal entity, organization, organisation, organization name, client, \
             client name, client company, customer, customer name, customer company, counterparty, counterparty name, \
             contract company, buyer, account name",
            "företag, företagsnamn, bolag, bolagsnamn, firma, kund, kundnamn, kundens namn, kundföretag, beställare, \
             köpare, motpart, organisation, avtalsföretag, avtalspart",
            "unternehmen, unternehmensname, firmenname, gesellschaft, kunde, kundenname, auftraggeber, käufer, \
             vertragspartner, name des kunden",
            "empresa, nombre de la empresa, nombre empresa, razón social, cliente, nombre del cliente, compañía, \
             sociedad, comprador",
            "nome da empresa, nome empresa, razão social, nome do cliente, companhia",
            "компания, название компании, наименование компании, организация, наименование организации, фирма, клиент, \
             заказчик, покупатель, контрагент",
        ],
    ),
    (
        Meaning::Plan,
        &[
            "plan, plan name, price plan, pricing plan, subscription, subscription plan, package, package name, tier, \
             service plan, contract plan",
            "abonnemang, paket, paketnamn, prisplan, tjänstepaket",
            "tarif, abo, abonnement, produktpaket, tarifname",
            "plan contratado, nombre del plan, paquete, suscripción, tarifa",
            "plano, nome do plano, plano contratado, pacote, assinatura",
            "план, тариф, тарифный план, пакет, подписка",
        ],
    ),
    (
        Meaning::Amount,
        &[
            "amount, total, total amount, contract amount, contract value, contract sum, contract price, agreement \
             value, deal amount, deal value, deal price, price, total price, value, total value, sum, sale, budget",
            "belopp, totalbelopp, avtalsbelopp, avtalsvärde, avtalssumma, ordervärde, pris, totalpris, summa, \
             totalsumma, värde, affärsvärde",
            "betrag, gesamtbetrag, summe, gesamtsumme, preis, gesamtpreis, wert, vertragswert, auftragswert, \
             vertragssumme",
            "importe, importe total, monto, monto total, precio, precio total, valor, valor total, valor del contrato, \
             importe del contrato, presupuesto",
            "montante, quantia, preço, preço total, valor do contrato, orçamento",
            "сумма, сумма договора, сумма контракта, сумма сделки, цена, стоимость, стоимость договора, итого, бюджет",
        ],
    ),
    (
        Meaning::Today,
        &[
            "date, today, today's date, current date, contract date, agreement date, date of agreement, date of \
             contract",
            "datum, dagens datum, idag, avtalsdatum, datum för avtal, avtalets datum",
            "heute, heutiges datum, vertragsdatum, datum des vertrags",
            "fecha, fecha de hoy, hoy, fecha del contrato, fecha del acuerdo",
            "data, data de hoje, hoje, data do contrato, data do acordo",
            "дата, сегодня, текущая дата, дата договора, дата контракта",
        ],
    ),
    (
        Meaning::WonOn,
        &[
            "won on, won date, date won, closed on, close date, closing date, deal closed",
            "vunnen, vunnen datum, stängd datum, stängningsdatum, affärsdatum",
            "abschlussdatum, gewonnen am",
            "fecha de cierre, ganado el",
            "data de fechamento, ganho em",
            "дата закрытия, дата закрытия сделки",
        ],
    ),
    (
        Meaning::ContactName,
        &[
            "contact, contact name, contact person, main contact, signatory, signatory name, client signatory, client \
             contact, customer contact, signer, signer name, recipient, recipient name",
            "kontakt, kontaktnamn, kontaktperson, undertecknare, kundens kontaktperson, firmatecknare, mottagare",
            "ansprechpartner, kontaktname, unterzeichner, empfänger",
            "contacto, nombre del contacto, persona de contacto, firmante, nombre del firmante",
            "contato, nome do contato, pessoa de contato, contacto, signatário",
            "контакт, контактное лицо, имя контакта, фио, подписант",
        ],
    ),
    (
        Meaning::ContactEmail,
        &[
            "email, email address, contact email, client email, customer email, signatory email, signer email, \
             recipient email, mail",
            "e-post, epostadress, mejl, mejladress, kontaktens e-post, kundens e-post",
            "e-mail-adresse, kontakt e-mail, mailadresse",
            "correo, correo electrónico, email del contacto, email del cliente",
            "e-mail do contato, e-mail do cliente, correio eletrónico, endereço de email",
            "почта, электронная почта, эл. почта, email контакта, адрес электронной почты",
        ],
    ),
    (
        Meaning::ContactPhone,
        &[
            "phone, phone number, telephone, telephone number, mobile, mobile number, contact phone, client phone",
            "telefon, telefonnummer, mobil, mobilnummer",
            "handy, handynummer, rufnummer",
            "teléfono, número de teléfono, móvil, celular",
            "telefone, número de telefone, telemóvel",
            "телефон, номер телефона, мобильный телефон, мобильный",
        ],
    ),
    (
        Meaning::DealName,
        &[
            "deal, deal name, lead, lead name, deal title, project, project name, opportunity, assignment",
            "affär, affärsnamn, affärens namn, uppdrag, uppdragsnamn, projekt, projektnamn",
            "projektname, auftrag, auftragsname, geschäft, name des geschäfts",
            "negocio, nombre del negocio, trato, proyecto, nombre del proyecto",
            "negócio, nome do negócio, projeto, nome do projeto",
            "сделка, название сделки, проект, название проекта",
        ],
    ),
    (
        Meaning::DealId,
        &[
            "deal id, deal number, deal no, lead id, kommo id, kommo deal id",
            "affärs-id, affärsnummer",
            "geschäfts-id, geschäftsnummer",
            "id del negocio, número del negocio",
            "id do negócio, número do negócio",
            "номер сделки, id сделки",
        ],
    ),
    (
        Meaning::Owner,
        &[
            "owner, deal owner, responsible, responsible user, sales person, salesperson, sales rep, sales manager, \
             account manager, seller name",
            "säljare, ansvarig, ansvarig säljare, ägare, kundansvarig",
            "verkäufer, verantwortlich, verantwortlicher, kundenbetreuer",
            "vendedor, responsable, ejecutivo de ventas",
            "responsável, gerente de contas",
            "ответственный, менеджер, продавец",
        ],
    ),
];

/// The meaning of a name, if it has one of ours.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    let name = bare(name);
    if name.is_empty() {
        return None;
    }
    let says =
        |lines: &[&str]| lines.iter().flat_map(|line| line.split(',')).any(|word| letters(word) == name);
    WORDS.iter().find(|(_, lines)| says(lines)).map(|(meaning, _)| *meaning)
}

/// Whether two names are one to a reader.
pub(super) fn is_same_name(one: &str, other: &str) -> bool {
    !bare(one).is_empty() && bare(one) == bare(other)
}

/// The name without what people add behind it: "Belopp (exkl. moms)", "Amount, SEK".
fn bare(name: &str) -> String {
    let outside = name.split(['(', '[']).next().unwrap_or_default();
    let outside = if letters(outside).is_empty() { name } else { outside };
    let last = outside.rsplit(|letter: char| !letter.is_alphanumeric()).find(|word| !word.is_empty());
    let code = last.filter(|word| iso_currency::Currency::from_code(word).is_some());
    let without = code.and_then(|code| outside.rfind(code)).map(|at| &outside[..at]);
    let without = without.map(letters).filter(|rest| !rest.is_empty());
    without.unwrap_or_else(|| letters(outside))
}

/// Folded letters and digits only, so that `contact_email`, "Contact e-mail" and `contactEmail` are one name.
fn letters(name: &str) -> String {
    fold(name).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_data_fields_are_understood_as_a_whole_or_not_at_all() {
        let check = |name: &str, wanted: Option<Meaning>| assert_eq!(meaning(name), wanted, "{name}");
        check("Company", Some(Meaning::Company));
        check("company_name", Some(Meaning::Company));
        check("Företagsnamn:", Some(Meaning::Company));
        check("RAZON SOCIAL", Some(Meaning::Company));
        check("Заказчик", Some(Meaning::Company));
        check("Plan", Some(Meaning::Plan));
        check("Тарифный план", Some(Meaning::Plan));
        check("Belopp (exkl. moms)", Some(Meaning::Amount));
        check("Amount, SEK", Some(Meaning::Amount));
        check("contractValue", Some(Meaning::Amount));
        check("SUMMA", Some(Meaning::Amount));
        check("Date", Some(Meaning::Today));
        check("Today’s date", Some(Meaning::Today));
        check("Avtalsdatum", Some(Meaning::Today));
        check("Contact e-mail", Some(Meaning::ContactEmail));
        check("E-Mail-Adresse", Some(Meaning::ContactEmail));
        check("Телефон", Some(Meaning::ContactPhone));
        check("Deal name", Some(Meaning::DealName));
        check("Säljare", Some(Meaning::Owner));
        check("Start date", None);
        check("Birth date", None);
        check("Company e-mail", None);
        check("Price list", None);
        check("(internal)", None);
        check("SEK", None);
        check("", None);
    }

    #[test]
    fn no_word_has_two_meanings() {
        let mut seen = std::collections::BTreeMap::new();
        for (meaning, lines) in WORDS {
            for word in lines.iter().flat_map(|line| line.split(',')) {
                let word = letters(word);
                assert!(!word.is_empty(), "an empty word among those of {meaning:?}");
                let other = seen.insert(word.clone(), meaning);
                assert!(other.is_none_or(|other| other == meaning), "{word} is {meaning:?} and {other:?}");
            }
        }
    }
}
