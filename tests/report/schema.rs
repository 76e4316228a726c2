//! The published schema is the generated one, and what is written conforms to it.

use crate::fakes::{FakeTools, audit, batch};
use std::fs;
use std::path::Path;

/// `UPDATE=1 cargo test --test report` writes the file anew.
#[test]
fn published_schema_is_the_generated_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/findings.schema.json");
    let generated = serde_json::to_string_pretty(&yushen::report::finding::schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &generated).unwrap();
    }
    let published = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        published == generated,
        "schema/findings.schema.json is not what the types say: run the test with UPDATE=1 and look at the difference"
    );
}

#[test]
fn written_findings_conform_and_broken_ones_do_not() {
    let dir = tempfile::tempdir().unwrap();
    let (root, out) = (dir.path().join("b"), dir.path().join("out"));
    batch(&root, &[("A", "name=甲"), ("B", "name=甲\nregistered=乙"), ("C", "panic=read"), ("D", "")]);
    audit(&FakeTools { orphan: Some("Z"), ..FakeTools::default() }, &root, &out, &[]);
    let schema = serde_json::to_value(yushen::report::finding::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let text = fs::read_to_string(out.join("findings.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 5);
    for line in text.lines() {
        let finding: serde_json::Value = serde_json::from_str(line).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&finding).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert_eq!(errors, [""; 0]);
        for (pointer, bad) in [("/verdict", "fine".into()), ("/flags", serde_json::Value::Null), ("/files", 3.into())] {
            let mut broken = finding.clone();
            *broken.pointer_mut(pointer).unwrap() = bad;
            assert!(!validator.is_valid(&broken), "{pointer}");
        }
    }
}
