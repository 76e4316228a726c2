//! What a decision was made on: one hash over a submission's files and registration. A submission that is handed in
//! again as it was has the same one.

use crate::vocabulary::submission::Submission;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// 32 hex digits.
pub fn material(submission: &Submission) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        // the same on every machine, the browser included
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    for file in &submission.files {
        add(&file.name);
        add(file.sha256.as_deref().unwrap_or("-"));
    }
    add("registration");
    let registered = serde_json::to_value(&submission.registration).unwrap_or_default();
    for (column, entry) in registered.as_object().into_iter().flatten() {
        if let Some(raw) = entry["raw"].as_str() {
            add(column);
            add(raw);
        }
    }
    hash.finalize().iter().take(16).fold(String::new(), |mut hex, byte| {
        // Writing to a string never fails.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::material;
    use crate::vocabulary::registration::Entry;
    use crate::vocabulary::submission::{MaterialFile, Registration, Submission};
    use std::path::PathBuf;

    fn file(name: &str, sha256: &str) -> MaterialFile {
        MaterialFile {
            kind: None,
            part: 1,
            name: name.into(),
            path: PathBuf::from("x"),
            bytes: 1,
            sha256: Some(sha256.into()),
            refused: None,
        }
    }

    #[test]
    fn what_is_handed_in_otherwise_has_another_seal() {
        let name = |raw: &str| Some(Entry { raw: raw.to_owned(), value: Some(raw.to_owned()) });
        let one = Submission {
            id: "A1".into(),
            files: vec![file("a.jpg", "00"), file("b.jpg", "11")],
            registration: Some(Registration { name: name("闫若曦"), ..Registration::default() }),
            ..Submission::default()
        };
        let seal = material(&one);
        assert_eq!(seal.len(), 32);
        let elsewhere = Submission { folder: Some("b/A1".into()), ..one.clone() };
        assert_eq!(material(&elsewhere), seal, "wherever it lies");
        let mut others = vec![Submission { registration: None, ..one.clone() }];
        others.push(Submission { files: vec![file("a.jpg", "00")], ..one.clone() });
        others.push(Submission { files: vec![file("a.jpg", "00"), file("b.jpg", "22")], ..one.clone() });
        others.push(Submission { files: vec![file("a.jpg", "00"), file("c.jpg", "11")], ..one.clone() });
        let renamed = Registration { name: name("月若曦"), ..Registration::default() };
        others.push(Submission { registration: Some(renamed), ..one });
        for other in others {
            assert_ne!(material(&other), seal, "{other:?}");
        }
    }
}
