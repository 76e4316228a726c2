//! `settings.toml` as thresholds that make sense: ranges, orders, and overrides that name a rule.
//! Whether a threshold is a *good* one is a matter of measuring, not of this file.

use super::error::{PackError, Source, one_of};
use crate::vocabulary::settings::Settings;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// The settings; `known_rules`: the ids that an override may be for, if they are to be checked.
pub(super) fn settings(file: &Source, known_rules: Option<&[&str]>) -> Result<Settings, PackError> {
    let settings: Settings = file.parse()?;
    if let Some((table, key, what)) = nonsense(&settings) {
        return Err(file.at(place(file, table, key), format!("{table}.{key}: {what}")));
    }
    if let Some(known) = known_rules
        && let Some(id) = settings.severity.keys().find(|id| !known.contains(&id.as_str()))
    {
        return Err(file.at(place(file, "severity", id), format!("\"{id}\" is no rule; the rules are {}", one_of(known))));
    }
    Ok(settings)
}

/// Bytes: the program itself, its stacks and an empty page.
const LEAST_READER_BYTES: u64 = 128 << 20;

/// The first value that cannot be meant, with what would be right.
pub(super) fn nonsense(s: &Settings) -> Option<(&'static str, &'static str, &'static str)> {
    let (r, p, c) = (&s.reading, &s.photo, &s.card);
    let parts = [
        ("reading", "working_threshold", r.working_threshold),
        ("reading", "corroborated_threshold", r.corroborated_threshold),
        ("reading", "blank_threshold", r.blank_threshold),
        ("reading", "printed_threshold", r.printed_threshold),
        ("reading", "alteration_threshold", r.alteration_threshold),
        ("reading", "kind_threshold", r.kind_threshold),
        ("reading", "visible_threshold", r.visible_threshold),
        ("photo", "aspect_tolerance", p.aspect_tolerance),
        ("photo", "white_part", p.white_part),
        ("photo", "white_part_reject", p.white_part_reject),
        ("photo", "clothing_like_background", p.clothing_like_background),
        ("photo", "id_portrait_similarity", p.id_portrait_similarity),
        ("card", "max_glare", c.max_glare),
        ("card", "max_stain", c.max_stain),
        ("card", "min_visible", c.min_visible),
    ];
    let amounts = [
        ("reading", "faithful_gap", r.faithful_gap),
        ("reading", "candidate_margin", r.candidate_margin),
        ("reading", "added_gap", r.added_gap),
        ("photo", "aspect", p.aspect),
        ("photo", "gray_chroma", p.gray_chroma),
        ("photo", "white_l", p.white_l),
        ("photo", "white_chroma", p.white_chroma),
        ("photo", "max_unevenness", p.max_unevenness),
        ("photo", "roll_degrees", p.roll_degrees),
        ("photo", "yaw", p.yaw),
        ("photo", "eye_openness", p.eye_openness),
        ("photo", "mouth_openness", p.mouth_openness),
        ("photo", "sharpness", p.sharpness),
        ("photo", "effective_resolution", p.effective_resolution),
        ("photo", "lightness_difference", p.lightness_difference),
        ("photo", "moire", p.moire),
        ("photo", "eye_region_darkness", p.eye_region_darkness),
        ("photo", "lower_face_difference", p.lower_face_difference),
        ("photo", "head_covering", p.head_covering),
        ("photo", "head_texture", p.head_texture),
        ("card", "min_sharpness", c.min_sharpness),
        ("card", "gray_chroma", c.gray_chroma),
    ];
    let bands = [
        ("photo", "head_x", p.head_x),
        ("photo", "eye_y", p.eye_y),
        ("photo", "head_height", p.head_height),
        ("photo", "face_lightness", p.face_lightness),
        ("photo", "face_proportion", p.face_proportion),
    ];
    let orders = [
        ("reading", "differs_gap", r.faithful_gap < r.differs_gap, "must be over faithful_gap"),
        ("reading", "illegible_gap", r.differs_gap < r.illegible_gap, "must be over differs_gap"),
        ("photo", "max_bytes", p.min_bytes <= p.max_bytes, "must not be under min_bytes"),
        ("photo", "white_part_reject", p.white_part_reject <= p.white_part, "must not be over white_part"),
        ("photo", "white_l", p.white_l <= 100.0, "L* ends at 100"),
        ("photo", "duplicate_distance", p.duplicate_distance <= 64, "a hash has 64 bits"),
        ("limits", "max_file_bytes", s.limits.max_file_bytes > 0, "must be over 0"),
        ("limits", "max_pixels", s.limits.max_pixels > 0, "must be over 0"),
        ("limits", "max_pdf_pages", s.limits.max_pdf_pages > 0, "must be over 0"),
        ("limits", "max_files", s.limits.max_files > 0, "must be over 0"),
        ("limits", "max_submission_bytes", s.limits.max_submission_bytes > 0, "must be over 0"),
        ("limits", "max_submission_pages", s.limits.max_submission_pages > 0, "must be over 0"),
        ("limits", "max_name_chars", s.limits.max_name_chars > 0, "must be over 0"),
        ("limits", "max_archive_bytes", s.limits.max_archive_bytes > 0, "must be over 0"),
        ("limits", "max_archive_ratio", s.limits.max_archive_ratio > 0, "must be over 0"),
        ("limits", "max_held_bytes", s.limits.max_held_bytes > 0, "must be over 0"),
        ("limits", "max_archive_header_bytes", s.limits.max_archive_header_bytes >= 1024, "must be 1024 or more: long names need it"),
        ("limits", "max_json_bytes", s.limits.max_json_bytes > 0, "must be over 0"),
        ("limits", "max_reader_bytes", s.limits.max_reader_bytes >= LEAST_READER_BYTES, "must be 134217728 or more: the reader itself needs it"),
        ("limits", "max_reader_seconds", s.limits.max_reader_seconds > 0, "must be over 0"),
        ("limits", "max_named_others", s.limits.max_named_others > 0, "must be over 0"),
        ("limits", "max_near_photos", s.limits.max_near_photos > 0, "must be over 0"),
        ("limits", "max_table_bytes", s.limits.max_table_bytes > 0, "must be over 0"),
        ("limits", "max_table_unpacked_bytes", s.limits.max_table_unpacked_bytes > 0, "must be over 0"),
        ("limits", "max_table_rows", s.limits.max_table_rows > 0, "must be over 0"),
        ("limits", "max_table_columns", (1..=16_384).contains(&s.limits.max_table_columns), "must be from 1 to 16384, Excel's last column"),
        ("limits", "max_table_cell_chars", (1..=1 << 20).contains(&s.limits.max_table_cell_chars), "must be from 1 to 1048576"),
        ("limits", "max_table_strings", s.limits.max_table_strings > 0, "must be over 0"),
        ("limits", "max_register_bytes", s.limits.max_register_bytes > 0, "must be over 0"),
        ("limits", "max_seconds_per_submission", s.limits.max_seconds_per_submission > 0, "must be over 0"),
        ("work", "employer_endings", s.work.employer_endings.iter().all(|e| !e.is_empty()), "an empty ending fits every name"),
    ];
    let part = parts.into_iter().find(|(_, _, v)| !(0.0..=1.0).contains(v)).map(|(t, k, _)| (t, k, "must be from 0 to 1"));
    let amount = || amounts.into_iter().find(|(_, _, v)| !v.is_finite() || *v < 0.0).map(|(t, k, _)| (t, k, "must be a number, 0 or more"));
    let band = || bands.into_iter().find(|(_, _, [low, high])| !(low.is_finite() && high.is_finite() && low < high)).map(|(t, k, _)| (t, k, "must be [low, high]"));
    let order = || orders.into_iter().find(|(_, _, holds, _)| !holds).map(|(t, k, _, what)| (t, k, what));
    part.or_else(amount).or_else(band).or_else(order)
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
