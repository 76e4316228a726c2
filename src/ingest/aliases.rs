//! From a file's name to the material that it claims to be, and which page of it.
//! The names are a table in `rules/aliases.toml`, not code; what the content is, is not asked here.

use super::registration::Column;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::text::normalise;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use toml::Spanned;

/// Validated `aliases.toml`. Keys are compared without width, case, white space and bracket shape.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases {
    materials: BTreeMap<String, (String, MaterialKind)>,
    columns: BTreeMap<String, (String, Column)>,
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
}

/// What a file name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<'a> {
    /// `None`: no material's name matches, or the extension is no picture's and no PDF's.
    pub kind: Option<MaterialKind>,
    /// From 1.
    pub part: u16,
    /// The alias that matched, as the table writes it.
    pub alias: Option<&'a str>,
}

/// Extensions that a material may have. Formats that cannot be decoded (HEIC, GIF) are among them:
/// such a file is the material in an unreadable form, not a stranger.
const EXTENSIONS: [&str; 14] = ["jpg", "jpeg", "jpe", "jfif", "png", "webp", "bmp", "tif", "tiff", "pdf", "heic", "heif", "avif", "gif"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAliases {
    #[serde(default)]
    materials: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    columns: BTreeMap<String, Spanned<String>>,
}

impl Aliases {
    /// Reads and validates a file.
    ///
    /// # Errors
    /// Unreadable, not TOML, an unknown section, a meaning that is no canonical name.
    pub fn load(path: &Path) -> Result<Self, AliasError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| AliasError::Unreadable { path: name.clone(), why: e.to_string() })?;
        Self::parse(&text, &name)
    }

    /// As [`Self::load`], from text; `path` is for messages.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn parse(text: &str, path: &str) -> Result<Self, AliasError> {
        let raw: RawAliases = toml::from_str(text).map_err(|e| AliasError::Syntax { path: path.into(), why: e.to_string() })?;
        Ok(Self {
            materials: validated(raw.materials, text, path, "material", MaterialKind::from_name)?,
            columns: validated(raw.columns, text, path, "column", Column::from_header)?,
        })
    }

    /// The same with an office's own names of materials; they count before those of the table. Returns the places of names that say nothing new.
    #[must_use]
    pub fn with_names<'n>(mut self, names: impl IntoIterator<Item = (&'n str, MaterialKind)>) -> (Self, Vec<usize>) {
        let mut nothing_new = Vec::new();
        for (place, (name, kind)) in names.into_iter().enumerate() {
            let key = normalise(name).to_lowercase();
            if self.material(&key).is_some_and(|(known, _)| known == kind) {
                nothing_new.push(place);
            } else {
                self.materials.insert(key, (name.to_owned(), kind));
            }
        }
        (self, nothing_new)
    }

    /// What `file_name` (without folders) says.
    pub fn classify(&self, file_name: &str) -> Named<'_> {
        let unknown = Named { kind: None, part: 1, alias: None };
        let Some(stem) = material_stem(file_name) else { return unknown };
        let whole = normalise(stem).to_lowercase();
        // The whole name first: an alias may itself end in a digit.
        if let Some((kind, alias)) = self.material(&whole) {
            return Named { kind: Some(kind), part: 1, alias };
        }
        let Some((base, part)) = split_part(&whole) else { return unknown };
        match self.material(base) {
            Some((kind, alias)) => Named { kind: Some(kind), part, alias },
            None => unknown,
        }
    }

    /// The column with this header, and the alias that matched.
    pub(super) fn column(&self, header: &str) -> Option<(Column, Option<&str>)> {
        let key = normalise(header).to_lowercase();
        Column::from_header(&key).map(|c| (c, None)).or_else(|| self.columns.get(&key).map(|(a, c)| (*c, Some(a.as_str()))))
    }

    /// Other headers of columns, each with the canonical one.
    pub(super) fn columns(&self) -> Vec<(&str, &str)> {
        self.columns.iter().map(|(key, (_, column))| (key.as_str(), column.header())).collect()
    }

    /// Aliases of columns only, as [`Self::columns`] gives them.
    pub(super) fn of_columns(columns: Vec<(String, String)>) -> Self {
        let known = |(key, header): (String, String)| Column::from_header(&header).map(|c| (key.clone(), (key, c)));
        Self { materials: BTreeMap::new(), columns: columns.into_iter().filter_map(known).collect() }
    }

    /// Aliases that are not among `used`: a setting that matched nothing is worth a word.
    pub fn unmatched<'a>(&'a self, used: &BTreeSet<String>) -> Vec<&'a str> {
        let all = self.materials.values().map(|(a, _)| a).chain(self.columns.values().map(|(a, _)| a));
        all.filter(|a| !used.contains(*a)).map(String::as_str).collect()
    }

    fn material(&self, key: &str) -> Option<(MaterialKind, Option<&str>)> {
        MaterialKind::from_name(key).map(|k| (k, None)).or_else(|| self.materials.get(key).map(|(a, k)| (*k, Some(a.as_str()))))
    }
}

/// The name without its extension (doubled ones too: `申报表.jpg.jpg`), if the extension is a picture's or a PDF's.
fn material_stem(file_name: &str) -> Option<&str> {
    let strip = |name: &str| {
        let (stem, extension) = name.rsplit_once('.')?;
        EXTENSIONS.contains(&extension.trim().to_lowercase().as_str()).then_some(stem.len())
    };
    let mut stem = &file_name[..strip(file_name)?];
    while let Some(shorter) = strip(stem) {
        stem = &stem[..shorter];
    }
    Some(stem)
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

fn validated<T: Copy + PartialEq>(
    raw: BTreeMap<String, Spanned<String>>,
    text: &str,
    path: &str,
    what: &'static str,
    meaning: impl Fn(&str) -> Option<T>,
) -> Result<BTreeMap<String, (String, T)>, AliasError> {
    let mut out: BTreeMap<String, (String, T)> = BTreeMap::new();
    for (alias, name) in raw {
        let (line, column) = position(text, name.span().start);
        let path = path.to_owned();
        let Some(value) = meaning(name.get_ref()) else {
            return Err(AliasError::UnknownName { path, line, column, what, name: name.into_inner() });
        };
        let key = normalise(&alias).to_lowercase();
        // Two spellings of one alias are fine as long as they agree, and an alias may not rename a canonical name.
        let clash = out.get(&key).is_some_and(|(_, v)| *v != value) || meaning(&key).is_some_and(|v| v != value);
        if clash {
            return Err(AliasError::Ambiguous { path, line, column, alias });
        }
        out.insert(key, (alias, value));
    }
    Ok(out)
}

/// Line and column (characters) from 1 of a byte offset.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
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
            ("申报表-0.jpg", None, 1),
            ("申报表-.jpg", None, 1),
            ("申报表.docx", None, 1),
            ("申报表", None, 1),
            ("申报表-副本.jpg", None, 1),
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
        let (aliases, nothing_new) = shipped().with_names([("报名表扫描件", M::ApplicationForm), ("一寸照", M::Photo), ("证件正面", M::Other)]);
        assert_eq!(nothing_new, [1], "the table says so already");
        for (file, kind) in
            [("报名表扫描件-2.jpg", Some(M::ApplicationForm)), ("一寸照.jpg", Some(M::Photo)), ("证件正面.png", Some(M::Other)), ("证件反面.png", Some(M::IdCardBack))]
        {
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
        ] {
            let error = Aliases::parse(text, "aliases.toml").unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
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
