//! From the print of a 居民身份证 to its facts: portrait side (name, sex, ethnicity, birth date, address, number) and emblem
//! side (authority, validity).
//! Labels tell where a value stands; where one cannot be read, the card's standard layout does. The portrait is not
//! looked at.

use crate::inspect::context::DocumentContext;
use crate::inspect::printed::read::least;
use crate::inspect::printed::text::find;
use crate::inspect::printed::values::{self, Found};
use crate::inspect::printed::{Glyph, PrintedPage, Text};
use crate::inspect::second_reading::again;
use crate::ocr::OcrError;
use crate::vocabulary::calendar::{ValidUntil, WrittenDate};
use crate::vocabulary::documents::{IdCardBack, IdCardFront, SeenAs, Sex};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::further::DocumentFacts;
use crate::vocabulary::identity;
use crate::vocabulary::material::MaterialKind;
use std::ops::Range;

/// Part of the card's width left of which labels stand and right of which the portrait does; between them are the
/// values.
const VALUES: [f32; 2] = [0.165, 0.645];
/// Labels that stand together on the portrait side and nowhere else.
const CARD_LABELS: &[&str] = &["姓名", "性别", "民族", "出生", "住址", "公民身份号码"];

/// The portrait side.
///
/// # Errors
/// An engine failed.
pub fn read_front(page: &PrintedPage, _: Option<&SeenAs>, cx: &DocumentContext) -> Result<DocumentFacts, OcrError> {
    let rows = front_rows(page);
    let place = FrontPlaces::of(&rows, page);
    let number = page.number_fact(place.number, cx)?;
    let implied = number.value.as_deref().and_then(|n| identity::parse_citizen_number(n).ok());
    let mut card = IdCardFront {
        name: page.name_fact(place.name, cx)?,
        sex: sex(page, place.sex, implied.as_ref().map(|n| n.sex)),
        ethnicity: ethnicity(page, place.ethnicity, cx)?,
        birth_date: birth_date(page, place.birth, implied.map(|n| n.birth_date.into()), cx)?,
        address: page.fact(&place.address),
        number,
    };
    again(page, &mut card.name, cx);
    again(page, &mut card.number, cx);
    Ok(DocumentFacts::IdCardFront(Box::new(card)))
}

/// The emblem side.
///
/// # Errors
/// An engine failed.
pub fn read_back(page: &PrintedPage, _: Option<&SeenAs>, cx: &DocumentContext) -> Result<DocumentFacts, OcrError> {
    let rows = page.rows();
    let validity = rows.iter().rev().find_map(|row| validity_in(row)).map(|(row, range)| &row.glyphs[range]);
    let authority = rows.iter().rev().find_map(authority_in).unwrap_or_default();
    let (valid_from, valid_to) = match validity {
        Some(glyphs) => validity_facts(page, glyphs, cx)?,
        None => (Fact::not_found(), Fact::not_found()),
    };
    Ok(DocumentFacts::IdCardBack(Box::new(IdCardBack { authority: page.fact(authority), valid_from, valid_to })))
}

/// Is this the portrait side? It bears no title, but labels that stand nowhere else together.
pub fn portrait_side(rows: &[Text]) -> Option<SeenAs> {
    let mut seen = 0;
    for label in CARD_LABELS {
        let slack = usize::from(label.chars().count() >= 4);
        seen += usize::from(rows.iter().any(|r| find(&r.chars(), label, 0, slack).is_some()));
    }
    let short = rows.len() <= 12;
    (seen >= 4 && short).then_some(SeenAs {
        kind: Some(MaterialKind::IdCardFront),
        confidence: if seen >= 5 { 0.98 } else { 0.92 },
        title: None,
    })
}

/// Is this the emblem side, though its title cannot be read?
pub fn emblem_side(rows: &[Text]) -> Option<SeenAs> {
    let has = |words: &[&str]| rows.iter().any(|r| values::label(&r.chars(), words).is_some());
    let marks = [has(&["签发机关"]), has(&["有效期限"]), has(&["中华人民共和国"]), has(&["居民身份证"])];
    let seen = marks.iter().filter(|m| **m).count();
    (seen >= 2).then_some(SeenAs {
        kind: Some(MaterialKind::IdCardBack),
        confidence: if seen >= 3 { 0.98 } else { 0.92 },
        title: None,
    })
}

/// Rows of the text half, without what a recogniser sees in the portrait.
fn front_rows(page: &PrintedPage) -> Vec<Text> {
    let (w, h) = page.size();
    let mut rows = page.rows();
    for row in &mut rows {
        // the number's row alone reaches under the portrait
        let is_number = values::number_run(&row.chars(), 0, 12).is_some() || row.y() > 0.8 * h;
        row.glyphs.retain(|g| is_number || g.x < VALUES[1] * w);
    }
    rows.retain(|r| !r.is_empty());
    rows
}

/// Which characters belong to which field.
#[derive(Default)]
struct FrontPlaces<'t> {
    name: &'t [Glyph],
    sex: &'t [Glyph],
    ethnicity: &'t [Glyph],
    birth: &'t [Glyph],
    address: Vec<Glyph>,
    number: &'t [Glyph],
}

impl<'t> FrontPlaces<'t> {
    fn of(rows: &'t [Text], page: &PrintedPage) -> Self {
        let (w, _) = page.size();
        let mut out = Self::default();
        let number_row = rows.iter().rposition(|r| values::number_run(&r.chars(), 0, 12).is_some());
        if let Some(row) = number_row.map(|i| &rows[i]) {
            out.number = number_in(row);
        }
        let end = number_row.unwrap_or(rows.len());
        let birth_row = rows[..end].iter().position(|r| !out.is_name(r) && birth_in(r).is_some());
        if let Some((row, range)) = birth_row.and_then(|i| birth_in(&rows[i]).map(|r| (&rows[i], r))) {
            out.birth = &row.glyphs[range];
        }
        let above = &rows[..birth_row.unwrap_or(end)];
        for row in above {
            out.sex_and_ethnicity(row);
        }
        let values = |row: &'t Text| {
            row.glyphs.iter().position(|g| g.x > VALUES[0] * w).map_or(&row.glyphs[..0], |i| &row.glyphs[i..])
        };
        out.name = above
            .iter()
            .filter(|r| values::label(&r.chars(), &["性别", "民族"]).is_none())
            .find_map(|row| name_in(row, values(row)))
            .unwrap_or_default();
        if let Some(first) = birth_row {
            for row in &rows[first + 1..end] {
                let from = values::label(&row.chars(), &["住址"]).map_or(0, |l| l.end);
                out.address.extend(row.glyphs[from..].iter().filter(|g| g.x > VALUES[0] * w));
            }
        }
        out
    }

    fn is_name(&self, row: &Text) -> bool {
        values::label(&row.chars(), &["姓名"]).is_some()
    }

    fn sex_and_ethnicity(&mut self, row: &'t Text) {
        let chars = row.chars();
        let label =
            values::label(&chars, &["民族"]).or_else(|| chars.iter().position(|c| *c == '族').map(|i| i..i + 1));
        let sex_end = label.as_ref().map_or(chars.len(), |l| l.start);
        if self.sex.is_empty()
            && (label.is_some() || values::label(&chars, &["性别"]).is_some())
            && let Some(at) = chars[..sex_end].iter().position(|c| matches!(c, '男' | '女'))
        {
            self.sex = &row.glyphs[at..=at];
        }
        if let Some(label) = label.filter(|l| self.ethnicity.is_empty() && l.end < chars.len()) {
            self.ethnicity = row.trimmed(label.end, chars.len());
        }
    }
}

/// The characters behind 姓名, or those where a name stands.
fn name_in<'t>(row: &'t Text, values: &'t [Glyph]) -> Option<&'t [Glyph]> {
    let chars = row.chars();
    let label = values::label(&chars, &["姓名"])
        .or_else(|| chars.iter().take(3).position(|c| matches!(c, '姓' | '名')).map(|i| i..i + 1));
    let name = match label {
        Some(l) => {
            let from = if chars.get(l.end) == Some(&'名') { l.end + 1 } else { l.end };
            row.trimmed(from, row.len())
        }
        None => values,
    };
    (!name.is_empty() && name.len() <= 30).then_some(name)
}

fn number_in(row: &Text) -> &[Glyph] {
    let chars = row.chars();
    let from = values::label(&chars, &["公民身份号码", "身份号码"]).map_or(0, |l| l.end);
    let run = values::number_run(&chars, from, 8).or_else(|| values::number_run(&chars, 0, 12));
    run.map_or(&row.glyphs[..0], |r| &row.glyphs[r])
}

/// `X年X月X日` on the row, or what stands behind 出生.
fn birth_in(row: &Text) -> Option<Range<usize>> {
    let chars = row.chars();
    if let Some(date) = values::dates(&chars).into_iter().find(|d| d.value.day.is_some()) {
        return Some(date.range);
    }
    let label = values::label(&chars, &["出生"])?;
    (label.end < chars.len()).then_some(label.end..chars.len())
}

fn sex(page: &PrintedPage, glyphs: &[Glyph], implied: Option<Sex>) -> Fact<Sex> {
    let fact = page.fact(glyphs).map(|t| Sex::parse(&t));
    let confidence = if fact.value.is_some() && fact.value == implied {
        1.0 - (1.0 - fact.confidence) * 0.3
    } else {
        fact.confidence
    };
    Fact { confidence, ..fact }
}

fn ethnicity(page: &PrintedPage, glyphs: &[Glyph], cx: &DocumentContext) -> Result<Fact<String>, OcrError> {
    let known = |t: &str| values::ethnicity(t).filter(|e| e.1 == 0);
    let first = page.fact(glyphs);
    let clear = first.confidence >= 0.9 && first.text.as_deref().and_then(known).is_some();
    let fact = if clear || glyphs.is_empty() { first } else { page.accurate_fact(glyphs, None, cx)? };
    let Some((name, off)) = fact.text.as_deref().and_then(values::ethnicity) else {
        return Ok(Fact { value: None, ..fact });
    };
    let confidence = if off == 0 { fact.confidence } else { fact.confidence.min(0.85) };
    Ok(Fact { value: Some(name.to_owned()), text: Some(name.to_owned()), confidence, ..fact })
}

fn birth_date(
    page: &PrintedPage,
    glyphs: &[Glyph],
    implied: Option<WrittenDate>,
    cx: &DocumentContext,
) -> Result<Fact<WrittenDate>, OcrError> {
    let parse = |t: &str| {
        values::dates(&t.chars().collect::<Vec<_>>())
            .into_iter()
            .next()
            .map(|d| d.value)
            .filter(|d| d.valid().is_some())
    };
    let first = page.fact(glyphs);
    let value = first.text.as_deref().and_then(parse);
    let agrees = value.is_some() && value == implied;
    let fact = if agrees || glyphs.is_empty() { first } else { page.accurate_fact(glyphs, None, cx)? };
    let value = fact.text.as_deref().and_then(parse);
    let confidence =
        if value.is_some() && value == implied { 1.0 - (1.0 - fact.confidence) * 0.3 } else { fact.confidence };
    Ok(Fact { confidence, ..fact.map(|_| value) })
}

/// The row's characters behind 签发机关, or a row that ends as an authority does.
fn authority_in(row: &Text) -> Option<&[Glyph]> {
    let chars = row.chars();
    if let Some(label) = values::label(&chars, &["签发机关"]) {
        return Some(row.trimmed(label.end, chars.len())).filter(|g| !g.is_empty());
    }
    let at = find(&chars, "公安局", 0, 0)?.0;
    (at >= 2).then(|| row.trimmed(0, chars.len()))
}

/// The row's characters that say from when until when.
fn validity_in(row: &Text) -> Option<(&Text, Range<usize>)> {
    let chars = row.chars();
    let from = values::label(&chars, &["有效期限"]).map(|l| l.end);
    let digits = chars.iter().filter(|c| c.is_ascii_digit()).count();
    let start = match from {
        Some(f) if f < chars.len() => f,
        _ if digits >= 8 && !values::dotted_dates(&chars).is_empty() => chars.iter().position(char::is_ascii_digit)?,
        _ => return None,
    };
    Some((row, start..chars.len()))
}

fn validity_facts(
    page: &PrintedPage,
    glyphs: &[Glyph],
    cx: &DocumentContext,
) -> Result<(Fact<WrittenDate>, Fact<ValidUntil>), OcrError> {
    let first = page.fact(glyphs);
    let parsed = first.text.as_deref().map(validity).unwrap_or_default();
    let plausible = |p: &(Option<WrittenDate>, Option<ValidUntil>)| is_term(p.0, p.1);
    let fact = if plausible(&parsed) && least(glyphs) >= 0.95 { first } else { page.accurate_fact(glyphs, None, cx)? };
    let (from, to) = fact.text.as_deref().map(validity).unwrap_or_default();
    let agree = fact.second.as_ref().is_none_or(|s| validity(&s.text) == (from, to));
    let mut confidence =
        if agree && !fact.alternatives.is_empty() { (fact.confidence / 0.8).min(1.0) } else { fact.confidence };
    if is_term(from, to) {
        // same day and month, five, ten or twenty years apart: a misread digit would not fit
        confidence = 1.0 - (1.0 - confidence) * 0.2;
    } else {
        confidence = confidence.min(0.88);
    }
    let part = |found: bool| Fact {
        confidence: if found { confidence } else { 0.0 },
        state: if found { State::Read } else { State::Illegible },
        ..fact.clone()
    };
    Ok((part(from.is_some()).map(|_| from), part(to.is_some()).map(|_| to)))
}

/// `2004.05.06-2024.05.06`, or 长期 for its end.
fn validity(text: &str) -> (Option<WrittenDate>, Option<ValidUntil>) {
    let chars: Vec<char> = text.chars().collect();
    let found: Vec<Found<WrittenDate>> = values::dotted_dates(&chars);
    let unlimited = find(&chars, "长期", 0, 0).is_some() || (found.len() == 1 && chars.last() == Some(&'期'));
    match &found[..] {
        [from] if unlimited => (Some(from.value), Some(ValidUntil::Unlimited)),
        [from, to] => (Some(from.value), Some(ValidUntil::Date(to.value))),
        [from] if from.range.start <= 1 => (Some(from.value), None),
        _ => (None, None),
    }
}

/// 居民身份证法 第五条: valid for five, ten or twenty years, or without limit. (29 February may end on 28 February or 1 March.)
fn is_term(from: Option<WrittenDate>, to: Option<ValidUntil>) -> bool {
    let Some(from) = from.and_then(WrittenDate::valid) else { return false };
    match to {
        Some(ValidUntil::Unlimited) => true,
        Some(ValidUntil::Date(to)) => to.valid().is_some_and(|to| {
            let leap = from.month() == 2 && from.day() == 29;
            matches!(to.year() - from.year(), 5 | 10 | 20)
                && (leap || (from.month(), from.day()) == (to.month(), to.day()))
        }),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validity_as_printed() {
        let d = |y, m, day| WrittenDate::new(y, m, day);
        for (text, want, term) in [
            ("2020.08.10-2040.08.10", (Some(d(2020, 8, 10)), Some(ValidUntil::Date(d(2040, 8, 10)))), true),
            ("2020.08.10-长期", (Some(d(2020, 8, 10)), Some(ValidUntil::Unlimited)), true),
            ("2020.08.10一2041.08.10", (Some(d(2020, 8, 10)), Some(ValidUntil::Date(d(2041, 8, 10)))), false),
            ("2020.08.10-", (Some(d(2020, 8, 10)), None), false),
            ("有效", (None, None), false),
        ] {
            let got = validity(text);
            assert_eq!(got, want, "{text}");
            assert_eq!(is_term(got.0, got.1), term, "{text}");
        }
    }
}
