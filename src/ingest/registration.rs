//! From one row of the table or one `submission.json` to a `Registration`, and from both to one with their
//! contradictions named.
//! Keeps every raw text; whether a value is *right* is for the rules.

use super::aliases::Aliases;
use super::column::Column;
use super::encoding;
use super::table::{self, Cell};
use super::values;
use crate::vocabulary::level::Level;
use crate::vocabulary::submission::{self, ColumnPairs, Entry, IntakeIssue, Registration};
use crate::vocabulary::text::normalise;
use jiff::civil::Date;
use serde_json::Value;

/// Puts one cell into its field; an empty one leaves it `None`.
pub(super) fn set(registration: &mut Registration, column: Column, cell: &Cell) {
    if cell.is_empty() {
        return;
    }
    let r = registration;
    match column {
        Column::Id => {}
        Column::Name => r.name = entry(cell, values::name),
        Column::Sex => r.sex = entry(cell, values::sex),
        Column::BirthDate => r.birth_date = day(cell),
        Column::IdType => r.id_type = entry(cell, values::id_kind),
        Column::IdNumber => r.id_number = entry(cell, values::id_number),
        Column::Ethnicity => r.ethnicity = entry(cell, values::text),
        Column::Education => r.education = entry(cell, values::text),
        Column::Mobile => r.mobile = entry(cell, values::mobile),
        Column::Phone => r.phone = entry(cell, values::phone),
        Column::Email => r.email = entry(cell, values::email),
        Column::Postcode => r.postcode = entry(cell, values::postcode),
        Column::Source => r.source = entry(cell, values::text),
        Column::ApplicantRole => r.applicant_role = entry(cell, values::text),
        Column::Plan => r.plan = entry(cell, values::plan),
        Column::Occupation => r.occupation = entry(cell, values::text),
        Column::JobType => r.job_type = entry(cell, values::text),
        Column::Level => r.level = entry(cell, Level::parse),
        Column::Condition => r.condition = entry(cell, values::condition),
        Column::ChsiCode => r.chsi_code = entry(cell, values::text),
        Column::PriorCertificateNumber => r.prior_certificate_number = entry(cell, values::text),
        Column::RegisteredOn => r.registered_on = day(cell),
        Column::FeePaid => r.fee_paid = entry(cell, values::fee),
    }
}

/// A day, also as the bare number that a spreadsheet keeps of it (45611, 45611.43), which is then shown as the day it
/// means. From 1910 to 2099: what has five digits and stands in a column of days is nothing else.
fn day(cell: &Cell) -> Option<Entry<Date>> {
    let serial = cell
        .text
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|_| !cell.imprecise && cell.text.trim().bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    let shift = if cell.from_1904 { 1462.0 } else { 0.0 };
    match serial.filter(|n| (3654.0..73_051.0).contains(&(n + shift))).and_then(|n| table::day(n, cell.from_1904)) {
        Some(day) => Some(Entry::new(day.to_string(), Some(day))),
        None => entry(cell, values::date),
    }
}

/// A number that a spreadsheet rounded is not the number that was typed: it stays raw.
fn entry<T>(cell: &Cell, parse: fn(&str) -> Option<T>) -> Option<Entry<T>> {
    let value = if cell.imprecise { None } else { parse(&cell.text) };
    Some(Entry::new(cell.text.trim(), value))
}

/// What a `submission.json` holds.
pub(super) struct JsonRegistration {
    /// Its own `id`, if it gives one.
    pub id: Option<String>,
    pub registration: Registration,
    /// Keys that are none of ours, in order.
    pub unknown_keys: Vec<String>,
}

/// Reads a `submission.json` (UTF-8 ± BOM, or GB18030).
///
/// # Errors
/// Why it cannot be read.
pub(super) fn from_json(bytes: &[u8], aliases: &Aliases) -> Result<JsonRegistration, String> {
    let (text, _) = encoding::decode(bytes)?;
    let value: Value = serde_json::from_str(&text).map_err(|e| format!("不是合法的 JSON：{e}"))?;
    let Value::Object(object) = value else { return Err("最外层不是 JSON 对象".into()) };
    let mut out = JsonRegistration { id: None, registration: Registration::default(), unknown_keys: Vec::new() };
    for (key, value) in &object {
        let Some((column, ..)) = Column::ALL.into_iter().find(|(_, _, k)| k == key) else {
            out.unknown_keys.push(key.clone());
            continue;
        };
        let cell = match value {
            Value::Null => continue,
            Value::String(s) => Cell::new(s.clone()),
            // 18 digits fit into 64 bits; what did not was kept as a float and has lost its end.
            Value::Number(n) => Cell {
                imprecise: n.is_f64() && n.as_f64().is_some_and(|f| f.abs() >= 1e15),
                ..Cell::new(n.to_string())
            },
            Value::Bool(b) => Cell::new(b.to_string()),
            Value::Array(_) | Value::Object(_) => return Err(format!("键 {key} 的值不是文字或数字")),
        };
        if aliases.is_empty_value(&cell.text) {
            continue;
        }
        if column == Column::Id {
            out.id = Some(cell.text);
        } else {
            set(&mut out.registration, column, &cell);
        }
    }
    Ok(out)
}

/// The table's registration completed from the JSON; where both speak and contradict each other the table stands and an
/// issue names the column.
pub(super) fn merge(mut table: Registration, json: Registration) -> (Registration, Vec<IntakeIssue>) {
    let mut conflicts = Conflicts(Vec::new());
    table.pairs(json, &mut conflicts);
    (table, conflicts.0)
}

struct Conflicts(Vec<IntakeIssue>);

impl ColumnPairs for Conflicts {
    fn pair<T: PartialEq>(
        &mut self,
        column: &'static submission::Column,
        table: &mut Option<Entry<T>>,
        json: Option<Entry<T>>,
    ) {
        let Some(other) = json else { return };
        let Some(own) = table else {
            *table = Some(other);
            return;
        };
        // Two ways to write one value are no contradiction: 2024/3/5 and 2024-03-05, 二级 and 技师.
        let same = normalise(&own.raw).eq_ignore_ascii_case(&normalise(&other.raw))
            || (own.value.is_some() && own.value == other.value);
        // Two plans may agree in year and month and still be two occupations': only their texts tell.
        if !same || (*column == Registration::plan && normalise(&own.raw) != normalise(&other.raw)) {
            self.0.push(IntakeIssue::RegistrationConflict {
                column: column.head.into(),
                table: own.raw.clone(),
                json: other.raw,
            });
        }
    }
}
