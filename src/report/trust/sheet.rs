//! From counts to what is said of them: sentences and tables, once, for the terminal and for a page.
//! Upper bounds are rounded up and lower ones down, so that what is printed is never more than what is known.

use super::bounds::{interval, upper};
use super::counting::{Counts, LEVELS, LevelTally, RuleTally, Tally};
use super::suggest::{Asked, Slipped, Suggestion};
use crate::report::cell::visible;
use crate::report::summary::{Lang, fit};
use crate::vocabulary::field_words::words;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::outcome::RuleTitle;
use unicode_width::UnicodeWidthStr as _;

/// Terminal columns of the widest first column.
const WIDEST: usize = 44;

/// What is said, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub title: String,
    pub parts: Vec<Part>,
}

/// Sentences under a heading, and a table under them, if there are rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub heading: String,
    pub said: Vec<String>,
    pub heads: Vec<String>,
    /// The first cell of a row names it; the others are figures.
    pub rows: Vec<Vec<String>>,
}

/// A part of all as a percentage, in which an upper bound is never too small.
pub fn at_most(part: f64) -> String {
    percent(part, f64::ceil)
}

/// The same for a lower bound, never too large.
pub fn at_least(part: f64) -> String {
    percent(part, f64::floor)
}

fn percent(part: f64, rounded: fn(f64) -> f64) -> String {
    // A part in a hundred or more has one decimal, less has two; a hair is not a tenth.
    let (scale, digits) = if part >= 0.01 { (1000.0, 1) } else { (10_000.0, 2) };
    let steps = rounded((part * scale * 1e6).round() / 1e6);
    format!("{:.digits$}%", steps / scale * 100.0)
}

/// What the counts say.
pub fn sheet(
    counts: &Counts,
    slipped: &Slipped,
    suggestion: Option<&Suggestion>,
    titles: &[RuleTitle],
    lang: Lang,
) -> Sheet {
    let writer = Writer { lang, asked: slipped.asked };
    let mut parts = vec![writer.whole(counts), writer.cleared(counts, slipped), writer.readings(counts)];
    parts.extend(suggestion.map(|s| writer.suggestion(s)));
    parts.push(writer.rules(counts, titles));
    parts.push(writer.fields(counts));
    Sheet { title: writer.say("本单位的准确程度", "How right the program is here"), parts }
}

struct Writer {
    lang: Lang,
    asked: Asked,
}

impl Writer {
    fn say(&self, zh: &str, en: &str) -> String {
        if self.lang == Lang::Zh { zh } else { en }.to_owned()
    }

    /// The text with `{0}`, `{1}` … replaced.
    fn with(&self, zh: &str, en: &str, values: &[String]) -> String {
        values.iter().enumerate().fold(self.say(zh, en), |text, (i, v)| text.replace(&format!("{{{i}}}"), v))
    }

    fn heads(&self, both: &[(&str, &str)]) -> Vec<String> {
        both.iter().map(|(zh, en)| self.say(zh, en)).collect()
    }

    fn sure(&self) -> String {
        at_most(self.asked.confidence).replace(".0%", "%")
    }

    fn whole(&self, c: &Counts) -> Part {
        let numbers = [c.submissions, c.decided, c.disputed].map(|n| n.to_string());
        let said = vec![
            self.with(
                "申报 {0} 份，其中已有审核决定 {1} 份；另有 {2} 份意见互相矛盾，不计入。",
                "{0} submissions, {1} of them decided; {2} on which people contradict each other are left out.",
                &numbers,
            ),
            self.with(
                "每份申报在每个数字中只计一次。区间为 Clopper–Pearson 精确区间，把握 {0}。",
                "A submission counts once in every figure. Intervals are exact (Clopper–Pearson), at {0}.",
                &[self.sure()],
            ),
        ];
        Part { heading: self.say("申报", "Submissions"), said, heads: Vec::new(), rows: Vec::new() }
    }

    fn cleared(&self, c: &Counts, s: &Slipped) -> Part {
        let cleared = &c.cleared;
        let share = |n: u64| at_least(n as f64 / cleared.submissions.max(1) as f64);
        let Tally { looked_at, wrong } = cleared.looked_at;
        let mut said = vec![
            self.with(
                "建议通过 {0} 份，人工看过其中 {1} 份（{2}），查出不应通过的 {3} 份。",
                "{0} cleared; a person looked at {1} of them ({2}) and found {3} that should not have been.",
                &[cleared.submissions.to_string(), looked_at.to_string(), share(looked_at), wrong.to_string()],
            ),
            self.with(
                "其中随机抽检 {0} 份，已看过 {1} 份，查出 {2} 份。只有随机抽检才能代表全部建议通过的申报。",
                "Drawn for a spot check: {0}; looked at: {1}; found: {2}. Only those that were drawn stand for all that were cleared.",
                &[cleared.drawn.to_string(), s.looked_at.to_string(), s.slipped.to_string()],
            ),
        ];
        said.push(if s.looked_at == 0 {
            self.say(
                "尚无已看过的抽检，漏过的比例无从得知。",
                "Nothing drawn was looked at yet, so nothing is known of what slipped through.",
            )
        } else {
            self.with(
                "漏过的比例不超过 {0}（看过 {1} 份，查出 {2} 份；把握 {3}）。",
                "Slipped through: at most {0} ({2} of {1} looked at; {3} sure).",
                &[at_most(s.at_most), s.looked_at.to_string(), s.slipped.to_string(), self.sure()],
            )
        });
        let risk = at_most(self.asked.risk);
        said.extend(match s.still_needed {
            Some(0) => Some(self.with(
                "可以断言漏过的比例不超过 {0}。",
                "It can be stated that at most {0} slip through.",
                &[risk],
            )),
            Some(more) => Some(self.with(
                "要断言漏过的比例不超过 {0}，还须抽检 {1} 份，且不再查出。",
                "To state {0}, {1} more have to be drawn and looked at, none of which slipped.",
                &[risk, more.to_string()],
            )),
            None => None,
        });
        Part { heading: self.say("建议通过的申报", "The cleared"), said, heads: Vec::new(), rows: Vec::new() }
    }

    fn readings(&self, c: &Counts) -> Part {
        let row = |(level, of): (&f32, &LevelTally)| {
            let mut cells = vec![format!("≥ {level}")];
            cells.extend(self.tally(of.all));
            cells.extend(self.tally(of.drawn));
            cells
        };
        Part {
            heading: self.say("读取结果（所有栏目，每份申报取一项）", "Readings (of all fields, one a submission)"),
            said: vec![self.say(
                "“看过”包括因被标出而看的，比全部读取结果难；“抽检”只含随机抽中的申报。",
                "What was looked at was often flagged, and is harder than the rest; the last three columns are of drawn submissions only.",
            )],
            heads: self.heads(&[
                ("置信度", "confidence"),
                ("看过", "looked at"),
                ("读错", "wrong"),
                ("读对的比例", "right"),
                ("抽检看过", "drawn"),
                ("读错", "wrong"),
                ("读对的比例", "right"),
            ]),
            rows: LEVELS.iter().zip(&c.all_fields).map(row).collect(),
        }
    }

    /// Looked at, wrong, and between which bounds the share of right ones lies.
    fn tally(&self, t: Tally) -> [String; 3] {
        [t.looked_at.to_string(), t.wrong.to_string(), self.between(t.looked_at - t.wrong, t.looked_at)]
    }

    fn between(&self, hits: u64, of: u64) -> String {
        if of == 0 {
            return "—".to_owned();
        }
        let i = interval(hits, of, self.asked.confidence);
        format!("{}–{}", at_least(i.low), at_most(i.high))
    }

    fn rules(&self, c: &Counts, titles: &[RuleTitle]) -> Part {
        let mut list: Vec<(&String, &RuleTally)> = c.rules.iter().collect();
        list.sort_by(|a, b| b.1.submissions.cmp(&a.1.submissions).then(a.0.cmp(b.0)));
        let row = |(rule, t): (&String, &RuleTally)| {
            let title = titles.iter().find(|x| x.id == *rule).map(|x| self.say(&x.zh, &x.en));
            let numbers = [t.submissions, t.upheld, t.waved_through, t.open].map(|n| n.to_string());
            let name = visible(&title.filter(|x| !x.is_empty()).unwrap_or_else(|| rule.clone()));
            [name].into_iter().chain(numbers).chain([self.between(t.upheld, t.upheld + t.waved_through)]).collect()
        };
        Part {
            heading: self.say("规则", "Rules"),
            said: vec![self.say(
                "维持：带此问题驳回或退回，或所依据的读取结果经人工确认且问题仍在；未维持：问题经更正后消失、经认可，或带此问题通过。",
                "Upheld: sent back or rejected with the flag, or the reading behind it was confirmed and the flag stands. Waved through: gone after a correction, accepted, or the submission was accepted with it.",
            )],
            heads: self.heads(&[
                ("问题", "rule"),
                ("份数", "flagged"),
                ("维持", "upheld"),
                ("未维持", "waved through"),
                ("待定", "open"),
                ("维持的比例", "share upheld"),
            ]),
            rows: list.into_iter().map(row).collect(),
        }
    }

    fn fields(&self, c: &Counts) -> Part {
        let row = |(kind, levels): (&String, &[LevelTally; LEVELS.len()])| {
            let cells = levels.iter().map(|l| {
                if l.all.looked_at == 0 {
                    return "—".to_owned();
                }
                let low = 1.0 - upper(l.all.wrong, l.all.looked_at, self.asked.confidence);
                format!("{}/{} ≥{}", l.all.looked_at - l.all.wrong, l.all.looked_at, at_least(low))
            });
            [self.field(kind)].into_iter().chain(cells).collect()
        };
        let heads = [self.say("栏目", "field")].into_iter().chain(LEVELS.iter().map(|l| format!("≥ {l}")));
        Part {
            heading: self.say("各栏目的读取结果", "Readings by field"),
            said: vec![self.with(
                "读对 / 看过，及读对比例的单侧下界（把握 {0}）。同一份申报同一栏目有一处读错，即计为读错。",
                "Right / looked at, and the least share that is right ({0} sure). One wrong reading of a field makes its submission wrong.",
                &[self.sure()],
            )],
            heads: heads.collect(),
            rows: c.fields.iter().map(row).collect(),
        }
    }

    fn field(&self, kind: &str) -> String {
        if self.lang == Lang::En {
            return visible(kind);
        }
        let (document, path) = kind.split_once('.').unwrap_or(("", kind));
        let Some(material) = MaterialKind::ALL.into_iter().find(|m| m.key() == document) else { return visible(kind) };
        // Whichever sentence: the number is taken out again.
        let words = words(material, &path.replace("[]", "[0]")).unwrap_or_else(|| path.to_owned());
        visible(&format!("{} {}", material.name(), words.replace("第 1 段", "")))
    }

    fn suggestion(&self, s: &Suggestion) -> Part {
        let (risk, sure) = (at_most(s.asked.risk), self.sure());
        let mut said = vec![match s.shown {
            None => self.with(
                "现有数据不足以证明任何门槛能使采用的读取结果中读错的不超过 {0}（把握 {1}）：保持现有门槛 {2}。",
                "The data show of no threshold that at most {0} of the accepted readings are wrong ({1} sure): keep {2}.",
                &[risk, sure, s.working_threshold.to_string()],
            ),
            Some(shown) => self.with(
                "门槛取 {2} 时，采用的读取结果中读错的不超过 {0}（把握 {1}）；现有门槛为 {3}。",
                "At a threshold of {2} at most {0} of the accepted readings are wrong ({1} sure); the present one is {3}.",
                &[risk, sure, shown.to_string(), s.working_threshold.to_string()],
            ),
        }];
        said.extend(s.shown.filter(|shown| *shown < s.working_threshold).map(|_| {
            self.say(
                "本单位文件只能提高门槛，不能降低；降低门槛须由维护规则者修改 rules/settings.toml。",
                "An office's file may raise the threshold, not lower it; to lower it is for whoever keeps rules/settings.toml.",
            )
        }));
        said.extend(s.still_needed.map(|more| {
            self.with(
                "再看过 {0} 份且不再有读错的，才能证明下一档。",
                "The next step is shown once {0} more were looked at, if none of those is wrong.",
                &[more.to_string()],
            )
        }));
        let row = |t: &super::suggest::Tried| {
            let place = t.below.map_or_else(|| format!("≥ {}", t.from), |below| format!("{}–{below}", t.from));
            vec![
                place,
                t.looked_at.to_string(),
                t.wrong.to_string(),
                format!("{:.4}", t.p),
                if t.shown { self.say("已证明", "shown") } else { self.say("未证明", "not shown") },
            ]
        };
        Part {
            heading: self.say("建议的门槛（reading.working_threshold）", "Suggested reading.working_threshold"),
            said,
            heads: self.heads(&[
                ("置信度", "confidence"),
                ("看过", "looked at"),
                ("读错", "wrong"),
                ("p", "p"),
                ("", ""),
            ]),
            rows: s.tried.iter().map(row).collect(),
        }
    }
}

impl Sheet {
    /// For a terminal.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.title);
        for part in &self.parts {
            text.push_str(&format!("\n{}\n", part.heading));
            part.said.iter().for_each(|s| text.push_str(&format!("  {s}\n")));
            if part.rows.is_empty() {
                continue;
            }
            let lines: Vec<&Vec<String>> = std::iter::once(&part.heads).chain(&part.rows).collect();
            let width = |place: usize| {
                let widest = lines.iter().filter_map(|l| l.get(place)).map(|c| c.width()).max().unwrap_or(0);
                if place == 0 { widest.min(WIDEST) } else { widest }
            };
            for line in &lines {
                let cells = line.iter().enumerate().map(|(place, cell)| match place {
                    0 => fit(cell, width(0)),
                    _ => format!("{}{cell}", " ".repeat(width(place).saturating_sub(cell.width()))),
                });
                text.push_str(format!("  {}", cells.collect::<Vec<_>>().join("  ")).trim_end());
                text.push('\n');
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Sheet, at_least, at_most};

    #[test]
    fn bounds_are_rounded_to_the_safe_side() {
        for (part, up, down) in [
            (0.024_65, "2.5%", "2.4%"),
            (0.004_998, "0.50%", "0.49%"),
            (0.005, "0.50%", "0.50%"),
            (0.000_01, "0.01%", "0.00%"),
            (0.95, "95.0%", "95.0%"),
            (0.999_9, "100.0%", "99.9%"),
            (0.0, "0.00%", "0.00%"),
            (1.0, "100.0%", "100.0%"),
        ] {
            assert_eq!((at_most(part), at_least(part)), (up.to_owned(), down.to_owned()), "{part}");
        }
    }

    #[test]
    fn columns_line_up() {
        let cells = |list: &[&str]| list.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let part = Part {
            heading: "规则".into(),
            said: vec!["一句。".into()],
            heads: cells(&["问题", "份数"]),
            rows: vec![cells(&["姓名不一致", "12"]), cells(&["a", "7"])],
        };
        let sheet = Sheet { title: "题".into(), parts: vec![part] };
        assert_eq!(sheet.text(), "题\n\n规则\n  一句。\n  问题        份数\n  姓名不一致    12\n  a              7\n");
    }
}
