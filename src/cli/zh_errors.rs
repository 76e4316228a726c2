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
const TRIES: usize = 5_000;
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
    rows.sort_by_key(|row| std::cmp::Reverse(row.letters));
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
        text = match message(&link, &mut Budget::default()) {
            Some(Said { what, advice, .. }) => what + &text + &advice,
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
pub fn said(text: &str) -> String {
    message(text, &mut Budget::default()).map_or_else(|| text.to_owned(), |s| s.what + &s.advice)
}

/// What is wrong, and what to do.
struct Said {
    what: String,
    advice: String,
    /// How much of the English text is known: letters of messages, those that they are filled in with among them, and
    /// numbers.
    understood: usize,
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

fn message(text: &str, budget: &mut Budget) -> Option<Said> {
    if let Some(words) = system(text) {
        return Some(Said { what: words.to_owned(), advice: String::new(), understood: letters(text) });
    }
    if budget.depth >= DEEPEST {
        return None;
    }
    budget.depth += 1;
    // Of several messages that which understands most. One without a word of its own is known by what it holds.
    let fitting = ROWS.iter().filter_map(|row| row.fits(text, budget)).filter(|said| said.understood > 0);
    let found = fitting.reduce(|best, said| if said.understood > best.understood { said } else { best });
    budget.depth -= 1;
    found
}

/// What the system says, with its number or without.
fn system(text: &str) -> Option<&'static str> {
    let kind = match numbered(text).map(|(_, number)| io::Error::from_raw_os_error(number)) {
        // What stands before its words is more than it says.
        Some(error) if error.to_string() == text => error.kind(),
        Some(_) => return None,
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
    /// How many letters are in them.
    letters: usize,
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

impl Row {
    fn new(en: &str, zh: &str) -> Self {
        let turn = ADVICE.iter().filter_map(|turn| zh.find(turn)).min().unwrap_or(zh.len());
        let (what, advice) = zh.split_at(turn);
        let pieces: Vec<String> = en.split("{}").map(ToOwned::to_owned).collect();
        let letters = pieces.iter().map(|piece| letters(piece)).sum();
        Self { pieces, letters, what: parts(what), advice: parts(advice) }
    }

    /// The message that the text is; of several ways to cut it that of which most is understood.
    fn fits(&self, text: &str, budget: &mut Budget) -> Option<Said> {
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
        best: &mut Option<Said>,
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

    fn cut_at(&self, caught: &[&str], budget: &mut Budget) -> Said {
        let digits = |text: &&&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let mut understood = self.letters + caught.iter().filter(digits).count();
        let mut values: Vec<(String, String)> = caught.iter().map(|c| ((*c).to_owned(), (*c).to_owned())).collect();
        for part in self.what.iter().chain(&self.advice) {
            let Part::Caught { at, said: true } = part else { continue };
            let Some((raw, value)) = values.get_mut(*at) else { continue };
            if let Some(known) = message(raw, budget).or_else(|| list(raw, budget)) {
                understood += known.understood;
                *value = known.what + &known.advice;
            }
        }
        Said { what: fill(&self.what, &values), advice: fill(&self.advice, &values), understood }
    }
}

/// Words that are enumerated, if one of them is known.
fn list(text: &str, budget: &mut Budget) -> Option<Said> {
    let items: Vec<&str> = text.split(", ").collect();
    if !(2..=LISTED).contains(&items.len()) {
        return None;
    }
    let mut understood = 0;
    let items = items.into_iter().map(|item| match message(item, budget) {
        Some(said) => {
            understood += said.understood;
            said.what + &said.advice
        }
        None => item.to_owned(),
    });
    let what = items.collect::<Vec<_>>().join("、");
    (understood > 0).then_some(Said { what, advice: String::new(), understood })
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic()).count()
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
            (
                "f.toml:2:1: photo.min_bytes is none that an office may set; it may set \"yaw\"",
                "f.toml 第 2 行第 1 列：photo.min_bytes 不由本单位设定；可以设定：\"yaw\"",
            ),
            (
                "f.toml:2:1: reason is empty; say why the flag may stand",
                "f.toml 第 2 行第 1 列：reason 为空；请写明为何可以接受",
            ),
            (
                "f.toml:2:7: photo.yaw: invalid type: string \"x\", expected f32",
                "f.toml 第 2 行第 7 列：photo.yaw：类型不对：是文字 \"x\"，应为数",
            ),
            (
                "f.toml: TOML parse error at line 1, column 11\n  |\n1 | [materials\n  |           ^\nunclosed table, expected `]`\n",
                "f.toml：第 1 行第 11 列：表名没有结束，缺少 `]`\n  |\n1 | [materials\n  |           ^",
            ),
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
            let why = said(&words);
            assert_eq!(said(&format!("f.toml: cannot be read: {words}")), format!("f.toml：无法读取：{why}"));
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
