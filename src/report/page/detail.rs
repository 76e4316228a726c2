//! From one finding to what the page shows of its submission: flags with their readings, pages, photo, timeline and everything that was read.
//! Leaves out what was looked for and not found; says nothing that the finding does not say.

use super::super::finding::{Finding, FlagRecord};
use super::super::reason::reason;
use super::index::{Index, document, named, severity};
use super::timeline::{Requirement, Timeline, timeline};
use crate::report::facts::FactRow;
use crate::vocabulary::documents::{PageFacts, PageOutcome};
use crate::vocabulary::fact::{CopyOutcome, Difference, State, Verification};
use crate::vocabulary::finding::Severity;
use crate::vocabulary::photo::{Measure, PhotoFacts};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Links to pictures, relative to the page and percent-encoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pictures {
    /// Files of the submission → the original, where it is in reach.
    pub originals: BTreeMap<String, String>,
    /// File and page (of the material, from 1) → its copy beside the page.
    pub copies: BTreeMap<(String, u16), Copy>,
    /// Flag's id → the place cut out.
    pub crops: BTreeMap<String, String>,
}

/// A page's picture beside the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    pub link: String,
    /// Width and height of the upright original, in whose pixels boxes are.
    pub size: (u32, u32),
}

/// One submission; short names, because there are many.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detail {
    id: String,
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
    skipped: Vec<(Option<usize>, String)>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Condition {
    text: String,
    source: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct FileShown {
    n: String,
    b: u64,
    url: Option<String>,
    why: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct PageShown {
    f: String,
    d: Option<usize>,
    p: u16,
    /// The outcome's name.
    o: &'static str,
    why: Option<String>,
    /// Pictures that a browser can show, best first.
    img: Vec<String>,
    url: Option<String>,
    size: Option<(u32, u32)>,
    /// Quarter turns clockwise that make it upright.
    turn: u8,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct FlagShown {
    i: String,
    r: usize,
    s: i64,
    d: Option<usize>,
    p: Option<u16>,
    f: Option<String>,
    e: Option<String>,
    o: Option<String>,
    c: Option<f32>,
    zh: String,
    en: String,
    src: String,
    text: Option<String>,
    pack: String,
    #[serde(rename = "box")]
    region: Option<[u32; 4]>,
    crop: Option<String>,
    w: Option<Value>,
    facts: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct FactShown {
    f: String,
    d: Option<usize>,
    st: State,
    t: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    free: Option<String>,
    c: f32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    a: Vec<(String, f32)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    v: Option<Verified>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s2: Option<(String, String, f32)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pr: Option<f32>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Verified {
    o: CopyOutcome,
    d: Vec<Difference>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct PhotoShown {
    file: String,
    /// x, y, width, height, score.
    faces: Vec<[f32; 5]>,
    /// Name, value, why there is none.
    measures: Vec<(String, String, Option<String>)>,
}

/// What the page shows of one submission.
pub fn detail(f: &Finding, index: &mut Index, pictures: &Pictures, need: Option<&Requirement>) -> Detail {
    let kept: Vec<&FactRow> = f.facts.iter().filter(|r| r.state != State::NotFound).collect();
    let places: BTreeMap<&str, usize> = kept.iter().enumerate().map(|(i, r)| (r.field.as_str(), i)).collect();
    Detail {
        id: f.submission_id.clone(),
        folder: f.folder.clone(),
        months: f.work_months,
        reason: reason(f.flags.iter().map(|r| &r.flag)),
        condition: need.map(|n| Condition { text: n.text.clone(), source: n.source.clone() }),
        registration: registration(f),
        files: f.files.iter().map(|x| FileShown { n: x.name.clone(), b: x.bytes, url: pictures.originals.get(&x.name).cloned(), why: x.refused.clone() }).collect(),
        pages: f.documents.pages.iter().map(|p| page(p, pictures)).collect(),
        flags: f.flags.iter().map(|r| flag(r, index, &places, pictures)).collect(),
        facts: kept.iter().map(|r| fact(r)).collect(),
        photo: f.documents.photo.as_ref().map(photo),
        timeline: timeline(&f.documents, f.registration.as_ref(), &f.register, need, index.sure()),
        skipped: f.not_evaluated.iter().map(|n| ((n.rule != "*").then(|| index.rule(&n.rule)), n.why.clone())).collect(),
    }
}

/// Quarter turns clockwise (0–3) that make the page upright.
pub fn turned(p: &PageFacts) -> u8 {
    p.sheet.as_ref().map_or(0, |s| s.turned % 4)
}

/// Can a browser show a picture of this name? What is inside decides in the end, and then the page says so.
pub fn is_shown(file: &str) -> bool {
    let end = file.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    end.is_some_and(|e| ["jpg", "jpeg", "png", "webp", "bmp", "gif"].contains(&e.as_str()))
}

fn registration(f: &Finding) -> Vec<(String, String)> {
    let Ok(Value::Object(columns)) = serde_json::to_value(&f.registration) else { return Vec::new() };
    columns.into_iter().filter_map(|(name, entry)| entry["raw"].as_str().map(|raw| (name, raw.to_owned()))).collect()
}

fn page(p: &PageFacts, pictures: &Pictures) -> PageShown {
    let (o, why) = match &p.outcome {
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
    PageShown { f: p.file.clone(), d: document(p.material), p: p.page, o, why, img, url, size: copy.map(|c| c.size), turn: turned(p) }
}

fn flag(r: &FlagRecord, index: &mut Index, places: &BTreeMap<&str, usize>, pictures: &Pictures) -> FlagShown {
    let f = &r.flag;
    let at = f.place.as_ref();
    FlagShown {
        i: r.id.clone(),
        r: index.rule(&f.rule),
        s: severity(f.severity),
        d: document(f.document),
        p: f.page.or(at.map(|p| p.page)),
        f: f.field.clone(),
        e: f.expected.clone(),
        o: f.observed.clone(),
        c: f.confidence,
        zh: f.message.zh.clone(),
        en: f.message.en.clone(),
        src: f.clause.source.clone(),
        text: f.clause.text.clone(),
        pack: f.rule_pack.clone(),
        region: at.and_then(|p| p.region).map(|b| [b.x, b.y, b.width, b.height]),
        crop: pictures.crops.get(&r.id).cloned(),
        w: f.waived.as_ref().map(|w| serde_json::json!({ "reason": w.reason, "who": w.who, "until": w.until, "severity": word(w.severity) })),
        facts: r.facts.iter().filter_map(|name| places.get(name.as_str()).copied()).collect(),
    }
}

fn word(s: Severity) -> String {
    s.to_string()
}

fn fact(r: &FactRow) -> FactShown {
    let verified = |v: &Verification| Verified { o: v.outcome, d: v.differences.clone() };
    FactShown {
        f: r.field.clone(),
        d: named(&r.document),
        st: r.state,
        t: r.text.clone(),
        free: r.free.clone().filter(|free| Some(free) != r.text.as_ref()),
        c: r.confidence,
        a: r.alternatives.iter().map(|a| (a.text.clone(), a.confidence)).collect(),
        v: r.verified.as_ref().map(verified),
        s2: r.second.as_ref().map(|s| (s.engine.clone(), s.text.clone(), s.confidence)),
        pr: r.printed,
    }
}

fn photo(p: &PhotoFacts) -> PhotoShown {
    let faces = match &p.faces {
        Measure::Value { value, .. } => value.iter().map(|f| [f.region.x as f32, f.region.y as f32, f.region.width as f32, f.region.height as f32, f.score]).collect(),
        Measure::NotAssessed { .. } => Vec::new(),
    };
    // Through its text, so that decimals are the shortest ones.
    let all = serde_json::to_string(p).ok().and_then(|text| serde_json::from_str(&text).ok());
    let measures = match all {
        Some(Value::Object(all)) => all.iter().filter(|(name, _)| !matches!(name.as_str(), "file" | "perceptual_hashes")).map(|(name, v)| measure(name, v)).collect(),
        _ => Vec::new(),
    };
    PhotoShown { file: p.file.clone(), faces, measures }
}

fn measure(name: &str, v: &Value) -> (String, String, Option<String>) {
    let measured = &v["value"]["value"];
    let said = match (name, v) {
        (_, Value::Object(_)) if v.get("not_assessed").is_some() => {
            return (name.to_owned(), String::new(), Some(v["not_assessed"]["why"].as_str().unwrap_or_default().to_owned()));
        }
        ("dimensions", Value::Array(size)) => size.iter().map(Value::to_string).collect::<Vec<_>>().join(" × "),
        ("faces", _) => measured.as_array().map_or(0, Vec::len).to_string(),
        ("background", _) => background(measured),
        (_, Value::Object(_)) => plain(measured),
        (_, other) => plain(other),
    };
    (name.to_owned(), said, None)
}

/// Colour of the background, the part of it that is white, and how uneven it is.
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
        for (file, shown) in [("申报表.JPG", true), ("a.webp", true), ("毕业证书.pdf", false), ("x.tif", false), ("noend", false), ("a.jpg.exe", false)] {
            assert_eq!(is_shown(file), shown, "{file}");
        }
    }
}
