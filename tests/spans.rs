//! Spans as pens write them, all invented: what their numerals are read as, which months they are, and how many count.
//! `fixtures/rules/spans.toml` has the cases; reading the pictures is tested where they are read.

use serde::Deserialize;
use std::path::Path;
use yushen::rules::{Count, months};
use yushen::vocabulary::calendar::{Month, WrittenMonth};
use yushen::vocabulary::numerals::written as number;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// `X年X月至X年X月` with what stands in the blanks, or 至今 as the end; several spans are parted by `；`.
    written: String,
    /// The month of the signature, in which 至今 ends.
    #[serde(default)]
    signed: Option<[u16; 2]>,
    /// Only from this month on, where the condition counts after a certificate.
    #[serde(default)]
    after: Option<[u16; 2]>,
    /// Plain difference; both end months counted. Missing where `why` says that there is no count.
    #[serde(default)]
    months: Option<[i32; 2]>,
    /// `impossible`: no such month, or a part is missing; `backwards`: it ends before it starts.
    #[serde(default)]
    why: Option<String>,
}

#[test]
fn every_span_is_what_its_case_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/spans.toml");
    let cases: Cases = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(cases.case.len() >= 60, "{}", cases.case.len());
    let wrong: Vec<String> = cases
        .case
        .iter()
        .filter_map(|case| {
            let found = count(case);
            let said = case.months.ok_or_else(|| case.why.clone().unwrap());
            (found != said).then(|| format!("{}: {found:?}, not {said:?}", case.written))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn count(case: &Case) -> Result<[i32; 2], String> {
    let signed = case.signed.map(|[y, m]| WrittenMonth::new(y, m).valid().unwrap());
    let mut spans = Vec::new();
    for span in case.written.split('；') {
        let (start, end) = span.split_once('至').unwrap();
        let start = month(start).ok_or("impossible")?;
        let end = if end == "今" { signed } else { month(end) }.ok_or("impossible")?;
        if end < start {
            return Err("backwards".to_owned());
        }
        spans.push((start, end));
    }
    let after = case.after.map(|[y, m]| WrittenMonth::new(y, m).valid().unwrap());
    Ok([Count::Strict, Count::Lenient].map(|c| months(spans.iter().copied(), c, after)))
}

/// The two blanks of `X年X月`, each as the form's reader takes it.
fn month(written: &str) -> Option<Month> {
    let (year, rest) = written.split_once('年').unwrap();
    WrittenMonth { year: number(year), month: number(rest.strip_suffix('月').unwrap()) }.valid()
}
