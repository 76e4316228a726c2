//! From a finding to the view of one submission in a terminal of 80 columns: verdict, registration, flags with their
//! messages, files and the reason to send.
//! Says nothing that the report's page does not say; characters that act on a terminal are written out by their number.

use super::cell::visible;
use super::finding::{Finding, FlagRecord};
use super::heading::Heading;
use super::reason::reason;
use super::summary::{Lang, fit};
use crate::vocabulary::field_words::words as words_of;
use crate::vocabulary::finding::{Severity, Verdict};
use crate::vocabulary::outcome::RuleTitle;
use std::fmt::Write as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Terminal columns.
const WIDTH: usize = 80;

/// Longest word in columns. Longer ones are cut, so that two fit into a line.
const LONGEST: usize = 35;

/// The view of one submission.
pub fn one(f: &Finding, titles: &[RuleTitle], lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let h = Heading::known(f);
    let mut s = String::new();
    let title = format!("{}  {}", visible(&h.name), visible(&f.submission_id));
    let _ = writeln!(s, "{} {}", fit(&title, WIDTH - 14).trim_end(), verdict(f.verdict, lang));
    let mut facts = vec![visible(&h.occupation), visible(&h.level)];
    facts.extend((!h.condition.is_empty()).then(|| {
        if zh {
            format!("申报条件第 {} 条", visible(&h.condition))
        } else {
            format!("condition {}", visible(&h.condition))
        }
    }));
    facts.extend(f.work_months.map(|m| if zh { format!("工作 {m} 个月") } else { format!("{m} months of work") }));
    facts.retain(|x| !x.is_empty());
    let _ = writeln!(s, "{}", facts.join(" · "));
    if f.flags.is_empty() {
        let _ = writeln!(s, "\n{}", if zh { "未发现问题。" } else { "Nothing was found." });
    }
    let mut flags: Vec<&FlagRecord> = f.flags.iter().collect();
    flags.sort_by_key(|r| std::cmp::Reverse(r.flag.severity));
    for r in flags {
        flag(&mut s, r, titles, lang);
    }
    let files: Vec<String> = f.files.iter().map(|x| visible(&x.name)).collect();
    let label = if zh { format!("文件 {} 个：", files.len()) } else { format!("{} files: ", files.len()) };
    let _ = write!(s, "\n{}", wrapped(&format!("{label}{}", files.join(if zh { "、" } else { ", " })), "", "    "));
    if !f.not_evaluated.is_empty() {
        let label = if zh { "未能评判（不等于通过）：" } else { "Not evaluated (no pass): " };
        let rules: Vec<&str> = f.not_evaluated.iter().map(|n| n.rule.as_str()).collect();
        let _ = write!(s, "{}", wrapped(&format!("{label}{}", rules.join(", ")), "", "    "));
    }
    let told = reason(f.flags.iter().map(|r| &r.flag));
    if !told.is_empty() {
        let _ = write!(
            s,
            "\n{}\n{}",
            if zh { "告知理由" } else { "Reason to send" },
            wrapped(&visible(&told), "    ", "    ")
        );
    }
    s
}

/// The submission as one line of a list.
pub fn line(f: &Finding, lang: Lang) -> String {
    let h = Heading::known(f);
    let n = |severity| f.flags.iter().filter(|r| r.flag.severity == severity).count();
    let rules: Vec<&str> =
        f.flags.iter().filter(|r| r.flag.severity > Severity::Note).map(|r| r.flag.rule.as_str()).collect();
    let text = format!(
        "{} {} {} {:>2} {:>2}  {}",
        fit(&visible(&f.submission_id), 14),
        fit(&visible(&h.name), 10),
        fit(verdict(f.verdict, lang), 10),
        n(Severity::Reject),
        n(Severity::Review),
        rules.join(" ")
    );
    fit(&text, WIDTH).trim_end().to_owned()
}

fn verdict(v: Verdict, lang: Lang) -> &'static str {
    if lang == Lang::Zh { v.chinese() } else { v.id() }
}

fn flag(s: &mut String, r: &FlagRecord, titles: &[RuleTitle], lang: Lang) {
    let (f, zh) = (&r.flag, lang == Lang::Zh);
    let title = titles.iter().find(|t| t.id == f.rule).map_or(f.rule.as_str(), |t| if zh { &t.zh } else { &t.en });
    let severity = if zh { f.severity.chinese().to_owned() } else { f.severity.to_string() };
    let _ = writeln!(s, "\n[{severity}] {}", fit(title, WIDTH - 3 - severity.width()).trim_end());
    let page = f.page.filter(|p| *p > 1).map_or_else(String::new, |p| format!("#{p}"));
    let field = f.field.as_ref().map(|field| {
        let named = f.document.filter(|_| zh).and_then(|d| words_of(d, field));
        named.unwrap_or_else(|| field.clone())
    });
    let place: Vec<String> = [f.document.map(|d| format!("{}{page}", if zh { d.name() } else { d.english() })), field]
        .into_iter()
        .flatten()
        .collect();
    let confidence = f.confidence.map_or_else(String::new, |c| format!("  {c:.2}"));
    let _ = writeln!(
        s,
        "    {}",
        fit(&visible(&format!("{}{confidence}  {}  {}", place.join(" · "), f.rule, r.id)), WIDTH - 4).trim_end()
    );
    let message = if zh { &f.message.zh } else { &f.message.en };
    let _ = write!(s, "{}", wrapped(&visible(message), "    ", "    "));
    for (label, value) in
        [(if zh { "应为" } else { "expected" }, &f.expected), (if zh { "所见" } else { "read" }, &f.observed)]
    {
        if let Some(value) = value {
            let _ = write!(s, "{}", wrapped(&visible(value), &format!("    {label} "), "         "));
        }
    }
    if let Some(w) = &f.waived {
        let _ = write!(
            s,
            "{}",
            wrapped(
                &visible(&format!("{} {}（{}）", w.who, w.reason, w.until)),
                if zh { "    已豁免 " } else { "    waived " },
                "         "
            )
        );
    }
    let pack = if f.rule_pack == "-" { String::new() } else { format!(" [{}]", f.rule_pack) };
    let _ = write!(
        s,
        "{}",
        wrapped(
            &visible(&format!("{}{pack}", f.clause.source)),
            if zh { "    依据 " } else { "    source " },
            "         "
        )
    );
}

/// Wraps a text at 80 columns, with `first` before the first line and `then` before the others. A line may break at any
/// Han character (two columns wide), but does not begin with a closing mark.
fn wrapped(text: &str, first: &str, then: &str) -> String {
    let mut out = first.to_owned();
    let mut used = first.width();
    let mut line_is_empty = true;
    for word in words(text) {
        let width = word.width();
        let closes = word.starts_with(['，', '。', '、', '；', '：', '）', '”', '》', ',', '.', ';', ')']);
        // Two columns stay free for a closing mark, so that it need not begin a line.
        let end = if closes { WIDTH } else { WIDTH - 2 };
        if used + width > end && !line_is_empty {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            out.push_str(then);
            used = then.width();
            if word == " " {
                line_is_empty = true;
                continue;
            }
        }
        out.push_str(&word);
        used += width;
        line_is_empty = false;
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
    out
}

/// Splits a text where it may be wrapped: Latin words and numbers stay together, a wide character is a word of its own.
/// An overlong word is cut.
fn words(text: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    let mut joins = false;
    for c in text.chars() {
        let narrow = c.width().unwrap_or(0) < 2 && c != ' ';
        match list.last_mut() {
            Some(last) if joins && narrow && last.width() < LONGEST => last.push(c),
            _ => list.push(c.to_string()),
        }
        joins = narrow;
    }
    list
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, wrapped};
    use unicode_width::UnicodeWidthStr as _;

    #[test]
    fn lines_fit_the_terminal() {
        for (text, lines) in [
            ("短".to_owned(), 1),
            ("字".repeat(37), 1),
            (format!("{}。", "字".repeat(37)), 1),
            ("字".repeat(38), 2),
            ("word ".repeat(40), 3),
            ("0123456789".repeat(30), 5),
        ] {
            let out = wrapped(&text, "    ", "    ");
            assert_eq!(out.lines().count(), lines, "{out}");
            assert!(out.lines().all(|l| l.width() <= WIDTH && l.starts_with("    ")), "{out}");
            assert_eq!(out.replace([' ', '\n'], ""), text.replace(' ', ""));
        }
    }
}
