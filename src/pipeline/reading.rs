//! From submissions to their facts on disk: the first pass of a run, on all workers, through a store where there is
//! one.
//! Judges nothing; a failure or panic of a reader costs its submission only, and a store that fails costs time only.

use crate::pipeline::attempts::{Attempts, InWork, Step, SubmissionDigest};
use crate::pipeline::interfaces::{Judge, Keeping, Observer, Reader, Reading};
use crate::pipeline::judging::{corrected, guarded, keys_of, message_of};
use crate::report::finding::Stored;
use crate::report::mask::told_id;
use crate::report::run::StoreUse;
use crate::store::{Kept, Lookup};
use crate::vocabulary::batch::CrossKeys;
use crate::vocabulary::documents::{AsAssigned, AssignedPage, Documents};
use crate::vocabulary::stage::{Stage, StageTimes};
use crate::vocabulary::submission::Submission;
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Who works on the first pass.
pub(super) struct ReadPass<'a> {
    pub reader: &'a dyn Reader,
    pub judge: &'a dyn Judge,
    pub observer: &'a dyn Observer,
    pub keeping: Option<&'a Keeping>,
    pub attempts: &'a Attempts,
}

/// Facts on disk in the order in which they came, with what is needed to take them in order of id.
pub(super) struct Spool {
    file: File,
    end: u64,
    /// Offset and bytes of each submission's line, by its position.
    pub(super) places: Vec<(u64, usize)>,
    pub(super) keys: Vec<CrossKeys>,
    pub(super) times: StageTimes,
    /// How a store was used; `None`: there was none.
    pub(super) used: Option<StoreUse>,
}

impl Spool {
    pub(super) fn create(out: &Path, submissions: usize) -> io::Result<Self> {
        let places = vec![(0, 0); submissions];
        Ok(Self {
            file: tempfile::tempfile_in(out)?,
            end: 0,
            places,
            keys: vec![CrossKeys::default(); submissions],
            times: StageTimes::default(),
            used: None,
        })
    }

    fn put(&mut self, position: usize, line: &[u8], keys: CrossKeys, times: &StageTimes) -> io::Result<()> {
        self.file.write_all(line)?;
        self.places[position] = (self.end, line.len());
        self.end += line.len() as u64;
        self.keys[position] = keys;
        self.times.merge(times);
        Ok(())
    }

    pub(super) fn take(&mut self, position: usize) -> io::Result<Stored> {
        let (offset, bytes) = self.places[position];
        let mut line = vec![0; bytes];
        self.file.seek(SeekFrom::Start(offset))?;
        self.file.read_exact(&mut line)?;
        Ok(serde_json::from_slice(&line)?)
    }
}

/// First pass: every submission read once, on all workers; its facts go to disk as soon as they are there.
/// Those that were in work when an earlier attempt died are read first, each while nothing else is.
pub(super) fn read_all(submissions: Vec<(usize, Submission)>, pass: &ReadPass<'_>, spool: Spool) -> io::Result<Spool> {
    let spool = Mutex::new(Spool {
        used: pass
            .keeping
            .filter(|k| !k.temporary)
            .map(|k| StoreUse { folder: k.store.folder().display().to_string(), ..StoreUse::default() }),
        ..spool
    });
    let one = |(position, (batch, submission)): (usize, (usize, Submission))| {
        let mut times = StageTimes::default();
        let mut in_work = pass.attempts.work(Step::Hashing, batch, &submission);
        let read_began = Instant::now();
        let (stored, source) = read_one(batch, submission, pass, &mut in_work, &mut times);
        source.tell(&stored, position, read_began.elapsed());
        if stored.internal_error.is_none() {
            in_work.came_through();
        }
        let stored = asked(pass.judge, corrected(pass.judge, stored));
        let began = Instant::now();
        let (line, stored) = storable(stored)?;
        let keys = keys_of(pass.judge, &stored);
        drop(in_work);
        times.add(Stage::Spool, began.elapsed());
        // A panic while the lock was held is impossible but for lack of memory; the spool is then still whole.
        let mut spool = spool.lock().unwrap_or_else(PoisonError::into_inner);
        spool.put(position, &line, keys, &times)?;
        if let Some(used) = &mut spool.used {
            source.count(used);
        }
        drop(spool);
        pass.observer.step();
        Ok::<_, io::Error>(())
    };
    let all = submissions.into_iter().enumerate();
    let (alone, mut others): (Vec<_>, Vec<_>) =
        all.partition(|(_, (batch, submission))| pass.attempts.is_suspect(*batch, submission));
    alone.into_iter().try_for_each(&one)?;
    if pass.attempts.restarts() > 0 {
        // By chance, and the same on every machine: many of a kind that kill their reader stand side by side in order
        // of id, and the run must find out whether
        // anything can be read at all.
        others.sort_by_cached_key(|(_, (batch, submission))| SubmissionDigest::of(*batch, submission));
    }
    if pass.attempts.one_at_a_time() {
        others.into_iter().try_for_each(one)?;
    } else {
        others.into_par_iter().with_max_len(1).try_for_each(one)?;
    }
    Ok(spool.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Where a submission's facts came from, and what became of them.
#[derive(Debug, Clone, Copy, Default)]
struct Source {
    kept_before: bool,
    damaged: bool,
    not_kept: bool,
}

impl Source {
    /// Of two readings of one submission: it was read if one of them was.
    fn and(self, other: Self) -> Self {
        Self {
            kept_before: self.kept_before && other.kept_before,
            damaged: self.damaged || other.damaged,
            not_kept: self.not_kept || other.not_kept,
        }
    }

    /// As events, without a name: a folder that is called after its applicant is told by its place.
    fn tell(self, stored: &Stored, position: usize, took: Duration) {
        let (submission, ms) =
            (told_id(&stored.submission.id, position), u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        tracing::debug!(submission, ms, source = if self.kept_before { "store" } else { "read" }, "submission read");
        if stored.internal_error.is_some() {
            tracing::warn!(submission, "submission failed inside");
        }
        if self.damaged {
            tracing::warn!(submission, "kept facts were damaged, and read anew");
        }
        if self.not_kept {
            tracing::debug!(submission, "facts are not kept");
        }
    }

    fn count(self, used: &mut StoreUse) {
        *if self.kept_before { &mut used.taken } else { &mut used.read } += 1;
        used.damaged += u64::from(self.damaged);
        used.not_kept += u64::from(self.not_kept);
    }
}

fn read_one(
    batch: usize,
    mut submission: Submission,
    pass: &ReadPass<'_>,
    in_work: &mut InWork<'_>,
    times: &mut StageTimes,
) -> (Stored, Source) {
    let failed = in_work.failed();
    if let Some((Step::Hashing, why)) = failed {
        return (
            Stored { internal_error: Some(why), ..Stored::read(batch, submission, Documents::default()) },
            Source::default(),
        );
    }
    let began = Instant::now();
    let hashed = guarded(|| {
        let mut s = submission.clone();
        pass.reader.hash(batch, &mut s).map(|()| s)
    })
    .and_then(|hashed| hashed);
    times.add(Stage::Hash, began.elapsed());
    let mut source = Source::default();
    let read = hashed.and_then(|s| {
        submission = s;
        in_work.step(Step::Reading);
        failed.map_or_else(|| both(batch, &submission, pass, in_work, times, &mut source), |(_, why)| Err(why))
    });
    let (documents, as_assigned, internal_error) = read.map_or_else(
        |why| (Documents::default(), None, Some(why)),
        |(documents, as_assigned)| (documents, as_assigned, None),
    );
    (Stored { as_assigned, internal_error, ..Stored::read(batch, submission, documents) }, source)
}

/// The facts as they are without anybody's word, and where people said what pages are, the facts as they are read
/// knowing it. Without the first nothing could be taken back where no picture is at hand.
fn both(
    batch: usize,
    submission: &Submission,
    pass: &ReadPass<'_>,
    in_work: &InWork<'_>,
    times: &mut StageTimes,
    source: &mut Source,
) -> Result<(Documents, Option<Box<AsAssigned>>), String> {
    let pages = guarded(|| pass.judge.assigned(submission))?;
    let asked = Asked { batch, submission, assigned: &[] };
    let documents = facts(&asked, pass, in_work, times, source)?;
    let as_assigned = if pages.is_empty() {
        None
    } else {
        let mut second = Source::default();
        let read = facts(&Asked { assigned: &pages, ..asked }, pass, in_work, times, &mut second);
        *source = source.and(second);
        let documents = read?;
        Some(Box::new(AsAssigned { pages, documents }))
    };
    if pass.keeping.is_some_and(|k| k.fresh) && !source.kept_before && !source.not_kept {
        in_work.read();
    }
    Ok((documents, as_assigned))
}

/// What is to be read.
struct Asked<'a> {
    batch: usize,
    submission: &'a Submission,
    assigned: &'a [AssignedPage],
}

/// The facts from the store, or read and kept there.
fn facts(
    asked: &Asked<'_>,
    pass: &ReadPass<'_>,
    in_work: &InWork<'_>,
    times: &mut StageTimes,
    source: &mut Source,
) -> Result<Documents, String> {
    let Asked { batch, submission, assigned } = *asked;
    let began = Instant::now();
    let place = match pass.keeping {
        Some(keeping) => guarded(|| pass.reader.key(batch, submission, assigned))?.map(|key| (keeping, key)),
        None => None,
    };
    if let Some((keeping, key)) = place.as_ref().filter(|(k, _)| !k.fresh || in_work.was_read()) {
        match keeping.store.look_up(key) {
            Lookup::Hit(kept) if guarded(|| pass.reader.answers(batch, &kept.asked))? == kept.answers => {
                source.kept_before = true;
                times.add(Stage::Spool, began.elapsed());
                return Ok(kept.documents);
            }
            Lookup::Damaged => source.damaged = true,
            // Read beside another register, or not yet.
            Lookup::Hit(_) | Lookup::Miss => {}
        }
    }
    times.add(Stage::Spool, began.elapsed());
    if let Some(why) = in_work.given_up() {
        return Err(why);
    }
    let began = Instant::now();
    let reading = on_own_thread(|| pass.reader.read(batch, submission, assigned))??;
    times.merge(&reading.times);
    times.add(Stage::OtherReading, began.elapsed().saturating_sub(reading.times.total()));
    let Reading { documents, asked, lasting, .. } = reading;
    source.not_kept = pass.keeping.is_some();
    let Some((keeping, key)) = place.filter(|_| lasting) else { return Ok(documents) };
    let began = Instant::now();
    let answers = guarded(|| pass.reader.answers(batch, &asked))?;
    let kept = Kept { key, documents, asked, answers };
    // A store that is full or gone costs the next run its time, not this one its results; it is counted and told.
    source.not_kept = !keeping.store.keep(&kept).unwrap_or(false);
    times.add(Stage::Spool, began.elapsed());
    Ok(kept.documents)
}

/// The facts with what the register says of them.
fn asked(judge: &dyn Judge, stored: Stored) -> Stored {
    match guarded(|| judge.register(stored.batch, &stored.documents)) {
        Ok(register) => Stored { register, ..stored },
        Err(why) => Stored { internal_error: stored.internal_error.or(Some(why)), ..stored },
    }
}

/// The line for the disk, and the facts exactly as they will come back from it: facts that change on the way (a number
/// that is none) are a failure of ours.
fn storable(mut stored: Stored) -> io::Result<(Vec<u8>, Stored)> {
    for file in &mut stored.submission.files {
        file.path = PathBuf::new();
    }
    let line = serde_json::to_vec(&stored)?;
    if serde_json::from_slice::<Stored>(&line).is_ok_and(|back| back == stored) {
        return Ok((line, stored));
    }
    let failed = Stored {
        documents: Documents::default(),
        internal_error: Some("the facts read cannot be stored".to_owned()),
        ..stored
    };
    Ok((serde_json::to_vec(&failed)?, failed))
}

/// As [`guarded`], on a thread that is none of the pool's.
///
/// The engines compute on thread pools of their own. A pool's worker that waits for another pool takes up the next
/// submission meanwhile, on top of the half-done one: engines are then borrowed without end, and a model that is loaded
/// on first use waits for itself. A plain thread just waits.
fn on_own_thread<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, String> {
    const STACK: usize = 16 << 20;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("reader".into()).stack_size(STACK).spawn_scoped(scope, work);
        let thread = thread.map_err(|e| format!("no thread to read on: {e}"))?;
        thread.join().map_err(|panic| message_of(&*panic))
    })
}
