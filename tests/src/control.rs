//! Controls as people and screen readers know them: by role and accessible name (design.md §9).
//!
//! Both are the web engine's own answers (`computedrole`, `computedlabel`), not ours: a control that a screen reader
//! would not find is not found here either.

use std::fmt;

use fantoccini::elements::{Element, ElementRef};
use fantoccini::wd::WebDriverCompatibleCommand;
use hyper::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// What a control is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Something to press.
    Button,
    /// A box with a tick, or a switch.
    Checkbox,
    /// A choice from a list.
    Combobox,
    /// A question that waits for an answer.
    Dialog,
    /// A title.
    Heading,
    /// A way to another view.
    Link,
    /// A list.
    List,
    /// One of a list.
    ListItem,
    /// A choice in an open combobox.
    Option,
    /// A named part of the window.
    Region,
    /// A row of a table.
    Row,
    /// A text box to search with.
    SearchBox,
    /// A sentence that is read out when it changes.
    Status,
    /// A table.
    Table,
    /// A text box.
    TextBox,
}

impl Role {
    /// Elements that can have the role, and the names that the role has in the engine's answer.
    fn candidates(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Button => ("button, summary, input[type=submit], [role=button]", &["button"]),
            Self::Checkbox => {
                ("input[type=checkbox], [role=checkbox], [role=switch]", &["checkbox", "switch"])
            }
            Self::Combobox => ("select, input, [role=combobox]", &["combobox", "button"]),
            Self::Dialog => ("dialog, [role=dialog], [role=alertdialog]", &["dialog", "alertdialog"]),
            Self::Heading => ("h1, h2, h3, h4, h5, h6, [role=heading]", &["heading"]),
            Self::Link => ("a[href], [role=link]", &["link"]),
            Self::List => ("ul, ol, [role=list]", &["list"]),
            Self::ListItem => ("li, [role=listitem]", &["listitem"]),
            Self::Option => ("option, [role=option]", &["option"]),
            Self::Region => ("section, [role=region]", &["region"]),
            Self::Row => ("tr, [role=row]", &["row"]),
            Self::SearchBox => ("input, [role=searchbox]", &["searchbox"]),
            Self::Status => ("output, [role=status]", &["status"]),
            Self::Table => ("table, [role=table]", &["table"]),
            Self::TextBox => ("input, textarea, [role=textbox]", &["textbox", "searchbox"]),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Name<'n> {
    Exactly(&'n str),
    Containing(&'n str),
}

/// A control to look for.
#[derive(Debug, Clone, Copy)]
pub struct Control<'n> {
    role: Role,
    name: Name<'n>,
}

/// The control with this role and exactly this name.
pub const fn control(role: Role, name: &str) -> Control<'_> {
    Control { role, name: Name::Exactly(name) }
}

/// The first control with this role whose name holds this text, for rows and list items.
pub const fn containing(role: Role, text: &str) -> Control<'_> {
    Control { role, name: Name::Containing(text) }
}

/// A button by its name.
pub const fn button(name: &str) -> Control<'_> {
    control(Role::Button, name)
}

/// A combobox by its name.
pub const fn combobox(name: &str) -> Control<'_> {
    control(Role::Combobox, name)
}

/// A link by its name.
pub const fn link(name: &str) -> Control<'_> {
    control(Role::Link, name)
}

/// A list by its name.
pub const fn list(name: &str) -> Control<'_> {
    control(Role::List, name)
}

/// A region by its name.
pub const fn region(name: &str) -> Control<'_> {
    control(Role::Region, name)
}

/// The first row that holds this text.
pub const fn row(text: &str) -> Control<'_> {
    containing(Role::Row, text)
}

/// A table by its name.
pub const fn table(name: &str) -> Control<'_> {
    control(Role::Table, name)
}

/// A text box by its name.
pub const fn text_box(name: &str) -> Control<'_> {
    control(Role::TextBox, name)
}

impl fmt::Display for Control<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            Name::Exactly(name) => write!(f, "{:?} {name:?}", self.role),
            Name::Containing(text) => write!(f, "{:?} with {text:?}", self.role),
        }
    }
}

/// Visible candidates below `root`, those first whose own text or label holds the name: usually the first one is it,
/// and the engine is asked about one element instead of a hundred.
const CANDIDATES: &str = "
    const [root, selector, name] = arguments;
    const hint = e => [e.getAttribute('aria-label'), e.textContent, e.value, e.placeholder,
        ...[...(e.labels ?? [])].map(l => l.textContent)].filter(Boolean).join(' ').replace(/\\s+/g, ' ');
    const found = [...(root ?? document).querySelectorAll(selector)]
        .filter(e => e.getClientRects().length > 0 && !e.closest('[aria-hidden=true], [inert]'));
    return [...found.filter(e => hint(e).includes(name)), ...found.filter(e => !hint(e).includes(name))];";

impl Control<'_> {
    /// The control, if it is there now, below `root` or anywhere.
    pub(crate) async fn look(
        &self,
        client: &fantoccini::Client,
        root: Option<&Element>,
    ) -> anyhow::Result<Option<Element>> {
        let (selector, roles) = self.role.candidates();
        let (Name::Exactly(wanted) | Name::Containing(wanted)) = self.name;
        let root = root.map_or(Value::Null, |element| json!({ ELEMENT: element.element_id().to_string() }));
        let found = client.execute(CANDIDATES, vec![root, selector.into(), wanted.into()]).await?;
        for candidate in found.as_array().into_iter().flatten() {
            let Some(id) = candidate[ELEMENT].as_str() else { continue };
            let label = computed(client, id, "computedlabel").await?;
            let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
            let fits = match self.name {
                Name::Exactly(name) => label == name,
                Name::Containing(text) => label.contains(text) || self.holds(client, candidate, text).await?,
            };
            if fits && roles.contains(&computed(client, id, "computedrole").await?.as_str()) {
                return Ok(Some(Element::from_element_id(client.clone(), ElementRef::from(id.to_owned()))));
            }
        }
        Ok(None)
    }

    /// Engines differ in whether a row is named by its content, so its text counts as its name.
    async fn holds(
        &self,
        client: &fantoccini::Client,
        candidate: &Value,
        text: &str,
    ) -> anyhow::Result<bool> {
        let script = "return arguments[0].innerText.replace(/\\s+/g, ' ').includes(arguments[1])";
        Ok(client.execute(script, vec![candidate.clone(), text.into()]).await?.as_bool().unwrap_or(false))
    }
}

/// The key of an element reference, fixed by the `WebDriver` specification.
pub(crate) const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

async fn computed(
    client: &fantoccini::Client,
    element: &str,
    property: &'static str,
) -> anyhow::Result<String> {
    let answer = client.issue_cmd(Computed { element: element.to_owned(), property }).await?;
    Ok(answer.as_str().unwrap_or_default().to_owned())
}

/// What the client library has no method for.
#[derive(Debug)]
struct Computed {
    element: String,
    property: &'static str,
}

impl WebDriverCompatibleCommand for Computed {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/element/{}/{}", self.element, self.property))
    }

    fn method_and_body(&self, _url: &Url) -> (Method, Option<String>) {
        (Method::GET, None)
    }
}
