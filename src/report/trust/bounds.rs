//! Exact bounds of a rate that was counted: binomial tails and the Clopper–Pearson intervals made of them.
//! They hold for any number of cases, also for none wrong among few, where a normal approximation says nothing is
//! wrong. Clopper, C. J. and Pearson, E. S. (1934), Biometrika 26, 404–413.

use serde::Serialize;
use statrs::function::beta::checked_beta_reg;

/// Halvings of [0, 1]: more than a double can tell apart, so that every machine ends at the same number.
const HALVINGS: u32 = 100;
/// No office looks at more.
const MOST: u64 = 1 << 40;

/// A rate lies between the two, as surely as was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// 0–1.
    pub low: f64,
    /// 0–1.
    pub high: f64,
}

/// Where the rate lies of which `hits` of `of` cases were hits: it is missed at either end with (1 − `confidence`) / 2.
/// Without a case it may be anything.
pub fn interval(hits: u64, of: u64, confidence: f64) -> Interval {
    let one_end = f64::midpoint(1.0, confidence);
    Interval { low: 1.0 - upper(of.saturating_sub(hits), of, one_end), high: upper(hits, of, one_end) }
}

/// The rate is at most this, as surely as `confidence`.
pub fn upper(hits: u64, of: u64, confidence: f64) -> f64 {
    if hits >= of {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if at_most(hits, of, middle) > 1.0 - confidence { low = middle } else { high = middle }
    }
    high
}

/// How likely at most `hits` of `of` cases are hits at this rate: the p-value of "the rate is `rate` or more".
pub fn at_most(hits: u64, of: u64, rate: f64) -> f64 {
    if hits >= of || rate <= 0.0 {
        return 1.0;
    }
    if rate >= 1.0 {
        return 0.0;
    }
    // Both parameters are over 0 and the rate is between 0 and 1.
    checked_beta_reg((of - hits) as f64, hits as f64 + 1.0, 1.0 - rate).unwrap_or(1.0)
}

/// How many cases have to be looked at, with no more than `hits` hits among them, to say that the rate is at most
/// `rate`. `None`: more than anybody can look at.
pub fn enough(hits: u64, rate: f64, confidence: f64) -> Option<u64> {
    let shown = |of: u64| at_most(hits, of, rate) <= 1.0 - confidence;
    let mut high = hits + 1;
    while !shown(high) {
        high = high.checked_mul(2).filter(|n| *n <= MOST)?;
    }
    let mut low = high / 2;
    while low + 1 < high {
        let middle = low.midpoint(high);
        if shown(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::{at_most, enough, interval, upper};

    fn near(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 5e-7
    }

    /// R's binom.test, and what follows in closed form where no case was a hit.
    #[test]
    fn intervals_are_those_of_the_books() {
        for (hits, of, confidence, low, high) in [
            (0, 10, 0.95, 0.0, 0.308_497_1),
            (1, 10, 0.95, 0.002_528_579, 0.445_016_1),
            (5, 10, 0.95, 0.187_086_0, 0.812_914_0),
            (10, 10, 0.95, 0.691_502_9, 1.0),
            (3, 100, 0.95, 0.006_229_972, 0.085_176_05),
            (682, 925, 0.95, 0.707_668_3, 0.765_406_6),
            (0, 0, 0.95, 0.0, 1.0),
        ] {
            let found = interval(hits, of, confidence);
            assert!(near(found.low, low) && near(found.high, high), "{hits} of {of}: {found:?}");
        }
    }

    #[test]
    fn an_upper_bound_without_a_hit_is_the_closed_form() {
        for of in [1_u32, 2, 59, 120, 598, 100_000] {
            let expected = 1.0 - 0.05_f64.powf(1.0 / f64::from(of));
            let found = upper(0, of.into(), 0.95);
            assert!(near(found, expected), "{of}: {found} {expected}");
        }
        assert_eq!(upper(3, 3, 0.95), 1.0);
        assert_eq!(upper(0, 0, 0.95), 1.0, "of nothing nothing is known");
    }

    #[test]
    fn tails_are_sums_of_the_binomial() {
        for (hits, of, rate) in [(0, 5, 0.3), (2, 5, 0.3), (4, 5, 0.3), (7, 40, 0.1), (0, 1, 0.5)] {
            let mut term = (1.0_f64 - rate).powi(of);
            let mut sum = term;
            for k in 1..=hits {
                term *= f64::from(of - k + 1) / f64::from(k) * rate / (1.0 - rate);
                sum += term;
            }
            let found = at_most(hits as u64, of as u64, rate);
            assert!(near(found, sum), "{hits} of {of} at {rate}: {found} {sum}");
        }
        assert_eq!((at_most(5, 5, 0.5), at_most(0, 5, 0.0), at_most(0, 5, 1.0)), (1.0, 1.0, 0.0));
    }

    /// 0 of 598 is the least that shows a rate under 0.5 % with 95 %: 0.995^598 < 0.05 < 0.995^597.
    #[test]
    fn enough_is_the_least_that_shows_it() {
        for (hits, rate, needed) in [(0, 0.005, Some(598)), (0, 0.05, Some(59)), (0, 1.0, Some(1)), (1, 0.5, Some(8))] {
            assert_eq!(enough(hits, rate, 0.95), needed, "{hits} at {rate}");
        }
        for (hits, rate) in [(0, 0.005), (1, 0.005), (7, 0.02), (100, 0.1)] {
            let of = enough(hits, rate, 0.95).unwrap();
            assert!(upper(hits, of, 0.95) <= rate && upper(hits, of - 1, 0.95) > rate, "{hits} at {rate}: {of}");
        }
        assert_eq!(enough(0, 1e-15, 0.95), None);
    }
}
