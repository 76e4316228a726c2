//! Archives made in a temporary folder: the same batch as in a folder, and everything hostile refused by name.

use std::io::{self, Write};
use std::sync::OnceLock;
use yushen::ingest::{Aliases, BatchIssue, discover};
use yushen::vocabulary::settings::LimitSettings;

/// What an entry of a test archive is.
#[derive(Clone, Copy)]
enum Made {
    File(&'static [u8]),
    Folder,
    Link,
    Encrypted,
}
use Made::{Encrypted, File as Bytes, Folder, Link};

type Listed = (&'static [u8], Made);

/// A zip without compression, whose names are any bytes.
fn zipped(entries: &[Listed]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, made) in entries {
        let (bytes, flags, mode): (&[u8], u16, u32) = match made {
            Bytes(bytes) => (bytes, 0, 0o100_644),
            Folder => (b"", 0, 0o040_755),
            Link => (b"/etc/passwd", 0, 0o120_777),
            Encrypted => (b"0123456789abcdef", 1, 0o100_644),
        };
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        let mut common = vec![20, 0];
        common.extend(flags.to_le_bytes());
        common.extend([0, 0, 0, 0, 0x21, 0]);
        common.extend(sum.sum().to_le_bytes());
        common.extend((bytes.len() as u32).to_le_bytes().repeat(2));
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        let offset = out.len() as u32;
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend_from_slice(name);
        out.extend_from_slice(bytes);
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(&common);
        directory.extend([0; 6]);
        directory.extend((mode << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend_from_slice(name);
    }
    let (start, count) = (out.len() as u32, (entries.len() as u16).to_le_bytes());
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.repeat(2));
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn tarred(entries: &[Listed]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, made) in entries {
        let (bytes, kind): (&[u8], _) = match made {
            Bytes(bytes) => (bytes, tar::EntryType::Regular),
            Folder => (b"", tar::EntryType::Directory),
            Link => (b"", tar::EntryType::Symlink),
            Encrypted => (b"", tar::EntryType::Fifo),
        };
        let mut header = tar::Header::new_gnu();
        // As bytes: the library would refuse the names that must be refused here.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name);
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append(&header, bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// `folder: name …` of each submission with the refused ones marked, then the issues that name an entry.
fn told(name: &str, bytes: &[u8], limits: &LimitSettings) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let mut batch = discover(&path, &aliases(), limits).unwrap();
    let mut lines = Vec::new();
    for s in &mut batch.submissions {
        batch.contents.hash_files(s, limits).unwrap();
        let files = s.files.iter().map(|f| match (&f.refused, &f.sha256) {
            (Some(why), _) => format!("{}!{why}", f.name),
            (None, Some(_)) => {
                let bytes = batch.contents.read_file(&mut f.clone(), limits).unwrap();
                format!("{}={}", f.name, String::from_utf8_lossy(&bytes))
            }
            (None, None) => format!("{}?", f.name),
        });
        lines.push(format!("{}: {}", s.folder.as_deref().unwrap_or("-"), files.collect::<Vec<_>>().join(" ")));
    }
    lines.extend(batch.issues.iter().filter_map(|i| match i {
        BatchIssue::Refused { file, why } => Some(format!("{file}!{why}")),
        BatchIssue::StrayFile { file } => Some(format!("{file} stray")),
        _ => None,
    }));
    lines
}

#[test]
fn an_archive_is_the_folder_that_was_packed() {
    let gbk = |name: &str| -> &'static [u8] {
        Box::leak(encoding_rs::GB18030.encode(name).0.into_owned().into_boxed_slice())
    };
    let table: &'static [u8] = "报名编号,姓名\nD1,甲\nD2,乙\n".as_bytes();
    let plain: Vec<Listed> = vec![
        ("报名信息.csv".as_bytes(), Bytes(table)),
        ("D1/申报表.jpg".as_bytes(), Bytes(b"form")),
        ("组/D2/".as_bytes(), Folder),
        ("组/D2/个人照片.jpg".as_bytes(), Bytes(b"photo")),
        ("D3/".as_bytes(), Folder),
    ];
    let wrapped: Vec<Listed> = vec![
        (gbk("2024年8月/"), Folder),
        (gbk("2024年8月/报名信息.csv"), Bytes(table)),
        (gbk("2024年8月/D1/申报表.jpg"), Bytes(b"form")),
        (gbk("2024年8月/组/D2/个人照片.jpg"), Bytes(b"photo")),
        (gbk("2024年8月/D3/"), Folder),
    ];
    let slashes: Vec<Listed> = vec![
        (gbk("报名信息.csv"), Bytes(table)),
        (gbk("D1\\申报表.jpg"), Bytes(b"form")),
        (gbk("./组//D2/个人照片.jpg"), Bytes(b"photo")),
        (b"D3/", Folder),
    ];
    let expected = ["D1: 申报表.jpg=form", "组/D2: 个人照片.jpg=photo", "D3: "];
    for (what, entries) in
        [("UTF-8", &plain), ("a folder around it, GBK", &wrapped), ("slashes of every kind", &slashes)]
    {
        let tar = tarred(entries);
        for (name, bytes) in [
            ("b.zip", zipped(entries)),
            ("b.tar", tar.clone()),
            ("b.tar.gz", gzipped(&tar)),
            ("b.TGZ", gzipped(&tar)),
            ("b.tar.zst", zstd(&tar)),
        ] {
            assert_eq!(told(name, &bytes, &wide()), expected, "{what}, {name}");
        }
    }
}

#[test]
fn what_is_hostile_is_refused_by_its_name() {
    let entries: Vec<Listed> = vec![
        ("D1/申报表.jpg".as_bytes(), Bytes(b"form")),
        ("D1/个人照片.jpg".as_bytes(), Link),
        ("D1/毕业证书.jpg".as_bytes(), Encrypted),
        ("D1/其他.jpg".as_bytes(), Bytes(&[b'x'; 60])),
        (b"../../etc/cron.d/x", Bytes(b"evil")),
        (b"/etc/passwd", Bytes(b"evil")),
        (b"C:\\x.jpg", Bytes(b"evil")),
        ("D1/../D2/申报表.jpg".as_bytes(), Bytes(b"evil")),
    ];
    let limits = LimitSettings { max_file_bytes: 50, ..wide() };
    let common = ["..∕..∕etc∕cron.d∕x", "C:∕x.jpg", "D1∕..∕D2∕申报表.jpg", "∕etc∕passwd"]
        .map(|n| format!("{n}!压缩包内的路径是绝对路径或含有“..”"));
    let submission = |locked: &str| {
        format!(
            "D1: 个人照片.jpg!是链接，不跟随 申报表.jpg=form 毕业证书.jpg!{locked} 其他.jpg!文件 60 字节，超过上限 50 字节"
        )
    };
    let with = |locked: &str| [vec![submission(locked)], common.to_vec()].concat();
    assert_eq!(told("b.zip", &zipped(&entries), &limits), with("压缩包内已加密"));
    assert_eq!(told("b.tar.gz", &gzipped(&tarred(&entries)), &limits), with("不是普通文件（设备、管道或套接字）"));
}

#[test]
fn two_entries_of_one_name_are_both_refused() {
    let entries: Vec<Listed> =
        vec![("D1/申报表.jpg".as_bytes(), Bytes(b"one")), ("D1//申报表.jpg".as_bytes(), Bytes(b"two"))];
    let expected = ["D1: 申报表.jpg!压缩包内有同名文件 申报表.jpg!压缩包内有同名文件"];
    assert_eq!(told("b.tar", &tarred(&entries), &wide()), expected);
    assert_eq!(told("b.zip", &zipped(&entries), &wide()), expected);
    let same: Vec<Listed> =
        vec![("D1/申报表.jpg".as_bytes(), Bytes(b"one")), ("D1/申报表.jpg".as_bytes(), Bytes(b"two"))];
    assert_eq!(told("b.tar", &tarred(&same), &wide()), expected);
    let zip = told("b.zip", &zipped(&same), &wide());
    assert!(zip.iter().any(|l| l == "b.zip!压缩包目录中有同名条目，只能读到其中一个，请重新打包"), "{zip:?}");
}

#[test]
fn bombs_and_damage_cost_entries_and_not_the_run() {
    let zeros: &'static [u8] = vec![0; 5 << 20].leak();
    let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in [("D1/申报表.jpg", &b"form"[..]), ("D1/个人照片.jpg", zeros)] {
        writer.start_file(name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    let bomb = writer.finish().unwrap().into_inner();
    assert!(bomb.len() < 10_000);
    assert_eq!(told("b.zip", &bomb, &wide()), ["D1: 个人照片.jpg!压缩比超过上限 500，疑为压缩炸弹 申报表.jpg=form"]);

    let tar = tarred(&[
        ("D1/申报表.jpg".as_bytes(), Bytes(b"form")),
        ("D1/个人照片.jpg".as_bytes(), Bytes(zeros)),
        ("D2/申报表.jpg".as_bytes(), Bytes(b"after")),
    ]);
    let small = LimitSettings { max_held_bytes: 1 << 20, ..wide() };
    let held = told("b.tar.gz", &gzipped(&tar), &small);
    assert_eq!(
        held,
        [
            "D1: 个人照片.jpg!tar 压缩包只能整体读入内存，超过上限 1048576 字节；请改用 zip 打包 申报表.jpg=form",
            "D2: 申报表.jpg=after"
        ]
    );
    let cut = LimitSettings { max_archive_bytes: 1 << 20, ..wide() };
    let cut = told("b.tar.gz", &gzipped(&tar), &cut);
    assert!(
        cut[0] == "D1: 申报表.jpg=form"
            && cut[1].starts_with("（压缩包其余部分）!压缩包在此之后损坏、不完整或超过解压上限"),
        "{cut:?}"
    );
    let total = LimitSettings { max_archive_bytes: 6, ..wide() };
    let entries: Vec<Listed> =
        vec![("D1/申报表.jpg".as_bytes(), Bytes(b"form")), ("D2/申报表.jpg".as_bytes(), Bytes(b"more"))];
    assert_eq!(
        told("b.zip", &zipped(&entries), &total),
        ["D1: 申报表.jpg=form", "D2: 申报表.jpg!压缩包解压后超过上限 6 字节"]
    );

    // A byte of a packed file is wrong: its checksum says so.
    let mut damaged = zipped(&entries);
    let at = damaged.windows(4).position(|w| w == b"form").unwrap();
    damaged[at] ^= 1;
    assert_eq!(told("b.zip", &damaged, &wide()), ["D1: 申报表.jpg?", "D2: 申报表.jpg=more"]);
}

/// Whatever is done to the bytes: no panic, and what opens is listed.
#[test]
fn any_damage_is_survived() {
    let entries: Vec<Listed> = vec![
        ("D1/申报表.jpg".as_bytes(), Bytes(b"form")),
        ("D2/".as_bytes(), Folder),
        ("D2/个人照片.jpg".as_bytes(), Bytes(b"photo")),
    ];
    let tar = tarred(&entries);
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in
        [("b.zip", zipped(&entries)), ("b.tar", tar.clone()), ("b.tar.gz", gzipped(&tar)), ("b.tar.zst", zstd(&tar))]
    {
        let path = dir.path().join(name);
        let step = (bytes.len() / 150).max(1);
        for at in (0..bytes.len()).step_by(step) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            for made in [&bytes[..at], &flipped] {
                std::fs::write(&path, made).unwrap();
                let Ok(mut batch) = discover(&path, &aliases(), &wide()) else { continue };
                for s in &mut batch.submissions {
                    batch.contents.hash_files(s, &wide()).unwrap();
                }
            }
        }
    }
}

fn wide() -> LimitSettings {
    static WIDE: OnceLock<LimitSettings> = OnceLock::new();
    let wide = WIDE.get_or_init(|| {
        let limits = yushen::packs::embedded().unwrap().settings.limits;
        LimitSettings {
            max_file_bytes: 50_000_000,
            max_archive_bytes: 1 << 30,
            max_archive_ratio: 500,
            max_held_bytes: 1 << 30,
            ..limits
        }
    });
    wide.clone()
}

fn aliases() -> Aliases {
    Aliases::parse(include_str!("../rules/aliases.toml"), "aliases.toml").unwrap()
}
