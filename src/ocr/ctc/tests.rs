use super::fake::{alphabet, posterior};
use super::*;
use crate::ocr::reading::Posterior;
use crate::vocabulary::fact::{CopyOutcome, Difference, Verification};
use crate::vocabulary::settings::{ReadingSettings, WrittenYears, YearRange};
use proptest::prelude::*;

fn settings() -> ReadingSettings {
    ReadingSettings {
        working_threshold: 0.9,
        corroborated_threshold: 0.6,
        blank_threshold: 0.9,
        faithful_gap: 2.0,
        differs_gap: 4.0,
        illegible_gap: 30.0,
        candidate_margin: 3.0,
        added_gap: 3.0,
        asked_gap: 4.0,
        rival_odds: 4.0,
        changed_odds: 10.0,
        misplaced_odds: 1.0,
        printed_threshold: 0.8,
        alteration_threshold: 0.8,
        kind_threshold: 0.8,
        visible_threshold: 0.9,
        recogniser_power: 0.5,
        digits_power: 1.0,
        reader_error: 1e-4,
        impossible_number: 0.02,
        registered_odds: 30.0,
        registered_code_odds: 30.0,
        agreement_odds: 30.0,
        mistaken_digit: 0.001,
        rejecting_threshold: 0.98,
        other_reading: 0.003,
        written_years: {
            let any = YearRange { least: 1940, after: 1 };
            WrittenYears { birth: any, schooling: any, work: any, signing: any, validity: any, issue: any }
        },
        schooling_words: Vec::new(),
        dense_characters: Vec::new(),
        crowded_characters: Vec::new(),
    }
}

const CHARS: &str = "取得本职业或相关四级三五中高工（）后满5年1l一—年級，证书〇";

#[test]
fn greedy_reads_runs_and_blanks() {
    let a = alphabet(CHARS);
    for (steps, want) in [("", ""), ("...", ""), ("取取.得得.", "取得"), ("5.5", "55"), ("55", "5"), ("取得", "取得")]
    {
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
    let changed = |position, expected: &str, written: &str| Difference::Changed {
        position,
        expected: expected.into(),
        written: written.into(),
    };
    let added = |position, written: &str| Difference::Added { position, written: written.into() };
    let cases = [
        // (written, expected, outcome, differences)
        ("取.得.四.级", "取得四级", Faithful, vec![]),
        ("取.得.（.四.级.）", "取得，四级。", Faithful, vec![]),
        ("取.得.四.級", "取得四级", Faithful, vec![]),
        ("取.得.级", "取得四级", Differs, vec![dropped(2, "四")]),
        ("得.四.级", "取得四级", Differs, vec![dropped(0, "取")]),
        ("取.得.四", "取得四级", Differs, vec![dropped(3, "级")]),
        // a ring between numerals is the reader's loss as often as the writer's
        ("五.五.年", "五〇五年", CannotTell, vec![dropped(1, "〇")]),
        ("五.年", "五〇五年", Differs, vec![dropped(1, "〇五")]),
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
        // two characters a little unclear: together over the gap of a faithful copy, but no single edit explains it
        ("取.[中76得20].[三80四15].级", "取得四级", Faithful, vec![]),
        ("取.得.龘.级", "取得龘级", CannotTell, vec![]),
        ("后.满.年.工.书.五.三.证.级", "取得本职业或相关职业", CannotTell, vec![]),
        ("", "取得", CannotTell, vec![]),
    ];
    let a = alphabet(CHARS);
    for (written, expected, outcome, differences) in cases {
        let written = written.replace('龘', "取");
        let found = verify(&[&posterior(&a, &written)], expected, &settings());
        assert_eq!(
            (found.outcome, &found.differences),
            (outcome, &differences),
            "{written} for {expected}: gap {}",
            found.gap
        );
    }
}

#[test]
fn two_looks_at_one_copy() {
    use CopyOutcome::{CannotTell, Differs, Faithful};
    let seen = |outcome, gap, dropped: &[usize]| Verification {
        expected: "取得四级".into(),
        outcome,
        gap,
        differences: dropped.iter().map(|p| Difference::Dropped { position: *p, expected: "四".into() }).collect(),
        rivals: Vec::new(),
    };
    for (first, second, want) in [
        (seen(Faithful, 0.0, &[]), seen(Differs, 9.0, &[2]), Faithful),
        (seen(Differs, 9.0, &[2]), seen(Differs, 9.0, &[2]), Differs),
        (seen(Differs, 9.0, &[2]), seen(Differs, 9.0, &[0]), CannotTell),
        // what one look saw and the other did not: no rejection, and no pass either
        (seen(Differs, 9.0, &[2]), seen(Faithful, 0.0, &[]), CannotTell),
        (seen(CannotTell, 3.0, &[]), seen(Faithful, 0.5, &[]), Faithful),
        (seen(CannotTell, 9.0, &[]), seen(Faithful, 0.5, &[]), CannotTell),
        (seen(CannotTell, 3.0, &[]), seen(Differs, 9.0, &[2]), CannotTell),
    ] {
        assert_eq!(of_two_readings(&first, &second, &settings()).outcome, want, "{first:?} {second:?}");
    }
}

#[test]
fn ranking_separates_near_twins() {
    let a = alphabet(CHARS);
    let candidates: Vec<String> =
        ["取得四级后满5年", "取得三级后满5年", "取得五级后满5年", "取得三级后满年"].map(String::from).to_vec();
    for (written, best) in [("取.得.三.级.后.满.5.年", 1), ("取.得.四.级.后.满.5.年", 0), ("取.得.三.级.后.满.年", 3)]
    {
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

#[test]
fn templates_are_read_across_lines() {
    use template::{Charset, Segment, read_template};
    let a = alphabet("本人于年月在工作单位，（）从事共0123456789北京某公司电商—_牛");
    let template = [
        Segment::text("本人于"),
        Segment::slot("y", Charset::digits(), 4, 4),
        Segment::text("年"),
        Segment::slot("m", Charset::digits(), 1, 2),
        Segment::text("月，在"),
        Segment::slot("employer", Charset::Any, 0, 60),
        Segment::text("（工作单位），从事"),
        Segment::slot("occupation", Charset::Any, 0, 30),
        Segment::text("，共"),
        Segment::slot("years", Charset::numerals(), 1, 4),
        Segment::text("年"),
    ];
    let cases: [(&[&str], [&str; 5]); 5] = [
        (
            &["本.人.于.2.0.1.8.年.3.月.，.在.北.京.某.公.司", "（.工.作.单.位.）.，.从.事.电.商.，.共.5.年"],
            ["2018", "3", "北京某公司", "电商", "5"],
        ),
        // A blank sentence, its underlines read as such.
        (&["本.人.于._._.年._.月.，.在._._._", "（.工.作.单.位.）.，.从.事._._.，.共._.年"], ["", "", "", "", ""]),
        // The print is misread in one place and missing in another; a line wraps inside the employer.
        (
            &["本.人.于.2.0.1.8.牛.1.1.月.，.在.北.京", "某.公.司.（.工.作.位.）.，.从.事.电.商.，.共.5.年"],
            ["2018", "11", "北京某公司", "电商", "5"],
        ),
        // Brackets belong to an employer's name.
        (
            &["本.人.于.2.0.1.8.年.3.月.，.在.电.商.（.北.京.）.公.司", "（.工.作.单.位.）.从.事.电.共.1.0.年"],
            ["2018", "3", "电商（北京）公司", "电", "10"],
        ),
        // What is no digit is kept.
        (
            &["本.人.于.2.0.某.8.年.3.月.，.在.北", "（.工.作.单.位.）.从.事.电.共.1.0.年"],
            ["20某8", "3", "北", "电", "10"],
        ),
    ];
    for (lines, want) in cases {
        let posts: Vec<Posterior> = lines.iter().map(|l| posterior(&a, l)).collect();
        let found = read_template(&posts.iter().collect::<Vec<_>>(), &template);
        let texts: Vec<&str> = found.slots.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts, want, "{lines:?}");
        assert!(found.printed_found > 0.8, "{lines:?}: {}", found.printed_found);
    }
}

#[test]
fn a_slot_knows_its_room() {
    use template::{Charset, Extent, Segment, read_template};
    let a = alphabet("共年5");
    let template = [Segment::text("共"), Segment::slot("n", Charset::digits(), 1, 2), Segment::text("年")];
    let found = read_template(&[&posterior(&a, "共....年")], &template);
    assert_eq!(found.slots[0].extents, [Extent { line: 0, start_step: 1, end_step: 5 }]);
}

#[test]
fn fields_follow_their_grammar() {
    use grammar::{Grammar, read_with};
    let a = alphabet("0123456789Xx|lO一—十二年半.ABC");
    let list = ["AB".to_owned(), "AC".to_owned()];
    let cases = [
        (Grammar::Month, "1.2", Some("12")),
        (Grammar::Month, "l.O", Some("10")),
        (Grammar::Month, "1.3", None),
        (Grammar::Day, "3.1", Some("31")),
        (Grammar::Year { least: 1940, latest: 2026 }, "2.0.1.8", Some("2018")),
        (Grammar::Years, "—.年.半", Some("一年半")),
        (Grammar::Years, "5", Some("5")),
        (Grammar::Integer(20), "十.二", Some("十二")),
        // The last digit is in doubt; only X makes the check digit right.
        (Grammar::CitizenNumber, "1.1.0.1.0.5.1.9.4.9.1.2.3.1.0.0.2.[160x38]", Some("11010519491231002X")),
        (Grammar::CitizenNumber, "1.1.0.1.0.5", None),
        (Grammar::Mobile, "1.3.8.0.0.1.3.8.0.0.0", Some("13800138000")),
        (Grammar::Code { min: 2, max: 4 }, "A.1.B", Some("A1B")),
        (Grammar::OneOf(&list), "A.C", Some("AC")),
        (Grammar::Month, "", None),
    ];
    for (grammar, written, want) in cases {
        let found = read_with(&[&posterior(&a, written)], grammar);
        assert_eq!(found.best().map(|b| b.text.as_str()), want, "{written}: {found:?}");
    }
    let repaired = read_with(&[&posterior(&a, "1.1.0.1.0.5.1.9.4.9.1.2.3.1.0.0.2.[160x38]")], Grammar::CitizenNumber);
    assert_eq!(repaired.raw.map(|r| r.text).as_deref(), Some("110105194912310021"));
}

#[test]
fn a_long_one_may_be_eleven() {
    use grammar::{Grammar, read_with};
    let a = alphabet("0123456789");
    let found = read_with(&[&posterior(&a, "..111..")], Grammar::Month);
    let texts: Vec<(&str, bool)> = found.alternatives.iter().map(|a| (a.text.as_str(), a.confidence > 0.2)).collect();
    assert_eq!(texts, [("1", true), ("11", true)]);
    assert!(found.alternatives[0].confidence < 0.8);
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
        for grammar in [grammar::Grammar::Years, grammar::Grammar::CitizenNumber, grammar::Grammar::Month, grammar::Grammar::Code { min: 1, max: 5 }] {
            prop_assert!(grammar::read_with(&[&post], grammar).alternatives.iter().all(|a| (0.0..=1.0).contains(&a.confidence)));
        }
        let template = [template::Segment::text(text), template::Segment::slot("a", template::Charset::Any, 1, 40), template::Segment::text("年"), template::Segment::slot("b", template::Charset::digits(), 1, 2)];
        let read = template::read_template(&[&post, &post], &template);
        prop_assert_eq!(read.slots.len(), 2);
    }
}

/// What the two readers see, the field's grammar, and the text that they say together, with the least and the most of
/// its share.
#[test]
fn two_readers_say_one_number() {
    use grammar::Grammar::{self, CertificateNumber, Code, Month, Years};
    let year = Grammar::Year { least: 1940, latest: 2026 };
    let (all, figures) = (alphabet("0123456789X/HSYZ十年半.一二"), alphabet("0123456789X/"));
    for (recogniser, digits, grammar, text, least, most) in [
        ("2.0.1.8", "2.0.1.8", year, "2018", 0.99, 1.0),
        // an open 4 that the recogniser takes for a letter
        ("2.0.1.H", "2.0.1.4", year, "2014", 0.9, 1.0),
        // a slanted 1 is a stroke to both
        ("/.0", "/.0", Years, "10", 0.9, 1.0),
        // one reader each: nobody knows
        ("7", "1", Month, "1", 0.5, 0.995),
        ("1.2", "2", Month, "2", 0.3, 0.995),
        // a year that cannot be
        ("2.0.2.[9:55 4:44]", "2.0.2.[9:70 4:29]", year, "2024", 0.8, 1.0),
        // what cannot be is less likely than what can, but not repaired
        ("1.3", "1.3", Month, "13", 0.9, 1.0),
        ("1.[2:10 3:90]", "1.[2:45 3:55]", Month, "12", 0.5, 1.0),
        // a letter of a code looks like a digit to the reader of digits
        ("S.0.0.1.1", "5.0.0.1.1", Code { min: 4, max: 8 }, "S0011", 0.9, 1.0),
        ("S.0.0.1.1.2.7", "5.0.0.1.1.2.7", CertificateNumber, "S001127", 0.9, 1.0),
        // a letter behind the first ones is a digit misread
        ("Y.0.0.H.1.2.7.1", "4.0.0.4.1.2.7.1", CertificateNumber, "Y0041271", 0.6, 1.0),
        // written in Chinese numerals: the reader of digits sees nothing
        ("十", ".", Years, "十", 0.9, 1.0),
    ] {
        let (a, b) = (posterior(&all, recogniser), posterior(&figures, digits));
        let joined = joint::join(&[vec![&a]], &[&b], grammar, None, &settings());
        let best = &joined.readings[0];
        let seen: Grammar = grammar;
        assert_eq!(best.text, text, "{recogniser} {digits} {seen:?}: {:?}", joined.readings);
        assert!((least..=most).contains(&best.share), "{recogniser} {digits} {seen:?}: {}", best.share);
    }
}

/// What the two readers see of a code, the registered one, and which of both wins.
#[test]
fn a_registered_number_is_favoured_if_it_is_seen_at_all() {
    let (all, figures) = (alphabet("0123456789X/AHSYZ"), alphabet("0123456789X/"));
    let grammar = grammar::Grammar::Code { min: 4, max: 8 };
    for (recogniser, digits, registered, text) in [
        // a 5 that looks more like a 6 to both
        ("A.1.[5:20 6:80].7", "4.1.[5:30 6:70].7", "A157", "A157"),
        // plainly a 6
        ("A.1.6.7", "4.1.6.7", "A157", "A167"),
        // half of the code, which is no code
        ("A.1.5", "4.1.5", "A157823", "A15"),
        // the same, and what is missing has hardly a digit
        ("A.1.5.Y", "4.1.5.4", "A15YSHZ", "A15Y"),
    ] {
        let (a, b) = (posterior(&all, recogniser), posterior(&figures, digits));
        let joined = joint::join(&[vec![&a]], &[&b], grammar, Some(registered), &settings());
        assert_eq!(joined.readings[0].text, text, "{recogniser} {digits}: {:?}", joined.readings);
    }
}

#[test]
fn nothing_is_likely_only_where_no_digit_was_seen() {
    let figures = alphabet("0123456789X/");
    for (digits, empty) in [("....", true), ("..1.", false), ("..[.95 1:5]..", true), ("[.40 1:60]", false)] {
        let seen = posterior(&figures, digits);
        assert_eq!(joint::nothing(&[&seen]) > 0.5_f32.ln(), empty, "{digits}");
    }
}
