//! The law for the report's page: JSON in, JSON out, through one buffer each. The page takes room with `room`, writes
//! its request there, calls `load`, `again`, `others` or `notice`, and reads as many bytes at `answer` as were returned.
//! Judges nothing itself and asks the browser for nothing.

use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use yushen_review::again::{Bench, Law};
use yushen_review::findings::finding::Finding;
use yushen_review::findings::notice::Notice;
use yushen_review::findings::others::Others;
use yushen_review::page::detail::Detail;

thread_local! {
    static REQUEST: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static BENCH: RefCell<Option<Bench>> = const { RefCell::new(None) };
    static OTHERS: RefCell<Others> = RefCell::new(Others::default());
}

/// Room for a request of that many bytes: its address.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    REQUEST.with_borrow_mut(|request| {
        request.clear();
        request.resize(bytes, 0);
        request.as_mut_ptr()
    })
}

/// Where the last answer is.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> *const u8 {
    ANSWER.with_borrow(|answer| answer.as_ptr())
}

/// Takes the rules of a run. Returns the answer's length.
#[unsafe(no_mangle)]
pub extern "C" fn load() -> usize {
    told(REQUEST.with_borrow(|request| {
        let law: Law = serde_json::from_slice(request).map_err(|e| e.to_string())?;
        let bench = Bench::new(law).map_err(|e| e.to_string())?;
        BENCH.with_borrow_mut(|ready| *ready = Some(bench));
        Ok(())
    }))
}

/// Judges a finding again with the entries about it. Returns the answer's length.
#[unsafe(no_mangle)]
pub extern "C" fn again() -> usize {
    told(REQUEST.with_borrow(|request| -> Result<Detail, String> {
        let Asked { finding, entries } = serde_json::from_slice(request).map_err(|e| e.to_string())?;
        BENCH.with_borrow(|bench| {
            let bench = bench.as_ref().ok_or("no rules were loaded")?;
            bench.again(finding, &entries).map_err(|e| e.to_string())
        })
    }))
}

/// Takes all applicants of the report, each with the id of his submission and whatever else names him: no notice to
/// another one names them. Returns the answer's length.
#[unsafe(no_mangle)]
pub extern "C" fn others() -> usize {
    told(REQUEST.with_borrow(|request| {
        let all: Vec<(String, Vec<String>)> = serde_json::from_slice(request).map_err(|e| e.to_string())?;
        let mut others = Others::default();
        all.iter().for_each(|(id, values)| others.learn_of(id, values.iter().map(String::as_str)));
        OTHERS.with_borrow_mut(|known| *known = others);
        Ok(())
    }))
}

/// Writes the notice for a finding's applicant with the entries about it. Returns the answer's length.
#[unsafe(no_mangle)]
pub extern "C" fn notice() -> usize {
    told(REQUEST.with_borrow(|request| -> Result<Notice, String> {
        let Asked { finding, entries } = serde_json::from_slice(request).map_err(|e| e.to_string())?;
        BENCH.with_borrow(|bench| {
            let bench = bench.as_ref().ok_or("no rules were loaded")?;
            OTHERS.with_borrow(|others| bench.notice(finding, &entries, others)).map_err(|e| e.to_string())
        })
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    finding: Finding,
    /// Lines of JSON.
    entries: String,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Told<T> {
    Done(T),
    Error(String),
}

fn told<T: Serialize>(outcome: Result<T, String>) -> usize {
    let told = outcome.map_or_else(Told::Error, Told::Done);
    let text = serde_json::to_vec(&told).unwrap_or_else(|_| br#"{"error":"the answer cannot be written"}"#.to_vec());
    ANSWER.with_borrow_mut(|answer| {
        *answer = text;
        answer.len()
    })
}
