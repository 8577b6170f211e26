//! What is wrong, where, and that a Fix mends it.

use super::*;

/// Previews a sound case after `change` and compares its problems, written as `kind` or `kind@slot`.
fn check(name: &str, change: impl FnOnce(&mut Case), wanted: &[&str]) {
    let case = Case::with(change);
    let preview = case.preview();
    let found: Vec<String> = preview.problems.iter().map(written).collect();
    assert_eq!(found, wanted, "{name}");
    let is_blocked = preview.problems.iter().any(|problem| problem.severity == Severity::Blocking);
    assert_eq!(preview.is_sendable(), !is_blocked, "{name}: sendable exactly when nothing blocks");
}

fn written(problem: &Problem) -> String {
    let kind = match &problem.kind {
        ProblemKind::ContractFieldForeign { text } => format!("contract_field_foreign={text}"),
        kind => serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned(),
    };
    problem.slot.as_ref().map_or_else(|| kind.clone(), |slot| format!("{kind}@{slot}"))
}

#[test]
fn a_sound_deal_has_no_problems() {
    check("sound", |_| {}, &[]);
}

#[test]
fn a_client_who_cannot_sign_is_found_and_mended() {
    let empty: &[&str] = &[];
    check("no e-mail", |case| case.contact().emails.clear(), &["email_missing@client.email"]);
    check(
        "blank e-mail",
        |case| case.contact().emails = vec![" ".to_owned()],
        &["email_missing@client.email"],
    );
    let no_email_fixed = |case: &mut Case| {
        case.contact().emails.clear();
        case.edit("client.email", " asa@oresund.se ");
    };
    check("no e-mail, fixed", no_email_fixed, empty);
    let malformed = |case: &mut Case| case.contact().emails = vec!["kund@".to_owned()];
    check("malformed", malformed, &["email_malformed@client.email"]);
    let malformed_fixed = |case: &mut Case| {
        malformed(case);
        case.edit("client.email", "kund@example.com");
    };
    check("malformed, fixed", malformed_fixed, empty);
    check("typed malformed", |case| case.edit("client.email", "a b@c.se"), &["email_malformed@client.email"]);
    check("no name", |case| case.contact().name = "\u{200b}".to_owned(), &["name_missing@client.name"]);
    check("name typed away", |case| case.edit("client.name", " "), &["name_missing@client.name"]);
}

#[test]
fn nobody_signs_in_the_place_of_the_chosen_person() {
    let both = &["email_missing@client.email", "signatory_missing@client.name"];
    let no_contact = |case: &mut Case| {
        case.deal.contacts.clear();
        case.deal.deal.contacts.clear();
    };
    check("no contact", no_contact, both);
    let typed = |case: &mut Case| {
        no_contact(case);
        case.edit("client.name", "Åsa Öberg");
        case.edit("client.email", "asa@oresund.se");
    };
    check("no contact, both typed", typed, &[]);
    let unread = |case: &mut Case| {
        case.deal.contacts.remove(0);
        case.contact().emails = vec!["per@oresund.se".to_owned()];
    };
    check("the main contact could not be read, the other has an e-mail", unread, both);
}

#[test]
fn empty_values_that_are_needed_block() {
    check("field", |case| case.field("notes").is_required = true, &["value_missing@field:notes"]);
    let typed = |case: &mut Case| {
        case.field("notes").is_required = true;
        case.edit("field:notes", "none");
    };
    check("field, typed", typed, &[]);
    check("the template's own text is a text", |case| case.field("terms").is_required = true, &[]);
    let emptied = |case: &mut Case| {
        case.field("terms").is_required = true;
        case.edit("field:terms", "");
    };
    check("the template's own text typed away", emptied, &["value_missing@field:terms"]);
    check("no name", |case| case.mapping.name.clear(), &["value_missing@name"]);
    check("no subject", |case| case.edit("subject", "\n"), &["value_missing@subject"]);
    check("no message", |case| case.mapping.message.clear(), &["value_missing@message"]);
    let unread = |case: &mut Case| case.deal.company = None;
    check("a linked company that could not be read", unread, &["value_missing@company"]);
    let unread_typed = |case: &mut Case| {
        case.deal.company = None;
        case.edit("company", "Öresund Kraft AB");
    };
    check("a linked company that could not be read, typed", unread_typed, &[]);
}

#[test]
fn texts_longer_than_their_place_block() {
    let long = |count: usize| "å".repeat(count);
    check("contract name, at the limit", |case| case.edit("name", &long(130)), &[]);
    check("contract name", |case| case.edit("name", &long(131)), &["text_too_long@name"]);
    check("composed names are cut instead", |case| case.edit("company", &long(300)), &[]);
    check("signatory, at the limit", |case| case.contact().name = long(100), &[]);
    check("signatory", |case| case.contact().name = long(101), &["text_too_long@client.name"]);
    check("our signatory", |case| case.edit("internal.name", &long(101)), &["text_too_long@internal.name"]);
    check("field, at the limit", |case| case.edit("field:notes", &long(1024)), &[]);
    check("field", |case| case.edit("field:notes", &long(1025)), &["text_too_long@field:notes"]);
    let own = |case: &mut Case| case.field("terms").own = long(2000);
    check("the template's own text is not sent", own, &[]);
    let fixed = |case: &mut Case| {
        case.field("notes").rule = Rule::from([Source::Fixed(long(1025))]);
        case.edit("field:notes", "short");
    };
    check("field, fixed", fixed, &[]);
}

#[test]
fn templates_that_cannot_be_used_block() {
    let change = |change: fn(&mut Template)| move |case: &mut Case| change(case.template.as_mut().unwrap());
    check("gone", |case| case.template = None, &["template_gone"]);
    check("inactive", change(|template| template.is_active = false), &["template_inactive"]);
    let elsewhere = change(|template| template.workspaces = vec![WorkspaceId(9)]);
    check("only in another workspace", elsewhere, &["template_gone"]);
    check("workspaces not told", change(|template| template.workspaces.clear()), &[]);
    let only_sms = change(|template| template.delivery_channels = vec!["sms".to_owned()]);
    check("only by text message", only_sms, &["no_email_channel"]);
    check("channels not told", change(|template| template.delivery_channels.clear()), &[]);
}

#[test]
fn our_signatory_must_be_an_active_user_of_oneflow() {
    let unknown = &["internal_unknown@internal.email"];
    check("nobody", |case| case.users = Some(Vec::new()), unknown);
    let inactive = |case: &mut Case| case.users = Some(vec![oneflow_user("karin@nordkonsult.se", false)]);
    check("inactive", inactive, unknown);
    check("users cannot be read", |case| case.users = None, &[]);
    check("another address typed", |case| case.edit("internal.email", "eva@nordkonsult.se"), unknown);
    check("no address", |case| case.edit("internal.email", ""), &["email_missing@internal.email"]);
    check("no name", |case| case.edit("internal.name", ""), &["name_missing@internal.name"]);
    let templates_own = |case: &mut Case| {
        case.users = Some(Vec::new());
        case.mapping.internal = None;
    };
    check("the template's own signatory", templates_own, &[]);
}

#[test]
fn defaults_are_pointed_out_where_they_can_be_edited() {
    let no_plan = |case: &mut Case| case.deal.deal.fields.clear();
    check("plan", no_plan, &["default_used@field:plan"]);
    let typed = |case: &mut Case| {
        no_plan(case);
        case.edit("field:plan", "Growth");
    };
    check("plan, typed", typed, &[]);
    let hidden = |case: &mut Case| {
        no_plan(case);
        case.mapping.fields.retain(|field| field.custom_id != "plan");
    };
    check("plan without a data field stands in the name", hidden, &["default_used@name"]);
    let hidden_typed = |case: &mut Case| {
        hidden(case);
        case.edit("name", "Agreement");
    };
    check("plan without a data field, name typed", hidden_typed, &[]);
    let nowhere = |case: &mut Case| {
        hidden(case);
        case.mapping.name = "Agreement".to_owned();
    };
    check("plan nowhere in the contract", nowhere, &[]);
}

#[test]
fn an_amount_of_nothing_is_pointed_out() {
    let zero = |case: &mut Case| case.deal.deal.price = Some(0.into());
    let without_field = |case: &mut Case| {
        zero(case);
        case.mapping.fields.retain(|field| field.custom_id != "amount");
    };
    check("0", zero, &["amount_zero@field:amount"]);
    check("none", |case| case.deal.deal.price = None, &["amount_zero@field:amount"]);
    check("0.00 typed", |case| case.edit("field:amount", "0,00"), &["amount_zero@field:amount"]);
    let typed = |text: &'static str| {
        move |case: &mut Case| {
            zero(case);
            case.edit("field:amount", text);
        }
    };
    check("typed", typed("100"), &[]);
    check("typed in words", typed("Free of charge"), &[]);
    check("only in the message", without_field, &["amount_zero@message"]);
    let message_typed = |case: &mut Case| {
        without_field(case);
        case.edit("message", "Hello");
    };
    check("only in the message, which was typed", message_typed, &[]);
    let nowhere = |case: &mut Case| {
        without_field(case);
        case.mapping.message = "Hello".to_owned();
    };
    check("nowhere in the contract", nowhere, &["amount_zero"]);
    check("an amount", |case| case.deal.deal.price = Some("0.5".parse().unwrap()), &[]);
}

#[test]
fn a_choice_made_for_the_manager_is_pointed_out_until_he_makes_it() {
    let others = |case: &mut Case| case.deal.contacts[1].emails = vec!["per@oresund.se".to_owned()];
    let several = |case: &mut Case| case.contact().emails.push("asa@home.se".to_owned());
    check("another contact with e-mail", others, &["two_contacts_with_email@client.email"]);
    check("two e-mails", several, &["two_emails@client.email"]);
    let twice = |case: &mut Case| case.contact().emails.push(" Asa@Oresund.se".to_owned());
    check("the same e-mail twice", twice, &[]);
    let chosen = |case: &mut Case| {
        others(case);
        several(case);
        case.edit("client.email", "asa@oresund.se");
    };
    check("chosen", chosen, &[]);
}

#[test]
fn one_person_on_both_sides_is_pointed_out() {
    let same_email = |case: &mut Case| case.contact().emails = vec!["karin@nordkonsult.SE".to_owned()];
    let same_name = |case: &mut Case| case.contact().name = "karin lind".to_owned();
    check("e-mail", same_email, &["same_person_on_both_sides@client.email"]);
    check("name", same_name, &["same_person_on_both_sides@client.name"]);
    let both = |case: &mut Case| {
        same_email(case);
        same_name(case);
    };
    check("both, once", both, &["same_person_on_both_sides@client.email"]);
    let mended = |case: &mut Case| {
        same_email(case);
        case.edit("client.email", "asa@oresund.se");
    };
    check("mended", mended, &[]);
}

#[test]
fn what_stands_around_the_contract_only_warns() {
    check("no marker fields", |case| case.has_marker_fields = false, &["marker_fields_missing"]);
    let foreign = |case: &mut Case| case.foreign_contract = Some("https://other.example".to_owned());
    check("a field filled by something else", foreign, &["contract_field_foreign=https://other.example"]);
}

#[test]
fn problems_that_block_come_first() {
    let many = |case: &mut Case| {
        case.has_marker_fields = false;
        case.deal.deal.price = None;
        case.contact().emails.clear();
        case.template = None;
    };
    let wanted =
        ["email_missing@client.email", "template_gone", "amount_zero@field:amount", "marker_fields_missing"];
    check("many", many, &wanted);
}
