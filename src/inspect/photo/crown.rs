//! Where the head ends above: the topmost row of the person over the face.
//! Hair counts as head, as in ISO/IEC 19794-5; a hat does too.

use super::face::mesh::index;
use super::face::{Head, View};

/// Pixels of the view from its top; 0 if the head reaches the border. `None` without an outline.
pub fn crown(view: &View, head: &Head) -> Option<f32> {
    let outline = view.outline.as_ref()?;
    let (width, height) = (view.picture.width() as f32, view.picture.height() as f32);
    let middle = head.mesh.point(index::FOREHEAD);
    let reach = head.mesh.width() * 0.25;
    let person_at = |y: f32| {
        let columns = (0..=10).map(|step| middle[0] + reach * (step as f32 / 5.0 - 1.0));
        columns.filter(|&x| x >= 0.0 && x < width && outline.person(x / width, y / height) > 0.5).count() >= 4
    };
    let forehead = middle[1].clamp(0.0, height - 1.0);
    let steps = 256;
    let top = (0..steps).map(|step| forehead * (1.0 - step as f32 / steps as f32)).take_while(|&y| person_at(y)).last();
    let top = top.unwrap_or(forehead);
    Some(if top <= height / 256.0 * 1.5 { 0.0 } else { top })
}
