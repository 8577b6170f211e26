//! Light or dark: what the person chose here, else what the system says.

use std::sync::{Mutex, PoisonError};

use ipc::dto::ThemeChoice;
use tauri::{AppHandle, Manager as _, Theme};

/// Both answers, because the system goes on changing while a choice of the person stands.
#[derive(Debug)]
pub(crate) struct Appearance(Mutex<Answers>);

#[derive(Debug, Clone, Copy)]
struct Answers {
    person: ThemeChoice,
    /// Only known on Linux; the other systems tell the window themselves.
    system: Option<Theme>,
}

impl Appearance {
    pub(crate) fn new(person: ThemeChoice) -> Self {
        Self(Mutex::new(Answers { person, system: None }))
    }

    fn change(&self, change: impl FnOnce(&mut Answers)) -> Answers {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut answers);
        *answers
    }
}

/// The person chose in the settings.
pub(crate) fn choose(app: &AppHandle, choice: ThemeChoice) {
    let answers = app.state::<Appearance>().change(|answers| answers.person = choice);
    app.set_theme(theme(answers));
}

/// The desktop told its preference.
#[cfg(target_os = "linux")]
pub(crate) fn follow_system(app: &AppHandle, preference: Theme) {
    let answers = app.state::<Appearance>().change(|answers| answers.system = Some(preference));
    app.set_theme(theme(answers));
}

/// `None` leaves it to the system; on Linux that would mean light (ui-stack.md §6).
fn theme(answers: Answers) -> Option<Theme> {
    match answers.person {
        ThemeChoice::Light => Some(Theme::Light),
        ThemeChoice::Dark => Some(Theme::Dark),
        ThemeChoice::System => answers.system,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_of_the_person_outlasts_what_the_system_says() {
        let appearance = Appearance::new(ThemeChoice::Light);
        let answers = appearance.change(|answers| answers.system = Some(Theme::Dark));
        assert_eq!(theme(answers), Some(Theme::Light));
        let answers = appearance.change(|answers| answers.person = ThemeChoice::System);
        assert_eq!(theme(answers), Some(Theme::Dark), "what the system said meanwhile counts again");
        let answers = appearance.change(|answers| answers.system = None);
        assert_eq!(theme(answers), None);
    }
}
