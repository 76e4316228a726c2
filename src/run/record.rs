//! What is recorded of a run besides its results: when it began, who ran it, and where the outputs of that day go.
//! Reads no clock (`today.rs`) and writes nothing.

use crate::report::cell::acts;
use crate::report::run::Provenance;
use crate::run::today::{day_of, written};
use jiff::Timestamp;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// Stands in `--out` for the day of the run.
pub const DATE: &str = "{date}";
/// Most characters of who ran it.
const MOST: usize = 80;

/// When a run began, and who ran it.
#[derive(Debug, Clone)]
pub struct Recording {
    pub started: Timestamp,
    /// The moment was given and is not the clock's: then it says the day, too.
    pub given: bool,
    pub operator: Option<Operator>,
}

impl Recording {
    /// Enters both into the run's record.
    pub fn enter(&self, provenance: &mut Provenance) {
        provenance.started = written(self.started);
        provenance.operator = self.operator.as_ref().map(|o| o.0.clone());
    }

    /// The folder with the run's day in it, where `{date}` stands in its path: the day of `--clock`, else the one that
    /// counts as today.
    ///
    /// # Errors
    /// The clock cannot be right.
    pub fn dated(&self, out: &Path, as_of: Date) -> anyhow::Result<PathBuf> {
        let day = if self.given { day_of(self.started)? } else { as_of };
        Ok(on(out, day))
    }
}

/// The path with a day in the place of `{date}`.
pub fn on(out: &Path, day: Date) -> PathBuf {
    out.to_str().map_or_else(|| out.to_owned(), |text| PathBuf::from(text.replace(DATE, &day.to_string())))
}

/// Who ran it, as whoever ran it says: one line of up to 80 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator(String);

impl std::str::FromStr for Operator {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > MOST {
            return Err(format!("give 1 to {MOST} characters"));
        }
        if text.chars().any(acts) {
            return Err("give one line without control characters".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_is_one_line() {
        for (text, kept) in [
            ("张工，二科夜班", Some("张工，二科夜班")),
            (" night@office ", Some("night@office")),
            ("", None),
            ("  ", None),
            ("a\nb", None),
            ("a\u{1b}[2Jb", None),
            ("a\u{202e}b", None),
        ] {
            assert_eq!(text.parse::<Operator>().ok(), kept.map(|k| Operator(k.to_owned())), "{text:?}");
        }
        assert!("工".repeat(80).parse::<Operator>().is_ok() && "工".repeat(81).parse::<Operator>().is_err());
    }

    #[test]
    fn a_folder_has_the_day_of_its_run() {
        let as_of = Date::constant(2026, 1, 2);
        let moment: Timestamp = "2026-11-30T17:00:00Z".parse().unwrap();
        for (given, out, dated) in [
            (false, "out/{date}", "out/2026-01-02"),
            (true, "out/{date}", "out/2026-12-01"),
            (true, "{date}/{date}-x", "2026-12-01/2026-12-01-x"),
            (true, "out/{data}", "out/{data}"),
        ] {
            let recording = Recording { started: moment, given, operator: None };
            assert_eq!(recording.dated(Path::new(out), as_of).unwrap(), Path::new(dated));
        }
    }
}
