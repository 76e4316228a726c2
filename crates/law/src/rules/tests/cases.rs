//! Facts in, flags out: each case is a clean submission, a few changes, and the flags that must follow, all of them.
//! `fixtures/rules/*.toml` has for every rule a case that fires, one that holds and one that cannot tell.

use super::base::{self, Base};
use crate::rules::{Case, Judgement, RULES, judge};
use crate::vocabulary::batch::SharedWith;
use crate::vocabulary::finding::{Flag, INTERNAL_ERROR, Message, Severity};
use crate::vocabulary::register::{NoRegister, Register};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const FILES: [&str; 5] = [
    include_str!("../../../../../fixtures/rules/photo.toml"),
    include_str!("../../../../../fixtures/rules/intake.toml"),
    include_str!("../../../../../fixtures/rules/papers.toml"),
    include_str!("../../../../../fixtures/rules/boundaries.toml"),
    include_str!("../../../../../fixtures/rules/forms.toml"),
];

const CLEAN: [&str; 6] = ["work", "student", "school", "senior", "training", "intent"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Given>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    rule: String,
    /// `fires`, `holds` or `cannot tell`.
    is: String,
    /// What the case is about, where that is not plain.
    #[serde(default)]
    about: String,
    /// A clean submission of `base::base`; "work" if none is named.
    #[serde(default)]
    base: Option<String>,
    /// Path → value; see `change`.
    #[serde(default)]
    set: toml::Table,
    /// Without `companies.csv`.
    #[serde(default)]
    no_register: bool,
    #[serde(default)]
    forced_pack: Option<String>,
    /// Every flag that follows: "rule severity".
    #[serde(default)]
    flags: Vec<String>,
}

#[test]
fn clean_submissions_raise_no_flag() {
    for name in CLEAN {
        let judgement = judged(base::base(name), &SharedWith::default(), &base::register(), None);
        assert_eq!(judgement.flags, [], "{name}");
        let silent: BTreeSet<&str> = judgement.not_evaluated.iter().map(|n| n.0).collect();
        assert_eq!(
            silent,
            BTreeSet::from(["photo-glasses", "photo-occlusion", "photo-headwear", "form-not-handwritten"]),
            "{name}: {:?}",
            judgement.not_evaluated
        );
    }
}

/// The clean submissions as stored facts, for whoever measures how fast they are judged. `UPDATE=1` writes the file
/// anew.
#[test]
fn clean_facts_lie_beside_the_cases() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/rules/clean.jsonl");
    let line = |name: &&str| {
        let Base { submission, documents } = base::base(name);
        json!({ "submission": submission, "documents": documents }).to_string() + "\n"
    };
    let lines: String = CLEAN.iter().map(line).collect();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &lines).expect("clean.jsonl");
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n") == lines,
        "run this test with UPDATE=1"
    );
}

#[test]
fn every_case_gives_exactly_its_flags() {
    let mut wrong = Vec::new();
    for given in all() {
        let judgement = judgement(&given);
        let mut expected = given.flags.clone();
        expected.sort();
        let mut found: Vec<String> = judgement.flags.iter().map(|f| format!("{} {}", f.rule, f.severity)).collect();
        found.sort();
        let fired = judgement.flags.iter().any(|f| f.rule == given.rule);
        let silent = judgement.not_evaluated.iter().any(|(id, _)| *id == given.rule);
        let doubtful = judgement
            .flags
            .iter()
            .any(|f| f.rule == given.rule && f.severity == Severity::Review || f.rule == "reading-doubtful");
        let as_said = match given.is.as_str() {
            "fires" => fired,
            "holds" => !fired && !silent,
            "cannot tell" => doubtful || silent,
            other => panic!("{other}"),
        };
        if found != expected || !as_said {
            wrong.push(format!(
                "{} {} {}: expected {expected:?}, found {found:?}, silent {silent}",
                given.rule, given.is, given.about
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exceptions {
    never: Vec<Never>,
}

/// What a rule can never be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Never {
    rule: String,
    is: Vec<String>,
    why: String,
}

#[test]
fn every_rule_has_cases() {
    let mut kinds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for given in all() {
        kinds.entry(given.rule).or_default().insert(given.is);
    }
    let exceptions: Exceptions =
        toml::from_str(include_str!("../../../../../fixtures/rules/never.toml")).expect("never.toml");
    let mut wrong = Vec::new();
    for rule in RULES {
        let never: Vec<&Never> = exceptions.never.iter().filter(|n| n.rule == rule.id).collect();
        let has = kinds.remove(rule.id).unwrap_or_default();
        for kind in ["fires", "holds", "cannot tell"] {
            match (never.iter().any(|n| n.is.iter().any(|k| k == kind)), has.contains(kind)) {
                (false, false) => wrong.push(format!("{}: no case that {kind}", rule.id)),
                (true, true) => {
                    wrong.push(format!("{}: never.toml says that it never {kind}, and there is a case", rule.id));
                }
                _ => {}
            }
        }
    }
    wrong.extend(
        exceptions
            .never
            .iter()
            .filter(|n| n.why.chars().count() < 20)
            .map(|n| format!("{}: never, without a reason", n.rule)),
    );
    wrong.extend(
        exceptions
            .never
            .iter()
            .filter(|n| !RULES.iter().any(|r| r.id == n.rule))
            .map(|n| format!("never.toml: no rule {}", n.rule)),
    );
    assert!(kinds.is_empty(), "cases of unknown rules: {kinds:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every rule that can fire says something in Chinese and in English, and nothing of a flag is left empty.
#[test]
fn every_rule_has_its_reasons() {
    let mut said: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
    for flag in all().iter().flat_map(|g| judgement(g).flags) {
        let (zh, en) = said.entry(flag.rule.clone()).or_default();
        zh.insert(flag.message.zh);
        en.insert(flag.message.en);
    }
    let never_fires = [INTERNAL_ERROR];
    let han = |t: &String| t.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    for rule in RULES.iter().filter(|r| !never_fires.contains(&r.id)) {
        let (zh, en) = said.get(rule.id).unwrap_or_else(|| panic!("{} says nothing", rule.id));
        assert!(zh.iter().all(|t| han(t) >= 10), "{}: {zh:?}", rule.id);
        assert!(en.iter().all(|t| t.chars().filter(char::is_ascii_alphabetic).count() >= 10), "{}: {en:?}", rule.id);
    }
    for rule in RULES {
        assert!(han(&rule.title_zh.to_owned()) >= 2 && !rule.title_en.is_empty(), "{}: titles", rule.id);
    }
}

/// Every sentence as it reads, with what is shown beside it: to be read again whenever one changes.
#[test]
fn the_sentences_as_they_read() {
    let mut lines: BTreeSet<String> = BTreeSet::new();
    for Flag { rule, severity, message, observed, expected, .. } in all().iter().flat_map(|g| judgement(g).flags) {
        let Message { zh, en, applicant, advice } = message;
        let told = [("复核", Some(zh)), ("告知", applicant), ("并请", advice), ("所见", observed), ("应为", expected)];
        let told = told.into_iter().filter_map(|(whom, text)| Some(format!("    {whom} {}\n", text?)));
        lines.insert(format!("{rule} {severity}\n{}    {en}", told.collect::<String>()));
    }
    insta::assert_snapshot!("sentences", lines.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Chinese texts in which words of a machine are looked for, with what is beside the point taken out: names of files,
/// and what was registered as it stands.
fn chinese_texts(given: &Given) -> Vec<(String, String)> {
    let judgement = judgement(given);
    let (base, _) = built(given);
    let mut texts = Vec::new();
    for flag in &judgement.flags {
        let message = &flag.message;
        let shown = [&flag.observed, &flag.expected].map(|text| text.as_deref());
        let told = [Some(&*message.zh), message.applicant.as_deref(), message.advice.as_deref()];
        for text in told.into_iter().chain(shown).flatten() {
            // names of files stand in quotation marks
            let mut text: String = text
                .split('“')
                .map(|part| match part.split_once('”') {
                    Some((quoted, rest)) if quoted.contains('.') => rest,
                    _ => part,
                })
                .collect();
            for file in &base.submission.files {
                text = text.replace(&file.name, "");
            }
            if flag.rule == "registration-field" {
                text = text.replace(flag.observed.as_deref().unwrap_or("\0"), "");
            }
            texts.push((flag.rule.clone(), text));
        }
    }
    texts.extend(judgement.not_evaluated.iter().map(|(rule, why)| ((*rule).to_owned(), why.zh.to_owned())));
    texts
}

/// Neither clerk nor applicant reads names of fields, measures or states.
#[test]
fn no_chinese_text_holds_a_word_of_the_machine() {
    let machine = |c: char| c.is_ascii_lowercase() || c == '_';
    let mut wrong = BTreeSet::new();
    let mut seen = 0;
    for given in all() {
        for (rule, text) in chinese_texts(&given) {
            seen += 1;
            // JPEG, PDF, KB and L are words; three small letters in a row are none.
            if text.split(|c| !machine(c)).any(|run| run.chars().count() >= 3) {
                wrong.insert(format!("{rule}: {text}"));
            }
        }
    }
    assert!(seen > 500, "{seen}");
    assert!(wrong.is_empty(), "{} texts:\n{}", wrong.len(), wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The applicant is told what is certain: no doubt, no sureness, and nothing of anybody else.
#[test]
fn what_the_applicant_is_told_is_certain_and_his_own() {
    const DOUBTS: [&str; 9] = ["疑", "可能", "无法可靠", "把握", "可信度", "置信", "误读", "截图", "审核人员"];
    let mut wrong = BTreeSet::new();
    for given in all() {
        let (_, shared) = built(&given);
        let others = others(&serde_json::to_value(&shared).expect("shared"));
        for flag in judgement(&given).flags {
            let Message { applicant, advice, .. } = &flag.message;
            if flag.severity == Severity::Reject && applicant.is_none() {
                wrong.insert(format!("{} rejects and tells the applicant nothing", flag.rule));
            }
            for text in [applicant, advice].into_iter().flatten() {
                let names = |id: &String| text.contains(id.as_str());
                if DOUBTS.iter().any(|doubt| text.contains(doubt)) || others.iter().any(names) {
                    wrong.insert(format!("{}: {text}", flag.rule));
                }
                if !text.ends_with(['。', '”']) || (advice.as_ref() == Some(text) && !text.starts_with('请')) {
                    wrong.insert(format!("{} is no sentence: {text}", flag.rule));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Ids of other submissions, and their batches, in what a submission shares.
fn others(shared: &Value) -> Vec<String> {
    match shared {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().flat_map(others).collect(),
        Value::Object(map) => {
            let told = |key: &str| !matches!(key, "verdict");
            map.iter().filter(|(key, _)| told(key)).flat_map(|(_, value)| others(value)).collect()
        }
        _ => Vec::new(),
    }
    .into_iter()
    // not the materials that they share
    .filter(|text| text.bytes().any(|b| b.is_ascii_digit()))
    .collect()
}

#[test]
fn every_flag_is_whole() {
    for given in all() {
        for flag in judgement(&given).flags {
            let rule = RULES.iter().find(|r| r.id == flag.rule).unwrap_or_else(|| panic!("{}", flag.rule));
            assert!(flag.severity <= rule.worst, "{}: {}", flag.rule, flag.severity);
            assert!(
                flag.message.zh.ends_with(['。', '”', '）']) && !flag.message.zh.contains('{'),
                "{}",
                flag.message.zh
            );
            assert!(
                flag.message.en.ends_with(['.', ')', '”']) && flag.message.en.is_ascii()
                    || flag.message.en.contains(|c: char| !c.is_ascii()),
                "{}",
                flag.message.en
            );
            assert!(!flag.clause.source.is_empty() && !flag.rule_pack.is_empty(), "{}", flag.rule);
            // The sentence to the applicant never repeats an identity number.
            assert!(
                !flag.message.zh.contains(base::NUMBER) && !flag.message.en.contains(base::NUMBER),
                "{}",
                flag.message.zh
            );
        }
    }
}

#[test]
fn an_office_may_soften_a_rule() {
    let given = all().into_iter().find(|g| g.rule == "photo-bytes" && g.is == "fires").expect("a case");
    let mut settings = base::settings();
    settings.severity.insert("photo-bytes".to_owned(), Severity::Note);
    let (base, shared) = built(&given);
    let packs = base::packs();
    let case = Case::new(&base.submission, &base.documents, &packs, &settings, &NoRegister, &shared, base::AS_OF, None);
    let flag = judge(&case).flags.into_iter().find(|f| f.rule == "photo-bytes").expect("a flag");
    assert_eq!(flag.severity, Severity::Note);
    assert_eq!(flag.clause.text.as_deref(), Some("原文"));
    assert_eq!(flag.rule_pack, "new@2024-01-01");
}

fn all() -> Vec<Given> {
    FILES.iter().flat_map(|text| toml::from_str::<Cases>(text).unwrap_or_else(|e| panic!("{e}")).case).collect()
}

fn judgement(given: &Given) -> Judgement {
    let (base, shared) = built(given);
    let register = base::register();
    let register: &dyn Register = if given.no_register { &NoRegister } else { &register };
    judged(base, &shared, register, given.forced_pack.as_deref())
}

fn judged(base: Base, shared: &SharedWith, register: &dyn Register, forced_pack: Option<&str>) -> Judgement {
    let (packs, settings) = (base::packs(), base::settings());
    judge(&Case::new(&base.submission, &base.documents, &packs, &settings, register, shared, base::AS_OF, forced_pack))
}

fn built(given: &Given) -> (Base, SharedWith) {
    let Base { submission, documents } = base::base(given.base.as_deref().unwrap_or("work"));
    let mut all = json!({ "submission": submission, "documents": documents, "shared": SharedWith::default() });
    for (path, value) in &given.set {
        change(&mut all, path, value, &given.rule);
    }
    let mut part = |name: &str| all[name].take();
    let whole = |e: serde_json::Error| -> String { format!("{} {}: {e}", given.rule, given.about) };
    let submission = serde_json::from_value(part("submission")).map_err(whole).expect("submission");
    let documents = serde_json::from_value(part("documents")).map_err(whole).expect("documents");
    let shared = serde_json::from_value(part("shared")).map_err(whole).expect("shared");
    (Base { submission, documents }, shared)
}

/// `path` is dotted, with `form`, `letter` (工作经历承诺书), `card`, `back`, `cert`, `reg` and `photo` for the usual places;
/// `page.KIND` is that material's page and `file.KIND` its file. A fact takes a text that is parsed as the fact's old
/// value was;
/// `=blank`, `=lost` (not found), `=illegible` change its state, `=doubt` its confidence, and a final `?` reads in
/// doubt.
/// `=null` and `=remove` do what they say; a registration column takes its text, `!` before it makes it a value that
/// cannot be.
fn change(all: &mut Value, path: &str, value: &toml::Value, rule: &str) {
    let value = serde_json::to_value(value).expect("json");
    let mut at = &mut *all;
    for (i, part) in path.split('.').enumerate() {
        at = match (i, part) {
            (0, "form") => &mut at["documents"]["application_form"],
            (0, "letter") => &mut at["documents"]["work_commitment"],
            (0, "card") => &mut at["documents"]["id_card_front"],
            (0, "back") => &mut at["documents"]["id_card_back"],
            (0, "cert") => &mut at["documents"]["prior_certificate"],
            (0, "photo") => &mut at["documents"]["photo"],
            (0, "reg") => &mut at["submission"]["registration"],
            (0, "page") => &mut at["documents"]["pages"],
            (0, "file") => &mut at["submission"]["files"],
            (0, doc) if all_documents().contains(&doc) => &mut at["documents"][doc],
            (1, kind) if path.starts_with("page.") => list_item(at, "material", kind, rule),
            (1, kind) if path.starts_with("file.") => list_item(at, "kind", kind, rule),
            (_, n) if n.parse::<usize>().is_ok() => &mut at[n.parse::<usize>().expect("index")],
            (_, name) => &mut at[name],
        };
    }
    let column = path.starts_with("reg.");
    match value.as_str() {
        Some("=null") => *at = Value::Null,
        Some("=remove") => {
            let kind = path.split('.').nth(1).expect("a kind").to_owned();
            let list = if path.starts_with("page.") {
                &mut all["documents"]["pages"]
            } else {
                &mut all["submission"]["files"]
            };
            list.as_array_mut().expect("a list").retain(|x| x["material"] != *kind && x["kind"] != *kind);
        }
        Some(text) if column => enter(at, text),
        Some(text) if at.get("state").is_some() && at.get("confidence").is_some() => write(at, text),
        _ if value.is_number() && at.get("state").is_some() => {
            at["value"] = value.clone();
            at["state"] = json!("read");
            at["confidence"] = json!(0.99);
            at["text"] = json!(value.to_string());
        }
        _ => *at = value,
    }
}

fn all_documents() -> [&'static str; 7] {
    [
        "education_commitment",
        "training_commitment",
        "intent_commitment",
        "diploma",
        "completion_certificate",
        "work_commitment",
        "prior_certificate",
    ]
}

fn list_item<'v>(list: &'v mut Value, key: &str, kind: &str, rule: &str) -> &'v mut Value {
    list.as_array_mut()
        .expect("a list")
        .iter_mut()
        .find(|x| x[key] == kind)
        .unwrap_or_else(|| panic!("{rule}: no {kind}"))
}

/// A registration column: its text, and the value that it has (by the shape of the old one).
fn enter(entry: &mut Value, text: &str) {
    let (raw, good) = text.strip_prefix('!').map_or((text, true), |t| (t, false));
    let value = match &entry["value"] {
        _ if !good => Value::Null,
        Value::Number(_) => json!(raw.parse::<u32>().expect("a number")),
        _ => json!(raw),
    };
    *entry = json!({ "raw": raw, "value": value });
}

fn write(fact: &mut Value, text: &str) {
    match text {
        "=blank" => *fact = json!({ "state": "blank", "confidence": 0.99 }),
        "=blank?" => *fact = json!({ "state": "blank", "confidence": 0.5 }),
        "=lost" => *fact = json!({ "state": "not_found", "confidence": 0.0 }),
        "=illegible" => *fact = json!({ "state": "illegible", "confidence": 0.0 }),
        "=doubt" => fact["confidence"] = json!(0.6),
        _ => {
            let (text, sure) = text.strip_suffix('?').map_or((text, 0.99), |t| (t, 0.6));
            let value = parsed(&fact["value"], text);
            *fact = json!({ "state": "read", "text": text, "value": value, "confidence": sure });
        }
    }
}

fn parsed(old: &Value, text: &str) -> Value {
    let parts: Vec<Value> = text.split('-').map(|p| p.parse::<u16>().map_or(Value::Null, |n| json!(n))).collect();
    let numbers = parts.iter().any(|p| !p.is_null());
    match (old, &parts[..]) {
        (Value::Object(o), [year, month]) if o.contains_key("year") => json!({ "year": year, "month": month }),
        (Value::Object(o), [year, month]) if o.contains_key("month") => {
            json!({ "month": { "year": year, "month": month } })
        }
        (Value::Object(o), [year, month, day]) if o.contains_key("day") => {
            json!({ "year": year, "month": month, "day": day })
        }
        (Value::Object(_), [year, month, day]) => json!({ "date": { "year": year, "month": month, "day": day } }),
        (Value::Null, [year, month]) if numbers => json!({ "year": year, "month": month }),
        (Value::Null, [year, month, day]) if numbers => json!({ "year": year, "month": month, "day": day }),
        (Value::Number(_), _) => json!(text.parse::<f64>().expect("a number")),
        _ => json!(text),
    }
}
