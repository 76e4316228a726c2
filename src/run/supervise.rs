//! An audit watches over itself: the work is done by a child process of the same program and arguments, which is
//! started again when it dies.
//! What died with the child is laid to the submissions that were in work (`pipeline/attempts.rs`); nothing is read or
//! judged here.

use crate::ending;
use crate::pipeline::attempts::{Attempts, Failure, How, Leftovers, RestartPlan, Step, SubmissionDigest};
use crate::run::folder::OWN;
use crate::run::request::ReadOptions;
use crate::warning;
use anyhow::{Context as _, bail};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead as _, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// Marks the child; its standard input then brings the plan, and ends when the supervisor does.
const MARK: &str = "YUSHEN_SUPERVISED";
/// When the run began, as the supervisor tells its children: a night that is started again after midnight is still the
/// night of the day before.
const BEGUN: &str = "YUSHEN_BEGUN";
/// The exit code of a child in which a submission took too long.
const HUNG: i32 = 97;
/// How often a run is started again before nothing more is read, if nothing at all could be read so far: a machine on
/// which whatever is tried kills its reader has another trouble than its documents. Where anything can be read there is
/// no such bound: whoever kills the reader alone is the cause of his own restarts.
const MOST_FRUITLESS: u32 = 100;
/// How many deaths may be left that none who was in work can be shown to have caused, before everything is read one at
/// a time: what dies together and not alone (of the memory that several take, of a library's threads) dies no more
/// then, and if it does, it is known who did it.
const MOST_UNEXPLAINED: usize = 3;
/// What ends a run because somebody wants it to: SIGHUP, SIGINT, SIGQUIT, SIGTERM.
const WANTED: [i32; 4] = [1, 2, 3, 15];
/// What ends a process for its own size or time, as the machine's owner has set them: SIGXCPU, SIGXFSZ.
const CURBED: [i32; 2] = [24, 25];
/// libtesseract's OpenMP threads fight each other over lines: without this limit a line costs four times as much, and
/// two workers six times.
/// The OpenMP library reads its environment before `main`, so only a new process can be told.
const OMP_LIMIT: &str = "OMP_THREAD_LIMIT";

/// What `yushen audit` is to do in this process.
pub enum Part {
    /// The work. `None`: nobody supervises.
    Work(Option<RestartPlan>),
    /// Nothing more: a child did it, and ended so.
    Done(u8),
}

/// Starts the supervisor, unless this process is its child or nobody is to supervise (`wanted`).
///
/// # Errors
/// The child died, and not over a submission; or it cannot be started again.
pub fn part(read: &ReadOptions, out: &Path, begun: Timestamp, wanted: bool) -> anyhow::Result<Part> {
    if !wanted {
        return Ok(Part::Work(None));
    }
    if std::env::var_os(MARK).is_some() {
        return plan().map(|plan| Part::Work(Some(plan)));
    }
    let working = |program: &Path| working(program, read, begun);
    let first = std::env::current_exe().and_then(|program| working(&program).spawn().map(|child| (program, child)));
    match first {
        Ok((program, child)) => supervise(&mut working(&program), out, child).map(Part::Done),
        Err(e) => {
            say(&format!("this audit is not supervised ({e}): should the reader die, the run ends with it"));
            Ok(Part::Work(None))
        }
    }
}

/// Is this the process that a supervisor has started?
pub fn is_child() -> bool {
    std::env::var_os(MARK).is_some()
}

/// In a supervisor's child: the moment at which the supervisor began.
///
/// # Errors
/// The environment holds what no supervisor has put there.
pub fn begun(moment: &mut Timestamp) -> anyhow::Result<()> {
    if let Some(text) = std::env::var_os(BEGUN).filter(|_| is_child()) {
        let told = text.to_str().and_then(|t| t.parse().ok());
        *moment = told
            .with_context(|| format!("{BEGUN} is set: it is the program's own, and must not be in the environment"))?;
    }
    Ok(())
}

/// The supervisor's plan, which it has written into our standard input. That input ends when the supervisor dies,
/// however it does; so does this process then.
fn plan() -> anyhow::Result<RestartPlan> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let plan = serde_json::from_str(&line)
        .with_context(|| format!("{MARK} is set: it is the program's own, and must not be in the environment"))?;
    std::thread::Builder::new().name("supervisor".into()).spawn(|| {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        ending::now(1)
    })?;
    Ok(plan)
}

/// The same program and arguments, to do the work.
fn working(program: &Path, read: &ReadOptions, begun: Timestamp) -> Command {
    let mut command = Command::new(program);
    command.args(std::env::args_os().skip(1)).env(MARK, "1").env(BEGUN, begun.to_string()).stdin(Stdio::piped());
    if read.wants_tesseract() && std::env::var_os(OMP_LIMIT).is_none() {
        command.env(OMP_LIMIT, "1");
    }
    command
}

fn supervise(working: &mut Command, out: &Path, mut child: Child) -> anyhow::Result<u8> {
    let mut plan = RestartPlan::default();
    let folder = at_work(out);
    loop {
        // Kept open until the child has ended: it takes the end for ours.
        let mut pipe = child.stdin.take();
        if let Some(pipe) = &mut pipe {
            let mut line = serde_json::to_vec(&plan)?;
            line.push(b'\n');
            // A child that is dead already is found so below.
            let _ = pipe.write_all(&line);
        }
        let ended = Ended::from(child.wait().context("the child process cannot be waited for")?);
        drop(pipe);
        match next(ended, &Leftovers::in_folder(&folder), &mut plan) {
            Next::Done(code) => {
                tidy(out);
                return Ok(code);
            }
            Next::Again(why) => {
                say(&format!(
                    "the working process {ended}, {why}; it is started again ({}), and what was read is not read again",
                    plan.restarts
                ));
                child = working.spawn().with_context(|| {
                    let program = Path::new(working.get_program()).display();
                    format!("{program} cannot be started again; the same command goes on where it was")
                })?;
            }
            Next::Over => {
                tidy(out);
                bail!(
                    "the working process {ended}, and this is no document's doing (memory? a limit of the system? a damaged library?); the same command goes on where it was"
                );
            }
        }
    }
}

fn say(what: &str) {
    warning::say(&crate::report::mask::masked(what));
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Code(i32),
    Signal(i32),
}

impl From<ExitStatus> for Ended {
    fn from(status: ExitStatus) -> Self {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Self::Signal(signal);
        }
        Self::Code(status.code().unwrap_or(-1))
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(HUNG) => f.write_str("was ended"),
            // Windows' codes are known by their hex digits.
            Self::Code(code @ (..0 | 256..)) => write!(f, "died with code {code:#x}"),
            Self::Code(code) => write!(f, "died with code {code}"),
            Self::Signal(signal) => write!(f, "died of signal {signal}"),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Next {
    Done(u8),
    /// Why.
    Again(String),
    Over,
}

/// What follows from how a child ended, and from what it left. Whoever was in work is suspect, and read alone from then
/// on; a suspect that was in work is not tried again, nor is what took too long. So each restart makes the suspects or
/// the failed more, or lets one fail at an earlier step, and nothing is ever taken back:
/// there is an end to it, and it costs nobody anything but those who were in work twice.
fn next(ended: Ended, left: &Leftovers, plan: &mut RestartPlan) -> Next {
    match ended {
        Ended::Code(code @ 0..=2) => return Next::Done(u8::try_from(code).unwrap_or(u8::MAX)),
        // The C library of Windows ends so, too, when it aborts.
        Ended::Code(3) if left.in_work.is_empty() => return Next::Done(3),
        Ended::Signal(signal) if WANTED.contains(&signal) => {
            return Next::Done(u8::try_from(128 + signal).unwrap_or(u8::MAX));
        }
        Ended::Signal(signal) if CURBED.contains(&signal) => return Next::Over,
        _ => {}
    }
    let why = if ended == Ended::Code(HUNG) && !left.hung.is_empty() {
        let news = left.hung.iter().filter(|(step, digest)| fails(digest, How::Hung, *step, plan)).count();
        (news > 0).then(|| format!("as {} took longer than a submission may", left.hung.len()))
    } else if !left.in_work.is_empty() {
        lay(&left.in_work, plan).then(|| format!("with {} in work", left.in_work.len()))
    } else if left.reporting && !plan.without_pictures {
        plan.without_pictures = true;
        Some("over the pictures of the report, which is made without any".to_owned())
    } else {
        None
    };
    let Some(why) = why else { return Next::Over };
    plan.restarts += 1;
    plan.one_at_a_time |= plan.unexplained.len() > MOST_UNEXPLAINED;
    plan.exhausted = plan.restarts >= MOST_FRUITLESS && !left.progress;
    Next::Again(why)
}

/// Lays a death to those who were in work; `false`: all of this was known before.
fn lay(in_work: &[(Step, SubmissionDigest)], plan: &mut RestartPlan) -> bool {
    let (mut suspected, mut failed) = (BTreeSet::new(), false);
    for (step, digest) in in_work {
        if plan.suspects.insert(digest.clone()) {
            suspected.insert(digest.clone());
        } else {
            failed |= fails(digest, How::Crashed, *step, plan);
        }
    }
    let news = failed || !suspected.is_empty();
    if !suspected.is_empty() && !failed {
        plan.unexplained.push(suspected);
    }
    news
}

/// It is not tried again, from the earliest step on at which it failed; `false`: that was known before. Deaths at which
/// it was in work are explained.
fn fails(digest: &SubmissionDigest, how: How, step: Step, plan: &mut RestartPlan) -> bool {
    if plan.failed.get(digest).is_some_and(|known| known.step <= step) {
        return false;
    }
    plan.failed.insert(digest.clone(), Failure { how, step });
    plan.unexplained.retain(|beside| !beside.contains(digest));
    true
}

/// The folder of what is noted while the work goes on.
pub fn at_work(out: &Path) -> PathBuf {
    out.join(OWN).join("at-work")
}

/// Removes what a child that died has left, unless another run is at work there.
fn tidy(out: &Path) {
    let Ok(file) = File::options().write(true).open(out.join(OWN).join("lock")) else { return };
    if file.try_lock().is_ok() {
        // What cannot be removed is removed by the next run.
        let _ = fs::remove_dir_all(at_work(out));
    }
}

/// What a child notes of its work, and keeps for the next should it die. Gone with this value.
pub struct AtWork {
    folder: PathBuf,
    plan: Option<RestartPlan>,
    attempts: Attempts,
}

impl AtWork {
    /// Clears away what an earlier run has left in the output folder, which is locked. Without a plan nothing is noted.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn new(out: &Path, plan: Option<RestartPlan>) -> anyhow::Result<Self> {
        let folder = at_work(out);
        if plan.as_ref().is_none_or(|p| p.restarts == 0) && folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
        }
        Ok(Self { folder, plan, attempts: Attempts::alone() })
    }

    /// Where facts are kept for the next attempt, by a run that keeps none otherwise.
    pub fn store(&self) -> Option<PathBuf> {
        self.plan.as_ref().map(|_| self.folder.join("store"))
    }

    pub fn without_pictures(&self) -> bool {
        self.plan.as_ref().is_some_and(|p| p.without_pictures)
    }

    /// From now on what is in work is noted; a submission that takes longer than `longest`, with `jobs` workers, ends
    /// the process.
    ///
    /// # Errors
    /// The notes cannot be written.
    pub fn attempts(&mut self, longest: Duration, jobs: usize) -> anyhow::Result<&Attempts> {
        if let Some(plan) = self.plan.clone() {
            let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
            let share = u32::try_from(jobs.div_ceil(processors)).unwrap_or(u32::MAX);
            let begun = Attempts::begin(plan, &self.folder, longest, share, || ending::now(HUNG));
            self.attempts = begun.with_context(|| format!("cannot write into {}", self.folder.display()))?;
        }
        Ok(&self.attempts)
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        // Its files are closed first: an open one cannot be removed everywhere.
        self.attempts = Attempts::alone();
        if self.plan.is_some() {
            // What cannot be removed is removed by the next run.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::submission::Submission;

    fn digest(id: &str) -> SubmissionDigest {
        SubmissionDigest::of(0, &Submission { id: id.into(), ..Submission::default() })
    }

    fn left(in_work: &[&str], hung: &[&str]) -> Leftovers {
        let list = |ids: &[&str]| ids.iter().map(|id| (Step::Reading, digest(id))).collect();
        Leftovers { in_work: list(in_work), hung: list(hung), ..Leftovers::default() }
    }

    #[test]
    fn an_ordinary_end_is_passed_on() {
        for (ended, code) in [
            (Ended::Code(0), 0),
            (Ended::Code(1), 1),
            (Ended::Code(2), 2),
            (Ended::Code(3), 3),
            (Ended::Signal(2), 130),
            (Ended::Signal(15), 143),
        ] {
            assert_eq!(next(ended, &left(&[], &[]), &mut RestartPlan::default()), Next::Done(code), "{ended:?}");
        }
        assert_eq!(
            next(Ended::Signal(15), &left(&["A"], &[]), &mut RestartPlan::default()),
            Next::Done(143),
            "somebody wants it to end"
        );
    }

    #[test]
    fn a_death_without_a_submission_in_work_is_the_runs() {
        for ended in
            [Ended::Signal(9), Ended::Signal(11), Ended::Code(101), Ended::Code(-1_073_741_819), Ended::Code(HUNG)]
        {
            assert_eq!(next(ended, &left(&[], &[]), &mut RestartPlan::default()), Next::Over, "{ended:?}");
        }
        assert_eq!(
            next(Ended::Signal(25), &left(&["A"], &[]), &mut RestartPlan::default()),
            Next::Over,
            "a limit on the size of files"
        );
        let mut plan = RestartPlan::default();
        let reporting = Leftovers { reporting: true, ..Leftovers::default() };
        assert!(matches!(next(Ended::Signal(11), &reporting, &mut plan), Next::Again(_)));
        assert!(plan.without_pictures);
        assert_eq!(next(Ended::Signal(11), &reporting, &mut plan), Next::Over);
    }

    #[test]
    fn whoever_was_in_work_is_read_alone_and_then_no_more() {
        let mut plan = RestartPlan::default();
        for ended in [Ended::Signal(6), Ended::Code(-1_073_741_819), Ended::Code(3)] {
            let mut plan = RestartPlan::default();
            assert!(matches!(next(ended, &left(&["A", "B"], &[]), &mut plan), Next::Again(_)), "{ended:?}");
            assert_eq!((plan.suspects, plan.failed.len()), ([digest("A"), digest("B")].into(), 0));
        }
        next(Ended::Signal(6), &left(&["A", "B"], &[]), &mut plan);
        next(Ended::Signal(9), &left(&["B"], &[]), &mut plan);
        assert_eq!(plan.failed, [(digest("B"), Failure { how: How::Crashed, step: Step::Reading })].into());
        // What hangs is told as that, whoever was beside it.
        next(Ended::Code(HUNG), &left(&["C", "D"], &["D"]), &mut plan);
        assert_eq!(plan.failed[&digest("D")].how, How::Hung);
        assert_eq!((plan.restarts, plan.suspects.len(), plan.failed.len(), plan.exhausted), (3, 2, 2, false));
    }

    /// Whoever kills the reader alone costs himself two restarts and nobody else anything, however many there are.
    #[test]
    fn who_dies_alone_uses_up_nothing() {
        let mut plan = RestartPlan::default();
        let some = |ids: &[&str]| Leftovers { progress: true, ..left(ids, &[]) };
        for n in 0..500 {
            let (killer, beside) = (format!("K{n}"), format!("B{n}"));
            assert!(matches!(next(Ended::Signal(11), &some(&[&killer, &beside]), &mut plan), Next::Again(_)));
            assert!(matches!(next(Ended::Signal(11), &some(&[&killer]), &mut plan), Next::Again(_)));
        }
        assert_eq!((plan.restarts, plan.failed.len(), plan.suspects.len()), (1000, 500, 1000));
        assert!(!plan.exhausted && !plan.one_at_a_time && plan.unexplained.is_empty());
    }

    /// Several that die together and not alone are read one at a time in the end.
    #[test]
    fn deaths_that_nobody_caused_lead_to_one_at_a_time() {
        let mut plan = RestartPlan::default();
        for n in 0..=MOST_UNEXPLAINED {
            assert!(!plan.one_at_a_time);
            assert!(matches!(
                next(Ended::Signal(9), &left(&[&format!("A{n}"), &format!("B{n}")], &[]), &mut plan),
                Next::Again(_)
            ));
        }
        assert!(plan.one_at_a_time && plan.failed.is_empty());
    }

    /// A machine on which everything dies comes to an end, too: what cannot be read at all is given up, and the same
    /// death is not answered twice.
    #[test]
    fn there_is_an_end_to_it() {
        let mut plan = RestartPlan::default();
        for n in 0..MOST_FRUITLESS {
            assert!(!plan.exhausted);
            assert!(matches!(next(Ended::Signal(11), &left(&[&n.to_string()], &[]), &mut plan), Next::Again(_)));
        }
        assert!(plan.exhausted);
        let at = |step| Leftovers { in_work: vec![(step, digest("0"))], ..Leftovers::default() };
        assert!(matches!(next(Ended::Signal(11), &at(Step::Judging), &mut plan), Next::Again(_)));
        assert!(matches!(next(Ended::Signal(11), &at(Step::Hashing), &mut plan), Next::Again(_)), "at an earlier step");
        for step in [Step::Hashing, Step::Reading, Step::Judging] {
            assert_eq!(next(Ended::Signal(11), &at(step), &mut plan), Next::Over);
        }
    }
}
