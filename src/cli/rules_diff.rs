//! `yushen rules diff`: two packs, of one folder of rules or of two, become the list of everything in which they
//! differ.
//! Compares what the packs demand, not how their files are laid out.

use crate::cli::packs::{conditions, excuses, missing, role};
use crate::packs::Loaded;
use crate::run::rules::{find_pack, load};
use crate::vocabulary::documents::SchoolKind;
use crate::vocabulary::finding::Clause;
use crate::vocabulary::level::Level;
use crate::vocabulary::pack::{AcceptedForm, Condition, MaterialRequirement, Occupation, Pack};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

/// The differences, in the order: the pack itself, its occupations, calendar, fees, clauses; with a second folder its
/// settings too.
struct Differences<'a> {
    left: &'a str,
    right: &'a str,
    lines: Vec<String>,
}

/// Prints everything in which the packs `left` and `right` differ. `right` is looked up in `new_dir`, if one is given.
///
/// # Errors
/// As [`load`]; no such pack; or `out` cannot be written.
pub fn diff(dir: Option<&Path>, new_dir: Option<&Path>, left: &str, right: &str, out: &mut dyn Write) -> Result<()> {
    let old = load(dir)?;
    let new = new_dir.map(|d| load(Some(d))).transpose()?;
    let (a, b) = (find_pack(&old, left)?, find_pack(new.as_ref().unwrap_or(&old), right)?);
    // One pack in two folders: the folders part them, not the ids.
    let names = if new_dir.is_some() && a.id == b.id {
        [format!("{} (old)", a.id), format!("{} (new)", b.id)]
    } else {
        [a.id.clone(), b.id.clone()]
    };
    let mut d = Differences { left: &names[0], right: &names[1], lines: Vec::new() };
    d.packs(a, b);
    d.occupations(a, b);
    d.calendar(a, b);
    d.fees(a, b);
    d.clauses(&a.clauses, &b.clauses);
    if let Some(new) = &new {
        d.settings(&old, new);
        d.forms(&old, new);
    }
    for line in &d.lines {
        writeln!(out, "{line}")?;
    }
    if d.lines.is_empty() {
        writeln!(out, "{} and {} demand the same", names[0], names[1])?;
    }
    Ok(())
}

impl Differences<'_> {
    fn differ(&mut self, what: &str, a: &str, b: &str) {
        if a != b {
            self.lines.push(format!("{what}\n    {}: {a}\n    {}: {b}", self.left, self.right));
        }
    }

    /// Lists of which only what the other lacks is told.
    fn lists(&mut self, what: &str, a: &[String], b: &[String]) {
        let same = a.iter().all(|x| b.contains(x)) && b.iter().all(|x| a.contains(x));
        if !same {
            self.lines.push(format!(
                "{what}\n    only in {}: {}\n    only in {}: {}",
                self.left,
                only(a, b),
                self.right,
                only(b, a)
            ));
        }
    }

    fn packs(&mut self, a: &Pack, b: &Pack) {
        let end = |p: &Pack| p.effective_to.map_or_else(|| "until a later pack".to_owned(), |d| d.to_string());
        self.differ("the title differs", &a.title, &b.title);
        self.differ("the role differs", &role(a), &role(b));
        self.differ("in force from", &a.effective_from.to_string(), &b.effective_from.to_string());
        self.differ("in force to", &end(a), &end(b));
        self.differ("only by name", &a.only_by_name.to_string(), &b.only_by_name.to_string());
        // days are told where they are not the pack's own
        let forms = |p: &Pack| -> Vec<String> {
            let from = |f: &AcceptedForm| Some(f.from).filter(|d| *d != p.effective_from).map(|d| format!(" from {d}"));
            let until = |f: &AcceptedForm| f.to.filter(|_| f.to != p.effective_to).map(|d| format!(" to {d}"));
            let one = |f: &AcceptedForm| [from(f), until(f)].into_iter().flatten().fold(f.form.clone(), |a, b| a + &b);
            p.forms.iter().map(one).collect()
        };
        self.lists("the accepted forms differ", &forms(a), &forms(b));
    }

    fn occupations(&mut self, a: &Pack, b: &Pack) {
        let mut names: Vec<&str> = Vec::new();
        for (o, _) in conditions(a).chain(conditions(b)) {
            if !names.contains(&o.name.as_str()) {
                names.push(&o.name);
            }
        }
        for name in names {
            match (a.occupation(name), b.occupation(name)) {
                (Some(x), Some(y)) => {
                    self.conditions(name, x, y);
                    self.occupation_lists(name, x, y);
                }
                (Some(_), None) => self.lines.push(format!("{name}: only in {}", self.left)),
                (None, _) => self.lines.push(format!("{name}: only in {}", self.right)),
            }
        }
    }

    fn conditions(&mut self, name: &str, a: &Occupation, b: &Occupation) {
        let keys: BTreeSet<(Level, u8)> =
            a.conditions.iter().chain(&b.conditions).map(|c| (c.level, c.number)).collect();
        let get =
            |o: &'_ Occupation, key: (Level, u8)| o.conditions.iter().find(|c| (c.level, c.number) == key).cloned();
        for key in keys {
            let head = format!("{name} {} ({})", key.0, key.1);
            match (get(a, key), get(b, key)) {
                (Some(x), Some(y)) => {
                    self.differ(&format!("{head}: the text differs"), &x.text, &y.text);
                    for ((what, x), (_, y)) in demands(&x).iter().zip(demands(&y)) {
                        self.differ(&format!("{head}: {what}"), x, &y);
                    }
                    self.lists(&format!("{head}: the materials differ"), &needs(&x), &needs(&y));
                }
                (Some(x), None) => self.lines.push(format!("{head}: only in {}\n    {}", self.left, x.text)),
                (None, Some(y)) => self.lines.push(format!("{head}: only in {}\n    {}", self.right, y.text)),
                (None, None) => {}
            }
        }
    }

    fn occupation_lists(&mut self, name: &str, a: &Occupation, b: &Occupation) {
        let related = |o: &Occupation| {
            let one = |r: &crate::vocabulary::pack::RelatedOccupation| {
                if r.parts.is_empty() { r.name.clone() } else { format!("{} ({})", r.name, r.parts.join("/")) }
            };
            o.related.iter().map(one).collect::<Vec<_>>()
        };
        self.lists(&format!("{name} 相关职业 differ"), &related(a), &related(b));
        for (what, of) in [
            ("相关专业", (|o: &Occupation| &o.majors) as fn(&Occupation) -> &BTreeMap<SchoolKind, Vec<String>>),
            ("专业类", |o| &o.major_classes),
        ] {
            let list = |o: &Occupation, kind: SchoolKind| of(o).get(&kind).cloned().unwrap_or_default();
            type Pair = (Vec<String>, Vec<String>);
            // School kinds with the same difference are told together.
            let mut by_lists: Vec<(Pair, Vec<&str>)> = Vec::new();
            for kind in SchoolKind::ALL {
                let pair = (list(a, kind), list(b, kind));
                match by_lists.iter_mut().find(|(known, _)| *known == pair) {
                    Some((_, kinds)) => kinds.push(kind.name()),
                    None => by_lists.push((pair, vec![kind.name()])),
                }
            }
            for ((x, y), kinds) in by_lists {
                let kinds = if kinds.len() == SchoolKind::ALL.len() {
                    String::new()
                } else {
                    format!(" ({})", kinds.join("、"))
                };
                self.lists(&format!("{name} {what}{kinds} differ"), &x, &y);
            }
        }
    }

    fn calendar(&mut self, a: &Pack, b: &Pack) {
        let rows = |p: &Pack| {
            let key = |o: &crate::vocabulary::pack::Offer| {
                format!("{} {} {}", o.occupation, o.job_type.as_deref().unwrap_or("--"), o.level)
            };
            let months =
                |o: &crate::vocabulary::pack::Offer| o.months.iter().map(u8::to_string).collect::<Vec<_>>().join("、");
            p.calendar.iter().map(|o| (key(o), months(o))).collect::<BTreeMap<_, _>>()
        };
        self.tables("认定项目", &rows(a), &rows(b));
    }

    fn fees(&mut self, a: &Pack, b: &Pack) {
        let rows = |p: &Pack| {
            let amounts = |f: &crate::vocabulary::pack::Fee| {
                let review = f.review.map_or_else(|| "-".to_owned(), |r| r.to_string());
                format!("{} ({} + {} + {review})", f.total, f.theory, f.skill)
            };
            p.fees.iter().map(|f| (format!("{} {}", f.occupation, f.level), amounts(f))).collect::<BTreeMap<_, _>>()
        };
        self.tables("收费标准", &rows(a), &rows(b));
    }

    /// Rows by key; a whole table that only one has is one line.
    fn tables(&mut self, what: &str, a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) {
        match (a.is_empty(), b.is_empty()) {
            (false, true) => self.lines.push(format!("{what}: only in {} ({} rows)", self.left, a.len())),
            (true, false) => self.lines.push(format!("{what}: only in {} ({} rows)", self.right, b.len())),
            _ => {
                let none = "not there".to_owned();
                for key in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
                    self.differ(&format!("{what} {key}"), a.get(key).unwrap_or(&none), b.get(key).unwrap_or(&none));
                }
            }
        }
    }

    fn clauses(&mut self, a: &BTreeMap<String, Clause>, b: &BTreeMap<String, Clause>) {
        let names = |x: &BTreeMap<String, Clause>| x.keys().cloned().collect::<Vec<_>>();
        self.lists("rules with a clause differ", &names(a), &names(b));
        for (rule, clause) in a {
            if let Some(other) = b.get(rule) {
                self.clause(&format!("clause of {rule} differs"), clause, other);
            }
        }
    }

    /// Two sources cite each its own place: only other words are a difference.
    fn clause(&mut self, what: &str, a: &Clause, b: &Clause) {
        let text = |c: &Clause| c.text.clone().unwrap_or_else(|| "—".to_owned());
        self.differ(what, &text(a), &text(b));
    }

    /// Bounds and office overrides, by their keys.
    /// The forms' files of two folders.
    fn forms(&mut self, a: &Loaded, b: &Loaded) {
        let [left, right] = [a, b].map(|l| l.packs.forms.iter().map(|f| f.id.clone()).collect::<Vec<_>>());
        self.lists("the forms differ", &left, &right);
        for form in &a.packs.forms {
            if let Some(other) = b.packs.form(&form.id).filter(|o| o.sha256 != form.sha256) {
                self.differ(&format!("the file of the form {} differs", form.id), &form.sha256, &other.sha256);
            }
        }
    }

    fn settings(&mut self, a: &Loaded, b: &Loaded) {
        let flat = |l: &Loaded| {
            let text = serde_json::to_string(&l.settings).unwrap_or_default();
            let values: BTreeMap<String, BTreeMap<String, serde_json::Value>> =
                serde_json::from_str(&text).unwrap_or_default();
            values
                .into_iter()
                .flat_map(|(s, t)| t.into_iter().map(move |(k, v)| (format!("{s}.{k}"), v.to_string())))
                .collect::<BTreeMap<_, _>>()
        };
        self.tables("setting", &flat(a), &flat(b));
    }
}

/// What a condition asks, each under its name.
fn demands(c: &Condition) -> [(&'static str, String); 6] {
    let none = || "none".to_owned();
    let work = c.work.map_or_else(none, |w| {
        format!("{} months{}", w.months, if w.after_certificate { ", after the certificate" } else { "" })
    });
    let prior = c.prior.map_or_else(none, |p| {
        format!("{}{}", p.level, p.held_months.map_or_else(String::new, |m| format!(", held {m} months")))
    });
    let schooling =
        c.education.as_ref().map_or_else(none, |e| e.schooling.iter().map(|s| s.name()).collect::<Vec<_>>().join("、"));
    let students = c.education.as_ref().map_or_else(none, |e| {
        let words = [(e.major, "a listed major"), (e.in_study, "在读应届 admitted"), (e.students, "students only")];
        words.iter().filter(|(holds, _)| *holds).map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
    });
    let hours = c
        .training
        .map_or_else(none, |t| t.min_hours.map_or_else(|| "hours not named".to_owned(), |h| format!("{h} hours")));
    let age = c.min_age.map_or_else(none, |a| format!("{a} years"));
    [
        ("work", work),
        ("prior certificate", prior),
        ("schooling", schooling),
        ("schooling's terms", students),
        ("training", hours),
        ("age", age),
    ]
}

/// A condition's materials, each with what a missing one means.
fn needs(condition: &Condition) -> Vec<String> {
    let one = |m: &MaterialRequirement| {
        format!(
            "{} ({}{})",
            m.material,
            missing(m),
            if m.excused_by.is_empty() { String::new() } else { format!("; {}", excuses(m)) }
        )
    };
    condition.materials.iter().map(one).collect()
}

/// The words of `a` that `b` lacks.
fn only(a: &[String], b: &[String]) -> String {
    let rest: Vec<&str> = a.iter().filter(|x| !b.contains(x)).map(String::as_str).collect();
    if rest.is_empty() { "nothing more".to_owned() } else { rest.join(", ") }
}
