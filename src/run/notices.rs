//! A finished run and what was decided about it become notices for applicants (退回通知), one Word document each.
//! Reads the run's findings and the crops of its report; judges nothing, and names in a notice nobody but its own
//! applicant.

use crate::disk;
use crate::packs;
use crate::pipeline;
use crate::report::again::rule_words;
use crate::report::atomic_file::{AtomicFile, ClosedFile};
use crate::report::finding::Finding;
use crate::report::notice::{Because, Notice, notice};
use crate::report::notice_docx::{Picture, Signature, docx};
use crate::report::others::Others;
use crate::report::page::CROPS;
use crate::report::page::record::RunRecord;
use crate::report::record::standing::Standing;
use crate::report::record::{Record, decided, seal};
use crate::run::crops::Cutter;
use crate::run::earlier_run::open_to_show;
use crate::run::folder::REPORT;
use crate::run::request::PictureMode;
use crate::run::rules::{known_rules, load, overridden};
use crate::store::make_folder;
use crate::vocabulary::finding::Verdict;
use crate::vocabulary::record::{About, Entry};
use crate::vocabulary::waiver::Decided;
use anyhow::{Context as _, bail, ensure};
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The folder of notices inside a run's folder.
pub const FOLDER: &str = "退回通知";
/// Names of notices begin so.
const PREFIX: &str = "退回通知-";
const ENDING: &str = ".docx";
/// Most characters of an id in a file's name.
const LONGEST: usize = 60;
/// Bytes of a crop; ours have some 100,000.
const CROP_BYTES: u64 = 4 << 20;

/// What notices are asked for.
#[derive(Debug, Clone)]
pub struct NoticesRequest {
    /// The run's folder.
    pub run: PathBuf,
    /// Later decisions than those that were given along with the run.
    pub decisions: Vec<PathBuf>,
    /// Only these; all that are sent back or rejected, if empty.
    pub submissions: Vec<String>,
    /// Also drafts for those with the verdict `reject` on which nobody has decided.
    pub proposed: bool,
    /// For the office's name.
    pub office: Option<PathBuf>,
    /// Where to; [`FOLDER`] in the run's folder if left out.
    pub out: Option<PathBuf>,
    pub day: Date,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub folder: PathBuf,
    /// Names of the documents, in order of the findings.
    pub files: Vec<String>,
    /// Of those, drafts.
    pub drafts: usize,
    /// Submissions on which two people contradict each other: nothing is decided, and no notice is written.
    pub unsettled: usize,
    /// Notices in the folder that were not written now.
    pub earlier: usize,
    /// Does the office have no name?
    pub nameless: bool,
}

/// Writes the notices.
///
/// # Errors
/// No finished run, a redacted one, a file of decisions or of the office that cannot be used, a submission that is not
/// sent back, an output that cannot be written.
pub fn write(request: &NoticesRequest) -> anyhow::Result<Written> {
    let (run, record) = open_to_show(&request.run)?;
    ensure!(
        !record.redacted(),
        "{} is a redacted run: names and numbers are not in it, so no notice can be written from it",
        request.run.display()
    );
    let office = office(request, &record)?;
    let decisions = Decisions::load(&request.decisions)?;

    let mut others = Others::default();
    let (mut chosen, mut unsettled) = (Vec::new(), 0);
    for finding in pipeline::findings(&run.findings)? {
        let (finding, settled) = decisions.over(finding?);
        others.learn(&finding);
        if request.asks_for(&finding) {
            if settled { chosen.push(finding) } else { unsettled += 1 }
        }
    }
    refuse_missing(request, &chosen)?;

    let folder = request.out.clone().unwrap_or_else(|| request.run.join(FOLDER));
    ensure!(!disk::is_link(&folder), "{} is a link, and would be followed; give another folder", folder.display());
    let unwritten = || format!("notices cannot be written into {}; is one open in another program?", folder.display());
    make_folder(&folder).with_context(unwritten)?;
    let crops = Crops::of(&request.run)?;
    let signed = Signature {
        office: office.unwrap_or_default(),
        day: format!("{}年{}月{}日", request.day.year(), request.day.month(), request.day.day()),
    };
    let mut names = Names::default();
    let mut done = Written {
        folder: folder.clone(),
        files: Vec::new(),
        drafts: 0,
        unsettled,
        earlier: 0,
        nameless: signed.office.is_empty(),
    };
    for finding in &chosen {
        let because = finding.decision.as_ref().map_or(Because::Proposed, Because::Decided);
        let text = notice(finding, because, &rule_words, &|sentence| others.hidden(sentence, finding));
        let bytes = docx(&text, &crops.pictures(finding, &text)?, &signed)?;
        let name = names.next(&finding.submission_id);
        let mut file = AtomicFile::create(&folder, &name).with_context(unwritten)?;
        file.write_all(&bytes).with_context(unwritten)?;
        file.close().and_then(ClosedFile::publish).with_context(unwritten)?;
        done.drafts += usize::from(text.draft.is_some());
        done.files.push(name);
    }
    let written: BTreeSet<&String> = done.files.iter().collect();
    for entry in fs::read_dir(&folder).with_context(unwritten)? {
        let name = entry.with_context(unwritten)?.file_name().to_string_lossy().into_owned();
        done.earlier += usize::from(name.starts_with(PREFIX) && name.ends_with(ENDING) && !written.contains(&name));
    }
    Ok(done)
}

impl NoticesRequest {
    fn asks_for(&self, f: &Finding) -> bool {
        (self.submissions.is_empty() || self.submissions.contains(&f.submission_id))
            && match &f.decision {
                Some(d) => d.decision != Decided::Accept,
                None => self.proposed && f.verdict == Verdict::Reject,
            }
    }
}

/// Who was named is to get a notice, or the clerk is told why not.
fn refuse_missing(request: &NoticesRequest, chosen: &[Finding]) -> anyhow::Result<()> {
    for id in &request.submissions {
        if !chosen.iter().any(|f| f.submission_id == *id) {
            bail!(
                "submission {id} gets no notice: it is not in {}, nobody has sent it back or rejected it, or two people contradict each other on it; give the decisions with --decisions, or --proposed for a draft where the verdict is reject",
                request.run.display()
            );
        }
    }
    Ok(())
}

/// The office's name: of the file that is given now, else as the run has recorded it.
fn office(request: &NoticesRequest, record: &RunRecord) -> anyhow::Result<Option<String>> {
    if request.office.is_some() {
        let (_, office) = overridden(load(None)?, request.office.as_deref())?;
        return Ok(office.and_then(|o| o.office_name));
    }
    let files = record.given.iter().filter(|g| g["kind"] == "office");
    Ok(files.filter_map(|g| g["content"]["office_name"].as_str()).next_back().map(ToOwned::to_owned))
}

/// What people decided after the run was made.
#[derive(Debug, Default)]
pub struct Decisions {
    record: Record,
}

impl Decisions {
    /// Reads the files in their order.
    ///
    /// # Errors
    /// A file that cannot be read or used.
    pub fn load(files: &[PathBuf]) -> anyhow::Result<Self> {
        let read = files.iter().map(|path| packs::load_record(path, &known_rules()));
        Ok(Self { record: Record::new(read.collect::<Result<_, _>>()?) })
    }

    /// The finding with the decision that counts: of the later ones, else as the run has recorded it. `false` beside
    /// it: two people contradict each other, and until one of them settles it nothing is decided.
    pub fn over(&self, mut finding: Finding) -> (Finding, bool) {
        if !self.record.names(&finding.submission_id) {
            let settled = !contradicted(&finding);
            return (finding, settled);
        }
        let submission = finding.submission();
        let said = self.record.of(&finding.submission_id);
        let standing = Standing::new(said, &submission, &seal::material(&submission));
        let settled =
            !standing.contradictions.iter().any(|(_, later): &(&Entry, &Entry)| later.about() == About::Submission);
        if let Some(later) = decided::decision(&standing) {
            finding.decision = Some(later);
        }
        (finding, settled)
    }
}

/// Did two people contradict each other on the whole submission when the run was made?
fn contradicted(f: &Finding) -> bool {
    let whole = About::Submission.to_string();
    f.documents.contradictions.iter().any(|c| c.about == whole)
}

/// The crops of the run's report, as far as they are there.
struct Crops {
    /// The report's folder; `None`: there is none.
    report: Option<PathBuf>,
    limits: crate::vocabulary::settings::LimitSettings,
}

impl Crops {
    fn of(run: &Path) -> anyhow::Result<Self> {
        let report = run.join(REPORT);
        let own = [report.clone(), report.join(CROPS)].iter().all(|f| f.is_dir() && !disk::is_link(f));
        Ok(Self { report: own.then_some(report), limits: load(None)?.settings.limits })
    }

    fn pictures(&self, f: &Finding, notice: &Notice) -> anyhow::Result<Vec<Picture>> {
        let Some(report) = self.report.as_ref().filter(|_| !notice.places.is_empty()) else { return Ok(Vec::new()) };
        // No batch is in reach: what is not there is not cut.
        let roots = [];
        let links = Cutter::new(report, &roots, PictureMode::Crops, &self.limits)?.pictures(f)?.crops;
        let mut seen = BTreeSet::new();
        let mut pictures = Vec::new();
        for place in &notice.places {
            let name = links.get(&place.flag).and_then(|link| link.rsplit('/').next());
            let Some(name) = name.filter(|name| seen.insert((*name).to_owned())) else { continue };
            let mut jpeg = Vec::new();
            let read = disk::open_file(&report.join(CROPS).join(name))
                .and_then(|file| file.take(CROP_BYTES + 1).read_to_end(&mut jpeg));
            if read.is_ok() && jpeg.len() as u64 <= CROP_BYTES {
                pictures.push(Picture { jpeg, caption: place.caption.clone() });
            }
        }
        Ok(pictures)
    }
}

/// Names of documents: each once, also where a file system does not tell capitals apart, and none that a system
/// refuses.
#[derive(Default)]
struct Names {
    used: BTreeSet<String>,
}

impl Names {
    fn next(&mut self, id: &str) -> String {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let mut stem: String = id.chars().map(|c| if plain(c) { c } else { '_' }).take(LONGEST).collect();
        if stem != id || self.used.contains(&stem.to_lowercase()) {
            let hash = Sha256::digest(id);
            stem.extend(hash.iter().take(4).map(|b| format!("{b:02x}")));
        }
        // Two submissions may have one id.
        let mut name = stem.clone();
        for n in 2.. {
            if self.used.insert(name.to_lowercase()) {
                break;
            }
            name = format!("{stem}-{n}");
        }
        format!("{PREFIX}{name}{ENDING}")
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn names_of_documents_are_plain_and_their_own() {
        let mut names = Names::default();
        for (id, expected) in [
            ("20240001", "退回通知-20240001.docx"),
            ("A1", "退回通知-A1.docx"),
            ("../etc:x", "退回通知-___etc_xa21b1fdc.docx"),
            ("20240001", "退回通知-20240001c7bd0e97.docx"),
            ("20240001", "退回通知-20240001c7bd0e97-2.docx"),
        ] {
            let name = names.next(id);
            // Of a hash only that it stands there.
            let plain = |n: &str| n.chars().map(|c| if c.is_ascii_hexdigit() { '0' } else { c }).collect::<String>();
            assert_eq!(plain(&name), plain(expected), "{id}");
        }
        assert_ne!(names.next("a1"), "退回通知-a1.docx", "where capitals are not told apart it is A1's");
    }
}
