//! From a submission's flags to the reason that is sent to the applicant (驳回原因), one paragraph of Chinese, and to what
//! a clerk has to check.
//! Joins the flags' sentences; each rule writes its own, apart for the two readers.

use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;

/// What is certainly wrong, as the applicant is told it; empty where nothing is certain.
pub fn reason<'f>(flags: impl IntoIterator<Item = &'f Flag>) -> String {
    reason_with(flags, |_| false)
}

/// The same with those doubts that a person has `confirmed`. What a waiver accepts is not told.
pub fn reason_with<'f>(flags: impl IntoIterator<Item = &'f Flag>, confirmed: impl Fn(&Flag) -> bool) -> String {
    let sentences = sentences(flags, confirmed);
    if sentences.is_empty() {
        return String::new();
    }
    format!("{HEAD}{}", numbered(&sentences))
}

/// Stands before the sentences.
pub const HEAD: &str = "您的申报存在以下问题，请更正后重新提交：";

/// The sentences of the reason, one for each thing to be done, without their full stops.
pub fn sentences<'f>(flags: impl IntoIterator<Item = &'f Flag>, confirmed: impl Fn(&Flag) -> bool) -> Vec<String> {
    let mut told: Vec<Told<'_>> = Vec::new();
    for flag in flags.into_iter().filter(|f| f.waived.is_none()) {
        let sentence = match (&flag.message.applicant, flag.severity) {
            (Some(sentence), Severity::Reject) => sentence,
            (Some(sentence), _) if confirmed(flag) => sentence,
            // Findings of earlier versions have one sentence for both readers.
            (None, Severity::Reject) => &flag.message.zh,
            _ => continue,
        };
        tell(&mut told, flag, bare(sentence));
    }
    told.iter().map(Told::joined).collect()
}

/// What the applicant is told of one flag by itself, once it is certain or a person has confirmed it; `None` where the
/// rule tells him nothing.
pub fn alone(flag: &Flag) -> Option<String> {
    let sentence = bare(flag.message.applicant.as_deref()?);
    let told = Told { document: flag.document, sentences: vec![sentence], advice: flag.message.advice.as_deref() };
    (!sentence.is_empty()).then(|| told.joined())
}

/// What a person has to look at: the clerk's sentences of the doubts; empty where there is none.
pub fn to_check<'f>(flags: impl IntoIterator<Item = &'f Flag>) -> String {
    let mut sentences: Vec<String> = Vec::new();
    for flag in flags.into_iter().filter(|f| f.severity == Severity::Review && f.waived.is_none()) {
        let sentence = bare(&flag.message.zh).to_owned();
        if !sentence.is_empty() && !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    if sentences.is_empty() { String::new() } else { numbered(&sentences) }
}

/// Sentences that end with one advice, or one sentence without.
struct Told<'f> {
    document: Option<MaterialKind>,
    sentences: Vec<&'f str>,
    advice: Option<&'f str>,
}

impl Told<'_> {
    /// What is wrong with one document, and the advice once.
    fn joined(&self) -> String {
        let name = self.document.map_or("", MaterialKind::name);
        let mut text = String::new();
        for sentence in &self.sentences {
            let again = !text.is_empty();
            let part = if again { sentence.strip_prefix(name).unwrap_or(sentence) } else { sentence };
            text.push_str(if again { "，" } else { "" });
            text.push_str(part);
        }
        self.advice.map_or(text.clone(), |advice| format!("{text}，{}", bare(advice)))
    }
}

fn tell<'f>(told: &mut Vec<Told<'f>>, flag: &'f Flag, sentence: &'f str) {
    if sentence.is_empty() || told.iter().any(|t| t.sentences.contains(&sentence)) {
        return;
    }
    let advice = flag.message.advice.as_deref();
    let shared = |t: &&mut Told<'_>| advice.is_some() && t.advice == advice && t.document == flag.document;
    match told.iter_mut().find(shared) {
        Some(group) => group.sentences.push(sentence),
        None => told.push(Told { document: flag.document, sentences: vec![sentence], advice }),
    }
}

/// The sentence without its full stop.
fn bare(sentence: &str) -> &str {
    sentence.trim().trim_end_matches(['。', '；', '.', ';'])
}

/// `一句。` or `1．一句；2．二句。`
fn numbered(sentences: &[String]) -> String {
    if let [only] = sentences {
        return format!("{only}。");
    }
    let list: Vec<String> = sentences.iter().enumerate().map(|(i, s)| format!("{}．{s}", i + 1)).collect();
    format!("{}。", list.join("；"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::finding::{Message, Waived};

    /// `applicant` and `advice` are left out where they are empty.
    fn flag(severity: Severity, zh: &str, applicant: &str, advice: &str) -> Flag {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let message = Message { applicant: given(applicant), advice: given(advice), ..Message::new(zh, "") };
        let document = (!advice.is_empty()).then_some(MaterialKind::Photo);
        Flag { document, ..Flag::new("photo-format", severity, message) }
    }

    #[test]
    fn reasons_read_well() {
        use Severity::{Note, Reject, Review};
        let mark =
            Waived {
                reason: "已电话核实".into(), who: "审核岗".into(), until: "2025-12-31".into(), severity: Reject
            };
        let waived = Flag { waived: Some(mark), ..flag(Reject, "丁", "丁。", "") };
        let photo = |severity, what: &str| flag(severity, "复核", &format!("个人照片{what}。"), "请重新上传。");
        let head = "您的申报存在以下问题，请更正后重新提交：";
        for (flags, confirmed, told, check) in [
            (vec![], false, "", ""),
            (vec![flag(Note, "甲。", "", "")], false, "", ""),
            (vec![flag(Reject, "甲。", "请改甲。", "")], false, "请改甲。", ""),
            (vec![flag(Reject, "甲。", "", "")], false, "甲。", ""),
            (vec![flag(Review, "疑为乙。", "请改乙。", ""), waived.clone()], false, "", "疑为乙。"),
            (vec![flag(Review, "疑为乙。", "请改乙。", ""), waived], true, "请改乙。", "疑为乙。"),
            (vec![flag(Review, "疑为乙。", "", "")], true, "", "疑为乙。"),
            (
                vec![
                    flag(Review, "乙", "", ""),
                    flag(Reject, "甲", "改甲。", ""),
                    flag(Reject, "甲", "改甲；", ""),
                    flag(Reject, "丙", "改丙。", ""),
                    flag(Review, "丁", "", ""),
                ],
                false,
                "1．改甲；2．改丙。",
                "1．乙；2．丁。",
            ),
            (
                vec![
                    photo(Reject, "为蓝底"),
                    flag(Reject, "甲", "改甲。", ""),
                    photo(Reject, "过大"),
                    photo(Review, "不清"),
                ],
                false,
                "1．个人照片为蓝底，过大，请重新上传；2．改甲。",
                "复核。",
            ),
            (
                vec![photo(Reject, "为蓝底"), photo(Review, "不清")],
                true,
                "个人照片为蓝底，不清，请重新上传。",
                "复核。",
            ),
        ] {
            let told = if told.is_empty() { String::new() } else { format!("{head}{told}") };
            assert_eq!(reason_with(&flags, |_| confirmed), told);
            for only in flags.iter().filter(|f| f.waived.is_none()) {
                let told = sentences([only], |_| true).pop().filter(|_| only.message.applicant.is_some());
                let expected = told.filter(|_| only.severity != Note);
                assert_eq!(alone(only).filter(|_| only.severity != Note), expected, "one by itself");
            }
            assert_eq!(to_check(&flags), check);
        }
    }
}
