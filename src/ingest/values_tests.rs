//! Each parser: what it must read, what it must refuse, and that nothing makes it panic.

use super::*;
use proptest::prelude::*;

#[test]
fn dates() {
    for (text, expected) in [
        ("2024-03-05", Some((2024, 3, 5))),
        ("2024/3/5", Some((2024, 3, 5))),
        ("2024.3.5", Some((2024, 3, 5))),
        ("20240305", Some((2024, 3, 5))),
        ("2024年3月5日", Some((2024, 3, 5))),
        (" ２０２４－０３－０５ ", Some((2024, 3, 5))),
        ("2024-03-05 10:22:33", Some((2024, 3, 5))),
        ("2024-03-05T10:22:33Z", Some((2024, 3, 5))),
        ("2024/3/5 0:00", Some((2024, 3, 5))),
        ("2024-02-30", None),
        ("2024-13-01", None),
        ("24-3-5", None),
        ("2024-03", None),
        ("2024-03-05-06", None),
        ("2024-+3-05", None),
        ("0202-03-05", None),
        ("45356", None),
        ("今天", None),
        ("", None),
    ] {
        assert_eq!(date(text).map(|d| (d.year(), d.month(), d.day())), expected, "{text}");
    }
}

#[test]
fn plans() {
    for (text, expected) in [
        ("2024年8月互联网营销师（选品员）四级/中级工认定计划", Some((Some(2024), Some(8)))),
        ("2024年08月认定计划", Some((Some(2024), Some(8)))),
        ("北京2024年12月电子商务师", Some((Some(2024), Some(12)))),
        ("2023年互联网营销师四级认定计划", Some((Some(2023), None))),
        ("2024年第12批", Some((Some(2024), None))),
        ("2024-08", Some((Some(2024), Some(8)))),
        ("202408", Some((Some(2024), Some(8)))),
        ("2024", Some((Some(2024), None))),
        ("电子商务师认定", Some((None, None))),
        ("2024年13月认定计划", None),
        ("2024-00", None),
        ("", None),
    ] {
        assert_eq!(plan(text).map(|p| (p.year, p.month)), expected, "{text}");
    }
}

#[test]
fn fees_and_conditions() {
    for (text, expected) in [
        ("160", Some(160)),
        ("160.0", Some(160)),
        ("¥160", Some(160)),
        ("￥1,160.00元", Some(1160)),
        ("160.5", None),
        ("-160", None),
        ("免费", None),
        ("", None),
    ] {
        assert_eq!(fee(text), expected, "{text}");
    }
    for (text, expected) in [
        ("2", Some(2)),
        ("2.0", Some(2)),
        ("（2）", Some(2)),
        ("②", Some(2)),
        ("条件2", Some(2)),
        ("申报条件（3）", Some(3)),
        ("第二条", Some(2)),
        ("10", Some(10)),
        ("0", None),
        ("100", None),
        ("2.5", None),
        ("+2", None),
        ("二十", None),
    ] {
        assert_eq!(condition(text), expected, "{text}");
    }
}

#[test]
fn kinds_of_document() {
    for (text, expected) in [
        ("居民身份证", Some(IdKind::ResidentIdCard)),
        ("身份证", Some(IdKind::ResidentIdCard)),
        ("北京社保卡", Some(IdKind::SocialSecurityCard)),
        ("港澳居民身份证", Some(IdKind::HongKongMacaoIdCard)),
        ("港澳居民居住证", Some(IdKind::HongKongMacaoResidencePermit)),
        ("港澳居民往来港澳通行证", Some(IdKind::HongKongMacaoTravelPermit)),
        ("港澳居民来往内地通行证", Some(IdKind::HongKongMacaoTravelPermit)),
        ("港澳护照", Some(IdKind::HongKongMacaoPassport)),
        ("台湾居民居住证", Some(IdKind::TaiwanResidencePermit)),
        ("台湾居民来往大陆通行证", Some(IdKind::TaiwanTravelPermit)),
        ("外国人永久居留身份证", Some(IdKind::ForeignerPermanentResidence)),
        ("护照", Some(IdKind::Passport)),
        ("学生证", None),
    ] {
        assert_eq!(id_kind(text), expected, "{text}");
    }
}

#[test]
fn texts_that_have_a_form() {
    type Parser = fn(&str) -> Option<String>;
    let cases: [(Parser, &str, Option<&str>); 24] = [
        (name, " 张三 ", Some("张三")),
        (name, "阿依古丽·买买提", Some("阿依古丽·买买提")),
        (name, "阿依古丽•买买提", Some("阿依古丽·买买提")),
        (name, "阿依古丽・买买提", Some("阿依古丽·买买提")),
        (name, "阿依古丽．买买提", Some("阿依古丽·买买提")),
        (name, "阿依古丽.买买提", Some("阿依古丽·买买提")),
        (name, "阿依古丽 ‧ 买买提", Some("阿依古丽·买买提")),
        (name, "John F. Smith", Some("John F. Smith")),
        (name, "13800000000", None),
        (name, "——", None),
        (id_number, "11010519900112392x", Some("11010519900112392X")),
        (id_number, " 110105 19900112 3920", Some("110105199001123920")),
        (id_number, "A123456（7）", Some("A123456(7)")),
        (id_number, "1.10105E+17", None),
        (id_number, "无", None),
        (mobile, "139 3029 5833", Some("13930295833")),
        (mobile, "+86-13930295833", Some("13930295833")),
        (mobile, "1393029", None),
        (mobile, "同上", None),
        (phone, "010-12345678", Some("01012345678")),
        (email, "a@example.com", Some("a@example.com")),
        (email, "a@b", None),
        (postcode, "100012", Some("100012")),
        (postcode, "10001", None),
    ];
    for (parse, raw, expected) in cases {
        assert_eq!(parse(raw).as_deref(), expected, "{raw}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,40}") {
        let _ = (date(&text), plan(&text), fee(&text), condition(&text), sex(&text), id_kind(&text));
        let _ = (name(&text), id_number(&text), phone(&text), mobile(&text), email(&text), postcode(&text));
    }

    #[test]
    fn digits_and_marks_do_not_panic(text in "[0-9０-９年月日./T :+-]{0,24}") {
        if let Some(d) = date(&text) {
            prop_assert!((1900..=2100).contains(&d.year()));
        }
        if let Some(p) = plan(&text) {
            prop_assert!(p.month.is_none_or(|m| (1..=12).contains(&m)));
        }
        let _ = fee(&text);
    }

    #[test]
    fn every_day_reads_back(days in 0i32..70_000) {
        let day = Date::constant(1900, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let (y, m, d) = (day.year(), day.month(), day.day());
        for text in [format!("{y}-{m:02}-{d:02}"), format!("{y}/{m}/{d}"), format!("{y}{m:02}{d:02}"), format!("{y}年{m}月{d}日")] {
            prop_assert_eq!(date(&text), Some(day), "{}", text);
        }
    }

    #[test]
    fn every_month_reads_back(year in 2000u16..2100, month in 1u8..=12, tail in "[\\p{Han}（）/]{0,12}") {
        prop_assume!(!tail.contains('年') && !tail.contains('月'));
        let text = format!("{year}年{month}月{tail}");
        prop_assert_eq!(plan(&text), Some(Plan { year: Some(year), month: Some(month) }), "{}", text);
    }
}
