//! The table of Chinese messages (`src/cli/zh-errors.toml`) against the sources: every message that can reach a user has
//! its row, every row its message, and what the English one is filled in with is in the Chinese one, too.
//! Then the program itself: typical mistakes with `--lang zh` and without.

mod outputs;
mod scene;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ExprLit, Lit, LitStr, Token};

/// Sources whose texts become part of a message without a macro of one: every sentence in them is looked at.
const WHOLE: [&str; 13] = [
    "crates/law/src/packs/",
    "src/packs.rs",
    "src/apart.rs",
    "src/disk.rs",
    "src/ingest/aliases.rs",
    "src/ingest/archive.rs",
    "src/ingest/contents.rs",
    "src/ingest/register.rs",
    "src/ingest/tar.rs",
    "src/ingest/zip.rs",
    "src/cli/config.rs",
    "src/run/supervise.rs",
    "src/report/atomic_file.rs",
];

/// What is none of them, and why.
const NONE: [(&str, &str); 7] = [
    ("yushen-owned: output\n", "a marker's text"),
    ("yushen-owned: store\n", "a marker's text"),
    ("yushen-owned: report\n", "a marker's text"),
    (
        "{}This folder was made by yushen, which may replace and delete what it knows in it. Remove this file and it does neither.",
        "a marker's text",
    ),
    ("changes nothing: {}", "a remark, which has its Chinese beside it"),
    ("{} or {}", "a list; the table has it with its quotes"),
    ("Library/Application Support", "a path"),
];

/// The literals of a source: those that are messages, and all.
#[derive(Default)]
struct Found {
    messages: BTreeSet<String>,
    all: BTreeSet<String>,
}

#[test]
fn every_message_has_its_row_and_every_row_its_message() {
    let (mut missing, mut all) = (Vec::new(), BTreeSet::new());
    let table = table();
    let none: BTreeSet<&str> = NONE.iter().map(|(text, _)| *text).collect();
    for (name, text) in sources() {
        let found = literals(&text, WHOLE.iter().any(|w| name.starts_with(w)));
        missing.extend(
            found
                .messages
                .iter()
                .filter(|m| !table["messages"].contains_key(*m) && !none.contains(m.as_str()))
                .map(|m| format!("{name}: {m}")),
        );
        all.extend(found.all);
    }
    assert!(missing.is_empty(), "messages without a row in zh-errors.toml:\n{}", missing.join("\n"));
    let over: Vec<&String> = table["messages"].keys().filter(|en| !all.contains(*en)).collect();
    assert!(over.is_empty(), "rows of [messages] that no source says: {over:#?}");
    let over: Vec<&String> = table["words"].keys().filter(|en| !all.iter().any(|a| a.contains(*en))).collect();
    assert!(over.is_empty(), "rows of [words] that no source says: {over:#?}");
    let over: Vec<&&str> = none.iter().filter(|text| !all.contains(**text)).collect();
    assert!(over.is_empty(), "exceptions that no source says: {over:#?}");
}

#[test]
fn every_row_is_filled_in_with_what_its_message_is() {
    let mut wrong = Vec::new();
    for (part, rows) in table().iter().filter(|(part, _)| *part != "system") {
        for (en, zh) in rows {
            let want: BTreeSet<usize> = (1..=en.matches("{}").count()).collect();
            let numbers = zh.split('{').skip(1).filter_map(|p| p.split_once('}'));
            let there: BTreeSet<usize> =
                numbers.filter_map(|(n, _)| n.strip_suffix(":zh").unwrap_or(n).parse().ok()).collect();
            let chinese = zh.chars().any(is_chinese) || !en.chars().any(char::is_alphabetic) || *part == "libraries";
            // What is to be written down as it stands has its own marks.
            let prose: String = zh.split(['[', '{']).map(|p| p.rsplit([']', '}']).next().unwrap()).collect();
            let marks = [", ", "; ", ": ", "? "].iter().any(|m| prose.contains(m));
            if want != there || !chinese || marks {
                wrong.push(format!("[{part}] {en} = {zh}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The search itself.
#[test]
fn messages_are_found() {
    for (source, whole, messages) in [
        (
            "#[derive(Error)] enum E { #[error(\"a {b}, {} {{x}}\", .b.c())] A, #[error(transparent)] B }",
            false,
            &["a {}, {} {x}"][..],
        ),
        ("fn f() { bail!(\"a {}\", g(\"b\")) }", false, &["a {}"]),
        ("fn f() { ensure!(x == \"y\", \"a {b:?}\"); anyhow::ensure!(z); }", false, &["a {}"]),
        ("fn f() { g().map_err(|e| anyhow!(\"a {e}\"))? }", false, &["a {}"]),
        (
            "fn f() { g().context(\"a {b}\")?.with_context(|| format!(\"c {}\", d.join(\", \")))? }",
            false,
            &["a {b}", "c {}"],
        ),
        (
            "fn f() { let told = || format!(\"a\"); g().with_context(told)?; g().with_context(|| told(\"b\"))? }",
            false,
            &["a"],
        ),
        (
            "fn f() { g().with_context(|| told(p))? } fn told(p: &str) -> String { format!(\"a {p}\") }",
            false,
            &["a {}"],
        ),
        ("fn f() { let more = \"a b\"; ensure!(x, \"{more}\") }", false, &["a b"]),
        (
            "fn f() { io::Error::new(Kind::Other, \"a\"); io::Error::other(\"b\"); de::Error::custom(format!(\"c {d}\")) }",
            false,
            &["a", "b", "c {}"],
        ),
        ("fn f() { warning::say(&format!(\"a {b}\")) }", false, &["a {}"]),
        ("#[cfg(test)] mod tests { fn f() { bail!(\"a\") } } #[test] fn t() { bail!(\"b\") }", false, &[]),
        ("fn f() { bail!(\"错误：{x}\") }", false, &[]),
        ("fn f() { Err(format!(\"no such {x}\")) }", false, &[]),
        (
            "fn f() { Err(format!(\"no such {x}\")); at(1, \"give one {a = …}\"); t!(a.b, \"unit\", [Over(\"must be so\")]) }",
            true,
            &["no such {}", "give one {a = …}", "must be so"],
        ),
        ("fn f() { let key = \"one_word\"; g(\"[a] b\") }", true, &[]),
    ] {
        let want: BTreeSet<String> = messages.iter().map(|m| (*m).to_owned()).collect();
        assert_eq!(literals(source, whole).messages, want, "{source}");
    }
}

fn table() -> BTreeMap<String, BTreeMap<String, String>> {
    let text = std::fs::read_to_string(root().join("src/cli/zh-errors.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every source of the program but its tests, by its name from the root on.
fn sources() -> Vec<(String, String)> {
    let mut list = Vec::new();
    for part in ["src", "crates"] {
        for entry in walkdir::WalkDir::new(root().join(part)).sort_by_file_name() {
            let path = entry.unwrap().into_path();
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            if is_source(&path) && !name.ends_with("tests.rs") && !name.contains("/tests/") {
                list.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(list.len() > 100, "the sources are not where they were");
    list
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "rs")
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Two English words beside each other.
fn is_sentence(text: &str) -> bool {
    let word = |w: &str| w.chars().all(|c| c.is_ascii_alphabetic() || ",;:'".contains(c)) && !w.is_empty();
    let words: Vec<&str> = text.split([' ', '"']).collect();
    words.windows(2).any(|w| word(w[0]) && word(w[1]))
}

/// As the table has it: `{}` for whatever is filled in.
fn pattern(format: &str) -> String {
    let (mut out, mut rest) = (String::new(), format);
    while let Some(at) = rest.find(['{', '}']) {
        out += &rest[..at];
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix(brace) {
            out += brace;
            rest = behind;
        } else if brace == "{" {
            out += "{}";
            rest = rest.split_once('}').map_or("", |(_, behind)| behind);
        }
    }
    out + rest
}

fn literals(source: &str, whole: bool) -> Found {
    let file = syn::parse_file(source).unwrap();
    let mut named = Named::default();
    named.visit_file(&file);
    let mut search = Search { whole, named: named.0, found: Found::default() };
    search.visit_file(&file);
    search.found
}

/// What is tested only is no message of the program.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|a| {
        a.path().is_ident("test")
            || (a.path().is_ident("cfg") && a.parse_args::<syn::Path>().is_ok_and(|p| p.is_ident("test")))
    })
}

/// Variables and functions of a file by name, with the expression that they are.
#[derive(Default)]
struct Named(BTreeMap<String, Vec<Expr>>);

impl<'a> Visit<'a> for Named {
    fn visit_local(&mut self, local: &'a syn::Local) {
        if let (syn::Pat::Ident(name), Some(init)) = (&local.pat, &local.init) {
            self.0.entry(name.ident.to_string()).or_default().push((*init.expr).clone());
        }
        visit::visit_local(self, local);
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        if let [syn::Stmt::Expr(body, None)] = &item.block.stmts[..] {
            self.0.entry(item.sig.ident.to_string()).or_default().push(body.clone());
        }
        visit::visit_item_fn(self, item);
    }
}

struct Search {
    whole: bool,
    named: BTreeMap<String, Vec<Expr>>,
    found: Found,
}

impl Search {
    /// A text that is a message: as it stands, or as a format.
    fn message(&mut self, text: &str, format: bool) {
        let key = if format { pattern(text) } else { text.to_owned() };
        // One that is a variable and nothing else says what that says.
        if let Some(name) = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).filter(|_| format) {
            self.by_name(name);
        }
        let foreign = key.chars().any(|c| is_chinese(c) || ('\u{ff00}'..'\u{ffef}').contains(&c));
        if key != "{}" && !key.is_empty() && (!foreign || is_sentence(&key)) {
            self.found.messages.insert(key);
        }
    }

    /// Every text that an expression can be.
    fn texts(&mut self, of: &Expr) {
        struct Texts<'s>(&'s mut Search);
        impl<'a> Visit<'a> for Texts<'_> {
            fn visit_expr(&mut self, e: &'a Expr) {
                match e {
                    Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => self.0.message(&text.value(), false),
                    Expr::Macro(m) if m.mac.path.is_ident("format") => {
                        if let Some(text) = first_literal(&m.mac, 0) {
                            self.0.message(&text, true);
                        }
                    }
                    // What is called is what it says; what it is called with is filled in.
                    Expr::Call(call) => {
                        if let Expr::Path(path) = &*call.func
                            && let Some(name) = path.path.get_ident()
                        {
                            self.0.by_name(&name.to_string());
                        }
                    }
                    Expr::MethodCall(call) => self.visit_expr(&call.receiver),
                    e => visit::visit_expr(self, e),
                }
            }
        }
        if let Expr::Path(path) = of
            && let Some(name) = path.path.get_ident()
        {
            self.by_name(&name.to_string());
        }
        Texts(self).visit_expr(of);
    }

    fn by_name(&mut self, name: &str) {
        // Taken out, so that nobody asks for himself.
        if let Some(expressions) = self.named.remove(name) {
            expressions.iter().for_each(|e| self.texts(e));
            self.named.insert(name.to_owned(), expressions);
        }
    }
}

impl<'a> Visit<'a> for Search {
    fn visit_item(&mut self, item: &'a syn::Item) {
        let attributes = match item {
            syn::Item::Mod(i) => &i.attrs,
            syn::Item::Fn(i) => &i.attrs,
            syn::Item::Impl(i) => &i.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_test(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_attribute(&mut self, attribute: &'a syn::Attribute) {
        if attribute.path().is_ident("error") {
            let first = |input: syn::parse::ParseStream<'_>| {
                let text = input.parse::<LitStr>();
                while !input.is_empty() {
                    input.step(|c| c.token_tree().map(|(_, rest)| ((), rest)).ok_or_else(|| c.error("no token")))?;
                }
                text
            };
            if let Ok(text) = attribute.parse_args_with(first) {
                self.found.all.insert(pattern(&text.value()));
                self.message(&text.value(), true);
            }
        }
    }

    fn visit_macro(&mut self, m: &'a syn::Macro) {
        let name = m.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        let at = match name.as_str() {
            "bail" | "anyhow" => Some(0),
            "ensure" => Some(1),
            _ => None,
        };
        if let Some(text) = at.and_then(|at| first_literal(m, at)) {
            self.message(&text, true);
        }
        if let Some(text) = first_literal(m, 0).or_else(|| first_literal(m, 1)) {
            let text = pattern(&text);
            if self.whole && ["format", "write"].contains(&name.as_str()) && is_sentence(&text) {
                self.message(&text, false);
            }
            self.found.all.insert(text);
        }
        let parts = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(m.tokens.clone());
        // What a message is filled in with may itself be one.
        let formats = at.is_some() || ["format", "write", "writeln"].contains(&name.as_str());
        let skipped = |part: &Expr| matches!(part, Expr::Lit(_)) && (formats || name == "setting");
        parts.iter().flatten().filter(|p| !skipped(p)).for_each(|part| self.visit_expr(part));
    }

    fn visit_lit_str(&mut self, text: &'a LitStr) {
        let text = text.value();
        if self.whole && is_sentence(&text) {
            self.message(&text, false);
        }
        self.found.all.insert(text);
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        if call.method == "context" || call.method == "with_context" {
            call.args.iter().for_each(|a| self.texts(a));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'a syn::ExprCall) {
        if let Expr::Path(path) = &*call.func {
            let names: Vec<String> = path.path.segments.iter().map(|s| s.ident.to_string()).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            if let [.., "Error", "other" | "custom" | "new"] | [.., "warning", "say"] = names[..] {
                call.args.iter().for_each(|a| self.texts(a));
            }
        }
        visit::visit_expr_call(self, call);
    }
}

/// The literal that is an argument of a macro, if it is one.
fn first_literal(m: &syn::Macro, at: usize) -> Option<String> {
    let parts = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(m.tokens.clone()).ok()?;
    match parts.iter().nth(at)? {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// What an office does wrong, and what it is told in both languages.
#[test]
fn typical_mistakes_are_told_in_the_language_that_was_asked_for() {
    let scene = mistaken();
    let lock = std::fs::File::create(scene.path("out-locked/.yushen/lock")).unwrap();
    lock.lock().unwrap();
    let mut told = String::new();
    for arguments in [
        &["audit", "no-batch", "-o", "out-1"][..],
        &["audit", "file-1.txt", "-o", "out-1"],
        &["audit", "broken-1.zip", "-o", "out-1"],
        &["audit", "batch-1", "-o", "batch-1"],
        &["audit", "batch-1", "-o", "batch-1/out-1"],
        &["audit", "batch-1", "-o", "file-1.txt"],
        &["audit", "batch-1", "-o", "file-1.txt/out-1"],
        &["audit", "batch-1", "-o", "foreign-1"],
        &["audit", "batch-1", "-o", "out-locked"],
        &["audit", "batch-1", "-o", "out-1", "--rules", "no-rules"],
        &["audit", "batch-1", "-o", "out-1", "--rules", "keys-1"],
        &["audit", "batch-1", "-o", "out-1", "--aliases", "aliases-1.toml"],
        &["audit", "batch-1", "-o", "out-1", "--aliases", "syntax-1.toml"],
        &["audit", "batch-1", "-o", "out-1", "--office", "no-office.toml"],
        &["audit", "batch-1", "-o", "out-1", "--office", "key-1.toml"],
        &["audit", "batch-1", "-o", "out-1", "--office", "severity-1.toml"],
        &["audit", "batch-1", "-o", "out-1", "--office", "setting-1.toml"],
        &["audit", "batch-1", "-o", "out-1", "--office", "type-1.toml"],
        &["audit", "batch-1", "-o", "out-1", "--office", "range-1.toml"],
        &["audit", "batch-1", "-o", "out-1", "--waivers", "waivers-1.toml"],
        &["audit", "batch-1", "-o", "out-1", "--decisions", "decisions-1.csv"],
        &["audit", "batch-1", "-o", "out-1", "--decisions", "decisions-2.jsonl"],
        &["audit", "batch-1", "-o", "out-1", "--decisions", "decisions-3.csv"],
        &["audit", "batch-1", "-o", "out-1", "--pack", "n-99"],
        &["audit", "batch-1", "-o", "out-1", "--redact"],
        &["audit", "batch-1", "-o", "out-1", "--redact-key", "file-1.txt"],
        &["audit", "batch-1", "-o", "out-1", "--sign", "no-key"],
        &["audit", "batch-1", "-o", "out-1", "--store", "foreign-1"],
        &["audit", "batch-1", "-o", "out-1", "--archive", "no-archive"],
        &["audit", "batch-1", "-o", "out-1", "--archive", "keys-1"],
        &["--config", "no-config.toml", "audit"],
        &["--config", "config-1.toml", "audit"],
        &["--config", "config-2.toml", "audit"],
        &["--config", "syntax-1.toml", "audit"],
        &["show", "no-run"],
        &["report", "batch-1"],
        &["verify", "no-run"],
        &["verify", "batch-1", "--key", "file-1.txt"],
        &["replay", "no-run"],
        &["notices", "no-run"],
        &["export", "no-run", "--template", "no-template.xlsx", "--mapping", "no-office.toml", "-o", "filled-1.xlsx"],
        &["diff", "no-run", "batch-1"],
        &["merge", "no-run", "-o", "out-1"],
        &["purge", "batch-1", "--older-than", "30d"],
        &["inspect", "no-picture.jpg"],
        &["inspect", "file-1.txt", "--annotate", "file-1.txt"],
        &["rules", "show", "no-such-rule"],
        &["rules", "show", "--pack", "n-99"],
        &["rules", "explain", "ffff", "--run", "no-run"],
        &["keys", "new", "file-1.txt"],
        &["keys", "new", "keys-1"],
        &["man", "--out", "file-1.txt"],
    ] {
        let said = |lang: &str| {
            let done = scene.command("", &[&["--lang", lang], arguments].concat()).output().unwrap();
            let err = String::from_utf8(done.stderr).unwrap();
            assert_eq!(done.status.code(), Some(2), "{arguments:?}: {err}");
            err.replace(&scene.path("").display().to_string(), "")
        };
        let (zh, en) = (said("zh"), said("en"));
        let left = english(&zh);
        assert!(left.is_empty(), "{arguments:?}: {left:?} in\n{zh}");
        assert!(en.starts_with("yushen: "), "{arguments:?}: {en}");
        told += &format!("$ yushen {}\n{en}{zh}\n", arguments.join(" "));
    }
    #[cfg(target_os = "linux")] // The system's own words stand in the English ones.
    insta::assert_snapshot!("mistakes", told);
}

/// A configuration that is wrong says its language all the same.
#[test]
fn a_wrong_configuration_is_told_in_its_own_language() {
    let scene = mistaken();
    for (text, zh) in [
        ("lang = \"zh\"\nbatches = 1\n", true),
        ("# lang = \"en\"\nlang='zh' # clerks\n[audit\n", true),
        ("batches = 1\n", false),
        ("lang = \"en\"\nbatches = 1\n", false),
        ("[audit]\nlang = \"zh\"\n", false),
    ] {
        scene.write("yushen.toml", text);
        let done = scene.command("", &["show", "no-run"]).output().unwrap();
        let err = String::from_utf8(done.stderr).unwrap();
        assert_eq!((err.starts_with("yushen："), done.status.code()), (zh, Some(2)), "{text}: {err}");
    }
}

/// Files of every kind that are not what they should be.
fn mistaken() -> scene::Scene {
    let scene = scene::Scene::empty();
    let (head, waiver) =
        ("submission_id,decision,rule,document,field,reason,who,until", "[[waiver]]\nsubmission = \"A1\"\n");
    for (name, text) in [
        ("batch-1/报名信息.csv", "报名编号,姓名\nA1,甲\n"),
        ("file-1.txt", "x\n"),
        ("broken-1.zip", "x\n"),
        ("foreign-1/notes.txt", "x\n"),
        ("out-locked/.yushen/.yushen-owned", "yushen-owned: output\n"),
        ("syntax-1.toml", "[materials\n"),
        ("aliases-1.toml", "[materials]\n\"x\" = \"户口本\"\n"),
        ("key-1.toml", "office_nam = \"x\"\n"),
        ("severity-1.toml", "[severity]\nwork-years = \"mild\"\n"),
        ("setting-1.toml", "[photo]\nmin_bytes = 1\n"),
        ("type-1.toml", "[photo]\nyaw = \"x\"\n"),
        ("range-1.toml", "[photo]\nyaw = -1\n"),
        ("waivers-1.toml", waiver),
        ("decisions-1.csv", "a,b\n1,2\n"),
        ("decisions-2.jsonl", "{\"time\":\n{}\n"),
        ("decisions-3.csv", &format!("{head}\nA1,perhaps,,,,x,y,\n")),
        ("config-1.toml", "[audit]\njbos = 2\n"),
        ("config-2.toml", "[audit]\nengine = \"magic\"\n"),
        ("keys-1/yushen.key", "x\n"),
    ] {
        scene.write(name, text);
    }
    scene
}

/// English words of a Chinese message that are no name, path, key or option.
fn english(text: &str) -> Vec<String> {
    /// Names of programs and formats, and keys and columns of one word.
    const NAMES: [&str; 15] = [
        "yushen",
        "chmod",
        "chown",
        "zip",
        "store",
        "audit",
        "materials",
        "rule",
        "decision",
        "document",
        "field",
        "reason",
        "who",
        "until",
        "ulimit",
    ];
    let mut left = String::new();
    // Not what is quoted.
    for (i, piece) in text.split(['`', '"', '“', '”']).enumerate() {
        left += if i % 2 == 0 { piece } else { " " };
    }
    let parts = left.split(|c: char| !(c.is_ascii_graphic()) || "()[],;:".contains(c));
    let word = |w: &&str| w.len() > 1 && w.bytes().all(|b| b.is_ascii_alphabetic()) && !NAMES.contains(w);
    parts.filter(word).filter(|w| w.bytes().any(|b| b.is_ascii_lowercase())).map(ToOwned::to_owned).collect()
}
