//! Everything that can be wrong with what comes in, through the binary: a flag or an error that names the file, the
//! documented exit code, and nothing lost: neither the broken submission nor the sound one beside it.

mod outputs;

use image::{ExtendedColorType, ImageEncoder as _, Rgb, RgbImage};
use outputs::{audit, audit_with, binary, json, nothing_is_lost, rows};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

const HEADER: &str = "报名编号,姓名,性别,出生日期,证件类型,证件号码,民族,文化程度,手机号码,联系电话,邮箱,邮政编码,考生来源,报考身份,认定计划,职业,工种,级别,申报条件,学信网验证码,上一级证书编号,报名日期,缴费金额";
const ROW: &str = "D1,周海涛,男,1994-07-27,居民身份证,370102199407275536,汉族,中专,13930295833,,,370100,社会人员,职工身份,2024年12月认定计划,信息安全测试员,渗透测试员,三级,2,,S1,2024-11-15,160";

/// What is put into a batch.
enum Put {
    /// A table with these ids, UTF-8.
    Table(&'static [&'static str]),
    Gb18030Table(&'static [&'static str]),
    /// A table without this column.
    TableWithout(&'static str),
    /// A picture of a white sheet.
    Jpeg,
    Png,
    /// The first half of a picture.
    TruncatedJpeg,
    /// A PNG whose head claims 30,000 × 30,000 pixels.
    Bomb,
    Bytes(&'static [u8]),
    /// A link to a file outside the batch.
    LinkOut,
    Folder,
    /// A picture that nobody may read.
    Unreadable,
}

/// One bad batch, and what must be said of it.
struct Case {
    name: &'static str,
    put: &'static [(&'static str, Put)],
    /// All submissions that must be in the results.
    submissions: &'static [&'static str],
    /// Submission ("" for the batch itself), rule, and a word (mostly the file's name) in that flag's row.
    flags: &'static [(&'static str, &'static str, &'static str)],
    /// Words in the batch's notes in `run.json`.
    notes: &'static [&'static str],
}

const ONE: Put = Put::Table(&["D1"]);

const CASES: &[Case] = &[
    Case {
        name: "an empty folder",
        put: &[],
        submissions: &[],
        flags: &[],
        notes: &["没有任何报名文件夹", "报名信息.csv"],
    },
    Case {
        name: "no table",
        put: &[("D1/个人照片.jpg", Put::Jpeg)],
        submissions: &["D1"],
        flags: &[("D1", "registration-missing", "")],
        notes: &["没有报名信息表（报名信息.csv / 报名信息.xlsx）"],
    },
    Case {
        name: "a row without a folder and a folder without a row",
        put: &[("报名信息.csv", ONE), ("D9/个人照片.jpg", Put::Jpeg)],
        submissions: &["D1", "D9"],
        flags: &[("D1", "registration-orphan", "周海涛"), ("D9", "registration-missing", "")],
        notes: &[],
    },
    Case {
        name: "two rows for one id",
        put: &[
            ("报名信息.csv", Put::Table(&["D1", "D2", "D1"])),
            ("D1/个人照片.jpg", Put::Jpeg),
            ("D2/个人照片.jpg", Put::Jpeg),
        ],
        submissions: &["D1", "D2"],
        flags: &[("D1", "registration-duplicate", "第 2、4 行")],
        notes: &[],
    },
    Case {
        name: "two folders for one id",
        put: &[("报名信息.csv", ONE), ("甲/D1/个人照片.jpg", Put::Jpeg), ("乙/D1/个人照片.jpg", Put::Jpeg)],
        submissions: &["D1"],
        flags: &[("D1", "registration-duplicate", "甲/D1")],
        notes: &[],
    },
    Case {
        name: "a truncated JPEG",
        put: &[
            ("报名信息.csv", ONE),
            ("D1/个人照片.jpg", Put::TruncatedJpeg),
            ("D1/申报表.jpg", Put::TruncatedJpeg),
            ("D1/身份证人像面.jpg", Put::Jpeg),
        ],
        submissions: &["D1"],
        flags: &[("D1", "photo-corrupt", "个人照片"), ("D1", "material-unreadable", "申报表")],
        notes: &[],
    },
    Case {
        name: "a file of zero bytes",
        put: &[("报名信息.csv", ONE), ("D1/申报表.jpg", Put::Bytes(b"")), ("D1/个人照片.jpg", Put::Jpeg)],
        submissions: &["D1"],
        flags: &[("D1", "material-unreadable", "申报表")],
        notes: &[],
    },
    Case {
        name: "a picture of 30,000 × 30,000 pixels",
        put: &[
            ("报名信息.csv", Put::Table(&["D1", "D2"])),
            ("D1/申报表.png", Put::Bomb),
            ("D2/个人照片.png", Put::Bomb),
        ],
        submissions: &["D1", "D2"],
        flags: &[("D1", "input-refused", "申报表.png"), ("D2", "photo-corrupt", "个人照片")],
        notes: &[],
    },
    Case {
        name: "a PNG that calls itself .jpg",
        put: &[("报名信息.csv", ONE), ("D1/个人照片.jpg", Put::Png)],
        submissions: &["D1"],
        flags: &[("D1", "photo-format", "PNG")],
        notes: &[],
    },
    Case {
        name: "a GB18030 table",
        put: &[("报名信息.csv", Put::Gb18030Table(&["D1"]))],
        submissions: &["D1"],
        flags: &[("D1", "registration-orphan", "周海涛")],
        notes: &[],
    },
    Case {
        name: "a link out of the batch",
        put: &[("报名信息.csv", ONE), ("D1/申报表.jpg", Put::LinkOut), ("D1/个人照片.jpg", Put::Jpeg)],
        submissions: &["D1"],
        flags: &[("D1", "input-refused", "申报表.jpg")],
        notes: &[],
    },
    Case {
        name: "a linked table",
        put: &[("报名信息.csv", Put::LinkOut), ("D1/个人照片.jpg", Put::Jpeg)],
        submissions: &["D1"],
        flags: &[("", "input-refused", "报名信息.csv"), ("D1", "registration-missing", "")],
        notes: &[],
    },
    Case {
        name: "a file that may not be read",
        put: &[("报名信息.csv", ONE), ("D1/申报表.jpg", Put::Unreadable), ("D1/个人照片.jpg", Put::Jpeg)],
        submissions: &["D1"],
        flags: &[("D1", "material-unreadable", "申报表")],
        notes: &[],
    },
    Case {
        name: "a table without a column",
        put: &[("报名信息.csv", Put::TableWithout("证件号码")), ("D1/个人照片.jpg", Put::Jpeg)],
        submissions: &["D1"],
        flags: &[("", "registration-field", "缺少列“证件号码”")],
        notes: &["缺少列“证件号码”"],
    },
    Case {
        name: "a table without ids",
        put: &[("报名信息.csv", Put::TableWithout("报名编号")), ("D1/个人照片.jpg", Put::Jpeg)],
        submissions: &["D1"],
        flags: &[("", "registration-missing", "报名信息.csv"), ("D1", "registration-missing", "")],
        notes: &["缺少列“报名编号”"],
    },
    Case {
        name: "a folder of nothing, a stray file and a name of no material",
        put: &[
            ("报名信息.csv", ONE),
            ("D1", Put::Folder),
            ("说明.txt", Put::Bytes(b"x")),
            ("D2/乱七八糟.jpg", Put::Bytes(b"x")),
        ],
        submissions: &["D1", "D2"],
        flags: &[("D1", "material-missing", "个人照片"), ("D2", "material-unknown", "乱七八糟.jpg")],
        notes: &["说明.txt"],
    },
];

#[test]
fn every_bad_input_costs_a_flag_and_nothing_else() {
    for case in CASES {
        check(case);
    }
}

/// The cases where no result can be: an error that names the path, exit code 2.
#[test]
fn what_is_no_batch_is_told_and_is_2() {
    let dir = tempfile::tempdir().unwrap();
    let (nowhere, archive, out) = (dir.path().join("nowhere"), dir.path().join("x.zip"), dir.path().join("out"));
    fs::write(&archive, b"PK").unwrap();
    for path in [&nowhere, &archive] {
        let done = audit(path, &out, &[]);
        let told = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{told}");
        assert!(told.contains(&path.display().to_string()), "{told}");
    }
}

fn check(case: &Case) {
    let dir = tempfile::tempdir().unwrap();
    let (batch, out) = (dir.path().join("batch"), dir.path().join("out"));
    fs::create_dir(&batch).unwrap();
    fs::write(dir.path().join("outside.jpg"), jpeg()).unwrap();
    for (path, what) in case.put {
        put(dir.path(), &batch.join(path), what);
    }
    let done = if case.put.iter().any(|(_, p)| matches!(p, Put::Unreadable)) {
        audit_without_rights(dir.path(), &batch, &out)
    } else {
        audit(&batch, &out, &[])
    };
    let stderr = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(0), "{}: {stderr}", case.name);

    let ids = nothing_is_lost(&batch, &out);
    assert_eq!(ids, case.submissions.iter().map(|s| (*s).to_owned()).collect::<BTreeSet<_>>(), "{}", case.name);
    let flags = rows(&out.join("flags.csv"));
    for (id, rule, word) in case.flags {
        let of_rule: Vec<_> = flags.iter().filter(|f| f["submission_id"] == *id && f["rule"] == *rule).collect();
        assert!(
            of_rule.iter().any(|f| f.values().any(|v| v.contains(word))),
            "{}: {id} has no {rule} about {word:?}: {of_rule:?}",
            case.name
        );
    }
    let notes = json(&out.join("run.json"))["batches"].to_string();
    for word in case.notes {
        assert!(notes.contains(word), "{}: {word:?} is not in {notes}", case.name);
    }
    let verdicts = rows(&out.join("submissions.csv"));
    assert!(
        verdicts.iter().all(|s| s["verdict"] != "pass" && !s["verdict"].contains("通过")),
        "{}: nothing of this may pass",
        case.name
    );
}

fn put(dir: &Path, path: &Path, what: &Put) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    match what {
        Put::Table(ids) => fs::write(path, table(ids)).unwrap(),
        Put::Gb18030Table(ids) => fs::write(path, encoding_rs::GB18030.encode(&table(ids)).0).unwrap(),
        Put::TableWithout(column) => fs::write(path, without(&table(&["D1"]), column)).unwrap(),
        Put::Jpeg => fs::write(path, jpeg()).unwrap(),
        Put::Png => fs::write(path, png()).unwrap(),
        Put::TruncatedJpeg => fs::write(path, &jpeg()[..jpeg().len() / 2]).unwrap(),
        Put::Bomb => fs::write(path, bomb()).unwrap(),
        Put::Bytes(bytes) => fs::write(path, bytes).unwrap(),
        Put::LinkOut => link(&dir.join("outside.jpg"), path),
        Put::Folder => fs::create_dir(path).unwrap(),
        Put::Unreadable => {
            fs::write(path, jpeg()).unwrap();
            forbid(path);
        }
    }
}

fn table(ids: &[&str]) -> String {
    ids.iter().fold(format!("{HEADER}\r\n"), |text, id| text + &ROW.replacen("D1", id, 1) + "\r\n")
}

fn without(table: &str, column: &str) -> String {
    let at = HEADER.split(',').position(|h| h == column).unwrap();
    let cut = |line: &str| {
        line.split(',').enumerate().filter(|(i, _)| *i != at).map(|(_, c)| c).collect::<Vec<_>>().join(",")
    };
    table.lines().map(|l| cut(l) + "\r\n").collect()
}

/// Noise, so that half of the file is half of the picture.
fn picture() -> RgbImage {
    RgbImage::from_fn(120, 168, |x, y| {
        let v = u8::try_from((x * 73 + y * 151 + x * y * 7) % 56).unwrap() + 200;
        Rgb([v, v, 255 - v / 8])
    })
}

fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&picture()).unwrap();
    bytes
}

fn png() -> Vec<u8> {
    let (mut bytes, p) = (Vec::new(), picture());
    image::codecs::png::PngEncoder::new(&mut bytes)
        .write_image(&p, p.width(), p.height(), ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

/// A whole head and the beginning of the data: what a reader sees before it takes 900 MB.
fn bomb() -> Vec<u8> {
    let mut head = b"IHDR".to_vec();
    head.extend(30_000_u32.to_be_bytes());
    head.extend(30_000_u32.to_be_bytes());
    head.extend([8, 0, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for chunk in [&head[..], b"IDAT\x78\x9c\xed\xc1\x01\x0d\x00\x00\x00\xc2\xa0\xf7Om\x0e7\xa0\x00", b"IEND"] {
        bytes.extend(u32::try_from(chunk.len() - 4).unwrap().to_be_bytes());
        bytes.extend(chunk);
        bytes.extend(crc32(chunk).to_be_bytes());
    }
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 })
    })
}

#[cfg(unix)]
fn link(to: &Path, path: &Path) {
    std::os::unix::fs::symlink(to, path).unwrap();
}

#[cfg(windows)]
fn link(to: &Path, path: &Path) {
    std::os::windows::fs::symlink_file(to, path).unwrap();
}

#[cfg(unix)]
fn forbid(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
}

#[cfg(not(unix))]
fn forbid(path: &Path) {
    // Without rights to take away: a folder of the file's name is as unreadable.
    fs::remove_file(path).unwrap();
    fs::create_dir(path).unwrap();
}

/// The superuser may read everything, so as the superuser the binary is run as nobody.
#[cfg(unix)]
fn audit_without_rights(dir: &Path, batch: &Path, out: &Path) -> std::process::Output {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    use std::os::unix::process::CommandExt as _;
    const NOBODY: u32 = 65534;
    if fs::metadata(dir).unwrap().uid() != 0 {
        return audit(batch, out, &[]);
    }
    let copy = dir.join("yushen");
    fs::copy(binary(), &copy).unwrap();
    fs::create_dir(out).unwrap();
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
    chown(out, Some(NOBODY), Some(NOBODY)).unwrap();
    let mut command = Command::new(copy);
    command.uid(NOBODY).gid(NOBODY).current_dir(dir);
    audit_with(command, batch, out, &[])
}

#[cfg(not(unix))]
fn audit_without_rights(_dir: &Path, batch: &Path, out: &Path) -> std::process::Output {
    audit(batch, out, &[])
}
