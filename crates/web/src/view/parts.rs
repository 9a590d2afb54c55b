//! The parts pages are made of: tags, fields, choices, messages. Each prints itself as safe HTML.

use crate::text::Words;
use askama::Template;
use askama::filters::HtmlSafe;

/// What a tag says by shape and tint, beside its word (WEB.md 14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Idle,
    Skipped,
    Running,
    Person,
    Body,
    Late,
    Done,
    Red,
    Amber,
    Green,
    Note,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Idle | Self::Skipped => "idle",
            Self::Running | Self::Note => "info",
            Self::Person | Self::Body | Self::Amber => "wait",
            Self::Late | Self::Red => "late",
            Self::Done | Self::Green => "ok",
        }
    }

    const fn shape(self) -> &'static str {
        match self {
            Self::Idle => "○",
            Self::Skipped => "–",
            Self::Running => "◐",
            Self::Person => "Ⅱ",
            Self::Body => "→",
            Self::Late => "!",
            Self::Done => "✓",
            Self::Red => "▲",
            Self::Amber => "◆",
            Self::Green => "●",
            Self::Note => "·",
        }
    }
}

/// A state in shape, word and tint.
#[derive(Clone, Debug, Template)]
#[template(path = "part/tag.html")]
pub struct Tag {
    tone: Tone,
    word: String,
}

impl HtmlSafe for Tag {}

impl Tag {
    pub fn new(tone: Tone, word: impl Into<String>) -> Self {
        Self { tone, word: word.into() }
    }

    /// Urgency as the interface names it; any other word is shown as it is.
    pub fn urgency(t: Words, urgency: &str) -> Self {
        match urgency {
            "RED" => Self::new(Tone::Red, t.urgency_red()),
            "AMBER" => Self::new(Tone::Amber, t.urgency_amber()),
            "GREEN" => Self::new(Tone::Green, t.urgency_green()),
            other => Self::new(Tone::Note, other),
        }
    }

    /// The state of a step or a line of work.
    pub fn work(t: Words, tone: Tone) -> Self {
        let word = match tone {
            Tone::Idle => t.state_idle(),
            Tone::Skipped => t.state_skipped(),
            Tone::Running => t.state_running(),
            Tone::Person => t.state_person(),
            Tone::Body => t.state_body(),
            Tone::Late => t.state_late(),
            _ => t.state_done(),
        };
        Self::new(tone, word)
    }
}

/// One answer that can be picked.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub note: Option<String>,
    pub on: bool,
    /// A name of its own, for boxes that are sent apart.
    pub name: Option<String>,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), note: None, on: false, name: None }
    }

    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The name it is sent under.
    fn sent<'a>(&'a self, group: &'a str) -> &'a str {
        self.name.as_deref().unwrap_or(group)
    }

    /// What tells it apart on the page.
    fn key(&self) -> String {
        self.name.as_ref().unwrap_or(&self.value).replace('.', "-")
    }

    #[must_use]
    pub fn named(mut self, name: String) -> Self {
        self.name = Some(name);
        self
    }

    #[must_use]
    pub const fn on(mut self, on: bool) -> Self {
        self.on = on;
        self
    }
}

/// How a field is filled in.
#[derive(Clone, Debug)]
pub enum Kind {
    /// One line; the word is the input type.
    Line(&'static str),
    /// Digits, such as a code; at most so many.
    Digits(u8),
    Long,
    Date,
    Moment,
    File(&'static str),
    Select(Vec<Choice>),
    Radios(Vec<Choice>),
    Checks(Vec<Choice>),
    /// A single box.
    Tick(bool),
    /// What was answered before and is sent again, unseen.
    Kept,
}

/// A labelled field with its help and value; faults stand in the summary and link to it.
#[derive(Clone, Debug, Template)]
#[template(path = "part/field.html")]
pub struct Field {
    id: String,
    name: String,
    label: String,
    help: Option<String>,
    value: String,
    kind: Kind,
    /// The word "optional", where it is.
    optional: Option<String>,
    autocomplete: Option<&'static str>,
    across: bool,
    /// The page opens with the focus here.
    focus: bool,
}

impl HtmlSafe for Field {}

impl Field {
    pub fn new(name: impl Into<String>, label: impl Into<String>, kind: Kind) -> Self {
        let name = name.into();
        Self {
            id: format!("f-{}", name.replace('.', "-")),
            name,
            label: label.into(),
            help: None,
            value: String::new(),
            kind,
            optional: None,
            autocomplete: None,
            across: false,
            focus: false,
        }
    }

    pub fn line(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Line("text"))
    }

    pub fn long(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Long)
    }

    pub fn radios(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Kind::Radios(choices))
    }

    pub fn checks(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Kind::Checks(choices))
    }

    pub fn kept(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::new(name, "", Kind::Kept) }
    }

    pub fn select(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Kind::Select(choices))
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn optional(mut self, t: Words) -> Self {
        self.optional = Some(t.optional().to_owned());
        self
    }

    #[must_use]
    pub const fn fill(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = Some(autocomplete);
        self
    }

    #[must_use]
    pub const fn across(mut self) -> Self {
        self.across = true;
        self
    }

    /// The page opens with the focus here: somebody came back to this one.
    #[must_use]
    pub const fn focused(mut self, focus: bool) -> Self {
        self.focus = focus;
        self
    }

    /// Whether the focus goes to this choice: the one that is picked, else the first.
    fn focuses(&self, choice: &Choice, choices: &[Choice]) -> bool {
        let to = choices.iter().find(|choice| choice.on).or(choices.first());
        self.focus && to.is_some_and(|to| to.value == choice.value)
    }

    /// A name that is unique on the page, where two forms hold a field of one name.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// With what the person typed or picked. Secrets are never shown again.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        match &mut self.kind {
            Kind::Select(choices) | Kind::Radios(choices) | Kind::Checks(choices) => {
                for choice in choices {
                    choice.on = choice.on || choice.value == value;
                }
            }
            Kind::Tick(on) => *on = !value.is_empty(),
            Kind::Line("password") | Kind::File(_) => {}
            _ => value.clone_into(&mut self.value),
        }
        self
    }

    /// Whether it takes a file.
    pub const fn is_file(&self) -> bool {
        matches!(self.kind, Kind::File(_))
    }

    /// The name its value is sent under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The question and the answer that is picked, to be shown instead of asked.
    pub fn fact(&self) -> Option<Fact> {
        let (Kind::Radios(choices) | Kind::Select(choices)) = &self.kind else { return None };
        choices.iter().find(|choice| choice.on).map(|choice| Fact::new(&self.label, &choice.label))
    }

    /// With what a form that came back holds.
    #[must_use]
    pub fn typed(mut self, given: &[(String, String)]) -> Self {
        let mine: Vec<String> = given.iter().filter(|(name, _)| *name == self.name).map(|(_, v)| v.clone()).collect();
        if given.is_empty() {
            return self;
        }
        match &mut self.kind {
            Kind::Select(choices) | Kind::Radios(choices) | Kind::Checks(choices) => {
                for choice in choices {
                    let own = choice.name.as_ref().map(|name| given.iter().any(|(known, _)| known == name));
                    choice.on = own.unwrap_or_else(|| mine.contains(&choice.value));
                }
                self
            }
            _ => self.value(mine.first().map_or("", String::as_str)),
        }
    }

    /// The type of the input, with what goes with it.
    fn input(&self) -> String {
        match &self.kind {
            Kind::Line(kind) => format!("type=\"{kind}\""),
            Kind::Digits(most) => format!("type=\"text\" inputmode=\"numeric\" class=\"digits\" maxlength=\"{most}\""),
            Kind::Date => "type=\"date\"".to_owned(),
            Kind::Moment => "type=\"datetime-local\"".to_owned(),
            Kind::File(accept) => format!("type=\"file\" accept=\"{accept}\""),
            _ => String::new(),
        }
    }

    fn described(&self) -> String {
        let mut ids = Vec::new();
        if self.help.is_some() {
            ids.push(format!("{}-help", self.id));
        }
        ids.join(" ")
    }
}

/// One fault of a form: which field, what happened, what to do.
#[derive(Clone, Debug)]
pub struct Fault {
    pub field: String,
    pub message: String,
    pub remedy: String,
    /// The code that never changes, for those who help.
    pub code: &'static str,
}

/// The summary on top of a form that came back.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/faults.html")]
pub struct Faults {
    pub heading: String,
    pub list: Vec<Fault>,
}

impl HtmlSafe for Faults {}

impl Faults {
    /// A problem with its two texts, linked to a field where it has one.
    pub fn of(t: Words, problem: &base::Problem, field: Option<&str>) -> Self {
        let (message, remedy) = (problem.message(), problem.remedy());
        let fault = Fault {
            field: field.map(|name| format!("f-{}", name.replace('.', "-"))).unwrap_or_default(),
            message: message.get(t.lang()).to_owned(),
            remedy: remedy.get(t.lang()).to_owned(),
            code: problem.code.0,
        };
        Self { heading: t.faults_heading().to_owned(), list: vec![fault] }
    }
}

/// A filter or a page, as a link.
#[derive(Clone, Debug)]
pub struct Link {
    pub href: String,
    pub word: String,
    pub here: bool,
}

impl Link {
    pub fn new(href: impl Into<String>, word: impl Into<String>) -> Self {
        Self { href: href.into(), word: word.into(), here: false }
    }

    #[must_use]
    pub const fn here(mut self, here: bool) -> Self {
        self.here = here;
        self
    }
}

/// A name and what it is.
#[derive(Clone, Debug)]
pub struct Fact {
    pub name: String,
    pub value: String,
}

impl Fact {
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}
