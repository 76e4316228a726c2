//! Holds the import arrows that ARCHITECTURE.md draws: which part of the crate may name which, and which parts open no
//! file and read no clock.
//! It reads source text, not types: a path is what follows `crate::` or `yushen::`, a forbidden name is that name
//! anywhere outside comments.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Who may name whom; a part may always name itself. The joining parts (`pipeline`, `cli`, `lib`, `main`) name what
/// they like.
const ARROWS: [(&str, &[&str]); 21] = [
    ("vocabulary", &[]),
    ("apart", &["warning"]),
    ("disk", &[]),
    ("ending", &[]),
    ("unpacking", &[]),
    ("warning", &[]),
    ("ingest", &["vocabulary", "apart", "disk", "unpacking"]),
    ("runtime", &["disk"]),
    ("ocr", &["vocabulary", "runtime"]),
    ("inspect", &["vocabulary", "ocr", "runtime", "apart"]),
    ("packs", &["vocabulary"]),
    ("rules", &["vocabulary"]),
    ("findings", &["vocabulary", "record"]),
    ("record", &["vocabulary", "packs"]),
    ("page", &["vocabulary", "findings"]),
    ("again", &["vocabulary", "packs", "rules", "findings", "record", "page"]),
    ("report", &["vocabulary", "findings", "record", "page", "again", "ending", "unpacking"]),
    ("store", &["vocabulary", "disk", "ending"]),
    ("pipeline", &["vocabulary", "report", "store"]),
    (
        "run",
        &[
            "vocabulary",
            "apart",
            "disk",
            "ending",
            "ingest",
            "inspect",
            "ocr",
            "packs",
            "pipeline",
            "report",
            "rules",
            "runtime",
            "store",
            "warning",
        ],
    ),
    (
        "cli",
        &[
            "vocabulary",
            "disk",
            "ingest",
            "inspect",
            "ocr",
            "packs",
            "pipeline",
            "report",
            "rules",
            "run",
            "runtime",
            "store",
            "warning",
        ],
    ),
];

/// The roots of the crates.
const JOINING: [&str; 2] = ["lib", "main"];

/// What asks the system for anything, and what reads a clock.
const SYSTEM: &[&str] = &["std::env", "std::net", "std::process", "std::thread", "rayon"];
const CLOCK: &[&str] = &["Instant", "SystemTime", "Timestamp", "Zoned"];

/// What a part does without, whatever it imports: the word, and the reason that stands in ARCHITECTURE.md.
const ABSENT: [(&str, &[&[&str]]); 10] = [
    ("vocabulary", &[&["std::fs"], SYSTEM, CLOCK]),
    ("rules", &[&["std::fs", "std::io", "image"], SYSTEM, CLOCK]),
    ("findings", &[&["std::fs", "std::io"], SYSTEM, CLOCK]),
    ("page", &[&["std::fs", "std::io"], SYSTEM, CLOCK]),
    ("record", &[&["std::fs", "std::io"], SYSTEM, CLOCK]),
    ("again", &[&["std::fs", "std::io"], SYSTEM, CLOCK]),
    ("report", &[&["File::open", "fs::read"], SYSTEM, CLOCK]),
    ("ingest", &[&["SystemTime", "Timestamp", "Zoned", "rayon", "image"]]),
    ("store", &[&["Instant", "SystemTime::now", "Timestamp", "Zoned", "image"], SYSTEM]),
    ("inspect", &[&["std::fs", "File::open", "std::env", "SystemTime", "Timestamp", "Zoned", "rayon"]]),
];

#[test]
fn the_arrows_hold() {
    let (mut broken, mut seen) = (Vec::new(), BTreeSet::new());
    for (root, path) in roots().iter().flat_map(|root| sources(root).into_iter().map(move |path| (root, path))) {
        let inside = path.strip_prefix(root).unwrap();
        let part = part_of(inside);
        let text = std::fs::read_to_string(&path).unwrap();
        broken.extend(offences(&part, &text, is_test(inside)).into_iter().map(|o| format!("{}:{o}", inside.display())));
        seen.insert(part);
    }
    assert!(broken.is_empty(), "arrows of ARCHITECTURE.md broken:\n{}", broken.join("\n"));
    let known: BTreeSet<String> = ARROWS.iter().map(|(p, _)| *p).chain(JOINING).map(str::to_owned).collect();
    assert_eq!(seen, known, "a part of the crate that no arrow speaks of, or an arrow of a part that is gone");
}

/// No file needs itself by way of others: whoever reads a file reads what it names, and comes to an end.
#[test]
fn no_files_need_each_other() {
    let mut circles = Vec::new();
    for root in roots() {
        let files: Vec<PathBuf> =
            sources(&root).into_iter().filter(|p| !is_test(p.strip_prefix(&root).unwrap())).collect();
        let modules: BTreeMap<Vec<String>, usize> =
            files.iter().enumerate().map(|(i, p)| (module_of(p.strip_prefix(&root).unwrap()), i)).collect();
        let names: Vec<String> = files.iter().map(|p| p.strip_prefix(&root).unwrap().display().to_string()).collect();
        let edges: Vec<BTreeSet<usize>> = files
            .iter()
            .map(|p| needs(&module_of(p.strip_prefix(&root).unwrap()), &std::fs::read_to_string(p).unwrap(), &modules))
            .collect();
        circles.extend(
            circles_of(&edges)
                .into_iter()
                .map(|c| c.into_iter().map(|i| names[i].as_str()).collect::<Vec<_>>().join(" ↔ ")),
        );
    }
    assert!(
        circles.is_empty(),
        "files that need each other; move what both need into a file of its own:\n{}",
        circles.join("\n")
    );
}

/// The search for circles itself.
#[test]
fn circles_are_found() {
    let path = |text: &str| text.split("::").filter(|s| !s.is_empty()).map(str::to_owned).collect::<Vec<String>>();
    let modules: BTreeMap<Vec<String>, usize> =
        ["", "a", "a::b", "a::c", "d"].iter().enumerate().map(|(i, m)| (path(m), i)).collect();
    for (of, text, want) in [
        ("a::b", "use super::c::Thing;", &[3][..]),
        ("a::b", "use super::Thing;", &[1]),
        ("a::b", "use super::super::d::X;", &[4]),
        ("a::b", "use crate::{a::{self, c}, d::X};", &[1, 3, 4]),
        ("a", "mod b;\npub use b::Thing; fn f() { self::c::g() }", &[2, 3]),
        ("d", "fn f() { crate::a::b::g(); }\n#[cfg(test)]\nmod tests { use crate::a::c; }", &[2]),
        ("d", "// crate::a\nuse std::d; let s = \"crate::a\";", &[]),
    ] {
        assert_eq!(needs(&path(of), text, &modules), want.iter().copied().collect(), "{of}: {text}");
    }
    let edges = [BTreeSet::from([1]), BTreeSet::from([2]), BTreeSet::from([0, 3]), BTreeSet::new()];
    assert_eq!(circles_of(&edges), [vec![0, 1, 2]]);
}

#[test]
fn every_module_says_what_it_is() {
    let silent: Vec<PathBuf> = roots()
        .iter()
        .flat_map(|root| sources(root).into_iter().filter(move |p| !is_test(p.strip_prefix(root).unwrap())))
        .filter(|p| !std::fs::read_to_string(p).unwrap().starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "modules without a first sentence: {silent:?}");
}

/// The checker itself: what it must find, and what it must let pass.
#[test]
fn broken_arrows_are_found() {
    for (part, text, found) in [
        ("rules", "use crate::vocabulary::pack::Pack;", &[][..]),
        ("rules", "use crate::rules::case::Case;", &[]),
        ("rules", "use crate::report::json;", &["1: rules names report"]),
        (
            "rules",
            "use crate::{vocabulary::fact::Fact, inspect::page, packs};",
            &["1: rules names inspect", "1: rules names packs"],
        ),
        ("rules", "use crate::{\n    vocabulary::fact,\n    ocr::{self, Engine},\n};", &["1: rules names ocr"]),
        ("rules", "fn f() { crate::ingest::discover(); }", &["1: rules names ingest"]),
        ("rules", "\n    let t = yushen::pipeline::run;", &["2: rules names pipeline"]),
        ("rules", "let t = std::time::Instant::now();", &["1: rules holds Instant"]),
        ("rules", "use std::{fs, io};", &["1: rules holds std::fs", "1: rules holds std::io"]),
        ("rules", "use std::fmt; // not std::fs, crate::report is another", &[]),
        ("rules", "/* crate::report\n std::fs */ let a = 1;", &[]),
        ("rules", "let s = \"// \"; crate::cli::run();", &["1: rules names cli"]),
        ("rules", "let s = \"std::fs\"; let instants = Instantaneous;", &[]),
        ("vocabulary", "use crate::ocr::Engine;", &["1: vocabulary names ocr"]),
        ("vocabulary", "use super::fact::Fact;", &[]),
        ("inspect", "use crate::ocr::Engine; use crate::vocabulary::fact::Fact;", &[]),
        ("inspect", "use crate::rules;", &["1: inspect names rules"]),
        ("ocr", "use crate::inspect::page;", &["1: ocr names inspect"]),
        ("report", "let f = File::open(path);", &["1: report holds File::open"]),
        ("report", "let now = SystemTime::now();", &["1: report holds SystemTime"]),
        ("ingest", "use crate::vocabulary::text; use crate::packs;", &["1: ingest names packs"]),
        ("pipeline", "use crate::report::run; use std::fs; let t = Instant::now();", &[]),
        ("run", "use crate::cli::audit;", &["1: run names cli"]),
        ("cli", "use crate::run::today;", &[]),
        ("cellar", "use crate::vocabulary::fact;", &["1: no arrow speaks of cellar"]),
    ] {
        assert_eq!(offences(part, text, false), found, "{part}: {text}");
    }
    assert!(offences("rules", "std::fs::read_to_string(p)", true).is_empty(), "tests may read their fixtures");
    assert_eq!(offences("rules", "use crate::report;", true), ["1: rules names report"], "but not name another part");
}

/// Every offence of one source text, as `line: what`.
fn offences(part: &str, text: &str, test: bool) -> Vec<String> {
    let code = without_comments_and_strings(text);
    let line_of = |at: usize| code[..at].matches('\n').count() + 1;
    if JOINING.contains(&part) {
        return Vec::new();
    }
    let Some((_, allowed)) = ARROWS.iter().find(|(p, _)| *p == part) else {
        return vec![format!("1: no arrow speaks of {part}")];
    };
    let mut found = Vec::new();
    for (at, named) in named_parts(&code) {
        if named != part && !allowed.contains(&named.as_str()) && is_part(&named) {
            found.push(format!("{}: {part} names {named}", line_of(at)));
        }
    }
    // What stands in a file's own test module may read fixtures.
    let own = own_code(&code);
    let absent =
        ABSENT.iter().filter(|(p, _)| *p == part && !test).flat_map(|(_, lists)| lists.iter().copied().flatten());
    for word in absent {
        let short = word.strip_prefix("std::");
        let at = whole_word(own, word)
            .or_else(|| short.and_then(|s| names_of(own, "std::").into_iter().find(|(_, n)| n == s).map(|(at, _)| at)));
        if let Some(at) = at {
            found.push(format!("{}: {part} holds {word}", line_of(at)));
        }
    }
    found
}

/// The module that a file is, as its path below the crate: `a/b.rs` and `a/b/mod.rs` are both `a::b`.
fn module_of(inside: &Path) -> Vec<String> {
    let mut parts: Vec<String> =
        inside.with_extension("").components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

/// The files that a file names: by `crate::`, `super::`, `self::`, or by the names of its own child modules. Its own
/// test module is left out.
fn needs(module: &[String], text: &str, modules: &BTreeMap<Vec<String>, usize>) -> BTreeSet<usize> {
    let code = without_comments_and_strings(text);
    let code = own_code(&code);
    let mut found = BTreeSet::new();
    let mut reach = |from: &[String], at: usize| {
        for path in use_tree(&code[at..]) {
            let whole: Vec<String> = from.iter().cloned().chain(path).collect();
            // What another crate holds, or the root itself, is no file of this list.
            found.extend((1..=whole.len()).rev().find_map(|n| modules.get(&whole[..n])));
        }
    };
    for (at, start) in starts(code, "crate::") {
        if start {
            reach(&[], at);
        }
    }
    for (mut at, start) in starts(code, "super::") {
        let mut up = 1;
        while code[at..].starts_with("super::") {
            (at, up) = (at + "super::".len(), up + 1);
        }
        if start {
            reach(&module[..module.len().saturating_sub(up)], at);
        }
    }
    for (at, start) in starts(code, "self::") {
        if start {
            reach(module, at);
        }
    }
    for child in modules.keys().filter(|m| m.len() == module.len() + 1 && m.starts_with(module)) {
        let name = format!("{}::", child[module.len()]);
        for (at, start) in starts(code, &name) {
            if start {
                reach(child, at);
            }
        }
    }
    let own = modules.get(module).copied();
    found.retain(|f| Some(*f) != own);
    found
}

/// Without the file's own test module, which stands last.
fn own_code(code: &str) -> &str {
    code.find("\nmod tests {").map_or(code, |at| &code[..at])
}

/// Where what follows each `root` begins, and whether `root` begins a path there that names something (`pub(in
/// crate::a)` does not).
fn starts<'c>(code: &'c str, root: &'c str) -> impl Iterator<Item = (usize, bool)> + 'c {
    code.match_indices(root).map(|(at, _)| {
        (
            at + root.len(),
            !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                && !code[..at].ends_with("(in "),
        )
    })
}

/// The paths of a use tree: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn use_tree(text: &str) -> Vec<Vec<String>> {
    let mut path = Vec::new();
    let mut rest = text;
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            let mut all = Vec::new();
            for item in items(group) {
                all.extend(
                    use_tree(item.trim_start()).into_iter().map(|tail| path.iter().cloned().chain(tail).collect()),
                );
            }
            return all;
        }
        let name = name_at(rest);
        if name.is_empty() {
            return vec![path];
        }
        rest = &rest[name.len()..];
        if name != "self" {
            path.push(name);
        }
        match rest.strip_prefix("::") {
            Some(next) => rest = next.trim_start(),
            None => return vec![path],
        }
    }
}

/// The items of a group whose opening brace was taken off.
fn items(group: &str) -> Vec<&str> {
    let (mut depth, mut from, mut all) = (0_usize, 0, Vec::new());
    for (i, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                all.push(&group[from..i]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                all.push(&group[from..i]);
                from = i + 1;
            }
            _ => {}
        }
    }
    all.retain(|item| !item.trim().is_empty());
    all
}

/// The sets of two or more places that all reach each other.
fn circles_of(edges: &[BTreeSet<usize>]) -> Vec<Vec<usize>> {
    let reached: Vec<BTreeSet<usize>> = (0..edges.len())
        .map(|from| {
            let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
            while let Some(place) = next.pop() {
                next.extend(edges[place].iter().filter(|to| seen.insert(**to)));
            }
            seen
        })
        .collect();
    let mut circles: BTreeSet<Vec<usize>> = BTreeSet::new();
    for from in 0..edges.len() {
        let circle: Vec<usize> = reached[from].iter().copied().filter(|to| reached[*to].contains(&from)).collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

fn is_part(name: &str) -> bool {
    ARROWS.iter().any(|(p, _)| *p == name) || JOINING.contains(&name)
}

fn named_parts(code: &str) -> Vec<(usize, String)> {
    let mut all = names_of(code, "crate::");
    all.extend(names_of(code, "yushen::"));
    all.extend(names_of(code, "yushen_law::"));
    all.sort();
    all
}

/// The first names after each `root` (`crate::`, `std::`), with where the root stands; of `root{a::b, c}` each of `a`
/// and `c`.
fn names_of(code: &str, root: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices(root) {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + root.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            names.push((at, name_at(rest)));
            continue;
        };
        let (mut depth, mut fresh) = (0_usize, true);
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                c if fresh && !c.is_whitespace() => {
                    names.push((at, name_at(&group[i..])));
                    fresh = false;
                }
                _ => {}
            }
        }
    }
    names
}

fn name_at(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn whole_word(code: &str, word: &str) -> Option<usize> {
    let part_of_a_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word)
        .map(|(at, _)| at)
        .find(|&at| !code[..at].ends_with(part_of_a_name) && !code[at + word.len()..].starts_with(part_of_a_name))
}

/// The text with comments and the insides of string literals blanked, line by line the same length in lines.
fn without_comments_and_strings(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |i| i + 2)
        } else if let Some(length) = raw_string(rest) {
            length
        } else if c == '"' {
            string(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else {
            0
        };
        if skipped == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            out.extend(rest[..skipped].chars().filter(|c| *c == '\n'));
            rest = &rest[skipped..];
        }
    }
    out
}

/// Bytes of the string literal that `text` begins with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return i + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// Bytes of the raw string literal that `text` begins with, if it does.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after.chars().take_while(|c| *c == '#').count();
    let body = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(1 + hashes + 1 + body.find(&end).map_or(body.len(), |i| i + end.len()))
}

fn part_of(inside: &Path) -> String {
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.strip_suffix(".rs").map_or(first.clone(), str::to_owned)
}

fn is_test(inside: &Path) -> bool {
    inside.components().any(|c| c.as_os_str() == "tests")
        || inside.file_stem().is_some_and(|s| s.to_string_lossy().ends_with("tests"))
}

/// Where sources lie: the program's, and those of the pure crate, whose parts are parts of the same map.
fn roots() -> [PathBuf; 3] {
    ["src", "crates/law/src", "crates/review/src"].map(|root| Path::new(env!("CARGO_MANIFEST_DIR")).join(root))
}

fn sources(root: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(root)
        .into_iter()
        .map(|e| e.unwrap().into_path())
        .filter(|p| p.extension().is_some_and(|e| e == "rs"))
        .collect();
    files.sort();
    files
}
