//! Which flags a waiver is for, and what becomes of them.

use crate::rules::waive;
use crate::vocabulary::finding::{Clause, Flag, Message, Severity, Verdict};
use crate::vocabulary::material::MaterialKind::{self, ApplicationForm, WorkCommitment};
use crate::vocabulary::waiver::{Waiver, Waivers};
use jiff::civil::date;

fn flag(rule: &str, severity: Severity, document: Option<MaterialKind>, field: &str) -> Flag {
    Flag {
        rule: rule.to_owned(),
        severity,
        document,
        page: None,
        field: Some(field.to_owned()),
        expected: None,
        observed: None,
        confidence: None,
        message: Message::default(),
        clause: Clause { source: "—".to_owned(), text: None },
        rule_pack: "-".to_owned(),
        place: None,
        waived: None,
    }
}

#[test]
fn a_waiver_is_for_what_it_names() {
    // submission, rule, document, field, last day → the flags' severities after it, and whether it matched
    let until = date(2024, 8, 1);
    for (submission, rule, document, field, until, after, matched) in [
        ("A", "form-phone", None, None, until, "note note review", true),
        ("A", "form-phone", Some(WorkCommitment), None, until, "reject note review", true),
        ("A", "form-phone", Some(WorkCommitment), Some("mobile"), until, "reject note review", true),
        ("A", "form-phone", Some(WorkCommitment), Some("number"), until, "reject review review", false),
        ("A", "form-phone", Some(MaterialKind::Photo), None, until, "reject review review", false),
        ("A", "form-date", None, None, until, "reject review note", true),
        ("A", "form-level", None, None, until, "reject review review", false),
        ("B", "form-phone", None, None, until, "reject review review", false),
        ("A", "form-phone", None, None, date(2024, 7, 31), "reject review review", true),
    ] {
        let mut flags = vec![
            flag("form-phone", Severity::Reject, Some(ApplicationForm), "mobile"),
            flag("form-phone", Severity::Review, Some(WorkCommitment), "mobile"),
            flag("form-date", Severity::Review, None, "signed_on"),
        ];
        let waiver = Waiver {
            submission: submission.to_owned(),
            rule: rule.to_owned(),
            document,
            field: field.map(str::to_owned),
            reason: "已核实".to_owned(),
            who: "王审核".to_owned(),
            until,
            line: 1,
        };
        let waivers = Waivers { file: String::new(), sha256: String::new(), entries: vec![waiver] };
        let places = waive("A", &mut flags, waivers.entries.iter().enumerate(), date(2024, 8, 1));
        let severities: Vec<String> = flags.iter().map(|f| f.severity.to_string()).collect();
        let about = format!("{submission} {rule} {document:?} {field:?} {until}");
        assert_eq!((severities.join(" ").as_str(), !places.is_empty()), (after, matched), "{about}");
        for f in &flags {
            assert_eq!(f.waived.is_some(), f.severity == Severity::Note, "{about}");
            assert!(
                f.waived.as_ref().is_none_or(|w| w.severity > Severity::Note && w.who == "王审核"),
                "what it was is kept: {about}"
            );
        }
        assert_eq!(Verdict::of(&flags) == Verdict::Pass, after == "note note note");
    }
}
