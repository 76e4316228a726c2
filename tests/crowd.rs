//! Many submissions that share what only one should have: a flag of each names a few and counts the rest, so that
//! outputs grow with the batch and not with its square.

mod outputs;

use outputs::{audit, json, nothing_is_lost, rows};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;
use yushen::packs;
use yushen::rules::{Archive, shared};
use yushen::vocabulary::batch::{CrossKeys, Past};
use yushen::vocabulary::finding::Verdict;

const HEADER: &str = "报名编号,姓名,证件类型,证件号码,认定计划,上一级证书编号";

/// Who shares what: `number` and `certificate` of the n-th submission.
struct Crowd {
    about: &'static str,
    number: fn(usize) -> String,
    certificate: fn(usize) -> String,
    /// Rule, how many flags of it in all, and how many others the flag of the first submission counts.
    flags: &'static [(&'static str, usize, usize)],
}

const SIZE: usize = 40;

const CROWDS: &[Crowd] = &[
    Crowd {
        about: "one person forty times",
        number: |_| "370102199407275536".to_owned(),
        certificate: |_| "S1".to_owned(),
        flags: &[
            ("identity-duplicate", SIZE, SIZE - 1),
            ("photo-duplicate", 0, 0),
            ("material-duplicate", 0, 0),
            ("certificate-duplicate", 0, 0),
        ],
    },
    Crowd {
        about: "forty persons with one photo, scan and certificate",
        number: |n| format!("{n:017}0"),
        certificate: |_| "S1".to_owned(),
        flags: &[
            ("identity-duplicate", 0, 0),
            ("photo-duplicate", SIZE, SIZE - 1),
            ("material-duplicate", SIZE, SIZE - 1),
            ("certificate-duplicate", SIZE, SIZE - 1),
        ],
    },
    Crowd {
        about: "two persons twenty times each",
        number: |n| format!("37010219940727553{}", n % 2),
        certificate: |_| "S1".to_owned(),
        flags: &[
            ("identity-duplicate", SIZE, SIZE / 2 - 1),
            ("photo-duplicate", SIZE, SIZE / 2),
            ("material-duplicate", SIZE, SIZE / 2),
            ("certificate-duplicate", SIZE, SIZE / 2),
        ],
    },
    Crowd {
        about: "pairs",
        number: |n| format!("{n:017}0"),
        certificate: |n| format!("S{}", n / 2),
        flags: &[("photo-duplicate", SIZE, SIZE - 1), ("certificate-duplicate", SIZE, 1)],
    },
];

/// A photo and a scan that no reader opens for long: equal bytes are compared whatever they are.
fn batch(dir: &Path, size: usize, crowd: &Crowd) {
    let mut table = HEADER.to_owned() + "\n";
    for n in 0..size {
        let folder = dir.join(format!("D{n:06}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("个人照片.gif"), b"GIF89a the same of everybody").unwrap();
        fs::write(folder.join("学历承诺书.gif"), b"GIF89a the same of everybody, too").unwrap();
        table +=
            &format!("D{n:06},周海涛,居民身份证,{},2024年12月认定计划,{}\n", (crowd.number)(n), (crowd.certificate)(n));
    }
    fs::write(dir.join("报名信息.csv"), table).unwrap();
}

#[test]
fn a_flag_names_a_few_and_counts_the_rest() {
    let named = packs::embedded().unwrap().settings.limits.max_named_others;
    for crowd in CROWDS {
        let dir = tempfile::tempdir().unwrap();
        let (input, out) = (dir.path().join("batch"), dir.path().join("out"));
        batch(&input, SIZE, crowd);
        let done = audit(&input, &out, &["--quiet", "--no-store"]);
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(nothing_is_lost(&input, &out).len(), SIZE);
        let flags = rows(&out.join("flags.csv"));
        for (rule, count, others) in crowd.flags {
            let own: Vec<_> = flags.iter().filter(|f| f["rule"] == *rule).collect();
            assert_eq!(own.len(), *count, "{}: {rule}", crowd.about);
            let Some(first) = own.iter().find(|f| f["submission_id"] == "D000000") else { continue };
            let said = first.values().filter(|v| v.contains('D')).map(|v| v.matches("D0").count()).max().unwrap();
            assert!(said <= named + 1, "{}: {rule} names {said}: {first:?}", crowd.about);
            let told = first.values().any(|v| v.contains(&format!("等 {others} 份")));
            assert_eq!(told, *others > named, "{}: {rule} of {others}: {first:?}", crowd.about);
        }
    }
}

/// One id in many folders: each of them is told a few of the others.
#[test]
fn an_id_in_many_folders_is_told_by_a_few() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("batch"), dir.path().join("out"));
    for n in 0..SIZE {
        let folder = input.join(format!("第{n}组/D1"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("个人照片.gif"), format!("GIF89a {n}")).unwrap();
    }
    fs::write(input.join("报名信息.csv"), format!("{HEADER}\n{}", "D1,周海涛,,,,\n".repeat(SIZE))).unwrap();
    assert_eq!(audit(&input, &out, &["--quiet", "--no-store"]).status.code(), Some(0));
    let told: Vec<_> =
        rows(&out.join("flags.csv")).into_iter().filter(|f| f["rule"] == "registration-duplicate").collect();
    assert_eq!(told.len(), 2 * SIZE);
    assert!(told.iter().all(|f| f["observed"].chars().count() < 200), "{:?}", told[0]);
    assert!(told.iter().any(|f| f["observed"].contains(&format!("{SIZE} 个文件夹"))));
}

fn key(n: usize, person: usize, photo: u64) -> CrossKeys {
    CrossKeys {
        submission_id: format!("{n:06}"),
        id_number: Some(person.to_string()),
        plan: Some("八月".to_owned()),
        plan_named: true,
        certificate_number: Some("S1".to_owned()),
        photo_sha256: Some(format!("{photo:032x}").repeat(2)),
        further_photos: Vec::new(),
        photo_hashes: vec![near(photo), 7],
        scans: vec![("毕业证书".to_owned(), "b".repeat(64))],
    }
}

/// Hashes that are all within four bits of each other, for the first 2,000 numbers; then they come again.
fn near(n: u64) -> u64 {
    let (a, b) = (n % 64, n / 64 % 32);
    0x0123_4567_89ab_cdef ^ (1 << a) ^ (1 << (63 - b))
}

/// Photos that are near and not equal: as many flags, a few names, and a count that ends somewhere.
#[test]
fn near_photos_are_counted_up_to_a_limit() {
    let settings = packs::embedded().unwrap().settings;
    let (named, most) = (settings.limits.max_named_others, settings.limits.max_near_photos as u64);
    for (persons, told) in [(300_usize, 300), (1, 0), (2, 300)] {
        let keys: Vec<CrossKeys> = (0..300).map(|n| key(n, n % persons, n as u64)).collect();
        let all = shared(&keys, &settings);
        let with_photo: Vec<_> = all.values().filter(|s| !s.photo.is_empty()).collect();
        assert_eq!(with_photo.len(), told, "{persons} persons");
        assert!(
            with_photo.iter().all(|s| s.photo.named.len() == named
                && s.photo.count <= most
                && s.photo.or_more == (s.photo.count == most)),
            "{persons} persons"
        );
    }
}

/// The same batch again beside its own earlier run, and under new ids.
#[test]
fn an_archive_of_a_crowd_is_told_by_a_few() {
    let settings = packs::embedded().unwrap().settings;
    let past = |k: &CrossKeys| Past {
        batch: "2024-07".to_owned(),
        submission_id: k.submission_id.clone(),
        verdict: Verdict::Pass,
    };
    let keys: Vec<CrossKeys> = (0..300).map(|n| key(n, n, 1)).collect();
    let archive = Archive::new(keys.iter().map(|k| (past(k), k.clone())).collect(), &settings);
    let mut all = BTreeMap::new();
    archive.add_to(&mut all, &keys);
    assert!(all.is_empty(), "what is in this run again is told as part of it");
    let renamed: Vec<CrossKeys> =
        keys.iter().map(|k| CrossKeys { submission_id: format!("N{}", k.submission_id), ..k.clone() }).collect();
    archive.add_to(&mut all, &renamed);
    assert_eq!(all.len(), 300);
    for (id, shared) in &all {
        let e = &shared.earlier;
        assert_eq!(
            (e.identity.count, e.photo.count, e.certificate.count, e.scan[0].1.count),
            (1, 299, 299, 299),
            "{id}"
        );
        assert_eq!(
            (e.photo.named.len(), e.scan[0].1.named.len()),
            (settings.limits.max_named_others, settings.limits.max_named_others),
            "{id}"
        );
    }
}

/// Figures for docs/runs.md: `cargo nextest run --test crowd --run-ignored only --no-capture figures`, with
/// `YUSHEN_CROWD=100000` for another size.
#[test]
#[ignore = "figures, minutes"]
fn figures() {
    let size: usize = std::env::var("YUSHEN_CROWD").ok().and_then(|n| n.parse().ok()).unwrap_or(5_000);
    let settings = packs::embedded().unwrap().settings;
    for (about, person, photo) in [
        ("one person, one photo", 0, 0),
        ("all persons, one photo", 1, 0),
        ("all persons, all photos near", 1, 1),
        ("one person, all photos near", 0, 1),
    ] {
        let keys: Vec<CrossKeys> = (0..size)
            .map(|n| CrossKeys {
                photo_hashes: vec![near(photo * n as u64), near(photo * n as u64 / 2000)],
                ..key(n, person * n, photo * n as u64)
            })
            .collect();
        let began = Instant::now();
        let all = shared(&keys, &settings);
        let (compared, flagged) = (began.elapsed(), all.len());
        let archive = Archive::new(
            keys.iter()
                .map(|k| {
                    (
                        Past {
                            batch: "old".to_owned(),
                            submission_id: format!("X{}", k.submission_id),
                            verdict: Verdict::Pass,
                        },
                        k.clone(),
                    )
                })
                .collect(),
            &settings,
        );
        let (began, mut earlier) = (Instant::now(), BTreeMap::new());
        archive.add_to(&mut earlier, &keys);
        println!(
            "{size} {about}: compared in {compared:.1?} ({flagged} share), with as many earlier ones in {:.1?} ({} share), peak {} MB",
            began.elapsed(),
            earlier.len(),
            peak()
        );
    }
    for crowd in &CROWDS[..2] {
        let dir = tempfile::tempdir().unwrap();
        let (input, out) = (dir.path().join("batch"), dir.path().join("out"));
        batch(&input, size, crowd);
        let began = Instant::now();
        assert_eq!(audit(&input, &out, &["--quiet", "--no-store", "--jobs", "2"]).status.code(), Some(0));
        let run = json(&out.join("run.json"));
        let bytes = |name: &str| fs::metadata(out.join(name)).map_or(0, |m| m.len()) / 1_000_000;
        println!(
            "{size} {}: {:.1?}, {}, flags.csv {} MB, findings.jsonl {} MB",
            crowd.about,
            began.elapsed(),
            run["seconds"],
            bytes("flags.csv"),
            bytes("findings.jsonl")
        );
        println!(
            "    peak {} MB, report {} MB",
            run["peak_memory_bytes"].as_u64().unwrap_or(0) / 1_000_000,
            size_of(&out.join("report")) / 1_000_000
        );
    }
}

fn size_of(folder: &Path) -> u64 {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter_map(|e| e.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .map(|m| m.len())
        .sum()
}

fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))
        .and_then(|l| l.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok())
        .unwrap_or(0)
        / 1000
}

/// Figures of long lists: a tar of 200,000 entries, 1,000,000 decisions, 100,000 waivers; `YUSHEN_CROWD=20` for a
/// twentieth of them.
#[test]
#[ignore = "figures, minutes"]
fn figures_of_long_lists() {
    let part: usize = std::env::var("YUSHEN_CROWD").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    let dir = tempfile::tempdir().unwrap();
    type Named = fn(usize) -> String;
    let archives: [(&str, Named); 3] = [
        ("in folders of two", |n| format!("D{:06}/{}.gif", n / 2, ["个人照片", "毕业证书"][n % 2])),
        ("in one folder", |n| if n == 0 { "D1/毕业证书.gif".to_owned() } else { format!("D1/{n}/毕业证书.gif") }),
        ("of one name", |_| "D1/毕业证书.gif".to_owned()),
    ];
    for (about, name) in archives {
        let path = dir.path().join("batch.tar");
        let mut builder = tar::Builder::new(std::io::BufWriter::new(fs::File::create(&path).unwrap()));
        for n in 0..200_000 / part {
            let mut header = tar::Header::new_gnu();
            header.set_size(6);
            header.set_cksum();
            builder.append_data(&mut header, name(n), &b"GIF89a"[..]).unwrap();
        }
        builder.into_inner().unwrap();
        let began = Instant::now();
        let aliases = yushen::ingest::Aliases::load(Path::new("rules/aliases.toml")).unwrap();
        let found = yushen::ingest::discover(&path, &aliases, &packs::embedded().unwrap().settings.limits).unwrap();
        println!("tar {about}: listed in {:.1?}, {} submissions", began.elapsed(), found.submissions.len());
        if about != "in folders of two" {
            let began = Instant::now();
            assert_eq!(
                audit(&path, &dir.path().join(about), &["--quiet", "--no-store", "--report", "none"]).status.code(),
                Some(0)
            );
            println!("tar {about}: audited in {:.1?}", began.elapsed());
        }
    }
    let known: Vec<&str> = yushen::rules::RULES.iter().map(|r| r.id).collect();
    let (decisions, waivers) = (dir.path().join("d.csv"), dir.path().join("w.toml"));
    let rows: String = (0..1_000_000 / part)
        .map(|n| format!("D{n:06},accept,form-phone,学历承诺书,mobile,已电话核实,王审核,2024-12-31,2024-08-02\n"))
        .collect();
    fs::write(&decisions, format!("submission_id,decision,rule,document,field,reason,who,until,decided_on\n{rows}"))
        .unwrap();
    let began = Instant::now();
    let read = packs::load_record(&decisions, &known).unwrap().entries.len();
    println!("{read} decisions: {:.1?}", began.elapsed());
    let entries: String = (0..100_000 / part)
        .map(|n| format!("[[waiver]]\nsubmission = \"D{n:06}\"\nrule = \"form-phone\"\nreason = \"已电话核实\"\nwho = \"王审核\"\nuntil = \"2024-12-31\"\n"))
        .collect();
    fs::write(&waivers, entries).unwrap();
    let began = Instant::now();
    let read = packs::load_waivers(&waivers, &known).unwrap().entries.len();
    println!("{read} waivers: {:.1?}", began.elapsed());
    let input = dir.path().join("batch");
    batch(&input, 500, &CROWDS[1]);
    for given in [&["--decisions", decisions.to_str().unwrap()], &["--waivers", waivers.to_str().unwrap()]] {
        let began = Instant::now();
        let out = dir.path().join(&given[0][2..]);
        assert_eq!(
            audit(&input, &out, &[&["--quiet", "--no-store", "--report", "none"][..], given].concat()).status.code(),
            Some(0)
        );
        println!(
            "500 submissions with {}: {:.1?}, {}",
            given[0],
            began.elapsed(),
            json(&out.join("run.json"))["peak_memory_bytes"]
        );
    }
}
