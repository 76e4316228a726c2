//! Pipeline, outputs and command line over invented submissions, read and judged by fakes: text files instead of
//! pictures.
//! What the real stages read and judge is tested where they are.

mod archive;
mod columns;
mod command_line;
mod decisions;
mod export;
mod fakes;
#[path = "../marked/mod.rs"]
mod marked;
mod notices;
mod outputs;
mod page;
mod redact;
mod runs;
mod same_bytes;
mod schema;
mod spot_check;
mod store;
mod waivers;
mod workbook;
