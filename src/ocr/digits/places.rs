//! Where the network of lines found a character, a second network looks at that place alone: it has seen more hands and
//! knows where the middle is. Both posteriors are multiplied (a log-linear pool), step by step.
//! Places come from the first network only, also those where it saw hardly anything.

use crate::ocr::ctc::best_class;

/// Columns of the picture around a place, as `WINDOW` in `training/net.py`.
pub const WINDOW: usize = 40;
/// 0–1: how much of the pool is the second network's: an even share. With 0.6 to 0.8 no more digits of unseen writers
/// were read right.
const POWER: f32 = 0.5;
/// 0–1: a character at least this sure is not looked at again.
const SURE: f32 = 0.999;
/// 0–1: where nothing was found, a character that is at least this likely is looked for.
const FAINT: f32 = 0.1;
/// Steps: two characters stand further apart, or are seen as one.
const APART: usize = 2;
/// 0–1: less than this is not told apart from nothing.
const LEAST: f32 = 1e-5;

/// Steps in which one character was found, from the first to the one behind the last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub from: usize,
    pub to: usize,
    /// Step, with its fraction, in the middle of what is no blank.
    pub middle: f32,
}

/// The places of the characters that are likelier than a blank and not beyond doubt, and of those that may have been
/// passed over. `posterior`: rows of `classes` probabilities, blank first.
pub fn doubtful(posterior: &[f32], classes: usize) -> Vec<Place> {
    let rows: Vec<&[f32]> = posterior.chunks_exact(classes).collect();
    let likeliest: Vec<usize> = rows.iter().map(|row| best_class(row).0).collect();
    let mut out = faint(&rows, &likeliest);
    let mut from = 0;
    while from < rows.len() {
        let class = likeliest[from];
        let to = from + likeliest[from..].iter().take_while(|c| **c == class).count();
        let surest = rows[from..to].iter().map(|row| row[class]).fold(0.0, f32::max);
        if class != 0 && surest < SURE {
            out.push(Place { from, to, middle: middle(&rows[from..to], from) });
        }
        from = to;
    }
    out
}

/// Steps at which a character is likelier than at any near them, beside those where one was found.
fn faint(rows: &[&[f32]], likeliest: &[usize]) -> Vec<Place> {
    let inked = |step: usize| 1.0 - rows[step][0];
    let near = |step: usize, reach: usize| step.saturating_sub(reach)..(step + reach + 1).min(rows.len());
    let mut out: Vec<Place> = Vec::new();
    for step in 0..rows.len() {
        let found = near(step, 1).any(|s| likeliest[s] != 0) || out.last().is_some_and(|p| p.to + APART > step);
        if !found && inked(step) >= FAINT && near(step, APART).all(|s| inked(s) <= inked(step)) {
            out.push(Place { from: step, to: step + 1, middle: step as f32 + 0.5 });
        }
    }
    out
}

fn middle(rows: &[&[f32]], from: usize) -> f32 {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (i, row) in rows.iter().enumerate() {
        let inked = 1.0 - row[0];
        sum += inked * (i as f32 + 0.5);
        weight += inked;
    }
    from as f32 + sum / weight.max(LEAST)
}

/// `N × 1 × 32 × WINDOW` values around the places. `values`: the line's, `height × width`; paper (0) lies around it.
pub fn windows(values: &[f32], width: usize, places: &[Place], step: usize) -> Vec<f32> {
    let height = values.len() / width;
    let mut out = Vec::with_capacity(places.len() * height * WINDOW);
    for place in places {
        let first = (place.middle * step as f32 - WINDOW as f32 / 2.0).round() as isize;
        for row in values.chunks_exact(width) {
            out.extend(
                (first..first + WINDOW as isize)
                    .map(|x| usize::try_from(x).ok().and_then(|x| row.get(x)).copied().unwrap_or(0.0)),
            );
        }
    }
    out
}

/// Joins what the second network says of a place (`second`, `classes` probabilities) with the steps there.
pub fn join(posterior: &mut [f32], classes: usize, place: Place, second: &[f32]) {
    for row in posterior.chunks_exact_mut(classes).take(place.to).skip(place.from) {
        let mut total = 0.0;
        for (p, q) in row.iter_mut().zip(second) {
            *p = p.max(LEAST).powf(1.0 - POWER) * q.max(LEAST).powf(POWER);
            total += *p;
        }
        row.iter_mut().for_each(|p| *p /= total);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of blank, 1 and 7.
    const LINE: [[f32; 3]; 7] = [
        [0.98, 0.01, 0.01],
        [0.3, 0.4, 0.3],
        [0.1, 0.5, 0.4],
        [0.99, 0.005, 0.005],
        [0.0, 0.0, 1.0],
        [0.9, 0.05, 0.05],
        [0.2, 0.2, 0.6],
    ];

    #[test]
    fn places_are_the_characters_in_doubt() {
        let places = doubtful(&LINE.concat(), 3);
        let steps: Vec<(usize, usize)> = places.iter().map(|p| (p.from, p.to)).collect();
        assert_eq!(steps, [(1, 3), (6, 7)], "the sure 7 is not looked at again");
        assert!((places[0].middle - 2.06).abs() < 0.01, "{places:?}");
        assert!(doubtful(&[], 3).is_empty());
        // hardly anything was seen, but more than beside it
        let faint = [[0.95, 0.03, 0.02], [0.8, 0.1, 0.1], [0.85, 0.1, 0.05], [0.97, 0.02, 0.01]];
        assert_eq!(doubtful(&faint.concat(), 3), [Place { from: 1, to: 2, middle: 1.5 }]);
    }

    #[test]
    fn a_window_at_the_edge_is_filled_with_paper() {
        // two rows of 60 columns, each holding its column's number
        let values: Vec<f32> = (0..120).map(|i| (i % 60) as f32).collect();
        let place = |middle| Place { from: 0, to: 1, middle };
        let found = windows(&values, 60, &[place(5.0), place(27.0)], 2);
        assert_eq!(found.len(), 2 * 2 * WINDOW);
        assert_eq!(found[..12], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
        let last = &found[2 * WINDOW..3 * WINDOW];
        assert_eq!((last[0], last[25], last[26]), (34.0, 59.0, 0.0));
    }

    #[test]
    fn both_networks_decide() {
        let mut line = LINE.concat();
        let place = doubtful(&line, 3)[0];
        join(&mut line, 3, place, &[0.02, 0.08, 0.9]);
        let rows: Vec<&[f32]> = line.chunks(3).collect();
        assert_eq!(best_class(rows[2]).0, 2, "the second network is surer of its 7 than the first of its 1");
        assert!(rows.iter().all(|row| (row.iter().sum::<f32>() - 1.0).abs() < 1e-3));
        assert_eq!(rows[3], LINE[3], "other steps stay");
    }
}
