//! What a run needs that is neither command line nor stage: the reader with its engines and keys, the judge with what
//! an office gave along, the supervisor, the output folder with its lock, the report with its pictures. Takes requests
//! of its own and prints nothing but warnings.

pub mod batch;
pub mod crops;
pub mod earlier_run;
pub mod export;
#[cfg(debug_assertions)]
pub mod faults;
pub mod folder;
pub mod given;
pub mod judge;
mod key_file;
pub mod notices;
pub mod parts;
pub mod reader;
mod reading_key;
pub mod record;
pub mod redaction;
pub mod report;
pub mod request;
pub mod retention;
pub mod rules;
pub mod shard;
pub mod signature;
pub mod spot_check;
pub mod stages;
pub mod supervise;
pub mod today;
pub mod tools;
pub mod trust;
pub mod workbook;
