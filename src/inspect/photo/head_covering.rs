//! How far the colour above the forehead is from every colour that hair and skin have: coloured and white hats are,
//! hair and a bald head are not.
//! Sees nothing of a black or brown hat, which has the colour of hair; those stay with the reviewer.

use super::crown::crown;
use super::face::mesh::index;
use super::face::{Head, Point, View};
use super::lab::{lab, median};
use crate::vocabulary::fact::Region;
use crate::vocabulary::photo::{Lab, Measure};

/// Distance in L*a*b* from the colours of hair and skin, 0 within them; the median over the head above the forehead.
pub fn head_covering(view: &View, head: &Head) -> Measure<f32> {
    let Zone { min, max, region } = match above_forehead(view, head) {
        Ok(zone) => zone,
        Err(why) => return Measure::not_assessed(why),
    };
    let colours = colours(view, min, max);
    let middle = |channel: fn(&Lab) -> f32| median(&mut colours.iter().map(channel).collect::<Vec<_>>());
    match (middle(|c| c.l), middle(|c| c.a), middle(|c| c.b)) {
        (Some(l), Some(a), Some(b)) if colours.len() >= GRID * GRID / 2 => {
            Measure::at(beyond_hair_and_skin(Lab { l, a, b }), region)
        }
        _ => Measure::not_assessed("the head above the forehead lies outside of the picture"),
    }
}

/// Where nothing but hair or what is worn lies, in pixels of the view, and the head above the forehead as a region of
/// the photo.
pub struct Zone {
    pub min: Point,
    pub max: Point,
    pub region: Region,
}

/// The box between the crown and the forehead, or why there is none.
pub fn above_forehead(view: &View, head: &Head) -> Result<Zone, &'static str> {
    let top = crown(view, head).ok_or("there is no outline of the person")?;
    let [x, y] = head.mesh.point(index::FOREHEAD);
    let (across, height) = (head.mesh.width() * 0.25, y - top);
    if height < head.mesh.eye_distance() * LEAST {
        return Err("there is nothing of the head above the forehead");
    }
    // the uppermost part is the outline's soft edge, the lowest the forehead itself
    let (min, max) = ([x - across, top + height * 0.2], [x + across, top + height * 0.85]);
    Ok(Zone { min, max, region: view.region([min[0], top], [max[0], y]) })
}

/// What of a box of the view is person.
fn colours(view: &View, [x0, y0]: [f32; 2], [x1, y1]: [f32; 2]) -> Vec<Lab> {
    let (width, height) = (view.picture.width() as f32, view.picture.height() as f32);
    let person =
        |x: f32, y: f32| view.outline.as_ref().is_some_and(|outline| outline.person(x / width, y / height) > 0.5);
    let steps = (0..GRID).map(|step| (step as f32 + 0.5) / GRID as f32);
    let places = steps
        .clone()
        .flat_map(|down| steps.clone().map(move |across| [x0 + (x1 - x0) * across, y0 + (y1 - y0) * down]));
    places
        .filter(|&[x, y]| x >= 0.0 && y >= 0.0 && x < width && y < height && person(x, y))
        .map(|[x, y]| lab(view.picture.get_pixel(x as u32, y as u32).0))
        .collect()
}

/// Distance from the body of colours that black, brown, red, blond and grey hair and all skins have.
fn beyond_hair_and_skin(colour: Lab) -> f32 {
    let too_light = (colour.l - LIGHTEST).max(0.0);
    let too_colourful = NATURAL
        .iter()
        .zip(NATURAL.iter().cycle().skip(1))
        .map(|(from, to)| beyond_edge(*from, *to, [colour.a, colour.b]))
        .fold(0.0, f32::max);
    too_light.max(too_colourful)
}

/// How far `p` lies outside of the edge from `from` to `to` of a polygon that runs clockwise with b* upwards.
fn beyond_edge(from: [f32; 2], to: [f32; 2], p: [f32; 2]) -> f32 {
    let along = [to[0] - from[0], to[1] - from[1]];
    let length = along[0].hypot(along[1]).max(f32::EPSILON);
    ((p[0] - from[0]) * -along[1] + (p[1] - from[1]) * along[0]) / length
}

/// Eye distances of head above the forehead, under which there is nothing to look at.
const LEAST: f32 = 0.15;
const GRID: usize = 20;
/// L* over which neither hair nor skin is as a whole.
const LIGHTEST: f32 = 86.0;
/// (a*, b*) corners of what is natural, clockwise with b* upwards: hues from 15° to 110°, a little blue for black hair
/// under cold light.
const NATURAL: [[f32; 2]; 7] =
    [[-6.0, -6.0], [-6.0, 12.0], [0.0, 38.0], [18.0, 44.0], [32.0, 32.0], [32.0, 12.0], [10.0, -6.0]];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hats_have_colours_that_hair_and_skin_have_not() {
        let beyond = |rgb| beyond_hair_and_skin(lab(rgb));
        // black, dark brown, chestnut, blond, grey, dyed red; skins
        for natural in [
            [12, 11, 13],
            [45, 33, 28],
            [95, 60, 40],
            [190, 160, 110],
            [150, 150, 152],
            [120, 52, 40],
            [240, 205, 180],
            [198, 140, 110],
            [90, 60, 48],
        ] {
            assert!(beyond(natural) <= 0.0, "{natural:?}: {}", beyond(natural));
        }
        for hat in [[40, 60, 120], [150, 30, 36], [30, 110, 60], [250, 250, 250], [230, 120, 180]] {
            assert!(beyond(hat) > 8.0, "{hat:?}: {}", beyond(hat));
        }
    }
}
