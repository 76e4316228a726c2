//! What a submission shares with earlier runs, what is itself, and that near photos are found by looking few of them
//! up.

use super::base;
use crate::rules::photo_index::PhotoIndex;
use crate::rules::{Archive, shared};
use crate::vocabulary::batch::{CrossKeys, Earlier, Past};
use crate::vocabulary::finding::Verdict;
use proptest::prelude::*;

fn past(id: &str) -> Past {
    Past { batch: "2024-07".to_owned(), submission_id: id.to_owned(), verdict: Verdict::Reject }
}

/// One letter of a hash, as a sha256.
fn sha(c: char) -> String {
    c.to_string().repeat(64)
}

fn key(id: &str, person: Option<&str>, plan: Option<&str>) -> CrossKeys {
    CrossKeys {
        submission_id: id.to_owned(),
        id_number: person.map(str::to_owned),
        plan: Some(plan.unwrap_or("互联网营销师 二级/技师").to_owned()),
        plan_named: plan.is_some(),
        certificate_number: Some("S1".to_owned()),
        photo_sha256: Some(sha('a')),
        further_photos: Vec::new(),
        photo_hashes: vec![0x0123_4567_89ab_cdef, 7],
        scans: vec![("毕业证书".to_owned(), sha('b'))],
    }
}

#[test]
fn who_is_who() {
    let archive = Archive::new(
        vec![(past("0001"), key("0001", Some("P1"), Some("八月"))), (past("0009"), key("0009", None, None))],
        &base::settings(),
    );
    // id, person, plan → identity, certificate, photo, scan that are told
    for (id, person, plan, told, about) in [
        ("0001", Some("P1"), Some("八月"), ["", "0009", "0009", "0009"], "a re-submission is itself"),
        ("0002", Some("P1"), Some("八月"), ["0001", "0009", "0009", "0009"], "the same person and plan under a new id"),
        ("0002", Some("P1"), Some("九月"), ["", "0009", "0009", "0009"], "the same person, another plan"),
        (
            "0002",
            Some("P1"),
            None,
            ["", "0009", "0009", "0009"],
            "a plan that is not named is no plan in another batch",
        ),
        ("0002", Some("P2"), Some("八月"), ["", "0001 0009", "0001 0009", "0001 0009"], "another person"),
        (
            "0001",
            Some("P2"),
            Some("八月"),
            ["", "0001 0009", "0001 0009", "0001 0009"],
            "another person under the same id",
        ),
        ("0001", None, None, ["", "0009", "0009", "0009"], "the same id, the number not known now"),
        ("0009", Some("P3"), Some("八月"), ["", "0001", "0001", "0001"], "the same id, the number not known then"),
        ("0003", None, None, ["", "0001 0009", "0001 0009", "0001 0009"], "nobody knows who"),
    ] {
        let Earlier { identity, photo, certificate, scan } = archive.beside(&[]).earlier(&key(id, person, plan));
        let ids = |list: Vec<&Past>| list.iter().map(|p| p.submission_id.as_str()).collect::<Vec<_>>().join(" ");
        let found = [
            ids(identity.named.iter().collect()),
            ids(certificate.named.iter().collect()),
            ids(photo.named.iter().map(|p| &p.0).collect()),
            ids(scan.iter().flat_map(|s| &s.1.named).collect()),
        ];
        assert_eq!(found, told, "{id} {person:?} {plan:?}: {about}");
    }
}

#[test]
fn a_submission_of_several_earlier_runs_is_told_once() {
    let again = |verdict| (Past { verdict, ..past("0001") }, key("0001", Some("P1"), Some("八月")));
    let archive = Archive::new(vec![again(Verdict::Reject), again(Verdict::Pass)], &base::settings());
    let earlier = archive.beside(&[]).earlier(&key("0002", Some("P2"), Some("八月")));
    assert_eq!((earlier.certificate.count, earlier.photo.count, earlier.scan[0].1.count), (1, 1, 1));
    assert_eq!(earlier.photo.named[0].1, "identical bytes", "not the near hash of the same photo");
}

#[test]
fn what_this_run_tells_is_not_told_again() {
    let archive = Archive::new(
        vec![(past("0001"), key("0001", Some("P1"), Some("八月"))), (past("0009"), key("0009", Some("P9"), None))],
        &base::settings(),
    );
    let keys = [key("0001", Some("P1"), Some("八月")), key("0002", Some("P2"), Some("八月"))];
    let mut all = shared(&keys, &base::settings());
    archive.add_to(&mut all, &keys);
    assert_eq!(all["0002"].photo.count, 1);
    let earlier = &all["0002"].earlier;
    assert_eq!(
        (earlier.photo.count, earlier.certificate.count, earlier.scan[0].1.count),
        (1, 1, 1),
        "0009 only: 0001 is in this run again"
    );
    assert_eq!(earlier.photo.named[0].0.submission_id, "0009");
}

proptest! {
    /// The index finds exactly what comparing all with all finds.
    #[test]
    fn the_index_finds_what_is_near(seed in any::<[u64; 8]>(), flips in prop::collection::vec((0..8usize, prop::collection::vec(0..64u32, 0..9)), 1..40), most in 0..10u32) {
        let photos: Vec<Vec<u64>> = flips.iter().map(|(from, bits)| vec![bits.iter().fold(seed[*from], |h, b| h ^ 1 << b), seed[0]]).collect();
        let index = PhotoIndex::new(photos.iter().map(Vec::as_slice), most);
        for wanted in &photos {
            let near: Vec<(usize, u32)> = photos.iter().enumerate().map(|(i, p)| (i, (p[0] ^ wanted[0]).count_ones())).filter(|(_, d)| *d <= most).collect();
            prop_assert_eq!(index.some_near(wanted, 0..0, usize::MAX, |_| true), (near.clone(), false));
            let odd: Vec<(usize, u32)> = near.iter().copied().filter(|(i, _)| i % 2 == 1 && !(3..9).contains(i)).collect();
            prop_assert_eq!(index.some_near(wanted, 3..9, usize::MAX, |i| i % 2 == 1), (odd, false));
            let (some, more) = index.some_near(wanted, 0..0, 2, |_| true);
            prop_assert_eq!((some.len(), more), (near.len().min(2), near.len() > 2));
            prop_assert!(some.iter().all(|s| near.contains(s)));
        }
    }
}
