//! From `companies.csv`, an extract of the enterprise register, to a lookup of employers by name.
//! A name is found exactly (after normalising) or not at all; near names are only suggested, never equated.

use super::encoding::{Encoded, is_whole};
use super::issue::BatchIssue;
use super::table::{DELIMITERS, Records, Tellings, Told};
use super::values;
use crate::vocabulary::register::{Enterprise, Lookup, Register};
use crate::vocabulary::text::normalise;
use jiff::civil::Date;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

/// The enterprise register's file at a batch's root.
pub const REGISTER_NAME: &str = "companies.csv";

/// Memory: some 130 bytes an enterprise and its texts once (docs/register.md has figures).
#[derive(Debug)]
pub struct CompaniesRegister {
    rows: Vec<Row>,
    /// Name, credit code and former names of each row, one behind the other, each behind a [`BREAK`] but the first.
    texts: String,
    /// (hash of a normalised present or former name, place in `rows`), sorted.
    by_name: Vec<(u32, u32)>,
    pairs: PairIndex,
}

/// Parts the texts of a row; what is read from the file holds none.
const BREAK: char = '\u{1f}';

#[derive(Debug, Clone, Copy)]
struct Row {
    /// Where its texts end in `texts`; they begin where the row's before it end.
    end: u32,
    founded: Option<Date>,
    dissolved: Option<Date>,
}

#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    #[error("{file}: cannot be read: {why}")]
    Unreadable { file: String, why: String },
    #[error("{file}: over 4 GB of names; give an extract")]
    TooLarge { file: String },
    #[error("{file}: has no column “{column}”; the first row must name the columns")]
    ColumnMissing { file: String, column: String },
}

const NAME: &str = "企业名称";
const CODE: &str = "统一社会信用代码";
const FOUNDED: &str = "成立日期";
const DISSOLVED: &str = "注销日期";
const FORMER: &str = "曾用名";
pub(super) const HEADS: [&str; 5] = [NAME, CODE, FOUNDED, DISSOLVED, FORMER];

impl CompaniesRegister {
    /// Reads a file; `file` in messages is its name without folders. Rows with mistakes are named in the issues; what
    /// is sound of them is kept.
    ///
    /// # Errors
    /// The file cannot be read as text or does not name its columns.
    pub fn load(path: &Path) -> Result<(Self, Vec<BatchIssue>), RegisterError> {
        let file = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let bytes =
            std::fs::read(path).map_err(|e| RegisterError::Unreadable { file: file.clone(), why: e.to_string() })?;
        Self::parse(&bytes, &file)
    }

    /// As [`Self::load`], from bytes (UTF-8 ± BOM, UTF-16 with BOM, GB18030).
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn parse(bytes: &[u8], file: &str) -> Result<(Self, Vec<BatchIssue>), RegisterError> {
        let unreadable = |why: &str| RegisterError::Unreadable { file: file.into(), why: why.into() };
        let encoded = Encoded::of(bytes);
        if bytes.is_empty() {
            return Err(unreadable("empty file"));
        }
        if bytes[..bytes.len().min(1 << 12)].contains(&0) && !encoded.name.starts_with("UTF-16") {
            return Err(unreadable("no text: export it as CSV"));
        }
        if u32::try_from(encoded.bytes.len()).is_err() {
            return Err(RegisterError::TooLarge { file: file.into() });
        }
        let Some((mut records, columns)) = heads(&encoded) else {
            return Err(RegisterError::ColumnMissing { file: file.into(), column: NAME.into() });
        };
        let row_issue = |t: Told| BatchIssue::Row { file: file.into(), row: t.row, why: t.why };
        let missing = [NAME, CODE, FOUNDED, DISSOLVED, FORMER].iter().zip(columns).filter(|(_, at)| at.is_none());
        let mut issues: Vec<BatchIssue> =
            missing.map(|(c, _)| BatchIssue::ColumnMissing { file: file.into(), column: (*c).into() }).collect();
        let mut register =
            Self { rows: Vec::new(), texts: String::new(), by_name: Vec::new(), pairs: PairIndex::default() };
        let mut told = Tellings::default();
        while let Some(record) = records.next() {
            let line = record.line;
            if let Some(why) = record.fault {
                told.push(line, why);
            }
            register.add(record.fields, columns, &mut |why| told.push(line, why));
        }
        issues.extend(told.finish().into_iter().map(row_issue));
        drop(records);
        drop(encoded);
        register.index();
        Ok((register, issues))
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn index(&mut self) {
        self.rows.shrink_to_fit();
        self.texts.shrink_to_fit();
        let mut by_name: Vec<(u32, u32)> = Vec::with_capacity(self.rows.len());
        for place in self.places() {
            by_name.extend(self.names(place).map(|n| (hash(&normalise(n)), place)));
        }
        by_name.sort_unstable();
        by_name.dedup();
        self.by_name = by_name;
        self.pairs =
            PairIndex::build(self.rows.len(), |place| buckets_of(self.names(place).flat_map(|n| pairs(&normalise(n)))));
    }

    fn places(&self) -> std::ops::Range<u32> {
        // As many rows as the file has bytes would still fit.
        0..u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    /// A row's texts: name, credit code (may be empty), former names.
    fn texts(&self, place: u32) -> std::str::Split<'_, char> {
        let at = place as usize;
        let begin = if at == 0 { 0 } else { self.rows[at - 1].end as usize };
        self.texts[begin..self.rows[at].end as usize].split(BREAK)
    }

    /// The present name, then the former ones.
    fn names(&self, place: u32) -> impl Iterator<Item = &str> {
        self.texts(place).enumerate().filter(|(i, _)| *i != 1).map(|(_, n)| n)
    }

    fn enterprise(&self, place: u32) -> Enterprise {
        let Row { founded, dissolved, .. } = self.rows[place as usize];
        let mut texts = self.texts(place).map(str::to_owned);
        let name = texts.next().unwrap_or_default();
        let credit_code = texts.next().filter(|c| !c.is_empty());
        Enterprise { name, credit_code, founded, dissolved, former_names: texts.collect() }
    }

    fn exact(&self, key: &str) -> Vec<Enterprise> {
        let wanted = hash(key);
        let from = self.by_name.partition_point(|(h, _)| *h < wanted);
        let same = self.by_name[from..].iter().take_while(|(h, _)| *h == wanted);
        // A hash only points to the place; the names themselves decide.
        same.filter(|(_, place)| self.names(*place).any(|n| normalise(n) == key))
            .map(|(_, place)| self.enterprise(*place))
            .collect()
    }

    fn near(&self, key: &str) -> Vec<&str> {
        /// Dice coefficient of character pairs from which a name is worth showing: one wrong character of twelve gives
        /// 0.82, two 0.64–0.73.
        const ALIKE: f32 = 0.6;
        const SHOWN: usize = 3;
        let wanted = pairs(key);
        let mut scored: Vec<(f32, &str)> = Vec::new();
        for i in self.pairs.candidates(&wanted) {
            for name in self.names(i) {
                let alike = dice(&wanted, &pairs(&normalise(name)));
                if alike >= ALIKE {
                    scored.push((alike, name));
                }
            }
        }
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        scored.dedup_by(|a, b| a.1 == b.1);
        scored.into_iter().take(SHOWN).map(|(_, n)| n).collect()
    }
}

impl Register for CompaniesRegister {
    fn look_up(&self, name: &str) -> Lookup<'_> {
        let key = normalise(name);
        let found = self.exact(&key);
        if found.is_empty() { Lookup::NotFound { near: self.near(&key) } } else { Lookup::Found(found) }
    }
}

impl CompaniesRegister {
    /// One row of the file, if it names an enterprise. A cell with bytes that are no text is told and taken for
    /// unknown.
    fn add(&mut self, mut fields: Vec<String>, columns: [Option<usize>; 5], issue: &mut impl FnMut(String)) {
        if fields.iter().all(|c| c.trim().is_empty()) {
            return;
        }
        for (at, field) in fields.iter_mut().enumerate().filter(|(_, f)| !is_whole(f)) {
            issue(format!("第 {} 列有无法识别的字节（编码损坏），该格按未知处理", at + 1));
            field.clear();
        }
        let cell = |i: usize| columns[i].and_then(|at| fields.get(at)).map(|f| f.trim()).filter(|c| !c.is_empty());
        let Some(name) = cell(0) else {
            issue(format!("没有{NAME}，整行未被使用"));
            return;
        };
        let mut day = |i: usize, column: &str| {
            let raw = cell(i)?;
            let date = values::date(raw);
            if date.is_none() {
                issue(format!("{column}“{raw}”不是日期，按未知处理"));
            }
            date
        };
        let (founded, dissolved) = (day(2, FOUNDED), day(3, DISSOLVED));
        if let (Some(f), Some(d)) = (founded, dissolved)
            && d < f
        {
            issue(format!("{DISSOLVED} {d} 早于{FOUNDED} {f}"));
        }
        let former = cell(4)
            .into_iter()
            .flat_map(|f| f.split(['；', ';', '、', ',', '，']))
            .map(str::trim)
            .filter(|n| !n.is_empty());
        for (i, text) in [name, cell(1).unwrap_or_default()].into_iter().chain(former).enumerate() {
            if i > 0 {
                self.texts.push(BREAK);
            }
            text.split(BREAK).for_each(|part| self.texts.push_str(part));
        }
        // Not longer than the file, whose length was checked.
        self.rows.push(Row { end: u32::try_from(self.texts.len()).unwrap_or(u32::MAX), founded, dissolved });
    }
}

/// The records under the row that names the columns, and where each column is: the separator is the one under which
/// that row is found, and a title or two may stand above it.
fn heads<'a>(encoded: &'a Encoded<'a>) -> Option<(Records<'a>, [Option<usize>; 5])> {
    const TITLE_ROWS: usize = 10;
    const MOST_COLUMNS: usize = 256;
    DELIMITERS.into_iter().find_map(|delimiter| {
        let mut records = Records::new(encoded, delimiter, MOST_COLUMNS);
        for _ in 0..TITLE_ROWS {
            let fields = records.next()?.fields;
            let heads: Vec<String> =
                fields.iter().map(|f| normalise(f).trim_matches(['*', '★', ':']).to_owned()).collect();
            let place = |column: &str| heads.iter().position(|h| h == column);
            let columns = [place(NAME), place(CODE), place(FOUNDED), place(DISSOLVED), place(FORMER)];
            if columns[0].is_some() {
                return Some((records, columns));
            }
        }
        None
    })
}

/// `DefaultHasher::new` has fixed keys; nothing that leaves this file depends on the value.
fn hash(key: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    (hasher.finish() >> 32) as u32
}

/// The distinct pairs of neighbouring characters, sorted.
fn pairs(name: &str) -> Vec<(char, char)> {
    let mut out: Vec<_> = name.chars().zip(name.chars().skip(1)).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// 0–1: twice the shared pairs over all pairs. Both sorted.
fn dice(a: &[(char, char)], b: &[(char, char)]) -> f32 {
    let shared = a.iter().filter(|p| b.binary_search(p).is_ok()).count();
    if shared == 0 { 0.0 } else { 2.0 * shared as f32 / (a.len() + b.len()) as f32 }
}

/// For each bucket of character pairs the enterprises whose names hold one: two flat arrays, made by counting, without
/// a copy to sort.
/// A pair that nearly everybody has (有限, 公司) says nothing; its bucket is left empty.
#[derive(Debug, Default)]
struct PairIndex {
    /// Where each bucket's part of `members` begins; one more than there are buckets.
    starts: Vec<u32>,
    members: Vec<u32>,
}

const BUCKETS: usize = 1 << 18;

/// Enterprises looked at for one name, at most: what bounds the time of a look-up in a register of any size.
const MOST_LOOKED_AT: usize = 200_000;

impl PairIndex {
    /// `buckets` gives the buckets of an enterprise, each once.
    fn build(enterprises: usize, buckets: impl Fn(u32) -> Vec<usize>) -> Self {
        let mut counts = vec![0u32; BUCKETS];
        let places = || 0..u32::try_from(enterprises).unwrap_or(u32::MAX);
        for bucket in places().flat_map(&buckets) {
            counts[bucket] += 1;
        }
        let mut starts = vec![0u32; BUCKETS + 1];
        for (i, count) in counts.iter().enumerate() {
            starts[i + 1] = starts[i] + if *count as usize > MOST_LOOKED_AT { 0 } else { *count };
        }
        let mut next = starts.clone();
        let mut members = vec![0u32; starts[BUCKETS] as usize];
        for place in places() {
            for bucket in buckets(place) {
                if starts[bucket] < starts[bucket + 1] {
                    members[next[bucket] as usize] = place;
                    next[bucket] += 1;
                }
            }
        }
        Self { starts, members }
    }

    /// Enterprises that share the rarest pairs of `wanted`, those that share most first; at most 500.
    /// Common pairs (有限, 公司) say nothing and would name everybody, so buckets are taken from the smallest up to a bound
    /// on work.
    fn candidates(&self, wanted: &[(char, char)]) -> Vec<u32> {
        const MOST_COMPARED: usize = 500;
        let part = |b: usize| &self.members[self.starts[b] as usize..self.starts[b + 1] as usize];
        let mut buckets = buckets_of(wanted.iter().copied());
        buckets.sort_by_key(|b| (part(*b).len(), *b));
        let mut members: Vec<u32> = Vec::new();
        for bucket in buckets {
            if members.len() + part(bucket).len() > MOST_LOOKED_AT {
                break;
            }
            members.extend(part(bucket));
        }
        members.sort_unstable();
        let mut counted: Vec<(usize, u32)> = members.chunk_by(|a, b| a == b).map(|c| (c.len(), c[0])).collect();
        counted.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        counted.into_iter().take(MOST_COMPARED).map(|(_, i)| i).collect()
    }
}

fn buckets_of(pairs: impl Iterator<Item = (char, char)>) -> Vec<usize> {
    // Fibonacci hashing of the two code points (21 bits each).
    let bucket =
        |(a, b): (char, char)| ((u64::from(a) << 21 | u64::from(b)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 46) as usize;
    let mut out: Vec<usize> = pairs.map(bucket).collect();
    out.sort_unstable();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "企业名称,统一社会信用代码,成立日期,注销日期,曾用名\r\n\
        北京博雅商贸有限公司,91110014MADQTKLRJY,2012-10-17,,\r\n\
        北京恒信（集团）有限责任公司,,2008/3/27,2020-01-31,北京恒信商店；恒信商行\r\n\
        北京博雅商贸有限公司,91110000AAAAAAAAAA,2021-01-01,,\r\n";

    fn register(text: &str) -> (CompaniesRegister, Vec<BatchIssue>) {
        CompaniesRegister::parse(text.as_bytes(), "companies.csv").unwrap()
    }

    #[test]
    fn exact_names_are_found_and_near_ones_only_suggested() {
        let (register, issues) = register(SAMPLE);
        assert_eq!((register.len(), issues), (3, vec![]));
        for (asked, found, near) in [
            ("北京博雅商贸有限公司", vec!["2012-10-17", "2021-01-01"], vec![]),
            (" 北京 博雅商贸有限公司", vec!["2012-10-17", "2021-01-01"], vec![]),
            ("北京恒信(集团)有限责任公司", vec!["2008-03-27"], vec![]),
            ("北京恒信（集团）有限责任公司", vec!["2008-03-27"], vec![]),
            ("北京恒信【集团】有限责任公司", vec!["2008-03-27"], vec![]),
            ("北京恒信集团有限责任公司", vec![], vec!["北京恒信（集团）有限责任公司"]),
            ("北京恒信商", vec![], vec!["北京恒信商店"]),
            ("恒信商行", vec!["2008-03-27"], vec![]),
            ("北京恒信商店", vec!["2008-03-27"], vec![]),
            ("北京博雅商贸有限责任公司", vec![], vec!["北京博雅商贸有限公司"]),
            ("天津海洋渔业", vec![], vec![]),
            ("", vec![], vec![]),
        ] {
            match register.look_up(asked) {
                Lookup::Found(e) => assert_eq!(
                    e.iter().filter_map(|e| e.founded).map(|d| d.to_string()).collect::<Vec<_>>(),
                    found,
                    "{asked}"
                ),
                Lookup::NotFound { near: n } => {
                    assert_eq!((n.into_iter().take(1).collect::<Vec<_>>(), found.len()), (near, 0), "{asked}");
                }
                Lookup::NoRegister => panic!("{asked}"),
            }
        }
    }

    #[test]
    fn gb18030_is_read() {
        let (bytes, ..) = encoding_rs::GB18030.encode(SAMPLE);
        let (register, _) = CompaniesRegister::parse(&bytes, "companies.csv").unwrap();
        assert!(matches!(register.look_up("北京博雅商贸有限公司"), Lookup::Found(e) if e.len() == 2));
    }

    #[test]
    fn bad_rows_are_named() {
        let (register, issues) = register(
            "企业名称,成立日期,注销日期\n甲公司,2012年,\n,2012-01-01,\n乙公司,2012-01-01,2011-01-01\n\n丙公司\n",
        );
        let told: Vec<String> = issues.iter().map(ToString::to_string).collect();
        assert_eq!(register.len(), 3);
        for words in [
            "“统一社会信用代码”",
            "“曾用名”",
            "第 2 行：成立日期“2012年”不是日期",
            "第 3 行：没有企业名称",
            "第 4 行：注销日期 2011-01-01 早于",
        ] {
            assert!(told.iter().any(|t| t.contains(words)), "{words}: {told:#?}");
        }
        let error = CompaniesRegister::parse("名称\n甲\n".as_bytes(), "companies.csv").unwrap_err().to_string();
        assert!(error.contains("companies.csv") && error.contains("企业名称"), "{error}");
    }

    /// Run by hand: `cargo nextest run --run-ignored only a_million_rows --no-capture`.
    #[test]
    #[ignore = "measures"]
    fn a_million_rows() {
        const SYLLABLES: [char; 16] =
            ['博', '雅', '恒', '信', '中', '瑞', '海', '天', '华', '盛', '金', '源', '东', '方', '新', '联'];
        let mut text = String::from("企业名称,统一社会信用代码,成立日期,注销日期,曾用名\n");
        for i in 0..1_000_000usize {
            let word: String = (0..5).map(|k| SYLLABLES[i >> (4 * k) & 15]).collect();
            let former = if i % 10 == 0 { format!("北京{word}商店") } else { String::new() };
            text.push_str(&format!("北京{word}（集团）有限公司,9111{i:014},2012-10-17,,{former}\n"));
        }
        let (t, c) = (std::time::Instant::now(), cpu());
        let (register, _) = register(&text);
        println!("{} rows of {} MB in {:?}, CPU {:.1} s", register.len(), text.len() >> 20, t.elapsed(), cpu() - c);
        for name in [
            "北京博雅恒信中(集团)有限公司",
            "北京博博博博博商店",
            "北京博雅恒信（集团）有限公司",
            "上海某某科技有限公司",
        ] {
            let (t, c) = (std::time::Instant::now(), cpu());
            let mut answer = String::new();
            for _ in 0..10 {
                answer = format!("{:?}", register.look_up(name));
            }
            println!(
                "{name}: {:?}, CPU {:.3} s each: {}",
                t.elapsed() / 10,
                (cpu() - c) / 10.0,
                answer.chars().take(120).collect::<String>()
            );
        }
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        println!(
            "of the whole test, its text included: {}",
            status.lines().filter(|l| l.starts_with("VmHWM") || l.starts_with("VmRSS")).collect::<Vec<_>>().join(" ")
        );
    }

    /// CPU seconds of this process so far: a busy machine makes the wall's time say nothing. 0 where the system does
    /// not tell.
    fn cpu() -> f64 {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let fields: Vec<f64> = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|f| f.parse().ok())
            .collect();
        fields.iter().sum::<f64>() / 100.0
    }
}
