//! Files that would take all memory or all time, through the binary under a limit on its address space: each costs its
//! own submission, or the batch a flag, whoever reads beside it, and the words about it depend on nothing but the file.

mod outputs;

use flate2::{Compress, Compression, FlushCompress};
use image::{Rgb, RgbImage};
use outputs::{audit_with, binary, json, nothing_is_lost, rows};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const OUTPUTS: [&str; 3] = ["flags.csv", "submissions.csv", "findings.jsonl"];
/// What all of it may take at its peak beside the models, in bytes: less than any of these files asks for.
const PEAK: u64 = 1_000_000_000;
/// Little patience: an honest page needs a tenth of it.
const OFFICE: &str = "[limits]\nmax_reader_bytes = 402653184\nmax_reader_seconds = 2\n";

/// A file, and the words that must stand in its submission's flag. `""`: no flag of the kind is asked for.
struct Hostile {
    name: &'static str,
    bytes: fn() -> Vec<u8>,
    rule: &'static str,
    why: &'static str,
}

const OVER: &str = "打开文件所需的内存或时间超过上限（384 MB、2 秒）";

const HOSTILE: &[Hostile] = &[
    Hostile { name: "申报表.pdf", bytes: || attack("dash.pdf"), rule: "input-refused", why: OVER },
    Hostile { name: "学历承诺书.pdf", bytes: || attack("d3.pdf"), rule: "input-refused", why: OVER },
    Hostile { name: "身份证人像面.pdf", bytes: || attack("lolforms.pdf"), rule: "input-refused", why: OVER },
    Hostile { name: "毕业证书.pdf", bytes: pdf_of_forms, rule: "input-refused", why: OVER },
    Hostile { name: "毕业证书.pdf", bytes: pdf_of_a_packed_stream, rule: "", why: "" },
    Hostile { name: "个人照片.png", bytes: || png_with_profile(1, 1), rule: "", why: "" },
    Hostile { name: "毕业证书.png", bytes: || png_with_profile(40, 40), rule: "", why: "" },
    // 10,000 × 10,000 pixels of eight bytes: within the limit on pixels, 800 MB.
    Hostile {
        name: "毕业证书.png",
        bytes: || png(10_000, 10_000, 16, &[]),
        rule: "input-refused",
        why: "图片解码后有 800000000 字节",
    },
    Hostile { name: "submission.json", bytes: nested_json, rule: "input-refused", why: "超过上限 1048576 字节" },
    Hostile { name: "材料.zip", bytes: || vec![0x50; 1000], rule: "", why: "" },
];

#[test]
fn a_file_costs_its_own_submission() {
    let dir = tempfile::tempdir().unwrap();
    let batch = dir.path().join("batch");
    for (n, hostile) in HOSTILE.iter().enumerate() {
        put(&batch, &format!("H{n:02}/{}", hostile.name), &(hostile.bytes)());
    }
    put(&batch, "honest/个人照片.jpg", &jpeg());
    let run = |out: &str, jobs: &str| {
        let done = audit(
            &dir.path().join("batch"),
            &dir.path().join(out),
            &["--jobs", jobs, "--no-store", "--office", office(dir.path()).to_str().unwrap()],
        );
        assert_eq!(done.status.code(), Some(0), "{}", told(&done));
    };
    run("one", "1");
    run("three", "3");
    let out = dir.path().join("one");
    for output in OUTPUTS {
        let text = |out: &str| fs::read_to_string(dir.path().join(out).join(output)).unwrap();
        assert!(text("one") == text("three"), "{output} differs by who reads beside it");
    }
    let flags = rows(&out.join("flags.csv"));
    for (n, hostile) in HOSTILE.iter().enumerate().filter(|(_, h)| !h.rule.is_empty()) {
        let id = format!("H{n:02}");
        let told: Vec<_> = flags.iter().filter(|f| f["submission_id"] == id && f["rule"] == hostile.rule).collect();
        assert!(told.iter().any(|f| f.values().any(|v| v.contains(hostile.why))), "{id} {}: {told:?}", hostile.name);
    }
    let ids = nothing_is_lost(&batch, &out);
    assert_eq!(ids.len(), HOSTILE.len() + 1);
    assert!(!flags.iter().any(|f| f["rule"] == "internal-error"), "nothing of ours has failed");
    assert!(!flags.iter().any(|f| f["submission_id"] == "honest" && f["rule"] == "input-refused"));
    #[cfg(target_os = "linux")]
    for out in ["one", "three"] {
        let peak = json(&dir.path().join(out).join("run.json"))["peak_memory_bytes"].as_u64().unwrap();
        assert!(peak < PEAK, "{out}: {peak} bytes");
    }
}

/// What lies at a batch's root, and a word in the batch's flag about it; `""`: none is asked for.
struct Table {
    name: &'static str,
    file: fn(&Path),
    why: &'static str,
}

const TABLES: &[Table] = &[
    Table { name: "报名信息.csv", file: |p| sparse(p, 3 << 30), why: "超过上限 67108864 字节" },
    Table { name: "companies.csv", file: |p| sparse(p, 3 << 30), why: "超过上限 1073741824 字节" },
    Table { name: "报名信息.csv", file: |p| commas(p, "报名编号,姓名\n"), why: "超过 256 格" },
    Table {
        name: "companies.csv",
        file: |p| commas(p, "企业名称,统一社会信用代码,成立日期,注销日期,曾用名\n"),
        why: "超过 256 格",
    },
    // within all limits of tables, and more than a reader of 128 MB holds
    Table {
        name: "companies.csv",
        file: |p| long(p, "企业名称,统一社会信用代码,成立日期,注销日期,曾用名\n", 600 << 20),
        why: "读取所需的内存或时间超过上限（128 MB、5 秒）",
    },
    Table { name: "报名信息.xlsx", file: |p| fs::write(p, attack("far-cell.xlsx")).unwrap(), why: "" },
    Table { name: "报名信息.xlsx", file: |p| fs::write(p, attack("uniquecount.xlsx")).unwrap(), why: "" },
];

#[test]
fn a_table_costs_the_batch_a_flag() {
    for (n, table) in TABLES.iter().enumerate() {
        let dir = tempfile::tempdir().unwrap();
        let batch = dir.path().join("batch");
        put(&batch, "D1/个人照片.jpg", &jpeg());
        (table.file)(&batch.join(table.name));
        let tight = dir.path().join("office.toml");
        fs::write(&tight, "[limits]\nmax_reader_bytes = 134217728\nmax_reader_seconds = 5\n").unwrap();
        let done = audit(
            &batch,
            &dir.path().join("out"),
            &["--no-store", "--report", "none", "--office", tight.to_str().unwrap()],
        );
        assert_eq!(done.status.code(), Some(0), "{n} {}: {}", table.name, told(&done));
        let flags = rows(&dir.path().join("out/flags.csv"));
        let said = flags.iter().any(|f| {
            f["submission_id"].is_empty()
                && f.values().any(|v| v.contains(table.name))
                && f.values().any(|v| v.contains(table.why))
        });
        assert!(said || table.why.is_empty(), "{n} {}: {flags:?}", table.name);
        assert!(
            rows(&dir.path().join("out/submissions.csv")).iter().any(|s| s["submission_id"] == "D1"),
            "{n} {}: D1 was not audited",
            table.name
        );
    }
}

/// Archives whose headers claim more than they may; what comes before is read, and that there is more is told.
#[test]
fn an_archive_ends_at_a_header_that_is_none() {
    let long = |kind: u8| move |name: &str| long_header(kind, name);
    for (about, header) in [("a long name", long(b'L')), ("a long link", long(b'K')), ("PAX records", long(b'x'))] {
        let dir = tempfile::tempdir().unwrap();
        let batch = dir.path().join("batch.tar.gz");
        let mut members = gzipped(&entry("D1/个人照片.jpg", b'0', &jpeg()));
        members.extend(header("D2/x"));
        members.extend(gzipped(&entry("D3/个人照片.jpg", b'0', &jpeg())));
        fs::write(&batch, members).unwrap();
        let out = dir.path().join("out");
        let done = audit(&batch, &out, &["--no-store"]);
        assert_eq!(done.status.code(), Some(0), "{about}: {}", told(&done));
        let flags = rows(&out.join("flags.csv"));
        assert!(
            flags.iter().any(|f| f["rule"] == "input-refused" && f.values().any(|v| v.contains("扩展头"))),
            "{about}: {flags:?}"
        );
        let ids: BTreeSet<String> =
            rows(&out.join("submissions.csv")).iter().map(|s| s["submission_id"].clone()).collect();
        assert_eq!(ids, ["D1".to_owned()].into(), "{about}");
        #[cfg(target_os = "linux")]
        assert!(json(&out.join("run.json"))["peak_memory_bytes"].as_u64().unwrap() < PEAK, "{about}");
    }
}

#[test]
fn inspect_is_held_to_the_same() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["dash.pdf", "d3.pdf"] {
        let file = dir.path().join(name);
        fs::write(&file, attack(name)).unwrap();
        let mut command = confined();
        let done = command.arg("inspect").arg(&file).output().unwrap();
        assert_eq!(done.status.code(), Some(0), "{name}: {}", told(&done));
        let text = String::from_utf8_lossy(&done.stdout);
        assert!(text.contains("打开文件所需的内存或时间超过上限"), "{name}: {text}");
    }
}

/// The process that reads is no command of the program, and gives nothing to whoever calls it by hand.
#[test]
fn the_reading_process_says_nothing_by_itself() {
    for arguments in [&["--apart"][..], &["--apart", "pdf"], &["--apart", "nothing"]] {
        let done = Command::new(binary()).args(arguments).stdin(std::process::Stdio::null()).output().unwrap();
        assert!(!done.status.success() && done.stdout.is_empty(), "{arguments:?}: {}", told(&done));
    }
}

fn audit(batch: &Path, out: &Path, more: &[&str]) -> Output {
    audit_with(confined(), batch, out, &[more, &["--quiet"]].concat())
}

/// The program under a limit on its address space, where there is one.
fn confined() -> Command {
    if cfg!(target_os = "linux") {
        let mut shell = Command::new("sh");
        shell.args(["-c", "ulimit -v 8000000; exec \"$@\"", "sh"]).arg(binary());
        return shell;
    }
    Command::new(binary())
}

fn told(output: &Output) -> String {
    format!(
        "{:?} {} {}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn office(dir: &Path) -> PathBuf {
    let path = dir.join("office.toml");
    fs::write(&path, OFFICE).unwrap();
    path
}

fn attack(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/attacks").join(name)).unwrap()
}

fn put(batch: &Path, inside: &str, bytes: &[u8]) {
    let path = batch.join(inside);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn jpeg() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    RgbImage::from_pixel(120, 168, Rgb([240; 3])).write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// Ten forms that each draw the next ten times.
fn pdf_of_forms() -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>".to_owned(),
        stream("", "/F Do"),
    ];
    for n in 5..15 {
        let form = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 200 200] /Resources << /XObject << /F {} 0 R >> >>",
            n + 1
        );
        objects.push(stream(&form, &"/F Do ".repeat(10)));
    }
    objects.push(stream("/Type /XObject /Subtype /Form /BBox [0 0 200 200]", "0 0 10 10 re f"));
    pdf(&objects)
}

/// A page whose content is 400 MB of blanks, packed twice.
fn pdf_of_a_packed_stream() -> Vec<u8> {
    let content = deflated(&deflated_zeros(400 << 20));
    let hex: String = content.iter().map(|b| format!("{b:02x}")).collect::<String>() + ">";
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>".to_owned(),
        stream("/Filter [/ASCIIHexDecode /FlateDecode /FlateDecode]", &hex),
    ])
}

fn stream(entries: &str, content: &str) -> String {
    format!("<< {entries} /Length {} >>\nstream\n{content}\nendstream", content.len())
}

fn pdf(objects: &[String]) -> Vec<u8> {
    let mut out = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(out.len());
        out += &format!("{} 0 obj\n{object}\nendobj\n", n + 1);
    }
    let start = out.len();
    out += &format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1);
    places.iter().for_each(|at| out += &format!("{at:010} 00000 n \n"));
    out += &format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", places.len() + 1);
    out.into_bytes()
}

/// A zlib stream of at least so many zeros, made of one packed piece again and again; without a sum at its end, to
/// which nobody comes.
fn deflated_zeros(bytes: usize) -> Vec<u8> {
    const PIECE: usize = 4 << 20;
    let mut packer = Compress::new(Compression::best(), true);
    let zeros = vec![0; PIECE];
    let mut next = || {
        let mut out = Vec::with_capacity(PIECE);
        packer.compress_vec(&zeros, &mut out, FlushCompress::Full).unwrap();
        out
    };
    let (mut out, again) = (next(), next());
    (0..bytes / PIECE).for_each(|_| out.extend(&again));
    out
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A PNG that claims a size, with further chunks before its one row of pixels.
fn png(width: u32, height: u32, depth: u8, more: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, 6, 0, 0, 0]].concat();
    let row = deflated(&vec![0; (1 + width as usize * 4 * usize::from(depth) / 8) * (height as usize).min(64)]);
    let chunks = std::iter::once((b"IHDR", head))
        .chain(more.iter().map(|(k, b)| (*k, b.clone())))
        .chain([(b"IDAT", row), (b"IEND", Vec::new())]);
    for (kind, bytes) in chunks {
        out.extend((bytes.len() as u32).to_be_bytes());
        let mut sum = flate2::Crc::new();
        sum.update(kind);
        sum.update(&bytes);
        out.extend(kind);
        out.extend(bytes);
        out.extend(sum.sum().to_be_bytes());
    }
    out
}

/// A PNG whose colour profile has 1.2 GB unpacked.
fn png_with_profile(width: u32, height: u32) -> Vec<u8> {
    let profile = [&b"p\0\0"[..], &deflated_zeros(1200 << 20)].concat();
    png(width, height, 8, &[(b"iCCP", profile)])
}

/// Lists in lists: in memory a hundred times what it is on disk.
fn nested_json() -> Vec<u8> {
    format!("{{\"name\":[{}[]]}}", "[],".repeat(1 << 20)).into_bytes()
}

fn sparse(path: &Path, bytes: u64) {
    fs::File::create(path).unwrap().set_len(bytes).unwrap();
}

/// A row of 12 million empty cells.
/// A table of this many bytes.
fn long(path: &Path, header: &str, bytes: usize) {
    let row = format!("{},1,2020-01-01,,\n", "企业".repeat(300));
    fs::write(path, [header.as_bytes(), row.repeat(bytes / row.len()).as_bytes()].concat()).unwrap();
}

fn commas(path: &Path, header: &str) {
    fs::write(path, [header.as_bytes(), &vec![b','; 12_000_000], b"\n"].concat()).unwrap();
}

/// A gzip member. Several behind each other are one stream.
fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn entry(name: &str, kind: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = tar_header(name, kind, bytes.len() as u64);
    out.extend(bytes);
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

fn tar_header(name: &str, kind: u8, size: u64) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(tar::EntryType::new(kind));
    header.set_size(size);
    header.set_cksum();
    header.as_bytes().to_vec()
}

/// An extended header of 1.2 GB, in 75 gzip members of 16 MB each.
fn long_header(kind: u8, name: &str) -> Vec<u8> {
    const PIECE: usize = 16 << 20;
    let mut out = gzipped(&tar_header("././@LongLink", kind, 75 * PIECE as u64));
    let piece = gzipped(&vec![b'a'; PIECE]);
    (0..75).for_each(|_| out.extend(&piece));
    out.extend(gzipped(&entry(name, b'0', b"x")));
    out
}
