//! Help, manual page and messages on wrong usage in the language that was asked for, and what a closed pipe does.

mod outputs;

use outputs::binary;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};
use unicode_width::UnicodeWidthStr;

fn yushen(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(binary());
    command.current_dir(folder).args(arguments);
    for name in ["XDG_CONFIG_HOME", "APPDATA", "HOME"] {
        command.env(name, folder.join("config"));
    }
    let done = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.code(), text(done.stdout), text(done.stderr))
}

/// Help as it is printed, of the commands that say most.
#[test]
fn help() {
    let dir = tempfile::tempdir().unwrap();
    for (name, arguments) in [
        ("zh_whole", &["--lang", "zh", "--help"][..]),
        ("zh_audit", &["audit", "--lang", "zh", "--help"]),
        ("zh_audit_short", &["audit", "--lang=zh", "-h"]),
        ("zh_rules", &["--lang", "zh", "rules"]),
        ("zh_verify", &["--lang", "zh", "help", "verify"]),
        ("en_whole", &["--help"]),
        ("en_verify", &["verify", "--help"]),
        ("en_keys_new", &["keys", "new", "-h"]),
        ("en_purge", &["purge", "-h"]),
    ] {
        let (_, out, err) = yushen(dir.path(), arguments);
        let text = out + &err;
        let widest = text.lines().map(UnicodeWidthStr::width).max().unwrap();
        assert!(widest <= 100, "{name}: {widest} columns");
        if name.starts_with("zh") {
            for english in ["Usage", "Options", "Commands", "Arguments", "Print", "default", "possible", "OPTIONS"] {
                assert!(!text.contains(english), "{name}: {english} in\n{text}");
            }
        }
        insta::assert_snapshot!(format!("help_{name}"), text);
    }
}

/// Every kind of wrong usage.
#[test]
fn wrong_usage() {
    let dir = tempfile::tempdir().unwrap();
    let mut told = String::new();
    for arguments in [
        &["audit"][..],
        &["audit", "b"],
        &["audit", "b", "-o"],
        &["audit", "b", "-o", "o", "-o", "p"],
        &["audit", "b", "-o", "o", "--engine", "magic"],
        &["audit", "b", "-o", "o", "--engine"],
        &["audit", "b", "-o", "o", "--jbos", "2"],
        &["audit", "b", "-o", "o", "--jobs", "0"],
        &["audit", "b", "-o", "o", "--jobs", "{list}"],
        &["audit", "b", "-o", "o", "--quiet=yes"],
        &["audit", "b", "-o", "o", "--shard", "4/3"],
        &["audit", "b", "-o", "o", "--as-of", "2024-02-30"],
        &["audit", "b", "-o", "o", "--clock", "now"],
        &["audit", "b", "-o", "o", "--operator", "a\nb"],
        &["audit", "b", "-o", "o", "--no-store", "--fresh"],
        &["purge", "d", "--older-than", "half a year"],
        &["frobnicate"],
        &["rules", "lits"],
        &["rules"],
        &["verify", "a", "b"],
    ] {
        let all = [&["--lang", "zh"], arguments].concat();
        let (code, out, err) = yushen(dir.path(), &all);
        assert!(code == Some(2) && out.is_empty(), "{arguments:?}: {out}");
        for english in ["error:", "Usage", "tip:", "unexpected", "invalid", "required", "For more"] {
            assert!(!err.contains(english), "{arguments:?}: {err}");
        }
        told += &format!("$ yushen {}\n{err}\n", arguments.join(" "));
    }
    insta::assert_snapshot!("wrong_usage_zh", told);
}

#[test]
fn the_language_is_the_command_lines_then_the_configurations() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let chinese = |arguments: &[&str]| yushen(folder, arguments).2.starts_with("错误：");
    assert!(!chinese(&["audit"]), "the system's language counts on a terminal only");
    fs::write(folder.join("yushen.toml"), "lang = \"zh\"\n").unwrap();
    assert!(chinese(&["audit"]));
    assert!(!chinese(&["audit", "--no-config"]));
    assert!(!chinese(&["audit", "--lang", "en"]));
    assert!(!chinese(&["--lang", "en", "audit"]));
    assert!(chinese(&["--lang", "en", "audit", "--lang", "zh"]), "the last one");
    // What stands first is the default of the command's own.
    let doctor = |arguments: &[&str]| yushen(folder, arguments).1;
    assert!(doctor(&["--lang", "en", "doctor"]).contains("rule packs"));
    assert!(doctor(&["--lang", "en", "doctor", "--lang", "zh"]).contains("规则包"));
}

#[test]
fn the_manual_in_chinese() {
    let dir = tempfile::tempdir().unwrap();
    let page = yushen(dir.path(), &["--lang", "zh", "man"]).1;
    for heading in [".SH 名称", ".SH 概要", ".SH 说明", ".SH 选项", ".SH 命令", ".SH 附注", ".SH 版本"] {
        assert!(page.lines().any(|l| l == heading), "{heading} in\n{page}");
    }
    assert_eq!(yushen(dir.path(), &["--lang", "zh", "man", "--out", "pages"]).0, Some(0));
    let mut names: Vec<String> = fs::read_dir(dir.path().join("pages"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for name in ["yushen.1", "yushen-audit.1", "yushen-rules-show.1", "yushen-keys-new.1"] {
        assert!(names.iter().any(|n| n == name), "{name} in {names:?}");
    }
    let page = fs::read_to_string(dir.path().join("pages/yushen-audit.1")).unwrap();
    assert!(page.contains("导出的申报材料文件夹") && !page.contains("Possible values"), "{page}");
}

/// Whoever reads the first line and goes is told nothing.
#[test]
fn a_closed_pipe_ends_quietly() {
    let dir = tempfile::tempdir().unwrap();
    for arguments in [&["rules", "list"][..], &["licences"], &["rules", "show", "--pack", "n24"]] {
        let mut child = Command::new(binary())
            .current_dir(dir.path())
            .args(arguments)
            .arg("--no-config")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        // Closed with far more to come than a pipe holds.
        BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        let code = child.wait().unwrap().code();
        assert!(!line.is_empty() && err.is_empty(), "{arguments:?}: {err}");
        assert!(matches!(code, Some(0 | 141)), "{arguments:?}: {code:?}");
    }
}
