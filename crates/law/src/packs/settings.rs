//! Every setting of `rules/settings.toml` in one table: its unit, what its value may be, whether an office may set it,
//! whether the readers look at it.
//! Whether a threshold is a *good* one is a matter of measuring, not of this file.

use super::error::{PackError, Source, one_of};
use crate::vocabulary::settings::{Settings, WrittenYears};
use Check::{Amount, Band, NoneEmpty, NotOver, NotUnder, Over, Within, Years};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// One setting.
pub struct Setting {
    /// `photo.white_l`.
    pub key: &'static str,
    pub unit: &'static str,
    /// An office may set it in its own file. It may not set what the notices lay down (bytes, pixels and aspect of the
    /// photo; the age of the law), nor what belongs to the readers (gaps of the alignment, the face detector's score):
    /// those were measured with them.
    pub office_may_set: bool,
    /// The readers use it, so it is part of the key under which their facts are stored. The other settings are used by
    /// the rules only: changing them needs no new reading.
    pub read_by_readers: bool,
    checks: &'static [Check],
    value: fn(&Settings) -> Value<'_>,
}

/// What a value must be.
enum Check {
    /// Finite, and 0 or more.
    Amount,
    /// `[low, high]`, finite and in this order.
    Band,
    /// Between both bounds, inclusive; the text says what would be right.
    Within(f64, f64, &'static str),
    /// Greater than another setting of its table.
    Over(&'static str),
    NotUnder(&'static str),
    NotOver(&'static str),
    /// A list without an empty text; the text says what would be right.
    NoneEmpty(&'static str),
    /// Every range begins in a year that a living person can know, and ends within a person's life.
    Years,
}

const PART: Check = Within(0.0, 1.0, "must be from 0 to 1");
const POSITIVE: Check = Within(1.0, f64::INFINITY, "must be over 0");

/// A row of the table: key, unit, checks, and which of the two properties it has.
macro_rules! setting {
    ($table:ident . $key:ident, $unit:literal, [$($check:expr),*] $(, $has:ident)*) => {
        Setting {
            $($has: true,)*
            ..Setting {
                key: concat!(stringify!($table), ".", stringify!($key)),
                unit: $unit,
                office_may_set: false,
                read_by_readers: false,
                checks: &[$($check),*],
                value: |settings| (&settings.$table.$key).into(),
            }
        }
    };
}

/// In the order of the file.
#[rustfmt::skip]
pub const SETTINGS: &[Setting] = &[
    setting!(reading.working_threshold, "0–1", [PART], office_may_set, read_by_readers),
    setting!(reading.corroborated_threshold, "0–1", [PART], read_by_readers),
    setting!(reading.blank_threshold, "0–1", [PART]),
    setting!(reading.faithful_gap, "nats", [Amount], read_by_readers),
    setting!(reading.differs_gap, "nats", [Over("faithful_gap")], read_by_readers),
    setting!(reading.illegible_gap, "nats", [Over("differs_gap")], read_by_readers),
    setting!(reading.candidate_margin, "nats", [Amount], read_by_readers),
    setting!(reading.added_gap, "nats", [Amount], read_by_readers),
    setting!(reading.asked_gap, "nats", [Amount], read_by_readers),
    setting!(reading.rival_odds, "nats", [Amount], read_by_readers),
    setting!(reading.changed_odds, "nats", [Over("rival_odds")], read_by_readers),
    setting!(reading.misplaced_odds, "nats", [Amount], read_by_readers),
    setting!(reading.printed_threshold, "0–1", [PART], office_may_set),
    setting!(reading.alteration_threshold, "0–1", [PART], office_may_set),
    setting!(reading.kind_threshold, "0–1", [PART], read_by_readers),
    setting!(reading.visible_threshold, "0–1", [PART], office_may_set),
    setting!(reading.recogniser_power, "exponent", [Amount], read_by_readers),
    setting!(reading.digits_power, "exponent", [Amount], read_by_readers),
    setting!(reading.reader_error, "0–1", [PART], read_by_readers),
    setting!(reading.impossible_number, "0–1", [PART], read_by_readers),
    setting!(reading.registered_odds, "times", [Within(1.0, 1000.0, "must be from 1 to 1000")], read_by_readers),
    setting!(reading.registered_code_odds, "times", [Within(1.0, 1000.0, "must be from 1 to 1000")], read_by_readers),
    setting!(reading.agreement_odds, "times", [Within(1.0, 1000.0, "must be from 1 to 1000")], read_by_readers),
    setting!(reading.mistaken_digit, "0–1", [PART], read_by_readers),
    setting!(reading.rejecting_threshold, "0–1", [PART], office_may_set),
    setting!(reading.other_reading, "0–1", [PART], office_may_set),
    setting!(reading.written_years, "least year, years after the day of judging", [Years], read_by_readers),
    setting!(reading.schooling_words, "texts", [NoneEmpty("an empty word is no schooling")], read_by_readers),
    setting!(reading.dense_characters, "texts", [NoneEmpty("an empty text holds no character")], read_by_readers),
    setting!(reading.crowded_characters, "texts", [NoneEmpty("an empty text holds no character")], read_by_readers),
    setting!(photo.min_bytes, "bytes", []),
    setting!(photo.max_bytes, "bytes", [NotUnder("min_bytes")]),
    setting!(photo.padding_bytes, "bytes", [], office_may_set),
    setting!(photo.min_width_over, "pixels", []),
    setting!(photo.min_height_over, "pixels", []),
    setting!(photo.aspect, "width over height", [Amount]),
    setting!(photo.aspect_tolerance, "0–1, relative", [PART], office_may_set),
    setting!(photo.gray_chroma, "C*ab", [Amount], office_may_set),
    setting!(photo.white_l, "L*", [Amount, Within(0.0, 100.0, "L* ends at 100")], office_may_set, read_by_readers),
    setting!(photo.white_chroma, "C*ab", [Amount], office_may_set, read_by_readers),
    setting!(photo.white_part, "0–1", [PART], office_may_set),
    setting!(photo.white_part_reject, "0–1", [PART, NotOver("white_part")], office_may_set),
    setting!(photo.max_unevenness, "L*", [Amount], office_may_set),
    setting!(photo.head_x, "part of the width", [Band], office_may_set),
    setting!(photo.eye_y, "part of the height", [Band], office_may_set),
    setting!(photo.head_height, "part of the height", [Band], office_may_set),
    setting!(photo.roll_degrees, "degrees", [Amount], office_may_set),
    setting!(photo.yaw, "sine of the angle", [Amount], office_may_set),
    setting!(photo.eye_openness, "ratio", [Amount], office_may_set),
    setting!(photo.mouth_openness, "ratio", [Amount], office_may_set),
    setting!(photo.sharpness, "variance of the Laplacian", [Amount], office_may_set),
    setting!(photo.effective_resolution, "effective over nominal", [Amount], office_may_set),
    setting!(photo.face_lightness, "L*", [Band], office_may_set),
    setting!(photo.lightness_difference, "L*", [Amount], office_may_set),
    setting!(photo.clothing_like_background, "0–1", [PART], office_may_set),
    setting!(photo.face_proportion, "height over width", [Band], office_may_set),
    setting!(photo.eye_region_darkness, "L*", [Amount], office_may_set),
    setting!(photo.eye_glare, "0–1", [], office_may_set),
    setting!(photo.lower_face_difference, "a*b* distance", [Amount], office_may_set),
    setting!(photo.head_covering, "L*a*b* distance", [Amount], office_may_set),
    setting!(photo.head_texture, "L*, standard deviation", [Amount], office_may_set),
    setting!(photo.moire, "ratio", [Amount], office_may_set),
    setting!(photo.id_portrait_similarity, "0–1", [PART], office_may_set),
    setting!(photo.duplicate_distance, "bits of 64", [Within(0.0, 64.0, "a hash has 64 bits")], office_may_set),
    setting!(photo.face_score, "0–1", []),
    setting!(card.min_sharpness, "per pixel at 200 dpi", [Amount], office_may_set),
    setting!(card.max_glare, "0–1", [PART], office_may_set),
    setting!(card.max_stain, "0–1", [PART], office_may_set),
    setting!(card.min_visible, "0–1", [PART], office_may_set),
    setting!(card.gray_chroma, "share of r+g+b", [Amount], office_may_set),
    setting!(work.min_age, "years", []),
    setting!(work.employer_endings, "texts", [NoneEmpty("an empty ending fits every name")], office_may_set),
    setting!(limits.max_file_bytes, "bytes", [POSITIVE], office_may_set, read_by_readers),
    setting!(limits.max_pixels, "pixels", [POSITIVE], office_may_set, read_by_readers),
    setting!(limits.max_pdf_pages, "pages", [POSITIVE], office_may_set, read_by_readers),
    setting!(limits.max_files, "files", [POSITIVE], office_may_set),
    setting!(limits.max_submission_bytes, "bytes", [POSITIVE], office_may_set),
    setting!(limits.max_submission_pages, "pages", [POSITIVE], office_may_set, read_by_readers),
    setting!(limits.max_name_chars, "characters", [POSITIVE], office_may_set),
    setting!(limits.max_archive_bytes, "bytes", [POSITIVE], office_may_set),
    setting!(limits.max_archive_ratio, "unpacked over packed", [POSITIVE], office_may_set),
    setting!(limits.max_held_bytes, "bytes", [POSITIVE], office_may_set),
    setting!(limits.max_archive_header_bytes, "bytes", [Within(1024.0, f64::INFINITY, "must be 1024 or more: long names need it")], office_may_set),
    setting!(limits.max_json_bytes, "bytes", [POSITIVE], office_may_set),
    setting!(limits.max_reader_bytes, "bytes", [Within(134_217_728.0, f64::INFINITY, "must be 134217728 or more: the reader itself needs it")], office_may_set, read_by_readers),
    setting!(limits.max_reader_seconds, "CPU seconds", [POSITIVE], office_may_set, read_by_readers),
    setting!(limits.max_named_others, "submissions", [POSITIVE], office_may_set),
    setting!(limits.max_near_photos, "photos", [POSITIVE], office_may_set),
    setting!(limits.max_table_bytes, "bytes", [POSITIVE], office_may_set),
    setting!(limits.max_table_unpacked_bytes, "bytes", [POSITIVE], office_may_set),
    setting!(limits.max_table_rows, "rows", [POSITIVE], office_may_set),
    setting!(limits.max_table_columns, "columns", [Within(1.0, 16_384.0, "must be from 1 to 16384, Excel's last column")], office_may_set),
    setting!(limits.max_table_cell_chars, "characters", [Within(1.0, 1_048_576.0, "must be from 1 to 1048576")], office_may_set),
    setting!(limits.max_table_strings, "texts", [POSITIVE], office_may_set),
    setting!(limits.max_register_bytes, "bytes", [POSITIVE], office_may_set),
    setting!(limits.max_seconds_per_submission, "wall seconds", [POSITIVE], office_may_set),
];

/// The settings; `known_rules`: the ids that an override may be for, if they are to be checked.
pub(super) fn settings(file: &Source, known_rules: Option<&[&str]>) -> Result<Settings, PackError> {
    let settings: Settings = file.parse()?;
    if let Some((setting, what)) = nonsense(&settings) {
        return Err(file.at(place(file, setting.table(), setting.name()), format!("{}: {what}", setting.key)));
    }
    if let Some(known) = known_rules
        && let Some(id) = settings.severity.keys().find(|id| !known.contains(&id.as_str()))
    {
        return Err(
            file.at(place(file, "severity", id), format!("\"{id}\" is no rule; the rules are {}", one_of(known)))
        );
    }
    Ok(settings)
}

/// The first setting whose value is out of range, with what would be right.
pub(super) fn nonsense(settings: &Settings) -> Option<(&'static Setting, String)> {
    SETTINGS.iter().find_map(|setting| {
        let value = (setting.value)(settings);
        let failed = setting.checks.iter().find_map(|check| check.failed(value, setting, settings))?;
        Some((setting, failed))
    })
}

impl Setting {
    pub fn table(&self) -> &'static str {
        self.key.split_once('.').map_or("", |(table, _)| table)
    }

    /// The key within its table.
    pub fn name(&self) -> &'static str {
        self.key.split_once('.').map_or("", |(_, name)| name)
    }

    /// The value of another setting of the same table.
    fn beside(&self, name: &str, settings: &Settings) -> Option<f64> {
        let other = SETTINGS.iter().find(|s| s.table() == self.table() && s.name() == name)?;
        (other.value)(settings).number()
    }
}

impl Check {
    /// What would be right, if the value is wrong.
    fn failed(&self, value: Value<'_>, setting: &Setting, settings: &Settings) -> Option<String> {
        let number = value.number().unwrap_or(f64::NAN);
        let beside = |name| setting.beside(name, settings).unwrap_or(f64::NAN);
        let (holds, what) = match *self {
            Amount => (number.is_finite() && number >= 0.0, "must be a number, 0 or more".to_owned()),
            Band => (
                matches!(value, Value::Band([low, high]) if low.is_finite() && high.is_finite() && low < high),
                "must be [low, high]".to_owned(),
            ),
            Within(low, high, what) => ((low..=high).contains(&number), what.to_owned()),
            Over(name) => (number > beside(name), format!("must be over {name}")),
            NotUnder(name) => (number >= beside(name), format!("must not be under {name}")),
            NotOver(name) => (number <= beside(name), format!("must not be over {name}")),
            NoneEmpty(what) => {
                (matches!(value, Value::Texts(texts) if texts.iter().all(|t| !t.is_empty())), what.to_owned())
            }
            Years => (
                matches!(value, Value::Years(years) if years.all().iter().all(|r| (1900..=2100).contains(&r.least) && r.after <= 100)),
                "each least year must be from 1900 to 2100, the years after it at most 100".to_owned(),
            ),
        };
        (!holds).then_some(what)
    }
}

/// A setting's value, whatever its type.
#[derive(Clone, Copy)]
enum Value<'a> {
    Number(f64),
    Band([f32; 2]),
    Texts(&'a [String]),
    Years(&'a WrittenYears),
}

impl Value<'_> {
    fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Band(_) | Self::Texts(_) | Self::Years(_) => None,
        }
    }
}

macro_rules! numbers {
    ($($type:ty),*) => {
        $(impl From<&$type> for Value<'_> {
            fn from(number: &$type) -> Self {
                Self::Number(*number as f64)
            }
        })*
    };
}
numbers!(f32, u8, u16, u32, u64, usize);

impl From<&[f32; 2]> for Value<'_> {
    fn from(band: &[f32; 2]) -> Self {
        Self::Band(*band)
    }
}

impl<'a> From<&'a Vec<String>> for Value<'a> {
    fn from(texts: &'a Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl<'a> From<&'a WrittenYears> for Value<'a> {
    fn from(years: &'a WrittenYears) -> Self {
        Self::Years(years)
    }
}

/// Where a key's value stands, by a second reading of the file that keeps places.
fn place(file: &Source, table: &str, key: &str) -> std::ops::Range<usize> {
    type Places = BTreeMap<String, Table>;
    #[derive(Deserialize)]
    struct Table(BTreeMap<Spanned<String>, toml::Value>);
    let tables: Places = toml::from_str(file.text).unwrap_or_default();
    let keys = tables.get(table).map(|t| &t.0);
    keys.and_then(|t| t.keys().find(|k| k.get_ref() == key)).map_or(0..0, Spanned::span)
}

#[cfg(test)]
mod tests {
    use super::{SETTINGS, nonsense};
    use crate::vocabulary::settings::Settings;
    use serde_json::{Value, json};
    use std::collections::BTreeSet;

    #[test]
    fn a_value_that_cannot_be_meant_is_named() {
        let good: Value = toml::from_str(include_str!("../../../../rules/settings.toml")).expect("settings.toml");
        for (table, name, value, what) in [
            ("reading", "working_threshold", json!(1.1), "must be from 0 to 1"),
            ("reading", "differs_gap", json!(1.0), "must be over faithful_gap"),
            ("photo", "max_bytes", json!(1), "must not be under min_bytes"),
            ("photo", "white_part_reject", json!(0.95), "must not be over white_part"),
            ("photo", "white_l", json!(101.0), "L* ends at 100"),
            ("photo", "aspect", json!(-1.0), "must be a number, 0 or more"),
            ("photo", "head_x", json!([0.6, 0.4]), "must be [low, high]"),
            ("photo", "duplicate_distance", json!(65), "a hash has 64 bits"),
            ("work", "employer_endings", json!(["公司", ""]), "an empty ending fits every name"),
            (
                "reading",
                "written_years",
                json!({
                    "birth": { "least": 194, "after": 0 },
                    "schooling": { "least": 1940, "after": 6 },
                    "work": { "least": 1940, "after": 1 },
                    "signing": { "least": 2019, "after": 1 },
                    "validity": { "least": 1984, "after": 20 },
                    "issue": { "least": 1940, "after": 1 },
                }),
                "each least year must be from 1900 to 2100, the years after it at most 100",
            ),
            ("limits", "max_files", json!(0), "must be over 0"),
            ("limits", "max_table_columns", json!(16_385), "must be from 1 to 16384, Excel's last column"),
        ] {
            let mut bad = good.clone();
            bad[table][name] = value;
            let settings: Settings = serde_json::from_value(bad).expect("settings");
            let (setting, found) = nonsense(&settings).unwrap_or_else(|| panic!("{table}.{name} passes"));
            assert_eq!((setting.key, found.as_str()), (&*format!("{table}.{name}"), what));
        }
    }

    #[test]
    fn every_key_of_the_file_has_one_row() {
        let file: toml::Table = toml::from_str(include_str!("../../../../rules/settings.toml")).expect("settings.toml");
        let tables = file
            .iter()
            .filter(|(name, _)| *name != "severity")
            .filter_map(|(name, table)| Some((name, table.as_table()?)));
        let keys: BTreeSet<String> =
            tables.flat_map(|(table, keys)| keys.keys().map(move |key| format!("{table}.{key}"))).collect();
        let rows: Vec<String> = SETTINGS.iter().map(|s| s.key.to_owned()).collect();
        assert_eq!(rows.iter().cloned().collect::<BTreeSet<_>>(), keys);
        assert_eq!(rows.len(), keys.len(), "a setting stands there twice");
        assert!(SETTINGS.iter().all(|s| !s.unit.is_empty()));
    }
}
