use super::*;

#[test]
fn differences_are_found_in_the_text_as_written() {
    let dropped = |position, expected: &str| Difference::Dropped { position, expected: expected.to_owned() };
    let added = |position, written: &str| Difference::Added { position, written: written.to_owned() };
    let changed = |position, expected: &str, written: &str| Difference::Changed {
        position,
        expected: expected.to_owned(),
        written: written.to_owned(),
    };
    for (differences, text, at) in [
        (vec![], "累计从事本职业", vec![]),
        (vec![dropped(2, "从事")], "累计本职业", vec![[2, 2]]),
        (vec![added(0, "共")], "共累计从事本职业", vec![[0, 1]]),
        (vec![changed(1, "计", "积"), added(7, "满")], "累积从事本职业满", vec![[1, 2], [7, 8]]),
        (vec![dropped(0, "累"), changed(6, "业", "务")], "计从事本职务", vec![[0, 0], [5, 6]]),
    ] {
        let written = Written::of("累计从事本职业", &differences);
        assert_eq!((written.text.as_str(), written.at), (text, at));
    }
}

#[test]
fn the_text_is_found_within_other_writing() {
    for (read, want, found) in [
        ("累计从事", "累计从事", "累计从事"),
        ("申报条件：累计从事满5年以上", "累计从事", "累计从事"),
        ("申报条件累计人事满", "累计从事", "累计人事"),
        ("申报条件累从事满", "累计从事", "累从事"),
        ("累计，从事", "累计从事", "累计，从事"),
        ("", "累计", ""),
    ] {
        let (read, want): (Vec<char>, Vec<char>) = (read.chars().collect(), want.chars().collect());
        let (a, b) = most_alike(&read, &want);
        assert_eq!(read[a..b].iter().collect::<String>(), found);
    }
}

#[test]
fn another_text_is_no_bad_copy() {
    let differs = |differences| Verification {
        expected: String::new(),
        outcome: CopyOutcome::Differs,
        gap: 40.0,
        differences,
        rivals: Vec::new(),
    };
    let dropped = |expected: &str| Difference::Dropped { position: 0, expected: expected.to_owned() };
    // of ten characters: all are missing and one stray mark reads as 口; the first five were written and nothing else;
    // one is missing
    for (what, lost, read, want) in [
        ("a stray mark", "累计从事本职业工作满", 1, CopyOutcome::CannotTell),
        ("half of it", "累计从事本", 5, CopyOutcome::Differs),
        ("one dropped", "累", 9, CopyOutcome::Differs),
    ] {
        assert_eq!(unless_strange(differs(vec![dropped(lost)]), 10, read).outcome, want, "{what}");
    }
}
