//! From a submission's flags to the reason that is sent to the applicant (驳回原因), one paragraph of Chinese.
//! Joins the flags' messages; each rule writes its own.

use crate::vocabulary::finding::{Flag, Severity};

/// First what is wrong, then what a person will check; empty if there is neither.
pub fn reason<'f>(flags: impl IntoIterator<Item = &'f Flag> + Clone) -> String {
    let reject = sentences(flags.clone(), Severity::Reject);
    let review = sentences(flags, Severity::Review);
    let mut text = String::new();
    if !reject.is_empty() {
        text.push_str("您的申报存在以下问题，请更正后重新提交：");
        text.push_str(&numbered(&reject));
    }
    if !review.is_empty() {
        text.push_str(if reject.is_empty() {
            "以下内容需人工核实："
        } else {
            "另有以下内容需人工核实："
        });
        text.push_str(&numbered(&review));
    }
    text
}

/// The distinct messages of one severity, in order of the flags, without their full stops.
fn sentences<'f>(flags: impl IntoIterator<Item = &'f Flag>, severity: Severity) -> Vec<&'f str> {
    let mut list: Vec<&str> = Vec::new();
    for f in flags.into_iter().filter(|f| f.severity == severity && f.waived.is_none()) {
        let sentence = f.message.zh.trim().trim_end_matches(['。', '；', '.', ';']);
        if !sentence.is_empty() && !list.contains(&sentence) {
            list.push(sentence);
        }
    }
    list
}

/// `一句。` or `1．一句；2．二句。`
fn numbered(sentences: &[&str]) -> String {
    if let [only] = sentences {
        return format!("{only}。");
    }
    let list: Vec<String> = sentences.iter().enumerate().map(|(i, s)| format!("{}．{s}", i + 1)).collect();
    format!("{}。", list.join("；"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::finding::Waived;
    use crate::vocabulary::finding::{Clause, Message};

    fn flag(severity: Severity, zh: &str) -> Flag {
        Flag {
            rule: "photo-format".into(),
            severity,
            document: None,
            page: None,
            field: None,
            expected: None,
            observed: None,
            confidence: None,
            message: Message { zh: zh.into(), en: String::new() },
            clause: Clause { source: "—".into(), text: None },
            rule_pack: "-".into(),
            place: None,
            waived: None,
        }
    }

    #[test]
    fn reasons_read_well() {
        use Severity::{Note, Reject, Review};
        let mark =
            Waived {
                reason: "已电话核实".into(), who: "审核岗".into(), until: "2025-12-31".into(), severity: Reject
            };
        let waived = Flag { waived: Some(mark), ..flag(Reject, "丁") };
        for (flags, expected) in [
            (vec![], ""),
            (vec![flag(Note, "甲。")], ""),
            (vec![flag(Reject, "甲。")], "您的申报存在以下问题，请更正后重新提交：甲。"),
            (
                vec![flag(Review, "乙"), flag(Reject, "甲。"), flag(Reject, "甲"), flag(Reject, "丙；")],
                "您的申报存在以下问题，请更正后重新提交：1．甲；2．丙。另有以下内容需人工核实：乙。",
            ),
            (vec![flag(Review, "乙。"), waived], "以下内容需人工核实：乙。"),
        ] {
            assert_eq!(reason(&flags), expected);
        }
    }
}
