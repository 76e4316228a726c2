//! What a submission may be as a whole: files, bytes and pages, each just within its limit and one over it, through the
//! binary.
//! An office sets the limits low here; those of one file are tested where files are opened.

mod outputs;

use image::{Rgb, RgbImage};
use outputs::{audit, nothing_is_lost, rows};
use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::path::Path;

/// Pages of a file.
#[derive(Clone, Copy)]
enum Put {
    Picture,
    Pdf(usize),
}
use Put::{Pdf, Picture};

/// One submission under one limit.
struct Case {
    limit: &'static str,
    files: &'static [(&'static str, Put)],
    /// Files that are refused, and a word of why.
    refused: &'static [&'static str],
    why: &'static str,
}

const CASES: [Case; 8] = [
    Case {
        limit: "max_files = 2", files: &[("其他.jpg", Picture), ("其他-2.jpg", Picture)], refused: &[], why: ""
    },
    Case {
        limit: "max_files = 2",
        files: &[("其他.jpg", Picture), ("其他-2.jpg", Picture), ("其他-3.jpg", Picture)],
        refused: &["其他-3.jpg"],
        why: "超过上限 2 个",
    },
    // A picture here has 1,000 bytes.
    Case {
        limit: "max_submission_bytes = 2000",
        files: &[("其他.jpg", Picture), ("其他-2.jpg", Picture)],
        refused: &[],
        why: "",
    },
    Case {
        limit: "max_submission_bytes = 1999",
        files: &[("其他.jpg", Picture), ("其他-2.jpg", Picture), ("家谱.jpg", Picture)],
        refused: &["其他-2.jpg", "家谱.jpg"],
        why: "合计超过上限 1999 字节",
    },
    Case {
        limit: "max_submission_pages = 3",
        files: &[("其他.pdf", Pdf(2)), ("个人照片.jpg", Picture)],
        refused: &[],
        why: "",
    },
    Case {
        limit: "max_submission_pages = 3",
        files: &[("其他.pdf", Pdf(4))],
        refused: &["其他.pdf"],
        why: "页数合计超过上限 3 页",
    },
    Case {
        limit: "max_submission_pages = 3",
        files: &[("其他.pdf", Pdf(3)), ("其他-2.jpg", Picture)],
        refused: &["其他-2.jpg"],
        why: "页数合计超过上限 3 页",
    },
    Case {
        limit: "max_submission_pages = 1",
        files: &[("个人照片.jpg", Picture), ("个人照片-2.jpg", Picture)],
        refused: &["个人照片-2.jpg"],
        why: "页数合计超过上限 1 页",
    },
];

#[test]
fn what_is_over_a_submissions_limit_is_refused_and_told() {
    let limits: BTreeSet<&str> = CASES.iter().map(|c| c.limit).collect();
    for limit in limits {
        let dir = tempfile::tempdir().unwrap();
        let (batch, out, office) = (dir.path().join("batch"), dir.path().join("out"), dir.path().join("office.toml"));
        fs::write(&office, format!("[limits]\n{limit}\n")).unwrap();
        let cases: Vec<(String, &Case)> =
            CASES.iter().filter(|c| c.limit == limit).enumerate().map(|(n, c)| (format!("D{n}"), c)).collect();
        for (id, case) in &cases {
            case.files.iter().for_each(|(name, what)| put(&batch.join(id).join(name), *what));
        }
        let done = audit(&batch, &out, &["--quiet", "--second-reading", "off", "--office", office.to_str().unwrap()]);
        assert_eq!(done.status.code(), Some(0), "{limit}: {}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(nothing_is_lost(&batch, &out).len(), cases.len());
        let flags = rows(&out.join("flags.csv"));
        for (id, case) in &cases {
            let of: Vec<_> =
                flags.iter().filter(|f| f["submission_id"] == *id && f["rule"] == "input-refused").collect();
            let files: BTreeSet<&str> = of.iter().map(|f| f["field"].as_str()).collect();
            assert_eq!(files, case.refused.iter().copied().collect(), "{limit}: {id}: {of:?}");
            assert!(
                of.iter().all(|f| f["observed"].contains(case.why) && f["message"].contains(case.why)),
                "{limit}: {id}: {of:?}"
            );
        }
    }
}

fn put(path: &Path, what: Put) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(
        path,
        match what {
            Picture => picture(),
            Pdf(pages) => pdf(pages),
        },
    )
    .unwrap();
}

/// A small picture, with bytes behind its end up to 1,000.
fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(24, 32, Rgb([250; 3])).write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    let mut bytes = bytes.into_inner();
    assert!(bytes.len() <= 1000, "{}", bytes.len());
    bytes.resize(1000, 0);
    bytes
}

/// So many empty pages.
fn pdf(pages: usize) -> Vec<u8> {
    let kids: Vec<String> = (0..pages).map(|n| format!("{} 0 R", n + 3)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Count {pages}/Kids[{}]>>", kids.join(" ")),
    ];
    objects.extend((0..pages).map(|_| "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>".to_owned()));
    let (mut text, mut table) = ("%PDF-1.4\n".to_owned(), String::new());
    for (n, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", text.len());
        text += &format!("{} 0 obj\n{object}\nendobj\n", n + 1);
    }
    let at = text.len();
    let count = objects.len() + 1;
    text += &format!(
        "xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n"
    );
    text.into_bytes()
}
