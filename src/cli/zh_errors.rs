//! What goes wrong at run time, in Chinese, out of one table (`zh-errors.toml`) by the English message: the library's
//! errors stay English, and what they say is matched here against the messages as they stand in the code.
//! What the table does not know (a library's words, a path) stays as it is.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::sync::LazyLock;

const TABLE: &str = include_str!("zh-errors.toml");
/// Where the Chinese text turns from what is wrong to what to do: the reason goes in before it.
const ADVICE: [&str; 2] = ["；请", "；如"];
/// Messages inside messages.
const DEEPEST: usize = 4;
/// Places that are tried for one message: a text that was made to fit in very many ways is left as it is.
const TRIES: usize = 2_000;
/// Longest enumeration that is looked at.
const LISTED: usize = 200;
/// Numbers of the system's errors that are asked for their words.
const NUMBERS: std::ops::RangeInclusive<i32> = 1..=200;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    messages: BTreeMap<String, String>,
    words: BTreeMap<String, String>,
    libraries: BTreeMap<String, String>,
    system: BTreeMap<String, String>,
}

/// Read once. A table that cannot be read leaves the English texts; a test reads it.
static ZH: LazyLock<Table> = LazyLock::new(|| toml::from_str(TABLE).unwrap_or_default());

/// The messages, those that say most of themselves first.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let all = ZH.messages.iter().chain(&ZH.words).chain(&ZH.libraries);
    let mut rows: Vec<Row> = all.map(|(en, zh)| Row::new(en, zh)).collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.own, row.pieces.iter().map(String::len).sum::<usize>())));
    rows
});

/// The kinds of the system's errors by its words for them.
static SYSTEM: LazyLock<BTreeMap<String, ErrorKind>> = LazyLock::new(|| {
    let errors = NUMBERS.map(io::Error::from_raw_os_error);
    errors.filter_map(|e| Some((numbered(&e.to_string())?.0.to_owned(), e.kind()))).collect()
});

/// An error with its reasons, as one sentence.
pub fn told(error: &anyhow::Error) -> String {
    let mut links: Vec<String> = error.chain().map(ToString::to_string).collect();
    let mut text = String::new();
    while let Some(link) = links.pop() {
        let first = links.is_empty();
        text = match chinese(&link, &mut Budget::default()) {
            Some(Said { what, advice }) if text.is_empty() => what + &advice,
            Some(Said { what, advice }) => format!("{what}{text}{advice}"),
            None if first => link + &text,
            None => format!("（原文：{link}）{text}"),
        };
        if !first && !text.starts_with('（') {
            text.insert(0, '：');
        }
    }
    text
}

/// One message in Chinese, or as it is.
pub fn said(message: &str) -> String {
    chinese(message, &mut Budget::default()).map_or_else(|| message.to_owned(), |s| s.what + &s.advice)
}

/// What is wrong, and what to do.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    what: String,
    advice: String,
}

/// What is left of the work on one message.
struct Budget {
    tries: usize,
    depth: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { tries: TRIES, depth: 0 }
    }
}

fn chinese(text: &str, budget: &mut Budget) -> Option<Said> {
    if let Some(words) = system(text) {
        return Some(Said { what: words.to_owned(), advice: String::new() });
    }
    if budget.depth >= DEEPEST {
        return None;
    }
    budget.depth += 1;
    // Without a word of its own a message is known by what it holds.
    let (own, bare) = ROWS.split_at(ROWS.partition_point(|row| row.own));
    let found = own.iter().find_map(|row| row.fits(text, budget)).or_else(|| {
        let fitting = bare.iter().filter_map(|row| row.fits(text, budget)).filter(|cut| cut.understood > 0);
        fitting.reduce(|best, cut| if cut.understood > best.understood { cut } else { best })
    });
    budget.depth -= 1;
    found.map(|cut| cut.said)
}

/// What the system says, with its number or without.
fn system(text: &str) -> Option<&'static str> {
    let kind = match numbered(text) {
        Some((_, number)) => io::Error::from_raw_os_error(number).kind(),
        None => SYSTEM.get(text).copied().or_else(|| plain_kind(text))?,
    };
    ZH.system.get(&format!("{kind:?}")).map(String::as_str)
}

/// `No such file or directory (os error 2)`
fn numbered(text: &str) -> Option<(&str, i32)> {
    let (words, number) = text.strip_suffix(')')?.rsplit_once(" (os error ")?;
    Some((words, number.parse().ok()?))
}

/// A kind without a number says of itself what it is.
fn plain_kind(text: &str) -> Option<ErrorKind> {
    use ErrorKind as Kind;
    let kinds = [
        Kind::NotFound,
        Kind::PermissionDenied,
        Kind::AlreadyExists,
        Kind::WouldBlock,
        Kind::InvalidInput,
        Kind::InvalidData,
        Kind::TimedOut,
        Kind::WriteZero,
        Kind::Interrupted,
        Kind::Unsupported,
        Kind::UnexpectedEof,
        Kind::OutOfMemory,
        Kind::StorageFull,
    ];
    kinds.into_iter().find(|kind| kind.to_string() == text)
}

/// One message of the table.
struct Row {
    /// What stands between the placeholders; one more than these.
    pieces: Vec<String>,
    /// There are words in them, not only marks.
    own: bool,
    what: Vec<Part>,
    advice: Vec<Part>,
}

/// A piece of a Chinese text.
enum Part {
    Text(String),
    Caught {
        /// From 0.
        at: usize,
        /// It may be a message itself.
        said: bool,
    },
}

/// A way to cut a text at a message's pieces.
struct Cut {
    /// How much of it is understood: numbers, and messages that are known.
    understood: usize,
    said: Said,
}

impl Row {
    fn new(en: &str, zh: &str) -> Self {
        let turn = ADVICE.iter().filter_map(|turn| zh.find(turn)).min().unwrap_or(zh.len());
        let (what, advice) = zh.split_at(turn);
        let pieces: Vec<String> = en.split("{}").map(ToOwned::to_owned).collect();
        let own = pieces.iter().any(|p| p.chars().any(char::is_alphabetic));
        Self { pieces, own, what: parts(what), advice: parts(advice) }
    }

    /// The message that the text is; of several ways to cut it that of which most is understood.
    fn fits(&self, text: &str, budget: &mut Budget) -> Option<Cut> {
        let (first, rest) = self.pieces.split_first()?;
        let inner = text.strip_prefix(first.as_str())?;
        let Some((last, between)) = rest.split_last() else {
            return inner.is_empty().then(|| self.cut_at(&[], budget));
        };
        let inner = inner.strip_suffix(last.as_str())?;
        let mut best = None;
        self.cut(inner, between, &mut Vec::new(), budget, &mut best);
        best
    }

    fn cut<'t>(
        &self,
        text: &'t str,
        pieces: &[String],
        caught: &mut Vec<&'t str>,
        budget: &mut Budget,
        best: &mut Option<Cut>,
    ) {
        let Some((piece, rest)) = pieces.split_first() else {
            caught.push(text);
            let cut = self.cut_at(caught, budget);
            caught.pop();
            if best.as_ref().is_none_or(|b| cut.understood > b.understood) {
                *best = Some(cut);
            }
            return;
        };
        for (at, _) in text.match_indices(piece.as_str()) {
            if budget.tries == 0 {
                return;
            }
            budget.tries -= 1;
            caught.push(&text[..at]);
            self.cut(&text[at + piece.len()..], rest, caught, budget, best);
            caught.pop();
        }
    }

    fn cut_at(&self, caught: &[&str], budget: &mut Budget) -> Cut {
        let digits = |text: &&&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let mut understood = caught.iter().filter(digits).count();
        let mut values: Vec<(String, String)> = caught.iter().map(|c| ((*c).to_owned(), (*c).to_owned())).collect();
        for part in self.what.iter().chain(&self.advice) {
            let Part::Caught { at, said: true } = part else { continue };
            let Some((raw, value)) = values.get_mut(*at) else { continue };
            if let Some(known) = chinese(raw, budget).map(|s| s.what + &s.advice).or_else(|| list(raw, budget)) {
                understood += 2;
                *value = known;
            }
        }
        Cut { understood, said: Said { what: fill(&self.what, &values), advice: fill(&self.advice, &values) } }
    }
}

/// Words that are enumerated, if one of them is known.
fn list(text: &str, budget: &mut Budget) -> Option<String> {
    if text.matches(", ").count() > LISTED {
        return None;
    }
    let mut known = false;
    let items = text.split(", ").map(|item| match chinese(item, budget) {
        Some(said) => {
            known = true;
            said.what + &said.advice
        }
        None => item.to_owned(),
    });
    let text = items.collect::<Vec<_>>().join("、");
    known.then_some(text)
}

/// `{2:zh} 中没有 {1}`; any other brace is one.
fn parts(zh: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut rest, mut text) = (zh, String::new());
    while let Some((before, behind)) = rest.split_once('{') {
        text += before;
        let caught = behind.split_once('}').and_then(|(name, behind)| {
            let (number, said) = name.strip_suffix(":zh").map_or((name, false), |number| (number, true));
            Some((number.parse::<usize>().ok()?.checked_sub(1)?, said, behind))
        });
        if let Some((at, said, behind)) = caught {
            parts.push(Part::Text(std::mem::take(&mut text)));
            parts.push(Part::Caught { at, said });
            rest = behind;
        } else {
            text.push('{');
            rest = behind;
        }
    }
    parts.push(Part::Text(text + rest));
    parts
}

/// Values: what was caught, and the same in Chinese if it is known.
fn fill(parts: &[Part], values: &[(String, String)]) -> String {
    let one = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Caught { at, said } => {
            values.get(*at).map_or_else(String::new, |(raw, zh)| if *said { zh } else { raw }.clone())
        }
    };
    parts.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    #[test]
    fn messages_are_told_in_chinese() {
        for (en, zh) in [
            ("no part was given", "没有给出任何一份"),
            ("x.toml: it is a link", "x.toml：它是链接"),
            ("x.toml:8:12: must be over 0", "x.toml 第 8 行第 12 列：应大于 0"),
            // A drive's colon is no end of a path.
            ("C:\\r\\x.toml:8:12: must be over 0", "C:\\r\\x.toml 第 8 行第 12 列：应大于 0"),
            ("C:\\r\\x.toml:8:12: ???", "C:\\r\\x.toml 第 8 行第 12 列：???"),
            (
                "o.toml:1:1: \"a\" is no severity; write \"x\", \"y\" or \"z\"",
                "o.toml 第 1 行第 1 列：“a”不是严重程度；请写 \"x\", \"y\" 或 \"z\"",
            ),
            (
                "p and q are not parts of one audit; they differ in: --pack, rules",
                "p 与 q 不是同一次审核的各份，不同之处：--pack、规则",
            ),
            // Names stay as they are, whatever they look like.
            ("no part was given cannot be read", "no part was given 无法读取"),
            ("cannot write into {2:zh}", "无法写入 {2:zh}"),
            ("two words: nobody knows", "two words: nobody knows"),
            ("", ""),
        ] {
            assert_eq!(said(en), zh);
        }
    }

    #[test]
    fn reasons_go_in_before_what_to_do() {
        let gone = || io::Error::from(ErrorKind::NotFound);
        for (error, zh) in [
            (anyhow!(gone()).context("cannot write into o"), "无法写入 o：没有这个文件或文件夹"),
            (
                anyhow!(gone()).context("batch b cannot be opened; give the folder of exported submissions"),
                "批次 b 无法打开：没有这个文件或文件夹；请给出导出的申报材料所在的文件夹",
            ),
            (anyhow!("tls: nobody knows").context("cannot write into o"), "无法写入 o（原文：tls: nobody knows）"),
            (anyhow!("it is empty").context("nobody knows"), "nobody knows：它是空的"),
            (
                anyhow!("it is a link: name the folder that it leads to").context("store s"),
                "存放文件夹 s：它是链接；请直接写出它所指向的文件夹",
            ),
        ] {
            assert_eq!(told(&error), zh);
        }
    }

    #[test]
    fn the_systems_words_are_known_by_their_number() {
        for number in [2, 13] {
            let error = io::Error::from_raw_os_error(number);
            let words = error.to_string();
            assert!(!said(&words).is_ascii(), "{words}");
            assert_eq!(said(numbered(&words).unwrap().0), said(&words), "without its number");
        }
        assert_eq!(said("nobody knows (os error 99999)"), "nobody knows (os error 99999)");
    }

    /// A text that fits in very many ways costs no more than the tries.
    #[test]
    fn a_text_made_to_fit_is_left_as_it_is() {
        let text = "a: ".repeat(5_000);
        assert_eq!(said(&text), text);
    }
}
