//! `yushen rules show --pack … --markdown`, read back: every row that it prints is the source's, and no row of the
//! source is missing.
//! And the repository's own pages: their length, their links, both READMEs in step, no citation of a page that nobody
//! can open.

mod sources;

use sources::{annex, annex_rows, calendar_rows, fee_rows, fold, source};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;
use yushen::cli::packs as command;
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
    command::show(None, pack, true, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let cells = |l: &str| l.trim_matches('|').split(" | ").map(|c| c.trim().to_owned()).collect::<Vec<_>>();
    let one = |part: &str| {
        let mut lines = part.lines();
        let heading = lines.next().unwrap().to_owned();
        let (table, other): (Vec<&str>, Vec<&str>) = lines.filter(|l| !l.is_empty()).partition(|l| l.starts_with('|'));
        Section {
            heading,
            rows: table.iter().skip(2).map(|l| cells(l)).collect(),
            lines: other.iter().map(|l| (*l).to_owned()).collect(),
        }
    };
    text.split("\n## ").skip(1).map(one).collect()
}

/// Level, number, text, materials.
type ConditionRow = (Level, u8, String, String);

/// The condition tables: occupation, and level, number, text, materials.
fn conditions(pack: &str) -> Vec<(String, Vec<ConditionRow>)> {
    let of_table = |s: &Section| s.heading.contains(" (`");
    let row = |r: &Vec<String>| {
        (Level::parse(&r[0]).unwrap(), r[1].parse().unwrap(), fold(&r[2]), fold(&r[3].replace("<br>", "")))
    };
    sections(pack)
        .iter()
        .filter(|s| of_table(s))
        .map(|s| (s.heading.split(" (`").next().unwrap().to_owned(), s.rows.iter().map(row).collect()))
        .collect()
}

#[test]
fn the_notices_tables_are_the_annexs() {
    let printed = conditions("n24");
    assert_eq!(printed.iter().map(|(o, _)| o.as_str()).collect::<BTreeSet<_>>().len(), 4);
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
                assert!(
                    text.contains(condition.trim_end_matches('.')),
                    "{pack} {occupation} {level} ({number}): {condition}"
                );
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
    let calendar: Vec<_> = of("认定项目")
        .iter()
        .map(|r| (r[1].clone(), (r[2] != "--").then(|| r[2].clone()), Level::parse(&r[3]).unwrap(), months(&r[4])))
        .collect();
    assert_eq!(calendar, calendar_rows());
    let fees: Vec<_> = of("收费标准（元）")
        .iter()
        .map(|r| {
            let yuan = |i: usize| r[i].parse::<u32>();
            (
                r[0].clone(),
                Level::parse(&r[1]).unwrap(),
                yuan(2).unwrap(),
                yuan(3).unwrap(),
                yuan(4).ok(),
                yuan(5).unwrap(),
            )
        })
        .collect();
    let expected: Vec<_> = fee_rows().into_iter().map(|(o, l, a, b, c, d)| (o.to_owned(), l, a, b, c, d)).collect();
    assert_eq!(fees, expected);
}

/// Words that README.md may have, lines that ARCHITECTURE.md may have, and characters in each of them.
const README_WORDS: usize = 1300;
const ARCHITECTURE_LINES: usize = 120;
const ARCHITECTURE_COLUMNS: usize = 200;

#[test]
fn readme_and_architecture_stay_short() {
    let words = page("README.md").split_whitespace().count();
    assert!(words <= README_WORDS, "README.md has {words} words, {README_WORDS} are allowed: move something to docs/");
    let architecture = page("ARCHITECTURE.md");
    let lines = architecture.lines().count();
    assert!(
        lines <= ARCHITECTURE_LINES,
        "ARCHITECTURE.md has {lines} lines, {ARCHITECTURE_LINES} are allowed: move reasons to docs/decisions"
    );
    let long: Vec<&str> = architecture.lines().filter(|l| l.chars().count() > ARCHITECTURE_COLUMNS).collect();
    assert!(long.is_empty(), "lines of ARCHITECTURE.md over {ARCHITECTURE_COLUMNS} characters: {long:#?}");
}

#[test]
fn both_readmes_have_the_same_parts() {
    // Level of each heading, rows of each table, items of each list, fences, pictures and the pages linked to:
    // everything but words.
    let parts = |name: &str| {
        let (mut parts, mut fenced) = (Vec::new(), false);
        for line in page(name).lines() {
            if line.starts_with("```") {
                fenced = !fenced;
                parts.push(line.to_owned());
            } else if !fenced {
                parts.extend(
                    ["## ", "- ", "| ", "![", "<!--"]
                        .iter()
                        .find(|mark| line.starts_with(**mark))
                        .map(|mark| (*mark).to_owned()),
                );
            }
        }
        parts
    };
    assert_eq!(parts("README.md"), parts("README.zh-CN.md"));
    let links =
        |name: &str| links(&page(name)).into_iter().filter(|l| !l.starts_with("README")).collect::<BTreeSet<_>>();
    assert_eq!(links("README.md"), links("README.zh-CN.md"));
}

#[test]
fn links_lead_somewhere() {
    let broken: Vec<String> = files()
        .iter()
        .filter(|f| f.extension().is_some_and(|e| e == "md"))
        .flat_map(|file| broken_links(file))
        .collect();
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
    // The check itself.
    assert_eq!(
        links("[a](b.md) `[c](d.md)` ![e](f.png)[g](h.md#i)\n```\n[j](k.md)\n```\n"),
        ["b.md", "f.png", "h.md#i"]
    );
    assert_eq!(anchor("Without names and numbers: --redact"), "without-names-and-numbers---redact");
}

#[test]
fn every_type_of_field_and_every_section_is_explained_in_both_languages() {
    use yushen::vocabulary::documents::{DOCUMENTS, Field};
    use yushen::vocabulary::form::FieldType;
    use yushen::vocabulary::holds::Holds;
    let (english, chinese) = (page("docs/forms.md"), page("docs/forms.zh-CN.md"));
    for of in FieldType::ALL {
        let row = format!("| `{}` | {} |", of.name(), of.about());
        assert!(english.contains(&row), "docs/forms.md has no row {row}");
        assert!(chinese.contains(&format!("| `{}` | ", of.name())), "docs/forms.zh-CN.md has no row for {}", of.name());
    }
    let forms = DOCUMENTS.iter().filter(|(material, _)| material.is_form());
    for field in forms.flat_map(|(_, fields)| *fields).flat_map(Field::with_parts) {
        let readable = field.holds == Holds::Section || FieldType::ALL.iter().any(|t| t.fits(field.holds));
        for text in [&english, &chinese].into_iter().filter(|_| readable) {
            assert!(text.contains(&format!("`{}`", field.name)), "{} is not explained", field.name);
        }
    }
}

/// Bytes; models and pictures are larger, and cite nothing.
const LARGEST_TEXT: u64 = 4 << 20;

#[test]
fn nothing_cites_a_page_that_is_not_here() {
    let cited = ["DOMAIN", "§"].join(" ");
    let citing: Vec<PathBuf> = files()
        .into_iter()
        .filter(|f| f.file_name().is_some_and(|n| n != "CHANGELOG.md"))
        .filter(|f| {
            fs::metadata(f).is_ok_and(|m| m.len() < LARGEST_TEXT)
                && fs::read_to_string(f).is_ok_and(|text| text.contains(&cited))
        })
        .collect();
    assert!(citing.is_empty(), "cite docs/domain.md by heading instead: {citing:#?}");
}

#[test]
fn editors_and_rustfmt_agree_on_the_width() {
    let value = |file: &str, key: &str| {
        page(file)
            .lines()
            .find_map(|l| l.strip_prefix(key)?.trim_start().strip_prefix('=').map(|v| v.trim().to_owned()))
    };
    assert_eq!(value(".editorconfig", "max_line_length"), value("rustfmt.toml", "max_width"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Every file of the tree but what is built and what git keeps.
fn files() -> Vec<PathBuf> {
    let built = |name: &str| matches!(name, ".git" | "target" | "artifacts" | "node_modules" | "out");
    let walk = WalkDir::new(root())
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|e| e.depth() == 0 || !e.file_name().to_str().is_some_and(built));
    walk.map(|e| e.unwrap()).filter(|e| e.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// The targets of a page's links and pictures, outside code.
fn links(text: &str) -> Vec<String> {
    let prose: String =
        text.split("```").step_by(2).flat_map(|part| part.split('`').step_by(2)).collect::<Vec<_>>().join("");
    prose
        .match_indices("](")
        .filter_map(|(at, _)| prose[at + 2..].split_once(')'))
        .map(|(target, _)| target.to_owned())
        .collect()
}

fn broken_links(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let leads = |target: &str| {
        let (path, heading) = target.split_once('#').unwrap_or((target, ""));
        let to = if path.is_empty() { file.to_owned() } else { file.parent().unwrap().join(path) };
        let has = |heading: &str| {
            fs::read_to_string(&to).is_ok_and(|text| {
                text.lines().any(|l| l.starts_with('#') && anchor(l.trim_start_matches('#')) == heading)
            })
        };
        to.exists() && (heading.is_empty() || has(heading))
    };
    let local = links(&text).into_iter().filter(|target| !target.contains("://"));
    local
        .filter(|target| !leads(target))
        .map(|target| format!("{}: {target}", file.strip_prefix(root()).unwrap().display()))
        .collect()
}

/// A heading's name in links, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .collect::<String>();
    kept.replace(' ', "-")
}
