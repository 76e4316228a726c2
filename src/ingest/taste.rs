//! A batch's tables are read twice: first for a trial in a process of its own, under limits, and here only if that came
//! through.
//! So a table that would take all memory costs itself and not the run, and no table's content has to be handed from
//! process to process.

use super::aliases::Aliases;
use super::column::Column;
use super::register::{CompaniesRegister, REGISTER_NAME};
use super::table::{self, Cell};
use crate::apart::{self, Ended, Job, Limits};
use crate::vocabulary::settings::LimitSettings;

/// The trials; each answers nothing.
pub const JOBS: [Job; 2] = [TABLE, REGISTER];
const TABLE: Job = Job { name: "table", work: try_table };
const REGISTER: Job = Job { name: "register", work: try_register };

/// Why a table is not read.
#[derive(Debug, thiserror::Error)]
pub enum Untasted {
    #[error("读取所需的内存或时间超过上限（{} MB、{seconds} 秒），文件异常，未读取", bytes >> 20)]
    OverReader { bytes: u64, seconds: u32 },
    /// Our own failure.
    #[error("{0}")]
    Failed(String),
}

/// Can the registration table be read within the limits?
pub(super) fn table(bytes: &[u8], aliases: &Aliases, limits: &LimitSettings) -> Result<(), Untasted> {
    let request = serde_json::to_vec(&(aliases.columns(), limits)).map_err(|e| Untasted::Failed(e.to_string()))?;
    taste(TABLE, &request, bytes, limits)
}

/// Can the enterprise register be read within the limits?
///
/// # Errors
/// It cannot, or nobody can tell.
pub fn register(bytes: &[u8], limits: &LimitSettings) -> Result<(), Untasted> {
    taste(REGISTER, &[], bytes, limits)
}

fn taste(job: Job, request: &[u8], bytes: &[u8], limits: &LimitSettings) -> Result<(), Untasted> {
    if !apart::enabled() {
        // It would be read twice here.
        return Ok(());
    }
    let most = Limits { bytes: limits.max_reader_bytes, seconds: limits.max_reader_seconds };
    apart::run(job, request, bytes, most).map(drop).map_err(|ended| match ended {
        Ended::OfIts => Untasted::OverReader { bytes: most.bytes, seconds: most.seconds },
        Ended::OfOurs(why) => Untasted::Failed(why),
    })
}

fn try_table(request: &[u8], data: &[u8]) -> Vec<u8> {
    // What we wrote ourselves cannot fail to be read; if it does, nothing is tried, and the limits of the reader itself
    // remain.
    let Ok((columns, limits)) = serde_json::from_slice(request) else { return Vec::new() };
    let aliases = Aliases::of_columns(columns);
    let limits: LimitSettings = limits;
    let is_header =
        |cells: &[Cell]| cells.iter().any(|c| aliases.column(&c.text).is_some_and(|(c, _)| c == Column::Id));
    drop(table::read(data, &limits, &is_header, &mut drop));
    Vec::new()
}

fn try_register(_request: &[u8], data: &[u8]) -> Vec<u8> {
    drop(CompaniesRegister::parse(data, REGISTER_NAME));
    Vec::new()
}
