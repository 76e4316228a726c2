//! From what the benches print to one table and `bench.json`: each figure beside the reference workload of its own run.
//! Judges nothing.
//!
//! usage: cargo bench … | `bench_table` BENCH.json

use anyhow::{Context as _, ensure};
use serde_json::json;
use std::io::Read as _;

/// One line of the benches' output.
#[derive(Debug, PartialEq)]
struct Figure {
    name: String,
    fastest_ns: f64,
    median_ns: f64,
}

fn main() -> anyhow::Result<()> {
    let path = std::env::args().nth(1).context("usage: cargo bench … | bench_table BENCH.json")?;
    let mut printed = String::new();
    std::io::stdin().read_to_string(&mut printed)?;
    let parsed = parse(&printed);
    let figures = with_reference(&parsed);
    ensure!(!figures.is_empty(), "no figures in what the benches printed");

    println!("{:44} {:>12} {:>12} {:>14}", "bench", "fastest", "median", "× reference");
    for (f, reference) in &figures {
        println!(
            "{:44} {:>12} {:>12} {:>14}",
            f.name,
            duration(f.fastest_ns),
            duration(f.median_ns),
            reference.map_or_else(|| "–".to_owned(), |r| format!("{:.3}", f.fastest_ns / r))
        );
    }
    let list: Vec<_> = figures
        .iter()
        .map(|(f, r)| json!({ "name": f.name, "fastest_ns": f.fastest_ns, "median_ns": f.median_ns, "reference_ns": r, "times_reference": r.map(|r| f.fastest_ns / r) }))
        .collect();
    let text = serde_json::to_string_pretty(
        &json!({ "unit": "nanoseconds", "profile": if cfg!(debug_assertions) { "dev" } else { "release" }, "benches": list }),
    )?;
    std::fs::write(&path, text + "\n").with_context(|| path.clone())
}

/// Each figure with the reference of the bench program that it came from.
fn with_reference(programs: &[Vec<Figure>]) -> Vec<(&Figure, Option<f64>)> {
    let reference =
        |p: &[Figure]| p.iter().find(|f| f.name.rsplit('.').next() == Some("reference")).map(|f| f.fastest_ns);
    programs.iter().flat_map(|p| p.iter().map(move |f| (f, reference(p)))).collect()
}

/// The figures of each program. A line is `├─ name   1.2 ms │ 1.4 ms │ 1.3 ms │ …`: fastest, slowest, median, mean; a
/// group's line has only its name.
fn parse(printed: &str) -> Vec<Vec<Figure>> {
    let mut programs: Vec<Vec<Figure>> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    for line in printed.lines() {
        if line.contains("fastest") && line.contains("median") {
            programs.push(Vec::new());
            path = vec![line.split_whitespace().next().unwrap_or_default().to_owned()];
            continue;
        }
        let Some(at) = line.find("─ ").filter(|_| line.contains("├─") || line.contains("╰─")) else {
            continue;
        };
        let depth = line[..at].chars().count() / 3 + 1;
        let rest = &line[at + "─ ".len()..];
        let name = rest.split_whitespace().next().unwrap_or_default().to_owned();
        let cells: Vec<Option<f64>> = rest[name.len()..].split('│').map(nanoseconds).collect();
        path.truncate(depth);
        path.push(name);
        if let (Some(program), Some(Some(fastest_ns)), Some(Some(median_ns))) =
            (programs.last_mut(), cells.first(), cells.get(2))
        {
            program.push(Figure { name: path.join("."), fastest_ns: *fastest_ns, median_ns: *median_ns });
        }
    }
    programs
}

fn nanoseconds(cell: &str) -> Option<f64> {
    let (number, unit) = cell.trim().split_once(' ')?;
    let factor = match unit.trim() {
        "ps" => 1e-3,
        "ns" => 1.0,
        "µs" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        "m" => 60e9,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}

fn duration(ns: f64) -> String {
    match ns {
        n if n >= 1e9 => format!("{:.2} s", n / 1e9),
        n if n >= 1e6 => format!("{:.1} ms", n / 1e6),
        n if n >= 1e3 => format!("{:.1} µs", n / 1e3),
        n => format!("{n:.0} ns"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_benches_print_is_read() {
        let printed = "Timer precision: 20 ns\nocr                  fastest       │ slowest       │ median        │ mean          │ samples │ iters\n\
            ├─ align             1.2 ms        │ 2 ms          │ 1.5 ms        │ 1.6 ms        │ 100     │ 100\n\
            ├─ recognise                       │               │               │               │         │\n\
            │  ╰─ 320            1.034 s       │ 2 s           │ 1.5 s         │ 1.6 s         │ 5       │ 5\n\
            ╰─ reference                       │               │               │               │         │\n   ╰─ reference      500 µs        │ 1 ms          │ 600 µs        │ 600 µs        │ 9       │ 9\n";
        let figure = |name: &str, fastest_ns, median_ns| Figure { name: name.into(), fastest_ns, median_ns };
        let expected = vec![vec![
            figure("ocr.align", 1.2e6, 1.5e6),
            figure("ocr.recognise.320", 1.034e9, 1.5e9),
            figure("ocr.reference.reference", 5e5, 6e5),
        ]];
        assert_eq!(parse(printed), expected);
        assert_eq!(with_reference(&expected)[1].1, Some(5e5));
    }
}
