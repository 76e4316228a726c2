//! From a finding and the names of a rule's evidence to their values: facts, registration, measures, pages and files.
//! Looks values up and formats them; draws no conclusion.

use super::facts::FactRow;
use super::finding::Finding;
use super::summary::Lang;
use crate::vocabulary::documents::{PageFacts, PageOutcome};
use crate::vocabulary::evidence::names;
use crate::vocabulary::fact::{CopyOutcome, Correction, State};
use crate::vocabulary::finding::Flag;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::photo::why_not_assessed;
use crate::vocabulary::register::RegisterAnswer;
use serde::Serialize;
use serde_json::Value;

/// One value that a flag rests on, formatted for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// `application_form.work[0].start`, `registration.condition`, `photo.bytes` …
    pub name: String,
    pub value: String,
    /// `0.93` for a reading; empty where nothing was read.
    pub confidence: String,
    /// `申报表#1@10,20,300,48`; empty where there is no place.
    pub place: String,
}

/// The values that `patterns` name in the finding, in their order, each once. Those that the flag itself names come
/// first; of a document that a pattern names as a whole, only those are listed.
pub fn evidence(
    finding: &Finding,
    flag: Option<(&Flag, &[String])>,
    patterns: &[&str],
    as_of: &str,
    lang: Lang,
) -> Vec<Evidence> {
    let named = flag.map_or(&[][..], |(_, names)| names);
    let mut found: Vec<Evidence> =
        finding.facts.iter().filter(|r| named.contains(&r.field)).map(|r| of_fact(r, lang)).collect();
    let document = flag.and_then(|(f, _)| f.document);
    for pattern in patterns {
        let (head, rest) = pattern.split_once('.').unwrap_or((pattern, ""));
        let more = match head {
            "registration" => of_registration(finding, rest),
            "photo" => of_photo(finding, rest, lang),
            "pages" => {
                pages(finding, |p| document.is_none() || p.material == document).map(|p| of_page(p, lang)).collect()
            }
            "sheet" => pages(finding, |p| p.sheet.is_some() && (document.is_none() || p.material == document))
                .flat_map(of_sheet)
                .collect(),
            "files" => of_files(finding, |kind| document.is_none() || kind == document),
            "intake" => finding.intake.iter().map(|i| plain("intake", compact(i))).collect(),
            "register" => of_register(finding, lang),
            "batch" => Vec::new(),
            "today" => vec![plain("today", as_of.to_owned())],
            "decisions" => finding.documents.contradictions.iter().map(|c| plain(&c.about, compact(c))).collect(),
            _ if rest.is_empty() && !named.is_empty() => Vec::new(),
            _ => finding
                .facts
                .iter()
                .filter(|r| names(pattern, &r.field) && r.now() != State::NotFound)
                .map(|r| of_fact(r, lang))
                .collect(),
        };
        for e in more {
            if !found.iter().any(|f| f.name == e.name && f.value == e.value) {
                found.push(e);
            }
        }
    }
    found
}

fn plain(name: impl Into<String>, value: String) -> Evidence {
    Evidence { name: name.into(), value, confidence: String::new(), place: String::new() }
}

fn of_fact(row: &FactRow, lang: Lang) -> Evidence {
    let state = match (row.now(), lang) {
        (State::Read, _) => None,
        (State::Empty, Lang::Zh) => Some("（空白）"),
        (State::Illegible, Lang::Zh) => Some("（无法辨认）"),
        (State::NotFound, Lang::Zh) => Some("（未找到）"),
        (State::Empty, Lang::En) => Some("(blank)"),
        (State::Illegible, Lang::En) => Some("(illegible)"),
        (State::NotFound, Lang::En) => Some("(not found)"),
    };
    // Of a copy that was compared with its text what was read, not the text.
    let read = if row.verified.is_some() { [&row.free, &row.text] } else { [&row.text, &row.free] };
    let text = read.into_iter().flatten().next().cloned().unwrap_or_default();
    let mut value = state.map_or_else(|| format!("“{text}”"), ToOwned::to_owned);
    if let Some(v) = &row.verified {
        let (zh, en) = match v.outcome {
            CopyOutcome::Faithful => ("与原文一致", "faithful"),
            CopyOutcome::Differs => ("与原文不同", "differs"),
            CopyOutcome::CannotTell => ("不能断定", "cannot tell"),
        };
        value.push_str(&if lang == Lang::Zh {
            format!("，逐字比对{zh}")
        } else {
            format!(", aligned: {en} ({:.1} nats)", v.gap)
        });
    }
    if let Some(second) = &row.second {
        let word = if lang == Lang::Zh { "，另一引擎" } else { ", second reading" };
        value.push_str(&format!("{word} {}: “{}” {:.2}", second.engine, second.text, second.confidence));
    }
    if let Some(printed) = row.printed.filter(|p| *p >= 0.5) {
        value.push_str(&if lang == Lang::Zh {
            format!("，疑为打印（{:.0} %）", printed * 100.0)
        } else {
            format!(", printed {printed:.2}")
        });
    }
    if let Some(corrected) = &row.corrected {
        value.push_str(&told(&corrected.by, lang));
    }
    let region = row.region.map_or_else(String::new, |r| format!("@{},{},{},{}", r.x, r.y, r.width, r.height));
    let place = row.page.map_or_else(String::new, |p| format!("{}#{p}{region}", row.document));
    let confidence =
        if matches!(row.now(), State::Read | State::Empty) { format!("{:.2}", row.confidence) } else { String::new() };
    Evidence { name: row.field.clone(), value, confidence, place }
}

/// Who corrected or confirmed a reading, and what had been read.
fn told(by: &Correction, lang: Lang) -> String {
    let Correction { who, time, confirms, read } = by;
    let text = read.text.as_deref().unwrap_or("—");
    match (lang, confirms) {
        (Lang::Zh, true) => format!("，{who} 于 {time} 核对无误（识读可信度 {:.2}）", read.confidence),
        (Lang::Zh, false) => format!("，{who} 于 {time} 更正（原识读为“{text}”，{:.2}）", read.confidence),
        (Lang::En, true) => format!(", confirmed by {who} on {time} (read at {:.2})", read.confidence),
        (Lang::En, false) => {
            format!(", corrected by {who} on {time} (was read \u{201c}{text}\u{201d} at {:.2})", read.confidence)
        }
    }
}

fn of_registration(finding: &Finding, column: &str) -> Vec<Evidence> {
    let all = finding.registration.as_ref().map_or(Value::Null, through_text);
    let Value::Object(columns) = all else { return Vec::new() };
    let wanted = columns.iter().filter(|(name, entry)| (column.is_empty() || *name == column) && !entry.is_null());
    wanted
        .map(|(name, entry)| {
            plain(format!("registration.{name}"), format!("“{}”", entry["raw"].as_str().unwrap_or_default()))
        })
        .collect()
}

fn of_photo(finding: &Finding, measure: &str, lang: Lang) -> Vec<Evidence> {
    let Some(photo) = &finding.documents.photo else { return Vec::new() };
    let value = through_text(photo)[measure].take();
    let text = match (&value["value"]["value"], value["not_assessed"]["why"].as_str(), lang) {
        (_, Some(why), Lang::Zh) => match why_not_assessed(why) {
            Some(why) => format!("（未能测量：{why}）"),
            None => "（未能测量）".to_owned(),
        },
        (_, Some(why), Lang::En) => format!("(not assessed: {why})"),
        (Value::Null, None, _) => value.to_string(),
        (measured, None, _) => measured.to_string(),
    };
    vec![plain(format!("photo.{measure}"), text)]
}

fn pages<'f>(finding: &'f Finding, which: impl Fn(&PageFacts) -> bool + 'f) -> impl Iterator<Item = &'f PageFacts> {
    finding.documents.pages.iter().filter(move |p| which(p))
}

fn page_name(page: &PageFacts) -> String {
    format!("{}#{}", page.material.map_or_else(|| page.file.clone(), |m| m.name().to_owned()), page.page)
}

fn of_page(page: &PageFacts, lang: Lang) -> Evidence {
    let outcome = match (&page.outcome, lang) {
        (PageOutcome::Read, Lang::Zh) => "已读".to_owned(),
        (PageOutcome::NotRead, Lang::Zh) => "本版本不读此类材料".to_owned(),
        (PageOutcome::Read, Lang::En) => "read".to_owned(),
        (PageOutcome::NotRead, Lang::En) => "not read by this version".to_owned(),
        (PageOutcome::Blank { why }, Lang::Zh) => format!("无需审核：{why}"),
        (PageOutcome::Blank { why }, Lang::En) => format!("nothing to judge: {why}"),
        (PageOutcome::Illegible { why }, Lang::Zh) => format!("无法辨认：{why}"),
        (PageOutcome::Unreadable { why }, Lang::Zh) => format!("无法打开：{why}"),
        (PageOutcome::Refused { why }, Lang::Zh) => format!("拒绝打开：{why}"),
        (PageOutcome::Illegible { why }, Lang::En) => format!("illegible: {why}"),
        (PageOutcome::Unreadable { why }, Lang::En) => format!("unreadable: {why}"),
        (PageOutcome::Refused { why }, Lang::En) => format!("refused: {why}"),
    };
    let seen = page.seen_as.as_ref().map(|s| {
        let kind = s.kind.map_or(if lang == Lang::Zh { "其他页面" } else { "something else" }, |k| k.name());
        let title = s.title.as_ref().map_or_else(String::new, |t| format!("“{t}”"));
        if lang == Lang::Zh { format!("，页面显示为{kind}{title}") } else { format!(", shows {kind} {title}") }
    });
    let confidence = page.seen_as.as_ref().map_or_else(String::new, |s| format!("{:.2}", s.confidence));
    Evidence {
        name: format!("pages {}", page.file),
        value: format!("{outcome}{}", seen.unwrap_or_default()),
        confidence,
        place: page_name(page),
    }
}

fn of_sheet(page: &PageFacts) -> Vec<Evidence> {
    let Some(s) = &page.sheet else { return Vec::new() };
    let measures = [
        ("visible", s.visible),
        ("sharpness", s.sharpness),
        ("glare", s.glare),
        ("stain", s.stain),
        ("chroma", s.chroma),
    ];
    let each = measures.into_iter().filter_map(|(name, m)| m.map(|m| (name, m)));
    each.map(|(name, m)| Evidence {
        place: page_name(page),
        ..plain(format!("sheet.{name} {}", page_name(page)), format!("{m:.3}"))
    })
    .collect()
}

fn of_files(finding: &Finding, which: impl Fn(Option<MaterialKind>) -> bool) -> Vec<Evidence> {
    let files = finding.files.iter().filter(|f| which(f.kind));
    let hash = |h: &str| h.chars().take(12).collect::<String>();
    files
        .map(|f| {
            let sha256 = f.sha256.as_deref().map_or_else(String::new, |h| format!("，sha256 {}…", hash(h)));
            plain(format!("files {}", f.name), format!("{} B{sha256}", f.bytes))
        })
        .collect()
}

fn of_register(finding: &Finding, lang: Lang) -> Vec<Evidence> {
    let Some(answers) = &finding.register.0 else { return Vec::new() };
    let one = |a: &RegisterAnswer| {
        let day = |d: Option<jiff::civil::Date>| d.map_or_else(|| "…".to_owned(), |d| d.to_string());
        let lives: Vec<String> =
            a.found.iter().map(|e| format!("{} {}—{}", e.name, day(e.founded), day(e.dissolved))).collect();
        let value = match (lives.is_empty(), a.near.is_empty(), lang) {
            (false, ..) => lives.join("; "),
            (true, true, Lang::Zh) => "（查不到）".to_owned(),
            (true, true, Lang::En) => "(not there)".to_owned(),
            (true, false, Lang::Zh) => format!("（查不到；名称相近：{}）", a.near.join("、")),
            (true, false, Lang::En) => format!("(not there; near: {})", a.near.join(", ")),
        };
        plain(format!("register “{}”", a.asked), value)
    };
    answers.iter().map(one).collect()
}

/// The value as its JSON text says it, so that decimals are the shortest ones.
fn through_text(value: &impl Serialize) -> Value {
    serde_json::from_str(&compact(value)).unwrap_or(Value::Null)
}

fn compact(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
