//! Errors of rule packs: the file, the place in it, and what to write instead.
//! Knows nothing of what the keys mean.

use std::ops::Range;
use thiserror::Error;

/// Why a folder of rules cannot be used. The program ends with exit code 2: nothing is judged by half a pack.
#[derive(Debug, Error)]
pub enum PackError {
    #[error("{file}: cannot be read: {why}")]
    Io { file: String, why: std::io::Error },
    /// `line` and `column` count from 1, `column` in characters.
    #[error("{file}:{line}:{column}: {what}")]
    At { file: String, line: usize, column: usize, what: String },
    /// A defect of the file or folder as a whole.
    #[error("{file}: {what}")]
    Whole { file: String, what: String },
}

/// One file as it was read. Makes the errors, so that each has its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    /// Relative to the rule folder, `/`-separated.
    pub name: &'a str,
    pub text: &'a str,
}

impl Source<'_> {
    pub fn at(&self, span: Range<usize>, what: impl Into<String>) -> PackError {
        let (line, column) = position(self.text, span.start);
        PackError::At { file: self.name.to_owned(), line, column, what: what.into() }
    }

    /// The line, from 1, on which a place begins.
    pub fn line(&self, span: Range<usize>) -> usize {
        position(self.text, span.start).0
    }

    /// Tells the line, from 1, on which each of many places begins.
    pub fn lines(&self) -> Lines {
        Lines { breaks: self.text.match_indices('\n').map(|(at, _)| at).collect() }
    }

    pub fn whole(&self, what: impl Into<String>) -> PackError {
        PackError::Whole { file: self.name.to_owned(), what: what.into() }
    }

    /// The TOML of this file as `T`; an unknown key is an error that names the known ones.
    pub fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, PackError> {
        toml::from_str(self.text).map_err(|e| match e.span() {
            Some(span) => self.at(span, e.message()),
            None => self.whole(e.message()),
        })
    }
}

/// Where a text's lines end, so that they are not counted again for each of a million places.
#[derive(Debug)]
pub(super) struct Lines {
    breaks: Vec<usize>,
}

impl Lines {
    pub fn of(&self, span: &Range<usize>) -> usize {
        self.breaks.partition_point(|at| *at < span.start) + 1
    }
}

/// Line and column (characters, both from 1) of a byte offset.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    (line, column)
}

/// `"a", "b" or "c"`, for the end of a message.
pub(super) fn one_of<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|n| format!("\"{}\"", n.as_ref())).collect();
    match quoted.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{one_of, position};

    #[test]
    fn columns_count_characters_not_bytes() {
        assert_eq!(position("a\n级别 = x", "a\n级别 = ".len()), (2, 6));
        assert_eq!(position("a\n", 2), (2, 1));
        assert_eq!(position("", 0), (1, 1));
    }

    #[test]
    fn lists_of_names_read_as_a_sentence() {
        assert_eq!(one_of(["a"]), "\"a\"");
        assert_eq!(one_of(["a", "b", "c"]), "\"a\", \"b\" or \"c\"");
        assert_eq!(one_of([""; 0]), "nothing");
    }
}
