//! Rows of print with gaps → paragraphs and lines, and their gaps as fields.
//! Pure: takes rows as they were read; what stands in a cell or beside the table is the caller's.

use super::part::{DraftPiece, Question};
use super::print::{Item, Row};
use super::words::{Guess, Scope, Words};
use crate::vocabulary::form::FieldType;

/// Rows that belong together.
#[derive(Debug, Clone)]
pub struct Paragraph {
    pub items: Vec<Item>,
    /// A line of its own with a label before its gap (本人签名：＿＿), and no sentence.
    pub is_line: bool,
    /// Of its first row.
    pub y: f32,
    /// 0–1: the least sure character.
    pub sure: f32,
    left: f32,
    first: f32,
    rows: usize,
}

/// Longest label before a line's gap, and longest print of a line, characters.
const LINE_LABEL: usize = 18;
const LINE: usize = 30;

impl Paragraph {
    pub fn text(&self) -> String {
        self.items.iter().filter_map(Item::print).collect()
    }

    pub fn has_gaps(&self) -> bool {
        self.items.iter().any(|i| matches!(i, Item::Gap { .. }))
    }

    fn of(row: &Row, left: f32) -> Self {
        let x = begins_at(row, left);
        Self {
            items: row.items.clone(),
            is_line: is_line(row),
            y: row.at.y0,
            sure: row.sure(),
            left: x,
            first: x,
            rows: 1,
        }
    }

    fn add(&mut self, row: &Row, left: f32) {
        self.items.extend(row.items.iter().cloned());
        self.sure = self.sure.min(row.sure());
        self.left = self.left.min(begins_at(row, left));
        self.rows += 1;
    }

    fn is_ended(&self) -> bool {
        self.items.last().and_then(Item::print).is_some_and(|t| t.ends_with(['。', '；', '.', '！']))
    }
}

fn begins_at(row: &Row, left: f32) -> f32 {
    if matches!(row.items.first(), Some(Item::Gap { .. })) { left } else { row.at.x0 }
}

/// The paragraphs of rows that stand one below the other.
pub fn paragraphs(rows: &[Row]) -> Vec<Paragraph> {
    let left = rows.iter().map(|r| r.at.x0).fold(f32::MAX, f32::min);
    let mut out: Vec<Paragraph> = Vec::new();
    for row in rows {
        let goes_on = out.last().is_some_and(|p| {
            if p.is_line || (is_line(row) && (p.is_ended() || begins_at(row, left) > p.left + 3.0 * row.em)) {
                return false;
            }
            let x = begins_at(row, left);
            let indented =
                x > p.left + 1.2 * row.em || (p.rows == 1 && (x - p.first).abs() < 0.5 * row.em && x > left + row.em);
            !(p.is_ended() && indented)
        });
        match out.last_mut() {
            Some(paragraph) if goes_on => paragraph.add(row, left),
            _ => out.push(Paragraph::of(row, left)),
        }
    }
    // Behind the colon at a sentence's end comes what stands below it.
    for paragraph in out.iter_mut().filter(|p| !p.is_line && p.text().contains('，')) {
        if matches!(paragraph.items.last(), Some(Item::Gap { ruled: false, .. })) && paragraph.text().ends_with('：') {
            paragraph.items.pop();
        }
    }
    out
}

/// 签名：＿＿, 日期：＿＿年＿月＿日, or the date alone.
fn is_line(row: &Row) -> bool {
    let text = row.text();
    if text.contains(['，', '。', '；']) || text.chars().count() > LINE {
        return false;
    }
    let Some(label) = row.items.first().and_then(Item::print) else { return is_date(&text) };
    let ends = label.ends_with(['：', '）']) && label.chars().count() <= LINE_LABEL;
    (ends && row.items.len() > 1) || is_date(&text)
}

/// Nothing but 年, 月, 日.
pub fn is_date(text: &str) -> bool {
    ["年月日", "年月"].contains(&text)
}

/// Print or a gap of a sentence; what of a date is printed is in its gap.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Print(String),
    Gap(Option<FieldType>),
}

/// The pieces of a sentence or a line, each gap a field where words say which.
pub fn pieces(items: &[Item], words: &Words, scope: &mut Scope) -> (Vec<DraftPiece>, Vec<Question>) {
    let tokens = signed(tokens(items), words, scope);
    let mut guesses: Vec<Option<Guess>> = vec![None; tokens.len()];
    let mut at = 0;
    while at < tokens.len() {
        if let Some(both) = span(&tokens, at).and_then(|behind| words.span(behind, scope)) {
            for (guess, place) in both.into_iter().zip([at, at + 2]) {
                scope.take(guess.field);
                guesses[place] = Some(guess);
            }
            at += 3;
            continue;
        }
        if let Token::Gap(only) = &tokens[at] {
            let after_signature = at > 0 && guesses[at - 1].is_some_and(|g| g.field.signature);
            let (before, behind) = (print(at.checked_sub(1).and_then(|i| tokens.get(i))), print(tokens.get(at + 1)));
            let guess = match only {
                Some(FieldType::Date) if after_signature || (before.is_empty() && behind.is_empty()) => {
                    words.only_field(FieldType::Date, &["signed_on"], scope)
                }
                only => words.gap(before, behind, *only, scope),
            };
            if let Some(guess) = guess {
                scope.take(guess.field);
            }
            guesses[at] = guess;
        }
        at += 1;
    }
    written(&tokens, &guesses)
}

/// If two months with a dash between them begin here: the print behind them.
fn span(tokens: &[Token], at: usize) -> Option<&str> {
    let month = |i: usize| tokens.get(i) == Some(&Token::Gap(Some(FieldType::Month)));
    let dash = print(tokens.get(at + 1));
    let is_dash =
        !dash.is_empty() && dash.chars().count() <= 2 && dash.chars().all(|c| DASHES.contains(c) || "至到".contains(c));
    (month(at) && month(at + 2) && is_dash).then(|| print(tokens.get(at + 3)))
}

/// Stands for a dash that was not read, until it is written.
const UNREAD_DASH: &str = "－";
/// What a dash is printed as or read as.
const DASHES: &str = "-—–－一~～﹣―─";

fn print(token: Option<&Token>) -> &str {
    match token {
        Some(Token::Print(text)) => text,
        _ => "",
    }
}

fn written(tokens: &[Token], guesses: &[Option<Guess>]) -> (Vec<DraftPiece>, Vec<Question>) {
    let (mut out, mut asks) = (Vec::new(), Vec::new());
    for (i, (token, guess)) in tokens.iter().zip(guesses).enumerate() {
        match (token, guess) {
            (Token::Print(text), _) => {
                let between = i > 0 && guesses[i - 1].is_some() && guesses.get(i + 1).is_some_and(Option::is_some);
                if text == UNREAD_DASH {
                    asks.push(Question::IsItReadRight);
                }
                let is_dash = between && text.chars().all(|c| DASHES.contains(c));
                out.push(DraftPiece::Print(if is_dash { "—".to_owned() } else { text.clone() }));
            }
            (Token::Gap(_), Some(guess)) => {
                if !guess.sure && !asks.contains(&Question::IsItThat) {
                    asks.push(Question::IsItThat);
                }
                out.push(DraftPiece::Field(*guess));
            }
            (Token::Gap(_), None) => {
                let short = |text: &str, from_end: bool| -> String {
                    let chars: Vec<char> = text.chars().collect();
                    let n = chars.len();
                    let part = if from_end { &chars[n.saturating_sub(6)..] } else { &chars[..n.min(6)] };
                    part.iter().collect()
                };
                let before = short(print(i.checked_sub(1).and_then(|i| tokens.get(i))), true);
                let behind = short(print(tokens.get(i + 1)), false);
                asks.push(Question::WhatIsTheGap { before, behind });
                if !matches!(out.last(), Some(DraftPiece::Field(_))) {
                    out.push(DraftPiece::Unknown);
                }
            }
        }
    }
    (out, asks)
}

/// Print joined, gaps side by side as one, 年, 月 and 日 of a date taken into its gap.
fn tokens(items: &[Item]) -> Vec<Token> {
    let mut plain: Vec<Token> = Vec::new();
    for item in items {
        match (item, plain.last_mut()) {
            (Item::Print { text, .. }, Some(Token::Print(last))) => last.push_str(text),
            (Item::Print { text, .. }, _) => {
                plain.push(Token::Print(text.chars().filter(|c| !c.is_whitespace()).collect()));
            }
            (Item::Gap { .. }, _) => plain.push(Token::Gap(None)),
        }
    }
    // A date's year may stand at a row's beginning, where white is no gap.
    if matches!((plain.first(), plain.get(1)), (Some(Token::Print(t)), Some(Token::Gap(_)) | None) if t.starts_with('年'))
    {
        plain.insert(0, Token::Gap(None));
    }
    let mut out: Vec<Token> = Vec::new();
    let mut rest = plain.as_slice();
    while let Some(first) = rest.first() {
        let (token, print, used) = match dated(rest) {
            Some(found) => found,
            None => (first.clone(), String::new(), 1),
        };
        let adjoins = matches!((&token, out.last()), (Token::Gap(_), Some(Token::Gap(_))));
        match out.last_mut() {
            // A signature's gap and the date behind it stay two; otherwise a gap that goes on in the next row is one.
            // Two months side by side are a span whose thin dash was not read.
            Some(Token::Gap(Some(FieldType::Month))) if adjoins && token == Token::Gap(Some(FieldType::Month)) => {
                out.extend([Token::Print(UNREAD_DASH.to_owned()), token]);
            }
            Some(last) if adjoins && token != Token::Gap(Some(FieldType::Date)) => {
                if *last == Token::Gap(None) {
                    *last = token;
                }
            }
            _ => out.push(token),
        }
        if !print.is_empty() {
            out.push(Token::Print(print));
        }
        rest = &rest[used..];
    }
    out.retain(|t| !matches!(t, Token::Print(text) if text.is_empty()));
    out
}

/// A month or a date that begins here: its gap, the print that is left behind it, and how many tokens it takes. Between 年, 月
/// and 日 the white may be too narrow for a gap.
fn dated(tokens: &[Token]) -> Option<(Token, String, usize)> {
    let Some(Token::Gap(_)) = tokens.first() else { return None };
    let year = print(tokens.get(1)).strip_prefix('年')?;
    let (month, at) = behind(tokens, year, 1, '月')?;
    match behind(tokens, month, at, '日') {
        Some((rest, at)) => Some((Token::Gap(Some(FieldType::Date)), rest.to_owned(), at + 1)),
        None => Some((Token::Gap(Some(FieldType::Month)), month.to_owned(), at + 1)),
    }
}

/// What stands behind this character, if it comes next: at once, or behind gaps where the print ends here.
fn behind<'a>(tokens: &'a [Token], text: &'a str, at: usize, next: char) -> Option<(&'a str, usize)> {
    if !text.is_empty() {
        return text.strip_prefix(next).map(|rest| (rest, at));
    }
    let to = (at + 1..tokens.len()).find(|i| matches!(tokens[*i], Token::Print(_)))?;
    Some((print(tokens.get(to)).strip_prefix(next)?, to))
}

/// A signature's gap and its date's may be one white run: the label says that a name comes first.
fn signed(tokens: Vec<Token>, words: &Words, scope: &Scope) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len() + 1);
    for token in tokens {
        if token == Token::Gap(Some(FieldType::Date)) {
            let before = words.gap(print(out.last()), "", None, scope);
            if before.is_some_and(|g| g.field.signature) {
                out.push(Token::Gap(None));
            }
        }
        out.push(token);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Vec<Item> {
        let mut out = Vec::new();
        for part in text.split('_') {
            if !out.is_empty() || part.is_empty() {
                out.push(Item::Gap { ruled: true, width: 50.0 });
            }
            if !part.is_empty() {
                out.push(Item::Print { text: part.to_owned(), sure: 0.9 });
            }
        }
        out
    }

    fn shown(text: &str) -> String {
        let told = |t: &Token| match t {
            Token::Print(text) => text.clone(),
            Token::Gap(None) => "{}".to_owned(),
            Token::Gap(Some(of)) => format!("{{{}}}", of.name()),
        };
        tokens(&items(text)).iter().map(told).collect()
    }

    #[test]
    fn what_of_a_date_is_printed_is_in_its_gap() {
        for (text, want) in [
            ("自_年_月至_年_月从事", "自{month}至{month}从事"),
            ("自_年_月_年_月从事", "自{month}－{month}从事"),
            ("签名：_ _年_月_日", "签名：{} {date}"),
            ("日期：_年月_日", "日期：{date}"),
            ("日期：_年月日", "日期：{date}"),
            ("年_月_日", "{date}"),
            ("共_年。", "共{}年。"),
            ("在__（工作单位）", "在{}（工作单位）"),
        ] {
            assert_eq!(shown(text), want.replace("{} ", "{}"), "{text}");
        }
    }
}
