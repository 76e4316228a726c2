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
use super::said::{Off, Said, plainly};
use crate::vocabulary::fact::Place;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::photo::{FileFormat, Measure, PhotoFacts};
use crate::vocabulary::why::{self, Why};

/// What the applicant is to hand in, whatever is wrong with the photo.
pub const ADVICE: &str = "请重新上传白底彩色一寸证件照（JPG 格式，40—80 KB，建议 295×413 像素）。";
pub const NOT_MEASURED: Why = why::PHOTO_NOT_MEASURED;

/// The outcome of `judge` for the measured photo, or the outcome if there is none. What a broken file shows is no
/// evidence of anything else.
pub fn of_photo(case: &Case<'_>, judge: impl FnOnce(&PhotoFacts) -> Outcome) -> Outcome {
    of_any_photo(case, |photo| if is_broken(photo) { Outcome::NotEvaluated(why::PHOTO_BROKEN) } else { judge(photo) })
}

/// Is the file empty, or does it not decode to its last row?
pub fn is_broken(photo: &PhotoFacts) -> bool {
    photo.format == FileFormat::Empty || photo.complete.value() == Some(&false)
}

/// As [`of_photo`], of a broken file too.
pub fn of_any_photo(case: &Case<'_>, judge: impl FnOnce(&PhotoFacts) -> Outcome) -> Outcome {
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
    off: Vec<Off>,
}

impl Wrong {
    /// Looks at one measure; `judge` gives what is wrong with its value.
    #[must_use]
    pub fn look<T>(mut self, measure: &Measure<T>, judge: impl FnOnce(&T) -> Option<Off>) -> Self {
        if let Some(value) = measure.value() {
            self.measured = true;
            self.off.extend(judge(value));
        }
        self
    }

    /// One review, or what to answer. `must`: what the photo has to be, for the applicant; `en`: what is wrong, in
    /// general.
    pub fn outcome(self, case: &Case<'_>, rule: &Rule, must: &str, en: &str) -> Outcome {
        if self.off.is_empty() {
            return if self.measured { Outcome::Holds } else { Outcome::NotEvaluated(NOT_MEASURED) };
        }
        let listed =
            |part: &dyn Fn(&Off) -> String, between: &str| self.off.iter().map(part).collect::<Vec<_>>().join(between);
        let words = listed(&|o| o.word.to_owned(), "、");
        let told = listed(&|o| format!("{}（{}，应{}）", o.word, o.seen, o.allowed), "、");
        let draft = draft(case, rule, Severity::Review)
            .observed(listed(&|o| o.seen.clone(), "；"))
            .expected(listed(&|o| o.allowed.clone(), "；"));
        Outcome::maybe(Some(
            draft
                .applicant(format!("个人照片{words}（{must}）。"))
                .says(format!("个人照片{told}。"), format!("{en} ({})", listed(&|o| o.en.clone(), "; "))),
        ))
    }
}

/// How much darker the eyes are than the cheeks.
pub const EYES_DARKER: Said = plainly("眼部比脸颊暗");

/// Begins a flag on the photo.
pub fn draft(case: &Case<'_>, rule: &Rule, severity: Severity) -> Draft {
    case.flag(rule, severity).on_page(Some(MaterialKind::Photo), 1).advice(ADVICE)
}

/// Begins a flag of a measure, said against its bound.
pub fn measured(
    case: &Case<'_>,
    rule: &Rule,
    severity: Severity,
    field: &str,
    (seen, allowed): (String, String),
) -> Draft {
    draft(case, rule, severity).field(field).expected(allowed).observed(seen)
}
