//! From a folder of earlier outputs to what of each submission is compared with later ones: registration, hashes of
//! files, the photo's hashes.
//! Holds the outputs against the seals of their `run.json`; judges nothing, and reads no facts but those few, so that
//! older outputs stay readable.

use crate::vocabulary::finding::Verdict;
use crate::vocabulary::submission::{MaterialFile, Registration, Submission};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

const FINDINGS: &str = "findings.jsonl";
const RUN: &str = "run.json";

/// One earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedRun {
    /// sha256 of its `findings.jsonl`, lower-case hex, as sealed.
    pub sha256: String,
    /// Its batches' folder names, in order.
    pub batches: Vec<String>,
    pub submissions: u64,
}

/// What later submissions are compared with.
#[derive(Debug)]
pub struct ArchivedSubmission {
    /// The batch's folder name.
    pub batch: String,
    pub verdict: Verdict,
    pub submission: Submission,
    /// Perceptual hashes of the photo, 64 bit, hex.
    pub photo_hashes: Vec<String>,
    /// The prior certificate's number as read.
    pub certificate_number: Option<String>,
}

/// An archive that cannot be used: comparing with half of it would be taken for comparing with all.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("archive {path}: {why}; give the output folder of an earlier run, or a folder of such folders")]
    NoArchive { path: String, why: String },
    #[error("archive {path}: no {RUN}: that run was not finished; audit its batch again, or leave the folder out")]
    Unfinished { path: String },
    #[error(
        "archive {path}: {FINDINGS} is not what {RUN} sealed (it was changed or cut off after the run); restore it, or audit its batch again"
    )]
    Changed { path: String },
    #[error(
        "archive {path}: is a redacted run: without numbers, photos and certificates nothing can be compared with it; give the run that it was made beside"
    )]
    Redacted { path: String },
    #[error(
        "archive {path}: {file}, line {line}: {why}; it was written by another version or damaged: audit its batch again, or leave the folder out"
    )]
    Malformed { path: String, file: &'static str, line: usize, why: String },
}

/// The folders of runs in `dir`: itself, or those directly in it, in order of name.
///
/// # Errors
/// It cannot be listed, or holds no output.
pub fn find_runs(dir: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let none = |why: String| ArchiveError::NoArchive { path: dir.display().to_string(), why };
    if dir.join(FINDINGS).is_file() {
        return Ok(vec![dir.to_owned()]);
    }
    let mut runs = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|e| none(format!("cannot be listed: {e}")))? {
        let path = entry.map_err(|e| none(format!("cannot be listed: {e}")))?.path();
        if path.join(FINDINGS).is_file() {
            runs.push(path);
        }
    }
    runs.sort();
    if runs.is_empty() { Err(none(format!("holds no {FINDINGS}"))) } else { Ok(runs) }
}

/// Reads one run's outputs; `each` is called for every submission, in the file's order.
///
/// # Errors
/// Not a finished run, changed since, or not to be understood. What `each` was handed until then is not to be used.
pub fn read_run(folder: &Path, each: &mut dyn FnMut(ArchivedSubmission)) -> Result<ArchivedRun, ArchiveError> {
    let path = folder.display().to_string();
    let run: RunFile = match File::open(folder.join(RUN)) {
        Ok(file) => serde_json::from_reader(BufReader::new(file)).map_err(|e| ArchiveError::Malformed {
            path: path.clone(),
            file: RUN,
            line: e.line(),
            why: e.to_string(),
        })?,
        Err(_) => return Err(ArchiveError::Unfinished { path }),
    };
    if run.options.redact.is_some_and(|v| !matches!(v, serde_json::Value::Null | serde_json::Value::Bool(false))) {
        return Err(ArchiveError::Redacted { path });
    }
    let Some(sealed) = run.outputs.into_iter().find(|o| o.file == FINDINGS) else {
        return Err(ArchiveError::Unfinished { path });
    };
    let batches: Vec<String> = run.batches.iter().map(|b| folder_name(&b.batch)).collect();
    let malformed = |line, why: String| ArchiveError::Malformed { path: path.clone(), file: FINDINGS, line, why };
    let mut findings = Hashed {
        inner: File::open(folder.join(FINDINGS)).map_err(|e| malformed(0, e.to_string()))?,
        hash: Sha256::new(),
    };
    let mut reader = BufReader::with_capacity(1 << 20, &mut findings);
    let (mut line, mut number) = (Vec::new(), 0);
    let mut failed = None;
    while reader.read_until(b'\n', &mut line).map_err(|e| malformed(number + 1, e.to_string()))? > 0 {
        number += 1;
        // A file that was cut off or changed is told as that, not by its first odd line: it is read to its end.
        if failed.is_none() {
            match submission(&line, &batches) {
                Ok(archived) => each(archived),
                Err(why) => failed = Some(malformed(number, why)),
            }
        }
        line.clear();
    }
    drop(reader);
    if format!("{:x}", findings.hash.finalize()) != sealed.sha256 {
        return Err(ArchiveError::Changed { path });
    }
    failed.map_or_else(|| Ok(ArchivedRun { sha256: sealed.sha256, batches, submissions: number as u64 }), Err)
}

fn submission(line: &[u8], batches: &[String]) -> Result<ArchivedSubmission, String> {
    let f: Line = parse(line)?;
    let batch = batches.get(f.batch).cloned().ok_or_else(|| format!("batch {} is none of {RUN}", f.batch))?;
    Ok(ArchivedSubmission {
        batch,
        verdict: f.verdict,
        submission: Submission {
            id: f.submission_id,
            folder: None,
            registration: f.registration,
            files: f.files,
            intake: Vec::new(),
        },
        photo_hashes: f.documents.photo.map(|p| p.perceptual_hashes).unwrap_or_default(),
        certificate_number: f.documents.prior_certificate.and_then(|c| c.certificate_number.value),
    })
}

fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<T, String> {
    serde_json::from_slice(line).map_err(|e| e.to_string())
}

/// A batch as flags name it: without the path to it on whatever machine it was, whichever way its slashes lean.
fn folder_name(label: &str) -> String {
    label.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(label).to_owned()
}

/// The few keys of `run.json` that are needed.
#[derive(Deserialize)]
struct RunFile {
    #[serde(default)]
    options: OptionsOfRun,
    batches: Vec<BatchOfRun>,
    outputs: Vec<SealOfRun>,
}

#[derive(Deserialize, Default)]
struct OptionsOfRun {
    redact: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct BatchOfRun {
    batch: String,
}

#[derive(Deserialize)]
struct SealOfRun {
    file: String,
    sha256: String,
}

/// The few keys of a line of `findings.jsonl` that are needed.
#[derive(Deserialize)]
struct Line {
    submission_id: String,
    verdict: Verdict,
    batch: usize,
    registration: Option<Registration>,
    files: Vec<MaterialFile>,
    documents: DocumentsOfLine,
}

#[derive(Deserialize)]
struct DocumentsOfLine {
    #[serde(default)]
    photo: Option<PhotoOfLine>,
    #[serde(default)]
    prior_certificate: Option<CertificateOfLine>,
}

#[derive(Deserialize)]
struct PhotoOfLine {
    #[serde(default)]
    perceptual_hashes: Vec<String>,
}

#[derive(Deserialize)]
struct CertificateOfLine {
    certificate_number: TextOfLine,
}

#[derive(Deserialize)]
struct TextOfLine {
    #[serde(default)]
    value: Option<String>,
}

/// Hashes what passes through.
struct Hashed<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hash.update(&buffer[..n]);
        Ok(n)
    }
}
