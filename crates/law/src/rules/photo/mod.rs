//! The one-inch photo: measured values against the bounds of `settings.toml`.
//! Measures nothing; a measure that is `NotAssessed` is never judged.

pub mod photo_aspect;
pub mod photo_background;
pub mod photo_bytes;
pub mod photo_clothing;
pub mod photo_corrupt;
pub mod photo_dimensions;
pub mod photo_duplicate;
pub mod photo_exposure;
pub mod photo_eyes;
pub mod photo_face_count;
pub mod photo_format;
pub mod photo_glasses;
pub mod photo_grayscale;
pub mod photo_head_position;
pub mod photo_headwear;
pub mod photo_mouth;
pub mod photo_occlusion;
pub mod photo_of_id_card;
pub mod photo_recaptured;
pub mod photo_sharpness;
pub mod photo_stretched;

use super::case::{Case, Standing};
use super::draft::Draft;
use super::outcome::Outcome;
use super::rule::Rule;
use crate::vocabulary::fact::Place;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::photo::{Measure, PhotoFacts};

/// What to hand in, for every message about the photo.
pub const REMEDY: &str = "请重新上传白底彩色一寸证件照（JPG 格式，40–80 KB，建议 295×413 像素、质量 95）。";
pub const NOT_MEASURED: &str = "the photo was not measured";

/// The outcome of `judge` for the measured photo, or the outcome if there is none.
pub fn of_photo(case: &Case<'_>, judge: impl FnOnce(&PhotoFacts) -> Outcome) -> Outcome {
    match (case.standing(MaterialKind::Photo), &case.documents.photo) {
        (Standing::Absent, _) => Outcome::NotApplicable,
        (_, Some(photo)) => judge(photo),
        (_, None) => Outcome::NotEvaluated(NOT_MEASURED),
    }
}

/// Judges one measure, if it was assessed; the flag gets the place where it was measured.
pub fn judge_measure<T>(
    case: &Case<'_>,
    measure: impl Fn(&PhotoFacts) -> &Measure<T>,
    flag: impl FnOnce(&T, &PhotoFacts) -> Option<Flag>,
) -> Outcome {
    of_photo(case, |p| match measure(p).value() {
        None => Outcome::NotEvaluated(NOT_MEASURED),
        Some(value) => Outcome::maybe(flag(value, p).map(|f| located(f, measure(p)))),
    })
}

/// The flag with the place where its measure was taken.
fn located<T>(mut flag: Flag, measure: &Measure<T>) -> Flag {
    if let Measure::Value { region: Some(region), .. } = measure {
        flag.place = Some(Place { document: MaterialKind::Photo, page: 1, region: Some(*region) });
    }
    flag
}

/// What is wrong with the photo, over several measures: one flag that names each.
#[derive(Default)]
pub struct Wrong {
    measured: bool,
    /// In the office's words, and in measures.
    words: Vec<&'static str>,
    seen: Vec<String>,
}

impl Wrong {
    /// Looks at one measure; `judge` gives what is wrong with its value, in the office's words and as measured.
    #[must_use]
    pub fn look<T>(mut self, measure: &Measure<T>, judge: impl FnOnce(&T) -> Option<(&'static str, String)>) -> Self {
        if let Some(value) = measure.value() {
            self.measured = true;
            if let Some((word, seen)) = judge(value) {
                self.words.push(word);
                self.seen.push(seen);
            }
        }
        self
    }

    /// One review, or what to answer. `must`: what the photo has to be, for the applicant; `en`: what is wrong, in
    /// general.
    pub fn outcome(self, case: &Case<'_>, rule: &Rule, must: &str, en: &str) -> Outcome {
        if self.words.is_empty() {
            return if self.measured { Outcome::Holds } else { Outcome::NotEvaluated(NOT_MEASURED) };
        }
        let seen = self.seen.join("; ");
        let zh = format!("个人照片{}，{must}，{REMEDY}", self.words.join("、"));
        Outcome::maybe(Some(draft(case, rule, Severity::Review).observed(&*seen).says(zh, format!("{en} ({seen})"))))
    }
}

/// Of a value outside its band: the word for too low or too high, and the value.
pub fn out_of_band(
    value: f32,
    [low, high]: [f32; 2],
    words: [&'static str; 2],
    seen: String,
) -> Option<(&'static str, String)> {
    let word = if value < low { Some(words[0]) } else { (value > high).then_some(words[1]) };
    word.map(|word| (word, seen))
}

/// Begins a flag on the photo.
pub fn draft(case: &Case<'_>, rule: &Rule, severity: Severity) -> Draft {
    case.flag(rule, severity).on_page(Some(MaterialKind::Photo), 1)
}

/// Begins a review of a number that is greater than it may be; both are shown with so many decimals.
pub fn over(case: &Case<'_>, rule: &Rule, field: &str, value: f32, most: f32, decimals: usize) -> Option<Draft> {
    (value > most).then(|| {
        draft(case, rule, Severity::Review)
            .field(field)
            .expected(format!("≤ {most:.decimals$}"))
            .observed(format!("{value:.decimals$}"))
    })
}

/// Is `value` outside the closed band?
pub fn outside(value: f32, band: [f32; 2]) -> bool {
    !(band[0]..=band[1]).contains(&value)
}
