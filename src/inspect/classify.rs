//! From an upright page to the kind of document that it shows, by its title or by what only one kind bears.
//! Reads only what that needs, does not look at the file's name, and says "cannot tell" rather than guess.

use super::page::cells::Cell;
use super::page::lines;
use super::picture::Decoded;
use super::printed::text::{find, folded};
use super::printed::{Engines, Paper, Text, values};
use super::submission::{LEGIBLE as LEGIBLE_PAGE, Upright};
use crate::ocr::OcrError;
use crate::vocabulary::documents::SeenAs;
use crate::vocabulary::fact::Fact;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::text::distance;
use image::{GrayImage, RgbImage};

/// Titles of the documents that are known, as the sources and offices print them; `None`: a document that is surely no material.
/// The first that fits best wins, so that a longer title goes before one that it contains.
const TITLES: &[(&str, Option<MaterialKind>)] = &[
    ("北京市职业技能认定申报表", Some(MaterialKind::ApplicationForm)),
    ("职业技能等级认定申报表", Some(MaterialKind::ApplicationForm)),
    ("职业技能认定申报表", Some(MaterialKind::ApplicationForm)),
    ("个人工作经历承诺书", Some(MaterialKind::WorkCommitment)),
    ("工作经历承诺书", Some(MaterialKind::WorkCommitment)),
    ("个人学历承诺书", Some(MaterialKind::EducationCommitment)),
    ("技工院校学历承诺书", Some(MaterialKind::EducationCommitment)),
    ("学历承诺书", Some(MaterialKind::EducationCommitment)),
    ("培训经历承诺书", Some(MaterialKind::TrainingCommitment)),
    ("工作承诺书", Some(MaterialKind::IntentCommitment)),
    ("职业技能等级证书", Some(MaterialKind::PriorCertificate)),
    ("职业资格证书", Some(MaterialKind::PriorCertificate)),
    ("普通高等学校毕业证书", Some(MaterialKind::Diploma)),
    ("中等职业学校毕业证书", Some(MaterialKind::Diploma)),
    ("硕士研究生毕业证书", Some(MaterialKind::Diploma)),
    ("博士研究生毕业证书", Some(MaterialKind::Diploma)),
    ("成人高等教育毕业证书", Some(MaterialKind::Diploma)),
    ("技工院校毕业证书", Some(MaterialKind::Diploma)),
    ("技工学校毕业证书", Some(MaterialKind::Diploma)),
    ("毕业证书", Some(MaterialKind::Diploma)),
    ("培训结业证书", Some(MaterialKind::CompletionCertificate)),
    ("结业证书", Some(MaterialKind::CompletionCertificate)),
    ("居民身份证", Some(MaterialKind::IdCardBack)),
    (INSTRUCTIONS, Some(MaterialKind::ApplicationForm)),
    ("荣誉证书", None),
    ("获奖证书", None),
    ("参考人员须知", None),
    ("职业技能竞赛个人报名表", None),
    ("准考证", None),
    ("成绩单", None),
];
/// Printed on the back of the form or behind it; there is nothing to fill in.
const INSTRUCTIONS: &str = "填表说明";
/// What stands on the portrait side and nowhere together.
const CARD_LABELS: &[&str] = &["姓名", "性别", "民族", "出生", "住址", "公民身份号码"];
/// How a page that is none of ours calls itself at the end of its title.
const TITLE_ENDINGS: &[&str] = &["证书", "证明", "须知", "报名表", "申请表", "登记表", "通知", "协议书", "合同", "承诺书", "申报表"];
/// Part of the sheet's height in which a title stands.
const TITLE_BAND: f32 = 0.3;
/// Lines of the title band that are read.
const TITLE_LINES: usize = 4;
/// 0–1: a line read surer than this says something.
const LEGIBLE: f32 = 0.6;

/// The kind of a page whose print has been read (cards, certificates).
///
/// # Errors
/// An engine failed.
pub fn of_paper(paper: &Paper) -> Option<SeenAs> {
    let rows = paper.rows();
    let (_, height) = paper.size();
    if let Some(card) = portrait_side(&rows) {
        return Some(card);
    }
    let texts = |rows: &[&Text]| rows.iter().map(|r| (r.string(), mean(r))).collect::<Vec<_>>();
    let top: Vec<&Text> = rows.iter().filter(|r| r.y() < 0.5 * height).collect();
    let all: Vec<&Text> = rows.iter().collect();
    by_title(&texts(&top)).or_else(|| emblem_side(&rows)).or_else(|| by_body(&rows)).or_else(|| stranger(&texts(&all)))
}

/// The kind of an upright page of which nothing has been read: its title lines are read by the quick engine. `None`: cannot tell.
///
/// # Errors
/// An engine failed.
pub fn of_page(flat: &GrayImage, engines: &Engines) -> Result<Option<SeenAs>, OcrError> {
    let (w, h) = (flat.width() as f32, flat.height() as f32);
    let band = Cell { x0: 0.03 * w, y0: 0.012 * h, x1: 0.97 * w, y1: TITLE_BAND * h };
    let mut seen = Vec::new();
    for line in lines::find(flat, &band, 44.0).into_iter().filter(|l| l.height() >= 16.0 && l.width() > 2.0 * l.height()).take(TITLE_LINES) {
        let reading = engines.quick.recognise(&lines::crop(flat, &line))?;
        let text: String = reading.text.chars().flat_map(folded).collect();
        seen.push((text, reading.confidence));
        if let Some(kind) = by_title(&seen) {
            return Ok(Some(kind));
        }
    }
    Ok(stranger(&seen))
}

/// Is it a page of printed instructions?
pub fn is_instructions(seen: Option<&SeenAs>) -> bool {
    seen.and_then(|s| s.title.as_deref()) == Some(INSTRUCTIONS)
}

/// The title of a form, looked for where a form on A4 has it: the quick reader may have missed it among a page's lines. `None` for any other kind.
///
/// # Errors
/// An engine failed.
pub fn late_title(decoded: &Decoded<RgbImage>, shrunk: f32, readers: &Engines, engines: &super::recognisers::Engines) -> Result<Option<SeenAs>, OcrError> {
    let gray = image::DynamicImage::ImageRgb8(decoded.pixels.clone()).into_luma8();
    let upright = Upright::of(&gray, shrunk, engines)?;
    if !upright.flat.is_a4 || upright.legible < LEGIBLE_PAGE {
        return Ok(None);
    }
    Ok(of_page(&upright.flat.image, readers)?.filter(|s| s.kind.is_some_and(MaterialKind::is_form)))
}

/// The title as a fact of its own, for documents that state it.
pub fn title_fact(paper: &Paper, seen: Option<&SeenAs>) -> Fact<String> {
    let Some(seen) = seen else { return Fact::not_found() };
    let Some(title) = &seen.title else { return Fact::not_found() };
    let rows = paper.rows();
    let row = rows.iter().find_map(|r| find(&r.chars(), title, 0, title.chars().count() / 4).map(|(a, b)| (r, a, b)));
    match row {
        Some((row, a, b)) => {
            let glyphs = &row.glyphs[a..b];
            Fact::read(title.clone(), Some(title.clone()), seen.confidence).with_free(values::text_of(glyphs)).at(paper.place(glyphs))
        }
        None => Fact::read(title.clone(), Some(title.clone()), seen.confidence).at(paper.whole()),
    }
}

/// The listed title that fits one of these lines best: exactly, or with a misread character in five.
fn by_title(lines: &[(String, f32)]) -> Option<SeenAs> {
    let mut best: Option<(f32, &str, Option<MaterialKind>)> = None;
    for (text, confidence) in lines {
        let chars: Vec<char> = text.chars().filter(|c| !matches!(c, ':' | ',' | '.' | '"' | '(' | ')')).collect();
        for (title, kind) in TITLES {
            let want: Vec<char> = title.chars().collect();
            let slack = want.len() / 5;
            // a title stands alone on its line; a sentence that mentions it is longer
            if chars.len() > want.len() + 4 || chars.len() + slack < want.len() {
                continue;
            }
            let Some((a, b)) = find(&chars, title, 0, slack) else { continue };
            let wrong = distance(&chars[a..b], &want) as f32;
            let loose = (chars.len() - (b - a)) as f32;
            let sure = confidence.max(if wrong == 0.0 { 0.9 } else { 0.0 }).min(1.0) - 0.12 * wrong - 0.02 * loose;
            if best.is_none_or(|(s, _, _)| sure > s) {
                best = Some((sure, title, *kind));
            }
        }
    }
    best.filter(|b| b.0 >= LEGIBLE).map(|(sure, title, kind)| SeenAs { kind, confidence: sure.clamp(0.0, 1.0), title: Some(title.to_owned()) })
}

fn portrait_side(rows: &[Text]) -> Option<SeenAs> {
    let mut seen = 0;
    for label in CARD_LABELS {
        let slack = usize::from(label.chars().count() >= 4);
        seen += usize::from(rows.iter().any(|r| find(&r.chars(), label, 0, slack).is_some()));
    }
    let short = rows.len() <= 12;
    (seen >= 4 && short).then_some(SeenAs { kind: Some(MaterialKind::IdCardFront), confidence: if seen >= 5 { 0.98 } else { 0.92 }, title: None })
}

fn emblem_side(rows: &[Text]) -> Option<SeenAs> {
    let has = |words: &[&str]| rows.iter().any(|r| values::label(&r.chars(), words).is_some());
    let marks = [has(&["签发机关"]), has(&["有效期限"]), has(&["中华人民共和国"]), has(&["居民身份证"])];
    let seen = marks.iter().filter(|m| **m).count();
    (seen >= 2).then_some(SeenAs { kind: Some(MaterialKind::IdCardBack), confidence: if seen >= 3 { 0.98 } else { 0.92 }, title: None })
}

/// Without a readable title: words that only one kind's text has.
fn by_body(rows: &[Text]) -> Option<SeenAs> {
    let all = Text::joined(rows).chars();
    let has = |w: &str| find(&all, w, 0, usize::from(w.chars().count() >= 4)).is_some();
    let kind = if has("准予毕业") {
        MaterialKind::Diploma
    } else if has("准予结业") {
        MaterialKind::CompletionCertificate
    } else if has("技能等级") && has("证书编号") && has("职业名称") {
        MaterialKind::PriorCertificate
    } else {
        return None;
    };
    Some(SeenAs { kind: Some(kind), confidence: 0.9, title: None })
}

/// A page that names itself clearly, as something else.
fn stranger(lines: &[(String, f32)]) -> Option<SeenAs> {
    let (title, confidence) = lines.iter().find(|(t, c)| *c >= 0.9 && t.chars().count() <= 16 && TITLE_ENDINGS.iter().any(|e| t.ends_with(e)))?;
    Some(SeenAs { kind: None, confidence: 0.85 * confidence, title: Some(title.clone()) })
}

fn mean(row: &Text) -> f32 {
    row.glyphs.iter().map(|g| g.p).sum::<f32>() / row.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_near_titles() {
        use MaterialKind as K;
        for (line, want) in [
            ("北京市职业技能认定申报表", Some(Some(K::ApplicationForm))),
            ("北京市职业技能认走申报表", Some(Some(K::ApplicationForm))),
            ("个人工作经历承诺书", Some(Some(K::WorkCommitment))),
            ("学历承诺书", Some(Some(K::EducationCommitment))),
            ("工作承诺书", Some(Some(K::IntentCommitment))),
            ("培训经历承诺书", Some(Some(K::TrainingCommitment))),
            ("职业技能等级证书", Some(Some(K::PriorCertificate))),
            ("职业资格证书", Some(Some(K::PriorCertificate))),
            ("技工院校毕业证书", Some(Some(K::Diploma))),
            ("结业证书", Some(Some(K::CompletionCertificate))),
            ("荣誉证书", Some(None)),
            ("参考人员须知", Some(None)),
            ("职业技能竞赛个人报名表", Some(None)),
            ("请携带职业技能等级证书和身份证到场", None),
            ("姓名", None),
            ("", None),
        ] {
            assert_eq!(by_title(&[(line.to_owned(), 0.97)]).map(|s| s.kind), want, "{line}");
        }
        assert_eq!(by_title(&[("结业证书".to_owned(), 0.3)]).map(|s| s.kind), Some(Some(K::CompletionCertificate)), "exact though faint");
    }

    #[test]
    fn an_unlisted_title_is_surely_nothing_of_ours_only_if_clear() {
        assert!(stranger(&[("无犯罪记录证明".to_owned(), 0.97)]).is_some_and(|s| s.kind.is_none() && s.confidence > 0.8));
        assert!(stranger(&[("无犯罪记录证明".to_owned(), 0.5)]).is_none());
    }
}
