//! `yushen rules show --pack … --markdown`, read back: every row that it prints is the source's, and no row of the source is missing.

mod sources;

use sources::{annex, annex_rows, calendar_rows, fee_rows, fold, source};
use yushen::cli::packs;
use yushen::packs;
use yushen::vocabulary::level::Level;

/// One `##` section: its heading, its table's rows without the head, and its other lines.
struct Section {
    heading: String,
    rows: Vec<Vec<String>>,
    lines: Vec<String>,
}

fn sections(pack: &str) -> Vec<Section> {
    let mut out = Vec::new();
    packs::show(None, pack, true, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let cells = |l: &str| l.trim_matches('|').split(" | ").map(|c| c.trim().to_owned()).collect::<Vec<_>>();
    let one = |part: &str| {
        let mut lines = part.lines();
        let heading = lines.next().unwrap().to_owned();
        let (table, other): (Vec<&str>, Vec<&str>) = lines.filter(|l| !l.is_empty()).partition(|l| l.starts_with('|'));
        Section { heading, rows: table.iter().skip(2).map(|l| cells(l)).collect(), lines: other.iter().map(|l| (*l).to_owned()).collect() }
    };
    text.split("\n## ").skip(1).map(one).collect()
}

/// Level, number, text, materials.
type ConditionRow = (Level, u8, String, String);

/// The condition tables: occupation, and level, number, text, materials.
fn conditions(pack: &str) -> Vec<(String, Vec<ConditionRow>)> {
    let of_table = |s: &Section| s.heading.contains(" (`");
    let row = |r: &Vec<String>| (Level::parse(&r[0]).unwrap(), r[1].parse().unwrap(), fold(&r[2]), fold(&r[3].replace("<br>", "")));
    sections(pack).iter().filter(|s| of_table(s)).map(|s| (s.heading.split(" (`").next().unwrap().to_owned(), s.rows.iter().map(row).collect())).collect()
}

#[test]
fn the_notices_tables_are_the_annexs() {
    let printed = conditions("n24");
    assert_eq!(printed.iter().map(|(o, _)| o.as_str()).collect::<std::collections::BTreeSet<_>>().len(), 4);
    for occupation in ["电子商务师", "互联网营销师", "供应链管理师", "信息安全测试员"] {
        let rows: Vec<_> = printed.iter().filter(|(o, _)| o == occupation).flat_map(|(_, rows)| rows.clone()).collect();
        assert_eq!(rows, annex_rows(occupation), "{occupation}");
    }
}

#[test]
fn the_guides_tables_stand_in_the_guides() {
    let loaded = packs::embedded().unwrap();
    for (pack, name) in [("g1", "G1"), ("g2", "G2"), ("g4", "G4")] {
        let text = fold(&source(name).replace('◎', ""));
        let mut seen = 0;
        for (occupation, rows) in conditions(pack) {
            for (level, number, condition, _) in rows {
                assert!(text.contains(condition.trim_end_matches('.')), "{pack} {occupation} {level} ({number}): {condition}");
                seen += 1;
            }
        }
        let expected: usize = loaded.printed.iter().filter(|t| t.pack == pack).map(|t| t.rows.len()).sum();
        assert_eq!(seen, expected, "{pack}");
        assert!(seen >= 3, "{pack}");
    }
}

#[test]
fn the_lists_stand_below_their_tables() {
    for (pack, name) in [("n24", "N24"), ("g1", "G1"), ("g2", "G2"), ("g4", "G4")] {
        let whole = fold(&source(name));
        let mut seen = 0;
        for s in sections(pack).iter().filter(|s| s.heading.contains(" (`")) {
            let text = if pack == "n24" { fold(&annex(s.heading.split(" (`").next().unwrap())) } else { whole.clone() };
            for line in s.lines.iter().filter(|l| l.starts_with("**")) {
                assert!(text.contains(&fold(&line.replace("**", ""))), "{pack} {}: {line}", s.heading);
                seen += 1;
            }
        }
        assert!(seen > 0, "{pack}");
    }
}

#[test]
fn calendar_and_fees_are_the_notices() {
    let all = sections("n24");
    let of = |heading: &str| all.iter().find(|s| s.heading == heading).unwrap().rows.clone();
    let months = |m: &str| m.split('、').map(|n| n.parse().unwrap()).collect::<Vec<u8>>();
    let calendar: Vec<_> = of("认定项目").iter().map(|r| (r[1].clone(), (r[2] != "--").then(|| r[2].clone()), Level::parse(&r[3]).unwrap(), months(&r[4]))).collect();
    assert_eq!(calendar, calendar_rows());
    let fees: Vec<_> = of("收费标准（元）")
        .iter()
        .map(|r| {
            let yuan = |i: usize| r[i].parse::<u32>();
            (r[0].clone(), Level::parse(&r[1]).unwrap(), yuan(2).unwrap(), yuan(3).unwrap(), yuan(4).ok(), yuan(5).unwrap())
        })
        .collect();
    let expected: Vec<_> = fee_rows().into_iter().map(|(o, l, a, b, c, d)| (o.to_owned(), l, a, b, c, d)).collect();
    assert_eq!(fees, expected);
}
