//! One entry as it was written, whatever the file's form, becomes an entry of the record or the reason why it is none.

use super::super::error::one_of;
use crate::vocabulary::fact::{Region, State};
use crate::vocabulary::finding::INTERNAL_ERROR;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::record::{
    About, Assigned, Corrected, Entry, FieldPlace, FilePage, FlagPlace, Position, Said, Seen,
};
use crate::vocabulary::waiver::Decided;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// Times are Beijing's.
const OFFSET: &str = "+08:00";
/// What `kind` may say.
const KINDS: [&str; 9] =
    ["accept", "reject", "return", "accept_flag", "correct", "confirm", "overrule", "assign", "withdraw"];
/// A person's name or a reason is no book: what is longer is no entry of a person.
const LONGEST: usize = 4000;

/// An entry before it is checked: every key may be missing.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Written {
    pub time: String,
    pub who: String,
    pub run: String,
    pub submission: String,
    pub material: String,
    pub kind: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub settles: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rule: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub document: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub until: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u16>,
    #[serde(rename = "box", skip_serializing_if = "Option::is_none")]
    pub region: Option<[u32; 4]>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<WrittenSeen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<WrittenNew>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_file: Option<u16>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub somebody_else: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub what: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WrittenSeen {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenNew {
    pub state: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Written {
    /// An entry as it is written.
    pub fn of(entry: &Entry) -> Self {
        let time = if entry.time == DateTime::ZERO { String::new() } else { format!("{}{OFFSET}", entry.time) };
        let written = Self {
            time,
            who: entry.who.clone(),
            run: entry.run.clone(),
            submission: entry.submission.clone(),
            material: entry.material.clone(),
            settles: entry.settles,
            ..Self::default()
        };
        match &entry.said {
            Said::Decision { decision, reason } => {
                let kind = match decision {
                    Decided::Accept => "accept",
                    Decided::Reject => "reject",
                    Decided::Return => "return",
                };
                Self { kind: kind.into(), reason: reason.clone(), ..written }
            }
            Said::AcceptFlag { place, reason, until, flags } => Self {
                kind: "accept_flag".into(),
                reason: reason.clone(),
                until: until.to_string(),
                flags: flags.clone(),
                ..written.on_flag(place)
            },
            Said::Reading { at, confirms, old, new } => Self {
                kind: if *confirms { "confirm" } else { "correct" }.into(),
                old: Some(WrittenSeen::of(old)),
                new: Some(WrittenNew::of(new)),
                ..written.on_field(at)
            },
            Said::NoAlteration { at, old } => {
                Self { kind: "overrule".into(), old: Some(WrittenSeen::of(old)), ..written.on_field(at) }
            }
            Said::Assign { page, file, to } => {
                let (document, somebody_else) = match to {
                    Assigned::Material(material) => (material.name().to_owned(), false),
                    Assigned::SomebodyElse => (String::new(), true),
                };
                Self { kind: "assign".into(), file: file.clone(), document, somebody_else, ..written.on_page(page) }
            }
            Said::Withdraw(about) => {
                let written = Self { kind: "withdraw".into(), ..written };
                match about {
                    About::Submission => Self { what: "accept".into(), ..written },
                    About::Flag(place) => Self { what: "accept_flag".into(), ..written.on_flag(place) },
                    About::Field(field) => Self { what: "correct".into(), field: field.clone(), ..written },
                    About::Page(page) => Self { what: "assign".into(), ..written.on_page(page) },
                }
            }
        }
    }

    fn on_flag(self, place: &FlagPlace) -> Self {
        let document = place.document.map_or_else(String::new, |d| d.name().to_owned());
        Self { rule: place.rule.clone(), document, field: place.field.clone().unwrap_or_default(), ..self }
    }

    fn on_field(self, at: &FieldPlace) -> Self {
        let region = at.region.map(|r| [r.x, r.y, r.width, r.height]);
        Self { field: at.field.clone(), page: at.page, region, file: at.file.clone(), ..self }
    }

    fn on_page(self, page: &FilePage) -> Self {
        Self { name: page.name.clone(), in_file: page.in_file, ..self }
    }
}

impl WrittenSeen {
    fn of(seen: &Seen) -> Self {
        Self { state: seen.state, text: seen.text.clone(), confidence: seen.confidence }
    }
}

impl WrittenNew {
    fn of(new: &Corrected) -> Self {
        let (state, text) = match new {
            Corrected::Text(text) => (State::Read, Some(text.clone())),
            Corrected::Empty => (State::Empty, None),
            Corrected::Written => (State::Illegible, None),
        };
        Self { state, text }
    }
}

impl Written {
    /// # Errors
    /// What is missing or unknown, in words.
    pub fn entry(self, position: Position, known_rules: &[&str]) -> Result<Entry, String> {
        let long = [&self.who, &self.submission, &self.reason, &self.field, &self.name, &self.run, &self.material];
        if long.iter().any(|text| text.len() > LONGEST) {
            return Err(format!("a text of more than {LONGEST} bytes"));
        }
        filled(&self.submission, "submission", "give the 报名编号")?;
        filled(&self.who, "who", "say who decided")?;
        let time = time(&self.time)?;
        let said = self.said(known_rules)?;
        let Self { who, run, submission, material, settles, .. } = self;
        Ok(Entry { time, who, run, submission, material, settles, said, position })
    }

    fn said(&self, known_rules: &[&str]) -> Result<Said, String> {
        Ok(match self.kind.as_str() {
            "accept" => Said::Decision { decision: Decided::Accept, reason: self.reason.clone() },
            "reject" => self.turned_down(Decided::Reject)?,
            "return" => self.turned_down(Decided::Return)?,
            "accept_flag" => Said::AcceptFlag {
                place: self.flag_place(known_rules)?,
                reason: filled(&self.reason, "reason", "say why the flag may stand")?,
                until: self.until()?,
                flags: self.flags.clone(),
            },
            "correct" | "confirm" => Said::Reading {
                at: self.field_place()?,
                confirms: self.kind == "confirm",
                old: self.seen(),
                new: self.new_reading()?,
            },
            "overrule" => Said::NoAlteration { at: self.field_place()?, old: self.seen() },
            "assign" => Said::Assign { page: self.file_page()?, file: self.file.clone(), to: self.assigned()? },
            "withdraw" => Said::Withdraw(self.withdrawn(known_rules)?),
            other => return Err(format!("\"{other}\" is no kind of entry; write {}", one_of(KINDS))),
        })
    }

    fn turned_down(&self, decision: Decided) -> Result<Said, String> {
        let reason = filled(&self.reason, "reason", "say what the applicant is told")?;
        Ok(Said::Decision { decision, reason })
    }

    fn flag_place(&self, known_rules: &[&str]) -> Result<FlagPlace, String> {
        if !known_rules.contains(&self.rule.as_str()) {
            return Err(format!("\"{}\" is no rule; the rules are {}", self.rule, one_of(known_rules)));
        }
        if self.rule == INTERNAL_ERROR {
            return Err(format!("\"{INTERNAL_ERROR}\" cannot be accepted: nothing of that submission was judged"));
        }
        let document = (!self.document.is_empty()).then(|| material(&self.document)).transpose()?;
        let field = Some(self.field.clone()).filter(|f| !f.is_empty());
        Ok(FlagPlace { rule: self.rule.clone(), document, field })
    }

    fn until(&self) -> Result<Date, String> {
        let until = filled(&self.until, "until", "give the last day on which it counts, as 2024-12-31")?;
        day(&until).ok_or_else(|| format!("\"{until}\" is no date; write it as 2024-12-31"))
    }

    fn field_place(&self) -> Result<FieldPlace, String> {
        let field = filled(&self.field, "field", "name the field as findings.jsonl does")?;
        let region = self.region.map(|[x, y, width, height]| Region { x, y, width, height });
        Ok(FieldPlace { field, page: self.page, region, file: self.file.clone() })
    }

    fn seen(&self) -> Seen {
        self.old.as_ref().map_or_else(Seen::default, |old| Seen {
            state: old.state,
            text: old.text.clone(),
            confidence: old.confidence,
        })
    }

    fn new_reading(&self) -> Result<Corrected, String> {
        let new = self.new.as_ref().ok_or("no new reading; give new_state, and new_text with \"read\"")?;
        match (new.state, new.text.as_deref().map(str::trim)) {
            (State::Read, Some(text)) if !text.is_empty() && text.len() <= LONGEST => {
                Ok(Corrected::Text(text.to_owned()))
            }
            (State::Read, _) => Err("a new reading without a text; if nothing is written there, say \"blank\"".into()),
            (State::Empty, _) => Ok(Corrected::Empty),
            (State::Illegible, _) => Ok(Corrected::Written),
            (State::NotFound, _) => Err("a new reading is \"read\", \"blank\" or \"illegible\"".into()),
        }
    }

    fn file_page(&self) -> Result<FilePage, String> {
        let name = filled(&self.name, "name", "give the file's path inside the submission")?;
        if self.in_file == Some(0) {
            return Err("pages of a file are counted from 1".into());
        }
        Ok(FilePage { name, in_file: self.in_file })
    }

    fn assigned(&self) -> Result<Assigned, String> {
        match (self.somebody_else, self.document.is_empty()) {
            (true, true) => Ok(Assigned::SomebodyElse),
            (false, false) => Ok(Assigned::Material(material(&self.document)?)),
            _ => Err("give either the material, or that it belongs to somebody else".into()),
        }
    }

    fn withdrawn(&self, known_rules: &[&str]) -> Result<About, String> {
        Ok(match self.what.as_str() {
            "accept" | "reject" | "return" => About::Submission,
            "accept_flag" => About::Flag(self.flag_place(known_rules)?),
            "correct" | "confirm" | "overrule" => About::Field(self.field_place()?.field),
            "assign" => About::Page(self.file_page()?),
            other => return Err(format!("\"{other}\" cannot be withdrawn; write {}", one_of(&KINDS[..8]))),
        })
    }
}

fn filled(text: &str, key: &str, what: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err(format!("{key} is empty; {what}")) } else { Ok(text.to_owned()) }
}

fn material(name: &str) -> Result<MaterialKind, String> {
    MaterialKind::from_name(name).ok_or_else(|| {
        format!("\"{name}\" is no material; write {}", one_of(MaterialKind::ALL.map(MaterialKind::name)))
    })
}

/// `2026-11-30T08:12:05+08:00`, or a day; a file written by hand may have none.
fn time(text: &str) -> Result<DateTime, String> {
    if text.is_empty() {
        return Ok(DateTime::ZERO);
    }
    let known = day(text).map(|day| day.at(0, 0, 0, 0));
    known
        .or_else(|| text.strip_suffix(OFFSET).filter(|t| t.contains('T')).and_then(|t| t.parse().ok()))
        .ok_or_else(|| format!("\"{text}\" is no time; write it as 2026-11-30T08:12:05{OFFSET}"))
}

/// `2024-12-31`, or as Excel saves it: `2024/12/31`, `2024/1/5`.
fn day(text: &str) -> Option<Date> {
    let parts: Vec<i16> = text.split(['-', '/']).map(str::parse).collect::<Result<_, _>>().ok()?;
    let [year, month, day] = parts[..] else { return None };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|_| (1900..=2100).contains(&year))
}
