//! From the sources of everything that reading depends on to one version, `YUSHEN_READER`: what was read by another
//! version is read anew. And the target, for `run.json`.
//! Nobody has to remember to raise a number: whatever is changed below these paths is another reader, a comment too.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// Folders and files by whose content a reading may change; `tests/store.rs` holds them against what the readers
/// import.
/// The models are hashed at run time, and the closed lists, settings and registration are parts of the store's key.
const READING: [&str; 11] = [
    "src/apart.rs",
    "src/inspect",
    "src/ocr",
    "src/runtime",
    "crates/law/src/vocabulary",
    "src/run/reader.rs",
    "src/run/reading_key.rs",
    "src/ingest/files.rs",
    "pixels",
    "models/src",
    "Cargo.lock",
];

fn main() -> io::Result<()> {
    // Two sums with different beginnings: 128 bits against chance. Nobody gains by making them collide; the standard
    // library's hash costs no dependency.
    let mut sums = [DefaultHasher::new(), DefaultHasher::new()];
    sums[1].write(b"second");
    let mut add = |bytes: &[u8]| {
        for sum in &mut sums {
            sum.write_usize(bytes.len());
            sum.write(bytes);
        }
    };
    for place in READING {
        println!("cargo::rerun-if-changed={place}");
        for file in files(Path::new(place))? {
            add(file.to_string_lossy().replace('\\', "/").as_bytes());
            add(&fs::read(&file)?);
        }
    }
    // Another compiler or target may round otherwise.
    let compiler = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-V").output()?;
    add(&compiler.stdout);
    for name in ["TARGET", "CARGO_FEATURE_TESSERACT"] {
        add(env::var(name).unwrap_or_default().as_bytes());
    }
    println!("cargo::rustc-env=YUSHEN_READER={}", sums.map(|s| format!("{:016x}", s.finish())).concat());
    println!("cargo::rustc-env=YUSHEN_TARGET={}", env::var("TARGET").unwrap_or_default());
    Ok(())
}

/// Every file at or below a path, in order of name.
fn files(place: &Path) -> io::Result<Vec<PathBuf>> {
    if place.is_file() {
        return Ok(vec![place.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(place)? {
        found.extend(files(&entry?.path())?);
    }
    found.sort();
    Ok(found)
}
