//! From the boxes of a text detector to rows of writing: fragments that stand beside one another become one row, rows
//! go from top to bottom.
//! Looks at no pixel, and reads nothing.

use crate::ocr::TextBox;

/// One row of writing: a rectangle that leans as the writing does, corners clockwise from its top left.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub corners: [[f32; 2]; 4],
    /// Pixels, across the writing.
    pub height: f32,
}

/// Width over height from which a box says which way its line runs; a lone character's box may lean any way.
const LONG: f32 = 2.5;
/// Part of the lower box's height that two boxes of one row share.
const SHARED_HEIGHT: f32 = 0.5;
/// Part of the narrower box's width over which boxes of one row may overlap.
const OVERLAP: f32 = 0.4;
/// Row heights by which a fragment that reaches out of its row may raise or lower the row's edge: the neighbours'
/// strokes begin there.
const OUTREACH: f32 = 0.2;

/// The rows, in reading order.
pub fn rows(boxes: &[TextBox]) -> Vec<Row> {
    let lean = lean(boxes);
    let parts: Vec<Part> = boxes.iter().map(|b| Part::of(b, lean)).collect();
    let mut rows: Vec<(f32, Row)> = grouped(&parts).iter().map(|members| row_of(members, lean)).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Do most of the boxes stand upright? Then the picture lies on its side.
pub fn mostly_upright(boxes: &[TextBox]) -> bool {
    let mut sums = [0.0_f32; 2];
    for found in boxes {
        let (low, high) = bounds(&found.corners);
        let (w, h) = (high[0] - low[0], high[1] - low[1]);
        if w > 1.6 * h {
            sums[0] += w;
        } else if h > 1.6 * w {
            sums[1] += h;
        }
    }
    sums[1] > sums[0]
}

/// Width and height of a leaning rectangle.
pub fn extent(c: &[[f32; 2]; 4]) -> (f32, f32) {
    let side = |a: [f32; 2], b: [f32; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
    ((side(c[0], c[1]) + side(c[3], c[2])) / 2.0, (side(c[0], c[3]) + side(c[1], c[2])) / 2.0)
}

fn bounds(c: &[[f32; 2]; 4]) -> ([f32; 2], [f32; 2]) {
    let low = |k: usize| c.iter().map(|p| p[k]).fold(f32::MAX, f32::min);
    let high = |k: usize| c.iter().map(|p| p[k]).fold(f32::MIN, f32::max);
    ([low(0), low(1)], [high(0), high(1)])
}

/// Radians by which the writing leans: the median over the long boxes, by their length.
fn lean(boxes: &[TextBox]) -> f32 {
    let mut angles: Vec<(f32, f32)> = Vec::new();
    for b in boxes {
        let (w, h) = extent(&b.corners);
        if w > LONG * h {
            let [a, z] = [b.corners[0], b.corners[1]];
            angles.push(((z[1] - a[1]).atan2(z[0] - a[0]), w));
        }
    }
    angles.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = angles.iter().map(|a| a.1).sum::<f32>() / 2.0;
    let mut seen = 0.0;
    for (angle, weight) in angles {
        seen += weight;
        if seen >= half {
            return angle;
        }
    }
    0.0
}

/// A box in the frame of the writing: `u` along it, `v` across it.
#[derive(Debug, Clone, Copy)]
struct Part {
    u: [f32; 2],
    v: [f32; 2],
    /// Middles of the left and the right end.
    ends: [[f32; 2]; 2],
    long: bool,
}

impl Part {
    fn of(found: &TextBox, lean: f32) -> Self {
        let c = found.corners.map(|p| turned(p, -lean));
        let (low, high) = bounds(&c);
        let (w, h) = extent(&c);
        let long = w > LONG * h;
        let middle = |a: [f32; 2], b: [f32; 2]| [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0];
        let centre = (low[1] + high[1]) / 2.0;
        let (ends, v) = if long {
            ([middle(c[0], c[3]), middle(c[1], c[2])], [centre - h / 2.0, centre + h / 2.0])
        } else {
            ([[low[0], centre], [high[0], centre]], [low[1], high[1]])
        };
        Self { u: [low[0], high[0]], v, ends, long }
    }

    fn height(&self) -> f32 {
        self.v[1] - self.v[0]
    }

    fn width(&self) -> f32 {
        self.u[1] - self.u[0]
    }

    /// Part of the lower one's height that both share; a long box's height is taken where the other begins.
    fn shares(&self, other: &Self) -> f32 {
        let (left, right) = if self.u[0] <= other.u[0] { (self, other) } else { (other, self) };
        // the ends that face each other: a row that rises is followed from box to box
        let (a, b) = (left.ends[1][1], right.ends[0][1]);
        let (ha, hb) = (left.height() / 2.0, right.height() / 2.0);
        ((a + ha).min(b + hb) - (a - ha).max(b - hb)) / left.height().min(right.height()).max(1.0)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.u[1].min(other.u[1]) - self.u[0].max(other.u[0]) > OVERLAP * self.width().min(other.width())
    }
}

fn turned(p: [f32; 2], by: f32) -> [f32; 2] {
    let (s, c) = by.sin_cos();
    [p[0] * c - p[1] * s, p[0] * s + p[1] * c]
}

/// Nearest neighbours first; two boxes above one another are never of one row, whatever stands between them.
fn grouped(parts: &[Part]) -> Vec<Vec<Part>> {
    let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
    for i in 0..parts.len() {
        for j in i + 1..parts.len() {
            let gap = (parts[i].u[0].max(parts[j].u[0]) - parts[i].u[1].min(parts[j].u[1])).max(0.0);
            if parts[i].shares(&parts[j]) >= SHARED_HEIGHT && !parts[i].overlaps(&parts[j]) {
                pairs.push((gap, i, j));
            }
        }
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut group: Vec<usize> = (0..parts.len()).collect();
    for (_, i, j) in pairs {
        let (a, b) = (group[i], group[j]);
        let members = |g: usize| (0..parts.len()).filter(|k| group[*k] == g).collect::<Vec<_>>();
        let clash = a != b && members(a).iter().any(|x| members(b).iter().any(|y| parts[*x].overlaps(&parts[*y])));
        if !clash {
            group.iter_mut().filter(|g| **g == b).for_each(|g| *g = a);
        }
    }
    let mut ids = group.clone();
    ids.sort_unstable();
    ids.dedup();
    ids.iter().map(|id| (0..parts.len()).filter(|k| group[*k] == *id).map(|k| parts[k]).collect()).collect()
}

/// The rectangle around a row's fragments, along the line through their middles; and where it stands across the
/// writing.
fn row_of(members: &[Part], lean: f32) -> (f32, Row) {
    let (slope, offset) = centre_line(members);
    let at = |u: f32| slope * u + offset;
    let weight: f32 = members.iter().map(Part::width).sum::<f32>().max(1.0);
    let height = members.iter().map(|m| m.height() * m.width()).sum::<f32>() / weight;
    let (mut top, mut low) = (-height / 2.0, height / 2.0);
    for m in members {
        let line = at((m.u[0] + m.u[1]) / 2.0);
        top = top.min((m.v[0] - line).max(-height * (0.5 + OUTREACH)));
        low = low.max((m.v[1] - line).min(height * (0.5 + OUTREACH)));
    }
    let (from, to) = (
        members.iter().map(|m| m.u[0]).fold(f32::MAX, f32::min),
        members.iter().map(|m| m.u[1]).fold(f32::MIN, f32::max),
    );
    let corners = [[from, at(from) + top], [to, at(to) + top], [to, at(to) + low], [from, at(from) + low]]
        .map(|p| turned(p, lean));
    (at((from + to) / 2.0), Row { corners, height: low - top })
}

/// `v = slope · u + offset`, least squares over the ends of the fragments, by their width.
fn centre_line(members: &[Part]) -> (f32, f32) {
    let points: Vec<(f32, f32, f32)> =
        members.iter().flat_map(|m| m.ends.map(|e| (e[0], e[1], m.width().max(1.0)))).collect();
    let total: f32 = points.iter().map(|p| p.2).sum();
    let mean = |k: fn(&(f32, f32, f32)) -> f32| points.iter().map(|p| k(p) * p.2).sum::<f32>() / total;
    let (mu, mv) = (mean(|p| p.0), mean(|p| p.1));
    let (mut suu, mut suv) = (0.0, 0.0);
    for (u, v, w) in &points {
        suu += w * (u - mu) * (u - mu);
        suv += w * (u - mu) * (v - mv);
    }
    // lone characters say nothing of the direction
    let slope = if suu > 1.0 && members.iter().any(|m| m.long) { suv / suu } else { 0.0 };
    (slope, mv - slope * mu)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A box at `x`, `y` (its middle's left end), leaning with `slope`.
    fn at(x: f32, y: f32, w: f32, h: f32, slope: f32) -> TextBox {
        let rise = slope * w;
        TextBox {
            corners: [[x, y - h / 2.0], [x + w, y + rise - h / 2.0], [x + w, y + rise + h / 2.0], [x, y + h / 2.0]],
            score: 0.9,
        }
    }

    /// Left and right end of each row, rounded.
    fn ends(boxes: &[TextBox]) -> Vec<(i32, i32)> {
        rows(boxes).iter().map(|r| (r.corners[0][0].round() as i32, r.corners[1][0].round() as i32)).collect()
    }

    #[test]
    fn boxes_become_rows() {
        for (what, boxes, want) in [
            ("nothing", vec![], vec![]),
            ("one line", vec![at(10.0, 50.0, 500.0, 40.0, 0.0)], vec![(10, 510)]),
            (
                "two lines, given upside down",
                vec![at(10.0, 110.0, 300.0, 40.0, 0.0), at(10.0, 50.0, 500.0, 40.0, 0.0)],
                vec![(10, 510), (10, 310)],
            ),
            (
                "fragments of one row",
                vec![at(300.0, 52.0, 210.0, 38.0, 0.0), at(10.0, 50.0, 250.0, 40.0, 0.0)],
                vec![(10, 510)],
            ),
            (
                "a comma at the foot of its row",
                vec![
                    at(10.0, 50.0, 250.0, 40.0, 0.0),
                    at(262.0, 64.0, 9.0, 9.0, 0.0),
                    at(275.0, 50.0, 250.0, 40.0, 0.0),
                ],
                vec![(10, 525)],
            ),
            (
                "fragments and the line below",
                vec![
                    at(10.0, 50.0, 200.0, 40.0, 0.0),
                    at(10.0, 100.0, 480.0, 40.0, 0.0),
                    at(230.0, 50.0, 260.0, 40.0, 0.0),
                ],
                vec![(10, 490), (10, 490)],
            ),
            (
                "a box over both rows does not join them",
                vec![
                    at(10.0, 50.0, 200.0, 40.0, 0.0),
                    at(10.0, 100.0, 200.0, 40.0, 0.0),
                    at(220.0, 75.0, 40.0, 90.0, 0.0),
                ],
                vec![(10, 260), (10, 210)],
            ),
        ] {
            assert_eq!(ends(&boxes), want, "{what}");
        }
    }

    #[test]
    fn leaning_rows_stay_apart() {
        // 5° over 900 px is two line heights: rows are told apart along the writing, not along the picture
        let slope = 5f32.to_radians().tan();
        let boxes: Vec<TextBox> = [(0.0, 100.0), (0.0, 160.0)]
            .into_iter()
            .flat_map(|(x, y)| {
                [at(x + 10.0, y, 400.0, 40.0, slope), at(x + 440.0, y + slope * 430.0, 450.0, 40.0, slope)]
            })
            .collect();
        let found = rows(&boxes);
        assert_eq!(found.len(), 2);
        for row in found {
            let (w, h) = extent(&row.corners);
            assert!((w - 884.0).abs() < 12.0 && (h - 40.0).abs() < 4.0, "{w} × {h}");
        }
    }

    #[test]
    fn pictures_on_their_side_are_noticed() {
        assert!(!mostly_upright(&[at(0.0, 50.0, 300.0, 40.0, 0.0)]));
        assert!(mostly_upright(&[at(0.0, 250.0, 40.0, 300.0, 0.0), at(60.0, 250.0, 40.0, 300.0, 0.0)]));
        assert!(!mostly_upright(&[at(0.0, 50.0, 40.0, 40.0, 0.0)]), "a lone character tells nothing");
    }
}
