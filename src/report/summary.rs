//! From the figures of a run to the summary at its end, for a terminal of 80 columns.
//! Names no person and no identity number; never counts as a pass what is not one.

use super::run::RunFigures;
use crate::vocabulary::finding::Verdict;
use crate::vocabulary::outcome::RuleTitle;
use crate::vocabulary::why::chinese;
use std::fmt::Write as _;
use std::path::Path;
use unicode_width::UnicodeWidthStr as _;

/// The language of the summary and of `--help`-like texts; the CSV files are always Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    Zh,
    En,
}

/// How many of the most frequent rules are shown.
const RULES_SHOWN: usize = 10;
/// How many urgent notes on batches are shown above all else.
const FIRST_SHOWN: usize = 5;
/// Terminal columns.
const WIDTH: usize = 80;

/// The whole summary, ending with a line feed.
pub fn render(figures: &RunFigures, titles: &[RuleTitle], out: &Path, lang: Lang) -> String {
    let w = words(lang);
    let mut s = String::new();
    first(&mut s, figures, lang, w);
    verdicts(&mut s, figures, lang, w);
    drawn(&mut s, figures, w);
    rules(&mut s, figures, titles, lang, w);
    doubts(&mut s, figures, lang, w);
    given(&mut s, figures, lang, w);
    let _ = writeln!(s, "\n{}  {}", w.files, super::cell::visible(&out.display().to_string()));
    let _ = writeln!(s, "    report/index.html {}", w.file_report);
    let _ = writeln!(s, "    submissions.csv   {}", w.file_submissions);
    let _ = writeln!(s, "    flags.csv         {}", w.file_flags);
    let _ = writeln!(s, "    findings.jsonl    {}", w.file_findings);
    let _ = writeln!(s, "    run.json          {}", w.file_run);
    store(&mut s, figures, lang);
    time(&mut s, figures, lang);
    s
}

/// `text` padded with spaces to `width` terminal columns (a Han character takes two), or cut with … if it is longer.
pub fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return format!("{text}{}", " ".repeat(width - text.width()));
    }
    let mut cut = String::new();
    for c in text.chars() {
        let mut longer = cut.clone();
        longer.push(c);
        if longer.width() + 1 > width {
            break;
        }
        cut = longer;
    }
    let used = cut.width() + 1;
    format!("{cut}…{}", " ".repeat(width.saturating_sub(used)))
}

fn verdicts(s: &mut String, figures: &RunFigures, lang: Lang, w: &Words) {
    let c = &figures.counts;
    let _ = writeln!(s, "{}  {} {} · {} {}", w.title, c.submissions, w.submissions, c.files, w.input_files);
    for v in [Verdict::Pass, Verdict::Review, Verdict::Reject] {
        let n = c.verdict(v);
        let name = match lang {
            Lang::Zh => v.chinese(),
            Lang::En => v.id(),
        };
        let share = if c.submissions == 0 { 0.0 } else { 100.0 * n as f64 / c.submissions as f64 };
        let bar = "█".repeat((share / 100.0 * 40.0).round() as usize);
        let _ = writeln!(s, "{}", format!("    {} {n:>7}  {share:>5.1}%  {bar}", fit(name, 12)).trim_end());
    }
}

/// Who is to be looked at though he is cleared.
fn drawn(s: &mut String, figures: &RunFigures, w: &Words) {
    let (all, open) = (figures.counts.spot_checks, figures.counts.spot_checks_open);
    if all > 0 {
        let _ = writeln!(s, "    {}", w.drawn.replace("{0}", &all.to_string()).replace("{1}", &open.to_string()));
    }
}

/// Notes on a batch that make all other figures doubtful.
fn first(s: &mut String, figures: &RunFigures, lang: Lang, w: &Words) {
    let notes: Vec<&str> = figures
        .batches
        .iter()
        .flat_map(|b| &b.notes)
        .filter(|n| n.first)
        .map(|n| if lang == Lang::Zh { &n.zh } else { &n.en }.as_str())
        .collect();
    for note in notes.iter().take(FIRST_SHOWN) {
        let _ = writeln!(s, "{} {}", w.attention, super::cell::visible(note));
    }
    if notes.len() > FIRST_SHOWN {
        let _ = writeln!(s, "{} {}", w.attention, w.more_notes.replace("{}", &(notes.len() - FIRST_SHOWN).to_string()));
    }
}

fn rules(s: &mut String, figures: &RunFigures, titles: &[RuleTitle], lang: Lang, w: &Words) {
    let mut list: Vec<(&String, &u64)> = figures.counts.submissions_by_rule.iter().collect();
    list.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    if list.is_empty() {
        return;
    }
    let _ = writeln!(s, "\n{}", w.frequent);
    for (rule, n) in list.iter().take(RULES_SHOWN) {
        let title = titles.iter().find(|t| t.id == **rule).map_or("", |t| if lang == Lang::Zh { &t.zh } else { &t.en });
        let _ = writeln!(s, "{}", format!("    {n:>7}  {} {}", fit(rule, 27), fit(title, WIDTH - 40)).trim_end());
    }
    if list.len() > RULES_SHOWN {
        let _ = writeln!(s, "    {}", w.more.replace("{}", &(list.len() - RULES_SHOWN).to_string()));
    }
}

/// What must not be mistaken for a pass or for a complete result.
fn doubts(s: &mut String, figures: &RunFigures, lang: Lang, w: &Words) {
    if !figures.not_evaluated.is_empty() {
        let _ = writeln!(s, "\n{}", w.not_evaluated);
        for (rule, why) in figures.not_evaluated.iter().take(RULES_SHOWN) {
            let n: u64 = why.values().sum();
            let first = why.keys().next().map_or("", String::as_str);
            let first = if lang == Lang::Zh { chinese(first).unwrap_or(first) } else { first };
            let _ = writeln!(s, "{}", format!("    {n:>7}  {} {}", fit(rule, 27), fit(first, WIDTH - 40)).trim_end());
        }
        if figures.not_evaluated.len() > RULES_SHOWN {
            let _ = writeln!(
                s,
                "    {}",
                w.more_not_evaluated.replace("{}", &(figures.not_evaluated.len() - RULES_SHOWN).to_string())
            );
        }
    }
    let notes: usize = figures.batches.iter().map(|b| b.notes.len()).sum();
    if notes > 0 {
        let _ = writeln!(s, "\n{}", w.batch_notes.replace("{}", &notes.to_string()));
    }
    if figures.counts.failed_inside > 0 {
        let _ = writeln!(s, "\n{}", w.failed.replace("{}", &figures.counts.failed_inside.to_string()));
    }
}

/// What was waived, and which entries of the office's own files had no effect.
fn given(s: &mut String, figures: &RunFigures, lang: Lang, w: &Words) {
    if figures.counts.flags_waived > 0 {
        let _ = writeln!(s, "\n{}", w.waived.replace("{}", &figures.counts.flags_waived.to_string()));
    }
    for g in figures.given.iter().filter(|g| !g.remarks.is_empty()) {
        let _ = writeln!(s, "\n{}", super::cell::visible(&g.path));
        for remark in g.remarks.iter().take(RULES_SHOWN) {
            let text = if lang == Lang::Zh { &remark.zh } else { &remark.en };
            let at = match (remark.line, lang) {
                (Some(line), Lang::Zh) => format!("第 {line} 行：{text}"),
                (Some(line), Lang::En) => format!("line {line}: {text}"),
                (None, _) => text.clone(),
            };
            let _ = writeln!(s, "    {}", fit(&super::cell::visible(&at), WIDTH - 4).trim_end());
        }
        if g.remarks.len() > RULES_SHOWN {
            let _ = writeln!(s, "    {}", w.more_remarks.replace("{}", &(g.remarks.len() - RULES_SHOWN).to_string()));
        }
    }
}

/// How many submissions came from the store, and how many of its entries could not be used.
fn store(s: &mut String, figures: &RunFigures, lang: Lang) {
    let Some(used) = &figures.store else { return };
    let lines = [
        (
            used.taken,
            "{} 份材料自上次读取后没有变化，沿用存下的读取结果",
            "{} submission(s) unchanged since they were read: facts taken from the store",
        ),
        (
            used.damaged,
            "{} 份存下的读取结果已损坏，未采用，已重新读取并存下",
            "{} stored reading(s) were damaged: not used, read anew and kept",
        ),
        (
            used.not_kept,
            "{} 份的读取结果未能存下，下次将重新读取",
            "{} reading(s) could not be kept and will be read again next time",
        ),
    ];
    s.push_str(&counted(&lines, lang));
}

/// A line for each count that is not 0, under an empty line; nothing if all are 0. `lines`: the count, the Chinese line
/// and the English one, with `{}` for the count.
pub fn counted(lines: &[(u64, &str, &str)], lang: Lang) -> String {
    let said = lines
        .iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, zh, en)| if lang == Lang::Zh { zh } else { en }.replace("{}", &n.to_string()) + "\n");
    let said: String = said.collect();
    if said.is_empty() { said } else { format!("\n{said}") }
}

fn time(s: &mut String, figures: &RunFigures, lang: Lang) {
    let wall = figures.times.wall.as_secs_f64();
    let each = if figures.counts.submissions == 0 { 0.0 } else { wall / figures.counts.submissions as f64 };
    let _ = match lang {
        Lang::Zh => writeln!(s, "\n用时 {wall:.1} 秒，平均每份 {each:.2} 秒"),
        Lang::En => writeln!(s, "\nTook {wall:.1} s, {each:.2} s a submission"),
    };
}

struct Words {
    title: &'static str,
    submissions: &'static str,
    input_files: &'static str,
    frequent: &'static str,
    drawn: &'static str,
    attention: &'static str,
    more_notes: &'static str,
    more: &'static str,
    not_evaluated: &'static str,
    more_not_evaluated: &'static str,
    batch_notes: &'static str,
    failed: &'static str,
    waived: &'static str,
    more_remarks: &'static str,
    files: &'static str,
    file_report: &'static str,
    file_submissions: &'static str,
    file_flags: &'static str,
    file_findings: &'static str,
    file_run: &'static str,
}

fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Zh => &Words {
            title: "预审完成",
            submissions: "份申报",
            input_files: "个文件",
            frequent: "最常见的问题（份数）",
            drawn: "抽检 {0} 份，其中 {1} 份尚待人工查看全部材料",
            attention: "注意：",
            more_notes: "另有 {} 处批次本身的问题，见 flags.csv",
            more: "另有 {} 类问题，见 flags.csv",
            not_evaluated: "未能评判的规则（份数）：不等于通过",
            more_not_evaluated: "另有 {} 条规则，见 run.json",
            batch_notes: "批次本身有 {} 处问题，见 flags.csv 与 run.json",
            failed: "{} 份申报处理时程序内部出错，已列为需人工复核（internal-error）",
            waived: "{} 个问题已豁免，在 flags.csv 中注明“已豁免”，不计入结论",
            more_remarks: "另有 {} 处，见 run.json 的 given",
            files: "结果",
            file_report: "用浏览器打开：概览、逐份查看、作出并导出决定",
            file_submissions: "每份申报一行：结论与告知申报人的理由",
            file_flags: "每个问题一行：依据、所见与位置",
            file_findings: "读出的全部内容与依据",
            file_run: "本次运行的版本、规则、模型与校验值",
        },
        Lang::En => &Words {
            title: "Pre-review done",
            submissions: "submissions",
            input_files: "files",
            frequent: "Most frequent rules (submissions)",
            drawn: "Spot checks: {0} drawn, {1} of them still to be looked at in full",
            attention: "Note:",
            more_notes: "and {} more on the batches themselves, see flags.csv",
            more: "and {} more, see flags.csv",
            not_evaluated: "Rules not evaluated (submissions): this is no pass",
            more_not_evaluated: "and {} more, see run.json",
            batch_notes: "{} note(s) on the batches themselves, see flags.csv and run.json",
            failed: "{} submission(s) failed inside the tool and are up for review (internal-error)",
            waived: "{} flag(s) waived: marked in flags.csv, not counted for the verdict",
            more_remarks: "and {} more, see given in run.json",
            files: "Results",
            file_report: "for any browser: overview, review, decisions",
            file_submissions: "one row a submission: verdict and reason",
            file_flags: "one row a flag: source, what was seen, where",
            file_findings: "everything that was read",
            file_run: "version, rules, models, hashes, counts",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::fit;
    use unicode_width::UnicodeWidthStr as _;

    #[test]
    fn columns_line_up() {
        for (text, width, expected) in [
            ("pass", 6, "pass  "),
            ("建议通过", 10, "建议通过  "),
            ("需人工复核", 7, "需人工…"),
            ("需人工复核", 6, "需人… "),
            ("", 2, "  "),
        ] {
            let fitted = fit(text, width);
            assert_eq!(fitted, expected);
            assert_eq!(fitted.width(), width);
        }
    }
}
