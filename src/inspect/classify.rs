//! Tells which document an upright page shows, by its title or by words that only one document bears.
//! Reads no more of the page than that takes, ignores the file's name, and says "cannot tell" rather than guess.

use super::context::ReadContext;
use super::documents::{READERS, Reader, id_card};
use super::page::cells::Cell;
use super::page::lines;
use super::picture::Decoded;
use super::printed::text::{find, folded};
use super::printed::{PrintedPage, Text};
use super::upright_page::{LEGIBLE as LEGIBLE_PAGE, UprightPage};
use crate::ocr::OcrError;
use crate::vocabulary::documents::SeenAs;
use crate::vocabulary::form::Form;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::text::distance;
use image::{GrayImage, RgbImage};

/// Titles of pages that are surely no material.
const OTHER_TITLES: &[&str] = &["荣誉证书", "获奖证书", "参考人员须知", "职业技能竞赛个人报名表", "准考证", "成绩单"];
/// Endings of the titles of pages that are none of our documents.
const TITLE_ENDINGS: &[&str] =
    &["证书", "证明", "须知", "报名表", "申请表", "登记表", "通知", "协议书", "合同", "承诺书", "申报表"];
/// Part of the sheet's height in which a title stands.
const TITLE_BAND: f32 = 0.3;
/// Lines of the title band that are read.
const TITLE_LINES: usize = 4;
/// 0–1: a line that is read less surely than this is ignored.
const LEGIBLE: f32 = 0.6;

/// Classifies a page whose print has been read (cards, certificates). `None`: cannot tell.
pub fn of_printed(page: &PrintedPage, forms: &[Form]) -> Option<SeenAs> {
    let rows = page.rows();
    let (_, height) = page.size();
    if let Some(card) = id_card::portrait_side(&rows) {
        return Some(card);
    }
    let texts = |rows: &[&Text]| rows.iter().map(|r| (r.string(), mean(r))).collect::<Vec<_>>();
    let top: Vec<&Text> = rows.iter().filter(|r| r.y() < 0.5 * height).collect();
    let all: Vec<&Text> = rows.iter().collect();
    by_title(&texts(&top), forms)
        .or_else(|| id_card::emblem_side(&rows))
        .or_else(|| by_words(&rows))
        .or_else(|| stranger(&texts(&all)))
}

/// Classifies an upright page of which nothing has been read yet: the fast recogniser reads its title lines. `None`:
/// cannot tell.
///
/// # Errors
/// An engine failed.
pub fn of_form(page: &GrayImage, cx: &ReadContext) -> Result<Option<SeenAs>, OcrError> {
    let (w, h) = (page.width() as f32, page.height() as f32);
    let band = Cell { x0: 0.03 * w, y0: 0.012 * h, x1: 0.97 * w, y1: TITLE_BAND * h };
    let mut seen = Vec::new();
    for line in lines::find(page, &band, 44.0)
        .into_iter()
        .filter(|l| l.height() >= 16.0 && l.width() > 2.0 * l.height())
        .take(TITLE_LINES)
    {
        let reading = cx.recognisers.fast().recognise(&lines::crop(page, &line))?;
        let text: String = reading.text.chars().flat_map(folded).collect();
        seen.push((text, reading.confidence));
        if let Some(material) = by_title(&seen, cx.forms) {
            return Ok(Some(material));
        }
    }
    Ok(stranger(&seen))
}

/// Is it a page of printed instructions?
pub fn is_instructions(seen: Option<&SeenAs>, forms: &[Form]) -> bool {
    let title = seen.and_then(|s| s.title.as_ref());
    title.is_some_and(|title| forms.iter().any(|f| f.instructions.contains(title)))
}

/// Looks for a form's title where a form on A4 bears it, in case the fast recogniser missed it among the page's lines.
/// `None` for any other document.
///
/// # Errors
/// An engine failed.
pub fn late_title(decoded: &Decoded<RgbImage>, shrunk: f32, cx: &ReadContext) -> Result<Option<SeenAs>, OcrError> {
    let gray = image::DynamicImage::ImageRgb8(decoded.pixels.clone()).into_luma8();
    let upright = UprightPage::of(&gray, shrunk, &cx.recognisers)?;
    if !upright.rectified.is_a4 || upright.legible < LEGIBLE_PAGE {
        return Ok(None);
    }
    Ok(of_form(&upright.rectified.image, cx)?.filter(|s| s.kind.is_some_and(MaterialKind::is_form)))
}

/// The listed title that fits one of these lines best: exactly, or with a misread character in five.
fn by_title(lines: &[(String, f32)], forms: &[Form]) -> Option<SeenAs> {
    let mut best: Option<(f32, &str, Option<MaterialKind>)> = None;
    let titles = titles(forms);
    for (text, confidence) in lines {
        let chars: Vec<char> = text.chars().filter(|c| !matches!(c, ':' | ',' | '.' | '"' | '(' | ')')).collect();
        for (title, material) in &titles {
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
                best = Some((sure, title, *material));
            }
        }
    }
    best.filter(|b| b.0 >= LEGIBLE).map(|(sure, title, kind)| SeenAs {
        kind,
        confidence: sure.clamp(0.0, 1.0),
        title: Some(title.to_owned()),
    })
}

/// Every listed title with its material. A page whose line fits two of them equally well is the first's.
fn titles(forms: &[Form]) -> Vec<(&str, Option<MaterialKind>)> {
    let of_forms = |material| forms.iter().filter(move |f| f.material == material).flat_map(|f| &f.titles);
    let mut all: Vec<(&str, Option<MaterialKind>)> = Vec::new();
    for reader in READERS {
        let own = reader.titles.iter().copied().chain(of_forms(reader.material).map(String::as_str));
        all.extend(own.map(|title| (title, Some(reader.material))));
    }
    all.extend(forms.iter().flat_map(|f| f.instructions.iter().map(|title| (title.as_str(), Some(f.material)))));
    all.extend(OTHER_TITLES.iter().map(|title| (*title, None)));
    all
}

/// Without a readable title: words that only one document bears. A diploma may name a level and an occupation as well,
/// so that fewer words tell more.
fn by_words(rows: &[Text]) -> Option<SeenAs> {
    let all = Text::joined(rows).chars();
    let has = |w: &&str| find(&all, w, 0, usize::from(w.chars().count() >= 4)).is_some();
    let bears = |reader: &&Reader| !reader.words.is_empty() && reader.words.iter().all(has);
    let reader = READERS.iter().filter(bears).min_by_key(|r| r.words.len())?;
    Some(SeenAs { kind: Some(reader.material), confidence: 0.9, title: None })
}

/// A page whose title says clearly that it is something else.
fn stranger(lines: &[(String, f32)]) -> Option<SeenAs> {
    let (title, confidence) = lines
        .iter()
        .find(|(t, c)| *c >= 0.9 && t.chars().count() <= 16 && TITLE_ENDINGS.iter().any(|e| t.ends_with(e)))?;
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
        let form = |material, titles: &[&str]| Form {
            id: String::new(),
            material,
            titles: titles.iter().map(|t| (*t).to_owned()).collect(),
            instructions: Vec::new(),
            parts: Vec::new(),
            sha256: String::new(),
        };
        let forms = [
            form(K::ApplicationForm, &["北京市职业技能认定申报表", "职业技能认定申报表"]),
            form(K::ApplicationForm, &["广东省职业技能等级认定个人申报表"]),
            form(K::WorkCommitment, &["个人工作经历承诺书", "工作经历承诺书"]),
            form(K::EducationCommitment, &["学历承诺书"]),
            form(K::TrainingCommitment, &["培训经历承诺书"]),
            form(K::IntentCommitment, &["工作承诺书"]),
        ];
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
            assert_eq!(by_title(&[(line.to_owned(), 0.97)], &forms).map(|s| s.kind), want, "{line}");
        }
        assert_eq!(
            by_title(&[("结业证书".to_owned(), 0.3)], &forms).map(|s| s.kind),
            Some(Some(K::CompletionCertificate)),
            "exact though faint"
        );
    }

    #[test]
    fn an_unlisted_title_is_surely_nothing_of_ours_only_if_clear() {
        assert!(
            stranger(&[("无犯罪记录证明".to_owned(), 0.97)]).is_some_and(|s| s.kind.is_none() && s.confidence > 0.8)
        );
        assert!(stranger(&[("无犯罪记录证明".to_owned(), 0.5)]).is_none());
    }
}
