//! What a flag cites: words of the pack that governs the registration or of the guide beside it, or nothing; never
//! another notice.
//! The packs are the real ones. The submissions are the clean ones of fixtures/rules, spoilt in ways that raise as many
//! rules as possible.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use yushen_law::packs::{Loaded, embedded};
use yushen_law::rules::{Case, judge};
use yushen_law::vocabulary::batch::SharedWith;
use yushen_law::vocabulary::documents::Documents;
use yushen_law::vocabulary::finding::{Clause, Flag};
use yushen_law::vocabulary::pack::{Governing, Pack};
use yushen_law::vocabulary::register::NoRegister;
use yushen_law::vocabulary::submission::{Entry, Submission};

const AS_OF: Date = date(2024, 8, 1);

/// Ways to spoil a submission: applied to every object and number of its JSON, with the keys that lead to it.
const SPOILS: [fn(&[&str], &mut Value); 7] = [
    |_, _| {},
    |_, v| {
        if is_fact(v) {
            *v = json!({ "state": "blank", "confidence": 0.99 });
        }
    },
    |_, v| {
        if is_fact(v) && v["value"].is_string() && v["text"] == v["value"] {
            v["text"] = json!("别的");
            v["value"] = json!("别的");
        }
    },
    |_, v| {
        if is_fact(v) {
            v["confidence"] = json!(0.3);
        }
    },
    |path, v| {
        if path.contains(&"photo") && v.is_f64() {
            *v = json!(v.as_f64().unwrap_or_default() * 1000.0);
        }
    },
    |path, v| {
        if path.contains(&"photo") && v.is_f64() {
            *v = json!(0.0);
        }
        if path.contains(&"photo") && v.get("dimensions").is_some() {
            v["dimensions"] = json!([80, 120]);
            v["format"] = json!("png");
        }
    },
    |path, v| {
        if path.contains(&"pages") && v.get("outcome").is_some() && v.get("file").is_some() {
            v["outcome"] = json!({ "outcome": "unreadable", "why": "损坏" });
        }
    },
];

fn is_fact(value: &Value) -> bool {
    value.get("state").is_some() && value.get("confidence").is_some()
}

fn spoil<'v>(path: &mut Vec<&'v str>, value: &'v Value, how: fn(&[&str], &mut Value)) -> Value {
    let mut spoilt = match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(key, field)| {
                    path.push(key);
                    let field = spoil(path, field, how);
                    path.pop();
                    (key.clone(), field)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(|item| spoil(path, item, how)).collect()),
        other => other.clone(),
    };
    how(path, &mut spoilt);
    spoilt
}

/// Every flag of every spoilt submission, registered for the first occupation and level that the pack has, and judged
/// by that pack.
fn each_flag(loaded: &Loaded, pack: &Pack, mut look: impl FnMut(&Flag, Option<Governing<'_>>)) {
    let (occupation, shared) = (&pack.occupations[0], SharedWith::default());
    let level = occupation.conditions[0].level;
    for line in include_str!("../../../fixtures/rules/clean.jsonl").lines() {
        let clean: Value = serde_json::from_str(line).unwrap();
        for how in SPOILS {
            let documents: Documents =
                serde_json::from_value(spoil(&mut Vec::new(), &clean["documents"], how)).unwrap();
            let mut submission: Submission = serde_json::from_value(clean["submission"].clone()).unwrap();
            let registration = submission.registration.as_mut().unwrap();
            registration.occupation = Some(Entry::new(&*occupation.name, Some(occupation.name.clone())));
            registration.level = Some(Entry::new(level.full(), Some(level)));
            let case = Case::new(
                &submission,
                &documents,
                &loaded.packs,
                &loaded.settings,
                &NoRegister,
                &shared,
                AS_OF,
                Some(&pack.id),
            );
            judge(&case).flags.iter().for_each(|flag| look(flag, case.governing));
        }
    }
}

/// Every clause of a pack: of rules, of conditions, and of the materials that a condition asks for.
fn clauses(pack: &Pack) -> impl Iterator<Item = &Clause> {
    let conditions = pack.occupations.iter().flat_map(|o| &o.conditions);
    pack.clauses
        .values()
        .chain(conditions.flat_map(|c| [&c.clause].into_iter().chain(c.materials.iter().map(|m| &m.clause))))
}

#[test]
fn a_flag_cites_its_own_pack_or_nothing() {
    let loaded = embedded().unwrap();
    for pack in &loaded.packs.packs {
        let mut cited = BTreeSet::new();
        each_flag(&loaded, pack, |flag, governing| {
            let own = governing
                .into_iter()
                .flat_map(|g| [Some(g.notice), g.guide])
                .flatten()
                .any(|pack| clauses(pack).any(|c| *c == flag.clause));
            let nothing = flag.clause == Clause { source: "—".to_owned(), text: None };
            assert!(own || nothing, "{} under {} cites {}", flag.rule, pack.id, flag.clause.source);
            // What the pack says about the rule is cited: its clause, or the condition's or material's own.
            let has = governing.is_some_and(|g| g.clause(&flag.rule).is_some());
            assert!(own || !has, "{} under {} cites nothing, and the pack has a clause for it", flag.rule, pack.id);
            if own {
                cited.insert(flag.rule.clone());
            }
        });
        assert!(cited.len() >= 15, "{}: only {cited:?}", pack.id);
    }
}

/// The guides of before 2024 say nothing of eyes or pixels; the notice of 2024 does.
#[test]
fn an_older_guide_never_cites_the_later_notice() {
    let loaded = embedded().unwrap();
    for id in ["g1", "g4"] {
        let mut seen = BTreeSet::new();
        each_flag(&loaded, loaded.packs.get(id).unwrap(), |flag, _| {
            assert!(!flag.clause.source.contains("N24"), "{} under {id} cites {}", flag.rule, flag.clause.source);
            seen.insert((flag.rule.clone(), flag.clause.source.clone()));
        });
        let format = format!("{} 二", id.to_uppercase());
        for (rule, source) in [("photo-eyes", "—"), ("photo-dimensions", "—"), ("photo-format", format.as_str())] {
            assert!(seen.contains(&(rule.to_owned(), source.to_owned())), "{rule} {source}: {seen:?}");
        }
    }
}
