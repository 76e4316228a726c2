//! What the program itself has to say beside its results, as a line on stderr: in English as it stands in the code, until
//! the command line has said in which words.
//! Decides nothing, and masks nothing: whoever warns of a path or a name masks it.

use std::io::{self, Write as _};
use std::sync::OnceLock;

/// From the English text to the one that is printed.
pub type Words = fn(&str) -> String;

static WORDS: OnceLock<Words> = OnceLock::new();

/// From now on warnings are printed in these words. The first call counts.
pub fn speak(words: Words) {
    let _ = WORDS.set(words);
}

/// Prints a warning. A closed stderr is no reason to fail.
pub fn say(warning: &str) {
    let _ = match WORDS.get() {
        Some(words) => writeln!(io::stderr(), "{}", words(warning)),
        None => writeln!(io::stderr(), "yushen: {warning}"),
    };
}
