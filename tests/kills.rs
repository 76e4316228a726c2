//! Killed anywhere, the same command ends with the same bytes: an audit of a few real documents is killed again and
//! again, while threads of this test keep the processors busy, and then run to its end beside an undisturbed one. A few
//! kills with each run of the tests; `YUSHEN_KILLS=200` is the long mode (`.ci/run long`), which prints its figures.
//! `YUSHEN_KILLS_PROGRAM` names another program to kill, such as an earlier build (with ONNX Runtime beside it, if that
//! is to compute).
//!
//! A kill is aimed at one step of the work, by the notes that the audit keeps of it (`OUT/.yushen/at-work`) and by the
//! faults that hold it at a point; where in the step it strikes is drawn from a fixed seed, over times that were
//! measured here.

#![cfg(all(unix, debug_assertions))]

mod outputs;

use outputs::{AS_OF, binary, json};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Of the demonstration batch: cards and photos, and a letter, so that both kinds of engines and the face models work.
const DOCUMENTS: [(&str, &[&str]); 4] = [
    ("20241500005", &["身份证人像面.jpg", "身份证国徽面.jpg", "个人照片.jpg"]),
    ("20244700008", &["身份证人像面.jpg", "身份证国徽面.jpg", "个人照片.jpg"]),
    ("20244100003", &["身份证国徽面.jpg", "一寸照片.jpg"]),
    ("20245000010", &["身份证国徽面.jpg", "学历承诺书.webp"]),
];
/// The step of the work at which a kill is aimed, in the order of one round; what was read in one stays read, so the
/// first ones find the most to do.
const STEPS: [Step; 10] = [
    Step::Reading,
    Step::Reading,
    Step::Reading,
    Step::Reading,
    Step::Judging,
    Step::Publishing,
    Step::Publishing,
    Step::Report,
    Step::Report,
    Step::Anywhere,
];
/// Kills of the short mode, for each runtime.
const FEW: usize = 10;
/// Nothing that this test waits for takes so long on any machine.
const PATIENCE: Duration = Duration::from_mins(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Reading,
    Judging,
    Publishing,
    Report,
    Anywhere,
}

/// What ends the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    /// `kill -9` of the process that was started.
    Kill,
    /// `kill -9` of the working child: its supervisor goes on.
    KillWorker,
    /// A service manager, a machine that shuts down.
    Terminate,
    /// The terminal is closed: everything that was started from its shell is told.
    Hangup,
    /// The shell dies and nobody is told: what it started goes on, without anybody to write to.
    ShellGone,
}

const HOWS: [How; 7] = [How::Kill, How::Terminate, How::Kill, How::Hangup, How::KillWorker, How::Kill, How::ShellGone];

#[test]
fn killed_anywhere_the_same_command_ends_with_the_same_bytes() {
    let long: Option<usize> = std::env::var("YUSHEN_KILLS").ok().map(|n| n.parse().expect("YUSHEN_KILLS is a number"));
    let program = std::env::var_os("YUSHEN_KILLS_PROGRAM").map_or_else(binary, PathBuf::from);
    let mut runtimes = vec!["rten"];
    if program.parent().and_then(Path::parent).is_some_and(|p| p.join("onnxruntime").is_dir()) {
        // First, and in the short mode too: it is the one whose exit handlers once took the floor from under its
        // threads.
        runtimes.insert(0, "onnxruntime");
    } else {
        eprintln!("ONNX Runtime is not there, so only rten is killed; scripts/onnxruntime fetches it");
    }
    let wanted = long.map_or(FEW, |n| n.div_ceil(runtimes.len()));
    let busy = Busy::start(if long.is_some() { 2 } else { 1 });
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut figures = Vec::new();
    for runtime in runtimes {
        let scene = Scene::new(&program, runtime);
        figures.push(scene.many(wanted, &mut random));
    }
    drop(busy);
    for f in &figures {
        println!("{f}");
    }
    let wrong: Vec<&str> = figures.iter().flat_map(|f| &f.wrong).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} rounds ended otherwise than undisturbed:\n{}", wrong.len(), wrong.join("\n"));
    // How many come too late is the machine's affair; that none comes at all would say that nothing was tried.
    let struck = |f: &Figures| f.struck.values().sum::<usize>();
    assert!(figures.iter().all(|f| struck(f) > 0), "kills must strike an audit at work: {figures:?}");
}

/// What came of the kills under one runtime.
#[derive(Debug)]
struct Figures {
    runtime: String,
    rounds: usize,
    kills: usize,
    /// Kills that struck an audit at work, by step and by what killed.
    struck: BTreeMap<(Step, How), usize>,
    /// One reading of everything, undisturbed.
    alone: Duration,
    wrong: Vec<String>,
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sums = |of: &dyn Fn(&(Step, How)) -> String| {
            let mut sums: BTreeMap<String, usize> = BTreeMap::new();
            self.struck.iter().for_each(|(key, n)| *sums.entry(of(key)).or_default() += n);
            sums.iter().map(|(name, n)| format!("{name} {n}")).collect::<Vec<_>>().join(", ")
        };
        write!(
            f,
            "{}: {} rounds, {} kills, of them at work: {} ({}); rounds that ended otherwise: {}; undisturbed {:.1} s",
            self.runtime,
            self.rounds,
            self.kills,
            sums(&|(step, _)| format!("{step:?}")),
            sums(&|(_, how)| format!("{how:?}")),
            self.wrong.len(),
            self.alone.as_secs_f64()
        )
    }
}

struct Scene {
    dir: tempfile::TempDir,
    program: PathBuf,
    runtime: String,
    /// Outputs of a run that nobody disturbed, and how long it took.
    undisturbed: BTreeMap<String, Vec<u8>>,
    alone: Duration,
}

impl Scene {
    fn new(program: &Path, runtime: &str) -> Self {
        let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/batch");
        let dir = tempfile::tempdir().unwrap();
        let batch = dir.path().join("batch");
        for (id, files) in DOCUMENTS {
            fs::create_dir_all(batch.join(id)).unwrap();
            for file in files {
                fs::copy(demo.join(id).join(file), batch.join(id).join(file)).unwrap();
            }
        }
        fs::copy(demo.join("报名信息.csv"), batch.join("报名信息.csv")).unwrap();
        let mut scene = Self {
            dir,
            program: program.to_owned(),
            runtime: runtime.to_owned(),
            undisturbed: BTreeMap::new(),
            alone: Duration::ZERO,
        };
        let began = Instant::now();
        let out = scene.dir.path().join("undisturbed");
        assert_eq!(scene.command(&out).status().unwrap().code(), Some(0));
        scene.alone = began.elapsed();
        scene.undisturbed = outputs_of(&out);
        assert!(scene.undisturbed.len() > 5, "{:?}", scene.undisturbed.keys());
        scene
    }

    fn arguments(&self, out: &Path) -> Vec<String> {
        let path = |p: &Path| p.to_str().unwrap().to_owned();
        let fixed = ["--as-of", AS_OF, "--jobs", "4", "--quiet", "--runtime", &self.runtime].map(str::to_owned);
        [vec!["audit".to_owned(), path(&self.dir.path().join("batch")), "-o".to_owned(), path(out)], fixed.to_vec()]
            .concat()
    }

    fn command(&self, out: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(self.arguments(out))
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// So many kills, in rounds that each begin with nothing and end with the same command undisturbed.
    fn many(&self, kills: usize, random: &mut Random) -> Figures {
        let mut figures = Figures {
            runtime: self.runtime.clone(),
            rounds: 0,
            kills: 0,
            struck: BTreeMap::new(),
            alone: self.alone,
            wrong: Vec::new(),
        };
        while figures.kills < kills {
            let out = self.dir.path().join("out");
            let _ = fs::remove_dir_all(&out);
            let mut log = Vec::new();
            for step in STEPS {
                let how = HOWS[figures.kills % HOWS.len()];
                let struck = self.kill(&out, step, how, random);
                figures.kills += 1;
                log.push(format!("{step:?} by {how:?}{}", if struck { "" } else { " (too late)" }));
                *figures.struck.entry((step, how)).or_default() += usize::from(struck);
            }
            figures.rounds += 1;
            let code = self.to_the_end(&out);
            let now = outputs_of(&out);
            let other: Vec<&String> = self
                .undisturbed
                .keys()
                .chain(now.keys())
                .filter(|file| self.undisturbed.get(*file) != now.get(*file))
                .collect();
            if code != Some(0) || !other.is_empty() {
                let flags = String::from_utf8_lossy(now.get("flags.csv").map_or(&[][..], Vec::as_slice)).into_owned();
                let engines: Vec<&str> =
                    flags.lines().filter(|l| l.contains("engine") || l.contains("internal-error")).collect();
                figures.wrong.push(format!(
                    "{} round {} ({}): code {code:?}, other bytes in {other:?}\n{}",
                    self.runtime,
                    figures.rounds,
                    log.join(", "),
                    engines.join("\n")
                ));
            }
        }
        figures
    }

    /// The same command, and nobody disturbs it; what survived its shell may still be at it.
    fn to_the_end(&self, out: &Path) -> Option<i32> {
        let began = Instant::now();
        loop {
            let done = self.command(out).stderr(Stdio::piped()).output().unwrap();
            if !String::from_utf8_lossy(&done.stderr).contains("another run is writing") || began.elapsed() > PATIENCE {
                return done.status.code();
            }
        }
    }

    /// Starts the command and kills it; `false`: it had come to its end before.
    fn kill(&self, out: &Path, step: Step, how: How, random: &mut Random) -> bool {
        let go = self.dir.path().join("go");
        let _ = fs::remove_file(&go);
        let hold = |whom: &str| format!("wait={whom}@{}", go.display());
        let faults = match step {
            Step::Judging => DOCUMENTS.map(|(id, _)| hold(&format!("(judge){id}"))).join(","),
            Step::Publishing => hold("(publish)"),
            Step::Report => hold("(report)"),
            Step::Reading | Step::Anywhere => String::new(),
        };
        // Whoever stopped the last audit may have left its child a moment to end.
        let mut started = Started::new(self, out, &faults, how);
        let at_work = out.join(".yushen/at-work");
        let notes = |letter: &str| {
            let files = fs::read_dir(&at_work).into_iter().flatten().flatten();
            files
                .filter(|f| f.file_name().to_string_lossy().starts_with("in-work-"))
                .any(|f| fs::read_to_string(f.path()).is_ok_and(|t| t.starts_with(letter)))
        };
        let finished = |out: &Path| {
            fs::read_dir(out)
                .into_iter()
                .flatten()
                .flatten()
                .filter(|f| f.file_name().to_string_lossy().starts_with(".yushen-unfinished-"))
                .count()
                > 0
        };
        let ready = || match step {
            Step::Reading => notes("r "),
            Step::Judging => notes("j "),
            // What is judged lies there under names of its own, and nothing is in work.
            Step::Publishing => finished(out) && !notes("j ") && !notes("r ") && !notes("h "),
            Step::Report => at_work.join("reporting").exists(),
            Step::Anywhere => true,
        };
        let began = Instant::now();
        while !ready() && !started.ended() && began.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(1));
        }
        fs::write(&go, "").unwrap();
        let share = match step {
            Step::Reading => self.alone / 3,
            Step::Judging => Duration::from_millis(3),
            Step::Publishing => Duration::from_millis(10),
            Step::Report => Duration::from_millis(150),
            Step::Anywhere => self.alone,
        };
        let until = Instant::now() + share.mul_f64(random.next());
        while Instant::now() < until && !started.ended() {
            std::thread::sleep(Duration::from_micros(200));
        }
        started.strike(how)
    }
}

/// An audit that was started, directly or from a shell.
struct Started {
    child: Child,
}

impl Started {
    fn new(scene: &Scene, out: &Path, faults: &str, how: How) -> Self {
        let mut command = if matches!(how, How::Hangup | How::ShellGone) {
            let mut shell = Command::new("sh");
            // The second command keeps the shell from becoming the first.
            shell.args(["-c", "\"$0\" \"$@\"; exit $?"]).arg(&scene.program).args(scene.arguments(out));
            shell
        } else {
            scene.command(out)
        };
        // Pipes that nobody reads, and that break with us: as a terminal does.
        let streams = if how == How::ShellGone { Stdio::piped } else { Stdio::null };
        command.env("OMP_THREAD_LIMIT", "1").env("YUSHEN_TEST_FAULTS", faults).process_group(0);
        Self { child: command.stdin(streams()).stdout(streams()).stderr(streams()).spawn().unwrap() }
    }

    fn ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    fn strike(mut self, how: How) -> bool {
        let pid = self.child.id();
        let struck = !self.ended()
            && match how {
                How::Kill | How::ShellGone => self.child.kill().is_ok(),
                How::Terminate => send("-TERM", &pid.to_string()),
                How::Hangup => send("-HUP", &format!("-{pid}")),
                How::KillWorker => child_of(pid).is_some_and(|worker| send("-KILL", &worker)),
            };
        // A supervisor whose child was killed has its run go on.
        self.child.wait().unwrap();
        struck
    }
}

fn send(signal: &str, whom: &str) -> bool {
    Command::new("kill").args([signal, "--", whom]).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

fn child_of(pid: u32) -> Option<String> {
    let list = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    list.split_whitespace().next().map(str::to_owned)
}

/// Whatever a run leaves that must be the same: all files but its own notes, and of its record all but how long it took
/// and what it could take up.
fn outputs_of(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(out)
        .into_iter()
        .filter_entry(|e| e.file_name() != ".yushen")
        .map(Result::unwrap)
        .filter(|e| e.file_type().is_file());
    files
        .map(|f| {
            let name = f.path().strip_prefix(out).unwrap().to_string_lossy().into_owned();
            let bytes = match name.as_str() {
                "run.json" => {
                    let mut run = json(f.path());
                    ["seconds", "started", "store", "restarts", "peak_memory_bytes"]
                        .iter()
                        .for_each(|key| drop(run.as_object_mut().unwrap().remove(*key)));
                    run.to_string().into_bytes()
                }
                // It shows how long the run took.
                "report/data.js" => Vec::new(),
                _ => fs::read(f.path()).unwrap(),
            };
            (name, bytes)
        })
        .collect()
}

/// Threads that take the processors from the audit, as long as this lives.
struct Busy(std::sync::Arc<AtomicBool>);

impl Busy {
    /// So many for each processor.
    fn start(each: usize) -> Self {
        let stop = std::sync::Arc::new(AtomicBool::new(false));
        for _ in 0..each * std::thread::available_parallelism().map_or(1, usize::from) {
            let stop = std::sync::Arc::clone(&stop);
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        Self(stop)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// xorshift64*, 0–1.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}
