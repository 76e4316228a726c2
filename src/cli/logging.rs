//! From events to lines on stderr, as text or JSON, beside the progress bar: for whoever looks in the morning, or for a
//! collector of logs.
//! Every line passes one mask on its way out, so that no event can show a person's number; ids that are no plain
//! numbers are not written at all.

use crate::cli::progress::bars;
use crate::report::mask::masked;
use clap::ValueEnum;
use std::io::{self, Write};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

/// Logs from now on, if either is asked for; without the other, text and what an operator wants to know.
pub(super) fn start(format: Option<Format>, level: Option<Level>) {
    if format.is_none() && level.is_none() {
        return;
    }
    let level = match level.unwrap_or(Level::Info) {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
    };
    let lines = tracing_subscriber::fmt().with_max_level(level).with_target(false).with_writer(Stderr);
    // Another run in this process (a test's) may have begun to log already: then that one's choice stays.
    let _ = match format.unwrap_or(Format::Text) {
        Format::Text => lines.try_init(),
        Format::Json => lines.json().flatten_event(true).try_init(),
    };
}

/// One line at a time, masked, between two drawings of the bar.
struct Stderr;

impl<'a> MakeWriter<'a> for Stderr {
    type Writer = Line;

    fn make_writer(&'a self) -> Self::Writer {
        Line(Vec::new())
    }
}

/// Handed out for one event; written when it is whole.
struct Line(Vec<u8>);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let text = masked(&String::from_utf8_lossy(&self.0));
        // A closed stderr is no reason to fail.
        let _ = bars().suspend(|| io::stderr().write_all(text.as_bytes()));
    }
}
