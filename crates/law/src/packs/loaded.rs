//! What loading a folder of rules gives: packs and settings that passed every check, and what they were made of.
//! Plain data; an office's overrides change it before anything is judged.

use super::printed::PrintedTable;
use crate::vocabulary::pack::PackSet;
use crate::vocabulary::settings::Settings;

/// Rules that passed every check.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    pub packs: PackSet,
    pub settings: Settings,
    /// Every file that was read, relative to the rule folder with `/`, in order of name, with its sha256 in lower-case
    /// hex.
    pub files: Vec<(String, String)>,
    /// The packs' tables as their sources print them, in order of file name.
    pub printed: Vec<PrintedTable>,
}
