//! 468 landmarks of one face (MediaPipe face mesh), in pixels of the picture.
//! Gives points and the model's own score; each measure decides what they mean.

use super::detector::Detection;
use super::models::{FaceModels, LANDMARK_SIDE};
use super::point::{Point, distance, middle};
use image::RgbImage;

/// The points of one face.
#[derive(Debug, Clone)]
pub struct Mesh {
    points: Vec<Point>,
    /// How far each point lies behind the head's middle (in front: negative), pixels of the picture.
    depths: Vec<f32>,
    /// The model's own score (a logit): under 20 it is not sure of a face.
    pub score: f32,
}

/// Indices of MediaPipe's canonical face mesh. "Left" and "right" are the picture's.
pub mod index {
    pub const FOREHEAD: usize = 10;
    pub const CHIN: usize = 152;
    pub const LEFT_EDGE: usize = 234;
    pub const RIGHT_EDGE: usize = 454;
    pub const NOSE_TIP: usize = 1;
    pub const LEFT_EYE: [usize; 2] = [33, 133];
    pub const RIGHT_EYE: [usize; 2] = [362, 263];
    /// The face's outline, clockwise from the forehead.
    pub const OVAL: [usize; 36] = [
        10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
        150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
    ];
    /// Points opposite each other, the picture's left one first: all but the 28 on the face's middle line. Found by
    /// mirroring the mean of eight frontal meshes; each point's nearest one there is its opposite.
    #[rustfmt::skip]
    pub const PAIRS: [[u16; 2]; 220] = [
        [3, 248], [7, 249], [20, 250], [21, 251], [22, 252], [23, 253], [24, 254], [25, 255], [26, 256], [27, 257],
        [28, 258], [29, 259], [30, 260], [31, 261], [32, 262], [33, 263], [34, 264], [35, 265], [36, 266], [37, 267],
        [38, 268], [39, 269], [40, 270], [41, 271], [42, 272], [43, 273], [44, 274], [45, 275], [46, 276], [47, 277],
        [48, 278], [49, 279], [50, 280], [51, 281], [52, 282], [53, 283], [54, 284], [55, 285], [56, 286], [57, 287],
        [58, 288], [59, 289], [60, 290], [61, 291], [62, 292], [63, 293], [64, 294], [65, 295], [66, 296], [67, 297],
        [68, 298], [69, 299], [70, 300], [71, 301], [72, 302], [73, 303], [74, 304], [75, 305], [76, 306], [77, 307],
        [78, 308], [79, 309], [80, 310], [81, 311], [82, 312], [83, 313], [84, 314], [85, 315], [86, 316], [87, 317],
        [88, 318], [89, 319], [90, 320], [91, 321], [92, 322], [93, 323], [95, 324], [96, 325], [97, 326], [98, 327],
        [99, 328], [100, 329], [101, 330], [102, 331], [103, 332], [104, 333], [105, 334], [106, 335], [107, 336],
        [108, 337], [109, 338], [110, 339], [111, 340], [112, 341], [113, 342], [114, 343], [115, 344], [116, 345],
        [117, 346], [118, 347], [119, 348], [120, 349], [121, 350], [122, 351], [123, 352], [124, 353], [125, 354],
        [126, 355], [127, 356], [128, 357], [129, 358], [130, 359], [131, 360], [132, 361], [133, 362], [134, 363],
        [135, 364], [136, 365], [137, 366], [138, 367], [139, 368], [140, 369], [141, 370], [142, 371], [143, 372],
        [144, 373], [145, 374], [146, 375], [147, 376], [148, 377], [149, 378], [150, 379], [153, 380], [154, 381],
        [155, 382], [156, 383], [157, 384], [158, 385], [159, 386], [160, 387], [161, 388], [162, 389], [163, 390],
        [165, 391], [166, 392], [167, 393], [169, 394], [170, 395], [171, 396], [172, 397], [173, 398], [174, 399],
        [176, 400], [177, 401], [178, 402], [179, 403], [180, 404], [181, 405], [182, 406], [183, 407], [184, 408],
        [185, 409], [186, 410], [187, 411], [188, 412], [189, 413], [190, 414], [191, 415], [192, 416], [193, 417],
        [194, 418], [196, 419], [198, 420], [201, 421], [202, 422], [203, 423], [204, 424], [205, 425], [206, 426],
        [207, 427], [208, 428], [209, 429], [210, 430], [211, 431], [212, 432], [213, 433], [214, 434], [215, 435],
        [216, 436], [217, 437], [218, 438], [219, 439], [220, 440], [221, 441], [222, 442], [223, 443], [224, 444],
        [225, 445], [226, 446], [227, 447], [228, 448], [229, 449], [230, 450], [231, 451], [232, 452], [233, 453],
        [234, 454], [235, 455], [236, 456], [237, 457], [238, 458], [239, 459], [240, 460], [241, 461], [242, 462],
        [243, 463], [244, 464], [245, 465], [246, 466], [247, 467],
    ];
}

impl Mesh {
    /// One of the 468 points.
    pub fn point(&self, index: usize) -> Point {
        self.points.get(index).copied().unwrap_or_default()
    }

    /// A mesh of these points (right, down, away from the camera).
    #[cfg(test)]
    pub fn of_points(points: &[[f32; 3]]) -> Self {
        Self {
            points: points.iter().map(|[x, y, _]| [*x, *y]).collect(),
            depths: points.iter().map(|p| p[2]).collect(),
            score: 100.0,
        }
    }

    /// One of the 468 points in three dimensions: right, down, away from the camera; pixels of the picture.
    pub fn solid(&self, index: usize) -> [f32; 3] {
        let [x, y] = self.point(index);
        [x, y, self.depths.get(index).copied().unwrap_or_default()]
    }

    /// Distance between two points in pixels.
    pub fn between(&self, a: usize, b: usize) -> f32 {
        distance(self.point(a), self.point(b))
    }

    /// Centres of the eyes, the picture's left one first.
    pub fn eyes(&self) -> [Point; 2] {
        [index::LEFT_EYE, index::RIGHT_EYE].map(|[a, b]| middle(self.point(a), self.point(b)))
    }

    /// Pixels between the eyes' centres.
    pub fn eye_distance(&self) -> f32 {
        let [left, right] = self.eyes();
        distance(left, right)
    }

    /// Cheek to cheek in pixels.
    pub fn width(&self) -> f32 {
        self.between(index::LEFT_EDGE, index::RIGHT_EDGE)
    }

    /// The box around the face's outline.
    pub fn bounds(&self) -> (Point, Point) {
        self.oval().iter().fold(([f32::MAX; 2], [f32::MIN; 2]), |(min, max), p| {
            ([min[0].min(p[0]), min[1].min(p[1])], [max[0].max(p[0]), max[1].max(p[1])])
        })
    }

    /// The face's outline.
    pub fn oval(&self) -> Vec<Point> {
        index::OVAL.iter().map(|&i| self.point(i)).collect()
    }
}

/// Landmarks of the face at `face`.
pub fn mesh(picture: &RgbImage, face: &Detection, models: &FaceModels) -> Result<Mesh, String> {
    let [left, right, ..] = face.key_points;
    let angle = (right[1] - left[1]).atan2(right[0] - left[0]);
    let side = (face.max[0] - face.min[0]).max(face.max[1] - face.min[1]) * CROP;
    let crop = Crop { centre: middle(face.min, face.max), side, angle };
    let outputs = models.landmarks(crop.pixels(picture, LANDMARK_SIDE))?;
    let flat = outputs
        .iter()
        .find(|output| output.len() == POINTS * 3)
        .ok_or("the face mesh has other outputs than expected")?;
    let score = outputs.iter().find(|output| output.len() == 1).map_or(f32::NEG_INFINITY, |output| output[0]);
    let points = flat.chunks_exact(3).map(|p| crop.to_picture([p[0], p[1]], LANDMARK_SIDE)).collect();
    let depths = flat.chunks_exact(3).map(|p| p[2] * crop.side / LANDMARK_SIDE as f32).collect();
    Ok(Mesh { points, depths, score })
}

const POINTS: usize = 468;
/// The mesh wants the detector's box with a margin of a quarter on each side.
const CROP: f32 = 1.5;

/// A turned square of the picture.
pub struct Crop {
    pub centre: Point,
    /// Pixels of the picture.
    pub side: f32,
    /// Radians, clockwise.
    pub angle: f32,
}

impl Crop {
    /// `size` × `size` × 3 in 0…1, bilinear; black outside of the picture.
    pub fn pixels(&self, picture: &RgbImage, size: usize) -> Vec<f32> {
        let mut values = Vec::with_capacity(size * size * 3);
        for y in 0..size {
            for x in 0..size {
                let at = self.to_picture([x as f32 + 0.5, y as f32 + 0.5], size);
                values.extend(sample(picture, [at[0] - 0.5, at[1] - 0.5]).map(|channel| channel / 255.0));
            }
        }
        values
    }

    /// From the crop's pixels to the picture's.
    pub fn to_picture(&self, [x, y]: Point, size: usize) -> Point {
        let (sine, cosine) = self.angle.sin_cos();
        let step = self.side / size as f32;
        let (x, y) = ((x - size as f32 / 2.0) * step, (y - size as f32 / 2.0) * step);
        [self.centre[0] + cosine * x - sine * y, self.centre[1] + sine * x + cosine * y]
    }
}

/// Bilinear, 0–255; black outside.
pub fn sample(picture: &RgbImage, [x, y]: Point) -> [f32; 3] {
    let (x0, y0) = (x.floor(), y.floor());
    let (fx, fy) = (x - x0, y - y0);
    let mut sum = [0.0; 3];
    for (dx, dy, weight) in [
        (0.0, 0.0, (1.0 - fx) * (1.0 - fy)),
        (1.0, 0.0, fx * (1.0 - fy)),
        (0.0, 1.0, (1.0 - fx) * fy),
        (1.0, 1.0, fx * fy),
    ] {
        let (px, py) = (x0 + dx, y0 + dy);
        if px >= 0.0 && py >= 0.0 && (px as u32) < picture.width() && (py as u32) < picture.height() {
            let pixel = picture.get_pixel(px as u32, py as u32);
            sum.iter_mut().zip(pixel.0).for_each(|(total, channel)| *total += weight * f32::from(channel));
        }
    }
    sum
}
