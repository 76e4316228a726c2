//! Batches made in a temporary folder, each with what must be said about it.

use super::column::Column;
use super::*;
use crate::vocabulary::level::Level;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::settings::LimitSettings;
use crate::vocabulary::submission::{IdKind, IntakeIssue, Plan, Registration};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const ROW: &str = "D1,周海涛,男,1994-07-27,居民身份证,370102199407275536,汉族,中专,13930295833,,,370100,社会人员,职工身份,2024年12月认定计划,信息安全测试员,渗透测试员,三级,2,,S1,2024-11-15,160";

fn limits() -> LimitSettings {
    LimitSettings {
        max_file_bytes: 1000,
        max_pixels: 1_000_000,
        max_pdf_pages: 5,
        max_files: 4,
        max_name_chars: 40,
        max_archive_bytes: 1 << 30,
        max_archive_ratio: 500,
        max_held_bytes: 1 << 30,
        max_submission_bytes: 1 << 30,
        max_submission_pages: 100,
        max_table_bytes: 1 << 20,
        max_table_unpacked_bytes: 1 << 22,
        max_table_rows: 2000,
        max_table_columns: 64,
        max_table_cell_chars: 1000,
        max_table_strings: 10_000,
        max_register_bytes: 1 << 20,
        max_archive_header_bytes: 1 << 20,
        max_json_bytes: 1000,
        max_reader_bytes: 1 << 30,
        max_reader_seconds: 60,
        max_named_others: 5,
        max_near_photos: 100,
        max_seconds_per_submission: 600,
    }
}

fn aliases() -> Aliases {
    Aliases::parse(
        "[materials]\n\"一寸照片\" = \"个人照片\"\n\"没人用\" = \"其他\"\n[columns]\n\"身份证号\" = \"证件号码\"\n",
        "aliases.toml",
    )
    .unwrap()
}

fn header() -> String {
    Column::ALL.map(|(_, header, _)| header).join(",")
}

/// The table with `rows`, as UTF-8 without BOM.
fn table(rows: &[&str]) -> Vec<u8> {
    format!("{}\r\n{}\r\n", header(), rows.join("\r\n")).into_bytes()
}

fn row(id: &str) -> String {
    ROW.replacen("D1", id, 1)
}

fn batch(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = path.split('/').fold(dir.path().to_path_buf(), |p, part| p.join(part));
        if content == b"<folder>" {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }
    dir
}

fn found(dir: &TempDir) -> Batch {
    let batch = discover(dir.path(), &aliases(), &limits()).unwrap();
    let c = batch.counts;
    let on_disk =
        walkdir::WalkDir::new(dir.path()).into_iter().filter(|e| !e.as_ref().unwrap().file_type().is_dir()).count();
    assert_eq!(c.files + c.registrations + c.outside + c.ignored, on_disk, "every file on disk is counted once: {c:?}");
    assert_eq!(c.submissions, batch.submissions.len());
    assert_eq!(c.submissions - c.folders, batch.submissions.iter().filter(|s| s.folder.is_none()).count());
    assert_eq!(c.files, batch.submissions.iter().map(|s| s.files.len()).sum::<usize>());
    batch
}

/// One line a submission (`folder: files! issues`), then the batch's issues.
fn told(batch: &Batch) -> Vec<String> {
    let submissions = batch.submissions.iter().map(|s| {
        let files: Vec<String> =
            s.files.iter().map(|f| format!("{}{}", f.name, if f.refused.is_some() { "!" } else { "" })).collect();
        let intake: Vec<&str> = s.intake.iter().map(issue_name).collect();
        format!("{} @ {}: {} [{}]", s.id, s.folder.as_deref().unwrap_or("-"), files.join(" "), intake.join(" "))
    });
    submissions.chain(batch.issues.iter().map(ToString::to_string)).collect()
}

fn issue_name(issue: &IntakeIssue) -> &'static str {
    match issue {
        IntakeIssue::RegistrationMissing => "missing",
        IntakeIssue::RegistrationNear { .. } => "near",
        IntakeIssue::RegistrationOrphan => "orphan",
        IntakeIssue::RegistrationDuplicate { .. } => "duplicate",
        IntakeIssue::RegistrationConflict { .. } => "conflict",
        IntakeIssue::RegistrationUnreadable { .. } => "json",
        IntakeIssue::InputRefused { .. } => "refused",
        IntakeIssue::FileUnreadable { .. } => "unreadable",
    }
}

#[test]
fn batches_and_what_is_said_of_them() {
    let jpg: &[u8] = b"x";
    let one = table(&[ROW]);
    let two = table(&[ROW, &row("D2")]);
    let twice = table(&[ROW, ROW]);
    let json: &[u8] = "{\"id\":\"D1\",\"name\":\"周海涛\"}".as_bytes();
    type Files<'a> = Vec<(&'a str, &'a [u8])>;
    let cases: Vec<(&str, Files<'_>, Vec<&str>)> = vec![
        (
            "a plain batch",
            vec![("报名信息.csv", &one), ("D1/申报表.jpg", jpg), ("companies.csv", jpg)],
            vec!["D1 @ D1: 申报表.jpg []"],
        ),
        (
            "row without folder, folder without row",
            vec![("报名信息.csv", &one), ("D9/申报表.jpg", jpg)],
            vec!["D1 @ -:  [orphan]", "D9 @ D9: 申报表.jpg [missing]"],
        ),
        (
            "two rows for one id",
            vec![("报名信息.csv", &twice), ("D1/申报表.jpg", jpg)],
            vec!["D1 @ D1: 申报表.jpg [duplicate]"],
        ),
        (
            "two rows without a folder",
            vec![("报名信息.csv", &twice), ("D9/申报表.jpg", jpg)],
            vec!["D1 @ -:  [orphan duplicate]", "D9 @ D9: 申报表.jpg [missing]"],
        ),
        (
            "two folders for one id",
            vec![("报名信息.csv", &one), ("甲/D1/申报表.jpg", jpg), ("乙/D1/申报表.jpg", jpg)],
            vec!["D1 @ 乙/D1: 申报表.jpg [duplicate]", "D1 @ 甲/D1: 申报表.jpg [duplicate]"],
        ),
        ("an empty folder of a row", vec![("报名信息.csv", &one), ("D1", b"<folder>")], vec!["D1 @ D1:  []"]),
        (
            "no table, one has its own registration",
            vec![("D1/submission.json", json), ("D1/申报表.jpg", jpg), ("D2/申报表.jpg", jpg)],
            vec![
                "D1 @ D1: 申报表.jpg []",
                "D2 @ D2: 申报表.jpg [missing]",
                "批次根目录没有报名信息表（报名信息.csv / 报名信息.xlsx）；将只使用各文件夹内的 submission.json，有 1 份材料因此没有报名信息可以核对",
            ],
        ),
        (
            "junk beside submissions does not hide them",
            vec![
                ("报名信息.csv", &two),
                ("八月/名单.jpg", jpg),
                ("八月/Thumbs.db", jpg),
                ("八月/D1/申报表.jpg", jpg),
                ("D2/申报表.jpg", jpg),
                ("说明.txt", jpg),
            ],
            vec![
                "D1 @ 八月/D1: 申报表.jpg []",
                "D2 @ D2: 申报表.jpg []",
                "八月/名单.jpg：不在任何报名文件夹内，未作审核",
                "说明.txt：不在任何报名文件夹内，未作审核",
                "系统或软件自动产生的文件（Thumbs.db）1 个，不是申报材料，未作审核",
            ],
        ),
        (
            "sub-folders belong to their submission, but not one with an id of its own",
            vec![
                ("报名信息.csv", &two),
                ("D1/申报表.jpg", jpg),
                ("D1/补充/结业证书-2.jpg", jpg),
                ("D1/补充/submission.txt", jpg),
                ("D1/D2/申报表.jpg", jpg),
            ],
            vec!["D1 @ D1: 申报表.jpg 补充/结业证书-2.jpg 补充/submission.txt []", "D2 @ D1/D2: 申报表.jpg []"],
        ),
        (
            "order is material, page, name; strangers last",
            vec![
                ("报名信息.csv", &one),
                ("D1/申报表-2.jpg", jpg),
                ("D1/申报表.jpg", jpg),
                ("D1/Thumbs", jpg),
                ("D1/身份证人像面.png", jpg),
            ],
            vec!["D1 @ D1: 身份证人像面.png 申报表.jpg 申报表-2.jpg Thumbs []"],
        ),
        (
            "limits",
            vec![
                ("报名信息.csv", &one),
                ("D1/申报表.jpg", &[0; 1001]),
                ("D1/a1.jpg", jpg),
                ("D1/a2.jpg", jpg),
                ("D1/a3.jpg", jpg),
                ("D1/a4.jpg", jpg),
            ],
            vec!["D1 @ D1: 申报表.jpg! a1.jpg a2.jpg a3.jpg a4.jpg! [refused refused]"],
        ),
        (
            "an absurd name",
            vec![("报名信息.csv", &one), ("D1/\u{202e}gpj.表报申.jpg", jpg)],
            vec!["D1 @ D1: \u{fffd}gpj.表报申.jpg! [refused]"],
        ),
        (
            "zero bytes are a file like any other",
            vec![("报名信息.csv", &one), ("D1/申报表.jpg", b"")],
            vec!["D1 @ D1: 申报表.jpg []"],
        ),
        (
            "a table of nothing, and one too many",
            vec![("报名信息.csv", b""), ("报名信息.xlsx", b"PK junk"), ("D1/申报表.jpg", jpg)],
            vec![
                "D1 @ D1: 申报表.jpg [missing]",
                "报名信息.csv：报名信息表无法读取：文件为空（0 字节）",
                "报名信息.xlsx：报名信息表无法读取：不是完整的 XLSX 工作簿，请重新导出",
            ],
        ),
        (
            "a table without ids",
            vec![("报名信息.csv", "姓名\n张三\n".as_bytes()), ("D1/申报表.jpg", jpg)],
            vec![
                "D1 @ D1: 申报表.jpg [missing]",
                "报名信息.csv：报名信息表无法读取：前 10 行中没有表头：缺少列“报名编号”，无法与文件夹对应",
            ],
        ),
        (
            "broken json",
            vec![("报名信息.csv", &one), ("D1/submission.json", b"{"), ("D1/申报表.jpg", jpg)],
            vec!["D1 @ D1: 申报表.jpg [json]"],
        ),
    ];
    for (name, files, expected) in cases {
        let dir = batch(&files);
        let told: Vec<String> =
            told(&found(&dir)).into_iter().filter(|t| !t.contains("缺少列“") || t.contains("报名编号")).collect();
        assert_eq!(told, expected, "{name}");
    }
}

#[test]
fn nothing_there_is_said_with_the_path() {
    let empty = batch(&[]);
    let path = empty.path().display().to_string();
    assert!(found(&empty).issues.contains(&BatchIssue::Empty { path: path.clone() }));
    let file = batch(&[("x.zip", b"PK"), ("x.rar", b"Rar!")]);
    for (path, words) in [
        (empty.path().join("nowhere"), "no such folder"),
        (file.path().join("x.zip"), "no whole zip file"),
        (file.path().join("x.rar"), "no archive"),
    ] {
        let error = discover(&path, &aliases(), &limits()).unwrap_err().to_string();
        assert!(error.contains(words) && error.contains(&path.display().to_string()), "{error}");
    }
}

#[test]
fn a_row_in_every_encoding_and_dress() {
    let text = format!("{}\r\n{ROW}\r\n", header());
    let (gb, ..) = encoding_rs::GB18030.encode(&text);
    let utf16: Vec<u8> = [0xFEFFu16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let quoted = text
        .replace("社会人员", "\"社会\r\n人员\"")
        .replace("370102199407275536", "\"=\"\"370102199407275536\"\"\"")
        .replace("1994-07-27", "1994/7/27");
    let titled = format!("2024年报名信息,,\r\n{text}");
    for (name, bytes, encoding) in [
        ("plain", text.clone().into_bytes(), "UTF-8"),
        ("bom", format!("\u{feff}{text}").into_bytes(), "UTF-8 BOM"),
        ("gb18030", gb.into_owned(), "GB18030"),
        ("utf-16", utf16, "UTF-16LE"),
        ("tabs", text.replace(',', "\t").into_bytes(), "UTF-8"),
        ("lf", text.replace('\r', "").into_bytes(), "UTF-8"),
        ("quoted newline, protected number, other date", quoted.into_bytes(), "UTF-8"),
        ("a title above", titled.into_bytes(), "UTF-8"),
        ("an alias for a column", text.replace("证件号码", "身份证号").into_bytes(), "UTF-8"),
        ("xlsx", xlsx(false), "XLSX"),
    ] {
        let file = if name == "xlsx" { "报名信息.xlsx" } else { "报名信息.csv" };
        let dir = batch(&[(file, &bytes), ("D1/一寸照片.jpg", b"x")]);
        let batch = found(&dir);
        let info = batch.table.unwrap();
        assert_eq!(
            (info.encoding.as_str(), info.rows, info.file.as_str(), batch.counts.rows),
            (encoding, 1, file, 1),
            "{name}"
        );
        assert_eq!(batch.issues, [], "{name}");
        assert!(batch.aliases_used.contains("一寸照片") && !batch.aliases_used.contains("没人用"), "{name}");
        let s = &batch.submissions[0];
        let r = s.registration.as_ref().unwrap();
        assert_eq!((s.id.as_str(), s.intake.len(), s.has(MaterialKind::Photo)), ("D1", 0, true), "{name}");
        assert_eq!(Registration::text(&r.name), Some("周海涛"), "{name}");
        assert_eq!(Registration::text(&r.id_number), Some("370102199407275536"), "{name}");
        assert_eq!(r.birth_date.as_ref().unwrap().value.unwrap().to_string(), "1994-07-27", "{name}");
        assert_eq!(r.registered_on.as_ref().unwrap().value.unwrap().to_string(), "2024-11-15", "{name}");
        assert_eq!(r.id_type.as_ref().unwrap().value, Some(IdKind::ResidentIdCard), "{name}");
        assert_eq!(r.level.as_ref().unwrap().value, Some(Level::Three), "{name}");
        assert_eq!(r.condition.as_ref().unwrap().value, Some(2), "{name}");
        assert_eq!(r.fee_paid.as_ref().unwrap().value, Some(160), "{name}");
        assert_eq!(r.plan.as_ref().unwrap().value, Some(Plan { year: Some(2024), month: Some(12) }), "{name}");
        assert_eq!((r.phone.is_none(), r.chsi_code.is_none()), (true, true), "{name}: empty cells are absent");
    }
}

#[test]
fn a_rounded_number_is_not_taken_for_the_typed_one() {
    let dir = batch(&[("报名信息.xlsx", &xlsx(true)), ("D1/申报表.jpg", b"x")]);
    let number = found(&dir).submissions[0].registration.clone().unwrap().id_number.unwrap();
    assert_eq!((number.raw.len(), number.value), (18, None));
}

#[test]
fn impossible_values_stay_raw() {
    let bad = ROW
        .replace("1994-07-27", "1994-13-27")
        .replace("三级", "九级")
        .replace(",160", ",免费")
        .replace("居民身份证", "学生证")
        .replace("男", "?");
    let dir = batch(&[("报名信息.csv", &table(&[&bad])), ("D1/申报表.jpg", b"x")]);
    let r = found(&dir).submissions[0].registration.clone().unwrap();
    assert_eq!(r.birth_date.map(|e| (e.raw, e.value)), Some(("1994-13-27".into(), None)));
    assert_eq!(r.level.map(|e| (e.raw, e.value)), Some(("九级".into(), None)));
    assert_eq!(r.fee_paid.map(|e| (e.raw, e.value)), Some(("免费".into(), None)));
    assert_eq!(r.id_type.map(|e| (e.raw, e.value)), Some(("学生证".into(), None)));
    assert_eq!(r.sex.map(|e| (e.raw, e.value)), Some(("?".into(), None)));
}

#[test]
fn mistakes_of_the_table_name_file_row_and_column() {
    let text = format!("{}\n{ROW},多余\n,无编号\nD2\n", header().replace("手机号码", "电话机").replace("民族", "姓名"));
    let dir = batch(&[("报名信息.csv", text.as_bytes()), ("D1/申报表.jpg", b"x"), ("D2/申报表.jpg", b"x")]);
    let batch = found(&dir);
    let told: Vec<String> = batch.issues.iter().map(ToString::to_string).collect();
    for words in [
        "报名信息.csv：缺少列“手机号码”",
        "缺少列“民族”",
        "不认识的列“电话机”",
        "列“姓名”出现多次",
        "报名信息.csv 第 2 行：有 24 格",
        "第 3 行：没有报名编号",
    ] {
        assert!(told.iter().any(|t| t.contains(words)), "{words}: {told:#?}");
    }
    assert_eq!((batch.counts.rows, batch.submissions.len(), batch.issues.len()), (3, 2, 6));
}

#[test]
fn table_and_json_are_compared_by_meaning() {
    let json = "{\"id\":\"D1\",\"level\":\"3\",\"birth_date\":\"19940727\",\"registered_on\":\"2024-11-16\",\"id_number\":370102199407275536,\"email\":\"a@example.com\",\"fee_paid\":160.0,\"condition\":3}";
    let dir =
        batch(&[("报名信息.csv", &table(&[ROW])), ("D1/submission.json", json.as_bytes()), ("D1/申报表.jpg", b"x")]);
    let batch = found(&dir);
    let s = &batch.submissions[0];
    let conflict = |column: &str, table: &str, json: &str| IntakeIssue::RegistrationConflict {
        column: column.into(),
        table: table.into(),
        json: json.into(),
    };
    assert_eq!(s.intake, [conflict("申报条件", "2", "3"), conflict("报名日期", "2024-11-15", "2024-11-16")]);
    let r = s.registration.as_ref().unwrap();
    assert_eq!((Registration::text(&r.email), r.condition.as_ref().unwrap().value), (Some("a@example.com"), Some(2)));

    for (json, column_or_detail) in
        [("{\"id\":\"D2\"}", "报名编号"), ("{\"nick\":\"x\"}", "nick"), ("[]", "对象"), ("{\"name\":[1]}", "name")]
    {
        let dir = self::batch(&[("报名信息.csv", &table(&[ROW])), ("D1/submission.json", json.as_bytes())]);
        let intake = format!("{:?}", found(&dir).submissions[0].intake);
        assert!(intake.contains(column_or_detail), "{json}: {intake}");
    }
}

#[test]
fn order_of_making_does_not_matter() {
    let mut files: Vec<(String, Vec<u8>)> =
        (0..30).map(|i| (format!("{}/D{i}/申报表-{}.jpg", ["甲", "乙"][i % 2], i % 3 + 1), vec![1])).collect();
    let all: Vec<String> = (0..30).map(|i| row(&format!("D{i}"))).collect();
    files.push(("报名信息.csv".into(), table(&all.iter().map(String::as_str).collect::<Vec<_>>())));
    let tell = |files: &[(String, Vec<u8>)]| {
        told(&found(&batch(&files.iter().map(|(p, b)| (p.as_str(), b.as_slice())).collect::<Vec<_>>())))
    };
    let forward = tell(&files);
    files.reverse();
    assert_eq!(forward, tell(&files));
    assert_eq!(forward.len(), 30);
}

#[test]
fn files_are_hashed_and_read_within_limits() {
    let dir = batch(&[("报名信息.csv", &table(&[ROW])), ("D1/申报表.jpg", b"abc"), ("D1/其他.jpg", &[0; 1001])]);
    let mut s = found(&dir).submissions.remove(0);
    hash_files(&mut s).unwrap();
    let hashes: Vec<Option<&str>> = s.files.iter().map(|f| f.sha256.as_deref()).collect();
    assert_eq!(hashes, [Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), None]);
    let mut form = s.files[0].clone();
    form.sha256 = None;
    assert_eq!(read_file(&mut form, &limits()).unwrap(), b"abc");
    assert_eq!(form.sha256.as_deref(), hashes[0]);
    assert!(matches!(read_file(&mut s.files[1], &limits()), Err(Unread::File(IntakeIssue::InputRefused { .. }))));
    fs::write(&form.path, [0; 1001]).unwrap();
    assert!(matches!(read_file(&mut form, &limits()), Err(Unread::File(_))), "grown since it was found");
    fs::remove_file(&form.path).unwrap();
    let before = s.intake.len();
    hash_files(&mut s).unwrap();
    assert_eq!(
        s.intake[before..],
        [IntakeIssue::FileUnreadable { file: "申报表.jpg".into(), why: "文件已不存在".into() }]
    );
}

#[cfg(unix)]
#[test]
fn links_are_never_followed() {
    use std::os::unix::fs::symlink;
    let outside = batch(&[("secret/申报表.jpg", b"secret"), ("报名信息.csv", &table(&[ROW]))]);
    let dir = batch(&[("D1/个人照片.jpg", b"x")]);
    symlink(outside.path().join("secret/申报表.jpg"), dir.path().join("D1/申报表.jpg")).unwrap();
    symlink(outside.path().join("secret"), dir.path().join("D1/更多")).unwrap();
    symlink(outside.path().join("secret"), dir.path().join("D2")).unwrap();
    symlink(outside.path().join("报名信息.csv"), dir.path().join("报名信息.csv")).unwrap();
    symlink("/nowhere", dir.path().join("D1/submission.json")).unwrap();
    let mut batch = found(&dir);
    assert!(batch.table.is_none() && batch.counts.refused == 3);
    let refused: Vec<String> =
        batch.issues.iter().filter(|i| matches!(i, BatchIssue::Refused { .. })).map(ToString::to_string).collect();
    assert_eq!(refused, ["D2：拒绝读取：是链接，不跟随", "报名信息.csv：拒绝读取：是链接，不跟随"]);
    let s = &mut batch.submissions[0];
    hash_files(s).unwrap();
    let hashed: Vec<(&str, bool, bool)> =
        s.files.iter().map(|f| (f.name.as_str(), f.sha256.is_some(), f.refused.is_some())).collect();
    assert_eq!(
        hashed,
        [
            ("个人照片.jpg", true, false),
            ("申报表.jpg", false, true),
            ("submission.json", false, true),
            ("更多", false, true)
        ]
    );
}

#[cfg(unix)]
#[test]
fn unreadable_things_cost_only_themselves() {
    use std::os::unix::fs::PermissionsExt;
    let dir = batch(&[
        ("报名信息.csv", &table(&[ROW])),
        ("D1/申报表.jpg", b"x"),
        ("D1/个人照片.jpg", b"x"),
        ("D2/申报表.jpg", b"x"),
    ]);
    let lock = |path: &str, mode| fs::set_permissions(dir.path().join(path), fs::Permissions::from_mode(mode)).unwrap();
    lock("D1/申报表.jpg", 0o000);
    // Root reads everything: then there is nothing to see, and the file must simply be hashed.
    let locked = fs::File::open(dir.path().join("D1/申报表.jpg")).is_err();
    let mut batch = found(&dir);
    hash_files(&mut batch.submissions[0]).unwrap();
    let s = &batch.submissions[0];
    assert_eq!(s.files.iter().filter(|f| f.sha256.is_some()).count(), if locked { 1 } else { 2 });
    assert_eq!(s.intake.len(), usize::from(locked));
    lock("D2", 0o000);
    if locked {
        let batch = discover(dir.path(), &aliases(), &limits()).unwrap();
        assert!(batch.issues.iter().any(|i| matches!(i, BatchIssue::FolderUnreadable { path, .. } if path == "D2")));
    }
    lock("D2", 0o755);
}

#[cfg(unix)]
#[test]
fn names_in_gb18030_are_read() {
    use std::os::unix::ffi::OsStrExt;
    let dir = batch(&[("报名信息.csv", &table(&[ROW])), ("D1", b"<folder>")]);
    let (name, ..) = encoding_rs::GB18030.encode("申报表.jpg");
    // Some file systems take only UTF-8 names: then such a name cannot come in either.
    if fs::write(dir.path().join("D1").join(std::ffi::OsStr::from_bytes(&name)), b"x").is_ok() {
        assert_eq!(told(&found(&dir)), ["D1 @ D1: 申报表.jpg []"]);
    }
}

/// Run by hand: `YUSHEN_BATCH=dir cargo nextest run --run-ignored only discover_times --no-capture`; without the
/// variable 20,000 submissions are made.
#[test]
#[ignore = "measures"]
fn discover_times() {
    let made = tempfile::tempdir().unwrap();
    let root = std::env::var_os("YUSHEN_BATCH").map_or_else(|| made.path().to_path_buf(), PathBuf::from);
    if root == made.path() {
        let rows: Vec<String> = (0..20_000).map(|i| row(&format!("D{i}"))).collect();
        fs::write(root.join("报名信息.csv"), table(&rows.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
        for i in 0..20_000 {
            let folder = root.join(format!("D{i}"));
            fs::create_dir(&folder).unwrap();
            ["申报表", "个人照片", "身份证人像面", "身份证国徽面", "工作经历承诺书", "毕业证书"]
                .iter()
                .for_each(|n| fs::write(folder.join(format!("{n}.jpg")), b"x").unwrap());
        }
    }
    let aliases = Aliases::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/aliases.toml")).unwrap();
    let wide = LimitSettings { max_file_bytes: 50_000_000, max_files: 100, max_name_chars: 120, ..limits() };
    let start = std::time::Instant::now();
    let batch = discover(&root, &aliases, &wide).unwrap();
    println!("{:?} in {:?}; aliases {:?}", batch.counts, start.elapsed(), batch.aliases_used);
    batch.issues.iter().take(20).for_each(|i| println!("{i}"));
    batch
        .submissions
        .iter()
        .filter(|s| !s.intake.is_empty())
        .take(20)
        .for_each(|s| println!("{} {:?} {:?}", s.id, s.folder, s.intake));
}

/// The sample row as a workbook: texts as shared Excel writes them, dates as real date cells, condition and fee as
/// numbers.
fn xlsx(number_as_number: bool) -> Vec<u8> {
    let mut cells = String::new();
    for (at, (value, (column, ..))) in ROW.split(',').zip(Column::ALL).enumerate() {
        let place = format!("{}2", (b'A' + at as u8) as char);
        cells += &match column {
            // Serial days since 1899-12-30, style 1 is a date.
            Column::BirthDate => format!("<c r=\"{place}\" s=\"1\"><v>34542</v></c>"),
            Column::RegisteredOn => format!("<c r=\"{place}\" s=\"1\"><v>45611</v></c>"),
            Column::Condition | Column::FeePaid => format!("<c r=\"{place}\"><v>{value}</v></c>"),
            Column::IdNumber if number_as_number => format!("<c r=\"{place}\"><v>3.7010219940727501E+17</v></c>"),
            _ if value.is_empty() => String::new(),
            _ => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{value}</t></is></c>"),
        };
    }
    let heads: String = Column::ALL
        .iter()
        .enumerate()
        .map(|(at, (_, h, _))| {
            format!("<c r=\"{}1\" t=\"inlineStr\"><is><t>{h}</t></is></c>", (b'A' + at as u8) as char)
        })
        .collect();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    stored_zip(&[
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".into(),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{relations}\"><Relationship Id=\"a\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"报名\" sheetId=\"1\" r:id=\"b\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{relations}\"><Relationship Id=\"b\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                "<worksheet xmlns=\"{main}\"><sheetData><row r=\"1\">{heads}</row><row r=\"2\">{cells}</row></sheetData></worksheet>"
            ),
        ),
    ])
}

/// A ZIP without compression.
fn stored_zip(files: &[(&str, String)]) -> Vec<u8> {
    let crc = |data: &[u8]| {
        !data.iter().fold(u32::MAX, |crc, b| {
            (0..8).fold(crc ^ u32::from(*b), |c, _| if c & 1 == 1 { c >> 1 ^ 0xEDB8_8320 } else { c >> 1 })
        })
    };
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let offset = out.len() as u32;
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc(text.as_bytes()).to_le_bytes());
        common.extend((text.len() as u32).to_le_bytes());
        common.extend((text.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.bytes().chain(text.bytes()));
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.bytes());
    }
    let (start, count) = (out.len() as u32, files.len() as u16);
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}
