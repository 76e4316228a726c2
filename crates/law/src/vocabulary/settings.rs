//! Thresholds that are the same for all packs: how sure a reading must be, what a photo measure may be.
//! They lie in `rules/settings.toml`; unknown keys are refused when it is loaded.

use super::finding::Severity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `rules/settings.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub reading: ReadingSettings,
    pub photo: PhotoSettings,
    pub card: CardSettings,
    pub work: WorkSettings,
    pub limits: LimitSettings,
    /// Office overrides: the worst severity that a rule may give here.
    #[serde(default)]
    pub severity: BTreeMap<String, Severity>,
}

/// How sure is sure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingSettings {
    /// 0–1: below it a reading is in doubt: `review`, never a pass and never a rejection.
    pub working_threshold: f32,
    /// 0–1: from here a doubtful reading that an independent one bears out is settled.
    pub corroborated_threshold: f32,
    /// 0–1: a blank is surely blank from here.
    pub blank_threshold: f32,
    /// Nats: a copy whose gap is at most this is faithful.
    pub faithful_gap: f32,
    /// Nats: a copy whose best single edit explains at least this much more than the text itself differs.
    pub differs_gap: f32,
    /// Nats: if even the best candidate's gap is over this, the cell is illegible, not wrong.
    pub illegible_gap: f32,
    /// Nats by which one candidate must fit better than the next distinct one to be called the copied one.
    pub candidate_margin: f32,
    /// Nats: an added character that costs at least this is an addition.
    pub added_gap: f32,
    /// Nats: a character of a copy is looked at by itself if another one fits in its place, or is less than this behind.
    pub asked_gap: f32,
    /// Nats, in the line and by itself together: over this it may be the other character.
    pub rival_odds: f32,
    /// Nats, the same: from here it is the other character.
    pub changed_odds: f32,
    /// Nats: a copy in which one omission or addition fits better than the text by more than this is in doubt.
    pub misplaced_odds: f32,
    /// 0–1: writing printed at least this surely is `form-not-handwritten`.
    pub printed_threshold: f32,
    /// 0–1: an alteration at least this sure is flagged.
    pub alteration_threshold: f32,
    /// 0–1: a kind seen at least this surely that is not the named one is `material-wrong-kind`.
    pub kind_threshold: f32,
    /// 0–1: with less of the sheet visible the form is damaged.
    pub visible_threshold: f32,
    /// Powers to which the recogniser's and the digit reader's probabilities of a number are raised when they are joined.
    pub recogniser_power: f32,
    pub digits_power: f32,
    /// 0–1: how likely a reader is to be mistaken in everything, however sure it is.
    pub reader_error: f32,
    /// 0–1: how likely a number is that its field's grammar does not allow, over one that it allows.
    pub impossible_number: f32,
    /// Times: by how much the registered number is likelier to be written than any other number.
    pub registered_odds: f32,
    /// Times: the same of a code of letters and digits.
    pub registered_code_odds: f32,
    /// Times: by how much a date or total is likelier that another place of the submission has, too.
    pub agreement_odds: f32,
    /// 0–1: how likely one digit of a sure date is another.
    pub mistaken_digit: f32,
    /// 0–1: a rejection that rests on a less sure number or date is a doubt.
    pub rejecting_threshold: f32,
    /// 0–1: another reading at least this likely makes a rejection that it would settle a doubt.
    pub other_reading: f32,
    /// Words for schooling as applicants write them.
    pub schooling_words: Vec<String>,
    /// Characters of so many strokes that they look written over, any number in each text.
    pub dense_characters: Vec<String>,
    /// Characters by how crowded with strokes their room is: 0.3 (ink times thick ink, 0–1) in the first text, 0.1 more
    /// in each that follows; all others hold less.
    pub crowded_characters: Vec<String>,
    /// Years that dates can have, by what they tell.
    pub written_years: WrittenYears,
}

/// Years that a written or printed date can have (docs/domain.md, "Dates: today and the future"). A reading outside is
/// more likely misread than meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenYears {
    pub birth: YearRange,
    /// Start and end of a study.
    pub schooling: YearRange,
    /// Start and end of work or training.
    pub work: YearRange,
    /// A signature's date.
    pub signing: YearRange,
    /// Start and end of an identity card's validity.
    pub validity: YearRange,
    /// A certificate's or diploma's issue.
    pub issue: YearRange,
}

impl WrittenYears {
    /// Every range.
    pub fn all(&self) -> [YearRange; 6] {
        let Self { birth, schooling, work, signing, validity, issue } = *self;
        [birth, schooling, work, signing, validity, issue]
    }
}

/// Calendar years, both ends possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearRange {
    pub least: u16,
    /// Years after a known day: the latest possible year counts from that day's.
    pub after: u16,
}

impl YearRange {
    /// The latest year that a date can have which was written by a day of `year`.
    pub fn latest(self, year: i16) -> u16 {
        u16::try_from(year).unwrap_or_default().saturating_add(self.after)
    }

    /// Can `written` be such a date's year, judged on a day of `year`?
    pub fn allows(self, written: u16, year: i16) -> bool {
        (self.least..=self.latest(year)).contains(&written)
    }
}

/// N24 三(二)2 and the one-inch norms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhotoSettings {
    /// Bytes: 40–80 k under either reading of k: 40 × 1000 to 80 × 1024.
    pub min_bytes: u64,
    pub max_bytes: u64,
    /// Bytes of padding from which a person is told.
    pub padding_bytes: u64,
    /// Pixels; both must be *exceeded*.
    pub min_width_over: u32,
    pub min_height_over: u32,
    /// Width over height of 25 × 35 mm, and the relative tolerance.
    pub aspect: f32,
    pub aspect_tolerance: f32,
    /// Mean chroma under which a picture is grey.
    pub gray_chroma: f32,
    /// A background pixel is white from this L* and up to this chroma.
    pub white_l: f32,
    pub white_chroma: f32,
    /// 0–1: part of the background that must be white; under `white_part_reject` it is certain, between a person looks.
    pub white_part: f32,
    pub white_part_reject: f32,
    /// L*: largest unevenness of the background.
    pub max_unevenness: f32,
    /// Bands of the face measures: [low, high] accepted.
    pub head_x: [f32; 2],
    pub eye_y: [f32; 2],
    pub head_height: [f32; 2],
    pub roll_degrees: f32,
    pub yaw: f32,
    pub eye_openness: f32,
    pub mouth_openness: f32,
    pub sharpness: f32,
    pub effective_resolution: f32,
    pub face_lightness: [f32; 2],
    pub lightness_difference: f32,
    pub clothing_like_background: f32,
    pub face_proportion: [f32; 2],
    /// L*: darker around an eye than the cheek means that the eye is hidden.
    pub eye_region_darkness: f32,
    /// 0–1: part of an eye's surroundings that is burnt out.
    pub eye_glare: f32,
    /// Distances of colour (a*b*, L*a*b*) from which a mask and a hat are seen.
    pub lower_face_difference: f32,
    pub head_covering: f32,
    /// Standard deviation of L* under which there is no hair.
    pub head_texture: f32,
    pub moire: f32,
    pub id_portrait_similarity: f32,
    /// Bits (of 64) by which two perceptual hashes may differ and still be the same photo.
    pub duplicate_distance: u32,
    /// 0–1, the detector's score: from here one is surely a face.
    pub face_score: f32,
}

/// ID-card pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardSettings {
    pub min_sharpness: f32,
    pub max_glare: f32,
    pub max_stain: f32,
    pub min_visible: f32,
    /// Colour apart from the sheet's own under which it is a black-and-white copy.
    pub gray_chroma: f32,
}

/// Counting work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkSettings {
    /// Completed years before which nobody works.
    pub min_age: u8,
    /// Endings of a legal entity's full name.
    pub employer_endings: Vec<String>,
}

/// What an input may be (docs/domain.md, "What comes in"): what is more costs a flag, never the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    pub max_file_bytes: u64,
    pub max_pixels: u64,
    pub max_pdf_pages: u16,
    pub max_files: usize,
    /// Bytes of one submission's files together.
    pub max_submission_bytes: u64,
    /// Pages of one submission's files together.
    pub max_submission_pages: u16,
    pub max_name_chars: usize,
    /// Bytes of everything in one archive, unpacked.
    pub max_archive_bytes: u64,
    /// Unpacked over packed size of one file in a zip archive.
    pub max_archive_ratio: u64,
    /// Bytes of a tar archive's files, which have to be held in memory.
    pub max_held_bytes: u64,
    /// Bytes of an archive's extended headers (long names, PAX) of one entry.
    pub max_archive_header_bytes: u64,
    /// Bytes of a `submission.json`.
    pub max_json_bytes: u64,
    /// Bytes of memory that the process may take in which one PDF or one table is read.
    pub max_reader_bytes: u64,
    /// CPU seconds that this process may take.
    pub max_reader_seconds: u32,
    /// Others that share a value with a submission, named in its flag; the rest are counted.
    pub max_named_others: usize,
    /// Near photos that are looked for beside one; there may be more.
    pub max_near_photos: usize,
    /// Bytes of a registration table's file.
    pub max_table_bytes: u64,
    /// Bytes of everything that is unpacked of a workbook.
    pub max_table_unpacked_bytes: u64,
    /// Rows, columns: what lies further out is told and not used.
    pub max_table_rows: u32,
    pub max_table_columns: u32,
    /// Characters of one cell.
    pub max_table_cell_chars: usize,
    /// Texts that a workbook shares between its cells.
    pub max_table_strings: usize,
    /// Bytes of the enterprise register's file.
    pub max_register_bytes: u64,
    /// Wall seconds that the work on one submission may take.
    pub max_seconds_per_submission: u32,
}
