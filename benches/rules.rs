//! Judging without pictures: stored facts to flags (aim: 100,000 submissions a second and core), an archive of 100,000
//! submissions, a register of 100,000 rows.

mod reference;

use divan::Bencher;
use divan::counter::ItemsCount;
use jiff::civil::{Date, date};
use serde::Deserialize;
use yushen::ingest::CompaniesRegister;
use yushen::packs;
use yushen::rules::{Archive, Case, cross_keys, judge};
use yushen::vocabulary::batch::{CrossKeys, Past, SharedWith};
use yushen::vocabulary::documents::Documents;
use yushen::vocabulary::finding::Verdict;
use yushen::vocabulary::register::{Lookup, NoRegister, Register};
use yushen::vocabulary::submission::Submission;

const AS_OF: Date = date(2024, 8, 1);

fn main() {
    divan::main();
}

/// The facts of one submission, as they lie between reading and judging.
#[derive(Deserialize)]
struct Facts {
    submission: Submission,
    documents: Documents,
}

/// The six clean submissions that the rules' cases start from.
fn facts() -> Vec<Facts> {
    include_str!("../fixtures/rules/clean.jsonl").lines().map(|l| serde_json::from_str(l).expect("facts")).collect()
}

#[divan::bench]
fn evaluate_stored_facts(bencher: Bencher) {
    let (facts, rules, shared) = (facts(), packs::embedded().expect("the built-in rules"), SharedWith::default());
    bencher.counter(ItemsCount::new(facts.len())).bench_local(|| {
        let judged = facts.iter().map(|f| {
            judge(&Case::new(
                &f.submission,
                &f.documents,
                &rules.packs,
                &rules.settings,
                &NoRegister,
                &shared,
                AS_OF,
                None,
            ))
        });
        judged.map(|j| j.flags.len()).sum::<usize>()
    });
}

#[divan::bench]
fn keys_of_stored_facts(bencher: Bencher) {
    let facts = facts();
    bencher
        .counter(ItemsCount::new(facts.len()))
        .bench_local(|| facts.iter().map(|f| cross_keys(&f.submission, &f.documents).scans.len()).sum::<usize>());
}

/// A fixed sequence that looks like chance.
fn noise(seed: u64) -> u64 {
    let x = (seed ^ 0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (x ^ x >> 29).wrapping_mul(0x94D0_49BB_1331_11EB) ^ x >> 31
}

fn key(i: u64) -> CrossKeys {
    let sha = |n: u64| format!("{:016x}{:016x}{:032x}", noise(n), noise(n + 1), n);
    CrossKeys {
        submission_id: format!("2024{i:07}"),
        id_number: Some(format!("{i:018}")),
        plan: Some("2024年8月".to_owned()),
        plan_named: true,
        certificate_number: Some(format!("S{i:015}")),
        photo_sha256: Some(sha(i)),
        further_photos: Vec::new(),
        photo_hashes: vec![noise(i), noise(i + 7), noise(i + 11)],
        scans: (0..6).map(|k| ("申报表".to_owned(), sha(i * 6 + k + 1_000_000_000))).collect(),
    }
}

fn archived() -> Vec<(Past, CrossKeys)> {
    let past = |k: &CrossKeys| Past {
        batch: "2024-07".to_owned(),
        submission_id: k.submission_id.clone(),
        verdict: Verdict::Pass,
    };
    (0..100_000).map(key).map(|k| (past(&k), k)).collect()
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn index_an_archive(bencher: Bencher) {
    let settings = packs::embedded().expect("the built-in rules").settings;
    bencher
        .counter(ItemsCount::new(100_000_u32))
        .with_inputs(archived)
        .bench_local_values(|list| Archive::new(list, &settings));
}

#[divan::bench]
fn look_up_in_an_archive(bencher: Bencher) {
    let settings = packs::embedded().expect("the built-in rules").settings;
    let archive = Archive::new(archived(), &settings);
    let mut beside = archive.beside(&[]);
    let mut i = 0;
    bencher
        .counter(ItemsCount::new(1_u32))
        .with_inputs(|| {
            i += 1;
            // Another person with a photo three bits away.
            let mut wanted = key(i % 100_000);
            wanted.id_number = None;
            wanted.submission_id.push('x');
            wanted.photo_hashes[0] ^= 0x0010_0400_0000_0100;
            wanted
        })
        .bench_local_refs(|wanted| beside.earlier(wanted).photo.count);
}

const SYLLABLES: [char; 16] =
    ['博', '雅', '恒', '信', '中', '瑞', '海', '天', '华', '盛', '金', '源', '东', '方', '新', '联'];

fn register() -> CompaniesRegister {
    let mut text = String::from("企业名称,统一社会信用代码,成立日期,注销日期,曾用名\n");
    for i in 0..100_000_usize {
        let word: String = (0..5).map(|k| SYLLABLES[i >> (4 * k) & 15]).collect();
        text.push_str(&format!("北京{word}商贸有限公司,9111{i:014},2012-10-17,,\n"));
    }
    CompaniesRegister::parse(text.as_bytes(), "companies.csv").expect("a register").0
}

#[divan::bench]
fn find_an_employer(bencher: Bencher) {
    let register = register();
    bencher
        .bench_local(|| matches!(register.look_up(divan::black_box("北京博雅恒信博商贸有限公司")), Lookup::Found(_)));
}

#[divan::bench(sample_count = 20)]
fn suggest_near_employers(bencher: Bencher) {
    let register = register();
    bencher.bench_local(|| matches!(register.look_up(divan::black_box("北京博雅恒信博商贸有限责任公司")), Lookup::NotFound { near } if !near.is_empty()));
}
