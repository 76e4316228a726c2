//! The model files that the program carries, as bytes. A crate of its own so that forty megabytes are compiled once and
//! not with every change of the readers.
//!
//! Licences and origins stand beside the files (`NOTICE`, `LICENSE`, `SHA256SUMS`).
// A document causes no panic; tests may stop at the first thing that is not as it says.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(not(test), warn(clippy::print_stdout))]

/// PP-OCRv6: text detection and recognition (`models/ppocr/NOTICE`).
pub mod ppocr {
    pub static DET_SMALL: &[u8] = include_bytes!("../ppocr/PP-OCRv6_det_small.onnx");
    pub static REC_SMALL: &[u8] = include_bytes!("../ppocr/PP-OCRv6_rec_small.onnx");
    pub static DET_TINY: &[u8] = include_bytes!("../ppocr/PP-OCRv6_det_tiny.onnx");
    pub static REC_TINY: &[u8] = include_bytes!("../ppocr/PP-OCRv6_rec_tiny.onnx");
    pub static DICT_TINY: &str = include_str!("../ppocr/PP-OCRv6_rec_tiny.dict.txt");
    pub static SUMS: &str = include_str!("../ppocr/SHA256SUMS");
    /// Name and bytes of each file, sorted by name.
    pub static FILES: [(&str, &[u8]); 5] = [
        ("PP-OCRv6_det_small.onnx", DET_SMALL),
        ("PP-OCRv6_det_tiny.onnx", DET_TINY),
        ("PP-OCRv6_rec_small.onnx", REC_SMALL),
        ("PP-OCRv6_rec_tiny.dict.txt", DICT_TINY.as_bytes()),
        ("PP-OCRv6_rec_tiny.onnx", REC_TINY),
    ];
}

/// The reader of digits: in a line, and in one place of it (`models/digits/NOTICE`; made by `training/`).
pub mod digits {
    pub static LINE: &[u8] = include_bytes!("../digits/digits-line.onnx");
    pub static PLACE: &[u8] = include_bytes!("../digits/digits-place.onnx");
    pub static SUMS: &str = include_str!("../digits/SHA256SUMS");
    pub static FILES: [(&str, &[u8]); 2] = [("digits-line.onnx", LINE), ("digits-place.onnx", PLACE)];
}

/// Face detection, landmarks, irises and the person's mask (`models/face/NOTICE`).
pub mod face {
    pub static DETECTOR: &[u8] = include_bytes!("../face/fd_back.onnx");
    pub static LANDMARK: &[u8] = include_bytes!("../face/face_landmark.onnx");
    pub static IRIS: &[u8] = include_bytes!("../face/iris.onnx");
    pub static SELFIE: &[u8] = include_bytes!("../face/selfie.onnx");
    pub static SUMS: &str = include_str!("../face/SHA256SUMS");
    pub static FILES: [(&str, &[u8]); 4] =
        [("fd_back.onnx", DETECTOR), ("face_landmark.onnx", LANDMARK), ("iris.onnx", IRIS), ("selfie.onnx", SELFIE)];
}

/// Traditional characters and their simplified forms (`models/opencc/NOTICE`).
pub static TRADITIONAL_TO_SIMPLIFIED: &str = include_str!("../opencc/TSCharacters.txt");
