use super::*;

#[test]
fn dictionaries_match_the_models() {
    for (engine, classes) in
        [(PpOcr::small(&Runtime::Rten).unwrap(), 18_710), (PpOcr::tiny(&Runtime::Rten).unwrap(), 6_906)]
    {
        assert_eq!(engine.alphabet().len(), classes);
        assert_eq!(engine.alphabet().char_of(classes - 1), Some(' '));
    }
}

#[test]
fn an_empty_picture_is_refused() {
    let engine = PpOcr::tiny(&Runtime::Rten).unwrap();
    assert!(matches!(engine.recognise(&GrayImage::new(0, 10)), Err(OcrError::Empty { .. })));
    assert!(matches!(engine.detect(&GrayImage::new(10, 0)), Err(OcrError::Empty { .. })));
}

/// The embedded weights read a printed line (fixtures/ocr/README.md), and the posterior belongs to that reading.
#[test]
fn a_printed_line_is_read() {
    use crate::vocabulary::text::normalise;
    let line = image::load_from_memory(include_bytes!("../../../fixtures/ocr/printed-line.png")).unwrap().to_luma8();
    for engine in [PpOcr::small(&Runtime::Rten).unwrap(), PpOcr::tiny(&Runtime::Rten).unwrap()] {
        let reading = engine.recognise(&line).unwrap();
        assert_eq!(normalise(&reading.text), normalise("本人承诺以上信息真实有效 2024年8月15日"), "{}", engine.name());
        assert!(reading.confidence > 0.9, "{} {}", engine.name(), reading.confidence);
        let posterior = reading.posterior.unwrap();
        assert_eq!(ctc::text_of(&ctc::greedy(&[&posterior])), reading.text, "{}", engine.name());
    }
}
