//! Faults on demand: how a reader dies, for the tests of what its death costs. Not compiled into a release.
//! Knows the submissions by their ids in the environment, and nothing else.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

/// `abort=ID,hang=ID,panic=ID,overflow=ID,once=ID@FILE,wait=ID@FILE`; `once` aborts unless the file is there, and makes it; `wait` waits until it is there.
const FAULTS: &str = "YUSHEN_TEST_FAULTS";

/// Milliseconds since 1970 that the clock is to show.
const CLOCK: &str = "YUSHEN_TEST_CLOCK";

pub(super) fn clock() -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_millisecond(std::env::var(CLOCK).ok()?.parse().ok()?).ok()
}

/// Fails as it is said of this id, if anything is.
pub(super) fn strike(id: &str) {
    let list = std::env::var(FAULTS).unwrap_or_default();
    for (what, whom) in list.split(',').filter_map(|f| f.split_once('=')) {
        let (whom, file) = whom.split_once('@').unwrap_or((whom, ""));
        if whom != id {
            continue;
        }
        match what {
            "abort" => std::process::abort(),
            "hang" => loop {
                std::thread::sleep(Duration::from_secs(3600));
            },
            "overflow" => drop(black_box(deep(1))),
            "once" if !Path::new(file).exists() => {
                let _ = std::fs::write(file, "");
                std::process::abort()
            }
            "once" => {}
            "wait" => {
                while !Path::new(file).exists() {
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
            _ => panic!("a fault that was asked for"),
        }
    }
}

#[expect(unconditional_recursion, reason = "it is to end the stack")]
fn deep(n: u64) -> u64 {
    let room = black_box([n; 512]);
    deep(n + 1) + room[black_box(7)]
}
