//! How good a proposal of `yushen forms draft` is: drafts a form from pictures of its empty page and compares each with the
//! form's own file.
//!
//! `cargo run --release --example draft_score -- [--show] FORM.toml PICTURE…`: a row for each picture: labels that were found,
//! fields that were proposed and their types, out of those that the form has; and what is wrong without a mark `# ?`.
#![expect(clippy::print_stdout, reason = "an example prints")]

use anyhow::{Context as _, ensure};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use yushen::cli::forms::{Drafting, drafted};
use yushen::packs;
use yushen::report::summary::Lang;
use yushen::run::request::Computing;
use yushen::vocabulary::form::{Content, Form, FormField, Part, Piece};
use yushen::vocabulary::text::normalise;

#[derive(Default)]
struct Score {
    labels: [usize; 2],
    fields: [usize; 2],
    types: [usize; 2],
    title: bool,
    /// Proposed and not so, without a mark.
    wrong: Vec<String>,
    /// Of the form, and not proposed.
    missing: Vec<String>,
    questions: usize,
}

fn main() -> anyhow::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let show = arguments.first().is_some_and(|a| a == "--show");
    if show {
        arguments.remove(0);
    }
    ensure!(arguments.len() >= 2, "give FORM.toml and pictures of its empty page");
    let path = PathBuf::from(&arguments[0]);
    let (name, text) = packs::form_text(&path)?;
    let truth = packs::form(&name, &text)?;
    let limits = packs::embedded()?.settings.limits;
    for picture in &arguments[1..] {
        let bytes = std::fs::read(picture).with_context(|| picture.clone())?;
        let file = Path::new(picture).file_name().map(|f| f.to_string_lossy().into_owned()).unwrap_or_default();
        let asked = Drafting { id: &truth.id, name: &file, material: None, lang: Lang::Zh };
        let score = match drafted(&bytes, &asked, Computing::Auto, &limits) {
            Ok(draft) => {
                if show {
                    println!("{draft}");
                }
                compare(&draft, &truth)?
            }
            Err(error) => {
                println!("{file}: {error:#}");
                let none = Form { parts: Vec::new(), titles: Vec::new(), ..truth.clone() };
                against(&none, &[], &truth)
            }
        };
        println!(
            "{file}\ttitle {}\tlabels {}/{}\tfields {}/{}\ttypes {}/{}\twrong unmarked {}\tquestions {}\t{}\t{}",
            u8::from(score.title),
            score.labels[0],
            score.labels[1],
            score.fields[0],
            score.fields[1],
            score.types[0],
            score.types[1],
            score.wrong.len(),
            score.questions,
            score.wrong.join("; "),
            score.missing.join("; "),
        );
    }
    Ok(())
}

fn compare(text: &str, truth: &Form) -> anyhow::Result<Score> {
    let form = packs::form(&format!("{}.toml", truth.id), text)?;
    let blocks: Vec<&str> = text.split("[[part]]").skip(1).collect();
    let marked: Vec<bool> = blocks.iter().map(|b| b.split("\n\n").next().is_some_and(|b| b.contains("# ?"))).collect();
    let mut score = against(&form, &marked, truth);
    score.questions = text.matches("# ?").count() - usize::from(text.contains("“# ?”"));
    Ok(score)
}

fn against(form: &Form, marked: &[bool], truth: &Form) -> Score {
    let plain = |s: &String| bare(s);
    let mut score = Score {
        title: form.titles.iter().any(|t| truth.titles.iter().map(plain).any(|o| o == bare(t))),
        ..Score::default()
    };
    let found: BTreeSet<String> = form.labels().map(bare).collect();
    for part in &truth.parts {
        let wordings: Vec<&[String]> = match part {
            Part::Cell(cell) => vec![&cell.labels],
            Part::Table(table) => table.columns.iter().map(|c| c.heads.as_slice()).collect(),
            Part::Text(_) | Part::Line(_) => Vec::new(),
        };
        for words in wordings {
            score.labels[1] += 1;
            if words.iter().map(plain).any(|w| found.contains(&w)) {
                score.labels[0] += 1;
            } else {
                score.missing.push(format!("label {}", words[0]));
            }
        }
    }
    let path =
        |f: &FormField| f.section.map_or_else(|| f.field.name.to_owned(), |s| format!("{}.{}", s.name, f.field.name));
    for want in truth.fields() {
        score.fields[1] += 1;
        score.types[1] += 1;
        match form.field(want.section.map(|s| s.name), want.field.name) {
            None => score.missing.push(path(&want)),
            Some(got) => {
                // At the same label, where both stand at one.
                let (a, b) = (label_of(form, &got), label_of(truth, &want));
                let same = match (&a, &b) {
                    (Some(a), Some(b)) => b.iter().any(|b| bare(b) == bare(&a[0])),
                    _ => true,
                } && stands_alike(form, truth, &want);
                score.fields[0] += usize::from(same);
                score.types[0] += usize::from(same && got.of == want.of);
                if !same {
                    score.missing.push(format!("{} at {:?}", path(&want), a));
                }
            }
        }
    }
    for (i, part) in form.parts.iter().enumerate() {
        if marked.get(i).copied().unwrap_or(false) {
            continue;
        }
        for got in (Form { parts: vec![part.clone()], ..form.clone() }).fields() {
            let want = truth.field(got.section.map(|s| s.name), got.field.name);
            let at = |f: &Form| label_of(f, &got).map(|l| l.iter().map(plain).collect::<BTreeSet<_>>());
            let same = match (at(form), at(truth)) {
                (Some(a), Some(b)) => !a.is_disjoint(&b),
                _ => true,
            } && (want.is_none() || stands_alike(form, truth, &got));
            if want.is_none_or(|w| w.of != got.of) || !same {
                score.wrong.push(format!("{}:{}", path(&got), got.of.name()));
            }
        }
    }
    score
}

/// In a sentence: has the field the same print before it or behind it in both?
fn stands_alike(a: &Form, b: &Form, field: &FormField) -> bool {
    let (Some(a), Some(b)) = (beside(a, field), beside(b, field)) else { return true };
    let begins = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && (a.starts_with(b) || b.starts_with(a));
    a[0] == b[0] || begins(&a[1], &b[1])
}

/// The last characters of print before a field of a sentence, and the first ones behind it.
fn beside(form: &Form, field: &FormField) -> Option<[String; 2]> {
    let mut found = None;
    let mut look = |pieces: &[Piece]| {
        let text = |p: Option<&Piece>| match p {
            Some(Piece::Print(t) | Piece::Loose(t)) => bare(t),
            _ => String::new(),
        };
        for (i, piece) in pieces.iter().enumerate() {
            let Piece::Field(f) = piece else { continue };
            if f.field.name == field.field.name && f.section.map(|s| s.name) == field.section.map(|s| s.name) {
                let before = text(i.checked_sub(1).and_then(|b| pieces.get(b)));
                let behind = text(pieces.get(i + 1));
                let chars: Vec<char> = before.chars().collect();
                found =
                    Some([chars[chars.len().saturating_sub(2)..].iter().collect(), behind.chars().take(4).collect()]);
            }
        }
    };
    for part in &form.parts {
        let sentence = match part {
            Part::Cell(cell) => match &cell.content {
                Content::Sentences(s) => Some(s),
                Content::Lines(lines) => {
                    lines.iter().for_each(|l| look(&l.pieces));
                    None
                }
                _ => None,
            },
            Part::Text(s) => Some(s),
            Part::Line(l) => {
                look(&l.pieces);
                None
            }
            Part::Table(_) => None,
        };
        if let Some(s) = sentence {
            look(&s.pieces);
            s.signature.iter().for_each(|l| look(&l.pieces));
        }
    }
    found
}

/// A label as readers compare it: without its punctuation.
fn bare(label: &str) -> String {
    normalise(label).chars().filter(|c| !matches!(c, ',' | '.' | '-' | ':')).collect()
}

/// The label at which a form has a field, if it stands in a cell.
fn label_of(form: &Form, field: &FormField) -> Option<Vec<String>> {
    form.parts.iter().find_map(|part| match part {
        Part::Cell(cell) => {
            let holds = match &cell.content {
                Content::Field(f) | Content::Choice { field: f, .. } => vec![*f],
                _ => Form { parts: vec![part.clone()], ..form.clone() }.fields(),
            };
            holds
                .iter()
                .any(|f| f.field.name == field.field.name && f.section.map(|s| s.name) == field.section.map(|s| s.name))
                .then(|| cell.labels.clone())
        }
        _ => None,
    })
}
