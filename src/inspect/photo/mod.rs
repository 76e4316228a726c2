//! The one-inch photo: from the bytes of a file to what can be measured on it, one measure in one file.
//! Judges nothing and names no threshold (the rule pack's bounds of white come in as settings). A broken photo is no
//! error: its measures say that they could not be assessed.

mod background;
mod chroma;
mod clothing_like_background;
mod complete;
mod crown;
mod decode;
mod effective_resolution;
mod eye_glare;
mod eye_openness;
mod eye_region_darkness;
mod eye_y;
mod face;
mod face_lightness;
mod face_proportion;
mod format;
mod head_covering;
mod head_cropped;
mod head_height;
mod head_texture;
mod head_x;
mod id_portrait_similarity;
mod jpeg;
mod lab;
mod lightness_difference;
mod lower_face_difference;
mod moire;
mod mouth_openness;
mod padding;
mod patch;
mod perceptual_hashes;
mod roll;
mod sharpness;
mod skin;
mod spectrum;
mod yaw;

pub use face::models::{FaceModels, ModelError};
pub use perceptual_hashes::hash_distance;

use crate::vocabulary::photo::{Face, FileFormat, Measure, PhotoFacts};
use crate::vocabulary::settings::PhotoSettings;
use face::mesh::index::NOSE_TIP;
use face::{Head, View};
use image::RgbImage;
use spectrum::Spectrum;

/// Everything that can be told of the photo in `file`. `settings` gives the bounds of white; `id_card` is the front of
/// the applicant's ID card.
/// Without `models` the measures of the face are not assessed, and the background is found less surely.
///
/// # Errors
/// The models have failed: nothing is known of the photo.
pub fn inspect(
    file: &str,
    bytes: &[u8],
    settings: &PhotoSettings,
    models: Option<&FaceModels>,
    id_card: Option<&RgbImage>,
) -> Result<PhotoFacts, ModelError> {
    let (mut facts, orientation) = file_measures(file, bytes);
    match decode::decode(bytes, facts.dimensions, orientation) {
        Ok(photo) => measure_picture(&mut facts, &photo, settings, models, id_card)?,
        Err(why) => undecodable(&mut facts, &why),
    }
    Ok(facts)
}

/// The measures that need no pixel: format, bytes, padding, size, completeness of a JPEG.
pub fn inspect_file(file: &str, bytes: &[u8]) -> PhotoFacts {
    file_measures(file, bytes).0
}

/// With the EXIF orientation, 1–8.
fn file_measures(file: &str, bytes: &[u8]) -> (PhotoFacts, u8) {
    let format = format::format(bytes);
    let mut facts = nothing_measured(file, format, bytes.len() as u64);
    let mut orientation = 1;
    if format == FileFormat::Jpeg {
        let markers = jpeg::markers(bytes);
        let walk = jpeg::entropy::walk(bytes, &markers);
        let (complete, excess) = complete::complete(&markers, &walk);
        facts.complete = complete;
        facts.padding_bytes = padding::padding_bytes(facts.bytes, &markers, excess);
        facts.dimensions = markers.upright_dimensions();
        orientation = markers.orientation;
    }
    (facts, orientation)
}

fn measure_picture(
    facts: &mut PhotoFacts,
    photo: &RgbImage,
    settings: &PhotoSettings,
    models: Option<&FaceModels>,
    id_card: Option<&RgbImage>,
) -> Result<(), ModelError> {
    facts.dimensions = Some(photo.dimensions());
    if facts.complete.value() != Some(&false) {
        facts.complete = complete::unfilled(photo)
            .map_or_else(|| complete::decoded(&facts.complete), |region| Measure::at(false, region));
    }
    facts.chroma = rounded(chroma::chroma(photo));
    let view = models.map(|models| View::of(photo, models)).transpose()?;
    facts.background = background::background(photo, view.as_ref().and_then(|view| view.outline.as_ref()), settings);
    match &view {
        Some(view) => measure_face(facts, view),
        None => no_face_measures(facts, "the face models are not in use"),
    }
    let face = view.as_ref().and_then(|view| view.head.as_ref().ok().map(|head| (view, head)));
    if let Some((view, head)) = face {
        facts.sharpness = rounded(sharpness::sharpness(photo, view, head));
        facts.id_portrait_similarity = match (id_card, models) {
            (Some(card), Some(models)) => {
                rounded(id_portrait_similarity::id_portrait_similarity(view, head, card, models)?)
            }
            _ => Measure::not_assessed("there is no picture of the ID card's front"),
        };
    }
    let spectrum = Spectrum::around(
        photo,
        face.map_or_else(|| picture_middle(photo), |(view, head)| view.in_photo(head.mesh.point(NOSE_TIP))),
    );
    facts.effective_resolution = rounded(effective_resolution::effective_resolution(&spectrum));
    facts.moire = rounded(moire::moire(&spectrum, &facts.effective_resolution));
    facts.perceptual_hashes = perceptual_hashes::perceptual_hashes(photo, face);
    Ok(())
}

/// Where a face would be.
fn picture_middle(photo: &RgbImage) -> [f32; 2] {
    [photo.width() as f32 / 2.0, photo.height() as f32 * 0.45]
}

fn measure_face(facts: &mut PhotoFacts, view: &View) {
    facts.faces = Measure::of(
        view.detections
            .iter()
            .map(|face| Face { region: view.region(face.min, face.max), score: thousandths(face.score) })
            .collect(),
    );
    let head = match &view.head {
        Ok(head) => head,
        Err(why) => {
            no_head_measures(facts, why);
            return measure_coverings(facts, view);
        }
    };
    type MeasureOfFace = fn(&View, &Head) -> Measure<f32>;
    let measures: [(&mut Measure<f32>, MeasureOfFace); 10] = [
        (&mut facts.head_x, head_x::head_x),
        (&mut facts.eye_y, eye_y::eye_y),
        (&mut facts.head_height, head_height::head_height),
        (&mut facts.roll, roll::roll),
        (&mut facts.yaw, yaw::yaw),
        (&mut facts.eye_openness, eye_openness::eye_openness),
        (&mut facts.mouth_openness, mouth_openness::mouth_openness),
        (&mut facts.face_lightness, face_lightness::face_lightness),
        (&mut facts.lightness_difference, lightness_difference::lightness_difference),
        (&mut facts.face_proportion, face_proportion::face_proportion),
    ];
    for (fact, measure) in measures {
        *fact = rounded(measure(view, head));
    }
    facts.head_cropped = head_cropped::head_cropped(view, head);
    facts.clothing_like_background =
        rounded(clothing_like_background::clothing_like_background(view, head, &facts.background));
    measure_coverings(facts, view);
}

/// What covers a face makes its landmarks uncertain: these measures make do with them.
fn measure_coverings(facts: &mut PhotoFacts, view: &View) {
    if let Some(head) = view.any_head() {
        facts.eye_region_darkness =
            eye_region_darkness::eye_region_darkness(view, head).map(|both| both.map(thousandths));
        facts.eye_glare = rounded(eye_glare::eye_glare(view, head));
        facts.lower_face_difference = rounded(lower_face_difference::lower_face_difference(view, head));
        facts.head_covering = rounded(head_covering::head_covering(view, head));
        facts.head_texture = rounded(head_texture::head_texture(view, head));
    }
}

fn nothing_measured(file: &str, format: FileFormat, bytes: u64) -> PhotoFacts {
    PhotoFacts {
        file: file.to_owned(),
        format,
        bytes,
        padding_bytes: 0,
        dimensions: None,
        complete: Measure::default(),
        chroma: Measure::default(),
        background: Measure::default(),
        faces: Measure::default(),
        head_x: Measure::default(),
        eye_y: Measure::default(),
        head_height: Measure::default(),
        head_cropped: Measure::default(),
        roll: Measure::default(),
        yaw: Measure::default(),
        eye_openness: Measure::default(),
        mouth_openness: Measure::default(),
        sharpness: Measure::default(),
        effective_resolution: Measure::default(),
        face_lightness: Measure::default(),
        lightness_difference: Measure::default(),
        clothing_like_background: Measure::default(),
        face_proportion: Measure::default(),
        eye_region_darkness: Measure::default(),
        eye_glare: Measure::default(),
        lower_face_difference: Measure::default(),
        head_covering: Measure::default(),
        head_texture: Measure::default(),
        moire: Measure::default(),
        id_portrait_similarity: Measure::default(),
        perceptual_hashes: Vec::new(),
    }
}

/// The picture does not open: nothing that needs pixels is known, and why.
fn undecodable(facts: &mut PhotoFacts, why: &str) {
    let why = format!("the picture does not decode: {why}");
    facts.complete = match facts.format {
        FileFormat::Jpeg | FileFormat::Png | FileFormat::Webp | FileFormat::Bmp | FileFormat::Tiff => {
            Measure::of(false)
        }
        _ => Measure::not_assessed(&why),
    };
    facts.chroma = Measure::not_assessed(&why);
    facts.background = Measure::not_assessed(&why);
    facts.effective_resolution = Measure::not_assessed(&why);
    facts.moire = Measure::not_assessed(&why);
    no_face_measures(facts, &why);
}

fn no_face_measures(facts: &mut PhotoFacts, why: &str) {
    facts.faces = Measure::not_assessed(why);
    no_head_measures(facts, why);
}

fn no_head_measures(facts: &mut PhotoFacts, why: &str) {
    facts.head_cropped = Measure::not_assessed(why);
    facts.eye_region_darkness = Measure::not_assessed(why);
    let measures = [
        &mut facts.head_x,
        &mut facts.eye_y,
        &mut facts.head_height,
        &mut facts.roll,
        &mut facts.yaw,
        &mut facts.eye_openness,
        &mut facts.mouth_openness,
        &mut facts.sharpness,
        &mut facts.face_lightness,
        &mut facts.lightness_difference,
        &mut facts.clothing_like_background,
        &mut facts.face_proportion,
        &mut facts.eye_glare,
        &mut facts.lower_face_difference,
        &mut facts.head_covering,
        &mut facts.head_texture,
        &mut facts.id_portrait_similarity,
    ];
    for measure in measures {
        *measure = Measure::not_assessed(why);
    }
}

/// To thousandths: more digits would differ from machine to machine and mean nothing.
fn rounded(measure: Measure<f32>) -> Measure<f32> {
    match measure {
        Measure::Value { value, region } if value.is_finite() => Measure::Value { value: thousandths(value), region },
        Measure::Value { .. } => Measure::not_assessed("the measure has no finite value"),
        not_assessed @ Measure::NotAssessed { .. } => not_assessed,
    }
}

fn thousandths(value: f32) -> f32 {
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Settings for tests: only the bounds of white are read by this stage.
    pub fn settings() -> PhotoSettings {
        PhotoSettings {
            min_bytes: 40_000,
            max_bytes: 81_920,
            padding_bytes: 12_000,
            min_width_over: 88,
            min_height_over: 132,
            aspect: 25.0 / 35.0,
            aspect_tolerance: 0.1,
            gray_chroma: 2.0,
            white_l: 92.0,
            white_chroma: 6.0,
            white_part: 0.9,
            white_part_reject: 0.5,
            max_unevenness: 8.0,
            head_x: [0.4, 0.6],
            eye_y: [0.3, 0.55],
            head_height: [0.4, 0.8],
            roll_degrees: 8.0,
            yaw: 0.2,
            eye_openness: 0.12,
            mouth_openness: 0.1,
            sharpness: 0.0,
            effective_resolution: 0.5,
            face_lightness: [40.0, 90.0],
            lightness_difference: 15.0,
            clothing_like_background: 0.6,
            face_proportion: [0.85, 1.15],
            eye_region_darkness: 28.0,
            eye_glare: 0.15,
            lower_face_difference: 8.0,
            head_covering: 8.0,
            head_texture: 0.4,
            moire: 10.0,
            id_portrait_similarity: 0.95,
            duplicate_distance: 8,
            face_score: 0.6,
        }
    }

    #[test]
    fn hostile_and_foreign_bytes_cost_measures_and_never_a_panic() {
        for bytes in [
            &b""[..],
            b"\xff\xd8\xff",
            b"\xff\xd8\xff\xe0\x00\x10JFIF",
            b"\x89PNG\r\n\x1a\n",
            b"%PDF-1.4",
            b"hello",
            b"\xff\xd8\xff\xda\x00\x02",
            b"\xff\xd8\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00",
        ] {
            let facts = inspect("个人照片.jpg", bytes, &settings(), None, None).unwrap();
            assert!(facts.chroma.value().is_none() && facts.perceptual_hashes.is_empty(), "{:?}", facts.format);
            assert_ne!(facts.complete.value(), Some(&true));
        }
    }
}
