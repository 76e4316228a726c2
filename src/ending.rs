//! The end of a process that somebody else has decided: at once, whatever its threads compute, and without the exit
//! handlers of the libraries that they compute with.
//! Decides nothing itself: `cli/supervise.rs` says when. What leaves something behind for good (an entry of the store,
//! an output) passes through here.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock, TryLockError};
use std::time::{Duration, Instant};

/// Shared by those who are about to leave something behind; alone, by the end.
static LASTING: RwLock<()> = RwLock::new(());
/// The end is decided.
static DECIDED: AtomicBool = AtomicBool::new(false);
/// How long the end waits for those who had begun to leave something behind: they give a finished file its name, so
/// only a disk that hangs takes longer, and then the file is not there, or whole.
const PATIENCE: Duration = Duration::from_secs(1);

/// Does what leaves something behind for good. Once the end is decided it never comes back, and nothing is done. Not to
/// be called from within itself.
pub fn lasting<T>(work: impl FnOnce() -> T) -> T {
    let held = LASTING.read().unwrap_or_else(PoisonError::into_inner);
    if DECIDED.load(Ordering::SeqCst) {
        drop(held);
        loop {
            std::thread::park();
        }
    }
    work()
}

/// Ends this process with `code`.
///
/// Not `std::process::exit`: its handlers take down a library's globals while other threads still compute with them,
/// and what these then say of a picture is not true of it. Not `abort` either: a core file would hold the applicants'
/// pictures, and Windows' error reporting holds the process up.
pub fn now(code: i32) -> ! {
    DECIDED.store(true, Ordering::SeqCst);
    let began = Instant::now();
    while matches!(LASTING.try_write(), Err(TryLockError::WouldBlock)) && began.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(1));
    }
    signal_hook::low_level::exit(code)
}
