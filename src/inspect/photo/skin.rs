//! The colour of the face's skin, place by place: forehead, cheeks, jaw and chin, each place with the one opposite it.
//! Hair, beard, spectacle frames and whatever else lies over a place are left out; so are eyes, brows and mouth, where
//! no place lies.

use super::face::{Head, View};
use super::lab::median;
use super::patch::patch;
use crate::vocabulary::photo::Lab;

/// Median colours of places opposite each other, the picture's left one first; `None` where no skin is seen.
pub fn places(view: &View, head: &Head) -> Vec<[Option<Lab>; 2]> {
    let reach = REACH * head.mesh.eye_distance();
    let seen: Vec<[Option<Lab>; 2]> =
        PLACES.iter().map(|both| both.map(|index| patch(view, head.mesh.point(index), reach, reach))).collect();
    let all = || seen.iter().flatten().flatten();
    let middle = |of: fn(&Lab) -> f32| median(&mut all().map(of).collect::<Vec<_>>()).unwrap_or_default();
    let (lightness, hue) = (middle(|c| c.l), [middle(|c| hue(c)[0]), middle(|c| hue(c)[1])]);
    // light makes skin lighter or darker and leaves its hue; what is darker and of another hue lies over the skin
    let is_skin = |c: &Lab| {
        let [a, b] = self::hue(c);
        c.l >= lightness || (a - hue[0]).hypot(b - hue[1]) <= OTHER_HUE * hue[0].hypot(hue[1])
    };
    seen.into_iter().map(|both| both.map(|colour| colour.filter(is_skin))).collect()
}

/// a* and b* over L* + 16: the same for a surface in more and in less light (CIE 15: all three grow with the cube root).
fn hue(c: &Lab) -> [f32; 2] {
    [c.a / (c.l + 16.0), c.b / (c.l + 16.0)]
}

/// Parts of the eyes' distance: half a place's side.
const REACH: f32 = 0.07;
/// Part of the skin's own hue (its distance from grey) by which a darker place differs that is no skin: black hair and
/// dark frames are grey.
const OTHER_HUE: f32 = 0.45;
/// Landmarks on bare skin: forehead, beside the nose, cheeks, cheekbones, jaw, chin.
const PLACES: [[usize; 2]; 16] = [
    [108, 337],
    [69, 299],
    [104, 333],
    [36, 266],
    [101, 330],
    [205, 425],
    [50, 280],
    [187, 411],
    [123, 352],
    [207, 427],
    [214, 434],
    [216, 436],
    [147, 376],
    [213, 433],
    [204, 424],
    [32, 262],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hue_stays_in_less_light() {
        let skin = crate::inspect::photo::lab::lab([224, 172, 146]);
        // the same surface in a fifth of the light (linear), and black hair
        let shadow = crate::inspect::photo::lab::lab([107, 81, 67]);
        let hair = crate::inspect::photo::lab::lab([38, 33, 31]);
        let off = |c: &Lab| {
            let (own, other) = (hue(&skin), hue(c));
            (own[0] - other[0]).hypot(own[1] - other[1]) / own[0].hypot(own[1])
        };
        assert!(off(&shadow) < 0.2 && off(&hair) > OTHER_HUE, "{} {}", off(&shadow), off(&hair));
    }
}
