//! What the face models see in the photo: faces, a mesh of the applicant's face, the person's outline.
//! Turns pixels into geometry; the measures beside it turn geometry into facts.

pub mod detector;
pub mod eye;
pub mod mesh;
pub mod models;
pub mod outline;
pub mod point;
pub mod pose;

use super::decode::at_most;
use crate::vocabulary::fact::Region;
use detector::Detection;
use image::RgbImage;
use mesh::Mesh;
use models::{FaceModels, ModelError};
use outline::Outline;
pub use point::{Point, distance, middle};

/// The photo as the face measures look at it: reduced if it is large, with what the models found.
pub struct View {
    /// At most [`VIEW_SIDE`] on its longer side.
    pub picture: RgbImage,
    /// Pixels of the photo in one pixel of the view.
    pub scale: f32,
    pub detections: Vec<Detection>,
    pub outline: Option<Outline>,
    /// The applicant's face, or why it cannot be judged.
    pub head: Result<Head, String>,
    /// A face whose landmarks are uncertain: good enough to look what covers it.
    pub uncertain: Option<Head>,
}

/// One face that can be judged, with the mesh's own score high enough.
pub struct Head {
    pub mesh: Mesh,
    /// Lid gap over eye width, the picture's left eye first.
    pub lid_gaps: [f32; 2],
}

impl View {
    /// Runs the models.
    ///
    /// # Errors
    /// The models have failed; the photo has no part in it.
    pub fn of(photo: &RgbImage, models: &FaceModels) -> Result<Self, ModelError> {
        Self::seen(photo, models).map_err(ModelError::Run)
    }

    fn seen(photo: &RgbImage, models: &FaceModels) -> Result<Self, String> {
        let picture = at_most(photo, VIEW_SIDE);
        let scale = photo.width() as f32 / picture.width() as f32;
        let detections = detector::detect(&picture, models)?;
        let outline = Some(outline::outline(&picture, models)?);
        let (head, uncertain) = match applicant(&detections) {
            Ok(detection) => judged(&picture, &detection, models)?,
            Err(why) => (Err(why), None),
        };
        Ok(Self { picture, scale, detections, outline, head, uncertain })
    }

    /// The applicant's face, sure or uncertain.
    pub fn any_head(&self) -> Option<&Head> {
        self.head.as_ref().ok().or(self.uncertain.as_ref())
    }

    /// A point of the view in pixels of the photo.
    pub fn in_photo(&self, [x, y]: Point) -> Point {
        [x * self.scale, y * self.scale]
    }

    /// A box of the view in pixels of the photo, kept inside it.
    pub fn region(&self, [x0, y0]: Point, [x1, y1]: Point) -> Region {
        let limit =
            |value: f32, length: u32| (value.max(0.0) * self.scale).round().min(length as f32 * self.scale) as u32;
        let (width, height) = self.picture.dimensions();
        let (x, y) = (limit(x0, width), limit(y0, height));
        Region {
            x,
            y,
            width: limit(x1, width).saturating_sub(x).max(1),
            height: limit(y1, height).saturating_sub(y).max(1),
        }
    }
}

/// The face if its landmarks are sure, or why not and the face as it seems. An error is the models' failure.
fn judged(
    picture: &RgbImage,
    face: &Detection,
    models: &FaceModels,
) -> Result<(Result<Head, String>, Option<Head>), String> {
    let mesh = mesh::mesh(picture, face, models)?;
    let lid_gaps = eye::lid_gaps(picture, &mesh, models)?;
    let score = mesh.score;
    let head = Head { mesh, lid_gaps };
    Ok(if score < MESH_SCORE {
        (Err(format!("the face's landmarks are uncertain (score {score:.1} under {MESH_SCORE})")), Some(head))
    } else {
        (Ok(head), None)
    })
}

/// Longer side of the view in pixels: twice the detector's input, over the landmark crop of a normal one-inch photo.
const VIEW_SIDE: u32 = 1024;
/// Under this the landmark model's own score says that it is not sure of a face (`face_landmark`, logit).
const MESH_SCORE: f32 = 20.0;

/// The only face, or the one that is so much larger that the others cannot be meant.
fn applicant(detections: &[Detection]) -> Result<Detection, String> {
    let mut by_size: Vec<_> = detections.iter().collect();
    by_size.sort_by(|a, b| b.area().total_cmp(&a.area()));
    match by_size.as_slice() {
        [] => Err("no face was found".into()),
        [only] => Ok((*only).clone()),
        [largest, next, ..] if largest.area() > 6.0 * next.area() => Ok((*largest).clone()),
        _ => Err("there is more than one face".into()),
    }
}
