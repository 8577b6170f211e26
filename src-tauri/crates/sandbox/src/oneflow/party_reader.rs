//! Parties and participants as calls send them: what is refused, and what is made of the rest (api/oneflow.md §3.6).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::refusal::{DUPLICATE, Problems};
use super::state::{Oneflow, Participant, Party, SignState};
use super::templates::{DELIVERY_CHANNELS, SIGN_METHODS, TWO_STEP_METHODS};
use crate::switches::CustomIds;

const MOST_PARTICIPANTS: usize = 40;
const MOST_OF_MY_PARTY: usize = 29;

/// Reads parties of a create call.
pub(super) struct Reader<'a> {
    pub(super) oneflow: &'a mut Oneflow,
    pub(super) custom_ids: CustomIds,
    pub(super) caller: i64,
    pub(super) now: Timestamp,
    pub(super) problems: Problems,
}

impl Reader<'_> {
    /// All parties: the own side first, as recorded contracts show them.
    pub(super) fn parties(&mut self, sent: &Value) -> Vec<Party> {
        let mut parties = vec![self.my_party(&sent["my_party"])];
        match &sent["parties"] {
            Value::Null => {}
            Value::Array(items) if items.len() <= MOST_PARTICIPANTS => {
                for (index, item) in items.iter().enumerate() {
                    parties.extend(self.counterparty(item, &format!("parties[{index}]")));
                }
            }
            Value::Array(_) => self.problems.add("parties", "Longer than maximum length 40."),
            _ => self.problems.add("parties", "Not a valid list."),
        }
        if parties.iter().map(|party| party.participants.len()).sum::<usize>() > MOST_PARTICIPANTS {
            self.problems.add("parties", "At most 40 participants.");
        }
        self.find_duplicates(&parties);
        parties
    }

    /// The same e-mail twice is refused (api/oneflow.md §1.1), also on both sides.
    ///
    /// Guess: the comparison ignores case, and participants without e-mail are never the same.
    fn find_duplicates(&mut self, parties: &[Party]) {
        let mut seen: Vec<String> = Vec::new();
        for (index, party) in parties.iter().enumerate() {
            for (position, participant) in party.participants.iter().enumerate() {
                let email = participant.email.to_lowercase();
                if !email.is_empty() && seen.contains(&email) {
                    let path = match (index, party.is_individual) {
                        (0, _) => format!("my_party.participants[{position}].email"),
                        (_, true) => format!("parties[{}].participant.email", index - 1),
                        (_, false) => format!("parties[{}].participants[{position}].email", index - 1),
                    };
                    self.problems.add(path, DUPLICATE);
                }
                seen.push(email);
            }
        }
    }

    fn my_party(&mut self, sent: &Value) -> Party {
        let account = self.oneflow.account.clone();
        let text = |key: &str, default: &str| sent[key].as_str().unwrap_or(default).to_owned();
        let mut party = Party {
            id: self.oneflow.fresh_id(),
            is_individual: false,
            is_mine: true,
            name: text("name", &account.name),
            country_code: text("country_code", account.country_code),
            identification_number: text("identification_number", account.registration_number),
            custom_id: self.custom_id(sent),
            created: self.now,
            participants: Vec::new(),
        };
        match &sent["participants"] {
            Value::Array(items) if items.len() <= MOST_OF_MY_PARTY => {
                for (index, item) in items.iter().enumerate() {
                    let participant = self.own_participant(item, &format!("my_party.participants[{index}]"));
                    party.participants.extend(participant);
                }
            }
            Value::Array(_) => self.problems.add("my_party.participants", "Longer than maximum length 29."),
            Value::Null => {}
            _ => self.problems.add("my_party.participants", "Not a valid list."),
        }
        if party.participants.is_empty() && !sent["participants"].is_array() {
            // Without participants of its own the caller stands in, with the template's roles (api/oneflow.md §3.6).
            party.participants.push(self.caller_as_participant());
        }
        party
    }

    fn caller_as_participant(&mut self) -> Participant {
        let user = self.oneflow.user(self.caller).cloned();
        let mut participant = self.blank();
        if let Some(user) = user {
            participant.name = user.name;
            participant.email = user.email;
            user.title.clone_into(&mut participant.title);
        }
        participant.is_caller = true;
        participant.signatory = true;
        participant.can_update = true;
        participant
    }

    /// E-mails of the own side must be active users (api/oneflow.md §3.6).
    fn own_participant(&mut self, sent: &Value, path: &str) -> Option<Participant> {
        let email = sent["email"].as_str().unwrap_or_default();
        let user =
            self.oneflow.users.iter().find(|user| user.active && user.email.eq_ignore_ascii_case(email));
        let Some(user) = user.cloned() else {
            self.problems.add(format!("{path}.email"), "Not an active user of the account.");
            return None;
        };
        let mut completed = sent.clone();
        if completed["name"].is_null() {
            completed["name"] = json!(user.name);
        }
        if completed["delivery_channel"].is_null() {
            completed["delivery_channel"] = json!("email");
        }
        let mut participant = self.participant(&completed, path)?;
        participant.organizer = sent["organizer"].as_bool().unwrap_or(false);
        participant.is_caller = user.id == self.caller;
        Some(participant)
    }

    /// A party that is not ours.
    pub(super) fn counterparty(&mut self, sent: &Value, path: &str) -> Option<Party> {
        let is_individual = match sent["type"].as_str() {
            Some("individual") => true,
            Some("company") => false,
            _ => {
                self.problems.add(format!("{path}.type"), "Must be one of: company, individual.");
                return None;
            }
        };
        let name = sent["name"].as_str().unwrap_or_default().to_owned();
        if !is_individual && name.is_empty() {
            self.problems.add(format!("{path}.name"), "Missing data for required field.");
        }
        let country_code =
            sent["country_code"].as_str().unwrap_or(self.oneflow.account.country_code).to_owned();
        if country_code.len() != 2 || !country_code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            self.problems.add(format!("{path}.country_code"), "Not a valid country code.");
        }
        let participants = if is_individual {
            self.participant(&sent["participant"], &format!("{path}.participant")).into_iter().collect()
        } else {
            self.company_participants(&sent["participants"], path)
        };
        Some(Party {
            id: self.oneflow.fresh_id(),
            is_individual,
            is_mine: false,
            name,
            country_code,
            identification_number: sent["identification_number"].as_str().unwrap_or_default().to_owned(),
            custom_id: self.custom_id(sent),
            created: self.now,
            participants,
        })
    }

    fn company_participants(&mut self, sent: &Value, path: &str) -> Vec<Participant> {
        let items = sent.as_array().map_or(&[][..], Vec::as_slice);
        if items.is_empty() {
            self.problems.add(format!("{path}.participants"), "Shorter than minimum length 1.");
        }
        items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| self.participant(item, &format!("{path}.participants[{index}]")))
            .collect()
    }

    /// One person. All problems are gathered; a person with any is not made.
    pub(super) fn participant(&mut self, sent: &Value, path: &str) -> Option<Participant> {
        let before = self.problems.clone();
        let text = |key: &str| sent[key].as_str().unwrap_or_default().to_owned();
        let (name, email, phone) = (text("name"), text("email"), text("phone_number"));
        self.length(&name, 1, 100, &format!("{path}.name"));
        self.length(&text("title"), 0, 100, &format!("{path}.title"));
        self.length(&text("identification_number"), 0, 25, &format!("{path}.identification_number"));
        let channel = self.offered(sent, "delivery_channel", &DELIVERY_CHANNELS, None, path);
        let sign_method = self.offered(sent, "sign_method", &SIGN_METHODS, Some("standard_esign"), path);
        let two_step =
            self.offered(sent, "two_step_authentication_method", &TWO_STEP_METHODS, Some("none"), path);
        if email.is_empty() && (channel == "email" || two_step == "email") {
            self.problems.add(format!("{path}.email"), "Missing data for required field.");
        } else if !email.is_empty() && !is_email(&email) {
            self.problems.add(format!("{path}.email"), "Not a valid email address.");
        }
        let wants_phone = [channel.as_str(), two_step.as_str(), sign_method.as_str()].contains(&"sms");
        if (wants_phone || !phone.is_empty()) && !is_phone(&phone) {
            self.problems.add(format!("{path}.phone_number"), "Not a valid phone number.");
        }
        if self.problems != before {
            return None;
        }
        Some(Participant {
            name,
            email,
            title: text("title"),
            phone_number: phone,
            identification_number: text("identification_number"),
            signatory: sent["signatory"].as_bool().unwrap_or(false),
            can_update: sent["_permissions"]["contract:update"].as_bool().unwrap_or(false),
            sign_method,
            two_step,
            delivery_channel: channel,
            custom_id: self.custom_id(sent),
            ..self.blank()
        })
    }

    fn length(&mut self, text: &str, shortest: usize, longest: usize, path: &str) {
        let length = text.chars().count();
        if length < shortest {
            self.problems.add(path, "Missing data for required field.");
        } else if length > longest {
            self.problems.add(path, format!("Longer than maximum length {longest}."));
        }
    }

    /// A choice that the template must offer; `default` when it may be left out.
    fn offered(
        &mut self,
        sent: &Value,
        key: &str,
        offers: &[&str],
        default: Option<&str>,
        path: &str,
    ) -> String {
        match (&sent[key], default) {
            (Value::Null, Some(default)) => default.to_owned(),
            (Value::Null, None) => {
                self.problems.add(format!("{path}.{key}"), "Missing data for required field.");
                String::new()
            }
            (value, _) => {
                let text = value.as_str().unwrap_or_default();
                if !offers.contains(&text) {
                    self.problems
                        .add(format!("{path}.{key}"), format!("Must be one of: {}.", offers.join(", ")));
                }
                text.to_owned()
            }
        }
    }

    fn custom_id(&self, sent: &Value) -> Option<String> {
        let sent = sent["_private_ownerside"]["custom_id"].as_str()?;
        match self.custom_ids {
            CustomIds::Kept => Some(sent.to_owned()),
            CustomIds::CutAt { length } => Some(sent.chars().take(length).collect()),
            CustomIds::Dropped => None,
        }
    }

    fn blank(&mut self) -> Participant {
        Participant {
            id: self.oneflow.fresh_id(),
            name: String::new(),
            email: String::new(),
            title: String::new(),
            phone_number: String::new(),
            identification_number: String::new(),
            is_caller: false,
            organizer: false,
            signatory: false,
            can_update: false,
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
            created: self.now,
            updated: self.now,
        }
    }
}

/// Guess: stricter than "has an @", laxer than the standard; what Oneflow checks is not known.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let labels = domain.split('.').collect::<Vec<_>>();
    !local.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c == ',' || c == ';')
        && !local.contains('@')
        && labels.len() >= 2
        && labels.iter().all(|label| !label.is_empty())
}

/// E.164 (api/oneflow.md §1).
fn is_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_can_receive_mail_are_taken() {
        for (text, good) in [
            ("asa@oresundkraft.example", true),
            ("kund@", false),
            ("@example.com", false),
            ("a b@example.com", false),
            ("a@b@example.com", false),
            ("a@example", false),
            ("a@example..com", false),
        ] {
            assert_eq!(is_email(text), good, "{text}");
        }
    }
}
