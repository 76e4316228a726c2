//! The licences that the program carries: every crate that it is built from, every model, and the texts as they lie in
//! the sources.

#[path = "../examples/licences.rs"]
#[allow(dead_code)] // its `main`
mod generator;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn printed() -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_yushen")).arg("licences").output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn every_crate_of_the_program_stands_there_with_its_text() {
    let text = printed();
    let (lists, _) = text.split_once("\n== [1]\n").unwrap();
    let texts: BTreeMap<&str, &str> = text.split("\n== [").skip(1).filter_map(|t| t.split_once("]\n\n")).collect();
    let lines: Vec<&str> = lists.split_once("== Crates\n\n").unwrap().1.lines().filter(|l| !l.is_empty()).collect();
    let told: BTreeSet<(String, String)> = lines
        .iter()
        .filter_map(|l| l.split("  ").next()?.split_once(' '))
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .collect();
    let used = generator::crates(root());
    let missing: Vec<_> = used.difference(&told).collect();
    let gone: Vec<_> = told.difference(&used).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "cargo run --example licences: missing {missing:?}, no longer used {gone:?}"
    );
    assert!(used.len() > 100, "{}", used.len());
    for line in lists.lines().filter(|l| l.contains("  ")) {
        let numbers: Vec<&str> = line.split(['[', ']']).skip(1).step_by(2).collect();
        // Some carry a line beside their texts that only names them.
        let whole = numbers.iter().filter(|n| texts[*n].trim().len() > 500).count();
        assert!(whole > 0, "no text for {line}");
    }
    // What is inside and no crate.
    for model in generator::OTHERS {
        assert!(lists.contains(model), "{model}");
        for file in ["LICENSE", "NOTICE"] {
            let own = std::fs::read_to_string(root().join(model).join(file)).unwrap();
            assert!(text.contains(own.trim().lines().next().unwrap().trim()), "{model}/{file}");
        }
    }
    for word in ["Apache License", "MIT License", "Permission is hereby granted", "Copyright"] {
        assert!(text.contains(word), "{word}");
    }
}

/// Where cargo has fetched the sources of all systems' crates, the file is what they give now; elsewhere the list alone
/// is held.
#[test]
fn the_texts_are_those_of_the_sources() {
    match generator::written(root()) {
        Ok(text) => assert!(text == printed(), "cargo run --example licences"),
        Err(missing) => {
            assert!(missing.iter().all(|m| m.contains("no sources")), "{missing:#?}");
            eprintln!("skipped: {} crates are not fetched (cargo fetch --locked)", missing.len());
        }
    }
}
