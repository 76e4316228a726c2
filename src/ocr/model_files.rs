//! The model files that read text, as they stand in `run.json`.

use sha2::{Digest, Sha256};
use yushen_models::{digits, ppocr};

/// A model file that this build carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    pub name: &'static str,
    /// Lower-case hex of the embedded bytes, computed when asked for, not copied from a list.
    pub sha256: String,
}

/// All of them, each folder's sorted by name.
pub fn model_files() -> Vec<ModelFile> {
    let all = ppocr::FILES.iter().chain(&digits::FILES);
    all.map(|&(name, bytes)| ModelFile { name, sha256: format!("{:x}", Sha256::digest(bytes)) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The embedded files are the ones that the lists beside them name.
    #[test]
    fn model_files_are_the_listed_ones() {
        let listed: Vec<(&str, &str)> = [ppocr::SUMS, digits::SUMS]
            .into_iter()
            .flat_map(str::lines)
            .filter_map(|l| l.split_once("  "))
            .map(|(hash, name)| (name, hash))
            .collect();
        let files = model_files();
        let embedded: Vec<(&str, &str)> = files.iter().map(|f| (f.name, f.sha256.as_str())).collect();
        assert_eq!(embedded, listed);
    }
}
