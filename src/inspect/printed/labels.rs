//! From rows of print to the runs of characters that stand behind a label.
//! The caller says which labels a document has, and what its values mean.

use super::text::{Glyph, Text, find, is_han};
use super::values;

/// Line heights between a label and its value, or two characters of one value, beyond which what follows is another
/// column.
const COLUMN_GAP: f32 = 4.5;
/// Line heights between the middles of two lines of one value.
const LINE_PITCH: f32 = 2.4;
/// Line heights by which a value's second line begins further left or right than its first, and by which a line that is
/// full ends short of the column's end.
const ALIGNED: f32 = 0.8;
const FULL: f32 = 1.6;

/// The characters behind the first of `labels` that stands on any row, up to the next of `stops` or a gap as wide as a
/// column; with those of the next row where the value goes on there.
/// A label as printed goes before one with a misread character.
pub fn labelled(rows: &[Text], labels: &[&str], stops: &[&str]) -> Option<Vec<Glyph>> {
    for slack in 0..=1 {
        for label in labels.iter().filter(|l| slack == 0 || l.chars().count() >= 4) {
            let found = rows.iter().enumerate().find_map(|(k, row)| Some((k, behind(row, label, slack, stops)?)));
            if let Some((k, value)) = found {
                return Some([value, continued(rows, k, value, labels, stops)].concat());
            }
        }
    }
    None
}

/// The rest of a value that breaks over two lines: what stands under its beginning and nothing before it, if no value
/// of the column reaches further right than the first line. A row whose label was not read begins further left.
fn continued<'t>(rows: &'t [Text], row: usize, value: &[Glyph], labels: &[&str], stops: &[&str]) -> &'t [Glyph] {
    let (Some(first), Some(last), Some(next)) = (value.first(), value.last(), rows.get(row + 1)) else { return &[] };
    let height = first.height;
    let ends_row = rows[row].glyphs.last().is_some_and(|g| g.x <= last.x + height);
    let below = next.glyphs.first().filter(|g| (g.x - first.x).abs() <= ALIGNED * height);
    let near = below.is_some_and(|g| (g.y - first.y).abs() <= LINE_PITCH * height);
    let chars = next.chars();
    let bears_label = labels.iter().chain(stops).any(|l| find(&chars, l, 0, 0).is_some());
    // the column's other values: what begins where this one does
    let reach = rows
        .iter()
        .filter_map(|r| {
            let from = r.glyphs.iter().position(|g| (g.x - first.x).abs() <= ALIGNED * height)?;
            r.glyphs[from..r.until_gap(from, COLUMN_GAP)].last().map(|g| g.x)
        })
        .fold(last.x, f32::max);
    let full = last.x >= reach - FULL * height;
    if !(ends_row && near && full) || bears_label {
        return &[];
    }
    next.trimmed(0, next.until_gap(0, COLUMN_GAP))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as (text, x, y), characters 26 px apart and high; a gap stands where a space does.
    fn rows(of: &[(&str, f32, f32)]) -> Vec<Text> {
        let row = |(k, (text, x, y)): (usize, &(&str, f32, f32))| {
            let glyphs = text.chars().enumerate().filter(|(_, c)| *c != ' ');
            let glyph = |(i, ch): (usize, char)| Glyph {
                ch,
                p: 0.99,
                line: k,
                t: 0.0,
                x: x + 26.0 * i as f32,
                y: *y,
                height: 26.0,
            };
            Text { glyphs: glyphs.map(glyph).collect() }
        };
        of.iter().enumerate().map(row).collect()
    }

    #[test]
    fn a_value_that_breaks_over_two_lines_is_joined() {
        let labels = ["职业名称", "技能等级", "证书编号", "姓名"];
        for (page, want) in [
            (
                &[
                    ("职业名称:  轨道道路航空水上货", 0.0, 100.0),
                    ("运输人员", 182.0, 140.0),
                    ("技能等级:  三级", 0.0, 200.0),
                ][..],
                "轨道道路航空水上货运输人员",
            ),
            // the next value, its label not read
            (&[("职业名称:  电子商务师", 0.0, 100.0), ("三级高级工以及其他", 182.0, 140.0)], "电子商务师"),
            // the next row has a label of its own
            (&[("职业名称:  电子商务师", 0.0, 100.0), ("技能等级:  三级", 0.0, 140.0)], "电子商务师"),
            // further below, or under the label: another text
            (&[("职业名称:  轨道道路航空水上货", 0.0, 100.0), ("运输人员", 182.0, 240.0)], "轨道道路航空水上货"),
            (&[("职业名称:  轨道道路航空水上货", 0.0, 100.0), ("运输人员", 0.0, 140.0)], "轨道道路航空水上货"),
        ] {
            let got: String =
                labelled(&rows(page), &labels[..1], &labels[1..]).unwrap_or_default().iter().map(|g| g.ch).collect();
            assert_eq!(got, want, "{page:?}");
        }
    }
}
