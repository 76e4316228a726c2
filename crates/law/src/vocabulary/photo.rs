//! What was measured on the one-inch photo: native values with their units, and `not assessed` as an outcome of its
//! own.
//! Thresholds are the rule packs' affair.

use super::fact::Region;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A measured value, or why there is none (OFIQ: "could not assess" is an outcome, not a number).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure<T> {
    Value {
        value: T,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region: Option<Region>,
    },
    NotAssessed {
        why: String,
    },
}

impl<T> Measure<T> {
    pub fn of(value: T) -> Self {
        Self::Value { value, region: None }
    }

    pub fn at(value: T, region: Region) -> Self {
        Self::Value { value, region: Some(region) }
    }

    pub fn not_assessed(why: impl Into<String>) -> Self {
        Self::NotAssessed { why: why.into() }
    }

    /// The same measure with its value turned into something else.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Measure<U> {
        match self {
            Self::Value { value, region } => Measure::Value { value: f(value), region },
            Self::NotAssessed { why } => Measure::NotAssessed { why },
        }
    }

    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value { value, .. } => Some(value),
            Self::NotAssessed { .. } => None,
        }
    }
}

impl<T> Default for Measure<T> {
    fn default() -> Self {
        Self::not_assessed("not measured")
    }
}

/// Why a measure was not taken, in Chinese, by how the English begins; what names an error inside the tool has no words
/// for a clerk.
pub fn why_not_assessed(why: &str) -> Option<&'static str> {
    const WORDS: &[(&str, &str)] = &[
        ("not measured", "未测量"),
        ("no face was found on the ID card", "身份证照片上未检测到人脸"),
        ("the face on the ID card's picture", "身份证照片上的人脸不够清晰"),
        ("there is no picture of the ID card's front", "没有身份证人像面照片"),
        ("no face was found", "未检测到人脸"),
        ("there is more than one face", "有多张人脸"),
        ("the face's landmarks are uncertain", "五官未能定位"),
        ("the face models are not in use", "未启用人脸识别模型"),
        ("the picture does not decode", "照片无法解码"),
        ("the face is under", "人脸过小"),
        ("the face reaches out of the picture", "人脸超出画面"),
        ("too little of the face's skin", "可见的面部皮肤过少"),
        ("the eyes or cheeks lie outside", "眼部或脸颊超出画面"),
        ("the eyes lie outside", "眼部超出画面"),
        ("the head above the forehead is too dark or too light", "额头以上过暗或过亮"),
        ("the head above the forehead lies outside", "额头以上超出画面"),
        ("too little of the head above the forehead", "额头以上可见部分过少"),
        ("there is nothing of the head above the forehead", "未见额头以上部分"),
        ("there is no outline of the person", "未能找到人像轮廓"),
        ("the head's outline was not found", "未能找到头部轮廓"),
        ("hardly any ground is to be seen", "可见的背景过少"),
        ("the ground's colour is not known", "背景颜色不明"),
        ("too little of the clothes", "可见的衣着过少"),
        ("there is too little detail", "画面细节过少"),
        ("the picture is blurred or enlarged", "照片模糊或由小图放大"),
        ("a coding process that browsers do not show", "采用了浏览器不能显示的编码方式"),
        ("too many pixels", "像素过多"),
    ];
    WORDS.iter().find(|(begins, _)| why.starts_with(begins)).map(|(_, zh)| *zh)
}

/// What the first bytes say the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    Jpeg,
    Png,
    Webp,
    Bmp,
    Tiff,
    Gif,
    Heic,
    Pdf,
    Empty,
    Unknown,
}

impl FileFormat {
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Gif => "GIF",
            Self::Heic => "HEIC",
            Self::Pdf => "PDF",
            Self::Empty => "空文件",
            Self::Unknown => "未知格式",
        }
    }
}

/// CIE L*a*b* (D65): L 0–100, a and b about −128…127.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lab {
    pub l: f32,
    pub a: f32,
    pub b: f32,
}

/// The background left, right and above the head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Background {
    /// Median colour.
    pub median: Lab,
    /// 0–1: the part of the background that is white (by the reader's own L and chroma bounds, which it got from the
    /// pack's settings).
    pub white: f32,
    /// Largest L* difference between the medians of the background's regions.
    pub unevenness: f32,
}

/// One face.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Face {
    pub region: Region,
    /// Detector's score, 0–1.
    pub score: f32,
}

/// Everything that was measured on the photo. A measure that this version does not have stays `NotAssessed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PhotoFacts {
    pub file: String,
    pub format: FileFormat,
    pub bytes: u64,
    /// Bytes after the end-of-image marker plus bulky APP/COM segments: padding, not picture.
    pub padding_bytes: u64,
    /// Pixels after EXIF orientation; `None` if the header does not tell.
    pub dimensions: Option<(u32, u32)>,
    /// Does it decode to its last row, and does the last part hold a picture?
    pub complete: Measure<bool>,
    /// Mean CIE chroma C*ab of the picture's most colourful twentieth; a grey picture has under 2, a colour photo over
    /// 8.
    pub chroma: Measure<f32>,
    pub background: Measure<Background>,
    pub faces: Measure<Vec<Face>>,
    /// Face centre over width (0–1, 0.5 is the middle).
    pub head_x: Measure<f32>,
    /// Eye line over height (0–1 from the top).
    pub eye_y: Measure<f32>,
    /// Chin to crown over picture height (0–1).
    pub head_height: Measure<f32>,
    /// Is the head cut by the border?
    pub head_cropped: Measure<bool>,
    /// Degrees, clockwise.
    pub roll: Measure<f32>,
    /// Sine of the angle by which the head is turned aside: 0 frontal, 1 profile.
    pub yaw: Measure<f32>,
    /// Lid gap over eye width of the less open eye (open .25–.45, closed under .05).
    pub eye_openness: Measure<f32>,
    /// Lip gap over mouth width (closed ≤ .06, open ≥ .14).
    pub mouth_openness: Measure<f32>,
    /// ISO/IEC 29794-5 sharpness analogue: variance of the Laplacian over the face at 128 px across and a mean of 128
    /// of 255.
    pub sharpness: Measure<f32>,
    /// Width over which the picture is band-limited: effective resolution over nominal (1 is full, under .5 enlarged).
    pub effective_resolution: Measure<f32>,
    /// Mean L* of the face's skin.
    pub face_lightness: Measure<f32>,
    /// L* by which the skin on one side of the face is lighter than that opposite it.
    pub lightness_difference: Measure<f32>,
    /// 0–1: part of the clothing region as light as the background.
    pub clothing_like_background: Measure<f32>,
    /// Height over width of the face relative to the population's mean (1 is the mean).
    pub face_proportion: Measure<f32>,
    /// Median L* of the lighter cheek minus that of the skin under each eye, the picture's left eye first:
    /// bare eyes are near 0, dark glasses or hair over an eye far over it.
    #[serde(default)]
    pub eye_region_darkness: Measure<[f32; 2]>,
    /// 0–1: part of the worse eye's surroundings that is burnt out white (strong reflections on spectacles).
    #[serde(default)]
    pub eye_glare: Measure<f32>,
    /// Distance in the a*b* plane of cheeks and chin from the forehead: a mask has a colour of its own.
    #[serde(default)]
    pub lower_face_difference: Measure<f32>,
    /// Distance in L*a*b* of the head above the forehead from every colour that hair and skin have (0 within them): a
    /// coloured or white hat.
    #[serde(default)]
    pub head_covering: Measure<f32>,
    /// Standard deviation of L* from pixel to pixel of the head above the forehead: hair has strands (over 1), a smooth
    /// hat has none.
    #[serde(default)]
    pub head_texture: Measure<f32>,
    /// Strength of periodic stripes (FFT peak over its surroundings).
    pub moire: Measure<f32>,
    /// Similarity to the portrait on the ID card, 0–1.
    pub id_portrait_similarity: Measure<f32>,
    /// Perceptual hashes for finding copies, 16 hex digits each: the whole picture, then the upright face if one was
    /// found.
    /// A mirror image has the same; copies are near in every hash that both have. Empty if it did not decode.
    pub perceptual_hashes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::why_not_assessed;
    use std::path::Path;

    /// What the measures say stands in their own files; only failures of a model are without words.
    #[test]
    fn reasons_of_measures_have_words() {
        let measures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/inspect/photo");
        let mut seen = 0;
        for file in std::fs::read_dir(measures).expect("measures").filter_map(|f| Some(f.ok()?.path())) {
            let code = std::fs::read_to_string(&file).unwrap_or_default();
            for why in code.split("not_assessed(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                seen += 1;
                let told = why_not_assessed(why).is_some() || why == "the measure has no finite value";
                assert!(told, "{}: {why}", file.display());
            }
        }
        assert!(seen > 10, "{seen}");
        assert_eq!(why_not_assessed("the face mesh has other outputs than expected"), None);
    }
}
