//! `yushen rules check|list|show --pack`: a folder of rules becomes text for a person who compares it with its source.
//! Nothing is judged here, and no exit code chosen: an error is returned as it is.

use crate::packs::{PrintedList, PrintedTable, excuse_name};
use crate::report::summary::fit;
use crate::rules::RULES;
use crate::run::rules::{find_pack, load};
use crate::vocabulary::level::Level;
use crate::vocabulary::pack::{Condition, ExcusedIs, MaterialRequirement, MissingIs, Occupation, Pack, PackRole};
use anyhow::Result;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

/// Validates, and prints what each pack holds and the hashes to compare.
///
/// # Errors
/// As [`load`], or `out` cannot be written.
pub fn check(dir: Option<&Path>, out: &mut dyn Write) -> Result<()> {
    let loaded = load(dir)?;
    for pack in &loaded.packs.packs {
        let conditions: usize = pack.occupations.iter().map(|o| o.conditions.len()).sum();
        let related: usize = pack.occupations.iter().map(|o| o.related.len()).sum();
        let majors: usize = pack.occupations.iter().map(|o| distinct_majors(o).len()).sum();
        writeln!(out, "{}  {}", pack.id, pack.title)?;
        writeln!(out, "    {}, in force {}", role(pack), dates(pack))?;
        writeln!(
            out,
            "    {} occupations, {conditions} conditions, {related} related occupations, {majors} majors, {} calendar rows, {} fees, {} clauses, {} forms",
            pack.occupations.len(),
            pack.calendar.len(),
            pack.fees.len(),
            pack.clauses.len(),
            pack.forms.len()
        )?;
        writeln!(out, "    sha256 {}", pack.sha256)?;
    }
    let (packs, forms) = (loaded.packs.packs.len(), loaded.packs.forms.len());
    writeln!(out, "{packs} packs, {forms} forms, {} files: no defect found", loaded.files.len())?;
    Ok(())
}

/// Every pack with its conditions, and every rule with its worst severity, one line each.
///
/// # Errors
/// As [`load`], or `out` cannot be written.
pub fn list(dir: Option<&Path>, out: &mut dyn Write) -> Result<()> {
    let loaded = load(dir)?;
    for pack in &loaded.packs.packs {
        writeln!(out, "{}  {}  ({}, {})", pack.id, pack.title, role(pack), dates(pack))?;
        for (occupation, condition) in conditions(pack) {
            writeln!(out, "    {} {} ({})  {}", occupation.name, condition.level, condition.number, condition.text)?;
        }
    }
    writeln!(out, "\n{} rules", RULES.len())?;
    for rule in RULES {
        writeln!(out, "  {} {:<7} {}", fit(rule.id, 30), rule.worst.to_string(), rule.title_zh)?;
    }
    Ok(())
}

/// One pack as its source prints it, and what follows for each condition; as Markdown tables or as plain lines.
///
/// # Errors
/// As [`load`]; no such pack; or `out` cannot be written.
pub fn show(dir: Option<&Path>, id: &str, markdown: bool, out: &mut dyn Write) -> Result<()> {
    let loaded = load(dir)?;
    let pack = find_pack(&loaded, id)?;
    let tables: Vec<&PrintedTable> = loaded.printed.iter().filter(|t| t.pack == pack.id).collect();
    if markdown { show_markdown(pack, &tables, out) } else { show_plain(pack, &tables, out) }
}

pub(super) fn role(pack: &Pack) -> String {
    match &pack.role {
        PackRole::Notice => "notice".to_owned(),
        PackRole::GuideTo(id) => format!("guide to {id}"),
    }
}

fn dates(pack: &Pack) -> String {
    let from = pack.effective_from;
    let days = pack.effective_to.map_or_else(|| format!("from {from}"), |to| format!("{from} to {to}"));
    if pack.only_by_name { format!("{days}, only where --pack names it") } else { days }
}

pub(super) fn conditions(pack: &Pack) -> impl Iterator<Item = (&Occupation, &Condition)> {
    pack.occupations.iter().flat_map(|o| o.conditions.iter().map(move |c| (o, c)))
}

/// Majors and classes of majors, each once however many kinds of school share it.
fn distinct_majors(occupation: &Occupation) -> BTreeSet<&str> {
    occupation.majors.values().chain(occupation.major_classes.values()).flatten().map(String::as_str).collect()
}

fn show_markdown(pack: &Pack, tables: &[&PrintedTable], out: &mut dyn Write) -> Result<()> {
    writeln!(
        out,
        "# {}\n\n`{}`, {}, in force {}, sha256 `{}`",
        pack.title,
        pack.id,
        role(pack),
        dates(pack),
        pack.sha256
    )?;
    for table in tables {
        writeln!(
            out,
            "\n## {} (`{}`)\n\n| 级别 | 序号 | 申报条件 | 申报材料 | 出处 |\n|---|---|---|---|---|",
            table.occupation, table.file
        )?;
        for row in &table.rows {
            writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                row.level,
                row.number,
                row.text,
                row.asks.join("<br>"),
                row.source
            )?;
        }
        for list in lists(table) {
            writeln!(out, "\n**{}：**{}{}", list.heading, list.entries.join("、"), list.ending)?;
        }
    }
    writeln!(
        out,
        "\n## 材料要求\n\n| 职业 | 级别 | 序号 | 材料 | 缺少时 | 可替代 | 依据 |\n|---|---|---|---|---|---|---|"
    )?;
    for (occupation, condition) in conditions(pack) {
        for m in &condition.materials {
            let text = m.clause.text.as_deref().unwrap_or("—").replace('|', "<br>");
            let row = [
                &occupation.name,
                &condition.level.full(),
                &condition.number.to_string(),
                m.material.name(),
                missing(m),
                &excuses(m),
            ]
            .join(" | ");
            writeln!(out, "| {row} | {}：{text} |", m.clause.source)?;
        }
    }
    show_calendar_and_fees(pack, out)?;
    writeln!(out, "\n## 规则依据\n\n| 规则 | 出处 | 原文 |\n|---|---|---|")?;
    for (rule, clause) in &pack.clauses {
        writeln!(
            out,
            "| {rule} | {} | {} |",
            clause.source,
            clause.text.as_deref().unwrap_or("—").replace('|', "<br>")
        )?;
    }
    Ok(())
}

fn show_calendar_and_fees(pack: &Pack, out: &mut dyn Write) -> Result<()> {
    if !pack.calendar.is_empty() {
        writeln!(out, "\n## 认定项目\n\n| 序号 | 职业 | 工种 | 等级 | 认定月份 |\n|---|---|---|---|---|")?;
        for (i, offer) in pack.calendar.iter().enumerate() {
            let months: Vec<String> = offer.months.iter().map(u8::to_string).collect();
            writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                i + 1,
                offer.occupation,
                offer.job_type.as_deref().unwrap_or("--"),
                offer.level,
                months.join("、")
            )?;
        }
    }
    if !pack.fees.is_empty() {
        writeln!(
            out,
            "\n## 收费标准（元）\n\n| 职业 | 职业等级 | 理论知识 | 操作技能 | 综合评审 | 合计 |\n|---|---|---|---|---|---|"
        )?;
        for fee in &pack.fees {
            let review = fee.review.map_or_else(|| "-".to_owned(), |r| r.to_string());
            writeln!(
                out,
                "| {} | {} | {} | {} | {review} | {} |",
                fee.occupation, fee.level, fee.theory, fee.skill, fee.total
            )?;
        }
    }
    Ok(())
}

fn show_plain(pack: &Pack, tables: &[&PrintedTable], out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{}  {}\n{}, in force {}, sha256 {}", pack.id, pack.title, role(pack), dates(pack), pack.sha256)?;
    for (occupation, condition) in conditions(pack) {
        writeln!(
            out,
            "\n{} {} ({})  [{}]\n    {}",
            occupation.name, condition.level, condition.number, condition.clause.source, condition.text
        )?;
        for m in &condition.materials {
            let excused = excuses(m);
            let excused = if excused.is_empty() { excused } else { format!("; {excused}") };
            writeln!(out, "    - {}: missing is {}{excused}", m.material, missing(m))?;
        }
    }
    for table in tables {
        let levels: Vec<&str> = table.levels().into_iter().map(Level::short).collect();
        for list in lists(table) {
            writeln!(out, "\n{} {}  {}", table.occupation, levels.join("、"), list.sentence())?;
        }
    }
    Ok(())
}

fn lists(table: &PrintedTable) -> impl Iterator<Item = &PrintedList> {
    table.related.iter().chain(table.majors.iter().map(|m| &m.list))
}

pub(super) fn missing(m: &MaterialRequirement) -> &'static str {
    match m.missing {
        MissingIs::Reject => "reject",
        MissingIs::Review => "review",
    }
}

/// `学历承诺书 → review`; empty where nothing excuses it.
pub(super) fn excuses(m: &MaterialRequirement) -> String {
    if m.excused_by.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = m.excused_by.iter().map(|e| excuse_name(*e)).collect();
    let then = match m.excused_is {
        ExcusedIs::Review => "review",
        ExcusedIs::Nothing => "no defect",
    };
    format!("{} → {then}", names.join(", "))
}
