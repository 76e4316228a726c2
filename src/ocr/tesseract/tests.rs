use super::*;
use crate::vocabulary::text::normalise;

const LINE: &[u8] = include_bytes!("../../../fixtures/ocr/printed-line.png");
const SAYS: &str = "本人承诺以上信息真实有效 2024年8月15日";

/// The engine, or nothing (and a word why) on a machine without the language data: the crate is built there too.
fn engine() -> Option<Tesseract> {
    match Tesseract::new() {
        Ok(engine) => Some(engine),
        Err(error) => {
            eprintln!("skipped: {error}");
            None
        }
    }
}

#[test]
fn a_printed_line_is_read() {
    let Some(engine) = engine() else { return };
    let line = image::load_from_memory(LINE).unwrap().to_luma8();
    let reading = engine.recognise(&line).unwrap();
    assert_eq!(normalise(&reading.text), normalise(SAYS));
    assert!((0.5..=1.0).contains(&reading.confidence), "{}", reading.confidence);
    assert!(reading.posterior.is_none() && reading.symbols.is_empty());
}

/// Small, large, and blank: the size is ours to choose, and nothing is read where nothing stands.
#[test]
fn any_size_is_read_and_a_blank_says_nothing() {
    let Some(engine) = engine() else { return };
    let line = image::load_from_memory(LINE).unwrap().to_luma8();
    for height in [28, 120] {
        let scaled = imageops::resize(&line, line.width() * height / line.height(), height, FilterType::CatmullRom);
        assert_eq!(normalise(&engine.recognise(&scaled).unwrap().text), normalise(SAYS), "{height} px");
    }
    let blank = engine.recognise(&GrayImage::from_pixel(300, 40, image::Luma([240]))).unwrap();
    assert_eq!((blank.text.as_str(), blank.confidence), ("", 0.0));
}

#[test]
fn lines_of_a_page_are_found() {
    let Some(engine) = engine() else { return };
    let line = image::load_from_memory(LINE).unwrap().to_luma8();
    let mut page = GrayImage::from_pixel(line.width() + 160, 500, image::Luma([246]));
    for y in [60, 200, 340] {
        imageops::replace(&mut page, &line, 80, y);
    }
    let boxes = engine.detect(&page).unwrap();
    assert_eq!(boxes.len(), 3, "{boxes:?}");
    for (found, y) in boxes.iter().zip([60.0, 200.0, 340.0]) {
        let [[x0, top], _, [x1, bottom], _] = found.corners;
        assert!(
            top >= y - 4.0 && bottom <= y + 60.0 && x0 >= 76.0 && x1 - x0 > 0.9 * (line.width() as f32 - 20.0),
            "{found:?}"
        );
    }
}

#[test]
fn an_empty_picture_is_refused() {
    let Some(engine) = engine() else { return };
    assert!(matches!(engine.recognise(&GrayImage::new(0, 10)), Err(OcrError::Empty { .. })));
    assert!(matches!(engine.detect(&GrayImage::new(10, 0)), Err(OcrError::Empty { .. })));
}

#[test]
fn the_paper_around_a_line_has_its_tone() {
    let mut line = GrayImage::from_pixel(100, 20, image::Luma([200]));
    (10..30).for_each(|x| line.put_pixel(x, 10, image::Luma([20])));
    let picture = prepared(&line);
    assert_eq!(picture.dimensions(), (280 + 2 * MARGIN, LINE_HEIGHT + 2 * MARGIN));
    assert_eq!(picture.get_pixel(0, 0)[0], 200);
}
