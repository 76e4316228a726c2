//! Labelled cells packed into rows, headings over several of them, and tables with a row for each of several things.

use super::layout::{HAND, Look, PROMISE, Page, Stroke, at_the_right, flow, print_tokens, sentences, tokens};
use super::values::Written;
use anyhow::Result;
use yushen::vocabulary::form::{Column, Content, FieldType, FormCell, FormField, Piece, RowTable, Side};

/// Width of a label's cell.
const LABEL: f32 = 23.0;
const LABEL_SIZE: f32 = 4.1;
const ROW: f32 = 10.5;
const THIN: f32 = 0.28;
const THICK: f32 = 0.5;
/// Empty rows that a table has at least.
const ROWS: usize = 5;

/// Cells in a row of their table: as many side by side as there is room for. Returns where the table ends.
pub fn cells(page: &mut Page, cells: &[&FormCell], [left, right]: [f32; 2], from: f32) -> Result<f32> {
    let mut y = from;
    let mut rest = cells;
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|c| c.under == first.under).count();
        let (run, after) = rest.split_at(same);
        rest = after;
        match &first.under {
            None => y = packed(page, run, [left, right], y)?,
            Some(heading) => {
                let inner = left + LABEL;
                let end = packed(page, run, [inner, right], y)?;
                label(page, heading, [left, y, inner - left, end - y], LABEL_SIZE)?;
                page.frame([left, y, inner - left, end - y], THIN);
                y = end;
            }
        }
    }
    page.frame([left, from, right - left, y - from], THICK);
    Ok(y)
}

/// Millimetres that a cell needs, with its label; `None`: the whole row.
fn need(cell: &FormCell) -> Option<f32> {
    let value = match &cell.content {
        Content::Unread => 28.0,
        Content::Choice { options, .. } => 14.0 * options.len() as f32,
        Content::Sentences(_) | Content::Lines(_) => return None,
        Content::Field(field) => match field.of {
            FieldType::Condition => return None,
            FieldType::Name | FieldType::Level | FieldType::Month | FieldType::Sex => 28.0,
            FieldType::Occupation | FieldType::Education | FieldType::Free => 34.0,
            FieldType::Major | FieldType::Phone | FieldType::Date => 36.0,
            FieldType::CertificateNumber | FieldType::Employer | FieldType::School | FieldType::ChsiCode => 58.0,
            FieldType::IdNumber => 70.0,
            FieldType::Years | FieldType::Hours => 20.0,
        },
    };
    Some(value.max(cell.least_mm[0]) + LABEL)
}

/// Rows of cells, broken where they are fullest: the sum of the squares of what stays empty is least.
fn packed(page: &mut Page, cells: &[&FormCell], [left, right]: [f32; 2], from: f32) -> Result<f32> {
    let width = right - left;
    // best[i]: the least waste of the first i cells, and where their last row begins.
    let mut best: Vec<(f32, usize)> = vec![(0.0, 0)];
    for end in 1..=cells.len() {
        let mut found = (f32::MAX, end - 1);
        for start in (0..end).rev() {
            let row = &cells[start..end];
            let needs: Option<f32> = row.iter().map(|c| need(c)).sum();
            let waste = match needs {
                Some(sum) if sum <= width => width - sum,
                _ if row.len() == 1 => 0.0,
                _ => break,
            };
            let total = best[start].0 + waste * waste;
            if total < found.0 {
                found = (total, start);
            }
        }
        best.push(found);
    }
    let mut breaks = vec![cells.len()];
    while let Some(&end) = breaks.last().filter(|e| **e > 0) {
        breaks.push(best[end].1);
    }
    breaks.reverse();
    let mut y = from;
    for pair in breaks.windows(2) {
        y = row(page, &cells[pair[0]..pair[1]], [left, right], y)?;
    }
    Ok(y)
}

fn row(page: &mut Page, cells: &[&FormCell], [left, right]: [f32; 2], y: f32) -> Result<f32> {
    let width = right - left;
    let needs: Vec<f32> = cells.iter().map(|c| need(c).unwrap_or(width)).collect();
    let even = width / cells.len() as f32;
    let widths: Vec<f32> = if needs.iter().all(|n| *n <= even + 0.01) {
        vec![even; cells.len()]
    } else {
        let spare = (width - needs.iter().sum::<f32>()) / cells.len() as f32;
        needs.iter().map(|n| n + spare).collect()
    };
    let least = cells.iter().map(|c| c.least_mm[1]).fold(0.0, f32::max);
    if let [cell] = cells
        && let Content::Sentences(_) | Content::Lines(_) | Content::Field(FormField { of: FieldType::Condition, .. }) =
            &cell.content
    {
        return tall(page, cell, [left, right], y);
    }
    let h = (ROW * page.stretch).max(least);
    let mut x = left;
    for (cell, w) in cells.iter().zip(widths) {
        let text = cell.labels.first().map_or("", String::as_str);
        let (at_label, at_value) = match cell.value {
            Side::Right => ([x, y, LABEL, h], [x + LABEL, y, w - LABEL, h]),
            Side::Below => ([x, y, w, h * 0.5], [x, y + h * 0.5, w, h * 0.5]),
        };
        label(page, text, at_label, LABEL_SIZE)?;
        page.frame(at_label, THIN);
        page.frame(at_value, THIN);
        value(page, cell, at_value)?;
        x += w;
    }
    Ok(y + h)
}

/// What stands in a cell of usual height.
fn value(page: &mut Page, cell: &FormCell, at: [f32; 4]) -> Result<()> {
    let [x, y, w, h] = at;
    match &cell.content {
        Content::Unread => {
            if let Some(text) = page.values.unread(&cell.labels, 0).map(str::to_owned) {
                page.write_in(&text, at, true)?;
            }
        }
        Content::Field(field) => {
            let text = match page.values.written(field, 0)? {
                Some(Written::Text(text)) => text,
                Some(Written::Date(parts)) => {
                    parts.iter().zip(["年", "月", "日"]).map(|(n, unit)| format!("{n}{unit}")).collect()
                }
                None => return Ok(()),
            };
            page.write_in(&text, at, true)?;
        }
        Content::Choice { field, options } => {
            let chosen = page.values.written(field, 0)?;
            let step = w / options.len() as f32;
            for (i, option) in options.iter().enumerate() {
                let (x, side) = (x + step * i as f32 + (step - 10.0) / 2.0, 3.4);
                let middle = y + h / 2.0;
                page.frame([x, middle - side / 2.0, side, side], 0.25);
                page.print_at(option, x + side + 1.2, middle, LABEL_SIZE, false);
                if matches!(&chosen, Some(Written::Text(text)) if text == option) {
                    page.strokes.push(Stroke::Tick { x: x + side / 2.0, y: middle, size: side });
                }
            }
        }
        Content::Sentences(_) | Content::Lines(_) => {}
    }
    Ok(())
}

/// A cell as wide as its table and as high as what stands in it.
fn tall(page: &mut Page, cell: &FormCell, [left, right]: [f32; 2], y: f32) -> Result<f32> {
    let lw = LABEL;
    let (inner, edge) = (left + lw + 2.0, right - 3.2);
    let look = Look { size: 4.1, line: 8.6 * page.stretch.min(1.1), indent: false, underlined: true };
    let end = match &cell.content {
        Content::Sentences(sentence) => {
            let look = Look { indent: sentence.signature.is_some(), ..look };
            sentences(page, sentence, [inner, edge], y + 1.2, look)? + 1.2
        }
        Content::Lines(lines) => {
            let promise = print_tokens(PROMISE, look.size);
            let mut end = flow(page, &promise, [inner, edge], y + 1.5, Look { indent: true, line: 7.0, ..look })? + 2.0;
            for line in lines {
                end = at_the_right(page, line, [inner, edge], end, 0, Look { line: 10.0, ..look })?;
            }
            end + 1.5
        }
        Content::Field(field) => {
            let text = match page.values.written(field, 0)? {
                Some(Written::Text(text)) => text,
                _ => String::new(),
            };
            let lines = page.broken(&text, edge - inner - 1.0, HAND)?;
            let step = HAND * 1.42;
            let h = (27.0 * page.stretch).max(lines.len() as f32 * step + 4.0);
            let top = y + if lines.len() > 2 { 2.5 } else { (h - lines.len() as f32 * step) / 2.0 };
            for (i, line) in lines.into_iter().enumerate() {
                let y = top + (i as f32 + 0.5) * step;
                page.strokes.push(Stroke::Hand { text: line, x: inner, y, size: HAND });
            }
            y + h
        }
        _ => y + ROW,
    };
    let end = end.max(y + (ROW * page.stretch).max(cell.least_mm[1]));
    label(page, cell.labels.first().map_or("", String::as_str), [left, y, lw, end - y], LABEL_SIZE)?;
    page.frame([left, y, lw, end - y], THIN);
    page.frame([left + lw, y, right - left - lw, end - y], THIN);
    Ok(end)
}

/// A table with a row for each entry of a section, under its heads.
pub fn rows(page: &mut Page, table: &RowTable, [left, right]: [f32; 2], from: f32) -> Result<f32> {
    let wants: Vec<f32> = table.columns.iter().map(column_width).collect();
    let scale = (right - left) / wants.iter().sum::<f32>();
    let head = 9.0 * page.stretch.min(1.1);
    let h = ROW * page.stretch;
    let count = page.values.count(table.section.name).max(ROWS);
    let mut x = left;
    for (column, want) in table.columns.iter().zip(wants) {
        let w = want * scale;
        label(page, column.heads.first().map_or("", String::as_str), [x, from, w, head], LABEL_SIZE)?;
        page.frame([x, from, w, head], THIN);
        for entry in 0..count {
            let at = [x, from + head + h * entry as f32, w, h];
            page.frame(at, THIN);
            match &column.pieces[..] {
                [] => {
                    if let Some(text) = page.values.unread(&column.heads, entry).map(str::to_owned) {
                        page.write_in(&text, at, false)?;
                    }
                }
                [Piece::Field(field)] if !matches!(field.of, FieldType::Month | FieldType::Date) => {
                    if let Some(Written::Text(text)) = page.values.written(field, entry)? {
                        page.write_in(&text, at, false)?;
                    }
                }
                pieces => {
                    let look = Look { size: 3.5, line: h, indent: false, underlined: false };
                    let mut tokens = tokens(page, pieces, entry, look)?;
                    fit(&mut tokens, w - 3.6);
                    flow(page, &tokens, [x + 1.0, x + w - 1.0], at[1], look)?;
                }
            }
        }
        x += w;
    }
    let end = from + head + h * count as f32;
    page.frame([left, from, right - left, end - from], THICK);
    Ok(end)
}

/// Makes the gaps as wide as the cell allows.
fn fit(tokens: &mut [super::layout::Token], width: f32) {
    use super::layout::Token;
    let printed: f32 = tokens.iter().filter(|t| matches!(t, Token::Print { .. })).map(Token::width).sum();
    let gaps: f32 = tokens.iter().filter(|t| matches!(t, Token::Gap { .. })).map(Token::width).sum();
    let scale = (width - printed) / gaps.max(1.0);
    for token in tokens {
        if let Token::Gap { width, .. } = token {
            *width *= scale;
        }
    }
}

fn column_width(column: &Column) -> f32 {
    let pieces = &column.pieces;
    if pieces.is_empty() {
        return if column.heads.iter().any(|h| h.chars().count() > 4) { 36.0 } else { 28.0 };
    }
    pieces
        .iter()
        .map(|p| match p {
            Piece::Field(f) if f.of == FieldType::Month => 28.0,
            Piece::Field(f) if f.of == FieldType::Date => 36.0,
            Piece::Field(f) if matches!(f.of, FieldType::Employer | FieldType::School) => 52.0,
            Piece::Field(_) => 28.0,
            _ => 3.0,
        })
        .sum()
}

/// A printed label in the middle of its cell, on as many lines as it needs; two characters stand apart.
fn label(page: &mut Page, text: &str, [x, y, w, h]: [f32; 4], size: f32) -> Result<()> {
    let chars: Vec<char> = text.chars().collect();
    let fitting = (((w - 1.6) / size) as usize).max(1);
    let lines = chars.len().div_ceil(fitting).max(1);
    // Words have two or four characters: 申报职业 above 名称.
    let each = chars.len().div_ceil(lines).next_multiple_of(2).min(fitting);
    let mut lines: Vec<String> = Vec::new();
    for &ch in &chars {
        match lines.last_mut() {
            Some(line) if line.chars().count() < each || "、）)".contains(ch) => line.push(ch),
            _ => lines.push(ch.to_string()),
        }
    }
    if let [a, b] = chars[..] {
        lines = vec![format!("{a}　{b}")];
    }
    for (i, line) in lines.iter().enumerate() {
        let middle = y + h / 2.0 + (i as f32 - (lines.len() as f32 - 1.0) / 2.0) * size * 1.25;
        page.centred(line, x + w / 2.0, middle, size, false)?;
    }
    Ok(())
}

impl Page<'_> {
    fn frame(&mut self, [x, y, w, h]: [f32; 4], width: f32) {
        self.rule([x, y], [x + w, y], width);
        self.rule([x, y + h], [x + w, y + h], width);
        self.rule([x, y], [x, y + h], width);
        self.rule([x + w, y], [x + w, y + h], width);
    }
}
