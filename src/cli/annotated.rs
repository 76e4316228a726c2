//! Writes a picture that something was drawn on, and never over the one that it was drawn from.

use crate::report::atomic_file::{AtomicFile, ClosedFile};
use anyhow::{Context as _, ensure};
use image::{ImageFormat, RgbImage};
use std::io::{Cursor, Write as _};
use std::path::Path;

/// Refuses to replace the input, by whatever name it is called: a link, a hard link, another spelling.
///
/// # Errors
/// Both are one file.
pub fn is_another(to: &Path, input: &Path) -> anyhow::Result<()> {
    ensure!(
        !same_file::is_same_file(to, input).unwrap_or(false),
        "{} is the input itself; give another name with --annotate",
        to.display()
    );
    Ok(())
}

/// Writes a picture as PNG: a new file that takes the name when it is whole, so that nothing else which has the same
/// content on disk is written over.
///
/// # Errors
/// It cannot be encoded or written, or would replace what it was drawn from.
pub fn save(picture: &RgbImage, to: &Path, input: &Path) -> anyhow::Result<()> {
    is_another(to, input)?;
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).with_context(|| format!("{} cannot be encoded", to.display()))?;
    let unwritten = || format!("{} cannot be written", to.display());
    let folder = to.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = to.file_name().with_context(unwritten)?.to_string_lossy();
    let mut file = AtomicFile::create(folder, &name).with_context(unwritten)?;
    file.write_all(&bytes.into_inner()).with_context(unwritten)?;
    file.close().and_then(ClosedFile::publish).with_context(unwritten)
}
