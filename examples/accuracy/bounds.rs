//! Exact 95 % bounds of a rate (Clopper and Pearson, one-sided): what a count out of a number lets one say.

/// 0–1: the rate is at most this, with 95 % confidence, if it was seen `part` times `of` so many.
pub fn at_most(part: u64, of: u64) -> f64 {
    if of == 0 || part >= of {
        return 1.0;
    }
    // the rate under which so few or fewer are seen in one of twenty cases
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if so_few(part, of, middle) > 0.05 { low = middle } else { high = middle }
    }
    high
}

/// 0–1: the rate is at least this, with 95 % confidence.
pub fn at_least(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { 1.0 - at_most(of - part, of) }
}

/// P(at most `part` of `of`) at a rate strictly between 0 and 1.
fn so_few(part: u64, of: u64, rate: f64) -> f64 {
    let (yes, no) = (rate.ln(), (1.0 - rate).ln());
    let mut ways = 0.0_f64;
    let mut sum = 0.0;
    for k in 0..=part {
        if k > 0 {
            ways += ((of - k + 1) as f64).ln() - (k as f64).ln();
        }
        sum += (ways + k as f64 * yes + (of - k) as f64 * no).exp();
    }
    sum
}
