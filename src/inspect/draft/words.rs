//! The words of `rules/form-words.toml`, and what they say of a label or of a gap in a sentence: a field and its type.
//! Pure: takes printed text, reads no page. A guess that rests on less than the words themselves says so.

use crate::vocabulary::documents::Field;
use crate::vocabulary::form::FieldType;
use crate::vocabulary::holds::Holds;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::text::{distance, normalise};
use serde::{Deserialize, Deserializer, de::Error as _};

/// The table, its words as they are compared.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    instructions: Plain,
    boxes: String,
    unread: Plain,
    material: Vec<OfMaterial>,
    section: Vec<OfSection>,
    span: Vec<Span>,
    both: Vec<Both>,
    field: Vec<OfField>,
}

/// Words as they are compared: normalised.
#[derive(Debug, Clone, Default)]
struct Plain(Vec<String>);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(Vec::<String>::deserialize(from)?.iter().map(|w| plain(w)).collect()))
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfMaterial {
    #[serde(deserialize_with = "material")]
    name: MaterialKind,
    titles: Plain,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfSection {
    name: String,
    labels: Plain,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Span {
    fields: [String; 2],
    #[serde(default)]
    behind: Plain,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Both {
    heads: Plain,
    fields: [String; 2],
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfField {
    #[serde(rename = "type", deserialize_with = "field_type")]
    of: FieldType,
    fields: Vec<String>,
    #[serde(default)]
    labels: Plain,
    #[serde(default)]
    heads: Plain,
    #[serde(default)]
    perhaps: Plain,
    #[serde(default)]
    under: Plain,
    #[serde(default)]
    before: Plain,
    #[serde(default)]
    behind: Plain,
}

fn material<'de, D: Deserializer<'de>>(from: D) -> Result<MaterialKind, D::Error> {
    let name = String::deserialize(from)?;
    MaterialKind::from_name(&name).ok_or_else(|| D::Error::custom(format!("\"{name}\" is no material")))
}

fn field_type<'de, D: Deserializer<'de>>(from: D) -> Result<FieldType, D::Error> {
    let name = String::deserialize(from)?;
    let found = FieldType::ALL.into_iter().find(|t| t.name() == name);
    found.ok_or_else(|| D::Error::custom(format!("\"{name}\" is no type of field")))
}

/// A field of a draft.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    pub field: &'static Field,
    pub of: FieldType,
    /// The words are those of the table; otherwise a person has to look.
    pub sure: bool,
}

/// The fields that a part of a form may fill, and those that are filled already.
#[derive(Debug, Clone)]
pub struct Scope {
    pub section: Option<&'static Field>,
    known: &'static [Field],
    taken: Vec<&'static str>,
}

impl Scope {
    pub fn new(section: Option<&'static Field>, known: &'static [Field]) -> Self {
        Self { section, known, taken: Vec::new() }
    }

    /// Notes that a field has its place.
    pub fn take(&mut self, field: &'static Field) {
        self.taken.push(field.name);
    }

    /// The first of these fields that is known here, of a kind that this type reads, and free.
    fn free(&self, names: &[String], of: FieldType) -> Option<&'static Field> {
        let fits = |name: &String| self.known.iter().find(|f| f.name == name && of.fits(f.holds));
        names.iter().filter_map(fits).find(|f| !self.taken.contains(&f.name))
    }
}

/// Where a label stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Cell,
    /// Over the rows of a table.
    Head,
}

impl Words {
    /// The document that a title names.
    pub fn material(&self, title: &str) -> Option<MaterialKind> {
        let title = plain(title);
        // A character of a long title may be misread.
        let end: Vec<char> = title.chars().collect();
        let near = |t: &String| {
            let want: Vec<char> = t.chars().collect();
            want.len() >= 5 && end.len() >= want.len() && distance(&end[end.len() - want.len()..], &want) <= 1
        };
        let fit = |t: &String| {
            let n = 2 * t.chars().count();
            if title.ends_with(t.as_str()) { Some(n) } else { near(t).then_some(n - 3) }
        };
        let ends = |of: &OfMaterial| of.titles.0.iter().filter_map(fit).max();
        self.material.iter().filter_map(|m| Some((ends(m)?, m.name))).max_by_key(|(n, _)| *n).map(|(_, m)| m)
    }

    pub fn is_instructions(&self, text: &str) -> bool {
        let text = plain(text);
        self.instructions.0.iter().any(|w| text == *w || text.strip_suffix(':') == Some(w))
    }

    /// Is this printed label one whose value no document holds?
    pub fn is_unread(&self, label: &str) -> bool {
        let label = bare(label);
        self.unread.0.contains(&label)
    }

    /// The section that a label or a heading names, among a document's fields, and whether surely: by the table's words, or
    /// only by its end (本人工作简历).
    pub fn section(&self, label: &str, known: &'static [Field]) -> Option<(&'static Field, bool)> {
        let label = bare(label);
        let whole = self.section.iter().find(|s| s.labels.0.contains(&label)).map(|s| (s, true));
        let ends = |s: &&OfSection| s.labels.0.iter().any(|w| w.chars().count() >= 4 && label.ends_with(w.as_str()));
        let (named, sure) = whole.or_else(|| self.section.iter().find(ends).map(|s| (s, false)))?;
        let section = known.iter().find(|f| f.holds == Holds::Section && f.name == named.name)?;
        Some((section, sure))
    }

    /// The words of a choice, where a cell's print is one: `□男 □女`.
    pub fn options(&self, text: &str) -> Option<Vec<String>> {
        let is_box = |c: char| self.boxes.contains(c);
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let parts: Vec<&str> = text.split(is_box).collect();
        let (first, words) = parts.split_first()?;
        let words: Vec<String> = words.iter().map(|w| w.trim_matches(['、', '，', ',', '/']).to_owned()).collect();
        let whole = first.is_empty() && words.len() >= 2 && words.iter().all(|w| (1..=12).contains(&w.chars().count()));
        whole.then_some(words)
    }

    /// What is filled in at a label.
    pub fn label(&self, label: &str, under: Option<&str>, place: Place, scope: &Scope) -> Option<Guess> {
        let (read, label, under) = (plain(label), bare(label), under.map(plain));
        let mut best: Option<(usize, Guess)> = None;
        for entry in &self.field {
            let headed = under.as_ref().is_some_and(|u| entry.under.0.iter().any(|w| u.contains(w.as_str())));
            if !entry.under.0.is_empty() && !headed {
                continue;
            }
            let sure = entry.labels.0.iter().chain(entry.heads.0.iter().filter(|_| place == Place::Head));
            let scored = sure
                .filter_map(|w| fit(&read, &label, w))
                .chain(entry.perhaps.0.iter().filter(|w| **w == label).map(|w| (w.chars().count() * 4, false)))
                .max_by_key(|(n, sure)| (*n, *sure));
            let Some((score, sure)) = scored else { continue };
            let Some(field) = scope.free(&entry.fields, entry.of) else { continue };
            let score = score + if headed { 2 } else { 0 };
            if best.is_none_or(|(s, _)| score > s) {
                best = Some((score, Guess { field, of: entry.of, sure }));
            }
        }
        best.map(|(_, guess)| guess)
    }

    /// Both ends of a span, for a column whose head names them.
    pub fn both(&self, head: &str, scope: &Scope) -> Option<[Guess; 2]> {
        let head = bare(head);
        let entry = self.both.iter().find(|b| b.heads.0.contains(&head))?;
        pair(&entry.fields, scope)
    }

    /// The two ends of a span in a sentence.
    pub fn span(&self, behind: &str, scope: &Scope) -> Option<[Guess; 2]> {
        let behind = plain(behind);
        let fits = |s: &&Span| s.behind.0.is_empty() || s.behind.0.iter().any(|w| begins(&behind, w));
        self.span.iter().filter(fits).find_map(|s| pair(&s.fields, scope))
    }

    /// What is filled in at a gap of a sentence, between this print. `only`: the type that the print within the gap tells
    /// (年, 月, 日).
    pub fn gap(&self, before: &str, behind: &str, only: Option<FieldType>, scope: &Scope) -> Option<Guess> {
        let (before, behind) = (plain(before), plain(behind));
        let before = before.trim_end_matches([':', '"', '(', '_', '-', '.']);
        // A label in a sentence stands behind a comma or at its beginning; the whole print may end with its words.
        let ends = |w: &String| before.ends_with(w.as_str());
        let mut best: Option<(usize, Guess)> = None;
        for entry in &self.field {
            if entry.before.0.is_empty() && entry.behind.0.is_empty() || !entry.under.0.is_empty() {
                continue;
            }
            let longest = |words: &Plain, fits: &dyn Fn(&String) -> bool| {
                words.0.iter().filter(|w| fits(w)).map(|w| w.chars().count()).max()
            };
            let (Some(a), Some(b)) = (
                if entry.before.0.is_empty() { Some(0) } else { longest(&entry.before, &ends) },
                if entry.behind.0.is_empty() { Some(0) } else { longest(&entry.behind, &|w| begins(&behind, w)) },
            ) else {
                continue;
            };
            if only.is_some_and(|of| of != entry.of) {
                continue;
            }
            let Some(field) = scope.free(&entry.fields, entry.of) else { continue };
            // What stands behind in brackets says what the gap is; what stands before may belong to the gap before it.
            let score = a + 2 * b;
            if best.is_none_or(|(s, _)| score > s) {
                best = Some((score, Guess { field, of: entry.of, sure: true }));
            }
        }
        best.map(|(_, guess)| guess)
    }

    /// The one field of a document that holds what a date or month in the sentence can be, where no words say which.
    pub fn only_field(&self, of: FieldType, names: &[&str], scope: &Scope) -> Option<Guess> {
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        scope.free(&names, of).map(|field| Guess { field, of, sure: true })
    }
}

fn pair(names: &[String; 2], scope: &Scope) -> Option<[Guess; 2]> {
    let [a, b] = names;
    let end = |name: &String| {
        let field = scope.free(std::slice::from_ref(name), FieldType::Month)?;
        Some(Guess { field, of: FieldType::Month, sure: true })
    };
    Some([end(a)?, end(b)?])
}

/// How well a label is a word of the table, and whether surely: four points a character, fewer where it only ends so or is
/// read with one character wrong.
fn fit(read: &str, label: &str, word: &str) -> Option<(usize, bool)> {
    let n = word.chars().count();
    if read == word || label == word {
        return Some((4 * n, true));
    }
    // A note in brackets behind it: 身份证号码(18位).
    let noted = label.strip_suffix(')').and_then(|l| l.rsplit_once('(')).is_some_and(|(l, _)| l == word);
    if noted {
        return Some((4 * n - 1, false));
    }
    if n >= 3 && label.ends_with(word) {
        return Some((4 * n - 3, false));
    }
    let (a, b): (Vec<char>, Vec<char>) = (label.chars().collect(), word.chars().collect());
    (n >= 4 && a.len().abs_diff(n) <= 1 && distance(&a, &b) == 1).then_some((4 * n - 4, false))
}

fn begins(text: &str, word: &str) -> bool {
    text.trim_start_matches(['"', ',', '.']).starts_with(word.trim_start_matches(','))
}

/// A printed word as it is compared.
fn plain(printed: &str) -> String {
    normalise(printed)
}

/// A label without its colon.
fn bare(label: &str) -> String {
    let label = plain(label);
    let label = label.trim_end_matches([':', '.', ',']);
    label.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::documents::{DOCUMENTS, every_field};

    fn words() -> Words {
        toml::from_str(include_str!("../../../rules/form-words.toml")).unwrap()
    }

    fn scope(material: MaterialKind, section: Option<&str>) -> Scope {
        let known = DOCUMENTS.iter().find(|(m, _)| *m == material).unwrap().1;
        match section.and_then(|name| known.iter().find(|f| f.name == name)) {
            Some(section) => Scope::new(Some(section), section.parts),
            None => Scope::new(None, known),
        }
    }

    #[test]
    fn every_field_and_section_of_the_table_is_one() {
        let words = words();
        let fields = words.field.iter().flat_map(|f| f.fields.iter().map(move |name| (name, f.of)));
        for (name, of) in fields {
            assert!(every_field().any(|f| f.name == name && of.fits(f.holds)), "{name} as {}", of.name());
        }
        let sections = words.section.iter().map(|s| &s.name);
        let spans = words.span.iter().flat_map(|s| &s.fields).chain(words.both.iter().flat_map(|b| &b.fields));
        for name in sections.chain(spans) {
            assert!(every_field().any(|f| f.name == name), "{name}");
        }
    }

    #[test]
    fn a_key_that_is_none_is_refused() {
        let text = include_str!("../../../rules/form-words.toml").replacen("labels =", "lables =", 1);
        assert!(toml::from_str::<Words>(&text).unwrap_err().message().contains("unknown field `lables`"));
    }

    #[test]
    fn labels() {
        let words = words();
        for (label, under, want) in [
            ("姓 名", None, Some(("name", "name", true))),
            ("身份证号码（18位）", None, Some(("number", "id-number", false))),
            ("级别", Some("现有职业资格证书"), Some(("prior_level", "level", true))),
            ("级别", None, Some(("level", "level", false))),
            ("申报级别", None, Some(("level", "level", true))),
            ("申扱级别", None, Some(("level", "level", false))),
            ("申请人联系电话", None, Some(("mobile", "phone", false))),
            ("出生年月", None, Some(("born", "month", true))),
            ("民族", None, None),
            ("喜好", None, None),
        ] {
            let found = words.label(label, under, Place::Cell, &scope(MaterialKind::ApplicationForm, None));
            assert_eq!(found.map(|g| (g.field.name, g.of.name(), g.sure)), want, "{label}");
        }
        assert!(words.is_unread("民族") && !words.is_unread("喜好"));
    }

    #[test]
    fn gaps_of_sentences() {
        let words = words();
        for (before, behind, want) in [
            ("本人姓名：", "，身份证号：", Some("name")),
            ("，身份证号：", "，", Some("number")),
            ("，现申请参加", "师（职业/工种）", Some("occupation")),
            ("师（职业/工种）", "职业技能等级认定，本人", Some("level")),
            ("工作共", "年。", Some("years")),
            ("本人学历", "。", Some("education")),
            ("在", "（培训机构）参加", Some("institution")),
            ("累计", "学时，", Some("hours")),
            ("承诺人签名（手写）：", "", Some("signature")),
            ("喜欢", "颜色", None),
        ] {
            let scopes = [MaterialKind::WorkCommitment, MaterialKind::TrainingCommitment];
            for material in scopes {
                let found = words.gap(before, behind, None, &scope(material, None));
                assert_eq!(found.map(|g| g.field.name), want, "{before}＿{behind}");
            }
        }
        let mut work = scope(MaterialKind::ApplicationForm, Some("work"));
        let mut spans = Vec::new();
        for behind in ["，在", "，从事", "，在"] {
            let found = words.span(behind, &work);
            found.iter().flatten().for_each(|g| work.take(g.field));
            spans.push(found.map(|[a, b]| [a.field.name, b.field.name]));
        }
        assert_eq!(spans, [Some(["start", "end"]), Some(["occupation_start", "occupation_end"]), None]);
    }

    #[test]
    fn titles_name_documents_and_boxes_choices() {
        let words = words();
        for (title, want) in [
            ("甲市职业技能认定申报表", Some(MaterialKind::ApplicationForm)),
            ("个人工作经历承诺书", Some(MaterialKind::WorkCommitment)),
            ("工作承诺书", Some(MaterialKind::IntentCommitment)),
            ("培训纪历承诺书", Some(MaterialKind::TrainingCommitment)),
            ("通知", None),
        ] {
            assert_eq!(words.material(title), want, "{title}");
        }
        assert_eq!(words.options("□男 □女"), Some(vec!["男".to_owned(), "女".to_owned()]));
        assert_eq!(words.options("口五级口四级"), Some(vec!["五级".to_owned(), "四级".to_owned()]));
        assert_eq!(words.options("户口所在地"), None);
    }
}
