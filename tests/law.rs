//! The rules and the real packs together: every rule that rests on a source has its words, and the day of registration
//! chooses the pack, to the day.

use jiff::civil::{Date, date};
use yushen::packs::{self, Loaded};
use yushen::rules::{Case, RULES, judge};
use yushen::vocabulary::batch::SharedWith;
use yushen::vocabulary::documents::Documents;
use yushen::vocabulary::finding::Flag;
use yushen::vocabulary::level::Level;
use yushen::vocabulary::register::NoRegister;
use yushen::vocabulary::submission::{Entry, Registration, Submission};

const AS_OF: Date = date(2026, 11, 22);

#[test]
fn every_rule_has_its_clause_or_says_that_no_source_has_one() {
    let loaded = packs::embedded().unwrap();
    for rule in RULES {
        let texts: Vec<&str> =
            loaded.packs.packs.iter().filter_map(|p| p.clauses.get(rule.id)?.text.as_deref()).collect();
        assert_eq!(
            texts.is_empty(),
            rule.source == "—",
            "{}: source {}, {} clauses",
            rule.id,
            rule.source,
            texts.len()
        );
        assert!(texts.iter().all(|t| t.chars().count() >= 2), "{}: {texts:?}", rule.id);
    }
}

/// The flags of a registration without any material, of condition 1.
fn flags(
    loaded: &Loaded,
    occupation: &str,
    level: Level,
    registered_on: Option<Date>,
    forced: Option<&str>,
    as_of: Date,
) -> Vec<Flag> {
    let text = |t: &str| Some(Entry::new(t, Some(t.to_owned())));
    let registration = Registration {
        name: text("张晓明"),
        occupation: text(occupation),
        level: Some(Entry::new(level.full(), Some(level))),
        condition: Some(Entry::new("1", Some(1))),
        registered_on: registered_on.map(|d| Entry::new(d.to_string(), Some(d))),
        ..Registration::default()
    };
    let submission = Submission {
        id: "1".into(),
        folder: Some("1".into()),
        registration: Some(registration),
        ..Submission::default()
    };
    let (documents, shared) = (Documents::default(), SharedWith::default());
    judge(&Case::new(&submission, &documents, &loaded.packs, &loaded.settings, &NoRegister, &shared, as_of, forced))
        .flags
}

/// The pack whose list of materials was used; `None`: no pack was in force, and a person looks.
fn pack_of(flags: &[Flag]) -> Option<String> {
    let missing = flags.iter().find(|f| f.rule == "material-missing").map(|f| f.rule_pack.clone());
    let none = flags.iter().any(|f| f.rule == "registration-condition" && f.rule_pack == "-");
    assert!(missing.is_some() != none, "a pack's list, or a flag that none is in force: {flags:?}");
    missing
}

#[test]
fn the_day_of_registration_chooses_the_pack() {
    let loaded = packs::embedded().unwrap();
    let internet = ("互联网营销师", Level::Four);
    let chain = ("供应链管理师", Level::One);
    for ((occupation, level), day, forced, pack) in [
        (internet, date(2019, 12, 31), None, None),
        (internet, date(2020, 1, 1), None, Some("g4@2020-01-01")),
        (internet, date(2023, 12, 31), None, Some("g4@2020-01-01")),
        (internet, date(2024, 1, 1), None, Some("n24@2024-01-01")),
        (internet, date(2031, 1, 1), None, Some("n24@2024-01-01")),
        (chain, date(2019, 12, 31), None, None),
        (chain, date(2020, 1, 1), None, Some("g1@2020-01-01")),
        (chain, date(2023, 12, 31), None, Some("g1@2020-01-01")),
        // What a pack does not have is no guess at another one.
        (("互联网营销师", Level::Five), date(2023, 12, 31), None, None),
        (("互联网营销师", Level::Five), date(2024, 1, 1), None, Some("n24@2024-01-01")),
        (("面包师", Level::Four), date(2024, 1, 1), None, None),
        // A forced pack counts on any day, but only for what it has.
        (internet, date(2024, 1, 1), Some("g4"), Some("g4@2020-01-01")),
        (internet, date(2019, 12, 31), Some("n24"), Some("n24@2024-01-01")),
        (chain, date(2024, 1, 1), Some("g4"), None),
    ] {
        for as_of in [AS_OF, date(2019, 1, 1)] {
            let found = pack_of(&flags(&loaded, occupation, level, Some(day), forced, as_of));
            assert_eq!(found.as_deref(), pack, "{occupation} {level} on {day}, forced {forced:?}, today {as_of}");
        }
    }
    // Without a day no pack is chosen, unless one is forced.
    let undated = flags(&loaded, internet.0, internet.1, None, None, AS_OF);
    assert!(
        !undated.iter().any(|f| f.rule == "material-missing") && undated.iter().any(|f| f.rule == "registration-field")
    );
    assert_eq!(
        pack_of(&flags(&loaded, internet.0, internet.1, None, Some("n24"), AS_OF)).as_deref(),
        Some("n24@2024-01-01")
    );
}

/// The chosen pack decides also what is asked: condition 2 is four years of work in G4, and three after a certificate
/// in N24.
#[test]
fn the_edge_of_a_validity_is_a_day() {
    let loaded = packs::embedded().unwrap();
    let text = |day: Date| {
        let governing = loaded.packs.governing(day, "互联网营销师", Level::Four, None).unwrap();
        governing.condition(Level::Four, 2).unwrap().text.clone()
    };
    assert!(text(date(2023, 12, 31)).contains("4年"), "{}", text(date(2023, 12, 31)));
    assert!(text(date(2024, 1, 1)).contains("3年"), "{}", text(date(2024, 1, 1)));
    for pack in &loaded.packs.packs {
        assert!(
            pack.in_force(pack.effective_from) && !pack.in_force(pack.effective_from.yesterday().unwrap()),
            "{}",
            pack.id
        );
        if let Some(end) = pack.effective_to {
            assert!(pack.in_force(end) && !pack.in_force(end.tomorrow().unwrap()), "{}", pack.id);
        }
    }
}
