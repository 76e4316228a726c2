//! The command line in Chinese: help, manual page and what is wrong with the arguments, out of one table (`zh.toml`).
//! Declares no command and parses nothing; the English texts are beside the declarations.

use crate::report::cell::visible;
use clap::builder::{PossibleValue, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use unicode_width::UnicodeWidthChar as _;

const TABLE: &str = include_str!("zh.toml");
/// Columns of a line of help below its option, and of one beside it.
const WIDTH: usize = 70;
const BESIDE: usize = 48;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    words: BTreeMap<String, String>,
    errors: BTreeMap<String, String>,
    expects: BTreeMap<String, String>,
    /// Arguments of several commands, by their id.
    args: BTreeMap<String, String>,
    /// By its names from the root on: `rules show`.
    command: BTreeMap<String, Texts>,
    /// By the argument's id, then the value.
    values: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    about: String,
    after: Option<String>,
    #[serde(default)]
    args: BTreeMap<String, String>,
}

/// Read once. A table that cannot be read leaves the English texts; a test reads it.
static ZH: LazyLock<Table> = LazyLock::new(|| toml::from_str(TABLE).unwrap_or_default());

fn word(name: &str) -> &'static str {
    ZH.words.get(name).map_or("", String::as_str)
}

/// The command and all below it with Chinese texts.
pub fn chinese(command: Command) -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let version = version.help(word("version")).help_heading(word("options"));
    speak(command, ROOT).disable_version_flag(true).arg(version)
}

fn speak(command: Command, path: &'static str) -> Command {
    let texts = ZH.command.get(path);
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    // Below each other where there is much to say; a list of commands has a line for each.
    let list = command.has_subcommands();
    let width = if list { BESIDE } else { WIDTH };
    let mut command = command
        .mut_args(|arg| in_chinese(arg, texts, width))
        .disable_help_flag(true)
        .arg(help.help(word("help")).help_heading(word("options")))
        .help_template(format!("{{about-with-newline}}\n{}{{usage}}\n\n{{all-args}}{{after-help}}", word("usage")))
        .next_line_help(!list)
        .subcommand_help_heading(word("commands"))
        .subcommand_value_name(word("command"));
    if let Some(texts) = texts {
        command = command.about(texts.about.as_str());
        command = match &texts.after {
            Some(after) => command.after_help(after.trim_start()),
            None => command,
        };
    }
    command.mut_subcommands(|below| {
        let name = if path == ROOT { below.get_name().to_owned() } else { format!("{path} {}", below.get_name()) };
        match ZH.command.get_key_value(&name) {
            Some((path, _)) => speak(below, path),
            None => below,
        }
    })
}

/// The root's name.
const ROOT: &str = "yushen";

fn in_chinese(arg: Arg, texts: Option<&Texts>, width: usize) -> Arg {
    let heading = word(if arg.is_positional() { "arguments" } else { "options" });
    let id = arg.get_id().to_string();
    let text = texts.and_then(|t| t.args.get(&id)).or_else(|| ZH.args.get(&id)).cloned();
    let text = text.or_else(|| arg.get_help().map(ToString::to_string));
    let mut text = text.unwrap_or_default();
    let takes_value = arg.get_action().takes_values();
    let default = arg.get_default_values().iter().map(|v| v.to_string_lossy()).collect::<Vec<_>>().join(" ");
    if takes_value && !default.is_empty() {
        text += &format!("［{}：{default}］", word("default"));
    }
    let values: Vec<PossibleValue> = if takes_value { arg.get_possible_values() } else { Vec::new() };
    let listed = values.iter().map(PossibleValue::get_name).collect::<Vec<_>>().join("、");
    let short = if values.is_empty() { text.clone() } else { format!("{text}［{}：{listed}］", word("values")) };
    let mut long = wrapped(&text, width);
    for value in values.iter().map(PossibleValue::get_name) {
        let about = ZH.values.get(&id).and_then(|v| v.get(value)).map_or("", String::as_str);
        long += &format!("\n{}", wrapped(&format!("- {value}：{about}"), width).replace('\n', "\n  "));
    }
    let arg = arg.help(wrapped(&short, width)).long_help(long).help_heading(heading);
    if takes_value { arg.hide_default_value(true).hide_possible_values(true) } else { arg }
}

/// Lines of at most `width` columns. Chinese has no blanks to break at: a line ends anywhere but before what closes and
/// after what opens, and not inside a word of letters.
fn wrapped(text: &str, width: usize) -> String {
    let (mut lines, mut line, mut used): (Vec<String>, String, usize) = (Vec::new(), String::new(), 0);
    let mut pieces: Vec<String> = Vec::new();
    for c in text.chars() {
        let joins = pieces.last().and_then(|p: &String| p.chars().last()).is_some_and(|before| {
            "，。；：、）」”］！？".contains(c) || "（「“［".contains(before) || (in_word(before) && in_word(c))
        });
        match pieces.last_mut() {
            Some(piece) if joins => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    for piece in pieces {
        let columns: usize = piece.chars().map(|c| c.width().unwrap_or(0)).sum();
        if used + columns > width && !line.is_empty() {
            lines.push(line.trim_end().to_owned());
            (line, used) = (String::new(), 0);
        }
        if !(line.is_empty() && piece == " ") {
            line += &piece;
            used += columns;
        }
    }
    lines.push(line);
    lines.join("\n")
}

fn in_word(c: char) -> bool {
    c.is_ascii_graphic()
}

/// What clap says of its own command `help`, which cannot be declared otherwise.
const HELP_COMMAND: &str = "Print this message or the help of the given subcommand(s)";

/// What clap prints beside the texts above, in Chinese.
pub fn rendered(text: &str) -> String {
    let text = text.replace("[OPTIONS]", &format!("[{}]", word("options"))).replace(HELP_COMMAND, word("help_command"));
    let headings = ["options", "arguments", "commands"].map(word);
    headings.iter().fold(text, |text, h| text.replace(&format!("\n{h}:\n"), &format!("\n{h}：\n")))
}

/// What is wrong with the arguments, and how the command is used.
pub fn told(error: &clap::Error) -> String {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::DisplayVersion
    ) {
        return rendered(&error.render().to_string());
    }
    let context = |kind| error.get(kind).map(strings).unwrap_or_default();
    let arg = context(ContextKind::InvalidArg);
    let value: Vec<String> = context(ContextKind::InvalidValue).iter().map(|v| visible(v)).collect();
    let valid = context(ContextKind::ValidValue);
    let (name, list) = match error.kind() {
        ErrorKind::InvalidValue if value.iter().all(String::is_empty) => ("InvalidValueMissing", Vec::new()),
        ErrorKind::InvalidValue => ("InvalidValue", Vec::new()),
        ErrorKind::UnknownArgument => ("UnknownArgument", Vec::new()),
        ErrorKind::InvalidSubcommand => ("InvalidSubcommand", Vec::new()),
        ErrorKind::NoEquals => ("NoEquals", Vec::new()),
        ErrorKind::ValueValidation => ("ValueValidation", Vec::new()),
        ErrorKind::TooManyValues => ("TooManyValues", Vec::new()),
        ErrorKind::TooFewValues => ("TooFewValues", Vec::new()),
        ErrorKind::WrongNumberOfValues => ("WrongNumberOfValues", Vec::new()),
        ErrorKind::ArgumentConflict => match context(ContextKind::PriorArg) {
            prior if prior == arg => ("ArgumentRepeated", Vec::new()),
            prior => ("ArgumentConflict", prior),
        },
        ErrorKind::MissingRequiredArgument => ("MissingRequiredArgument", arg.clone()),
        ErrorKind::MissingSubcommand => ("MissingSubcommand", context(ContextKind::ValidSubcommand)),
        ErrorKind::InvalidUtf8 => ("InvalidUtf8", Vec::new()),
        _ => ("Other", Vec::new()),
    };
    let given = if name == "InvalidSubcommand" { context(ContextKind::InvalidSubcommand) } else { value };
    let pattern = ZH.errors.get(name).map_or("{arg} {value}", String::as_str);
    let what = fill(pattern, &arg.join("、"), &given.join("、"), &list.join("、"));
    let mut lines = vec![format!("{}{what}", word("error"))];
    let mut tip = |key: &str, list: &[String]| {
        if let Some(pattern) = ZH.errors.get(key).filter(|_| !list.is_empty()) {
            lines.push(format!("  {}{}", word("tip"), fill(pattern, "", "", &list.join("、"))));
        }
    };
    tip("one_of", &valid);
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedValue, ContextKind::SuggestedSubcommand] {
        tip("similar", &context(kind));
    }
    if let Some(expected) = arg.first().and_then(|a| expects(a)).filter(|_| name == "ValueValidation") {
        lines.push(format!("  {}{expected}", word("tip")));
    }
    if let Some(usage) = context(ContextKind::Usage).first() {
        let usage = usage.trim().trim_start_matches("Usage:").trim_start();
        lines.push(format!("\n{}{}", word("usage"), rendered(usage)));
    }
    lines.push(format!("\n{}", word("more")));
    lines.join("\n") + "\n"
}

/// What a value of an argument must look like; the argument is named as clap does, `--older-than <DAYS>`.
fn expects(named: &str) -> Option<&'static str> {
    let long = named.split([' ', '=', '[']).next()?.trim_start_matches('-').replace('-', "_");
    ZH.expects.get(&long).map(String::as_str)
}

fn fill(pattern: &str, arg: &str, value: &str, list: &str) -> String {
    // One pass: what was given may hold the marks itself.
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text += before;
        let Some((name, behind)) = after.split_once('}') else { break };
        text += match name {
            "arg" => arg,
            "value" => value,
            _ => list,
        };
        rest = behind;
    }
    text + rest
}

fn strings(value: &ContextValue) -> Vec<String> {
    let plain = |styled: &StyledStr| styled.to_string();
    match value {
        ContextValue::String(text) => vec![text.clone()],
        ContextValue::Strings(list) => list.clone(),
        ContextValue::StyledStr(text) => vec![plain(text)],
        ContextValue::StyledStrs(list) => list.iter().map(plain).collect(),
        ContextValue::Number(n) => vec![n.to_string()],
        ContextValue::Bool(b) => vec![b.to_string()],
        _ => Vec::new(),
    }
}

/// A manual page with Chinese headings.
pub fn manual(page: &str) -> String {
    let headings = [
        (".SH NAME", ".SH 名称"),
        (".SH SYNOPSIS", ".SH 概要"),
        (".SH DESCRIPTION", ".SH 说明"),
        (".SH EXTRA", ".SH 附注"),
        (".SH VERSION", ".SH 版本"),
    ];
    let lines = page.lines().map(|line| headings.iter().find(|(en, _)| *en == line).map_or(line, |(_, zh)| zh));
    lines.map(|line| format!("{line}\n")).collect()
}

/// For the tests of the tree: every command, argument and value has its text, and the table has none besides.
#[cfg(test)]
pub fn complete(root: &Command) {
    let table: Table = toml::from_str(TABLE).unwrap_or_default();
    let (mut missing, mut used) = (Vec::new(), std::collections::BTreeSet::new());
    walk(root, "yushen", &table, &mut missing, &mut used);
    let there = table.command.iter().flat_map(|(path, texts)| {
        let args = texts.args.keys().map(move |arg| format!("{path} / {arg}"));
        std::iter::once(path.clone()).chain(texts.after.iter().map(move |_| format!("{path} after"))).chain(args)
    });
    let there = there.chain(table.args.keys().map(|arg| format!("any / {arg}")));
    let there = there
        .chain(table.values.iter().flat_map(|(arg, v)| v.keys().map(move |value| format!("{arg} = {value}"))))
        .chain(table.expects.keys().map(|arg| format!("{arg} expects")));
    let over: Vec<String> = there.filter(|key| !used.contains(key)).collect();
    assert!(missing.is_empty() && over.is_empty(), "missing in zh.toml: {missing:#?}\nleft over: {over:#?}");
}

#[cfg(test)]
fn walk(
    command: &Command,
    path: &str,
    table: &Table,
    missing: &mut Vec<String>,
    used: &mut std::collections::BTreeSet<String>,
) {
    let texts = table.command.get(path);
    let mut need = |there: bool, key: String| {
        if there {
            used.insert(key);
        } else {
            missing.push(key);
        }
    };
    need(texts.is_some_and(|t| !t.about.is_empty()), path.to_owned());
    if command.get_after_help().is_some() {
        need(texts.is_some_and(|t| t.after.is_some()), format!("{path} after"));
    }
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        match (texts.and_then(|t| t.args.get(id)), table.args.get(id)) {
            (Some(_), _) => need(true, format!("{path} / {id}")),
            (None, Some(_)) => need(true, format!("any / {id}")),
            (None, None) => need(false, format!("{path} / {id}")),
        }
        let takes_value = arg.get_action().takes_values();
        let values = if takes_value { arg.get_possible_values() } else { Vec::new() };
        for value in &values {
            let text = table.values.get(id).and_then(|v| v.get(value.get_name()));
            need(text.is_some(), format!("{id} = {}", value.get_name()));
        }
        let parser = arg.get_value_parser().type_id();
        let any = [std::any::TypeId::of::<std::path::PathBuf>(), std::any::TypeId::of::<String>()]
            .iter()
            .any(|t| parser == *t);
        // A text that is checked.
        let checked = id == "expect";
        if takes_value && values.is_empty() && (!any || checked) {
            need(table.expects.contains_key(id), format!("{id} expects"));
        }
    }
    for below in command.get_subcommands() {
        let name = below.get_name();
        let path = if path == ROOT { name.to_owned() } else { format!("{path} {name}") };
        walk(below, &path, table, missing, used);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_wide_as_the_terminal_shows_them() {
        for (text, width, lines) in [
            ("读取、审核并交叉比对", 10, "读取、审核\n并交叉比对"),
            ("读取审核，并交叉", 8, "读取审\n核，并交\n叉"),
            ("写入 OUT/report（报告）中", 12, "写入\nOUT/report\n（报告）中"),
            ("", 10, ""),
        ] {
            assert_eq!(wrapped(text, width), lines);
        }
    }

    #[test]
    fn what_was_given_is_not_filled_in_again() {
        assert_eq!(fill("{arg} 不能取“{value}”", "--lang", "{list}", "x"), "--lang 不能取“{list}”");
    }
}
