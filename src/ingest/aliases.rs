//! From names to what they mean: a file's to its material and page, a column's, an empty cell's, a table's, a system
//! file's.
//! The names are a table in `rules/aliases.toml`, not code; what a file holds is not asked here.

use super::column::Column;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::text::normalise;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use toml::Spanned;
use unicode_normalization::UnicodeNormalization as _;

/// Validated `aliases.toml`. Keys are compared without width, case, white space and bracket shape.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases {
    materials: BTreeMap<String, (String, MaterialKind)>,
    /// Names with `*`, those of most letters first: the most particular one counts.
    patterns: Vec<(Pattern, String, MaterialKind)>,
    columns: BTreeMap<String, (String, Column)>,
    files: FileNames,
    ignored: Ignored,
    table: TableWords,
}

#[derive(Debug, thiserror::Error)]
pub enum AliasError {
    #[error("cannot read {path}: {why}")]
    Unreadable { path: String, why: String },
    #[error("{path}: {why}")]
    Syntax { path: String, why: String },
    #[error("{path}, line {line}, column {column}: \"{name}\" is not a canonical {what}")]
    UnknownName { path: String, line: usize, column: usize, what: &'static str, name: String },
    #[error("{path}, line {line}, column {column}: \"{alias}\" is given two meanings")]
    Ambiguous { path: String, line: usize, column: usize, alias: String },
    #[error("{path}, line {line}, column {column}: \"{text}\" {why}")]
    Pointless { path: String, line: usize, column: usize, text: String, why: &'static str },
}

/// What a file name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<'a> {
    /// `None`: no material's name matches.
    pub kind: Option<MaterialKind>,
    /// From 1.
    pub part: u16,
    /// The alias that matched, as the table writes it.
    pub alias: Option<&'a str>,
}

/// Endings of pictures and PDF files. Formats that cannot be decoded (HEIC, GIF) are among them:
/// such a file is the material in an unreadable form, not a stranger.
const PICTURES: [&str; 14] =
    ["jpg", "jpeg", "jpe", "jfif", "png", "webp", "bmp", "tif", "tiff", "pdf", "heic", "heif", "avif", "gif"];

const SHIPPED: &str = include_str!("../../rules/aliases.toml");

/// How files' names are put together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileNames {
    /// What parts a material's name from a person's, a number or a date.
    #[serde(default)]
    separators: Vec<char>,
    /// A name with one of these between separators is no material: a sample, an instruction.
    #[serde(default)]
    strangers: Vec<String>,
}

/// What systems and programs leave behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Ignored {
    files: Vec<Pattern>,
    folders: Vec<Pattern>,
    empty_folders: Vec<Pattern>,
}

/// How tables and their cells are named and filled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct TableWords {
    names: Vec<Pattern>,
    head_marks: Vec<char>,
    head_words: Vec<String>,
    empty: BTreeSet<String>,
    footers: Vec<Pattern>,
}

/// A text in which `*` stands for any characters, compared as names are.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    /// As written.
    text: String,
    pieces: Vec<String>,
}

impl Pattern {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), pieces: text.split('*').map(key).collect() }
    }

    fn letters(&self) -> usize {
        self.pieces.iter().map(|p| p.chars().count()).sum()
    }

    /// Takes a [`key`].
    fn fits(&self, name: &str) -> bool {
        let [first, middle @ .., last] = self.pieces.as_slice() else {
            return self.pieces.first().is_some_and(|p| p == name);
        };
        let Some(mut rest) = name.strip_prefix(first.as_str()).and_then(|r| r.strip_suffix(last.as_str())) else {
            return false;
        };
        middle.iter().all(|piece| match rest.find(piece.as_str()) {
            Some(at) => {
                rest = &rest[at + piece.len()..];
                true
            }
            None => false,
        })
    }
}

/// A name as it is compared.
fn key(name: &str) -> String {
    normalise(name).to_lowercase()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAliases {
    #[serde(default)]
    materials: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    columns: BTreeMap<String, Spanned<String>>,
    files: Option<FileNames>,
    ignored: Option<RawIgnored>,
    table: Option<RawTable>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawIgnored {
    #[serde(default)]
    files: Vec<Spanned<String>>,
    #[serde(default)]
    folders: Vec<Spanned<String>>,
    #[serde(default)]
    empty_folders: Vec<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawTable {
    #[serde(default)]
    names: Vec<Spanned<String>>,
    #[serde(default)]
    head_marks: Vec<char>,
    #[serde(default)]
    head_words: Vec<String>,
    #[serde(default)]
    empty: Vec<String>,
    #[serde(default)]
    footers: Vec<Spanned<String>>,
}

impl Aliases {
    /// Reads and validates a file.
    ///
    /// # Errors
    /// Unreadable, not TOML, an unknown section, a meaning that is no canonical name, a pattern that fits everything.
    pub fn load(path: &Path) -> Result<Self, AliasError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|e| AliasError::Unreadable { path: name.clone(), why: e.to_string() })?;
        Self::parse(&text, &name)
    }

    /// As [`Self::load`], from text; `path` is for messages.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn parse(text: &str, path: &str) -> Result<Self, AliasError> {
        let raw: RawAliases =
            toml::from_str(text).map_err(|e| AliasError::Syntax { path: path.into(), why: e.to_string() })?;
        let of = Place { text, path };
        let materials = of.validated(raw.materials, "material", MaterialKind::from_name)?;
        let columns = of.validated(raw.columns, "column", Column::from_header)?;
        // A file that says nothing of a section means the built-in one: it was written before there was that section,
        // or has no wish of its own.
        let complete = raw.files.is_some() && raw.ignored.is_some() && raw.table.is_some();
        let mut aliases = if complete { Self::default() } else { Self::parse(SHIPPED, "rules/aliases.toml")? };
        aliases.materials.clear();
        aliases.patterns.clear();
        aliases.columns = columns;
        if let Some(files) = raw.files {
            aliases.files = FileNames { strangers: files.strangers.iter().map(|s| key(s)).collect(), ..files };
        }
        if let Some(ignored) = raw.ignored {
            aliases.ignored = Ignored {
                files: of.patterns(ignored.files)?,
                folders: of.patterns(ignored.folders)?,
                empty_folders: of.patterns(ignored.empty_folders)?,
            };
        }
        if let Some(table) = raw.table {
            aliases.table = TableWords {
                names: of.patterns(table.names)?,
                head_marks: table.head_marks,
                head_words: table.head_words.iter().map(|w| key(w)).filter(|w| !w.is_empty()).collect(),
                empty: table.empty.iter().map(|e| key(e)).collect(),
                footers: of.patterns(table.footers)?,
            };
        }
        for (name, (alias, kind)) in materials {
            aliases.name(name, alias, kind);
        }
        Ok(aliases)
    }

    /// The same with an office's own names of materials; they count before those of the table. Returns the places of
    /// names that say nothing new.
    #[must_use]
    pub fn with_names<'n>(mut self, names: impl IntoIterator<Item = (&'n str, MaterialKind)>) -> (Self, Vec<usize>) {
        let mut nothing_new = Vec::new();
        for (place, (name, kind)) in names.into_iter().enumerate() {
            let key = key(name);
            let known = if key.contains('*') {
                self.patterns.iter().any(|(p, _, k)| p.text == name && *k == kind)
            } else {
                self.exactly(&key).is_some_and(|(k, _)| k == kind)
            };
            if known {
                nothing_new.push(place);
            } else {
                self.name(key, name.to_owned(), kind);
            }
        }
        (self, nothing_new)
    }

    fn name(&mut self, key: String, alias: String, kind: MaterialKind) {
        if key.contains('*') {
            self.patterns.insert(0, (Pattern::new(&alias), alias, kind));
            self.patterns.sort_by_key(|(p, ..)| std::cmp::Reverse(p.letters()));
        } else {
            self.materials.insert(key, (alias, kind));
        }
    }

    /// What `file_name` (without folders) says, whatever its ending: what is in it, is for whoever opens it. In this
    /// order: the whole name, the name without its page number, a part of it between separators, a pattern.
    pub fn classify(&self, file_name: &str) -> Named<'_> {
        let whole = key(&stem(file_name));
        let named = |(kind, alias), part| Named { kind: Some(kind), part, alias };
        // The whole name first: an alias may itself end in a digit.
        if let Some(found) = self.exactly(&whole) {
            return named(found, 1);
        }
        let (base, part) = split_part(&whole).unwrap_or((&whole, 1));
        if let Some(found) = self.exactly(base) {
            return named(found, part);
        }
        // Blanks part words as well, and are gone from `whole`.
        let parts: Vec<String> = self.parts(&stem(file_name));
        if parts.iter().any(|p| self.files.strangers.contains(p)) {
            return Named { kind: None, part: 1, alias: None };
        }
        let unknown = Named { kind: None, part: 1, alias: None };
        match self.among(&parts) {
            Some(found) => found.unwrap_or(unknown),
            None => self.by_pattern(base).map_or(unknown, |found| named(found, part)),
        }
    }

    /// As [`Self::classify`], of pictures and PDF files whose whole name is a material's: enough to tell that a folder
    /// is somebody's.
    pub(super) fn is_material(&self, file_name: &str) -> bool {
        let Some((stem, _)) = picture_stem(file_name) else { return false };
        let whole = key(stem);
        self.exactly(&whole).is_some() || split_part(&whole).is_some_and(|(base, _)| self.exactly(base).is_some())
    }

    /// The one material that the parts of a name say (`None`: none does; `Some(None)`: they contradict each other). The
    /// page is a short number behind it.
    fn among(&self, parts: &[String]) -> Option<Option<Named<'_>>> {
        let mut found: Option<Named<'_>> = None;
        for (at, part) in parts.iter().enumerate() {
            let (base, page) = match self.exactly(part) {
                Some(known) => (Some(known), None),
                None => split_part(part).map_or((None, None), |(base, page)| (self.exactly(base), Some(page))),
            };
            let Some((kind, alias)) = base else { continue };
            if found.as_ref().is_some_and(|f| f.kind != Some(kind)) {
                return Some(None);
            }
            let next = || parts.get(at + 1).filter(|p| p.len() <= 2).and_then(|p| p.parse().ok()).filter(|n| *n > 0);
            found.get_or_insert(Named { kind: Some(kind), part: page.or_else(next).unwrap_or(1), alias });
        }
        found.map(Some)
    }

    fn parts(&self, name: &str) -> Vec<String> {
        name.split(|c: char| self.separates(c)).map(key).filter(|p| !p.is_empty()).collect()
    }

    fn exactly(&self, key: &str) -> Option<(MaterialKind, Option<&str>)> {
        MaterialKind::from_name(key)
            .map(|k| (k, None))
            .or_else(|| self.materials.get(key).map(|(a, k)| (*k, Some(a.as_str()))))
    }

    fn by_pattern(&self, key: &str) -> Option<(MaterialKind, Option<&str>)> {
        self.patterns.iter().find(|(p, ..)| p.fits(key)).map(|(_, alias, kind)| (*kind, Some(alias.as_str())))
    }

    /// The column with this header, and the alias that matched. Marks before it and 必填 behind it are no part of it.
    pub(super) fn column(&self, header: &str) -> Option<(Column, Option<&str>)> {
        let known = |key: &str| {
            Column::from_header(key)
                .map(|c| (c, None))
                .or_else(|| self.columns.get(key).map(|(a, c)| (*c, Some(a.as_str()))))
        };
        let whole = key(header);
        known(&whole).or_else(|| {
            let mut bare = whole.as_str();
            loop {
                let before = bare;
                bare = bare.trim_matches(|c: char| self.table.head_marks.contains(&c) || matches!(c, ':' | '*'));
                for word in &self.table.head_words {
                    // (必填), 必填
                    let bracketed = || {
                        bare.strip_suffix(')')
                            .and_then(|b| b.strip_suffix(word.as_str()))
                            .and_then(|b| b.strip_suffix('('))
                    };
                    bare = bracketed().or_else(|| bare.strip_suffix(word.as_str())).unwrap_or(bare);
                }
                if let Some(found) = known(bare) {
                    return Some(found);
                }
                if bare == before || bare.is_empty() {
                    return None;
                }
            }
        })
    }

    /// Does a cell with this text say that there is nothing?
    pub(super) fn is_empty_value(&self, text: &str) -> bool {
        // Almost every cell is longer than any word for nothing.
        text.chars().nth(24).is_none() && self.table.empty.contains(&key(text))
    }

    /// Does a row that begins with this text stand under a table rather than in it?
    pub(super) fn is_footer(&self, text: &str) -> bool {
        let text = key(text);
        self.table.footers.iter().any(|p| p.fits(&text))
    }

    /// Does a file of this name hold the registration? Takes the name without its ending.
    pub(super) fn is_table_name(&self, stem: &str) -> bool {
        let stem = key(stem);
        self.table.names.iter().any(|p| p.fits(&stem))
    }

    /// The pattern by which a file is a system's or a program's own.
    pub(super) fn ignored_file(&self, name: &str) -> Option<&str> {
        first_fitting(&self.ignored.files, name)
    }

    /// The pattern by which a folder is a system's own, with all that is in it.
    pub(super) fn ignored_folder(&self, name: &str) -> Option<&str> {
        first_fitting(&self.ignored.folders, name)
    }

    /// The pattern by which a folder that holds nothing was made by mistake.
    pub(super) fn ignored_if_empty(&self, name: &str) -> Option<&str> {
        first_fitting(&self.ignored.empty_folders, name)
    }

    /// Does this mark part one thing in a name from another?
    pub(super) fn separates(&self, c: char) -> bool {
        c.is_whitespace() || self.files.separators.contains(&c)
    }

    /// Other headers of columns, each with the canonical one.
    pub(super) fn columns(&self) -> Vec<(&str, &str)> {
        self.columns.iter().map(|(key, (_, column))| (key.as_str(), column.header())).collect()
    }

    /// Aliases of columns only, as [`Self::columns`] gives them.
    pub(super) fn of_columns(columns: Vec<(String, String)>) -> Self {
        let known = |(key, header): (String, String)| Column::from_header(&header).map(|c| (key.clone(), (key, c)));
        Self { columns: columns.into_iter().filter_map(known).collect(), ..Self::default() }
    }

    /// Aliases that are not among `used`: a setting that matched nothing is worth a word.
    pub fn unmatched<'a>(&'a self, used: &BTreeSet<String>) -> Vec<&'a str> {
        let all = self
            .materials
            .values()
            .map(|(a, _)| a)
            .chain(self.patterns.iter().map(|(_, a, _)| a))
            .chain(self.columns.values().map(|(a, _)| a));
        all.filter(|a| !used.contains(*a)).map(String::as_str).collect()
    }
}

fn first_fitting<'a>(patterns: &'a [Pattern], name: &str) -> Option<&'a str> {
    let name = key(name);
    patterns.iter().find(|p| p.fits(&name)).map(|p| p.text.as_str())
}

/// A file's name without its ending, readable: full-width marks narrowed, pictograms and invisible marks dropped.
/// Doubled endings (`申报表.jpg.jpg`) too.
fn stem(file_name: &str) -> String {
    let plain: String =
        file_name.nfkc().map(|c| if c == '。' { '.' } else { c }).filter(|c| !is_pictogram(*c)).collect();
    let mut stem = plain.trim();
    while let Some((shorter, _)) = picture_stem(stem) {
        stem = shorter.trim();
    }
    // Any other ending: short, without Han characters, and behind something.
    match stem.rsplit_once('.') {
        Some((shorter, ending))
            if !shorter.is_empty()
                && (1..=5).contains(&ending.len())
                && ending.bytes().all(|b| b.is_ascii_alphanumeric()) =>
        {
            shorter.to_owned()
        }
        _ => stem.to_owned(),
    }
}

/// The name without the ending of a picture or PDF, and the ending, if it has one.
fn picture_stem(file_name: &str) -> Option<(&str, &str)> {
    let (stem, ending) = file_name.rsplit_once('.')?;
    PICTURES.contains(&ending.trim().to_lowercase().as_str()).then_some((stem, ending))
}

/// Emoji and other symbols that no name of a material has, and what joins and colours them.
fn is_pictogram(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{e0000}'..='\u{e007f}')
}

/// `申报表-2`, `申报表_3`, `申报表(2)`, `申报表2`, `申报表第2页` → the base and 2, 3 …; parts are 1–999. Takes normalised text.
fn split_part(name: &str) -> Option<(&str, u16)> {
    let inner = name.strip_suffix(')').or_else(|| name.strip_suffix('页')).unwrap_or(name);
    let base = inner.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &inner[base.len()..];
    if digits.is_empty() || digits.len() > 3 {
        return None;
    }
    let base = match name.chars().last() {
        Some(')') => base.strip_suffix('(')?,
        Some('页') => base.strip_suffix('第')?,
        _ => base.trim_end_matches(['-', '_', '.']),
    };
    let part = digits.parse().ok().filter(|n| *n > 0)?;
    Some((base, part))
}

/// The file that is validated.
struct Place<'a> {
    text: &'a str,
    path: &'a str,
}

impl Place<'_> {
    fn validated<T: Copy + PartialEq>(
        &self,
        raw: BTreeMap<String, Spanned<String>>,
        what: &'static str,
        meaning: impl Fn(&str) -> Option<T>,
    ) -> Result<BTreeMap<String, (String, T)>, AliasError> {
        let mut out: BTreeMap<String, (String, T)> = BTreeMap::new();
        for (alias, name) in raw {
            let (line, column) = self.position(name.span().start);
            let path = self.path.to_owned();
            let Some(value) = meaning(name.get_ref()) else {
                return Err(AliasError::UnknownName { path, line, column, what, name: name.into_inner() });
            };
            let key = key(&alias);
            if key.trim_matches('*').is_empty() {
                return Err(AliasError::Pointless { path, line, column, text: alias, why: "fits every name" });
            }
            // Two spellings of one alias are fine as long as they agree, and an alias may not rename a canonical name.
            let clash = out.get(&key).is_some_and(|(_, v)| *v != value) || meaning(&key).is_some_and(|v| v != value);
            if clash {
                return Err(AliasError::Ambiguous { path, line, column, alias });
            }
            out.insert(key, (alias, value));
        }
        Ok(out)
    }

    fn patterns(&self, raw: Vec<Spanned<String>>) -> Result<Vec<Pattern>, AliasError> {
        let pattern = |text: Spanned<String>| {
            let (line, column) = self.position(text.span().start);
            let pattern = Pattern::new(text.get_ref());
            if pattern.letters() == 0 {
                return Err(AliasError::Pointless {
                    path: self.path.to_owned(),
                    line,
                    column,
                    text: text.into_inner(),
                    why: "fits every name",
                });
            }
            Ok(pattern)
        };
        raw.into_iter().map(pattern).collect()
    }

    /// Line and column (characters) from 1 of a byte offset.
    fn position(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..offset.min(self.text.len())];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shipped() -> Aliases {
        Aliases::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/aliases.toml")).unwrap()
    }

    #[test]
    fn names_and_parts() {
        use MaterialKind as M;
        let aliases = shipped();
        for (file, kind, part) in [
            ("申报表.jpg", Some(M::ApplicationForm), 1),
            ("申报表.JPG", Some(M::ApplicationForm), 1),
            ("申报表.jpg.jpg", Some(M::ApplicationForm), 1),
            ("申报表-2.png", Some(M::ApplicationForm), 2),
            ("申报表_3.webp", Some(M::ApplicationForm), 3),
            ("申报表(2).tif", Some(M::ApplicationForm), 2),
            ("申报表（２）.jpeg", Some(M::ApplicationForm), 2),
            ("申报表 2.bmp", Some(M::ApplicationForm), 2),
            ("申报表 - 2.pdf", Some(M::ApplicationForm), 2),
            ("申报表第2页.pdf", Some(M::ApplicationForm), 2),
            ("申报表-02.jpg", Some(M::ApplicationForm), 2),
            ("申报表-0.jpg", Some(M::ApplicationForm), 1),
            ("申报表-.jpg", Some(M::ApplicationForm), 1),
            ("申报表.docx", Some(M::ApplicationForm), 1),
            ("申报表", Some(M::ApplicationForm), 1),
            ("申报表-副本.jpg", Some(M::ApplicationForm), 1),
            ("张三-申报表.jpg", Some(M::ApplicationForm), 1),
            ("20240100001_申报表.jpg", Some(M::ApplicationForm), 1),
            ("20240100001_张三_申报表_2.jpg", Some(M::ApplicationForm), 2),
            ("张三 申报表(2).jpg", Some(M::ApplicationForm), 2),
            ("张三申报表.jpg", Some(M::ApplicationForm), 1),
            ("申报表（张三）.jpg", Some(M::ApplicationForm), 1),
            ("【张三】身份证人像面.jpg", Some(M::IdCardFront), 1),
            ("申报表．ｊｐｇ", Some(M::ApplicationForm), 1),
            ("申报表。jpg", Some(M::ApplicationForm), 1),
            ("📄申报表✅.jpg", Some(M::ApplicationForm), 1),
            ("申报表.jpg📎", Some(M::ApplicationForm), 1),
            ("申报表-2024-11-15.jpg", Some(M::ApplicationForm), 1),
            ("申报表-样例.jpg", None, 1),
            ("申报表填写说明.pdf", None, 1),
            ("申报表_毕业证书.jpg", None, 1),
            ("张三.jpg", None, 1),
            ("IMG_20240101.jpg", None, 1),
            ("工作承诺书.jpg", Some(M::IntentCommitment), 1),
            ("个人工作经历承诺书.jpg", Some(M::WorkCommitment), 1),
            ("技工院校、职业院校学历承诺书-2.jpg", Some(M::EducationCommitment), 2),
            ("1寸照片.jpg", Some(M::Photo), 1),
            ("身份证（正面）.heic", Some(M::IdCardFront), 1),
            ("Thumbs.db", None, 1),
            (".DS_Store", None, 1),
            ("desktop.ini", None, 1),
            (".jpg", None, 1),
            ("", None, 1),
        ] {
            let named = aliases.classify(file);
            assert_eq!((named.kind, named.part), (kind, part), "{file}");
        }
    }

    #[test]
    fn matched_aliases_are_known() {
        let aliases = Aliases::parse("[materials]\n\"甲\" = \"申报表\"\n\"乙\" = \"其他\"\n", "t").unwrap();
        let used: BTreeSet<String> = aliases.classify("甲-2.jpg").alias.map(str::to_owned).into_iter().collect();
        assert_eq!(aliases.unmatched(&used), ["乙"]);
        assert_eq!(aliases.classify("申报表.jpg").alias, None);
    }

    #[test]
    fn an_offices_names_count_first() {
        use MaterialKind as M;
        let (aliases, nothing_new) =
            shipped().with_names([("报名表扫描件", M::ApplicationForm), ("一寸照", M::Photo), ("证件正面", M::Other)]);
        assert_eq!(nothing_new, [1], "the table says so already");
        for (file, kind) in [
            ("报名表扫描件-2.jpg", Some(M::ApplicationForm)),
            ("一寸照.jpg", Some(M::Photo)),
            ("证件正面.png", Some(M::Other)),
            ("证件反面.png", Some(M::IdCardBack)),
        ] {
            assert_eq!(aliases.classify(file).kind, kind, "{file}");
        }
    }

    #[test]
    fn mistakes_name_their_place() {
        for (text, words) in [
            ("[materials]\n\"甲\" = \"申请表\"\n", "line 2, column 7: \"申请表\" is not a canonical material"),
            ("[columns]\n\"甲\" = \"申报表\"\n", "is not a canonical column"),
            ("[material]\n", "unknown field"),
            ("[materials]\n\"申报表\" = \"其他\"\n", "two meanings"),
            ("[materials]\n\"甲(1)\" = \"其他\"\n\"甲（1）\" = \"申报表\"\n", "two meanings"),
            ("[materials\n", "line 1"),
            ("[materials]\n\"*\" = \"其他\"\n", "line 2, column 7: \"*\" fits every name"),
            ("[ignored]\nfiles = [\"a\", \"**\"]\n", "line 2, column 15: \"**\" fits every name"),
            ("[ignored]\nfolder = [\"a\"]\n", "unknown field"),
            ("[table]\nfooters = [\"\"]\n", "fits every name"),
        ] {
            let error = Aliases::parse(text, "aliases.toml").unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn patterns_fit_from_end_to_end() {
        for (pattern, name, fits) in [
            ("申报表", "申报表", true),
            ("*申报表", "张三申报表", true),
            ("*申报表", "申报表2", false),
            ("._*", "._a", true),
            ("._*", "a._", false),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "ac", false),
            ("ab*bc", "abc", false),
            ("Thumbs.DB", "thumbs.db", true),
        ] {
            assert_eq!(Pattern::new(pattern).fits(&key(name)), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn heads_have_marks_and_words_around_them() {
        let aliases = shipped();
        for (head, column) in [
            ("姓名", Some(Column::Name)),
            ("*姓名", Some(Column::Name)),
            ("★ 姓名", Some(Column::Name)),
            ("姓名*", Some(Column::Name)),
            ("姓名：", Some(Column::Name)),
            ("职业（必填）", Some(Column::Occupation)),
            ("*职业【必填项】", Some(Column::Occupation)),
            ("职业\n必填", Some(Column::Occupation)),
            ("＊身份证号（必填）", Some(Column::IdNumber)),
            ("缴费金额(元)", Some(Column::FeePaid)),
            ("必填", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(aliases.column(head).map(|(c, _)| c), column, "{head}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_answered(name in "\\PC{0,40}") {
            let _ = shipped().classify(&name);
        }

        #[test]
        fn every_part_reads_back(kind in 0usize..12, part in 1u16..=999, form in 0usize..5) {
            let kind = MaterialKind::ALL[kind];
            let n = kind.name();
            let name = [format!("{n}-{part}"), format!("{n}_{part}"), format!("{n}({part})"), format!("{n}（{part}）"), format!("{n} {part}")][form].clone() + ".jpg";
            let aliases = Aliases::default();
            let named = aliases.classify(&name);
            prop_assert_eq!((named.kind, named.part), (Some(kind), part), "{}", name);
        }
    }
}
