//! `yushen rules …`: which of its commands was asked for.

use crate::cli::explain::{self, ExplainArgs};
use crate::cli::options::RulesOption;
use crate::cli::replay::{self, ReplayArgs};
use crate::cli::{exit, packs, rules_diff};
use crate::run::rules::load;
use crate::run::tools::Tools;
use clap::Subcommand;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Clone, Subcommand)]
pub enum RulesCommand {
    /// Validate packs and settings
    Check {
        #[command(flatten)]
        rules: RulesOption,
    },
    /// List packs with their conditions, and all rules
    List {
        #[command(flatten)]
        rules: RulesOption,
    },
    /// Show one rule, or one pack in full
    Show {
        /// A rule: photo-bytes, work-years …
        #[arg(value_name = "RULE", required_unless_present = "pack", conflicts_with_all = ["pack", "markdown"])]
        rule: Option<String>,
        /// A pack: n24, g2, g1, g4 …
        #[arg(long, value_name = "ID")]
        pack: Option<String>,
        /// As tables to lay beside the source
        #[arg(long)]
        markdown: bool,
        #[command(flatten)]
        rules: RulesOption,
    },
    /// Explain a flag of an earlier run: the facts it rests on, the clause, the thresholds, what would clear it
    Explain(ExplainArgs),
    /// Judge an earlier run's findings again, without its pictures, and say which decisions differ and why
    #[command(after_help = exit::REPLAY)]
    Rejudge(ReplayArgs),
    /// Compare two packs
    Diff {
        #[arg(value_name = "PACK")]
        old: String,
        #[arg(value_name = "PACK")]
        new: String,
        #[command(flatten)]
        rules: RulesOption,
        /// Folder in which the second pack is, to compare a changed notice with its earlier self; settings are compared
        /// too
        #[arg(long, value_name = "DIR")]
        new_rules: Option<PathBuf>,
    },
}

/// Does what was asked.
///
/// # Errors
/// A bad pack, a name that no pack has, or an earlier run that cannot be used.
pub fn rules(command: &RulesCommand, tools: &dyn Tools, out: &mut dyn Write) -> anyhow::Result<u8> {
    match command {
        RulesCommand::Rejudge(args) => return replay::replay(args, tools, out),
        RulesCommand::Check { rules } => packs::check(rules.dir(), out),
        RulesCommand::List { rules } => packs::list(rules.dir(), out),
        RulesCommand::Show { pack: Some(pack), markdown, rules, .. } => packs::show(rules.dir(), pack, *markdown, out),
        RulesCommand::Show { rule, pack: None, rules, .. } => {
            explain::show_rule(&load(rules.dir())?, rule.as_deref().unwrap_or_default(), out)
        }
        RulesCommand::Explain(args) => explain::explain(args, out),
        RulesCommand::Diff { old, new, rules, new_rules } => {
            rules_diff::diff(rules.dir(), new_rules.as_deref(), old, new, out)
        }
    }
    .map(|()| exit::DONE)
}
