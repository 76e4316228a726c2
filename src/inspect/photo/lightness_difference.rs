//! How unevenly the face is lit from the side.
//! Compares places of skin opposite each other; light from above is not measured.

use super::face::{Head, View};
use super::skin;
use crate::vocabulary::photo::Measure;

/// L* by which three quarters of the places on one side are at least lighter than those opposite them. Light from a side
/// falls on all of it; a lock of hair, a shadow of the nose or a mole darkens a few places.
pub fn lightness_difference(view: &View, head: &Head) -> Measure<f32> {
    let mut lighter: Vec<f32> =
        skin::places(view, head).into_iter().filter_map(|[left, right]| Some(left?.l - right?.l)).collect();
    if lighter.len() < LEAST {
        return Measure::not_assessed("too little of the face's skin is seen on both sides");
    }
    let (min, max) = head.mesh.bounds();
    Measure::at(common(&mut lighter), view.region(min, max))
}

/// What three quarters of the differences have in common; 0 if they do not even agree which side is lighter.
fn common(differences: &mut [f32]) -> f32 {
    differences.sort_by(f32::total_cmp);
    let quarter = differences.len() / 4;
    let (low, high) = (differences[quarter], differences[differences.len() - 1 - quarter]);
    low.max(-high).max(0.0)
}

/// Pairs of [`skin::places`]: fewer tell no side.
const LEAST: usize = 4;

#[cfg(test)]
mod tests {
    use super::common;

    #[test]
    fn light_from_a_side_is_common_and_a_lock_of_hair_is_not() {
        for (differences, want) in [
            (&mut [20.0, 22.0, 18.0, 25.0, 30.0, 24.0, 19.0, 21.0][..], 20.0),
            (&mut [-20.0, -22.0, -18.0, -25.0, -30.0, -24.0, -19.0, -21.0], 20.0),
            // two places of eight under hair
            (&mut [40.0, 45.0, 2.0, -1.0, 3.0, 1.0, 0.0, -2.0], 0.0),
            (&mut [4.0, -6.0, 5.0, -3.0], 0.0),
        ] {
            assert!((common(differences) - want).abs() < 1e-6, "{differences:?}");
        }
    }
}
