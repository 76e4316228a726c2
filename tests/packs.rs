//! The packs against their sources, character for character: every condition, list, fee, calendar row and clause of
//! `rules/` is laid on the text of the document in `fixtures/sources/`, and whole sections are compared, so that
//! nothing is left out either.

mod sources;

use sources::{annex, annex_rows, between, calendar_rows, fee_rows, fold, root, source};
use std::collections::BTreeMap;
use std::fs;
use yushen::packs::{self, CLAUSE_SEPARATOR, Loaded, PrintedRow, PrintedTable};
use yushen::rules::{RULES, Rule};
use yushen::vocabulary::documents::SchoolKind;
use yushen::vocabulary::level::Level;
use yushen::vocabulary::material::MaterialKind;
use yushen::vocabulary::pack::{Excuse, ExcusedIs, MissingIs, PackRole};

const OCCUPATIONS: [&str; 4] = ["电子商务师", "互联网营销师", "供应链管理师", "信息安全测试员"];

fn loaded() -> Loaded {
    let ids: Vec<&str> = RULES.iter().map(|r| r.id).collect();
    packs::load(&root().join("rules"), &ids).unwrap()
}

fn tables<'a>(loaded: &'a Loaded, pack: &str) -> Vec<&'a PrintedTable> {
    loaded.printed.iter().filter(|t| t.pack == pack).collect()
}

fn rows<'a>(loaded: &'a Loaded, pack: &str, occupation: &str) -> Vec<&'a PrintedRow> {
    tables(loaded, pack).into_iter().filter(|t| t.occupation == occupation).flat_map(|t| &t.rows).collect()
}

#[test]
fn the_notice_has_every_condition_and_material_cell() {
    let loaded = loaded();
    let mut seen = 0;
    for occupation in OCCUPATIONS {
        let expected = annex_rows(occupation);
        let found: Vec<_> = rows(&loaded, "n24", occupation)
            .iter()
            .map(|r| (r.level, r.number, fold(&r.text), fold(&r.asks.concat())))
            .collect();
        assert_eq!(found, expected, "{occupation}");
        seen += found.len();
    }
    assert_eq!(seen, 11 + 13 + 8 + 7);
}

#[test]
fn the_guides_have_every_condition_and_material_list() {
    let loaded = loaded();
    let numbered = |rows: &[&PrintedRow], mark: fn(u8) -> String, sentence: bool| {
        let one =
            |r: &&PrintedRow| format!("{}{}{}", mark(r.number), r.text, if sentence { r.asks[0].as_str() } else { "" });
        fold(&rows.iter().map(one).collect::<String>())
    };
    let dotted: fn(u8) -> String = |n| format!("{n}.");
    let bracketed: fn(u8) -> String = |n| format!("({n})");
    let bulleted: fn(u8) -> String = |n| format!("- ({n})");

    let g1 = rows(&loaded, "g1", "供应链管理师");
    assert_eq!(numbered(&g1, dotted, true), fold(between(&source("G1"), "满足以下条件之一者即可报名：", "①相关职业")));
    assert_eq!(upload_lists(&source("G1")), g1.iter().map(|r| fold(&r.asks[1..].concat())).collect::<Vec<_>>());

    let g4 = rows(&loaded, "g4", "互联网营销师");
    assert_eq!(
        numbered(&g4, bracketed, false),
        fold(between(&source("G4"), "满足以下条件之一者即可报名：", "\n①\n相关职业"))
    );
    assert_eq!(upload_lists(&source("G4")), g4.iter().map(|r| fold(&r.asks.concat())).collect::<Vec<_>>());

    for occupation in &OCCUPATIONS[..3] {
        let g2: Vec<_> = rows(&loaded, "g2", occupation).into_iter().filter(|r| r.level == Level::Two).collect();
        assert_eq!(
            numbered(&g2, bulleted, false),
            fold(between(&source("G2"), "满足以下条件之一者即可报名：", "电子商务师\n")),
            "{occupation}"
        );
        assert_eq!(
            upload_lists(&source("G2")),
            g2.iter().map(|r| fold(&r.asks.concat())).collect::<Vec<_>>(),
            "{occupation}"
        );
    }
    let page: Vec<_> = rows(&loaded, "g2", "互联网营销师").into_iter().filter(|r| r.level == Level::Four).collect();
    let printed = source("G2");
    let printed = between(&printed, "* 具备以下条件之一者，可申报互联网营销师四级/中级工：\n\n \n", "①相关职业");
    assert_eq!(numbered(&page, bulleted, true), fold(&printed.replace('◎', "")));
}

/// The numbered materials after each 需准备以下资料, folded, a string a condition.
fn upload_lists(text: &str) -> Vec<String> {
    let text =
        text.replace("需准备以下资\n\n料：", "需准备以下资料：").replace("需准备\n\n以下资料：", "需准备以下资料：");
    let list = |part: &str| {
        let lines = part.lines().map(|l| l.trim().trim_start_matches("- ")).filter(|l| !l.is_empty());
        let items: Vec<&str> =
            lines.take_while(|l| l.starts_with(|c: char| c.is_ascii_digit()) && l.contains('、')).collect();
        fold(&items.concat())
    };
    text.split("需准备以下资料：").skip(1).map(list).collect()
}

#[test]
fn the_lists_of_occupations_and_majors_are_the_sources() {
    let loaded = loaded();
    let g2 = source("G2");
    for table in &loaded.printed {
        let part = match (table.pack.as_str(), table.levels().as_slice()) {
            ("n24", _) => annex(&table.occupation),
            ("g2", [Level::Two]) => {
                between(&g2, &format!("\n{}\n", table.occupation), "等，下同。\n").to_owned() + "等，下同。"
            }
            ("g2", _) => g2[g2.find("可申报互联网营销师四级/中级工").unwrap()..].to_owned(),
            ("demo-province", _) => {
                let text = source("DEMO");
                let from = &text[text.find(&format!("\n{}\n", table.occupation)).unwrap() + 1..];
                from[..from.find("\n\n").unwrap()].to_owned()
            }
            (pack, _) => source(&pack.to_uppercase()),
        };
        let folded = fold(&part);
        let lists: Vec<_> = table.related.iter().chain(table.majors.iter().map(|m| &m.list)).collect();
        for list in &lists {
            assert!(
                folded.contains(&fold(&list.sentence())),
                "{}: {} is not the source's:\n{}",
                table.file,
                list.heading,
                list.sentence()
            );
        }
        for majors in &table.majors {
            let named: Vec<SchoolKind> = [
                ("技工学校", SchoolKind::Technical),
                ("中等", SchoolKind::SecondaryVocational),
                ("高等职业学校", SchoolKind::HigherVocational),
            ]
            .into_iter()
            .chain([("本科院校", SchoolKind::University), ("普通高等学校", SchoolKind::University)])
            .filter(|(word, _)| majors.list.heading.contains(word))
            .map(|(_, kind)| kind)
            .collect();
            let expected = if named.is_empty() { SchoolKind::ALL.to_vec() } else { named };
            assert_eq!(majors.schools, expected, "{}: {}", table.file, majors.list.heading);
        }
        // As many lists as the source has, so that none is left out.
        let in_source = folded.matches("等,下同.").count() + folded.matches("类专业.").count();
        assert_eq!(lists.len(), in_source, "{}: lists in the source", table.file);
    }
}

#[test]
fn calendar_and_fees_are_the_notices() {
    let loaded = loaded();
    let pack = loaded.packs.get("n24").unwrap();
    let expected = calendar_rows();
    assert_eq!(expected.len(), 25);
    let found: Vec<_> =
        pack.calendar.iter().map(|o| (o.occupation.clone(), o.job_type.clone(), o.level, o.months.clone())).collect();
    assert_eq!(found, expected);

    let expected = fee_rows();
    let found: Vec<_> =
        pack.fees.iter().map(|f| (f.occupation.as_str(), f.level, f.theory, f.skill, f.review, f.total)).collect();
    assert_eq!(found, expected);
    assert_eq!(found.len(), 14);
}

#[test]
fn the_demonstration_has_every_condition_and_material_list() {
    let loaded = loaded();
    let text = source("DEMO");
    for (occupation, end) in [("电子商务师", "\n供应链管理师"), ("供应链管理师", "\n二、")] {
        let printed = between(&text, &format!("\n{occupation}\n"), end);
        let printed = printed.split_once('：').unwrap().1.split("可申报").nth(1).unwrap().split_once('：').unwrap().1;
        let written: String = rows(&loaded, "demo-province", occupation)
            .iter()
            .map(|r| format!("（{}）{}申报材料：{}", r.number, r.text, r.asks.concat()))
            .collect();
        assert_eq!(fold(&written), fold(printed), "{occupation}");
    }
    let pack = loaded.packs.get("demo-province").unwrap();
    assert!(pack.only_by_name, "an example governs only where somebody names it");
}

/// Reading looks for the words of every pack: an example that adds none changes no other pack's reading.
#[test]
fn the_demonstration_adds_no_word_to_the_closed_lists() {
    let loaded = loaded();
    let (demo, others): (Vec<_>, Vec<_>) = loaded.packs.packs.iter().partition(|p| p.only_by_name);
    let words = |packs: &[&yushen::vocabulary::pack::Pack]| {
        let occupations = packs.iter().flat_map(|p| &p.occupations);
        occupations
            .flat_map(|o| {
                let related = o.related.iter().flat_map(|r| r.parts.iter().chain([&r.name]));
                let texts = o.conditions.iter().map(|c| &c.text);
                [&o.name].into_iter().chain(related).chain(o.majors.values().flatten()).chain(texts)
            })
            .cloned()
            .collect::<std::collections::BTreeSet<String>>()
    };
    let new: Vec<String> = words(&demo).difference(&words(&others)).cloned().collect();
    assert!(new.is_empty(), "{new:?}");
}

/// The part of a source that a citation points to, where it can be cut out: 说明 by number, 三(二) by number, 附件1.
fn cited(citation: &str) -> String {
    let (name, place) = citation.split_once(' ').unwrap_or((citation, ""));
    let text = source(name);
    let numbered = |part: &str, n: &str, mark: &str| {
        let next = n.parse::<u32>().unwrap() + 1;
        let start = part.find(&format!("{n}{mark}")).unwrap_or_else(|| panic!("{citation}: no {n}{mark}"));
        let end = part[start..]
            .find(&format!("\n{next}{mark}"))
            .or_else(|| part[start..].find(&format!("\n- {next}{mark}")))
            .map_or(part.len(), |e| start + e);
        part[start..end].to_owned()
    };
    if let Some(n) = place.strip_prefix("说明") {
        return numbered(text.split("说明（请").nth(1).unwrap().split("二、填报资料").next().unwrap(), n, "、");
    }
    if let Some(n) = place.strip_prefix("填表说明四") {
        return numbered(between(&text, "以下情况视为申报表填写无效：", "北京市职业技能认定申报表"), n, "、");
    }
    if let Some(n) = place.strip_prefix("三(二)") {
        return numbered(between(&text, "（二）报名材料", "（三）收费"), n, ". ");
    }
    match place {
        "附件1" => text[text.find("附件 1").unwrap()..].to_owned(),
        "二" => text.split("二、填报资料").last().unwrap().split("三、报名流程").next().unwrap().to_owned(),
        "三6" => text.split("三、报名流程").last().unwrap().to_owned(),
        _ => text,
    }
}

#[test]
fn every_clause_stands_where_it_is_cited() {
    let loaded = loaded();
    let mut texts = 0;
    for pack in &loaded.packs.packs {
        let of_materials = pack
            .occupations
            .iter()
            .flat_map(|o| &o.conditions)
            .flat_map(|c| c.materials.iter().map(|m| &m.clause).chain([&c.clause]));
        for clause in pack.clauses.values().chain(of_materials) {
            let sources: Vec<String> = clause.source.split("; ").map(|s| fold(&cited(s))).collect();
            for text in clause.text.as_deref().unwrap().split(CLAUSE_SEPARATOR) {
                assert!(
                    sources.iter().any(|s| s.contains(fold(text).trim_end_matches('.'))),
                    "{}: {} does not say: {text}",
                    pack.id,
                    clause.source
                );
                texts += 1;
            }
        }
    }
    assert!(texts > 300, "{texts} texts");
}

#[test]
fn every_rule_with_a_source_has_its_clause_in_that_sources_pack() {
    let loaded = loaded();
    for Rule { id, source, .. } in RULES {
        let carrying: Vec<&str> =
            loaded.packs.packs.iter().filter(|p| p.clauses.contains_key(*id)).map(|p| p.id.as_str()).collect();
        if *source == "—" {
            assert!(carrying.is_empty(), "{id} has no source, but a clause in {carrying:?}");
            continue;
        }
        assert!(!carrying.is_empty(), "{id} ({source}) has no clause");
        for (name, pack) in [("N24", "n24"), ("G2", "g2"), ("G4", "g4")] {
            assert!(
                !source.contains(name) || carrying.contains(&pack),
                "{id} rests on {source}, but {pack} has no clause for it"
            );
        }
    }
}

#[test]
fn predicates_say_what_the_texts_say() {
    for pack in &loaded().packs.packs {
        for (o, c) in pack.occupations.iter().flat_map(|o| o.conditions.iter().map(move |c| (o, c))) {
            let t = c.text.as_str();
            let at = format!("{} {} {} ({})", pack.id, o.name, c.level, c.number);
            let years = t
                .split("工作满")
                .nth(1)
                .or_else(|| t.split("相关职业工作").nth(1).filter(|r| r.starts_with(|d: char| d.is_ascii_digit())));
            let years: Option<u32> =
                years.map(|r| r.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap());
            let expected = if t == "年满16周岁，从事本职业或相关职业工作。" {
                Some(0)
            } else {
                years.map(|y| y * 12)
            };
            assert_eq!(c.work.map(|w| w.months), expected, "{at}: months");
            assert_eq!(
                c.work.is_some_and(|w| w.after_certificate),
                t.contains("证书）后，累计") || t.contains("证书后，累计"),
                "{at}: after the certificate"
            );
            let prior =
                Level::ALL.into_iter().find(|l| t.contains(&format!("取得本职业或相关职业{}职业资格", l.full())));
            assert_eq!(c.prior.map(|p| p.level), prior, "{at}: prior certificate");
            assert_eq!(c.prior.and_then(|p| p.held_months), t.contains("证书满2年").then_some(24), "{at}: held");
            assert_eq!(c.min_age, t.contains("年满16周岁").then_some(16), "{at}: age");
            assert_eq!(c.training.is_some(), t.contains("正规培训"), "{at}: training");
            let schooled = ["毕业证书", "毕业生", "学生", "学历"].iter().any(|w| t.contains(w));
            assert_eq!(c.education.is_some(), schooled, "{at}: education");
            let Some(e) = &c.education else { continue };
            assert_eq!(e.major, t.contains("本专业或相关专业"), "{at}: major");
            assert_eq!(e.students, t.ends_with("班学生。"), "{at}: students");
            assert_eq!(e.in_study, t.contains("应届毕业生") || e.students, "{at}: in study");
        }
    }
    let hours: Vec<_> = loaded()
        .packs
        .packs
        .iter()
        .flat_map(|p| p.occupations.iter().flat_map(|o| o.conditions.clone()))
        .filter_map(|c| c.training)
        .map(|t| t.min_hours)
        .collect();
    assert_eq!(hours, [None, Some(104)], "g1 names no number, g4 names 104");
}

/// Pack, occupation, level, number: what beside the four that every condition needs; `!` reject, `?` review, `(a→b)`
/// excused by a, then b.
const MATERIALS: [(&str, &str, Level, u8, &str); 14] = [
    ("n24", "互联网营销师", Level::Five, 1, "工作承诺书!"),
    ("n24", "互联网营销师", Level::Five, 2, "工作经历承诺书!"),
    ("n24", "互联网营销师", Level::Four, 2, "工作经历承诺书! 上一级别证书!(证书编号→review)"),
    ("n24", "电子商务师", Level::Four, 2, "工作经历承诺书! 上一级别证书!(证书编号→nothing)"),
    (
        "n24",
        "互联网营销师",
        Level::Four,
        3,
        "学历承诺书!(毕业证书,学信网验证码→review) 毕业证书!(学历承诺书,学信网验证码→review)",
    ),
    (
        "n24",
        "信息安全测试员",
        Level::Four,
        3,
        "学历承诺书!(毕业证书,学信网验证码→nothing) 毕业证书!(学历承诺书,学信网验证码→nothing)",
    ),
    ("n24", "电子商务师", Level::Three, 3, "学历承诺书!(毕业证书→nothing) 毕业证书!(学历承诺书→nothing)"),
    (
        "n24",
        "供应链管理师",
        Level::Three,
        4,
        "学历承诺书?(学信网验证码,毕业证书→nothing) 毕业证书?(学信网验证码→nothing) 上一级别证书?(证书编号→nothing)",
    ),
    (
        "n24",
        "供应链管理师",
        Level::Two,
        2,
        "工作经历承诺书! 学历承诺书!(毕业证书→review) 毕业证书!(学历承诺书→review) 上一级别证书!(证书编号→review)",
    ),
    ("n24", "电子商务师", Level::Two, 3, "学历承诺书! 上一级别证书!(证书编号→review)"),
    ("g2", "电子商务师", Level::Two, 2, "工作经历承诺书! 学历承诺书! 毕业证书! 上一级别证书!"),
    ("g1", "供应链管理师", Level::One, 1, "工作经历承诺书! 培训经历承诺书! 上一级别证书! 结业证书?"),
    ("g4", "互联网营销师", Level::Four, 1, "工作经历承诺书! 上一级别证书!"),
    ("g4", "互联网营销师", Level::Four, 4, "学历承诺书! 毕业证书!"),
];

#[test]
fn materials_follow_from_the_lists() {
    let loaded = loaded();
    let every =
        [MaterialKind::IdCardFront, MaterialKind::IdCardBack, MaterialKind::Photo, MaterialKind::ApplicationForm];
    for pack in &loaded.packs.packs {
        for c in pack.occupations.iter().flat_map(|o| &o.conditions) {
            for kind in every {
                assert!(
                    c.materials
                        .iter()
                        .any(|m| m.material == kind && m.missing == MissingIs::Reject && m.excused_by.is_empty()),
                    "{}: {kind}",
                    c.clause.source
                );
            }
        }
    }
    for (id, occupation, level, number, expected) in MATERIALS {
        let pack = loaded.packs.get(id).unwrap();
        let condition = pack
            .occupation(occupation)
            .unwrap()
            .conditions
            .iter()
            .find(|c| c.level == level && c.number == number)
            .unwrap();
        let words: Vec<String> =
            condition.materials.iter().filter(|m| !every.contains(&m.material)).map(word).collect();
        assert_eq!(words.join(" "), expected, "{id} {occupation} {level} ({number})");
    }
}

fn word(m: &yushen::vocabulary::pack::MaterialRequirement) -> String {
    let mark = if m.missing == MissingIs::Reject { "!" } else { "?" };
    let names: Vec<&str> = m.excused_by.iter().map(|e: &Excuse| packs::excuse_name(*e)).collect();
    let then = if m.excused_is == ExcusedIs::Review { "review" } else { "nothing" };
    if names.is_empty() {
        format!("{}{mark}", m.material)
    } else {
        format!("{}{mark}({}→{then})", m.material, names.join(","))
    }
}

#[test]
fn classes_of_majors_are_no_majors() {
    let loaded = loaded();
    let pack = loaded.packs.get("n24").unwrap();
    let cases = [
        ("供应链管理师", SchoolKind::University, vec!["经济贸易类", "管理科学与工程类"], 10),
        ("信息安全测试员", SchoolKind::Technical, vec!["信息类"], 13),
        ("信息安全测试员", SchoolKind::University, vec!["计算机类", "电子信息类"], 17),
        // 工商管理 here and 市场营销 below stand twice in the source; one is enough for looking up.
        ("电子商务师", SchoolKind::University, vec![], 17),
        ("互联网营销师", SchoolKind::HigherVocational, vec![], 69),
    ];
    for (name, kind, classes, majors) in cases {
        let occupation = pack.occupation(name).unwrap();
        let found: Vec<&str> = occupation.major_classes.get(&kind).into_iter().flatten().map(String::as_str).collect();
        assert_eq!(found, classes, "{name}");
        assert_eq!(occupation.majors[&kind].len(), majors, "{name} {kind:?}");
    }
    let joint = pack.occupation("供应链管理师").unwrap().related.last().unwrap().clone();
    assert_eq!((joint.name.as_str(), joint.parts.len()), ("轨道、道路、航空、水上货物运输人员", 4));
    // Two files of one occupation: the registration page's own entries beside the guide's.
    let page = loaded.packs.get("g2").unwrap().occupation("互联网营销师").unwrap();
    for name in ["摊商", "经济与代理专业人员", "推销员", "经济与贸易专业人员"] {
        assert_eq!(page.related.iter().filter(|r| r.name == name).count(), 1, "{name}");
    }
}

#[test]
fn the_pack_follows_from_the_day() {
    let loaded = loaded();
    let day = |s: &str| s.parse().unwrap();
    let cases = [
        ("2023-12-31", "供应链管理师", Level::One, Some(("g1", None))),
        ("2024-01-01", "供应链管理师", Level::One, Some(("n24", None))),
        ("2023-12-31", "互联网营销师", Level::Four, Some(("g4", None))),
        ("2024-01-01", "互联网营销师", Level::Four, Some(("n24", Some("g2")))),
        ("2030-06-01", "电子商务师", Level::Two, Some(("n24", Some("g2")))),
        ("2024-05-01", "电子商务师", Level::Three, Some(("n24", None))),
        ("2023-12-31", "电子商务师", Level::Two, None),
        ("2024-05-01", "信息安全测试员", Level::Two, None),
    ];
    for (date, occupation, level, expected) in cases {
        let found = loaded
            .packs
            .governing(day(date), occupation, level, None)
            .map(|g| (g.notice.id.as_str(), g.guide.map(|p| p.id.as_str())));
        assert_eq!(found, expected, "{date} {occupation} {level}");
    }
    assert_eq!(loaded.packs.get("g2").unwrap().role, PackRole::GuideTo("n24".to_owned()));
}

#[test]
fn the_notices_wording_recurs_in_few_sentences() {
    // 46 conditions of the notice and the older guides hold 20 distinct sentences.
    let loaded = loaded();
    let mut texts: BTreeMap<&str, usize> = BTreeMap::new();
    for pack in loaded.packs.packs.iter().filter(|p| p.role == PackRole::Notice && !p.only_by_name) {
        pack.occupations.iter().flat_map(|o| &o.conditions).for_each(|c| *texts.entry(&c.text).or_default() += 1);
    }
    assert_eq!((texts.values().sum::<usize>(), texts.len()), (46, 20));
    assert!(
        loaded
            .packs
            .packs
            .iter()
            .flat_map(|p| &p.occupations)
            .flat_map(|o| &o.conditions)
            .all(|c| c.text == fold_width(&c.text))
    );
}

/// A text without white space, with full-width brackets and commas: how the packs write.
fn fold_width(text: &str) -> String {
    text.replace(char::is_whitespace, "").replace('(', "（").replace(')', "）").replace(',', "，")
}

#[test]
fn the_binary_brings_the_same_rules_as_the_folder() {
    let from_folder = loaded();
    let embedded = packs::embedded().unwrap();
    assert_eq!(embedded.files, from_folder.files);
    assert_eq!(embedded, from_folder);
    for (name, text) in packs::embedded_files() {
        assert_eq!(&fs::read_to_string(root().join("rules").join(name)).unwrap(), text, "{name}");
    }
}

#[test]
fn a_packs_hash_is_over_its_files_in_order_of_name() {
    use sha2::{Digest, Sha256};
    let folder = root().join("rules/g4");
    let bytes: Vec<u8> = ["clauses.toml", "internet-marketing.toml", "pack.toml"]
        .iter()
        .flat_map(|f| fs::read(folder.join(f)).unwrap())
        .collect();
    assert_eq!(loaded().packs.get("g4").unwrap().sha256, format!("{:x}", Sha256::digest(&bytes)));
}

/// One wrong character anywhere must be seen by the comparison itself.
#[test]
fn the_comparison_is_not_blind() {
    let text = fold(&annex("互联网营销师"));
    let loaded = loaded();
    let list = loaded
        .printed
        .iter()
        .find(|t| t.file == "n24/internet-marketing.toml")
        .and_then(|t| t.related.as_ref())
        .unwrap()
        .sentence();
    assert!(text.contains(&fold(&list)));
    for (from, to) in
        [("摊商", "推销员"), ("装饰美工", "装饰美术"), ("导游、", ""), ("会展设计师", "会展设计师、会展设计师")]
    {
        assert!(list.contains(from));
        assert!(!text.contains(&fold(&list.replacen(from, to, 1))), "{from} → {to}");
    }
}
