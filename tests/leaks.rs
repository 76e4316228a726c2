//! Nothing that names a person leaves a redacted run, wherever in the input it stands: every output, the report, the
//! workbook, the screen and the logs are searched.
//! The batches hold no legible picture, so that nothing takes long; what documents say is in redact.rs.

mod outputs;

use outputs::{binary, json, rows};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Registered persons: name, identity number, mobile, mail. Invented; nobody's.
const PERSONS: [(&str, &str, &str, &str); 4] = [
    ("欧阳修远", "110101199003070011", "13930295833", "xiuyuan@example.cn"),
    ("阿卜杜拉·买买提", "37010219940727553X", "15010010001", "abdulla@example.cn"),
    ("Wang Yonggang", "H12345678", "18600001111", "wyg@example.cn"),
    ("李娜", "370102940727553", "13700002222", "lina@example.cn"),
];
/// As they may not be found anywhere, in this or another spelling: without blanks, dots and dashes, in capitals.
const NEVER: [&str; 45] = [
    "欧阳修远",
    "阿卜杜拉买买提",
    "WANGYONGGANG",
    "李娜",
    "110101199003070011",
    "37010219940727553X",
    "H12345678",
    "370102940727553",
    "13930295833",
    "15010010001",
    "18600001111",
    "13700002222",
    "XIUYUANEXAMPLECN",
    "ABDULLAEXAMPLECN",
    "WYGEXAMPLECN",
    "LINAEXAMPLECN",
    // Folders that are called after persons, and what lies in them.
    "ZHANGSAN",
    "13511112222",
    "110101198505050022",
    "北京赵敏",
    "周芷若家谱",
    "小龙女组",
    "杨过",
    "13322223333",
    "孙悟空",
    // Heads, keys, cells and rows.
    "张无忌",
    "13899990000",
    "320106197001014567",
    "郭靖备注",
    "黄蓉",
    "令狐冲",
    "任盈盈",
    "岳不群",
    "13666667777",
    "风清扬",
    "林平之",
    "左冷禅",
    // Batches, their folders, and what an office gives along.
    "程灵素的材料",
    "胡斐档案",
    "东方不败",
    "袁承志",
    "13044445555",
    "苗人凤",
    "田归农批次",
    "石破天",
];

const HEAD: &str = "报名编号,姓名,性别,出生日期,证件类型,证件号码,民族,文化程度,手机号码,联系电话,邮箱,邮政编码,考生来源,报考身份,认定计划,职业,工种,级别,申报条件,学信网验证码,上一级证书编号,报名日期,缴费金额";

struct Scene {
    dir: tempfile::TempDir,
}

impl Scene {
    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Every place that input can have, with a person's name or number in it.
    fn new() -> Self {
        let scene = Self { dir: tempfile::tempdir().unwrap() };
        let one = "胡斐档案/程灵素的材料";
        let ids = ["20240001", "zhangsan", "Li", "20240004"];
        let mut table = format!("{HEAD},郭靖备注\n");
        for (id, (name, number, mobile, mail)) in ids.iter().zip(PERSONS) {
            table += &format!(
                "{id},{name},男,1990-03-07,居民身份证,{number},汉族,大学,{mobile},{mobile},{mail},100000,社会,学生,2024年8月,电工,低压,三级,1,ABCD1234EFGH5678,,2024-07-01,100,令狐冲\n"
            );
            scene.write(&format!("{one}/{id}/申报表.jpg"), "no picture");
            scene.write(&format!("{one}/{id}/{name}-{number}-{mobile}.jpg"), "no picture");
        }
        // Names in columns that take none, another's name in one's own, a row for nobody, and one that is too long.
        table += "20240005,欧 阳 修 远,任盈盈,岳不群,风清扬,x,汉族,李娜代办,136-6666-7777,,,林平之,欧阳修远介绍,,阿卜杜拉•买买提,Wang  Yonggang,,左冷禅,李娜,,,任盈盈,岳不群,\n";
        table += ",孙悟空,,,,,,,,,,,,,,,,,,,,,,\n20240006,孙悟空,,,,,,,,,,,,,,,,,,,,,,,,风清扬,多余\n20240001,重复,,,,,,,,,,,,,,,,,,,,,,\n";
        scene.write(&format!("{one}/报名信息.csv"), table);
        scene.write(&format!("{one}/20240005/申报表.jpg"), "no picture");
        for folder in ["135-1111-2222", "110101-19850505-0022", "北京赵敏", "１３３ ２２２２ ３３３３", "An-2"]
        {
            scene.write(&format!("{one}/{folder}/身份证人像面.jpg"), "no picture");
            scene.write(&format!("{one}/{folder}/周芷若家谱/杨过 13322223333.docx"), "x");
        }
        scene.write(&format!("{one}/小龙女组/zhangsan/申报表.jpg"), "no picture");
        scene.write(&format!("{one}/杨过.docx"), "x");
        let json =
            r#"{"id":"孙悟空","name":"欧阳修远","张无忌":"x","杨过的键":1,"mobile":"138-9999-0000","sex":"黄蓉"}"#;
        scene.write(&format!("{one}/20240001/submission.json"), json);
        scene.write(&format!("{one}/20240004/submission.json"), r#"{"黄蓉":{"令狐冲":1},"name":["任盈盈"]}"#);
        scene.write(&format!("{one}/Li/submission.json"), "{令狐冲");
        scene.write(
            &format!("{one}/companies.csv"),
            "企业名称,统一社会信用代码,成立日期,注销日期,曾用名,黄蓉\n甲公司,x,任盈盈,岳不群,,令狐冲\n,张无忌\n",
        );
        // A table without heads, and one whose head quotes more than its own.
        scene.write("田归农批次/报名信息.csv", "张无忌,男,320106197001014567,138-9999-0000,黄蓉\n令狐冲,女,,,\n");
        scene.write("田归农批次/黄蓉/申报表.jpg", "no picture");
        scene.write("third/报名信息.csv", "报名编号,姓名,a”黄蓉“b,任\n1,李娜,x,\n");
        scene.write("third/东方不败/申报表.jpg", "no picture");
        scene.write("given/decisions.csv", "");
        scene
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(binary());
        command
            .current_dir(self.dir.path())
            .args(arguments)
            .env("OMP_THREAD_LIMIT", "1")
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("APPDATA", self.path("config"));
        command.env("HOME", self.path("config")).output().unwrap()
    }
}

/// Without what people put between the parts of a name or number, and in capitals.
fn spelled(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap(),
        c => c,
    };
    text.chars()
        .map(narrow)
        .filter(|c| c.is_alphanumeric() || matches!(c, '\n' | ',' | '"' | ':' | '/' | '(' | ';' | '、' | '#'))
        .flat_map(char::to_uppercase)
        .collect()
}

fn nothing_is_left(what: &str, text: &str) {
    let spelled = spelled(text);
    for name in NEVER {
        if let Some(at) = spelled.find(name) {
            let around: String = spelled[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
            panic!("{what} holds {name}: …{around}[{name}]");
        }
    }
}

/// Every file of a folder, and what is inside of those that are packed; and their names.
fn every_text(folder: &Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for path in walkdir::WalkDir::new(folder).into_iter().map(|e| e.unwrap().into_path()).filter(|p| p.is_file()) {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        let bytes = fs::read(&path).unwrap();
        if name.ends_with(".xlsx") {
            let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
            for i in 0..zip.len() {
                let mut inside = Vec::new();
                zip.by_index(i).unwrap().read_to_end(&mut inside).unwrap();
                all.push((format!("{name}[{i}]"), String::from_utf8_lossy(&inside).into_owned()));
            }
        }
        all.push((format!("the name of {name}"), name.clone()));
        all.push((name, String::from_utf8_lossy(&bytes).into_owned()));
    }
    assert!(all.len() > 20, "{}", all.len());
    all
}

const BATCHES: [&str; 3] = ["胡斐档案/程灵素的材料", "田归农批次", "third"];

#[test]
fn nothing_that_names_a_person_leaves_a_redacted_run() {
    let scene = Scene::new();
    let audit = |out: &str, more: &[&str]| {
        let first = [
            "audit",
            BATCHES[0],
            BATCHES[1],
            BATCHES[2],
            "-o",
            out,
            "--as-of",
            outputs::AS_OF,
            "--second-reading",
            "off",
            "--store",
            "facts",
        ];
        scene.run(&[&first[..], more].concat())
    };
    let open = audit("open", &["-q"]);
    assert_eq!(open.status.code(), Some(0), "{}", String::from_utf8_lossy(&open.stderr));
    // The test itself: in an open run it is all there, but for what stands in no output at all.
    let said = spelled(&every_text(&scene.path("open")).into_iter().map(|(_, text)| text).collect::<String>());
    let unseen: Vec<&&str> = NEVER.iter().filter(|n| !said.contains(**n)).collect();
    assert!(unseen.len() < NEVER.len() / 3, "{unseen:?}");

    for (out, log) in [("one", "json"), ("two", "text")] {
        let done =
            audit(out, &["--redact", "--xlsx", "--report", "pages", "--log-format", log, "--log-level", "debug"]);
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        nothing_is_left("stdout", &String::from_utf8_lossy(&done.stdout));
        nothing_is_left("the log", &String::from_utf8_lossy(&done.stderr));
        assert!(String::from_utf8_lossy(&done.stderr).contains("run ends"));
        every_text(&scene.path(out)).iter().for_each(|(what, text)| nothing_is_left(what, text));
    }
    for file in ["flags.csv", "submissions.csv", "findings.jsonl"] {
        assert!(
            fs::read(scene.path("one").join(file)).unwrap() == fs::read(scene.path("two").join(file)).unwrap(),
            "{file}"
        );
    }
    still_of_use(&scene.path("open"), &scene.path("one"));

    // An open run that is redacted when it is judged again.
    let done = scene.run(&["replay", "open", "-o", "again", "--redact", "--redact-key", "facts/redact.key"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    every_text(&scene.path("again")).iter().for_each(|(what, text)| nothing_is_left(what, text));
    for file in ["flags.csv", "submissions.csv", "findings.jsonl"] {
        assert!(
            fs::read(scene.path("one").join(file)).unwrap() == fs::read(scene.path("again").join(file)).unwrap(),
            "{file}"
        );
    }
    // What reads such a run says no more.
    for command in
        [&["show", "one"][..], &["diff", "one", "two"], &["report", "one"], &["verify", "one", "--no-inputs"]]
    {
        let done = scene.run(command);
        assert_eq!(done.status.code(), Some(0), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
        nothing_is_left(command[0], &String::from_utf8_lossy(&done.stdout));
        nothing_is_left(command[0], &String::from_utf8_lossy(&done.stderr));
    }
    // In the order of the run, which is that of the paths.
    let verified = scene.run(&["verify", "one", "--batch", BATCHES[2], "--batch", BATCHES[1], "--batch", BATCHES[0]]);
    assert_eq!(
        verified.status.code(),
        Some(0),
        "{} {}",
        String::from_utf8_lossy(&verified.stdout),
        String::from_utf8_lossy(&verified.stderr)
    );
}

/// What is hidden is persons: verdicts, rules, words of ours and dates stay, and equal values have equal tokens.
fn still_of_use(open: &Path, redacted: &Path) {
    let (a, b) = (rows(&open.join("submissions.csv")), rows(&redacted.join("submissions.csv")));
    let sorted = |list: &[std::collections::BTreeMap<String, String>]| {
        let mut all: Vec<_> =
            list.iter().map(|r| ["verdict", "reject_flags", "review_flags", "files"].map(|c| r[c].clone())).collect();
        all.sort();
        all
    };
    assert_eq!(sorted(&a), sorted(&b));
    let plain = b.iter().find(|r| r["submission_id"] == "20240001").unwrap();
    assert!(plain["applicant_name"].starts_with("姓名#") && plain["occupation"] == "电工", "{plain:?}");
    let findings = fs::read_to_string(redacted.join("findings.jsonl")).unwrap();
    assert!(
        findings.contains("2024-07-01") && !findings.contains("\"internal_error\":\"（已隐去）\""),
        "a finding was withheld as a whole"
    );
    let run = json(&redacted.join("run.json"));
    assert!(
        run["batches"].as_array().unwrap().iter().all(|b| b["batch"].as_str().unwrap().starts_with("文件夹#")),
        "{}",
        run["batches"]
    );
    assert!(run["batches"].to_string().contains("缺少列“报名编号”"), "words of ours stay: {}", run["batches"]);
}

#[test]
fn errors_name_nobody() {
    let scene = Scene::new();
    scene.write("东方不败.toml", "x");
    let redact = ["--redact", "--no-store", "--redact-key", "facts/none"];
    for arguments in [
        &["audit", "批次/13044445555", "-o", "out"][..],
        &["audit", "批次/130-4444-5555", "-o", "out"],
        &["audit", "批次/130 4444 5555.zip", "-o", "out", "--config", "１３０４４４４５５５５.toml"],
        &["audit", "third", "-o", "third/110101-19850505-0022"],
        &["report", "110101 19850505 0022"],
        &["inspect", "110101-19850505-0022.jpg"],
        &["show", "37010219940727553X"],
        &["verify", "370102-19940727-553X"],
        &["purge", "370102.19940727.553x", "--older-than", "1d"],
        &["audit", "--110101-19850505-0022"],
        &["audit", "third", "-o", "out", "--jobs", "139-3029-5833"],
    ] {
        let done = scene.run(arguments);
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
        assert!(!done.stderr.is_empty());
        nothing_is_left(&arguments.join(" "), &String::from_utf8_lossy(&done.stderr));
        nothing_is_left(&arguments.join(" "), &String::from_utf8_lossy(&done.stdout));
    }
    // In a redacted run the batch's own name, too, whatever goes wrong.
    for batch in ["胡斐档案/东方不败", "胡斐档案/程灵素的材料", "苗人凤/袁承志/石破天"] {
        let done = scene.run(&[&["audit", batch, "-o", "out"][..], &redact].concat());
        assert_eq!(done.status.code(), Some(2), "{batch}");
        nothing_is_left(batch, &String::from_utf8_lossy(&done.stderr));
    }
}
