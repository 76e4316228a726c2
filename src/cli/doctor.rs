//! `yushen doctor`: is everything here that a night's run needs? Each thing is looked at as the run would use it, and
//! what to do is said beside what is wrong.
//! Changes nothing and audits nothing; what it writes to see whether it may is gone at once.

use crate::cli::config::{Config, places};
use crate::cli::exit;
use crate::cli::options::{LangOption, RulesOption};
use crate::cli::zh_errors;
use crate::disk;
use crate::inspect::photo::FaceModels;
use crate::ocr::digits::DigitModel;
use crate::ocr::ppocr::PpOcr;
use crate::report::summary::{Lang, fit};
use crate::run::folder::OWN;
use crate::run::record::on;
use crate::run::request::Computing;
use crate::run::rules::load;
use crate::run::today::today;
use crate::runtime::Runtime;
use crate::store::{Fault, Store};
use clap::Args;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, IsTerminal as _, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use yushen_models::{digits, face, ppocr};

/// Bytes free below which a night may not end: outputs, report and facts of 2,000 submissions take about half of it.
const PLENTY: u64 = 2_000_000_000;
/// Bytes free below which not even a hundred submissions' outputs are sure to fit.
const LEAST: u64 = 100_000_000;
/// Bytes of stack that a reader's thread has (`pipeline::reading`).
const STACK: usize = 16 << 20;
/// Columns of a label.
const LABEL: usize = 14;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Warn,
    Fail,
}

/// One thing that was looked at, in the language that was asked for.
#[derive(Debug, Clone, Serialize)]
struct Line {
    check: String,
    state: State,
    seen: String,
    /// What to do; `None` where nothing is to be done.
    remedy: Option<String>,
}

/// What is looked at, collected in one language.
struct Checks {
    zh: bool,
    lines: Vec<Line>,
}

impl Checks {
    fn say(&mut self, check: [&str; 2], state: State, seen: [String; 2], remedy: Option<[&str; 2]>) {
        let pick = usize::from(!self.zh);
        let [zh, en] = seen;
        self.lines.push(Line {
            check: check[pick].to_owned(),
            state,
            seen: if self.zh { zh } else { en },
            remedy: remedy.map(|r| r[pick].to_owned()),
        });
    }
}

#[derive(Debug, Clone, Args)]
pub struct DoctorArgs {
    /// Output folder to look at [default: the configuration's]
    #[arg(short, long, value_name = "OUT")]
    pub out: Option<PathBuf>,
    /// Store to look at, with every entry in it [default: the configuration's, else OUT/.yushen/store, without]
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RulesOption,
    /// One JSON object instead of lines
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub lang: LangOption,
}

/// Looks at everything and prints it; 2 if something would stop a run.
///
/// # Errors
/// If it cannot be printed.
pub(super) fn doctor(
    request: &DoctorArgs,
    config: &anyhow::Result<Option<Config>>,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    let mut checks = Checks { zh: request.lang.lang == Lang::Zh, lines: Vec::new() };
    configuration(config, &mut checks);
    configured(config, &mut checks);
    let runtime = computing(&mut checks);
    models(&runtime, &mut checks);
    second_reader(&mut checks);
    rule_packs(request, config, &mut checks);
    let (output, store) = config.as_ref().ok().and_then(Option::as_ref).map_or((None, None), Config::places);
    let output = request.out.clone().or(output).map(|out| today().map_or(out.clone(), |day| on(&out, day)));
    let store = request.store.clone().or(store).or_else(|| output.as_ref().map(|o| o.join(OWN).join("store")));
    folder(["输出文件夹", "output folder"], output.as_deref(), &mut checks);
    lock(output.as_deref(), &mut checks);
    folder(["存放文件夹", "store"], store.as_deref(), &mut checks);
    others(store.as_deref(), &mut checks);
    clock(&mut checks);
    if let Some(store) = &request.store {
        entries(store, &mut checks);
    }
    threads(&mut checks);
    characters(&mut checks);
    let worst = checks.lines.iter().map(|l| l.state).max().unwrap_or(State::Ok);
    if request.json {
        writeln!(
            out,
            "{}",
            serde_json::to_string(
                &serde_json::json!({ "version": env!("CARGO_PKG_VERSION"), "state": worst, "checks": checks.lines })
            )?
        )?;
    } else {
        print(&checks, worst, out)?;
    }
    Ok(if worst == State::Fail { exit::USAGE } else { exit::DONE })
}

fn print(checks: &Checks, worst: State, out: &mut dyn Write) -> io::Result<()> {
    let word = |state| match (state, checks.zh) {
        (State::Ok, true) => "正常",
        (State::Warn, true) => "注意",
        (State::Fail, true) => "错误",
        (State::Ok, false) => "ok  ",
        (State::Warn, false) => "warn",
        (State::Fail, false) => "fail",
    };
    for line in &checks.lines {
        writeln!(out, "{}  {}{}", word(line.state), fit(&line.check, LABEL), crate::report::cell::visible(&line.seen))?;
        if let Some(remedy) = &line.remedy {
            writeln!(out, "      {}→ {remedy}", " ".repeat(LABEL))?;
        }
    }
    let verdict = match (worst, checks.zh) {
        (State::Ok, true) => "可以运行",
        (State::Warn, true) => "可以运行，请留意以上“注意”",
        (State::Fail, true) => "不能运行，请先处理以上“错误”",
        (State::Ok, false) => "ready to run",
        (State::Warn, false) => "ready to run; mind the warnings",
        (State::Fail, false) => "not ready: mend what failed first",
    };
    writeln!(out, "\n{verdict}")
}

/// What is wrong, in both languages.
fn both(message: &str) -> [String; 2] {
    [zh_errors::said(message), message.to_owned()]
}

fn configuration(config: &anyhow::Result<Option<Config>>, checks: &mut Checks) {
    let check = ["配置文件", "configuration"];
    match config {
        Ok(Some(config)) => {
            let told = format!("{} (sha256 {})", config.file.name, config.file.sha256.get(..12).unwrap_or_default());
            checks.say(check, State::Ok, [told.clone(), told], None);
        }
        Ok(None) => {
            let list = places().iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ");
            checks.say(
                check,
                State::Ok,
                [format!("没有（查找过：{list}）"), format!("none (looked for {list})")],
                None,
            );
        }
        Err(e) => checks.say(
            check,
            State::Fail,
            [zh_errors::told(e), format!("{e:#}")],
            Some([
                "按所指行列改正，或用 --no-config 暂不使用",
                "mend the place that is named, or leave the file out with --no-config",
            ]),
        ),
    }
}

/// Is what the configuration names there? A batch may not be exported yet; without decisions or waivers a night goes on
/// and says so; without the others it does not begin.
fn configured(config: &anyhow::Result<Option<Config>>, checks: &mut Checks) {
    let Ok(Some(config)) = config else { return };
    let named = config.read_by_a_night();
    let there = named.len();
    let missing: Vec<_> = named.into_iter().filter(|(_, path)| !path.exists()).collect();
    for (id, path) in &missing {
        let option = id.replace('_', "-");
        let (state, remedy) = match *id {
            "batches" => (
                State::Warn,
                ["运行前应已导出；如已移走，请改正配置文件", "export it before the run, or mend the configuration"],
            ),
            "decisions" | "waivers" => (
                State::Warn,
                [
                    "审核照常进行，但不采用其中的决定；请放回文件或改正配置文件",
                    "a run goes on without what it says; put it back or mend the configuration",
                ],
            ),
            _ => (
                State::Fail,
                [
                    "缺少该文件，审核不能开始；请放回文件或改正配置文件",
                    "no run begins without it; put it back or mend the configuration",
                ],
            ),
        };
        let seen = [
            format!("{option}：文件不存在（{}）", path.display()),
            format!("{option}: not there ({})", path.display()),
        ];
        checks.say(["配置所指文件", "named files"], state, seen, Some(remedy));
    }
    if missing.is_empty() && there > 0 {
        checks.say(
            ["配置所指文件", "named files"],
            State::Ok,
            [format!("{there} 个均在"), format!("all {there} are there")],
            None,
        );
    }
}

/// Every model file inside this program.
fn model_files() -> Vec<(&'static str, &'static [u8])> {
    [&ppocr::FILES[..], &digits::FILES, &face::FILES].concat()
}

/// The hash in the lists that came with the models.
fn expected(name: &str) -> Option<&'static str> {
    let lists = [ppocr::SUMS, digits::SUMS, face::SUMS];
    lists
        .into_iter()
        .flat_map(str::lines)
        .filter_map(|l| l.split_once("  "))
        .find(|(_, n)| *n == name)
        .map(|(hash, _)| hash)
}

/// What would compute the networks.
fn computing(checks: &mut Checks) -> Runtime {
    let check = ["运行库", "runtime"];
    match Computing::Auto.find() {
        Ok(runtime) => {
            let seen = match runtime.file() {
                Some((file, sha256)) => {
                    let told = format!(
                        "ONNX Runtime (commit {}) {} (sha256 {})",
                        runtime.commit().unwrap_or_default(),
                        file.display(),
                        sha256.get(..12).unwrap_or_default()
                    );
                    [told.clone(), told]
                }
                None => [
                    "rten（程序自带；在程序旁放置 onnxruntime 库可加快约一倍）".to_owned(),
                    "rten, built in (about twice as fast with ONNX Runtime's library beside the program)".to_owned(),
                ],
            };
            checks.say(check, State::Ok, seen, None);
            runtime
        }
        Err(e) => {
            let remedy = [
                "换一个版本的 onnxruntime 库，或用 --runtime rten",
                "put another release of the library there, or say --runtime rten",
            ];
            checks.say(check, State::Fail, both(&e.to_string()), Some(remedy));
            Runtime::Rten
        }
    }
}

fn models(runtime: &Runtime, checks: &mut Checks) {
    let check = ["模型", "models"];
    let files = model_files();
    let wrong: Vec<&str> = files
        .iter()
        .filter(|(name, bytes)| expected(name) != Some(&*format!("{:x}", Sha256::digest(bytes))))
        .map(|(name, _)| *name)
        .collect();
    let readers = PpOcr::small(runtime).and(PpOcr::tiny(runtime)).map(drop);
    let readers = readers.and_then(|()| DigitModel::load(runtime).map(drop)).map_err(|e| e.to_string());
    let loaded = readers.and_then(|()| FaceModels::load(runtime).map(drop).map_err(|e| e.to_string()));
    let damaged = Some(["程序文件已损坏，请重新安装", "the program's file is damaged: install it again"]);
    match loaded {
        Ok(()) if wrong.is_empty() => {
            let n = files.len();
            checks.say(
                check,
                State::Ok,
                [format!("{n} 个，校验值与程序所带的清单相符，可以载入"), format!("{n}, hashes as listed, all load")],
                None,
            );
        }
        Ok(()) => checks.say(
            check,
            State::Fail,
            [format!("校验值不符：{}", wrong.join("、")), format!("hashes differ: {}", wrong.join(", "))],
            damaged,
        ),
        Err(e) => {
            let [zh, en] = both(&e);
            checks.say(check, State::Fail, [format!("不能载入：{zh}"), format!("cannot be loaded: {en}")], damaged);
        }
    }
}

#[cfg(feature = "tesseract")]
fn second_reader(checks: &mut Checks) {
    use crate::ocr::tesseract::{Tesseract, data_file, version};
    let check = ["tesseract", "tesseract"];
    match Tesseract::new() {
        Ok(_) => {
            let data = data_file().map_or_else(|| "chi_sim".to_owned(), |f| f.display().to_string());
            checks.say(check, State::Ok, [format!("{}，语言数据 {data}", version()), format!("{}, language data {data}", version())], None);
        }
        Err(_) => checks.say(
            check,
            State::Warn,
            [format!("{}，没有语言数据 chi_sim", version()), format!("{}, no language data chi_sim", version())],
            Some([
                "存疑的印刷字段不会复读；安装 tesseract-ocr-chi-sim，或设 TESSDATA_PREFIX，或用 --second-reading off",
                "printed fields in doubt are not read twice: install tesseract-ocr-chi-sim, set TESSDATA_PREFIX, or say --second-reading off",
            ]),
        ),
    }
}

#[cfg(not(feature = "tesseract"))]
fn second_reader(checks: &mut Checks) {
    let seen = [
        "本程序未带 tesseract，存疑的印刷字段不会复读".to_owned(),
        "not in this build: printed fields in doubt are not read twice".to_owned(),
    ];
    checks.say(["tesseract", "tesseract"], State::Ok, seen, None);
}

fn rule_packs(request: &DoctorArgs, config: &anyhow::Result<Option<Config>>, checks: &mut Checks) {
    let check = ["规则包", "rule packs"];
    let configured = config.as_ref().ok().and_then(Option::as_ref).and_then(Config::rules);
    let dir = request.rules.rules.clone().or(configured);
    let loaded = load(dir.as_deref());
    match loaded {
        Ok(loaded) => {
            let ids =
                loaded.packs.packs.iter().map(yushen_law::vocabulary::pack::Pack::label).collect::<Vec<_>>().join(" ");
            let [zh, en] = dir.map_or(["内置".to_owned(), "built in".to_owned()], |d| {
                [d.display().to_string(), d.display().to_string()]
            });
            checks.say(check, State::Ok, [format!("{ids}（{zh}）"), format!("{ids} ({en})")], None);
        }
        Err(e) => checks.say(
            check,
            State::Fail,
            [zh_errors::told(&e), format!("{e:#}")],
            Some([
                "按所指行列改正；yushen rules check 可反复检查",
                "mend the place that is named; yushen rules check looks again",
            ]),
        ),
    }
}

/// May files be made here, be locked and renamed, and is there room? What is not there yet is looked at where it would
/// be made.
fn folder(check: [&str; 2], folder: Option<&Path>, checks: &mut Checks) {
    let Some(folder) = folder else {
        let seen = [
            "未指定（--out、--store 或配置文件）".to_owned(),
            "none named (--out, --store or the configuration)".to_owned(),
        ];
        return checks.say(check, State::Ok, seen, None);
    };
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let there = whole.ancestors().find(|a| a.exists()).map_or_else(|| whole.clone(), Path::to_owned);
    if let Err(e) = usable(&there) {
        let [zh, en] = both(&e.to_string());
        return checks.say(
            check,
            State::Fail,
            [format!("{}：{zh}", folder.display()), format!("{}: {en}", folder.display())],
            Some([
                "换一个文件夹，或请管理员给予写入权限；文件系统须支持文件锁",
                "name another folder or get the right to write; its file system must have locks",
            ]),
        );
    }
    let Ok(free) = fs4::available_space(&there) else {
        let seen = [
            format!("{} 可写；剩余空间未知", folder.display()),
            format!("{} can be written; free space is not known", folder.display()),
        ];
        return checks.say(check, State::Warn, seen, None);
    };
    let gigabytes = free as f64 / 1e9;
    let seen = [
        format!("{} 可写、可加锁，剩余 {gigabytes:.1} GB", folder.display()),
        format!("{} can be written and locked, {gigabytes:.1} GB free", folder.display()),
    ];
    let state = if free < LEAST {
        State::Fail
    } else if free < PLENTY {
        State::Warn
    } else {
        State::Ok
    };
    checks.say(
        check,
        state,
        seen,
        (state > State::Ok).then_some([
            "清理磁盘，或用 yushen purge 删除过期的读取结果；2000 份约需 1 GB",
            "make room, or remove old facts with yushen purge; 2,000 submissions take about 1 GB",
        ]),
    );
}

/// A store that others can write to is refused by the run.
fn others(store: Option<&Path>, checks: &mut Checks) {
    let Some((store, why)) = store.and_then(|s| Some((s, disk::writable_by_others(s, None).ok()??))) else { return };
    checks.say(
        ["存放文件夹权限", "store's rights"],
        State::Fail,
        [format!("{}：他人可以写入", store.display()), format!("{}: {why}", store.display())],
        Some([
            "只留本用户的写入权限（chmod go-w、chown），或用 --store 换一个文件夹",
            "take the right to write from others (chmod go-w, chown), or name another folder with --store",
        ]),
    );
}

/// Which day would count as today.
fn clock(checks: &mut Checks) {
    let check = ["系统日期", "clock"];
    match today() {
        Ok(day) => checks.say(check, State::Ok, [format!("{day}（北京）"), format!("{day} in Beijing")], None),
        Err(e) => {
            checks.say(
                check,
                State::Fail,
                both(&e.to_string()),
                Some(["校准系统时间，或用 --as-of 指定日期", "set the clock, or say the day with --as-of"]),
            );
        }
    }
}

/// Entries of a kind that are named; the rest is counted.
const NAMED: usize = 20;

/// Every entry of a store that was named: is it whole, of this version, and about documents only? It takes as long as
/// reading all of them.
fn entries(store: &Path, checks: &mut Checks) {
    let check = ["存放内容", "entries"];
    let found = match Store::survey(store) {
        Ok(found) => found,
        // Nothing was kept yet.
        Err(e) if e.kind() == io::ErrorKind::NotFound => return,
        Err(e) => {
            let [zh, en] = both(&e.to_string());
            let told = [format!("{}：{zh}", store.display()), format!("{}: {en}", store.display())];
            return checks.say(check, State::Fail, told, Some(["请管理员给予读取权限", "get the right to read it"]));
        }
    };
    let of = |fault: Fault| {
        found.faults.iter().filter(|(_, f)| *f == fault).map(|(place, _)| place.as_str()).collect::<Vec<_>>()
    };
    let (damaged, old, failures) = (of(Fault::Damaged), of(Fault::Old), of(Fault::NamesFailure));
    let used: Vec<&str> = failures.iter().copied().filter(|place| !old.contains(place)).collect();
    let n = found.entries;
    checks.say(check, State::Ok, [format!("{n} 份"), format!("{n}")], None);
    let mut kind = |state, list: &[&str], [zh, en]: [&str; 2], remedy| {
        if list.is_empty() {
            return;
        }
        let (names, more) =
            (list.iter().take(NAMED).copied().collect::<Vec<_>>().join(" "), list.len().saturating_sub(NAMED));
        let rest = if more > 0 {
            [format!(" 等，另有 {more} 份"), format!(" and {more} more")]
        } else {
            [String::new(), String::new()]
        };
        checks.say(
            check,
            state,
            [format!("{} 份{zh}：{names}{}", list.len(), rest[0]), format!("{} {en}: {names}{}", list.len(), rest[1])],
            Some(remedy),
        );
    };
    kind(
        State::Fail,
        &used,
        ["把识别引擎的故障记成了材料的事实", "hold an engine's failure for a fact about a document"],
        ["删除所列文件，并用 audit --fresh 重新审核", "remove the files that are named, and audit again with --fresh"],
    );
    let unused: Vec<&str> = failures.iter().copied().filter(|place| old.contains(place)).collect();
    kind(
        State::Warn,
        &unused,
        [
            "由早期版本写入，且把识别引擎的故障记成了材料的事实（不再使用）",
            "were written by an earlier version and hold an engine's failure for a fact about a document (not used any more)",
        ],
        [
            "当时用到这些结果的批次须重新审核；文件可以删除",
            "batches that were audited from them must be audited again; the files may be removed",
        ],
    );
    let plain: Vec<&str> = old.iter().copied().filter(|place| !failures.contains(place)).collect();
    kind(
        State::Ok,
        &plain,
        ["由早期版本写入（不再使用）", "were written by an earlier version (not used any more)"],
        ["可用 yushen purge 删除", "may be removed with yushen purge"],
    );
    kind(
        State::Warn,
        &damaged,
        ["已损坏（不会使用，将重新读取）", "are damaged (not used; what they held is read anew)"],
        ["检查磁盘；文件可以删除", "look after the disk; the files may be removed"],
    );
}

fn usable(folder: &Path) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(disk::UNFINISHED).tempfile_in(folder)?;
    file.write_all(b"yushen doctor")?;
    file.as_file().sync_all()?;
    file.as_file().try_lock().map_err(io::Error::from)?;
    file.close()
}

/// Is a run at work there?
fn lock(output: Option<&Path>, checks: &mut Checks) {
    let Some(lock) = output.map(|o| o.join(OWN).join("lock")).filter(|l| l.exists()) else { return };
    let held = File::options()
        .write(true)
        .open(&lock)
        .is_ok_and(|f| matches!(f.try_lock(), Err(fs::TryLockError::WouldBlock)));
    if held {
        checks.say(
            ["输出文件夹锁", "lock"],
            State::Warn,
            ["另一次运行正在写入".to_owned(), "another run is writing there".to_owned()],
            Some(["等它结束，或换一个输出文件夹", "wait for it, or name another output folder"]),
        );
    }
}

fn threads(checks: &mut Checks) {
    let n = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let megabytes = STACK >> 20;
    let started = std::thread::Builder::new().stack_size(STACK).spawn(|| ()).map(|t| t.join().is_ok());
    match started {
        Ok(true) => {
            checks.say(
                ["线程", "threads"],
                State::Ok,
                [
                    format!("{n} 个处理器，线程栈 {megabytes} MB 可用"),
                    format!("{n} processors, stacks of {megabytes} MB can be had"),
                ],
                None,
            );
        }
        Ok(false) | Err(_) => checks.say(
            ["线程", "threads"],
            State::Fail,
            [
                format!("不能启动栈为 {megabytes} MB 的线程"),
                format!("no thread with a stack of {megabytes} MB can be started"),
            ],
            Some([
                "放宽内存或线程数的限制（ulimit、容器设置）",
                "raise the limits on memory or threads (ulimit, the container)",
            ]),
        ),
    }
}

/// Can the terminal show Chinese? On Unix the locale says so; elsewhere only the eye can tell.
fn characters(checks: &mut Checks) {
    let check = ["中文显示", "Chinese text"];
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|n| std::env::var(n).ok().filter(|v| !v.is_empty()));
    let utf8 = locale.as_ref().is_some_and(|l| ["utf-8", "utf8"].iter().any(|u| l.to_lowercase().contains(u)));
    let told = locale.clone().unwrap_or_else(|| "-".to_owned());
    if cfg!(windows) || utf8 || !io::stdout().is_terminal() {
        checks.say(
            check,
            State::Ok,
            [
                format!("{told}（申报表 𠮷：若显示为乱码或方块，请换终端字体）"),
                format!("{told} (申报表 𠮷: boxes here mean another font is needed)"),
            ],
            None,
        );
    } else {
        checks.say(
            check,
            State::Warn,
            [format!("语言环境为 {told}，不是 UTF-8"), format!("the locale is {told}, not UTF-8")],
            Some([
                "设 LANG=zh_CN.UTF-8 或 C.UTF-8；输出文件不受影响",
                "set LANG=zh_CN.UTF-8 or C.UTF-8; output files are not affected",
            ]),
        );
    }
}
