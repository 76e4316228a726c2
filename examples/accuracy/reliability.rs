//! From readings with a confidence and the truth to a reliability table (is what is read at 0.95 right in 95 of 100?)
//! and an abstention curve.
//! Judges nothing.

use unicode_normalization::UnicodeNormalization as _;

/// Lower bounds of the table's rows, 0–1.
const BINS: [f64; 8] = [0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99];
/// Thresholds of the abstention curve.
const THRESHOLDS: [f64; 7] = [0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99];

/// Readings of filled blanks: confidence and whether it was exact.
#[derive(Default)]
pub struct Reliability {
    readings: Vec<(f64, bool)>,
    not_read: usize,
}

impl Reliability {
    pub fn add(&mut self, confidence: f64, exact: bool) {
        self.readings.push((confidence, exact));
    }

    /// A filled blank that was called blank, illegible or not found.
    pub fn not_read(&mut self) {
        self.not_read += 1;
    }

    pub fn render(&self) -> String {
        let mut out = String::from("| confidence | readings | mean confidence | right |\n|---|---:|---:|---:|\n");
        for (i, from) in BINS.iter().enumerate() {
            let to = BINS.get(i + 1).copied().unwrap_or(1.01);
            let bin: Vec<_> = self.readings.iter().filter(|(c, _)| *c >= *from && *c < to).collect();
            let mean = bin.iter().map(|(c, _)| c).sum::<f64>() / bin.len().max(1) as f64;
            let right = bin.iter().filter(|(_, exact)| *exact).count();
            let share = if bin.is_empty() {
                "–".to_owned()
            } else {
                format!("{:.1} %", right as f64 * 100.0 / bin.len() as f64)
            };
            out += &format!("| {from:.2}–{:.2} | {} | {mean:.3} | {share} |\n", to.min(1.0), bin.len());
        }
        out += &format!("| blank, illegible or not found though filled | {} | | |\n\n", self.not_read);
        let all = (self.readings.len() + self.not_read).max(1) as f64;
        out += "| threshold | read at or over it | wrong among those |\n|---|---:|---:|\n";
        for threshold in THRESHOLDS {
            let kept: Vec<_> = self.readings.iter().filter(|(c, _)| *c >= threshold).collect();
            let wrong = kept.iter().filter(|(_, exact)| !*exact).count();
            let share = if kept.is_empty() { 0.0 } else { wrong as f64 * 100.0 / kept.len() as f64 };
            out += &format!("| {threshold:.2} | {:.1} % | {wrong} ({share:.2} %) |\n", kept.len() as f64 * 100.0 / all);
        }
        out
    }
}

/// Characters of the truth, and the least edits that lead there; width, white space and brackets do not count.
pub fn edits(read: &str, truth: &str) -> (u64, u64) {
    let bare =
        |s: &str| s.nfkc().filter(|c| !c.is_whitespace() && !"()（）。,，、".contains(*c)).collect::<Vec<char>>();
    let (read, truth) = (bare(read), bare(truth));
    let mut row: Vec<u64> = (0..=truth.len() as u64).collect();
    for (i, a) in read.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i as u64 + 1;
        for (j, b) in truth.iter().enumerate() {
            let changed = diagonal + u64::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    (truth.len() as u64, row[truth.len()])
}
