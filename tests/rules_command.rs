//! What `yushen rules` prints: complete enough to be laid beside the source.

mod outputs;

use std::path::{Path, PathBuf};
use yushen::cli::{packs, rules_diff::diff};

fn printed(run: impl FnOnce(&mut dyn std::io::Write) -> anyhow::Result<()>) -> String {
    let mut out = Vec::new();
    run(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

#[test]
fn check_counts_what_each_pack_holds() {
    let text = printed(|out| packs::check(None, out));
    println!("{text}");
    let loaded = yushen::packs::embedded().unwrap();
    for pack in &loaded.packs.packs {
        let conditions: usize = pack.occupations.iter().map(|o| o.conditions.len()).sum();
        let (calendar, fees, clauses) = (pack.calendar.len(), pack.fees.len(), pack.clauses.len());
        let forms = pack.forms.len();
        for line in [
            format!("{}  {}\n    ", pack.id, pack.title),
            format!("    {} occupations, {conditions} conditions, ", pack.occupations.len()),
            format!(
                " majors, {calendar} calendar rows, {fees} fees, {clauses} clauses, {forms} forms\n    sha256 {}\n",
                pack.sha256
            ),
        ] {
            assert!(text.contains(&line), "no {line:?} in\n{text}");
        }
    }
    for line in [
        "    notice, in force from 2024-01-01\n",
        "    guide to n24, in force from 2024-01-01\n",
        "    notice, in force 2020-01-01 to 2023-12-31\n",
        "    notice, in force from 2024-01-01, only where --pack names it\n",
    ] {
        assert!(text.contains(line), "no {line:?} in\n{text}");
    }
    let (packs, forms) = (loaded.packs.packs.len(), loaded.packs.forms.len());
    let end = format!("{packs} packs, {forms} forms, {} files: no defect found\n", loaded.files.len());
    assert!(text.ends_with(&end), "no {end:?} in\n{text}");
    assert_eq!(printed(|out| packs::check(Some(&folder()), out)), text, "folder and binary");
}

#[test]
fn list_has_a_line_for_every_condition() {
    let text = printed(|out| packs::list(None, out));
    let loaded = yushen::packs::embedded().unwrap();
    let conditions: usize = loaded.packs.packs.iter().flat_map(|p| &p.occupations).map(|o| o.conditions.len()).sum();
    assert_eq!(text.lines().filter(|l| l.starts_with("    ")).count(), conditions);
    assert!(text.contains("    互联网营销师 五级/初级工 (1)  年满16周岁，拟从事本职业或相关职业工作。\n"));
    let rules =
        format!("\n{} rules\n  photo-format                   reject  照片不是JPEG格式\n", yushen::rules::RULES.len());
    assert!(text.contains(&rules), "{text}");
}

#[test]
fn show_renders_the_tables_back() {
    let markdown = printed(|out| packs::show(None, "n24", true, out));
    for line in [
        "| 四级/中级工 | 2 | 取得本职业或相关职业五级/初级工职业资格（职业技能等级）证书后，累计从事本职业或相关职业工作满3年。 | 1. 职业资格证书（技能等级证书）原件或证书编号<br>2. 工作经历承诺书 | N24 附件1 互联网营销师 四级/中级工(2) |\n",
        "**相关职业：**采购员、销售员、仓储员、装卸搬运和运输代理服务人员、邮政和快递服务人员、轨道、道路、航空、水上货物运输人员等，下同。\n",
        "| 21 | 互联网营销师 | 直播销售员 | 五级/初级工 | 4、6、9 |\n",
        "| 供应链管理师 | 二级/技师 | 80 | 80 | 80 | 240 |\n",
        "| 电子商务师 | 二级/技师 | 1 | 上一级别证书 | reject | 证书编号 → review | N24 附件1 电子商务师 二级/技师(1); G2 二(一)5：1. 职业资格证书（技能等级证书）原件或证书编号 <br> 上一级别证书 |\n",
    ] {
        assert!(markdown.contains(line), "no {line:?} in\n{markdown}");
    }
    // Every row of every table has as many cells as its head.
    for block in markdown.split("\n\n").filter(|b| b.starts_with('|')) {
        let widths: Vec<usize> = block.lines().map(|l| l.matches('|').count()).collect();
        assert!(widths.iter().all(|w| *w == widths[0]), "{block}");
    }
    let plain = printed(|out| packs::show(None, "g4", false, out));
    assert!(
        plain.contains("互联网营销师 四级/中级工 (2)  [G4 一(2)]\n    累计从事本职业或相关职业工作4年（含）以上。\n")
    );
    assert!(plain.contains("    - 结业证书: missing is review\n"));
}

#[test]
fn diff_names_what_changed() {
    let text = printed(|out| diff(None, None, "g4", "n24", out));
    println!("{text}");
    for part in [
        "互联网营销师 四级/中级工 (2): the text differs\n    g4: 累计从事本职业或相关职业工作4年（含）以上。\n",
        "互联网营销师 四级/中级工 (4): only in g4\n",
        "互联网营销师 五级/初级工 (1): only in n24\n",
        "信息安全测试员: only in n24\n",
    ] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    assert!(!text.contains("相关职业 differ"), "g4 and n24 list the same occupations\n{text}");
    let lists = printed(|out| diff(None, None, "n24", "g2", out));
    assert!(
        lists.contains(
            "互联网营销师 相关职业 differ\n    only in n24: nothing more\n    only in g2: 推销员, 经济与贸易专业人员\n"
        ),
        "{lists}"
    );
    assert_eq!(printed(|out| diff(None, None, "g1", "g1", out)), "g1 and g1 demand the same\n");
}

#[test]
fn what_is_wrong_is_said() {
    let mut out = Vec::new();
    let (unknown, told) = outputs::no_such_pack();
    let error = packs::show(None, &unknown, false, &mut out).unwrap_err();
    assert_eq!(error.to_string(), told);
    let dir = tempfile::tempdir().unwrap();
    let rule = yushen::packs::embedded().unwrap().packs.get("g1").unwrap().clauses.keys().next().unwrap().clone();
    changed(dir.path(), &[("g1/clauses.toml", &format!("[{rule}]"), "[no-such-rule]")]);
    let refused = packs::check(Some(dir.path()), &mut out).unwrap_err();
    let chain: Vec<String> = refused.chain().map(ToString::to_string).collect();
    assert!(chain[0].ends_with("cannot be used") && chain[1].starts_with("g1/clauses.toml:"), "{chain:?}");
    assert!(out.is_empty(), "a bad pack prints no counts");
}

/// A copy of the rules with `changes` made: file, what stands there, what stands there then.
fn changed(dir: &Path, changes: &[(&str, &str, &str)]) {
    for entry in walkdir::WalkDir::new(folder()).into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file()) {
        let inside = entry.path().strip_prefix(folder()).unwrap();
        let to = dir.join(inside);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(entry.path(), &to).unwrap();
    }
    for (file, old, new) in changes {
        let text = std::fs::read_to_string(dir.join(file)).unwrap();
        assert!(text.contains(old), "{file} has no {old}");
        std::fs::write(dir.join(file), text.replacen(old, new, 1)).unwrap();
    }
}

#[test]
fn diff_tells_every_kind_of_difference() {
    let marketing = "n24/internet-marketing.toml";
    for (file, old, new, told) in [
        (
            marketing,
            "累计从事本职业或相关职业工作满5年。",
            "累计从事本职业或相关职业工作满6年。",
            "互联网营销师 四级/中级工 (1): the text differs\n    n24 (old): 累计从事本职业或相关职业工作满5年。\n    n24 (new): 累计从事本职业或相关职业工作满6年。",
        ),
        (
            marketing,
            "work = { months = 60, after_certificate = false }",
            "work = { months = 72, after_certificate = false }",
            "互联网营销师 四级/中级工 (1): work\n    n24 (old): 60 months\n    n24 (new): 72 months",
        ),
        (
            marketing,
            "work = { months = 36, after_certificate = true }",
            "work = { months = 36, after_certificate = false }",
            "互联网营销师 四级/中级工 (2): work\n    n24 (old): 36 months, after the certificate\n    n24 (new): 36 months",
        ),
        (
            marketing,
            "min_age = 16",
            "min_age = 18",
            "互联网营销师 五级/初级工 (1): age\n    n24 (old): 16 years\n    n24 (new): 18 years",
        ),
        (
            marketing,
            "missing = \"reject\"",
            "missing = \"review\"",
            "互联网营销师 五级/初级工 (1): the materials differ\n    only in n24 (old): 工作承诺书 (reject)\n    only in n24 (new): 工作承诺书 (review)",
        ),
        (
            marketing,
            "\"市场营销教育\", ",
            "",
            "相关专业 differ\n    only in n24 (old): 市场营销教育\n    only in n24 (new): nothing more",
        ),
        (
            "n24/pack.toml",
            "effective_from = \"2024-01-01\"",
            "effective_from = \"2024-02-01\"",
            "in force from\n    n24 (old): 2024-01-01\n    n24 (new): 2024-02-01",
        ),
        (
            "n24/pack.toml",
            "effective_from = \"2024-01-01\"",
            "effective_from = \"2024-01-01\"\neffective_to = \"2024-12-31\"",
            "in force to\n    n24 (old): until a later pack\n    n24 (new): 2024-12-31",
        ),
        ("n24/pack.toml", "total = 160", "total = 161", "收费标准 "),
        (
            "n24/clauses.toml",
            "照片规格：JPEG格式",
            "照片规格：PNG格式",
            "clause of photo-format differs\n    n24 (old): 照片规格：JPEG格式\n    n24 (new): 照片规格：PNG格式",
        ),
        (
            "settings.toml",
            "max_files = 200",
            "max_files = 201",
            "setting limits.max_files\n    n24 (old): 200\n    n24 (new): 201",
        ),
        (
            "settings.toml",
            "\n[severity]\n",
            "\n[severity]\nform-phone = \"note\"\n",
            "setting severity.form-phone\n    n24 (old): not there\n    n24 (new): \"note\"",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let also: &[(&str, &str, &str)] = if file == "n24/pack.toml" && old.starts_with("total") {
            &[("n24/pack.toml", "skill = 80\ntotal = 161", "skill = 81\ntotal = 161")]
        } else {
            &[]
        };
        changed(dir.path(), &[&[(file, old, new)], also].concat());
        let text = printed(|out| diff(None, Some(dir.path()), "n24", "n24", out));
        assert!(text.contains(told), "{file} {old}: no {told:?} in\n{text}");
        // Nothing else is told: a line that does not start with a blank begins a difference.
        assert_eq!(text.lines().filter(|l| !l.starts_with(' ')).count(), 1, "{file} {old}:\n{text}");
    }
    let dir = tempfile::tempdir().unwrap();
    changed(dir.path(), &[]);
    assert_eq!(
        printed(|out| diff(None, Some(dir.path()), "n24", "n24", out)),
        "n24 (old) and n24 (new) demand the same\n"
    );
}

#[test]
fn show_tells_all_of_a_rule() {
    let loaded = yushen::packs::embedded().unwrap();
    for rule in yushen::rules::RULES {
        let text = printed(|out| yushen::cli::explain::show_rule(&loaded, rule.id, out));
        for part in [
            rule.title_zh,
            rule.title_en,
            rule.source,
            "## What is wrong\n",
            "## Evidence\n",
            "## Cannot tell\n",
            "## Settings\n",
            "## What clears it\n",
        ] {
            assert!(text.contains(part), "{}: no {part:?} in\n{text}", rule.id);
        }
        for pack in loaded.packs.packs.iter().filter(|p| p.clauses.contains_key(rule.id)) {
            assert!(
                text.contains(&format!("    {}  {}\n", pack.label(), pack.clauses[rule.id].source)),
                "{}: {text}",
                rule.id
            );
        }
    }
    insta::assert_snapshot!(
        "show_work_years",
        printed(|out| yushen::cli::explain::show_rule(&loaded, "work-years", out))
    );
    insta::assert_snapshot!(
        "show_photo_bytes",
        printed(|out| yushen::cli::explain::show_rule(&loaded, "photo-bytes", out))
    );
    let unknown = yushen::cli::explain::show_rule(&loaded, "n24", &mut Vec::new()).unwrap_err();
    assert_eq!(unknown.to_string(), "no rule \"n24\"; it is a pack: --pack n24");
}
