//! From one finding to the page's view of its submission: flags with their readings, pages, photo, timeline and all
//! facts.
//! Leaves out fields that were not found; says nothing that the finding does not say.

use super::index::{Index, document, named, severity};
use super::timeline::{Requirement, Timeline, timeline};
use crate::findings::facts::{CorrectedRow, FactRow, RowState};
use crate::findings::finding::{Finding, FlagRecord};
use crate::findings::notice::Notice;
use crate::findings::reason::{alone, reason};
use crate::vocabulary::documents::{PageFacts, PageOutcome};
use crate::vocabulary::fact::{CopyOutcome, Difference, Region, Verification};
use crate::vocabulary::finding::Verdict;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::photo::{Measure, PhotoFacts};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Links to pictures, relative to the page and percent-encoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pictures {
    /// File of the submission → the original, if it can be reached.
    pub originals: BTreeMap<String, String>,
    /// File and page (of the material, from 1) → its copy beside the page.
    pub copies: BTreeMap<(String, u16), PageCopy>,
    /// Flag's id → the crop of its place.
    pub crops: BTreeMap<String, String>,
    /// The facts are there, so that the page can judge again.
    pub judged_again: bool,
}

/// A page's picture beside the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageCopy {
    pub link: String,
    /// Width and height of the upright original; boxes are in its pixels.
    pub size: (u32, u32),
}

/// What the page shows of one submission. Keys are short where a submission has many of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detail {
    id: String,
    /// Seal of the submission's material, for decisions on it.
    #[serde(rename = "m")]
    material: String,
    verdict: Verdict,
    folder: Option<String>,
    months: Option<u32>,
    reason: String,
    condition: Option<Condition>,
    registration: Vec<(String, String)>,
    files: Vec<FileShown>,
    pages: Vec<PageShown>,
    flags: Vec<FlagShown>,
    facts: Vec<FactShown>,
    photo: Option<PhotoShown>,
    timeline: Timeline,
    /// Position of each rule that was not evaluated (`None`: all rules), and why, in English and in Chinese.
    skipped: Vec<(Option<usize>, String, String)>,
    /// The notice as the program writes it before anybody has decided, for a page that cannot write one.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<Notice>,
    /// The finding itself without its list of facts, so that the page can judge it again; none where what names a person
    /// was taken out.
    #[serde(rename = "j", skip_serializing_if = "Option::is_none")]
    finding: Option<Finding>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Condition {
    text: String,
    source: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct FileShown {
    #[serde(rename = "n")]
    name: String,
    #[serde(rename = "b")]
    bytes: u64,
    /// Link to the original.
    url: Option<String>,
    /// Why it was refused.
    why: Option<String>,
    /// Hash of its content: a decision on one of its readings names it.
    #[serde(rename = "h", skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct PageShown {
    #[serde(rename = "f")]
    file: String,
    /// Position among the materials.
    #[serde(rename = "d")]
    document: Option<usize>,
    #[serde(rename = "p")]
    page: u16,
    /// From 1, in its file.
    #[serde(rename = "n", skip_serializing_if = "Option::is_none")]
    in_file: Option<u16>,
    /// Somebody said that it is this document: was it read as such?
    #[serde(rename = "a", skip_serializing_if = "Option::is_none")]
    assigned: Option<bool>,
    /// The outcome's name.
    #[serde(rename = "o")]
    outcome: &'static str,
    why: Option<String>,
    /// Pictures that a browser can show, best first.
    img: Vec<String>,
    /// Link to the original.
    url: Option<String>,
    size: Option<(u32, u32)>,
    /// Quarter turns clockwise that make it upright.
    turn: u8,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct FlagShown {
    #[serde(rename = "i")]
    id: String,
    /// Position among the index's rules.
    #[serde(rename = "r")]
    rule: usize,
    /// 0 note, 1 review, 2 reject.
    #[serde(rename = "s")]
    severity: i64,
    /// Position among the materials.
    #[serde(rename = "d")]
    document: Option<usize>,
    #[serde(rename = "p")]
    page: Option<u16>,
    #[serde(rename = "f")]
    field: Option<String>,
    #[serde(rename = "e")]
    expected: Option<String>,
    #[serde(rename = "o")]
    observed: Option<String>,
    #[serde(rename = "c")]
    confidence: Option<f32>,
    /// To the clerk, in both languages.
    zh: String,
    en: String,
    /// To the applicant, of this flag by itself, once it is certain or confirmed.
    #[serde(rename = "ap", skip_serializing_if = "Option::is_none")]
    applicant: Option<String>,
    #[serde(rename = "src")]
    source: String,
    /// The clause.
    text: Option<String>,
    pack: String,
    /// x, y, width and height in pixels of the upright picture.
    #[serde(rename = "box")]
    region: Option<[u32; 4]>,
    /// Link to what was cut out.
    crop: Option<String>,
    #[serde(rename = "w")]
    waived: Option<Value>,
    /// Positions among the facts shown.
    facts: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct FactShown {
    #[serde(rename = "f")]
    field: String,
    /// Position among the materials.
    #[serde(rename = "d")]
    document: Option<usize>,
    /// Of the material, from 1.
    #[serde(rename = "p", skip_serializing_if = "Option::is_none")]
    page: Option<u16>,
    /// x, y, width and height in pixels of the upright picture.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none")]
    region: Option<[u32; 4]>,
    #[serde(rename = "st")]
    state: RowState,
    #[serde(rename = "t")]
    text: Option<String>,
    /// What was read without regard to the grammar, where it is not `text`.
    #[serde(skip_serializing_if = "Option::is_none")]
    free: Option<String>,
    #[serde(rename = "c")]
    confidence: f32,
    #[serde(rename = "a", skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<(String, f32)>,
    #[serde(rename = "v", skip_serializing_if = "Option::is_none")]
    verified: Option<Verified>,
    /// Engine, text and confidence of a second reading.
    #[serde(rename = "s2", skip_serializing_if = "Option::is_none")]
    second: Option<(String, String, f32)>,
    /// How sure it is that the field was printed and not written by hand, 0–1.
    #[serde(rename = "pr", skip_serializing_if = "Option::is_none")]
    printed: Option<f32>,
    /// Who corrected or confirmed it, and what was read.
    #[serde(rename = "by", skip_serializing_if = "Option::is_none")]
    corrected: Option<CorrectedRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Verified {
    #[serde(rename = "o")]
    outcome: CopyOutcome,
    #[serde(rename = "d")]
    differences: Vec<Difference>,
    /// Position, expected character and the one that it may be.
    #[serde(rename = "r", skip_serializing_if = "Vec::is_empty")]
    rivals: Vec<(usize, char, char)>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct PhotoShown {
    file: String,
    /// x, y, width, height, score.
    faces: Vec<[f32; 5]>,
    /// Name, value, why there is none.
    measures: Vec<(String, String, Option<String>)>,
}

/// What the page shows of one submission; `notice`: as it is written beforehand, if it is.
pub fn detail(
    f: &Finding,
    index: &mut Index,
    pictures: &Pictures,
    need: Option<&Requirement>,
    notice: Option<Notice>,
) -> Detail {
    let kept: Vec<&FactRow> = f.facts.iter().filter(|r| r.state != RowState::NotFound).collect();
    let places: BTreeMap<&str, usize> = kept.iter().enumerate().map(|(i, r)| (r.field.as_str(), i)).collect();
    Detail {
        id: f.submission_id.clone(),
        material: f.material.clone(),
        verdict: f.verdict,
        folder: f.folder.clone(),
        months: f.work_months,
        reason: reason(f.flags.iter().map(|r| &r.flag)),
        condition: need.map(|n| Condition { text: n.text.clone(), source: n.source.clone() }),
        registration: registration(f),
        files: f
            .files
            .iter()
            .map(|x| FileShown {
                name: x.name.clone(),
                bytes: x.bytes,
                url: pictures.originals.get(&x.name).cloned(),
                why: x.refused.clone(),
                sha256: x.sha256.clone(),
            })
            .collect(),
        pages: f.documents.pages.iter().map(|p| page(p, pictures)).collect(),
        flags: f.flags.iter().map(|r| flag(r, index, &places, pictures)).collect(),
        facts: kept.iter().map(|r| fact(r)).collect(),
        photo: f.documents.photo.as_ref().map(photo),
        timeline: timeline(&f.documents, f.registration.as_ref(), &f.register, need, index.sure()),
        skipped: f
            .not_evaluated
            .iter()
            .map(|n| ((n.rule != "*").then(|| index.rule(&n.rule)), n.why.clone(), n.zh.clone()))
            .collect(),
        notice,
        finding: pictures.judged_again.then(|| Finding { facts: Vec::new(), ..f.clone() }),
    }
}

/// How many quarter turns clockwise (0–3) make the page upright.
pub fn turned(p: &PageFacts) -> u8 {
    p.sheet.as_ref().map_or(0, |s| s.turned % 4)
}

/// Can a browser show a file of this name? If its content is something else, the page says so.
pub fn is_shown(file: &str) -> bool {
    let end = file.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    end.is_some_and(|e| ["jpg", "jpeg", "png", "webp", "bmp", "gif"].contains(&e.as_str()))
}

fn registration(f: &Finding) -> Vec<(String, String)> {
    let Ok(Value::Object(columns)) = serde_json::to_value(&f.registration) else { return Vec::new() };
    columns.into_iter().filter_map(|(name, entry)| entry["raw"].as_str().map(|raw| (name, raw.to_owned()))).collect()
}

fn page(p: &PageFacts, pictures: &Pictures) -> PageShown {
    let (outcome, why) = match &p.outcome {
        PageOutcome::Read => ("read", None),
        PageOutcome::NotRead => ("not_read", None),
        PageOutcome::Blank { why } => ("blank", Some(why.clone())),
        PageOutcome::Illegible { why } => ("illegible", Some(why.clone())),
        PageOutcome::Unreadable { why } => ("unreadable", Some(why.clone())),
        PageOutcome::Refused { why } => ("refused", Some(why.clone())),
    };
    let copy = pictures.copies.get(&(p.file.clone(), p.page));
    let url = pictures.originals.get(&p.file).cloned();
    let opened = !matches!(p.outcome, PageOutcome::Unreadable { .. } | PageOutcome::Refused { .. });
    let direct = url.clone().filter(|_| opened && is_shown(&p.file));
    let img = copy.map(|c| c.link.clone()).into_iter().chain(direct).collect();
    PageShown {
        file: p.file.clone(),
        document: document(p.material),
        page: p.page,
        in_file: p.in_file,
        // Of other material nothing is read.
        assigned: p.assigned.as_ref().and_then(|a| Some(a.read || a.material? == MaterialKind::Other)),
        outcome,
        why,
        img,
        url,
        size: copy.map(|c| c.size),
        turn: turned(p),
    }
}

fn flag(r: &FlagRecord, index: &mut Index, places: &BTreeMap<&str, usize>, pictures: &Pictures) -> FlagShown {
    let f = &r.flag;
    let at = f.place.as_ref();
    FlagShown {
        id: r.id.clone(),
        rule: index.rule(&f.rule),
        severity: severity(f.severity),
        document: document(f.document),
        page: f.page.or(at.map(|p| p.page)),
        field: f.field.clone(),
        expected: f.expected.clone(),
        observed: f.observed.clone(),
        confidence: f.confidence,
        zh: f.message.zh.clone(),
        en: f.message.en.clone(),
        applicant: alone(f),
        source: f.clause.source.clone(),
        text: f.clause.text.clone(),
        pack: f.rule_pack.clone(),
        region: at.and_then(|p| p.region).map(corners),
        crop: pictures.crops.get(&r.id).cloned(),
        waived: f.waived.as_ref().map(|w| serde_json::json!({ "reason": w.reason, "who": w.who, "until": w.until, "severity": w.severity.to_string() })),
        facts: r.facts.iter().filter_map(|name| places.get(name.as_str()).copied()).collect(),
    }
}

fn corners(b: Region) -> [u32; 4] {
    [b.x, b.y, b.width, b.height]
}

fn fact(r: &FactRow) -> FactShown {
    let verified = |v: &Verification| Verified {
        outcome: v.outcome,
        differences: v.differences.clone(),
        rivals: v.rivals.iter().map(|r| (r.position, r.expected, r.rival)).collect(),
    };
    FactShown {
        field: r.field.clone(),
        document: named(&r.document),
        page: r.page,
        region: r.region.map(corners),
        state: r.state,
        text: r.text.clone(),
        free: r.free.clone().filter(|free| Some(free) != r.text.as_ref()),
        confidence: r.confidence,
        alternatives: r.alternatives.iter().map(|a| (a.text.clone(), a.confidence)).collect(),
        verified: r.verified.as_ref().map(verified),
        second: r.second.as_ref().map(|s| (s.engine.clone(), s.text.clone(), s.confidence)),
        printed: r.printed,
        corrected: r.corrected.clone(),
    }
}

fn photo(p: &PhotoFacts) -> PhotoShown {
    let faces = match &p.faces {
        Measure::Value { value, .. } => value
            .iter()
            .map(|f| [f.region.x as f32, f.region.y as f32, f.region.width as f32, f.region.height as f32, f.score])
            .collect(),
        Measure::NotAssessed { .. } => Vec::new(),
    };
    // Through its text, so that decimals are the shortest ones.
    let all = serde_json::to_string(p).ok().and_then(|text| serde_json::from_str(&text).ok());
    let measures = match all {
        Some(Value::Object(all)) => all
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "file" | "perceptual_hashes"))
            .map(|(name, v)| measure(name, v))
            .collect(),
        _ => Vec::new(),
    };
    PhotoShown { file: p.file.clone(), faces, measures }
}

fn measure(name: &str, v: &Value) -> (String, String, Option<String>) {
    let measured = &v["value"]["value"];
    let said = match (name, v) {
        (_, Value::Object(_)) if v.get("not_assessed").is_some() => {
            return (
                name.to_owned(),
                String::new(),
                Some(v["not_assessed"]["why"].as_str().unwrap_or_default().to_owned()),
            );
        }
        ("dimensions", Value::Array(size)) => size.iter().map(Value::to_string).collect::<Vec<_>>().join(" × "),
        ("faces", _) => measured.as_array().map_or(0, Vec::len).to_string(),
        ("background", _) => background(measured),
        (_, Value::Object(_)) => plain(measured),
        (_, other) => plain(other),
    };
    (name.to_owned(), said, None)
}

/// Colour of the background, its white part and its uniformity.
fn background(v: &Value) -> String {
    let number = |v: &Value, digits: usize| v.as_f64().map_or_else(|| "—".to_owned(), |x| format!("{x:.digits$}"));
    let m = &v["median"];
    format!(
        "L*a*b* {} / {} / {} · {} % · ΔL* {}",
        number(&m["l"], 0),
        number(&m["a"], 0),
        number(&m["b"], 0),
        number(&(v["white"].as_f64().unwrap_or(0.0) * 100.0).into(), 0),
        number(&v["unevenness"], 1)
    )
}

fn plain(v: &Value) -> String {
    match v {
        Value::String(text) => text.clone(),
        Value::Bool(yes) => if *yes { "✓" } else { "✗" }.to_owned(),
        Value::Null => "—".to_owned(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(" / "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_shown;

    #[test]
    fn what_a_browser_shows_is_known_by_its_name() {
        for (file, shown) in [
            ("申报表.JPG", true),
            ("a.webp", true),
            ("毕业证书.pdf", false),
            ("x.tif", false),
            ("noend", false),
            ("a.jpg.exe", false),
        ] {
            assert_eq!(is_shown(file), shown, "{file}");
        }
    }
}
