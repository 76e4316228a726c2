//! From one flag of a finding, and what the rule says of itself, to a text that a clerk or an auditor reads: what, why,
//! by which words, and what clears it.
//! Judges nothing again; whether the rules are still those of the run is said by whoever loaded them.

use super::cell::visible;
use super::evidence::{Evidence, evidence};
use super::field_words::field;
use super::finding::{Finding, FlagRecord};
use super::summary::{Lang, fit};
use crate::vocabulary::field_words::words as field_words;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr as _;

/// What the rule says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grounds {
    pub rule: String,
    pub title: String,
    /// Patterns of the evidence.
    pub rests_on: Vec<&'static str>,
    /// Setting and its present value.
    pub thresholds: Vec<(String, String)>,
    pub clears: String,
    /// What is wrong, evidence, cannot tell: the rule's own documentation.
    pub documentation: Vec<(&'static str, String)>,
}

/// The flag explained.
pub fn flag(finding: &Finding, record: &FlagRecord, grounds: &Grounds, as_of: &str, lang: Lang) -> String {
    let (w, f) = (words(lang), &record.flag);
    let mut s = String::new();
    let said = match lang {
        Lang::Zh => format!("{}（{}）  {}（{}）", grounds.title, f.rule, chinese(f.severity), f.severity),
        Lang::En => format!("{} {}  {}", f.rule, grounds.title, f.severity),
    };
    row(&mut s, w.flag, &format!("{}  {said}", record.id));
    let folder = finding
        .folder
        .as_deref()
        .filter(|x| *x != finding.submission_id)
        .map_or_else(String::new, |x| format!("  ({x})"));
    row(&mut s, w.submission, &format!("{}{folder}", finding.submission_id));
    row(&mut s, w.message, if lang == Lang::Zh { &f.message.zh } else { &f.message.en });
    for text in [&f.message.applicant, &f.message.advice].into_iter().flatten() {
        row(&mut s, w.applicant, text);
    }
    let page = f.page.map_or_else(String::new, |p| format!("#{p}"));
    let region = f
        .place
        .as_ref()
        .and_then(|p| p.region)
        .map_or_else(String::new, |r| format!("@{},{},{},{}", r.x, r.y, r.width, r.height));
    let words = |field: &str| {
        let named = f.document.filter(|_| lang == Lang::Zh).and_then(|d| field_words(d, field));
        named.map_or_else(|| field.to_owned(), |named| format!("{named}（{field}）"))
    };
    let field = f.field.as_deref().map(words).unwrap_or_default();
    let place = f.document.map(|d| format!("{}{page}{region}  {field}", d.name()));
    let confidence = f.confidence.map(|c| format!("{c:.2}"));
    for (label, value) in [
        (w.place, place.as_ref().or(f.field.as_ref())),
        (w.observed, f.observed.as_ref()),
        (w.expected, f.expected.as_ref()),
        (w.confidence, confidence.as_ref()),
    ] {
        if let Some(value) = value {
            row(&mut s, label, value);
        }
    }
    if let Some(waived) = &f.waived {
        row(&mut s, w.waived, &format!("{} — {}, {}（{}）", waived.severity, waived.who, waived.reason, waived.until));
    }
    list(&mut s, w, &evidence(finding, Some((f, &record.facts)), &grounds.rests_on, as_of, lang), lang);
    let _ = writeln!(s, "\n{}", w.clause);
    let pack = if f.rule_pack == "-" { w.no_pack } else { &f.rule_pack };
    let _ = writeln!(s, "    {}  [{}]", visible(&f.clause.source), visible(pack));
    for text in f.clause.text.iter().flat_map(|t| t.split(" | ")) {
        let _ = writeln!(s, "    “{}”", visible(text.trim()));
    }
    if f.clause.text.is_none() {
        let _ = writeln!(s, "    {}", w.no_text);
    }
    close(&mut s, w, finding, grounds, as_of);
    s
}

/// Explains why a rule did not flag a submission: whether it was judged, and on which evidence.
pub fn no_flag(finding: &Finding, grounds: &Grounds, as_of: &str, lang: Lang) -> String {
    let w = words(lang);
    let mut s = String::new();
    row(&mut s, w.submission, &finding.submission_id);
    let rule = match lang {
        Lang::Zh => format!("{}（{}）", grounds.title, grounds.rule),
        Lang::En => format!("{} {}", grounds.rule, grounds.title),
    };
    row(&mut s, w.rule, &rule);
    let silent = finding.not_evaluated.iter().find(|n| n.rule == grounds.rule || n.rule == "*");
    match silent {
        Some(n) => row(&mut s, w.outcome, &format!("{}: {}", w.not_evaluated, n.said(lang == Lang::Zh))),
        None => row(&mut s, w.outcome, w.not_flagged),
    }
    list(&mut s, w, &evidence(finding, None, &grounds.rests_on, as_of, lang), lang);
    close(&mut s, w, finding, grounds, as_of);
    s
}

fn row(s: &mut String, label: &str, value: &str) {
    let _ = writeln!(s, "{}{}", fit(label, 12), visible(value));
}

/// An evidence's name in the words that the report has for it, the name itself behind them.
fn in_words(name: &str) -> String {
    let (head, rest) = name.split_once(['.', ' ']).unwrap_or((name, ""));
    let material = MaterialKind::ALL.into_iter().find(|m| m.key() == head);
    // What is a key and has no words of its own is said as it is.
    let known = |key: &str| Some(field(key)).filter(|words| words != key);
    let words = match (head, material) {
        ("photo", _) if !rest.is_empty() => {
            known(rest).map(|words| format!("{} · {words}", MaterialKind::Photo.name()))
        }
        (_, Some(material)) if rest.is_empty() => Some(material.name().to_owned()),
        (_, Some(material)) => field_words(material, rest).map(|words| format!("{} · {words}", material.name())),
        ("registration", _) => known(rest).map(|words| format!("报名信息 · {words}")),
        ("pages", _) => return format!("页面 {rest}"),
        ("files", _) => return format!("文件 {rest}"),
        ("register", _) => return format!("企业名录 {rest}"),
        ("intake", _) => Some("材料接收".to_owned()),
        ("today", _) => Some("判定日".to_owned()),
        _ => None,
    };
    words.map_or_else(|| name.to_owned(), |words| format!("{words}（{name}）"))
}

fn list(s: &mut String, w: &Words, all: &[Evidence], lang: Lang) {
    let _ = writeln!(s, "\n{}", w.evidence);
    if all.is_empty() {
        let _ = writeln!(s, "    {}", w.no_evidence);
    }
    for e in all {
        let name = match lang {
            // Whole: the name itself stands last.
            Lang::Zh => {
                let name = visible(&in_words(&e.name));
                if name.width() < 42 { fit(&name, 42) } else { name }
            }
            Lang::En => fit(&visible(&e.name), 42),
        };
        let line = format!(
            "    {}  {}  {}  {}",
            name,
            if e.confidence.is_empty() { "    " } else { &e.confidence },
            visible(&e.value),
            visible(&e.place)
        );
        let _ = writeln!(s, "{}", line.trim_end());
    }
}

fn close(s: &mut String, w: &Words, finding: &Finding, grounds: &Grounds, as_of: &str) {
    let _ = writeln!(s, "\n{}", w.thresholds);
    for (name, value) in &grounds.thresholds {
        let _ = writeln!(s, "    {} {}", fit(name, 32), value);
    }
    if grounds.thresholds.is_empty() {
        let _ = writeln!(s, "    {}", w.no_thresholds);
    }
    let registered =
        finding.registration.as_ref().and_then(|r| r.registered_on.as_ref()).map_or("—", |e| e.raw.as_str());
    let _ = writeln!(s, "\n{}\n    {}: {}; {}: {as_of}", w.days, w.registered_on, visible(registered), w.today);
    let _ = writeln!(s, "\n{}\n    {}", w.clears, grounds.clears);
    let _ = writeln!(s, "\n{}", w.rule);
    for (heading, text) in &grounds.documentation {
        let _ = writeln!(s, "    {heading}: {text}");
    }
}

fn chinese(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "提示",
        Severity::Review => "需人工复核",
        Severity::Reject => "建议驳回",
    }
}

struct Words {
    flag: &'static str,
    submission: &'static str,
    rule: &'static str,
    message: &'static str,
    applicant: &'static str,
    place: &'static str,
    observed: &'static str,
    expected: &'static str,
    confidence: &'static str,
    waived: &'static str,
    outcome: &'static str,
    not_evaluated: &'static str,
    not_flagged: &'static str,
    evidence: &'static str,
    no_evidence: &'static str,
    clause: &'static str,
    no_pack: &'static str,
    no_text: &'static str,
    thresholds: &'static str,
    no_thresholds: &'static str,
    days: &'static str,
    registered_on: &'static str,
    today: &'static str,
    clears: &'static str,
}

fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Zh => &Words {
            flag: "意见",
            submission: "申报",
            rule: "规则",
            message: "复核",
            applicant: "告知申报人",
            place: "位置",
            observed: "所见",
            expected: "应为",
            confidence: "可信度",
            waived: "已豁免",
            outcome: "结果",
            not_evaluated: "未能判定，不等于通过",
            not_flagged: "该规则对此申报没有意见",
            evidence: "所依事实（名称、可信度、读数、位置）",
            no_evidence: "没有读数：依据的是材料或报名信息本身，见上",
            clause: "所依条款",
            no_pack: "不涉及规则包",
            no_text: "（各文件没有直接规定，为审核所需的核对）",
            thresholds: "所用阈值",
            no_thresholds: "不用阈值",
            days: "日期",
            registered_on: "报名日期",
            today: "判定日",
            clears: "如何消除",
        },
        Lang::En => &Words {
            flag: "flag",
            submission: "submission",
            rule: "rule",
            message: "says",
            applicant: "to tell",
            place: "place",
            observed: "observed",
            expected: "expected",
            confidence: "confidence",
            waived: "waived",
            outcome: "outcome",
            not_evaluated: "could not be judged, which is no pass",
            not_flagged: "this rule raised no flag",
            evidence: "rests on (name, confidence, reading, place)",
            no_evidence: "no reading: it rests on the file or the registration itself, see above",
            clause: "clause, in the source's own words",
            no_pack: "no pack concerned",
            no_text: "(no source says it: a check that the review needs)",
            thresholds: "thresholds",
            no_thresholds: "none",
            days: "days",
            registered_on: "registered on",
            today: "counts as today",
            clears: "what would clear it",
        },
    }
}
