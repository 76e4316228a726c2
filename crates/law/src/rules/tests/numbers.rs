//! Invented identity numbers of every kind, good and bad: `fixtures/rules/numbers.toml`.

use crate::rules::identity::number_forms::{NumberCheck, check};
use crate::vocabulary::identity::NumberError;
use crate::vocabulary::submission::IdKind;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    case: Vec<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Number {
    kind: IdKind,
    number: String,
    is: String,
}

#[test]
fn every_number_is_what_the_fixture_says() {
    let numbers: Numbers =
        toml::from_str(include_str!("../../../../../fixtures/rules/numbers.toml")).expect("numbers.toml");
    assert!(numbers.case.len() >= 60, "{}", numbers.case.len());
    for n in &numbers.case {
        let is = match check(n.kind, &n.number) {
            NumberCheck::Fits => "fits",
            NumberCheck::OtherKind => "other kind",
            NumberCheck::Invalid(NumberError::Form) => "form",
            NumberCheck::Invalid(NumberError::Region) => "region",
            NumberCheck::Invalid(NumberError::BirthDate) => "birth date",
            NumberCheck::Invalid(NumberError::CheckDigit(_)) => "check digit",
        };
        assert_eq!(is, n.is, "{:?} {}", n.kind, n.number);
    }
}
