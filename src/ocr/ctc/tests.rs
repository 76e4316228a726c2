use super::fake::{alphabet, posterior};
use super::*;
use crate::vocabulary::fact::{CopyOutcome, Difference};
use crate::vocabulary::settings::ReadingSettings;
use proptest::prelude::*;

fn settings() -> ReadingSettings {
    ReadingSettings {
        working_threshold: 0.9,
        blank_threshold: 0.9,
        faithful_gap: 2.0,
        differs_gap: 4.0,
        illegible_gap: 30.0,
        candidate_margin: 3.0,
        added_gap: 3.0,
        printed_threshold: 0.8,
        alteration_threshold: 0.8,
        kind_threshold: 0.8,
        visible_threshold: 0.9,
    }
}

const CHARS: &str = "取得本职业或相关四级三五中高工（）后满5年1l一—年級，证书";

#[test]
fn greedy_reads_runs_and_blanks() {
    let a = alphabet(CHARS);
    for (steps, want) in [("", ""), ("...", ""), ("取取.得得.", "取得"), ("5.5", "55"), ("55", "5"), ("取得", "取得")] {
        assert_eq!(text_of(&greedy(&[&posterior(&a, steps)])), want, "{steps}");
    }
}

#[test]
fn lines_are_read_as_one_text() {
    let a = alphabet(CHARS);
    let (one, two) = (posterior(&a, "取.得"), posterior(&a, "得.本"));
    let symbols = greedy(&[&one, &two]);
    assert_eq!(text_of(&symbols), "取得得本");
    assert_eq!((symbols[2].start_step, symbols[3].end_step), (3, 6));
}

#[test]
fn alignment_finds_each_character() {
    let a = alphabet(CHARS);
    let found = align(&[&posterior(&a, "..取取.得.（.本.）")], "取得（本）", AlignOptions::default());
    assert!(found.gap < 0.5, "{found:?}");
    let spans: Vec<(char, usize, usize)> = found.spans.iter().map(|s| (s.ch, s.start_step, s.end_step)).collect();
    assert_eq!(spans, [('取', 2, 4), ('得', 5, 6), ('本', 9, 10)]);
}

#[test]
fn copies_are_judged() {
    use CopyOutcome::{CannotTell, Differs, Faithful};
    let dropped = |position, expected: &str| Difference::Dropped { position, expected: expected.into() };
    let changed = |position, expected: &str, written: &str| Difference::Changed { position, expected: expected.into(), written: written.into() };
    let added = |position, written: &str| Difference::Added { position, written: written.into() };
    let cases = [
        // (written, expected, outcome, differences)
        ("取.得.四.级", "取得四级", Faithful, vec![]),
        ("取.得.（.四.级.）", "取得，四级。", Faithful, vec![]),
        ("取.得.四.級", "取得四级", Faithful, vec![]),
        ("取.得.级", "取得四级", Differs, vec![dropped(2, "四")]),
        ("得.四.级", "取得四级", Differs, vec![dropped(0, "取")]),
        ("取.得.四", "取得四级", Differs, vec![dropped(3, "级")]),
        ("取.得.三.级", "取得四级", Differs, vec![changed(2, "四", "三")]),
        ("五.得.四.级", "取得四级", Differs, vec![changed(0, "取", "五")]),
        ("取.得.四.工", "取得四级", Differs, vec![changed(3, "级", "工")]),
        ("取.得.中.四.级", "取得四级", Differs, vec![added(2, "中")]),
        ("中.取.得.四.级", "取得四级", Differs, vec![added(0, "中")]),
        ("取.得.四.级.工", "取得四级", Differs, vec![added(4, "工")]),
        ("取.得.四.级", "取得本职业或相关职业四级", Differs, vec![dropped(2, "本职业或相关职业")]),
        ("取.得.四.级.证.书", "取得四级（或相关职业）证书", Differs, vec![dropped(5, "或相关职业")]),
        ("取.得.三.级.满.后.年", "取得四级满5年", Differs, vec![changed(2, "四", "三"), changed(5, "5", "后")]),
        ("取.得.[四50三48].级", "取得四级", Faithful, vec![]),
        ("取.得.[三93四6].级", "取得四级", CannotTell, vec![]),
        ("取.得.龘.级", "取得龘级", CannotTell, vec![]),
        ("后.满.年.工.书.五.三.证.级", "取得本职业或相关职业", CannotTell, vec![]),
        ("", "取得", CannotTell, vec![]),
    ];
    let a = alphabet(CHARS);
    for (written, expected, outcome, differences) in cases {
        let written = written.replace('龘', "取");
        let found = verify(&[&posterior(&a, &written)], expected, &settings());
        assert_eq!((found.outcome, &found.differences), (outcome, &differences), "{written} for {expected}: gap {}", found.gap);
    }
}

#[test]
fn ranking_separates_near_twins() {
    let a = alphabet(CHARS);
    let candidates: Vec<String> = ["取得四级后满5年", "取得三级后满5年", "取得五级后满5年", "取得三级后满年"].map(String::from).to_vec();
    for (written, best) in [("取.得.三.级.后.满.5.年", 1), ("取.得.四.级.后.满.5.年", 0), ("取.得.三.级.后.满.年", 3)] {
        let ranked = rank(&[&posterior(&a, written)], &candidates);
        assert_eq!(ranked.len(), candidates.len());
        assert_eq!(ranked[0].0, best, "{written}: {ranked:?}");
        assert!(ranked[1].1 - ranked[0].1 > 2.0, "{written}: {ranked:?}");
    }
}

#[test]
fn nothing_to_read_is_no_panic() {
    let none: [&Posterior; 0] = [];
    assert!(greedy(&none).is_empty());
    assert!(align(&none, "取得", AlignOptions::default()).gap.is_finite());
    assert_eq!(rank(&none, &["取".into()]).len(), 1);
    let a = alphabet(CHARS);
    assert!(verify(&[&posterior(&a, "取")], "", &settings()).gap.is_finite());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever a network says, decoders answer, and gaps are finite and not negative.
    #[test]
    fn any_posterior_is_decoded(steps in 0_usize..40, seed in prop::collection::vec(0.0_f32..1.0, 40 * 24), text in "[取得本职业或四级5年一龘（，]{0,12}") {
        let a = alphabet("取得本职业或四级三5年一—（，1l");
        let classes = a.len();
        let probs: Vec<f32> = seed.iter().copied().cycle().take(steps * classes).map(|p| p.powi(6)).collect();
        let post = Posterior { steps, classes, probs, step_px: 8.0, alphabet: a };
        let found = align(&[&post], &text, AlignOptions::default());
        prop_assert!(found.gap >= 0.0 && found.gap.is_finite());
        let verified = verify(&[&post, &post], &text, &settings());
        prop_assert!(verified.gap >= 0.0 && verified.gap.is_finite());
        prop_assert_eq!(rank(&[&post], &[text.clone(), "取得".into()]).len(), 2);
        let _ = greedy(&[&post]);
    }
}
