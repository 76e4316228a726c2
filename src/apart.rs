//! A job in a process of its own, under limits of its own: from a request and bytes to an answer, or to word that the
//! job died of what it was given.
//! Knows no format. What takes all memory, runs for ever or crashes takes only that process along; and since it holds
//! nothing else, whether a file is over the limit depends on the file alone.
//!
//! The process is this program again, called with `CALL`. On Linux the system holds it to its memory (`RLIMIT_DATA`:
//! what is mapped to be written, so that the program's own size does not count), on every Unix to its CPU time.
//! Elsewhere the program's allocator counts (`main.rs`), and a thread its age.

use crate::warning;
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};

/// What is done there: from a request and bytes to an answer.
#[derive(Clone, Copy)]
pub struct Job {
    pub name: &'static str,
    pub work: fn(&[u8], &[u8]) -> Vec<u8>,
}

/// What a job may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub bytes: u64,
    /// Of CPU time.
    pub seconds: u32,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Ended {
    /// It needed more than it may take, or crashed: what it was given did that, and would do it again.
    #[error("the reading process needed more memory or time than it may take, or crashed")]
    OfIts,
    /// It could not be started, or was ended by somebody else.
    #[error("a process to read in: {0}")]
    OfOurs(String),
}

/// The first argument of the process.
const CALL: &str = "--apart";
/// The machine does not have what it may take.
const UNABLE: u8 = 98;
/// Processes at a time: with 16 workers, and a file that takes all it may in each, they would have the machine.
const AT_ONCE: usize = 4;
/// Limits, lengths of request and data.
const HEAD: usize = 8 + 4 + 8 + 8;
/// As the readers' own threads.
const STACK: usize = 16 << 20;

/// This program's file. Without it jobs are done in the process itself: whoever uses the library alone has no program
/// that could be called.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// From now on jobs have processes of their own.
pub fn enable() {
    // On Linux the file that runs, even if another has taken its name meanwhile.
    let running = PathBuf::from("/proc/self/exe");
    let program = if cfg!(target_os = "linux") && running.exists() { Ok(running) } else { std::env::current_exe() };
    match program {
        Ok(program) => {
            // Set once, by the program's beginning.
            let _ = PROGRAM.set(program);
        }
        Err(e) => {
            warning::say(&format!(
                "this program's own file is not found ({e}): files are read without limits on memory"
            ));
        }
    }
}

pub fn enabled() -> bool {
    PROGRAM.get().is_some()
}

/// Does a job.
///
/// # Errors
/// See [`Ended`].
pub fn run(job: Job, request: &[u8], data: &[u8], limits: Limits) -> Result<Vec<u8>, Ended> {
    let Some(program) = PROGRAM.get() else { return Ok((job.work)(request, data)) };
    let _turn = Turn::take();
    let ours = |what: &str, e: io::Error| Ended::OfOurs(format!("{what}: {e}"));
    let mut command = Command::new(program);
    command.arg(CALL).arg(job.name).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|e| ours("cannot be started", e))?;
    if let Some(mut pipe) = child.stdin.take() {
        let head = [
            &limits.bytes.to_le_bytes()[..],
            &limits.seconds.to_le_bytes(),
            &(request.len() as u64).to_le_bytes(),
            &(data.len() as u64).to_le_bytes(),
        ]
        .concat();
        // One that is dead already is found so below.
        let _ = pipe.write_all(&head).and_then(|()| pipe.write_all(request)).and_then(|()| pipe.write_all(data));
    }
    let mut answer = Vec::new();
    let read = match child.stdout.take() {
        // It reads all before it answers, so neither waits for the other.
        Some(pipe) => pipe.take(limits.bytes).read_to_end(&mut answer).map(drop),
        None => Ok(()),
    };
    let status = child.wait().map_err(|e| ours("cannot be waited for", e))?;
    read.map_err(|e| ours("does not answer", e))?;
    match status.code() {
        Some(0) => Ok(answer),
        Some(code) if code == i32::from(UNABLE) => Err(Ended::OfOurs(format!(
            "this machine or its limits do not give it {} bytes of memory (limits.max_reader_bytes)",
            limits.bytes
        ))),
        _ if of_its_own(status) => Err(Ended::OfIts),
        _ => Err(Ended::OfOurs(format!("ended with {status}"))),
    }
}

/// Does the job that this process was called for, if it was called for one.
pub fn serve(jobs: &[Job], cap: fn(u64)) -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().as_deref() != Some(OsStr::new(CALL)) {
        return None;
    }
    let name = arguments.next();
    let Some(job) = jobs.iter().find(|j| name.as_deref() == Some(OsStr::new(j.name))) else {
        return Some(ExitCode::from(2));
    };
    Some(answered(*job, cap).unwrap_or(ExitCode::FAILURE))
}

fn answered(job: Job, cap: fn(u64)) -> io::Result<ExitCode> {
    let mut input = io::stdin().lock();
    let mut head = [0; HEAD];
    input.read_exact(&mut head)?;
    let number = |at: usize| head[at..at + 8].iter().rev().fold(0_u64, |n, b| n << 8 | u64::from(*b));
    let limits =
        Limits { bytes: number(0), seconds: u32::try_from(number(8) & u64::from(u32::MAX)).unwrap_or(u32::MAX) };
    let length = |n: u64| usize::try_from(n).map_err(io::Error::other);
    let (request, data) = (length(number(12))?, length(number(20))?);
    // What this machine does not have would look like what the file must not take.
    if Vec::<u8>::new().try_reserve_exact(length(limits.bytes)?).is_err() {
        return Ok(ExitCode::from(UNABLE));
    }
    confine(limits)?;
    cap(limits.bytes);
    let whole = |bytes: usize, input: &mut io::StdinLock<'_>| {
        let mut all = vec![0; bytes];
        input.read_exact(&mut all).map(|()| all)
    };
    // Too little comes only when the caller has died.
    let (request, data) = (whole(request, &mut input)?, whole(data, &mut input)?);
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || (job.work)(&request, &data))?;
    let answer = thread.join().map_err(|_| io::Error::other("it panicked"))?;
    let mut out = io::stdout().lock();
    out.write_all(&answer)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(unix)]
fn confine(limits: Limits) -> io::Result<()> {
    use rlimit::Resource;
    let no_more = |resource: Resource, most: u64| {
        let (_, hard) = resource.get()?;
        resource.set(most.min(hard), hard)
    };
    // The work of a bomb is no reason to leave gigabytes on the disk.
    no_more(Resource::CORE, 0)?;
    no_more(Resource::CPU, limits.seconds.into())?;
    #[cfg(target_os = "linux")]
    no_more(Resource::DATA, limits.bytes)?;
    Ok(())
}

#[cfg(not(unix))]
fn confine(limits: Limits) -> io::Result<()> {
    use std::time::Duration;
    /// Of wall time for one of CPU time, on a machine that is busy with other things. Summed from ticks, so that a
    /// sleeping machine makes nobody old.
    const BUSY: u32 = 4;
    std::thread::Builder::new()
        .spawn(move || {
            for _ in 0..limits.seconds.saturating_mul(BUSY) {
                std::thread::sleep(Duration::from_secs(1));
            }
            std::process::abort()
        })
        .map(drop)
}

/// Did the process die of what it did itself? Somebody else's signal (or the system's, when memory ends) is no fact
/// about a file.
fn of_its_own(status: ExitStatus) -> bool {
    #[cfg(unix)]
    {
        /// SIGILL, SIGTRAP, SIGABRT, SIGBUS (two systems' numbers), SIGFPE, SIGSEGV, SIGXCPU.
        const OWN: [i32; 8] = [4, 5, 6, 7, 10, 8, 11, 24];
        std::os::unix::process::ExitStatusExt::signal(&status).is_some_and(|s| OWN.contains(&s))
    }
    #[cfg(not(unix))]
    {
        /// An access violation, an illegal instruction, the end of a stack, an abort.
        const OWN: [u32; 4] = [0xC000_0005, 0xC000_001D, 0xC000_00FD, 0xC000_0409];
        status.code().is_some_and(|c| OWN.contains(&c.cast_unsigned()))
    }
}

/// One of the processes that may be at work at a time.
struct Turn;

static TURNS: Mutex<usize> = Mutex::new(AT_ONCE);
static FREE: Condvar = Condvar::new();

impl Turn {
    fn take() -> Self {
        let mut left = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
        while *left == 0 {
            left = FREE.wait(left).unwrap_or_else(PoisonError::into_inner);
        }
        *left -= 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *TURNS.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        FREE.notify_one();
    }
}
