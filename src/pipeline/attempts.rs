//! What is being worked on right now, noted on disk, so that the death of the process can be laid to the submissions
//! that were in work; and what is not tried again.
//! Starts no process and opens no document: `cli/supervise.rs` draws the conclusions. Without a supervisor nothing is
//! noted.

use crate::store::make_folder;
use crate::vocabulary::submission::Submission;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak};
use std::time::{Duration, Instant};

/// What earlier attempts at this run have shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestartPlan {
    /// How often this run was started again.
    pub restarts: u32,
    /// Not tried again.
    pub failed: BTreeMap<SubmissionDigest, Failure>,
    /// Were in work when the process died: each is read while nothing else is.
    pub suspects: BTreeSet<SubmissionDigest>,
    /// Who was in work at each death for which none of them has failed since. One that alone kills its reader is the
    /// cause of its deaths and takes them off this list; what stays has another cause: too much at a time, or the
    /// machine.
    pub unexplained: Vec<BTreeSet<SubmissionDigest>>,
    /// Every submission is read while nothing else is.
    pub one_at_a_time: bool,
    /// Nothing more is read: what is not in the store by now has failed.
    pub exhausted: bool,
    /// The process died over the report's pictures: it is made without them.
    pub without_pictures: bool,
}

/// A submission's own key in a run: says nothing of whom it is about, and is the same in the next attempt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubmissionDigest(String);

/// What became of a submission that is not tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    pub how: How,
    pub step: Step,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The process died, also when nothing else was in work.
    Crashed,
    /// It took longer than a submission may.
    Hung,
}

/// How far the work on a submission is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Hashing,
    Reading,
    Judging,
}

/// What a process left behind when it ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leftovers {
    /// In work at its end.
    pub in_work: Vec<(Step, SubmissionDigest)>,
    /// Of them those that took too long.
    pub hung: Vec<(Step, SubmissionDigest)>,
    /// All were judged and published; the report was being made.
    pub reporting: bool,
    /// The facts of some submission came to be there, in this attempt or an earlier one.
    pub progress: bool,
}

/// Hex digits of a SHA-256.
const DIGITS: usize = 64;
/// How often ages are looked at. A longer gap than two ticks is a process that stood still (a stopped job, a sleeping
/// machine), and nobody's age.
const TICK: Duration = Duration::from_millis(200);
const IN_WORK: &str = "in-work-";
const HUNG: &str = "hung";
const READ: &str = "read";
const REPORTING: &str = "reporting";
const PROGRESS: &str = "progress";

impl SubmissionDigest {
    /// `batch` is the batch's position in the run.
    pub fn of(batch: usize, submission: &Submission) -> Self {
        Self(format!("{:x}", Sha256::digest(format!("{batch}\n{}\n{:?}", submission.id, submission.folder))))
    }

    fn parse(text: &str) -> Option<Self> {
        (text.len() == DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit())).then(|| Self(text.to_owned()))
    }
}

impl Step {
    const ALL: [(Self, &'static str); 3] = [(Self::Hashing, "h"), (Self::Reading, "r"), (Self::Judging, "j")];

    fn letter(self) -> &'static str {
        Self::ALL.iter().find(|(s, _)| *s == self).map_or("r", |(_, letter)| letter)
    }
}

impl Failure {
    /// For the flag; the same on every machine and at every time.
    fn told(self, longest: Duration) -> String {
        let who = if self.step == Step::Judging { "判定" } else { "读取" };
        match self.how {
            How::Crashed => format!("{who}程序异常终止，单独重试后仍然如此"),
            How::Hung => format!("{who}超时（每份上限 {} 秒）", longest.as_secs()),
        }
    }
}

impl Leftovers {
    /// Reads what is noted in the folder; what cannot be read was not in work.
    pub fn in_folder(folder: &Path) -> Self {
        let mut left = Self {
            reporting: folder.join(REPORTING).exists(),
            progress: folder.join(PROGRESS).exists(),
            ..Self::default()
        };
        left.hung = fs::read_to_string(folder.join(HUNG)).unwrap_or_default().lines().filter_map(parse).collect();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(IN_WORK) {
                left.in_work
                    .extend(fs::read_to_string(entry.path()).ok().as_deref().map(str::trim_end).and_then(parse));
            }
        }
        left
    }
}

/// `r 0123…`: a step and a digest.
fn parse(line: &str) -> Option<(Step, SubmissionDigest)> {
    let (letter, digest) = line.split_once(' ')?;
    let step = Step::ALL.iter().find(|(_, l)| *l == letter)?.0;
    Some((step, SubmissionDigest::parse(digest)?))
}

/// One attempt at a run.
pub struct Attempts {
    plan: RestartPlan,
    /// Seconds that a submission may take, as they are set.
    longest: Duration,
    /// `None`: nobody supervises.
    notes: Option<Notes>,
}

struct Notes {
    folder: PathBuf,
    table: Arc<Mutex<Table>>,
    /// Slips that this run has read in this and earlier attempts, for runs that take nothing else from the store.
    read: Mutex<(BTreeSet<SubmissionDigest>, Option<File>)>,
    progress: Once,
}

/// Who works on what: a row each for as many as ever worked at a time.
#[derive(Default)]
struct Table {
    rows: Vec<Option<Row>>,
    /// Rows of which nobody has need at present, with their files.
    idle: Vec<(usize, File)>,
}

struct Row {
    step: Step,
    digest: SubmissionDigest,
    age: Duration,
}

impl Attempts {
    /// Nobody supervises: nothing is noted, nothing has failed before.
    pub fn alone() -> Self {
        Self { plan: RestartPlan::default(), longest: Duration::MAX, notes: None }
    }

    /// The next attempt; what an earlier one noted in the folder is cleared away, but for what it had read and that it
    /// had read something.
    /// `hung` is called once a submission takes longer than `longest` × `share`, `share` being the workers to a
    /// processor.
    ///
    /// # Errors
    /// If nothing can be written into the folder.
    pub fn begin(
        plan: RestartPlan,
        folder: &Path,
        longest: Duration,
        share: u32,
        hung: impl FnOnce() + Send + 'static,
    ) -> io::Result<Self> {
        make_folder(folder)?;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(IN_WORK) || name == HUNG || name == REPORTING {
                fs::remove_file(entry.path())?;
            }
        }
        let read = fs::read_to_string(folder.join(READ))
            .unwrap_or_default()
            .lines()
            .filter_map(SubmissionDigest::parse)
            .collect();
        let table = Arc::new(Mutex::new(Table::default()));
        let (watched, place, most) = (Arc::downgrade(&table), folder.to_owned(), longest.saturating_mul(share.max(1)));
        std::thread::Builder::new().name("watch".into()).spawn(move || watch(&watched, &place, most, hung))?;
        Ok(Self {
            plan,
            longest,
            notes: Some(Notes {
                folder: folder.to_owned(),
                table,
                read: Mutex::new((read, None)),
                progress: Once::new(),
            }),
        })
    }

    pub fn restarts(&self) -> u32 {
        self.plan.restarts
    }

    /// Was it in work when the process died?
    pub fn is_suspect(&self, batch: usize, submission: &Submission) -> bool {
        !self.plan.suspects.is_empty() && self.plan.suspects.contains(&SubmissionDigest::of(batch, submission))
    }

    /// Is every submission to be read while nothing else is?
    pub fn one_at_a_time(&self) -> bool {
        self.plan.one_at_a_time
    }

    /// Notes that work on a submission begins; it ends when what is returned is dropped.
    pub fn work(&self, step: Step, batch: usize, submission: &Submission) -> InWork<'_> {
        let digest = SubmissionDigest::of(batch, submission);
        let place = self.notes.as_ref().and_then(Notes::open);
        let mut work = InWork { attempts: self, digest, place };
        work.step(step);
        work
    }

    /// All is judged and published.
    pub fn reporting(&self) {
        if let Some(notes) = &self.notes {
            // Unwritten, a death over the report is an error of the run instead of a report without pictures.
            let _ = File::create(notes.folder.join(REPORTING));
        }
    }
}

/// A submission in work.
pub struct InWork<'a> {
    attempts: &'a Attempts,
    digest: SubmissionDigest,
    place: Option<(usize, File)>,
}

impl InWork<'_> {
    /// Work goes on to another step.
    pub fn step(&mut self, step: Step) {
        let (Some(notes), Some((row, file))) = (&self.attempts.notes, &mut self.place) else { return };
        let age = notes.table().rows.get(*row).and_then(Option::as_ref).map_or(Duration::ZERO, |r| r.age);
        // On disk first: a row that is not there yet has no age, a note that is not there would lay a crash to nobody.
        write(file, &format!("{} {}", step.letter(), self.digest.0));
        if let Some(place) = notes.table().rows.get_mut(*row) {
            *place = Some(Row { step, digest: self.digest.clone(), age });
        }
    }

    /// Why it is not tried again, and at which step it failed.
    pub fn failed(&self) -> Option<(Step, String)> {
        self.attempts.plan.failed.get(&self.digest).map(|f| (f.step, f.told(self.attempts.longest)))
    }

    /// Why nothing at all is read any more.
    pub fn given_up(&self) -> Option<String> {
        self.attempts.plan.exhausted.then(|| "读取程序反复异常终止，已停止重试，本份未读取".to_owned())
    }

    /// Its facts are there.
    pub fn came_through(&self) {
        if let Some(notes) = &self.attempts.notes {
            // Unwritten, a run over documents that all kill their reader gives up too early.
            notes.progress.call_once(|| drop(File::create(notes.folder.join(PROGRESS))));
        }
    }

    /// Was it read, and kept, by this run?
    pub fn was_read(&self) -> bool {
        self.attempts.notes.as_ref().is_some_and(|n| lock(&n.read).0.contains(&self.digest))
    }

    /// It was read and kept.
    pub fn read(&self) {
        let Some(notes) = &self.attempts.notes else { return };
        let mut read = lock(&notes.read);
        if read.1.is_none() {
            read.1 = File::options().create(true).append(true).open(notes.folder.join(READ)).ok();
        }
        if let Some(file) = &mut read.1 {
            // Unwritten, the next attempt reads it once more.
            let _ = file.write_all(format!("{}\n", self.digest.0).as_bytes());
        }
    }
}

impl Drop for InWork<'_> {
    fn drop(&mut self) {
        let (Some(notes), Some((row, mut file))) = (&self.attempts.notes, self.place.take()) else { return };
        write(&mut file, "-");
        let mut table = notes.table();
        if let Some(place) = table.rows.get_mut(row) {
            *place = None;
        }
        table.idle.push((row, file));
    }
}

impl Notes {
    fn table(&self) -> MutexGuard<'_, Table> {
        lock(&self.table)
    }

    /// A row and its file; `None`: none can be made, so that a crash will be an error of the run.
    fn open(&self) -> Option<(usize, File)> {
        let mut table = self.table();
        table.idle.pop().or_else(|| {
            let row = table.rows.len();
            let mut options = File::options();
            options.create(true).truncate(true).write(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(self.folder.join(format!("{IN_WORK}{row}"))).ok()?;
            table.rows.push(None);
            Some((row, file))
        })
    }
}

/// One line of constant length over the earlier one: it takes no new room on a full disk, and is never half of two.
fn write(file: &mut File, text: &str) {
    let line = format!("{text:<0$}\n", DIGITS + 2);
    let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(line.as_bytes()));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks at the ages until the attempt is over, or one is too old.
fn watch(table: &Weak<Mutex<Table>>, folder: &Path, longest: Duration, hung: impl FnOnce()) {
    let mut last = Instant::now();
    loop {
        std::thread::sleep(TICK);
        let Some(table) = table.upgrade() else { return };
        let passed = last.elapsed().min(TICK * 2);
        last = Instant::now();
        let mut table = lock(&table);
        table.rows.iter_mut().flatten().for_each(|r| r.age += passed);
        let old: String = table
            .rows
            .iter()
            .flatten()
            .filter(|r| r.age > longest)
            .map(|r| format!("{} {}\n", r.step.letter(), r.digest.0))
            .collect();
        if !old.is_empty() {
            // Unwritten, all in work are suspects, and this one alone the next time.
            let _ = fs::write(folder.join(HUNG), old);
            drop(table);
            return hung();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn submission(id: &str) -> Submission {
        Submission { id: id.into(), ..Submission::default() }
    }

    fn begun(plan: RestartPlan, folder: &Path) -> Attempts {
        Attempts::begin(plan, folder, Duration::from_secs(600), 1, || ()).unwrap()
    }

    #[test]
    fn what_is_in_work_stands_on_disk() {
        let dir = tempfile::tempdir().unwrap();
        let attempts = begun(RestartPlan::default(), dir.path());
        let in_work = || {
            let mut list = Leftovers::in_folder(dir.path()).in_work;
            list.sort_by_key(|(step, _)| step.letter());
            list
        };
        assert_eq!(in_work(), []);
        let one = attempts.work(Step::Hashing, 0, &submission("A"));
        let mut two = attempts.work(Step::Hashing, 1, &submission("A"));
        two.step(Step::Reading);
        let (a, b) = (
            (Step::Hashing, SubmissionDigest::of(0, &submission("A"))),
            (Step::Reading, SubmissionDigest::of(1, &submission("A"))),
        );
        assert_eq!(in_work(), [a, b.clone()]);
        drop(one);
        assert_eq!(in_work(), [b]);
        let three = attempts.work(Step::Judging, 0, &submission("B"));
        drop((two, three));
        assert_eq!(Leftovers::in_folder(dir.path()), Leftovers::default());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "rows are used again");
        attempts.reporting();
        assert!(Leftovers::in_folder(dir.path()).reporting);
        drop(begun(RestartPlan { restarts: 1, ..RestartPlan::default() }, dir.path()));
        assert_eq!(Leftovers::in_folder(dir.path()), Leftovers::default());
    }

    #[test]
    fn what_takes_too_long_is_told_once() {
        let dir = tempfile::tempdir().unwrap();
        let (send, told) = mpsc::channel();
        let attempts = Attempts::begin(RestartPlan::default(), dir.path(), Duration::from_millis(500), 6, move || {
            send.send(()).unwrap();
        })
        .unwrap();
        for _ in 0..4 {
            // Each step is of one age; another submission in its place begins anew.
            let _quick = attempts.work(Step::Hashing, 0, &submission("B"));
            assert!(told.recv_timeout(Duration::from_secs(1)).is_err());
        }
        let mut slow = attempts.work(Step::Hashing, 0, &submission("A"));
        slow.step(Step::Reading);
        told.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(Leftovers::in_folder(dir.path()).hung, [(Step::Reading, SubmissionDigest::of(0, &submission("A")))]);
    }

    #[test]
    fn the_next_attempt_knows_of_the_last() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (submission("A"), submission("B"));
        let attempts = begun(RestartPlan::default(), dir.path());
        attempts.work(Step::Reading, 0, &a).read();
        assert!(!attempts.work(Step::Reading, 0, &a).was_read(), "it was read now, not before");
        let failure = Failure { how: How::Hung, step: Step::Reading };
        let plan = RestartPlan {
            restarts: 1,
            failed: [(SubmissionDigest::of(0, &b), failure)].into(),
            suspects: [SubmissionDigest::of(0, &a)].into(),
            ..RestartPlan::default()
        };
        let plan: RestartPlan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
        let attempts = begun(plan, dir.path());
        assert!(attempts.is_suspect(0, &a) && !attempts.is_suspect(1, &a) && !attempts.is_suspect(0, &b));
        let (a, b) = (attempts.work(Step::Hashing, 0, &a), attempts.work(Step::Hashing, 0, &b));
        assert!(a.was_read() && !b.was_read());
        assert_eq!((a.failed(), b.failed()), (None, Some((Step::Reading, "读取超时（每份上限 600 秒）".to_owned()))));
        assert_eq!(a.given_up(), None);
    }
}
