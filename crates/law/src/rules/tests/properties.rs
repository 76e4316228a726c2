//! Month arithmetic: the order of spans, their splitting and what lies inside them never change the count.

use crate::rules::work::spans::{Count, months};
use crate::vocabulary::calendar::{Month, total_agrees};
use proptest::prelude::*;

fn month(index: i32) -> Month {
    Month::new(2000, 1).expect("a month").plus(index)
}

fn spans() -> impl Strategy<Value = Vec<(i32, i32)>> {
    prop::collection::vec((0..300_i32, 0..120_i32).prop_map(|(start, length)| (start, start + length)), 1..6)
}

fn count(spans: &[(i32, i32)], count: Count, from: Option<i32>) -> i32 {
    months(spans.iter().map(|(a, b)| (month(*a), month(*b))), count, from.map(month))
}

proptest! {
    #[test]
    fn order_does_not_matter(spans in spans(), from in prop::option::of(0..300_i32)) {
        let mut turned = spans.clone();
        turned.reverse();
        for c in [Count::Strict, Count::Lenient] {
            prop_assert_eq!(count(&spans, c, from), count(&turned, c, from));
        }
    }

    #[test]
    fn splitting_a_span_does_not_matter(spans in spans(), cut in 0..120_i32) {
        let (a, b) = spans[0];
        let m = (a + cut).min(b);
        let mut split = spans[1..].to_vec();
        split.extend([(a, m), (m, b)]);
        for c in [Count::Strict, Count::Lenient] {
            prop_assert_eq!(count(&spans, c, None), count(&split, c, None));
        }
    }

    #[test]
    fn an_overlap_never_raises(spans in spans(), x in 0..120_i32, y in 0..120_i32) {
        let (a, b) = spans[0];
        let (x, y) = ((a + x.min(y)).min(b), (a + x.max(y)).min(b));
        let mut more = spans.clone();
        more.push((x, y));
        for c in [Count::Strict, Count::Lenient] {
            prop_assert_eq!(count(&spans, c, None), count(&more, c, None));
        }
    }

    #[test]
    fn lenient_is_at_least_strict_and_a_start_never_raises(spans in spans(), from in 0..400_i32) {
        prop_assert!(count(&spans, Count::Lenient, None) >= count(&spans, Count::Strict, None));
        prop_assert!(count(&spans, Count::Strict, Some(from)) <= count(&spans, Count::Strict, None));
    }
}

#[test]
fn written_totals() {
    // years, strict months, lenient months, agrees
    for (years, strict, lenient, agrees) in [
        (5.0, 60, 61, true),
        (5.0, 59, 60, true),
        (5.0, 58, 59, false),
        (4.0, 59, 60, true),
        (4.0, 60, 61, false),
        (1.5, 18, 19, true),
        (1.5, 17, 18, true),
        (1.5, 16, 17, false),
        (0.5, 6, 7, true),
        (2.0, 30, 31, true),
        (3.0, 30, 31, false),
    ] {
        assert_eq!(total_agrees(years, strict, lenient), agrees, "{years} of {strict}/{lenient}");
    }
}
