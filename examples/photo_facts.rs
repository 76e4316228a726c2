//! Prints what the photo stage measures on the files named, one JSON line each; for fitting thresholds and looking at a
//! single photo.
//! A file beside a photo with `.card.jpg` added to its name is taken for the front of the ID card.

use anyhow::Context;
use std::io::Write;
use yushen::inspect::photo::{FaceModels, inspect};
use yushen::runtime::Runtime;
use yushen::vocabulary::settings::PhotoSettings;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let settings = arguments
        .next()
        .context("usage: photo_facts SETTINGS.toml PHOTO…  (SETTINGS.toml: the [photo] table's keys)")?;
    let settings: PhotoSettings = toml::from_str(&std::fs::read_to_string(&settings)?)?;
    let models = FaceModels::load(&Runtime::Rten)?;
    let mut out = std::io::stdout().lock();
    for path in arguments {
        let bytes = std::fs::read(&path).with_context(|| path.clone())?;
        let card = std::fs::read(format!("{path}.card.jpg"))
            .ok()
            .and_then(|bytes| image::load_from_memory(&bytes).ok())
            .map(|card| card.to_rgb8());
        let facts = inspect(&path, &bytes, &settings, Some(&models), card.as_ref())?;
        serde_json::to_writer(&mut out, &facts)?;
        writeln!(out)?;
    }
    Ok(())
}
