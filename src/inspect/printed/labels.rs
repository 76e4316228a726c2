//! From rows of print to the runs of characters that stand behind a label.
//! The caller says which labels a document has, and what its values mean.

use super::text::{Glyph, Text, find, is_han};
use super::values;

/// Line heights between a label and its value, or two characters of one value, beyond which what follows is another
/// column.
const COLUMN_GAP: f32 = 4.5;
/// The characters behind the first of `labels` that stands on any row, up to the next of `stops` or a gap as wide as a
/// column.
/// A label as printed goes before one with a misread character.
pub fn labelled<'t>(rows: &'t [Text], labels: &[&str], stops: &[&str]) -> Option<&'t [Glyph]> {
    for slack in 0..=1 {
        for label in labels.iter().filter(|l| slack == 0 || l.chars().count() >= 4) {
            if let Some(value) = rows.iter().find_map(|row| behind(row, label, slack, stops)) {
                return Some(value);
            }
        }
    }
    None
}

fn behind<'t>(row: &'t Text, label: &str, slack: usize, stops: &[&str]) -> Option<&'t [Glyph]> {
    let chars = row.chars();
    let (start, end) = find(&chars, label, 0, slack)?;
    // 证件号码 is no misread 证书号码: what another label says in every character is that label
    if slack > 0
        && stops
            .iter()
            .any(|other| *other != label && find(&chars, other, 0, 0).is_some_and(|(a, b)| a <= start && start < b))
    {
        return None;
    }
    // a label starts its column: what stands straight before it makes it part of a longer word
    if start > 0
        && is_han(chars[start - 1])
        && row.glyphs[start].x - row.glyphs[start - 1].x < 2.0 * row.glyphs[start].height
    {
        return None;
    }
    let gap_end = row.until_gap(end.saturating_sub(1), COLUMN_GAP).max(end);
    let stop = stops.iter().filter_map(|s| find(&chars[..gap_end], s, end, 0)).map(|(a, _)| a).min().unwrap_or(gap_end);
    let value = row.trimmed(end, stop);
    (!value.is_empty()).then_some(value)
}

/// The characters of each date with a day on any row, top to bottom.
pub fn full_dates(rows: &[Text]) -> Vec<&[Glyph]> {
    rows.iter()
        .flat_map(|row| {
            values::dates(&row.chars())
                .into_iter()
                .filter(|d| d.value.day.is_some())
                .map(|d| &row.glyphs[d.range])
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The date that a label names, or else the lowest on the sheet: where certificates bear their date of issue.
pub fn issue_date<'t>(rows: &'t [Text], labels: &[&str]) -> &'t [Glyph] {
    let dates = full_dates(rows);
    let label =
        rows.iter().find_map(|r| labels.iter().find_map(|l| find(&r.chars(), l, 0, 0).map(|(a, _)| r.glyphs[a])));
    let chosen = match label {
        Some(l) => dates.into_iter().min_by(|a, b| (a[0].y - l.y).abs().total_cmp(&(b[0].y - l.y).abs())),
        None => dates.into_iter().last(),
    };
    chosen.unwrap_or_default()
}
