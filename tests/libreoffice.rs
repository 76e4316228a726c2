//! The CSV files as an office opens them: what `LibreOffice` makes of hostile and awkward values is the values
//! themselves, as text. And notices as an office prints them: one page.
//! Runs where `LibreOffice` is installed (`soffice`); says so where it is not.

use calamine::{Data, Reader as _, open_workbook_auto};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use yushen::report::cell;
use yushen::report::notice::Notice;
use yushen::report::notice_docx::{Signature, docx};

/// What names, employers and readings may hold.
const VALUES: [&str; 19] = [
    "110101199003070011",
    "11010119900307001X",
    "000123456789012345678",
    "1E5",
    "3-4",
    "2015/3",
    "2015年3月",
    "=1+1",
    "+8613800001234",
    "-1",
    "@SUM(A1:A9)",
    "＝cmd|' /C calc'!A0",
    "'已有撇号",
    "张“三”,李\"四\"",
    "第一行 第二行",
    "𠮷野家；阿·买提",
    "<script>alert(1)</script>",
    "0012",
    "TRUE",
];

fn soffice(dir: &Path, arguments: &[&str]) -> bool {
    let profile = format!("-env:UserInstallation=file://{}", dir.join("profile").display());
    let done = Command::new("soffice")
        .arg(profile)
        .args(["--headless", "--norestore"])
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    done.is_ok_and(|status| status.success())
}

#[test]
fn values_survive_libreoffice() {
    let dir = tempfile::tempdir().unwrap();
    if !soffice(dir.path(), &["--version"]) {
        eprintln!("skipped: no soffice (LibreOffice) on this machine");
        return;
    }
    let source = dir.path().join("flags.csv");
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    writer.write_record(["submission_id", "observed"]).unwrap();
    for value in VALUES {
        writer.write_record(["20240000001", &cell::text(value)]).unwrap();
    }
    drop(writer);
    fs::write(&source, bytes).unwrap();
    let (path, out) = (source.to_str().unwrap(), dir.path().to_str().unwrap());
    // 44,34,76: comma, quote, UTF-8, as the wizard proposes for a file with a byte-order mark
    assert!(
        soffice(dir.path(), &["--infilter=CSV:44,34,76", "--convert-to", "xlsx", "--outdir", out, path]),
        "soffice cannot convert the CSV"
    );

    let workbook = dir.path().join("flags.xlsx");
    let mut book = open_workbook_auto(&workbook).unwrap();
    let name = book.sheet_names()[0].clone();
    assert!(book.worksheet_formula(&name).unwrap().used_cells().next().is_none(), "a value became a formula");
    let sheet = book.worksheet_range(&name).unwrap();
    assert_eq!(sheet.height(), VALUES.len() + 1);
    for (row, value) in sheet.rows().skip(1).zip(VALUES) {
        let Data::String(shown) = &row[1] else { panic!("{value:?} became {:?}", row[1]) };
        assert_eq!(cell::plain(shown), value);
    }

    let again = dir.path().join("again");
    assert!(soffice(
        dir.path(),
        &[
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76",
            "--outdir",
            again.to_str().unwrap(),
            workbook.to_str().unwrap()
        ]
    ));
    let mut reader = csv::Reader::from_path(again.join("flags.csv")).unwrap();
    let values: Vec<String> = reader.records().map(|r| cell::plain(&r.unwrap()[1]).to_owned()).collect();
    assert_eq!(values, VALUES);
}

/// Pages of a PDF of `LibreOffice`'s, which writes its page objects plainly.
fn pages(pdf: &[u8]) -> usize {
    let mark = b"/Type/Page";
    pdf.windows(mark.len() + 1).filter(|w| w.starts_with(mark) && w[mark.len()] != b's').count()
}

#[test]
fn a_notice_is_printed_on_one_page_and_its_annex_on_others() {
    let dir = tempfile::tempdir().unwrap();
    if !soffice(dir.path(), &["--version"]) {
        eprintln!("skipped: no soffice (LibreOffice) on this machine");
        return;
    }
    let sentence = "申报表抄写的申报条件不是所选的第 3 条，请完整手抄所选申报条件原文：“取得本专业或相关专业的证书”";
    for (reasons, annex) in [(1, false), (3, false), (40, true)] {
        let notice = Notice {
            title: "职业技能等级认定申报退回通知",
            draft: Some("预审拟稿，经审核人员确认后发出"),
            whose: [
                ("姓名", "阿卜杜拉·买买提 AL-WWWWWW"),
                ("报名编号", "20241500001"),
                ("职业", "互联网营销师（直播销售员）"),
                ("级别", "三级/高级工"),
                ("申报条件", "第 3 条"),
            ]
            .map(|(head, value)| (head, value.to_owned()))
            .to_vec(),
            to: "阿卜杜拉·买买提：".into(),
            lead: "您提交的职业技能等级认定申报材料经审核存在以下问题，现予退回：",
            reasons: (0..reasons).map(|i| format!("{sentence}{i}，WWW@MMM.EXAMPLE")).collect(),
            hand_in_head: "请更正后重新提交以下材料：",
            hand_in: vec![sentence.to_owned(); 3],
            closing: "特此通知。",
            places: Vec::new(),
        };
        let signed = Signature { office: "某某市职业技能鉴定中心".into(), day: "2026年1月5日".into() };
        let name = format!("notice-{reasons}");
        let (path, out) = (dir.path().join(format!("{name}.docx")), dir.path().to_str().unwrap().to_owned());
        fs::write(&path, docx(&notice, &[], &signed).unwrap()).unwrap();
        assert!(soffice(dir.path(), &["--convert-to", "pdf", "--outdir", &out, path.to_str().unwrap()]));
        let printed = pages(&fs::read(dir.path().join(format!("{name}.pdf"))).unwrap());
        assert!(if annex { printed > 1 } else { printed == 1 }, "{reasons} reasons on {printed} pages");
    }
}
