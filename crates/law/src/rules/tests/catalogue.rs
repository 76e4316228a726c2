//! Every rule's declaration: whole, true to what its code looks at, and the same as fixtures/RULES.md.

use crate::rules::rule::NOT_READ;
use crate::rules::{RULES, Rule};
use serde_json::Value;
use std::path::Path;

/// The catalogue as a table, each rule's row made of its declaration. `UPDATE=1` writes the file anew.
#[test]
fn the_table_is_the_catalogue() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/RULES.md");
    let present = std::fs::read_to_string(&path).expect("RULES.md").replace("\r\n", "\n");
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| id |");
    let row = |r: &Rule| format!("| {} | {} | {} | {} |", r.id, r.title_en, r.worst, r.source);
    let head = present.lines().take_while(|l| !is_row(l));
    let tail = present.lines().skip_while(|l| !is_row(l)).skip_while(is_row);
    let wanted: String = head
        .map(str::to_owned)
        .chain(RULES.iter().map(row))
        .chain(tail.map(str::to_owned))
        .map(|line| line + "\n")
        .collect();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &wanted).expect("RULES.md");
        return;
    }
    assert!(present == wanted, "fixtures/RULES.md differs from the rules' declarations; run this test with UPDATE=1");
}

#[test]
fn every_declaration_is_whole() {
    let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for rule in RULES {
        assert!(
            han(rule.title_zh) && rule.title_zh.chars().count() <= 14 && !rule.title_en.is_empty(),
            "{}: titles",
            rule.id
        );
        assert!(han(rule.clears_zh) && !rule.clears_zh.ends_with('。'), "{}: {}", rule.id, rule.clears_zh);
        assert!(!rule.clears_en.is_empty() && !rule.clears_en.ends_with('.'), "{}: {}", rule.id, rule.clears_en);
        assert_eq!(RULES.iter().filter(|r| r.id == rule.id).count(), 1, "{} stands there twice", rule.id);
    }
}

/// A rule's file bears its name, begins with its id, and says what is wrong, on what evidence, and when it cannot tell.
#[test]
fn every_rule_is_one_documented_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    for rule in RULES {
        let name = format!("{}.rs", rule.id.replace('-', "_"));
        let found: Vec<_> = std::fs::read_dir(&root)
            .expect("rules")
            .filter_map(|d| Some(d.ok()?.path().join(&name)))
            .filter(|p| p.is_file())
            .collect();
        assert_eq!(found.len(), 1, "{name}");
        assert!(
            std::fs::read_to_string(&found[0]).expect("rule file") == rule.file,
            "{}: its declaration includes another file",
            rule.id
        );
        assert!(rule.file.starts_with(&format!("//! `{}`\n", rule.id)), "{name}: the first line is not the rule's id");
        let sections = rule.documentation();
        assert!(sections.iter().all(|(_, text)| !text.is_empty()), "{name}: an empty section");
        assert_eq!(
            sections.iter().map(|(heading, _)| *heading).collect::<Vec<_>>(),
            ["What is wrong", "Evidence", "Cannot tell"],
            "{name}"
        );
    }
}

/// Settings that a rule's code names: whole, or in the photo's rules and the card's by the short name `s` of their
/// section.
fn settings_of(rule: &Rule, keys: &toml::Table) -> Vec<String> {
    let code: String = rule.file.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let short = |section: &str| {
        section == "photo" && rule.id.starts_with("photo-") || section == "card" && rule.id == "identity-card-unclear"
    };
    // The declaration names settings in quotation marks.
    let names = |path: String| code.match_indices(&path).any(|(at, _)| !code[..at].ends_with('"'));
    let looks = |s: &str, k: &str| {
        names(format!("{s}.{k}")) && s != "photo"
            || names(format!("settings.{s}.{k}"))
            || short(s) && names(format!("s.{k}"))
    };
    let tables = keys.iter().filter_map(|(s, t)| Some((s, t.as_table()?)));
    tables
        .flat_map(|(s, t)| t.keys().filter(|k| looks(s, k)).map(move |k| format!("{s}.{k}")))
        .filter(|k| k != "reading.working_threshold")
        .collect()
}

#[test]
fn settings_are_those_that_the_rule_looks_at() {
    let known: toml::Table = toml::from_str(include_str!("../../../../../rules/settings.toml")).expect("settings.toml");
    for rule in RULES {
        for key in rule.all_settings() {
            let (section, name) = key.split_once('.').expect("section.key");
            assert!(known[section].get(name).is_some(), "{}: no setting {key}", rule.id);
        }
        for key in settings_of(rule, &known) {
            assert!(
                rule.settings.contains(&key.as_str()),
                "{} looks at {key}, and its declaration does not say so",
                rule.id
            );
        }
    }
}

/// Every pattern of evidence names something that a finding can hold.
#[test]
fn evidence_exists() {
    let schema =
        serde_json::to_value(schemars::schema_for!(crate::vocabulary::submission::Registration)).expect("schema");
    let photo = serde_json::to_value(schemars::schema_for!(crate::vocabulary::photo::PhotoFacts)).expect("schema");
    let documents =
        serde_json::to_value(schemars::schema_for!(crate::vocabulary::documents::Documents)).expect("schema");
    let has = |schema: &Value, name: &str| schema["properties"].get(name).is_some();
    let some = |name: &str| documents.to_string().contains(&format!("\"{name}\":"));
    for rule in RULES {
        for pattern in rule.rests_on {
            let (head, rest) = pattern.split_once('.').unwrap_or((pattern, ""));
            let known = match head {
                "registration" => rest.is_empty() || has(&schema, rest),
                "photo" => has(&photo, rest),
                "*" | "*_commitment" => rest.is_empty() || some(rest.trim_end_matches("[]")),
                other if NOT_READ.contains(&other) => rest.is_empty(),
                document => {
                    has(&documents, document)
                        && rest.split('.').filter(|p| !p.is_empty()).all(|p| some(p.trim_end_matches("[]")))
                }
            };
            assert!(known, "{}: {pattern}", rule.id);
        }
    }
}
