//! Image × measure: native value within its tolerance, and the outcome that the thresholds give it
//! (`fixtures/photos/measures.csv`).

use image::{DynamicImage, RgbImage, imageops};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use yushen::inspect::photo::{FaceModels, hash_distance, inspect};
use yushen::runtime::Runtime;
use yushen::vocabulary::photo::{Measure, PhotoFacts};
use yushen::vocabulary::settings::PhotoSettings;

#[derive(serde::Deserialize)]
struct Row {
    image: String,
    change: String,
    measure: String,
    /// Empty: not assessed.
    value: Option<f32>,
    tolerance: Option<f32>,
    outcome: Outcome,
}

#[derive(serde::Deserialize, Debug, PartialEq, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    Holds,
    Fails,
    NotAssessed,
}

#[test]
fn every_measure_tells_good_photos_from_bad_ones() {
    let rows: Vec<Row> =
        csv::Reader::from_path(folder().join("measures.csv")).unwrap().deserialize().collect::<Result<_, _>>().unwrap();
    let (settings, models) = (settings(), FaceModels::load(&Runtime::Rten).unwrap());
    let card = picture("id-card-front");
    let mut inspected: BTreeMap<(&str, &str), PhotoFacts> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in &rows {
        let facts = inspected.entry((&row.image, &row.change)).or_insert_with(|| {
            inspect(&row.image, &changed(&row.image, &row.change), &settings, Some(&models), Some(&card)).unwrap()
        });
        let (value, outcome) = judged(&row.measure, facts, &settings);
        let near = match (value, row.value) {
            (Some(value), Some(expected)) => (value - expected).abs() <= row.tolerance.unwrap_or_default(),
            (None, None) => true,
            _ => false,
        };
        if !near || outcome != row.outcome {
            wrong.push(format!(
                "{} {} {}: {value:?} {outcome:?}, not {:?} {:?}",
                row.image, row.change, row.measure, row.value, row.outcome
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    assert!(inspected.len() >= 60, "only {} images", inspected.len());
    for measure in MEASURES {
        for outcome in [Outcome::Holds, Outcome::Fails] {
            assert!(
                rows.iter().any(|row| row.measure == measure && row.outcome == outcome),
                "no image for {measure} {outcome:?}"
            );
        }
    }
}

#[test]
fn copies_are_found_and_others_are_not() {
    let (settings, models) = (settings(), FaceModels::load(&Runtime::Rten).unwrap());
    let hashes = |bytes: &[u8]| inspect("photo", bytes, &settings, Some(&models), None).unwrap().perceptual_hashes;
    let same = |a: &[String], b: &[String]| {
        !a.is_empty()
            && a.iter().zip(b).all(|(a, b)| hash_distance(a, b).is_some_and(|bits| bits <= settings.duplicate_distance))
    };
    let originals: Vec<_> = (1..=6).map(|number| format!("clean-{number}")).collect();
    let known: Vec<_> = originals.iter().map(|name| hashes(&changed(name, ""))).collect();
    for (name, original) in originals.iter().zip(&known) {
        for change in ["reencoded", "resized", "mirrored", "cropped"] {
            assert!(same(original, &hashes(&changed(name, change))), "{name} {change}");
        }
        for (other, hashes) in originals.iter().zip(&known).filter(|(other, _)| *other != name) {
            assert!(!same(original, hashes), "{name} and {other}");
        }
    }
}

const MEASURES: [&str; 25] = [
    "complete",
    "padding_bytes",
    "chroma",
    "white",
    "unevenness",
    "faces",
    "head_x",
    "eye_y",
    "head_height",
    "head_cropped",
    "roll",
    "eye_openness",
    "mouth_openness",
    "sharpness",
    "effective_resolution",
    "face_lightness",
    "lightness_difference",
    "clothing_like_background",
    "face_proportion",
    "eye_region_darkness",
    "eye_glare",
    "lower_face_difference",
    "head_covering",
    "head_texture",
    "id_portrait_similarity",
];

/// The measure's native value, and what the thresholds say of it.
fn judged(measure: &str, facts: &PhotoFacts, settings: &PhotoSettings) -> (Option<f32>, Outcome) {
    let number = |flag: &Measure<bool>| flag.value().map(|&flag| f32::from(u8::from(flag)));
    let band = |[low, high]: [f32; 2]| move |value: f32| (low..=high).contains(&value);
    let at_least = |low: f32| band([low, f32::MAX]);
    let at_most = |high: f32| band([f32::MIN, high]);
    let (value, holds): (Option<f32>, &dyn Fn(f32) -> bool) = match measure {
        "complete" => (number(&facts.complete), &at_least(1.0)),
        "padding_bytes" => (Some(facts.padding_bytes as f32), &at_most(settings.padding_bytes as f32)),
        "chroma" => (facts.chroma.value().copied(), &at_least(settings.gray_chroma)),
        "white" => (facts.background.value().map(|b| b.white), &at_least(settings.white_part)),
        "unevenness" => (facts.background.value().map(|b| b.unevenness), &at_most(settings.max_unevenness)),
        "faces" => (facts.faces.value().map(|faces| faces.len() as f32), &band([1.0, 1.0])),
        "head_x" => (facts.head_x.value().copied(), &band(settings.head_x)),
        "eye_y" => (facts.eye_y.value().copied(), &band(settings.eye_y)),
        "head_height" => (facts.head_height.value().copied(), &band(settings.head_height)),
        "head_cropped" => (number(&facts.head_cropped), &at_most(0.0)),
        "roll" => (facts.roll.value().copied(), &band([-settings.roll_degrees, settings.roll_degrees])),
        "yaw" => (facts.yaw.value().copied(), &at_most(settings.yaw)),
        "eye_openness" => (facts.eye_openness.value().copied(), &at_least(settings.eye_openness)),
        "mouth_openness" => (facts.mouth_openness.value().copied(), &at_most(settings.mouth_openness)),
        "sharpness" => (facts.sharpness.value().copied(), &at_least(settings.sharpness)),
        "effective_resolution" => {
            (facts.effective_resolution.value().copied(), &at_least(settings.effective_resolution))
        }
        "face_lightness" => (facts.face_lightness.value().copied(), &band(settings.face_lightness)),
        "lightness_difference" => {
            (facts.lightness_difference.value().copied(), &at_most(settings.lightness_difference))
        }
        "clothing_like_background" => {
            (facts.clothing_like_background.value().copied(), &at_most(settings.clothing_like_background))
        }
        "face_proportion" => (facts.face_proportion.value().copied(), &band(settings.face_proportion)),
        "eye_region_darkness" => {
            (facts.eye_region_darkness.value().map(|both| both[0].max(both[1])), &at_most(settings.eye_region_darkness))
        }
        "eye_glare" => (facts.eye_glare.value().copied(), &at_most(settings.eye_glare)),
        "lower_face_difference" => {
            (facts.lower_face_difference.value().copied(), &at_most(settings.lower_face_difference))
        }
        "head_covering" => (facts.head_covering.value().copied(), &at_most(settings.head_covering)),
        "head_texture" => (facts.head_texture.value().copied(), &at_least(settings.head_texture)),
        "moire" => (facts.moire.value().copied(), &at_most(settings.moire)),
        "id_portrait_similarity" => {
            (facts.id_portrait_similarity.value().copied(), &at_most(settings.id_portrait_similarity))
        }
        other => panic!("no measure {other}"),
    };
    (value, value.map_or(Outcome::NotAssessed, |value| if holds(value) { Outcome::Holds } else { Outcome::Fails }))
}

/// The fixture with a change made to it, as JPEG.
fn changed(image: &str, change: &str) -> Vec<u8> {
    let bytes = std::fs::read(folder().join(format!("{image}.jpg"))).unwrap_or_else(|error| panic!("{image}: {error}"));
    let picture = || picture(image);
    let (width, height) = picture().dimensions();
    let cut = bytes.len() * 3 / 5;
    let jpeg = |picture: RgbImage| {
        let mut bytes = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&picture).unwrap();
        bytes
    };
    match change {
        "" => bytes,
        "grey" => jpeg(DynamicImage::from(picture()).grayscale().to_rgb8()),
        "blurred" => jpeg(imageops::blur(&picture(), 3.5)),
        "enlarged" => {
            let small = imageops::resize(&picture(), width / 4, height / 4, imageops::FilterType::Triangle);
            jpeg(imageops::resize(&small, width, height, imageops::FilterType::CatmullRom))
        }
        "reencoded" => jpeg(picture()),
        "resized" => {
            jpeg(imageops::resize(&picture(), width * 7 / 5, height * 7 / 5, imageops::FilterType::CatmullRom))
        }
        "mirrored" => jpeg(imageops::flip_horizontal(&picture())),
        "cropped" => {
            jpeg(imageops::crop_imm(&picture(), width / 50, height / 50, width * 24 / 25, height * 24 / 25).to_image())
        }
        "cut and closed" => [&bytes[..cut], &[0xFF, 0xD9]].concat(),
        "zeroed" => [&bytes[..cut], &vec![0; bytes.len() - cut - 2], &[0xFF, 0xD9]].concat(),
        "padded" => [&bytes[..], &vec![0x20; 20_000]].concat(),
        other => panic!("no change {other}"),
    }
}

fn picture(name: &str) -> RgbImage {
    image::open(folder().join(format!("{name}.jpg"))).unwrap_or_else(|error| panic!("{name}: {error}")).to_rgb8()
}

fn settings() -> PhotoSettings {
    toml::from_str(&std::fs::read_to_string(folder().join("thresholds.toml")).unwrap()).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/photos")
}
