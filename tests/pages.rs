//! Every page and every file of a material is looked at, through the binary: second photos, other people's pages, pages
//! in the wrong file, both sides of a card in one picture, blank backs.
//! Pictures are the demonstration's; what a case does not need is left out, so that it costs little.

mod outputs;

use image::{GrayImage, ImageEncoder as _, Luma, imageops};
use outputs::{audit, nothing_is_lost, rows};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The submission that all cases start from, and two other people's.
const OWN: &str = "20247800009";
const OTHER: &str = "20249300012";
const THIRD: &str = "20241500005";

/// A file of a case.
enum Put {
    /// A file of this submission, as it is.
    Of(&'static str, &'static str),
    /// Files of submissions as the pages of one PDF.
    Pdf(&'static [(&'static str, &'static str)]),
    /// Both sides of a card on one white sheet, as a copying machine makes them.
    BothSides,
    /// A sheet of paper; `true`: the front's print shines through.
    Paper(bool),
    /// A file of these bytes.
    Bytes(&'static [u8]),
}
use Put::{BothSides, Bytes, Of, Paper, Pdf};

struct Case {
    name: &'static str,
    files: &'static [(&'static str, Put)],
    /// Rule, document and severity of flags that must be there.
    flags: &'static [(&'static str, &'static str, &'static str)],
    /// Rule and document ("": any) of flags that must not.
    absent: &'static [(&'static str, &'static str)],
}

const CASES: &[Case] = &[
    Case {
        name: "another applicant's photo beside the own one",
        files: &[("个人照片.jpg", Of(OWN, "个人照片.jpg")), ("个人照片-2.jpg", Of(OTHER, "个人照片.jpg"))],
        flags: &[("photo-duplicate", "个人照片", "reject")],
        absent: &[],
    },
    Case {
        name: "a picture of a thing beside the own photo",
        files: &[("个人照片.jpg", Of(OWN, "个人照片.jpg")), ("个人照片-2.jpg", Paper(false))],
        flags: &[("photo-face-count", "个人照片", "reject")],
        absent: &[("photo-duplicate", "")],
    },
    Case {
        name: "the same photo twice",
        files: &[("个人照片.jpg", Of(OWN, "个人照片.jpg")), ("个人照片-2.jpg", Of(OWN, "个人照片.jpg"))],
        flags: &[],
        absent: &[("photo-face-count", ""), ("photo-dimensions", ""), ("photo-bytes", "")],
    },
    Case {
        name: "another person's letter as the second page",
        files: &[
            ("学历承诺书.jpg", Of(OWN, "学历承诺书.jpg")),
            ("学历承诺书-2.jpg", Of("20246100006", "个人学历承诺书.JPG")),
        ],
        flags: &[("identity-name-mismatch", "学历承诺书", "reject")],
        absent: &[],
    },
    Case {
        name: "another person's card front, the own one beside it",
        files: &[
            ("身份证人像面.jpg", Of(OWN, "身份证人像面.jpg")),
            ("身份证人像面-2.jpg", Of(OTHER, "身份证人像面.jpg")),
        ],
        flags: &[
            ("identity-number-mismatch", "身份证人像面", "review"),
            ("identity-name-mismatch", "身份证人像面", "reject"),
        ],
        absent: &[],
    },
    Case {
        name: "another person's form before the own one",
        files: &[("申报表.jpg", Of(OTHER, "申报表.jpg")), ("申报表-2.jpg", Of(OWN, "申报表.jpg"))],
        flags: &[("identity-name-mismatch", "申报表", "reject"), ("identity-number-mismatch", "申报表", "reject")],
        absent: &[],
    },
    Case {
        name: "the own form, and another person's letter as its second page",
        files: &[("申报表.pdf", Pdf(&[(OWN, "申报表.jpg"), (OTHER, "工作经历承诺书.jpeg")]))],
        flags: &[("identity-name-mismatch", "工作经历承诺书", "reject"), ("material-wrong-kind", "申报表", "review")],
        absent: &[("identity-number-mismatch", "申报表"), ("form-template", "")],
    },
    Case {
        name: "the letter that is missing by name is the form's second page",
        files: &[("申报表.pdf", Pdf(&[(OWN, "申报表.jpg"), (OWN, "学历承诺书.jpg")]))],
        flags: &[],
        absent: &[
            ("material-missing", "学历承诺书"),
            ("material-missing", "申报表"),
            ("material-wrong-kind", ""),
            ("form-template", ""),
        ],
    },
    Case {
        name: "both sides of the card as two pages of one file",
        files: &[("身份证人像面.pdf", Pdf(&[(OWN, "身份证人像面.jpg"), (OWN, "身份证国徽面.jpg")]))],
        flags: &[],
        absent: &[("material-missing", "身份证国徽面"), ("material-wrong-kind", ""), ("identity-number-mismatch", "")],
    },
    Case {
        name: "the sides named the other way round",
        files: &[("身份证人像面.jpg", Of(OWN, "身份证国徽面.jpg")), ("身份证国徽面.jpg", Of(OWN, "身份证人像面.jpg"))],
        flags: &[],
        absent: &[
            ("material-missing", "身份证国徽面"),
            ("material-missing", "身份证人像面"),
            ("material-wrong-kind", ""),
        ],
    },
    Case {
        name: "one picture with both sides",
        files: &[("身份证.jpg", BothSides)],
        flags: &[],
        absent: &[
            ("material-missing", "身份证国徽面"),
            ("material-missing", "身份证人像面"),
            ("material-unknown", ""),
            ("material-wrong-kind", ""),
        ],
    },
    Case {
        name: "a copy of both sides under both names",
        files: &[("身份证人像面.jpg", BothSides), ("身份证国徽面.jpg", BothSides)],
        flags: &[],
        absent: &[
            ("material-missing", "身份证国徽面"),
            ("material-missing", "身份证人像面"),
            ("material-wrong-kind", ""),
            ("identity-number-mismatch", ""),
        ],
    },
    Case {
        name: "the blank back of the letter",
        files: &[("学历承诺书.jpg", Of(OWN, "学历承诺书.jpg")), ("学历承诺书-2.jpg", Paper(false))],
        flags: &[],
        absent: &[("material-unreadable", ""), ("material-wrong-kind", "")],
    },
    Case {
        name: "the back of the certificate, with print shining through",
        files: &[("毕业证书.jpg", Of(OWN, "毕业证书.JPG")), ("毕业证书-2.jpg", Paper(true))],
        flags: &[],
        absent: &[("material-unreadable", "毕业证书"), ("material-wrong-kind", "")],
    },
    Case {
        name: "nothing but a blank sheet",
        files: &[("学历承诺书.jpg", Paper(false))],
        flags: &[("material-unreadable", "学历承诺书", "review")],
        absent: &[],
    },
    Case {
        name: "a second file that does not open",
        files: &[("毕业证书.jpg", Of(OWN, "毕业证书.JPG")), ("毕业证书-2.jpg", Bytes(b"no picture"))],
        flags: &[("material-unreadable", "毕业证书", "review")],
        absent: &[],
    },
    Case {
        name: "a card as the certificate's second page",
        files: &[
            ("身份证人像面.jpg", Of(OWN, "身份证人像面.jpg")),
            ("毕业证书.jpg", Of(OWN, "毕业证书.JPG")),
            ("毕业证书-2.jpg", Of(OTHER, "身份证人像面.jpg")),
        ],
        flags: &[("material-wrong-kind", "毕业证书", "review"), ("identity-name-mismatch", "身份证人像面", "reject")],
        absent: &[],
    },
    Case {
        name: "the certificate under a name that is no material's",
        files: &[("IMG_0001.jpg", Of(OWN, "毕业证书.JPG"))],
        flags: &[],
        absent: &[("material-unknown", ""), ("material-missing", "毕业证书")],
    },
    Case {
        name: "a file that nobody can name",
        files: &[("IMG_0002.jpg", Bytes(b"no picture"))],
        flags: &[("material-unknown", "", "note"), ("reading-doubtful", "", "review")],
        absent: &[],
    },
];

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/batch")
}

fn bytes_of(submission: &str, file: &str) -> Vec<u8> {
    fs::read(demo().join(submission).join(file)).unwrap()
}

/// A PDF whose pages are these JPEGs.
fn pdf(pictures: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = vec![];
    let mut object = |out: &mut Vec<u8>, body: &[u8]| {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", places.len()).into_bytes());
        out.extend_from_slice(body);
        out.extend_from_slice(b"\nendobj\n");
    };
    let kids: String = (0..pictures.len()).map(|i| format!("{} 0 R ", 3 + 3 * i)).collect();
    object(&mut out, b"<< /Type /Catalog /Pages 2 0 R >>");
    object(&mut out, format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pictures.len()).as_bytes());
    for (i, jpeg) in pictures.iter().enumerate() {
        let size = image::load_from_memory(jpeg).unwrap();
        let (w, h) = (size.width(), size.height());
        let (pw, ph) = (f64::from(w) * 0.36, f64::from(h) * 0.36);
        let (contents, picture) = (4 + 3 * i, 5 + 3 * i);
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {pw} {ph}] /Contents {contents} 0 R /Resources << /XObject << /P {picture} 0 R >> >> >>"
        );
        object(&mut out, page.as_bytes());
        let draw = format!("q {pw} 0 0 {ph} 0 0 cm /P Do Q");
        object(&mut out, format!("<< /Length {} >>\nstream\n{draw}\nendstream", draw.len()).as_bytes());
        let mut body = format!(
            "<< /Type /XObject /Subtype /Image /Width {w} /Height {h} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length {} >>\nstream\n",
            jpeg.len()
        )
        .into_bytes();
        body.extend_from_slice(jpeg);
        body.extend_from_slice(b"\nendstream");
        object(&mut out, &body);
    }
    let xref = out.len();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1);
    places.iter().for_each(|p| writeln!(table, "{p:010} 00000 n ").unwrap());
    write!(table, "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF", places.len() + 1).unwrap();
    out.extend(table.into_bytes());
    out
}

fn jpeg(picture: &image::RgbImage) -> Vec<u8> {
    let mut out = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 92)
        .write_image(picture.as_raw(), picture.width(), picture.height(), image::ExtendedColorType::Rgb8)
        .unwrap();
    out
}

/// An A4 sheet at 200 dpi with both sides in their own size.
fn both_sides() -> Vec<u8> {
    let mut sheet = image::RgbImage::from_pixel(1654, 2339, image::Rgb([250; 3]));
    for (submission, file, y) in [(OWN, "身份证人像面.jpg", 420), (THIRD, "身份证国徽面.jpg", 1320)] {
        let card = image::load_from_memory(&bytes_of(submission, file)).unwrap().into_rgb8();
        imageops::overlay(&mut sheet, &card, 490, y);
    }
    jpeg(&sheet)
}

fn paper(shines_through: bool) -> Vec<u8> {
    let mut page = GrayImage::from_fn(1240, 1754, |x, y| Luma([245 - ((x * 7 + y * 13) % 5) as u8]));
    if shines_through {
        let front = image::load_from_memory(&bytes_of(OWN, "学历承诺书.jpg")).unwrap().into_luma8();
        let back = imageops::flip_horizontal(&imageops::resize(&front, 1240, 1754, imageops::FilterType::Triangle));
        for (x, y, p) in page.enumerate_pixels_mut() {
            let ink = 255 - back.get_pixel(x, y).0[0].max(100);
            p.0[0] = p.0[0].saturating_sub(ink / 6);
        }
    }
    jpeg(&image::DynamicImage::ImageLuma8(page).into_rgb8())
}

fn content(put: &Put) -> Vec<u8> {
    match put {
        Of(submission, file) => bytes_of(submission, file),
        Pdf(pages) => pdf(&pages.iter().map(|(s, f)| bytes_of(s, f)).collect::<Vec<_>>()),
        BothSides => both_sides(),
        Paper(shines_through) => paper(*shines_through),
        Bytes(bytes) => bytes.to_vec(),
    }
}

fn id(n: usize) -> String {
    format!("P{n:02}")
}

#[test]
fn every_page_is_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    let batch = dir.path().join("batch");
    let table = fs::read(demo().join("报名信息.csv")).unwrap();
    let (table, _, _) = encoding_rs::GB18030.decode(&table);
    let mut lines = table.lines();
    let mut rows_of_cases = format!("{}\n", lines.next().unwrap());
    let own = lines.find(|l| l.starts_with(OWN)).unwrap();
    for (n, case) in CASES.iter().enumerate() {
        let folder = batch.join(id(n));
        fs::create_dir_all(&folder).unwrap();
        writeln!(rows_of_cases, "{}", own.replacen(OWN, &id(n), 1)).unwrap();
        for (name, put) in case.files {
            fs::write(folder.join(name), content(put)).unwrap();
        }
    }
    // the submission whose photo another one uses is in the batch, too
    let other = table.lines().find(|l| l.starts_with(OTHER)).unwrap();
    writeln!(rows_of_cases, "{other}").unwrap();
    fs::create_dir_all(batch.join(OTHER)).unwrap();
    fs::write(batch.join(OTHER).join("个人照片.jpg"), bytes_of(OTHER, "个人照片.jpg")).unwrap();
    fs::write(batch.join("报名信息.csv"), rows_of_cases).unwrap();

    let out = dir.path().join("out");
    let done = audit(&batch, &out, &["--jobs", "2", "--no-store", "--second-reading", "off"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    nothing_is_lost(&batch, &out);
    let flags = rows(&out.join("flags.csv"));
    let mut wrong = Vec::new();
    for (n, case) in CASES.iter().enumerate() {
        let of: Vec<_> = flags.iter().filter(|f| f["submission_id"] == id(n)).collect();
        let there = |rule: &str, document: &str| {
            of.iter()
                .filter(|f| f["rule"] == rule && (document.is_empty() || f["document"] == document))
                .map(|f| f["severity"].clone())
                .collect::<Vec<_>>()
        };
        for (rule, document, severity) in case.flags {
            if !there(rule, document).contains(&(*severity).to_owned()) {
                wrong.push(format!("{}: {rule} {document} {severity} is missing", case.name));
            }
        }
        for (rule, document) in case.absent {
            if !there(rule, document).is_empty() {
                wrong.push(format!("{}: {rule} {document} must not be there", case.name));
            }
        }
        if wrong.last().is_some_and(|w| w.starts_with(case.name)) {
            wrong.extend(of.iter().map(|f| {
                format!("    {} {} {} {}: {}", f["rule"], f["severity"], f["document"], f["page"], f["message"])
            }));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
