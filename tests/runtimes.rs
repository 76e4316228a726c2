//! ONNX Runtime against rten: the same networks must say the same. Only where `scripts/onnxruntime` has put the library
//! (as `scripts/setup` does).

use image::GrayImage;
use std::path::Path;
use yushen::inspect::photo::{FaceModels, inspect};
use yushen::ocr::Engine;
use yushen::ocr::ppocr::PpOcr;
use yushen::packs;
use yushen::runtime::{Choice, Runtime, RuntimeError};

/// Largest difference of a probability between the two; EVIDENCE measured 3e-5 on lines, more runs together in deep
/// sums.
const TOLERANCE: f32 = 2e-3;

/// Both runtimes, or `None` where the library is not there.
fn both() -> Option<[Runtime; 2]> {
    // the folder that the program itself would be built into
    let program = Path::new(env!("CARGO_BIN_EXE_yushen"));
    match Runtime::find(Choice::Onnxruntime, Some(program)) {
        Ok(onnx) => Some([Runtime::Rten, onnx]),
        Err(RuntimeError::Missing { .. }) => {
            eprintln!("skipped: no library of ONNX Runtime; scripts/onnxruntime fetches it");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn picture(name: &str) -> GrayImage {
    image::open(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).unwrap().to_luma8()
}

#[test]
fn lines_read_alike() {
    let Some(runtimes) = both() else { return };
    let print = picture("ocr/printed-line.png");
    // handwriting, with desk around it: what matters is that both see the same, not that they read it well
    let pen = picture("inspect/faithful_one_line.jpg");
    for make in [PpOcr::small, PpOcr::tiny] {
        let [one, other] = runtimes.each_ref().map(|r| make(r).unwrap());
        for line in [&print, &pen] {
            let (a, b) = (one.recognise(line).unwrap(), other.recognise(line).unwrap());
            assert_eq!(a.text, b.text, "{}", one.name());
            let (a, b) = (a.posterior.unwrap(), b.posterior.unwrap());
            assert_eq!((a.steps, a.classes), (b.steps, b.classes));
            let most = a.probs.iter().zip(&b.probs).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
            assert!(most <= TOLERANCE, "{}: {most}", one.name());
        }
        let [a, b] = [&one, &other].map(|e| e.detect(&pen).unwrap());
        assert_eq!(a.len(), b.len(), "{}: boxes", one.name());
    }
}

#[test]
fn photos_measure_alike() {
    let Some(runtimes) = both() else { return };
    let settings = packs::embedded().unwrap().settings.photo;
    let [one, other] = runtimes.each_ref().map(|r| FaceModels::load(r).unwrap());
    for name in ["clean-1.jpg", "faces-two.jpg", "faces-none.jpg"] {
        let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/photos").join(name)).unwrap();
        let [a, b] = [&one, &other].map(|models| inspect(name, &bytes, &settings, Some(models), None).unwrap());
        let faces = |facts: &yushen::vocabulary::photo::PhotoFacts| facts.faces.value().map(Vec::len);
        assert_eq!(faces(&a), faces(&b), "{name}");
        // facts are rounded to thousandths; the last digit may fall either way
        let (a, b) = (serde_json::to_value(&a).unwrap(), serde_json::to_value(&b).unwrap());
        close(&a, &b, name);
    }
}

/// The same structure, and numbers within two thousandths or a percent.
fn close(a: &serde_json::Value, b: &serde_json::Value, at: &str) {
    use serde_json::Value::{Array, Number, Object};
    match (a, b) {
        (Object(a), Object(b)) => {
            assert_eq!(a.len(), b.len(), "{at}");
            a.iter().for_each(|(key, value)| close(value, &b[key], &format!("{at}.{key}")));
        }
        (Array(a), Array(b)) => {
            assert_eq!(a.len(), b.len(), "{at}");
            a.iter().zip(b).for_each(|(a, b)| close(a, b, at));
        }
        (Number(a), Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            assert!((a - b).abs() <= 0.0021_f64.max(0.01 * a.abs()), "{at}: {a} and {b}");
        }
        _ => assert_eq!(a, b, "{at}"),
    }
}
