//! How fast a photo is judged: the rules on the file alone (aim: 1,000 a second and core), and everything (aim: 150 ms
//! CPU).

use divan::counter::ItemsCount;
use std::path::Path;
use yushen::inspect::photo::{FaceModels, inspect, inspect_file};
use yushen::runtime::Runtime;
use yushen::vocabulary::settings::PhotoSettings;

fn main() {
    divan::main();
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/photos")
}

fn photo(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn settings() -> PhotoSettings {
    let text = std::fs::read_to_string(folder().join("thresholds.toml"))
        .unwrap_or_else(|error| panic!("thresholds.toml: {error}"));
    toml::from_str(&text).unwrap_or_else(|error| panic!("thresholds.toml: {error}"))
}

#[divan::bench]
fn file_alone(bencher: divan::Bencher) {
    let bytes = photo("screen-reshot.jpg");
    bencher.counter(ItemsCount::new(1_u32)).bench(|| inspect_file("个人照片.jpg", divan::black_box(&bytes)));
}

#[divan::bench]
fn without_models(bencher: divan::Bencher) {
    let (bytes, settings) = (photo("clean-1.jpg"), settings());
    bencher
        .counter(ItemsCount::new(1_u32))
        .bench(|| inspect("个人照片.jpg", divan::black_box(&bytes), &settings, None, None));
}

#[divan::bench]
fn everything(bencher: divan::Bencher) {
    let (bytes, settings) = (photo("clean-1.jpg"), settings());
    let models = FaceModels::load(&Runtime::Rten).unwrap_or_else(|error| panic!("{error}"));
    bencher
        .counter(ItemsCount::new(1_u32))
        .bench(|| inspect("个人照片.jpg", divan::black_box(&bytes), &settings, Some(&models), None));
}

#[divan::bench]
fn everything_with_id_card(bencher: divan::Bencher) {
    let (bytes, settings) = (photo("id-card-portrait.jpg"), settings());
    let models = FaceModels::load(&Runtime::Rten).unwrap_or_else(|error| panic!("{error}"));
    let card = image::load_from_memory(&photo("id-card-front.jpg")).unwrap_or_else(|error| panic!("{error}")).to_rgb8();
    bencher
        .counter(ItemsCount::new(1_u32))
        .bench(|| inspect("个人照片.jpg", divan::black_box(&bytes), &settings, Some(&models), Some(&card)));
}
