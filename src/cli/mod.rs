//! The command line: what the user asked for becomes a call of the pipeline and an exit code; nothing is judged here.
//! One file a command, with its arguments; what several commands share is in `options`. The stages come in through
//! [`Tools`].

mod annotated;
pub mod audit;
mod config;
pub mod diff;
mod doctor;
pub mod exit;
pub mod expect;
pub mod explain;
pub mod export;
mod form_file;
pub mod forms;
pub mod inspect;
mod keys;
pub mod logging;
mod man;
pub mod merge;
pub mod notices;
pub mod options;
pub mod packs;
pub mod progress;
mod purge;
pub mod replay;
pub mod report;
pub mod rules;
pub mod rules_diff;
pub mod show;
pub mod trust;
pub mod verify;
mod zh;
mod zh_errors;

use crate::report::mask::masked;
use crate::report::summary::Lang;
use crate::run::supervise;
use crate::run::tools::Tools;
use crate::warning;
use audit::AuditArgs;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum as _};
use clap_complete::Shell;
use config::{Asked, Config, Found, Misread, PassedOver};
use diff::DiffArgs;
use doctor::DoctorArgs;
use export::ExportArgs;
use forms::FormsCommand;
use inspect::InspectArgs;
use keys::KeysCommand;
use man::ManArgs;
use merge::MergeArgs;
use notices::NoticesArgs;
use purge::PurgeArgs;
use replay::ReplayArgs;
use report::ReportArgs;
use rules::RulesCommand;
use show::ShowArgs;
use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;
use std::time::SystemTime;
use trust::TrustArgs;
use verify::VerifyArgs;

/// Pre-review (预审) of applications for vocational skill certificates, offline.
#[derive(Debug, Parser)]
#[command(name = "yushen", version, max_term_width = 100, after_help = exit::AUDIT)]
struct Cli {
    /// Options that are the same every night (TOML) [default: ./yushen.toml, else yushen/yushen.toml in the user's
    /// configuration folder]
    // Both are looked for before the arguments are parsed, since what they name decides how.
    #[arg(id = "config", long = "config", global = true, value_name = "FILE", conflicts_with = "no_config")]
    _config: Option<PathBuf>,
    /// Use no configuration, wherever one lies
    #[arg(id = "no_config", long = "no-config", global = true)]
    _no_config: bool,
    /// Log to stderr [default: no log]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    log_format: Option<logging::Format>,
    /// Least level that is logged [default: info, if there is a log]
    #[arg(long, global = true, value_enum, value_name = "LEVEL")]
    log_level: Option<logging::Level>,
    /// Language of help and of messages on wrong usage, and what --lang of the command is by default [default: the
    /// configuration's; on a terminal the system's]
    // Looked for before the arguments are parsed, since it says how they are told.
    #[arg(id = "help_lang", long = "lang", value_enum, value_name = "LANG")]
    _lang: Option<Lang>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read, check and cross-check batches of submissions; write the pre-review into a folder
    #[command(after_help = exit::AUDIT)]
    // Much larger than the others.
    Audit(Box<AuditArgs>),
    /// Show what is seen on one picture, or whether its writing is a given text
    #[command(after_help = exit::INSPECT)]
    Inspect(InspectArgs),
    /// Show a finished run in the terminal: a line for each submission, or one in full
    #[command(after_help = exit::INSPECT)]
    Show(ShowArgs),
    /// Make the report of a finished run anew: OUT/report/index.html, for any browser, without a network
    #[command(after_help = exit::INSPECT)]
    Report(ReportArgs),
    /// Write a notice (.docx) for each applicant whose submission is sent back or rejected
    #[command(after_help = exit::INSPECT)]
    Notices(NoticesArgs),
    /// Put a run's results into the platform's own import template
    #[command(after_help = exit::INSPECT)]
    Export(ExportArgs),
    /// Look at the rule packs
    Rules {
        #[command(subcommand)]
        command: RulesCommand,
    },
    /// Look at the printed forms that can be read
    Forms {
        #[command(subcommand)]
        command: FormsCommand,
    },
    /// Judge an earlier run's findings again, without its pictures (the same as `rules rejudge`)
    #[command(after_help = exit::REPLAY)]
    Replay(ReplayArgs),
    /// Put together the parts of one audit that were made with --shard: the outputs are those of one run
    #[command(after_help = exit::AUDIT)]
    Merge(MergeArgs),
    /// Is a run still what it was? Hashes its outputs, inputs, rules and models again
    #[command(after_help = exit::VERIFY)]
    Verify(VerifyArgs),
    /// What appeared, disappeared and changed between two runs, and why: the input, the reading or the rules
    #[command(after_help = exit::REPLAY)]
    Diff(DiffArgs),
    /// How right the program is here, by what people decided
    #[command(after_help = exit::INSPECT)]
    Trust(TrustArgs),
    /// Keys that sign runs
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Remove what was read and kept longer ago than that; outputs stay, unless --outputs says otherwise
    Purge(PurgeArgs),
    /// Is everything here that a run needs? Configuration, models, tesseract, rules, room, rights; says what to do
    #[command(after_help = exit::DOCTOR)]
    Doctor(DoctorArgs),
    /// Print the licences and notices of everything inside this program
    Licences,
    /// Print what a shell needs to complete commands and options
    #[command(hide = true)]
    Completions {
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the manual page, or write one for every command into a folder
    #[command(hide = true)]
    Man(ManArgs),
}

/// Parses the arguments, does what they ask and returns the exit code; results go to `out`, errors to `err`.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    tools: &dyn Tools,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut out = Piped { below: out, closed: false };
    let found = Config::find(&Asked::of(&arguments));
    let lang = language(&arguments, found.as_ref());
    if lang == Lang::Zh {
        warning::speak(|text| line(text, Lang::Zh));
    }
    let code = run_into(&arguments, found, lang, tools, &mut out, err);
    // Whoever reads has seen enough.
    code.unwrap_or_else(
        |e| if out.closed && is_closed_pipe(&e) { exit::CLOSED_PIPE } else { report_error(err, &e, lang) },
    )
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|c| c.downcast_ref::<io::Error>());
    causes.any(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

/// Results on their way out; knows whether anybody still reads them.
struct Piped<'a> {
    below: &'a mut dyn Write,
    closed: bool,
}

impl Piped<'_> {
    fn seen<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        self.closed |= done.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::BrokenPipe);
        done
    }
}

impl Write for Piped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.below.write(bytes);
        self.seen(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.below.flush();
        self.seen(done)
    }
}

/// As [`run`], with the configuration and the language; an error is for the caller to tell.
fn run_into(
    arguments: &[OsString],
    mut found: anyhow::Result<Found>,
    lang: Lang,
    tools: &dyn Tools,
    out: &mut Piped<'_>,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let mut parsed = parse(arguments, found.as_ref().ok(), lang);
    if let (Ok(Cli { command: Command::Audit(request), .. }), Ok(here)) = (&parsed, &found)
        && let Some(other) = here.outside(&request.batches).transpose()
    {
        found = other;
        parsed = parse(arguments, found.as_ref().ok(), lang);
    }
    let (config, passed_over) = found.map_or_else(|e| (Err(e), None), |f| (Ok(f.config), f.passed_over));
    if let Some(PassedOver { path, en, .. }) = passed_over.as_ref().filter(|_| !supervise::is_child()) {
        let text = format!("{} is not used: {en}; if it is yours, name it with --config", path.display());
        // A closed terminal is no reason to fail.
        let _ = writeln!(err, "{}", masked(&line(&text, lang)));
    }
    let cli = match parsed {
        Ok(cli) => cli,
        // Where the configuration cannot be read, it is what is missing.
        Err(e) if config.is_err() && e.use_stderr() => return Err(config.err().unwrap_or_else(|| e.into())),
        Err(e) => {
            let text = if lang == Lang::Zh { zh::told(&e) } else { e.render().to_string() };
            if e.use_stderr() {
                // A closed terminal is no reason to fail.
                let _ = write!(err, "{}", masked(&text));
            } else {
                write!(out, "{text}")?;
            }
            return Ok(u8::try_from(e.exit_code()).unwrap_or(exit::USAGE));
        }
    };
    let config = match config {
        Err(e) if !matches!(cli.command, Command::Doctor(_)) => return Err(e),
        config => config,
    };
    logging::start(cli.log_format, cli.log_level);
    match &cli.command {
        Command::Audit(request) => audit::audit(request, tools, out),
        Command::Rules { command } => rules::rules(command, tools, out),
        Command::Forms { command } => forms::forms(command, out),
        Command::Inspect(request) => inspect::inspect(request, out),
        Command::Report(request) => report::report(request, tools, out),
        Command::Notices(request) => notices::notices(request, out),
        Command::Export(request) => export::export(request, out),
        Command::Show(request) => show::show(request, out),
        Command::Replay(request) => replay::replay(request, tools, out),
        Command::Merge(request) => merge::merge(request, tools, out),
        Command::Verify(request) => verify::verify(request, tools, out),
        Command::Diff(request) => diff::diff(request, out),
        Command::Trust(request) => trust::trust(request, out),
        Command::Keys { command } => keys::keys(command, out),
        Command::Purge(request) => purge::purge(request, SystemTime::now(), out),
        Command::Doctor(request) => doctor::doctor(request, &config, out),
        Command::Licences => man::licences(out),
        Command::Completions { shell } => man::completions(*shell, spoken(Cli::command(), lang), out),
        Command::Man(request) => man::man(request, spoken(Cli::command(), lang), lang, out),
    }
}

fn spoken(command: clap::Command, lang: Lang) -> clap::Command {
    if lang == Lang::Zh { zh::chinese(command) } else { command }
}

/// The language of help, of messages on wrong usage and of errors: the last `--lang`, else the configuration's (also of
/// one that is not understood otherwise), else on a terminal the system's. Seen before the arguments are parsed, since
/// they may be wrong.
fn language(arguments: &[OsString], found: Result<&Found, &anyhow::Error>) -> Lang {
    let mut list = arguments.iter().skip(1).take_while(|a| *a != "--").filter_map(|a| a.to_str());
    let mut said = None;
    while let Some(argument) = list.next() {
        let value = if argument == "--lang" { list.next() } else { argument.strip_prefix("--lang=") };
        said = value.and_then(|v| Lang::from_str(v, false).ok()).or(said);
    }
    let configured = || match found {
        Ok(found) => found.config.as_ref().and_then(Config::lang),
        Err(e) => e.downcast_ref::<Misread>().and_then(|m| m.lang),
    };
    said.or_else(configured).unwrap_or_else(|| {
        let terminal = io::stdout().is_terminal() && io::stderr().is_terminal();
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let system = names.iter().find_map(|name| env::var(name).ok().filter(|v| !v.is_empty()));
        if terminal && system.is_some_and(|s| s.starts_with("zh")) { Lang::Zh } else { Lang::En }
    })
}

/// The `--lang` that stands before the command.
fn said_first(arguments: &[OsString]) -> Option<OsString> {
    let mut list = arguments.iter().skip(1);
    let mut said = None;
    while let Some(argument) = list.next().and_then(|a| a.to_str()) {
        match argument.split_once('=') {
            Some(("--lang", value)) => said = Some(value.into()),
            None if argument == "--lang" => said = list.next().cloned(),
            // The other options of the whole that take a value.
            None if ["--config", "--log-format", "--log-level"].contains(&argument) => drop(list.next()),
            _ if argument.starts_with('-') => {}
            _ => break,
        }
    }
    said.filter(|value| value.to_str().is_some_and(|v| Lang::from_str(v, false).is_ok()))
}

/// Prints why a command failed, or logs it where events are asked for.
fn report_error(err: &mut dyn Write, error: &anyhow::Error, lang: Lang) -> u8 {
    // A folder may be called after its applicant's number.
    if tracing::enabled!(tracing::Level::ERROR) {
        // A log is in one language, whoever runs the program.
        tracing::error!("{}", masked(&format!("{error:#}")));
    } else {
        let text = match lang {
            Lang::Zh => format!("yushen：{}", zh_errors::told(error)),
            Lang::En => format!("yushen: {error:#}"),
        };
        let _ = writeln!(err, "{}", masked(&text));
    }
    exit::USAGE
}

/// A warning as a line on stderr.
fn line(text: &str, lang: Lang) -> String {
    if lang == Lang::Zh { format!("yushen：{}", zh_errors::said(text)) } else { format!("yushen: {text}") }
}

/// The arguments, over what the configuration says.
fn parse(arguments: &[OsString], found: Option<&Found>, lang: Lang) -> Result<Cli, clap::Error> {
    let config = found.and_then(|f| f.config.as_ref());
    let command = config.map_or_else(Cli::command, |c| c.over(Cli::command()));
    // What is said before the command is the default of what is said after it.
    let command = match said_first(arguments) {
        Some(first) => config::with_language(command, &first),
        None => command,
    };
    let command = spoken(command, lang);
    let matches = command.try_get_matches_from(arguments)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let (Command::Audit(request), Some(matches)) = (&mut cli.command, matches.subcommand_matches("audit")) {
        request.config = config.map(|c| c.file.clone());
        request.passed_over = found.and_then(|f| f.passed_over.clone());
        let said = |matches: &ArgMatches, id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        // The command line wins over the configuration, also where they contradict each other.
        request.given.without_missing(|id| said(matches, id));
        request.no_store &= said(matches, "no_store") || !(said(matches, "store") || said(matches, "fresh"));
    }
    Ok(cli)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
        zh::chinese(Cli::command()).debug_assert();
    }

    #[test]
    fn everything_has_a_chinese_text() {
        zh::complete(&Cli::command());
    }

    /// Each key of a configuration is an option of `audit`, whose value it becomes.
    #[test]
    fn every_key_is_an_option_of_audit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(config::FILE);
        let all = "lang = \"en\"\nlog-format = \"json\"\nlog-level = \"debug\"\n[audit]\nbatches = [\"b\"]\nout = \"o\"\nrules = \"r\"\naliases = \"a\"\noffice = \"f\"\n\
            archive = [\"x\"]\nwaivers = \"w\"\ndecisions = \"d\"\nstore = \"s\"\nredact = true\nredact-key = \"k\"\nspot-check = \"5%\"\nspot-check-key = \"k\"\njobs = 2\npack = \"n24\"\nengine = \"tesseract\"\n\
            second-reading = \"off\"\nreport = \"none\"\nxlsx = true\nfail-on = \"review\"\nquiet = true\n\
            operator = \"夜班\"\nsign = \"k\"\n";
        std::fs::write(&path, all).unwrap();
        let command = Config::find(&Asked::File(path)).unwrap().config.unwrap().over(Cli::command());
        command.clone().debug_assert();
        let matches = command.try_get_matches_from(["yushen", "audit"]).unwrap();
        let audit = matches.subcommand_matches("audit").unwrap();
        assert_eq!(audit.get_one::<PathBuf>("out"), Some(&dir.path().join("o")));
        assert!(audit.get_flag("redact") && audit.get_flag("xlsx"));
    }
}
