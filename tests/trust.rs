//! What lies where others can write is not believed, followed or deleted, through the binary: configurations, outputs,
//! stores, links, libraries, clocks.
//! The batches hold no legible picture, so that nothing takes long.

mod outputs;
mod scene;

use outputs::{binary, json, rows};
use scene::Scene;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

impl Scene {
    /// A batch of one submission with a file that is no picture, which makes it a reject.
    fn new() -> Self {
        let scene = Self::empty();
        scene.write("batch/20240001/申报表.jpg", "no picture");
        scene.write("batch/报名信息.csv", "报名编号,姓名\n20240001,欧阳修远\n");
        scene
    }

    fn run(&self, folder: &str, arguments: &[&str]) -> Output {
        self.command(folder, arguments).output().unwrap()
    }

    /// An audit from the scene's own folder.
    fn audit(&self, more: &[&str]) -> Output {
        self.run(
            "",
            &[&["audit", "batch", "--as-of", outputs::AS_OF, "--second-reading", "off", "--report", "none"][..], more]
                .concat(),
        )
    }
}

fn out(done: &Output) -> String {
    String::from_utf8_lossy(&done.stdout).into_owned()
}

fn err(done: &Output) -> String {
    String::from_utf8_lossy(&done.stderr).into_owned()
}

fn refused(done: &Output, why: &str) {
    assert_eq!(done.status.code(), Some(2), "{}", err(done));
    assert!(err(done).contains(why), "{why}: {}", err(done));
}

fn done_with(done: &Output, code: i32) {
    assert_eq!(done.status.code(), Some(code), "{}", err(done));
}

#[cfg(unix)]
fn chmod(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Would turn the batch's reject into a pass, in a folder of its own choice.
const PLANTED: &str = "[audit]\noffice = \"kind.toml\"\nout = \"elsewhere\"\n";
const KIND: &str =
    "[severity]\nmaterial-missing = \"note\"\nmaterial-unreadable = \"note\"\nregistration-field = \"note\"\n";

#[test]
fn a_configuration_is_taken_from_nobody_else() {
    let scene = Scene::new();
    scene.write("night/yushen.toml", "[audit]\nbatches = [\"../batch\"]\nout = \"../of night\"\n");
    scene.write("config/yushen/yushen.toml", "[audit]\nxlsx = true\n");
    // Where it lies, from where the program is called, and why it is not taken.
    let mut places = vec![
        ("batch/yushen.toml", "batch", "a batch's"),
        ("batch/20240001/yushen.toml", "batch/20240001", "a batch's"),
        ("loose/yushen.toml", "loose", "inside a batch"),
        ("loose/deep/in/it/yushen.toml", "loose/deep/in/it", "inside a batch"),
    ];
    scene.write("loose/20240002/申报表.jpg", "no picture");
    #[cfg(unix)]
    {
        scene.write("open/yushen.toml", PLANTED);
        chmod(&scene.path("open"), 0o777);
        scene.write("open file/yushen.toml", PLANTED);
        chmod(&scene.path("open file/yushen.toml"), 0o666);
        places.extend([
            ("open/yushen.toml", "open", "everybody may write"),
            ("open file/yushen.toml", "open file", "everybody may write"),
        ]);
    }
    for (i, (lies, from, why)) in places.into_iter().enumerate() {
        scene.write(lies, PLANTED);
        let folder = scene.path(lies).parent().unwrap().to_owned();
        fs::write(folder.join("kind.toml"), KIND).unwrap();
        let batch = scene.path(if from.starts_with("loose") { "loose" } else { "batch" });
        let to = scene.path(&format!("out {i}"));
        let more = [
            "audit",
            batch.to_str().unwrap(),
            "-o",
            to.to_str().unwrap(),
            "--as-of",
            outputs::AS_OF,
            "--second-reading",
            "off",
            "--report",
            "none",
        ];
        let done = scene.run(from, &more);
        done_with(&done, 0);
        assert!(err(&done).contains("yushen.toml is not used") && err(&done).contains(why), "{lies}: {}", err(&done));
        assert!(!folder.join("elsewhere").exists(), "{lies}");
        assert!(rows(&to.join("submissions.csv")).iter().all(|r| r["verdict"] != "pass"), "{lies}");
        // The user's own is taken instead, and the summary begins with both.
        let first = out(&done).lines().next().unwrap_or_default().to_owned();
        assert!(
            first.contains("配置文件：") && first.contains("config/yushen/yushen.toml") && first.contains("未采用"),
            "{first}"
        );
        fs::remove_file(scene.path(lies)).unwrap();
        fs::remove_file(folder.join("kind.toml")).unwrap();
    }
    let done = scene.run(
        "night",
        &["audit", "--as-of", outputs::AS_OF, "--lang", "en", "--second-reading", "off", "--report", "none"],
    );
    done_with(&done, 0);
    assert!(
        out(&done).starts_with("Configuration: ") && out(&done).contains("night/yushen.toml (sha256 "),
        "{}",
        out(&done)
    );
    assert!(scene.path("of night/run.json").exists());
}

#[test]
fn nothing_of_the_offices_comes_out_of_a_batch_or_goes_into_one() {
    let scene = Scene::new();
    scene.write("batch/20240001/x.toml", "");
    scene.write("beside/x", "");
    #[cfg(unix)]
    std::os::unix::fs::symlink(scene.path("batch"), scene.path("link")).unwrap();
    for option in [
        "--office",
        "--rules",
        "--waivers",
        "--decisions",
        "--aliases",
        "--archive",
        "--store",
        "--redact-key",
        "--config",
    ] {
        refused(&scene.audit(&["-o", "out", option, "batch/20240001/x.toml"]), "lies inside the batch");
    }
    let mut spelled = vec![
        "batch",
        "batch/out",
        "batch/20240001",
        "beside/../batch/out",
        "nodir/../batch/out",
        "./batch/./20240001/../out",
    ];
    spelled.extend(cfg!(unix).then_some("link/out"));
    for path in spelled {
        refused(&scene.audit(&["-o", path]), "--out");
        refused(&scene.audit(&["-o", "out", "--store", path]), "lies inside the batch");
    }
    scene.write("night.toml", "[audit]\noffice = \"batch/20240001/x.toml\"\n");
    refused(&scene.audit(&["-o", "out", "--config", "night.toml"]), "--office");
    assert!(!scene.path("out").exists() && !scene.path("batch/out").exists() && !scene.path("nodir").exists());
    // A redacted run keeps its facts outside, however that is spelled.
    for store in ["out/facts", "nodir/../out/facts", "beside/../out/facts"] {
        refused(&scene.audit(&["-o", "out", "--redact", "--store", store]), "outside the output folder");
    }
}

#[test]
fn only_an_output_of_ours_is_written_over() {
    let scene = Scene::new();
    for (i, held) in [
        &["flags.csv"][..],
        &["report/notes.txt"],
        &["report/index.html", "flags.csv"],
        &["run.json"],
        &[".yushen-unfinished-x"],
        &[".yushen/notes.txt"],
        &["flags.csv", ".yushen/lock"],
        &["预审结果.xlsx"],
    ]
    .into_iter()
    .enumerate()
    {
        let folder = format!("out {i}");
        held.iter().for_each(|h| scene.write(&format!("{folder}/{h}"), "a clerk's"));
        refused(&scene.audit(&["-o", &folder]), "no earlier run of this tool");
        held.iter().for_each(|h| {
            assert_eq!(fs::read_to_string(scene.path(&format!("{folder}/{h}"))).unwrap(), "a clerk's", "{held:?}");
        });
    }
    // An empty one, one that was begun, and our own again.
    fs::create_dir_all(scene.path("empty")).unwrap();
    scene.write("begun/.yushen/lock", "");
    for folder in ["new/deeper", "empty", "begun", "new/deeper"] {
        done_with(&scene.audit(&["-o", folder, "-q"]), 0);
    }
    // One that a version before markers has written is known by its seals, and by nothing less.
    fs::remove_dir_all(scene.path("empty/.yushen")).unwrap();
    done_with(&scene.audit(&["-o", "empty", "-q"]), 0);
    fs::remove_dir_all(scene.path("empty/.yushen")).unwrap();
    scene.write("empty/flags.csv", "a clerk's");
    refused(&scene.audit(&["-o", "empty", "-q"]), "as it sealed them");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(scene.path("begun/.yushen"), scene.path("empty/.yushen")).unwrap();
        refused(&scene.audit(&["-o", "empty", "-q"]), "is a link");
    }
}

#[test]
fn a_report_is_written_over_a_report_only() {
    let scene = Scene::new();
    done_with(&scene.audit(&["-o", "out", "-q"]), 0);
    scene.write("out/report/detail/notes.txt", "a clerk's");
    scene.write("out/report/crops/mine.jpg", "a clerk's");
    done_with(&scene.run("", &["report", "out"]), 0);
    assert!(scene.path("out/report/detail/notes.txt").exists() && scene.path("out/report/crops/mine.jpg").exists());
    // As a version before markers left it.
    fs::remove_file(scene.path("out/report/.yushen-owned")).unwrap();
    done_with(&scene.run("", &["report", "out"]), 0);
    fs::remove_dir_all(scene.path("out/report")).unwrap();
    scene.write("out/report/index.html", "a clerk's");
    refused(&scene.run("", &["report", "out"]), "no report of this tool");
    assert_eq!(fs::read_to_string(scene.path("out/report/index.html")).unwrap(), "a clerk's");
    refused(&scene.run("", &["report", "nothing"]), "no finished run");
    assert!(!scene.path("nothing").exists());
    #[cfg(unix)]
    {
        fs::remove_dir_all(scene.path("out/report")).unwrap();
        fs::create_dir(scene.path("theirs")).unwrap();
        std::os::unix::fs::symlink(scene.path("theirs"), scene.path("out/report")).unwrap();
        refused(&scene.run("", &["report", "out"]), "is a link");
        assert_eq!(fs::read_dir(scene.path("theirs")).unwrap().count(), 0);
    }
}

#[test]
fn reports_made_at_once_are_all_made() {
    let scene = Scene::new();
    done_with(&scene.audit(&["-o", "out", "-q"]), 0);
    let start = || scene.command("", &["report", "out"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let all: Vec<_> = (0..4).map(|_| start()).collect();
    for one in all {
        done_with(&one.wait_with_output().unwrap(), 0);
    }
    assert!(fs::read_to_string(scene.path("out/report/index.html")).unwrap().contains("<html"));
    assert!(scene.path("out/report/detail/0000.js").exists());
    let left = walkdir::WalkDir::new(scene.path("out/report"))
        .into_iter()
        .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().contains("unfinished"))
        .count();
    assert_eq!(left, 0);
}

/// Names of entries: of the store's own shape, and of others.
const KEY: &str = "ab34567890123456789012345678901234567890123456789012345678901234";

fn age(path: &Path) {
    fs::File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(SystemTime::now() - Duration::from_hours(240))
        .unwrap();
}

#[test]
fn only_a_stores_own_entries_are_purged() {
    let scene = Scene::new();
    let entry = format!("ab/{KEY}.facts");
    let place = |folder: &str, name: &str| {
        scene.write(&format!("{folder}/{name}"), "yushen-facts");
        age(&scene.path(&format!("{folder}/{name}")));
    };
    let purge = |folder: &str| scene.run("", &["purge", folder, "--older-than", "1d", "--lang", "en"]);
    // Somebody's folder with files that end alike.
    place("theirs", "case.facts");
    place("theirs", &entry);
    refused(&purge("theirs"), "no store of this tool");
    place("other/.yushen/store", "notes.facts");
    refused(&purge("other"), "no store of this tool");
    fs::create_dir(scene.path("empty")).unwrap();
    refused(&purge("empty"), "no store of this tool");
    // One that a version before markers has made.
    place("earlier", &entry);
    let done = purge("earlier");
    done_with(&done, 0);
    assert!(out(&done).contains("removed 1 ") && !scene.path(&format!("earlier/{entry}")).exists(), "{}", out(&done));
    // A store of ours, and in it what is not of it.
    for name in [
        &*entry,
        "x.facts",
        "ab/x.facts",
        &format!("cd/{KEY}.facts"),
        "ab/notes.txt",
        &format!("deep/ab/{KEY}.facts"),
        ".unfinished-x",
    ] {
        place("earlier", name);
    }
    let done = purge("earlier");
    done_with(&done, 0);
    assert!(out(&done).contains("removed 2 "), "{}", out(&done));
    let left: Vec<&str> = ["x.facts", "ab/x.facts", "ab/notes.txt"]
        .into_iter()
        .filter(|n| scene.path(&format!("earlier/{n}")).exists())
        .collect();
    assert!(
        left.len() == 3
            && scene.path(&format!("earlier/cd/{KEY}.facts")).exists()
            && scene.path(&format!("earlier/deep/ab/{KEY}.facts")).exists()
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        // A folder of somebody's in a link's place: the store, its folder, one of its shelves, one entry.
        place("far/de", &format!("de{}.facts", &KEY[2..]));
        symlink(scene.path("far"), scene.path("linked")).unwrap();
        refused(&purge("linked"), "is a link");
        fs::create_dir_all(scene.path("run/.yushen")).unwrap();
        symlink(scene.path("far"), scene.path("run/.yushen/store")).unwrap();
        refused(&purge("run"), "is a link");
        fs::create_dir_all(scene.path("run 2")).unwrap();
        symlink(scene.path("run/.yushen"), scene.path("run 2/.yushen")).unwrap();
        refused(&purge("run 2"), "is a link");
        symlink(scene.path("far/de"), scene.path("earlier/de")).unwrap();
        symlink(
            scene.path(&format!("far/de/de{}.facts", &KEY[2..])),
            scene.path(&format!("earlier/ab/ab{}.facts", KEY.chars().rev().take(62).collect::<String>())),
        )
        .unwrap();
        done_with(&purge("earlier"), 0);
        assert!(scene.path(&format!("far/de/de{}.facts", &KEY[2..])).exists());
    }
}

#[cfg(unix)]
#[test]
fn a_store_that_others_can_write_is_not_believed() {
    let scene = Scene::new();
    for (mode, why) in [(0o777, "everybody may write"), (0o1777, "everybody may write"), (0o702, "everybody may write")]
    {
        fs::create_dir_all(scene.path("facts")).unwrap();
        chmod(&scene.path("facts"), mode);
        refused(&scene.audit(&["-o", "out", "--store", "facts"]), why);
    }
    chmod(&scene.path("facts"), 0o700);
    done_with(&scene.audit(&["-o", "out", "--store", "facts", "-q"]), 0);
    let used = || json(&scene.path("out/run.json"))["store"].clone();
    let entry = walkdir::WalkDir::new(scene.path("facts"))
        .into_iter()
        .map(|e| e.unwrap().into_path())
        .find(|p| p.extension().is_some())
        .unwrap();
    done_with(&scene.audit(&["-o", "out", "--store", "facts", "-q"]), 0);
    assert_eq!((used()["taken"].as_u64(), used()["damaged"].as_u64()), (Some(1), Some(0)), "it was kept");
    let bytes = fs::read(&entry).unwrap();
    let wrongs: [(&str, &dyn Fn()); 5] = [
        ("an entry that others can write", &|| chmod(&entry, 0o666)),
        ("a shelf that others can write", &|| chmod(entry.parent().unwrap(), 0o777)),
        ("a pipe", &|| {
            fs::remove_file(&entry).unwrap();
            pipe(&entry);
        }),
        ("a link to a whole entry", &|| {
            fs::remove_file(&entry).unwrap();
            fs::write(scene.path("forged"), &bytes).unwrap();
            std::os::unix::fs::symlink(scene.path("forged"), &entry).unwrap();
        }),
        ("a folder", &|| {
            fs::remove_file(&entry).unwrap();
            fs::create_dir(&entry).unwrap();
        }),
    ];
    for (what, wrong) in wrongs {
        wrong();
        done_with(&scene.audit(&["-o", "out", "--store", "facts", "-q"]), 0);
        assert_eq!((used()["taken"].as_u64(), used()["damaged"].as_u64()), (Some(0), Some(1)), "{what}");
        chmod(entry.parent().unwrap(), 0o700);
    }
    // Pipes in an output folder, where files should be.
    for name in ["run.json", ".yushen/lock"] {
        fs::remove_file(scene.path("out").join(name)).unwrap();
        pipe(&scene.path("out").join(name));
        refused(&scene.run("", &["report", "out"]), "no regular file");
        fs::remove_file(scene.path("out").join(name)).unwrap();
        done_with(&scene.audit(&["-o", "out", "--no-store", "-q"]), 0);
    }
}

/// The reader waits until the file is another; what a link leads to is never read.
#[cfg(all(unix, debug_assertions))]
#[test]
fn a_file_that_is_swapped_after_listing_is_not_followed() {
    for swap in ["link", "folder", "pipe", "longer"] {
        let scene = Scene::new();
        scene.write("theirs/申报表.jpg", "no picture");
        let mark = scene.path("mark");
        let mut command = scene.command(
            "",
            &[
                "audit",
                "batch",
                "-o",
                "out",
                "--as-of",
                outputs::AS_OF,
                "--second-reading",
                "off",
                "--report",
                "none",
                "--no-store",
                "-q",
            ],
        );
        let child = command
            .env("YUSHEN_TEST_FAULTS", format!("wait=20240001@{}", mark.display()))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let in_work = || {
            fs::read_dir(scene.path("out/.yushen/at-work"))
                .into_iter()
                .flatten()
                .filter_map(|e| fs::read_to_string(e.ok()?.path()).ok())
                .any(|t| t.starts_with("r "))
        };
        while !in_work() {
            std::thread::sleep(Duration::from_millis(10));
        }
        let file = scene.path("batch/20240001/申报表.jpg");
        match swap {
            "folder" => {
                fs::rename(scene.path("batch/20240001"), scene.path("away")).unwrap();
                std::os::unix::fs::symlink(scene.path("theirs"), scene.path("batch/20240001")).unwrap();
            }
            _ => fs::remove_file(&file).unwrap(),
        }
        match swap {
            "link" => std::os::unix::fs::symlink(scene.path("theirs/申报表.jpg"), &file).unwrap(),
            "pipe" => pipe(&file),
            "longer" => fs::write(&file, "no picture, and longer").unwrap(),
            _ => {}
        }
        fs::write(&mark, "").unwrap();
        let done = child.wait_with_output().unwrap();
        // What the links lead to has the same bytes: had it been read, nothing would be amiss.
        done_with(&done, 3);
        let findings = fs::read_to_string(scene.path("out/findings.jsonl")).unwrap();
        assert!(findings.contains("在审核过程中被改动或移走"), "{swap}: {findings}");
    }
}

#[test]
fn an_applicants_page_or_program_is_named_and_not_linked() {
    let scene = Scene::new();
    let picture = image::RgbImage::from_pixel(8, 8, image::Rgb([200; 3]));
    let named = [
        ("说明.html", "<script>alert(1)</script>"),
        ("图.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("运行.bat", "del *"),
        ("打开.lnk", "L"),
        ("程序.exe", "MZ"),
        ("链接.url", "[InternetShortcut]"),
        ("宏.docm", "PK"),
        ("网页.jpg.html", "<p>"),
        ("假.pdf", "<html><script>alert(1)</script></html>"),
        ("假.jpg", "MZ"),
    ];
    named.iter().for_each(|(name, text)| scene.write(&format!("batch/20240001/{name}"), text));
    picture.save(scene.path("batch/20240001/真.png")).unwrap();
    fs::copy(scene.path("batch/20240001/真.png"), scene.path("batch/20240001/图片.html")).unwrap();
    scene.write("batch/20240001/真.pdf", "%PDF-1.4\n");
    let done =
        scene.run("", &["audit", "batch", "-o", "out", "--as-of", outputs::AS_OF, "--second-reading", "off", "-q"]);
    done_with(&done, 0);
    let page = fs::read_to_string(scene.path("out/report/detail/0000.js")).unwrap();
    let list: serde_json::Value =
        serde_json::from_str(page.split_once(", 0, ").unwrap().1.trim_end().trim_end_matches(");")).unwrap();
    let files = list[0]["files"].as_array().unwrap();
    let linked =
        |name: &str| !files.iter().find(|f| f["n"] == name).unwrap_or_else(|| panic!("{name}"))["url"].is_null();
    for name in named.iter().map(|(name, _)| *name).chain(["图片.html"]) {
        assert!(!linked(name), "{name}");
    }
    assert!(linked("真.png") && linked("真.pdf"));
    let links: Vec<&str> = page.split('"').filter(|t| t.starts_with("../")).collect();
    assert!(!links.is_empty() && links.iter().all(|l| l.ends_with(".png") || l.ends_with(".pdf")), "{links:?}");
}

#[test]
fn what_is_drawn_never_replaces_what_it_was_drawn_from() {
    let scene = Scene::new();
    let picture = image::RgbImage::from_pixel(400, 300, image::Rgb([250; 3]));
    picture.save(scene.path("in.png")).unwrap();
    fs::hard_link(scene.path("in.png"), scene.path("hard.png")).unwrap();
    picture.save(scene.path("other.png")).unwrap();
    fs::hard_link(scene.path("other.png"), scene.path("keep.png")).unwrap();
    let before = fs::read(scene.path("in.png")).unwrap();
    let mut names = vec!["in.png", "./in.png", "batch/../in.png", "hard.png"];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(scene.path("in.png"), scene.path("soft.png")).unwrap();
        names.push("soft.png");
    }
    for name in names {
        refused(&scene.run("", &["inspect", "in.png", "--kind", "photo", "--annotate", name]), "is the input itself");
        assert_eq!(fs::read(scene.path("in.png")).unwrap(), before, "{name}");
    }
    // Another file is replaced under its name; what else has its content on disk stays as it was.
    done_with(&scene.run("", &["inspect", "in.png", "--kind", "photo", "--annotate", "other.png"]), 0);
    assert_eq!(fs::read(scene.path("keep.png")).unwrap(), before);
    assert!(image::open(scene.path("other.png")).is_ok());
}

#[cfg(unix)]
#[test]
fn a_library_that_others_can_have_put_there_is_not_loaded() {
    let scene = Scene::new();
    let name = format!("{}onnxruntime{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    for (i, (open, mode, why)) in [
        ("bin", 0o755, "cannot be used as ONNX Runtime's library"),
        ("bin", 0o777, "others may have put it there"),
        ("bin/onnxruntime", 0o777, "others may have put it there"),
        (&*format!("bin/onnxruntime/{name}"), 0o666, "others may have put it there"),
    ]
    .into_iter()
    .enumerate()
    {
        let root = format!("install {i}");
        scene.write(&format!("{root}/bin/onnxruntime/{name}"), "no library");
        let program = scene.path(&format!("{root}/bin/yushen"));
        if fs::hard_link(binary(), &program).is_err() {
            fs::copy(binary(), &program).unwrap();
        }
        chmod(&scene.path(&format!("{root}/{open}")), mode);
        let run =
            |arguments: &[&str]| Command::new(&program).args(arguments).current_dir(scene.path("")).output().unwrap();
        refused(&run(&["inspect", "batch/20240001/申报表.jpg"]), why);
        let doctor = run(&["doctor", "--json", "--lang", "en", "--no-config"]);
        assert!(doctor.status.code() == Some(2) && out(&doctor).contains(why), "{open}: {}", out(&doctor));
        done_with(&run(&["inspect", "--runtime", "rten", "batch/20240001/申报表.jpg"]), 0);
    }
}

#[cfg(debug_assertions)]
#[test]
fn a_clock_that_cannot_be_right_is_not_believed() {
    let scene = Scene::new();
    // 1970, the last moment of 2019 in Beijing, and the first of 2020.
    for (milliseconds, right) in [("0", false), ("1577807999999", false), ("1577808000000", true)] {
        let run = |more: &[&str]| {
            let audit = ["audit", "batch", "-o", "out", "--second-reading", "off", "--report", "none", "-q"];
            scene.command("", &[&audit[..], more].concat()).env("YUSHEN_TEST_CLOCK", milliseconds).output().unwrap()
        };
        let done = run(&[]);
        if right {
            done_with(&done, 0);
            assert_eq!(json(&scene.path("out/run.json"))["as_of"], "2020-01-01");
        } else {
            refused(&done, "--as-of");
        }
        done_with(&run(&["--as-of", outputs::AS_OF]), 0);
    }
}
