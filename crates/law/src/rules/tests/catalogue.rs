//! The table against the catalogue, and each rule's file against its fixed headings.

use crate::rules::RULES;
use std::path::Path;

#[test]
fn the_table_is_the_catalogue() {
    let catalogue: Vec<[String; 3]> = include_str!("../../../../../fixtures/RULES.md")
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let [id, _, worst, source] = cells[..] else { return None };
            ["reject", "review", "note"].contains(&worst).then(|| [id, worst, source].map(str::to_owned))
        })
        .collect();
    let table: Vec<[String; 3]> = RULES.iter().map(|r| [r.id.to_owned(), r.worst.to_string(), r.source.to_owned()]).collect();
    assert!(catalogue.len() > 80);
    assert_eq!(table, catalogue);
}

#[test]
fn every_rule_is_one_documented_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    for rule in RULES {
        let name = format!("{}.rs", rule.id.replace('-', "_"));
        let found: Vec<_> = std::fs::read_dir(&root).expect("rules").filter_map(|d| Some(d.ok()?.path().join(&name))).filter(|p| p.is_file()).collect();
        assert_eq!(found.len(), 1, "{name}");
        let text = std::fs::read_to_string(&found[0]).expect("rule file");
        for heading in ["## What is wrong", "## Evidence", "## Cannot tell"] {
            assert!(text.contains(heading), "{name}: {heading}");
        }
    }
}
