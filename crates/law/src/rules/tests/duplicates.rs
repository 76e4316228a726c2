//! What submissions share: equal values, near hashes, and who is left out.

use super::base;
use crate::rules::shared_values::{IDENTICAL, shared};
use crate::vocabulary::batch::{CrossKeys, Others};

fn key(id: &str, person: &str) -> CrossKeys {
    CrossKeys {
        submission_id: id.to_owned(),
        id_number: Some(person.to_owned()),
        plan: Some("八月".to_owned()),
        ..CrossKeys::default()
    }
}

#[test]
fn equal_values_meet() {
    let mut keys = vec![key("a", "1"), key("b", "2"), key("c", "1"), key("d", "3")];
    keys[3].plan = None;
    for k in &mut keys {
        k.certificate_number = Some("S1".to_owned());
    }
    keys[1].photo_sha256 = Some("ff".to_owned());
    keys[3].photo_sha256 = Some("ff".to_owned());
    keys[0].scans = vec![("毕业证书".to_owned(), "aa".to_owned())];
    keys[2].scans = keys[0].scans.clone();
    keys[3].scans = keys[0].scans.clone();
    let all = shared(&keys, &base::settings());
    assert_eq!(all["a"].identity.named, ["c"]);
    assert!(all["b"].identity.is_empty());
    // The same person's own second submission is no second person.
    assert_eq!(all["a"].certificate.named, ["b", "d"]);
    assert_eq!(all["b"].photo.named, [("d".to_owned(), IDENTICAL.to_owned())]);
    assert_eq!(all["a"].scan, [("毕业证书".to_owned(), Others::all(vec!["d".to_owned()]))]);
    assert_eq!(all["d"].scan[0].1.named, ["a", "c"]);
}

#[test]
fn near_hashes_meet_wherever_they_differ() {
    let most = base::settings().photo.duplicate_distance;
    for bits in 0..=most + 1 {
        // Spread the differing bits, so that they spoil as many bands as they can.
        let flipped = (0..bits).fold(0_u64, |h, i| h | 1 << (i * 64 / (most + 2)));
        let mut keys = vec![key("a", "1"), key("b", "2")];
        keys[0].photo_hashes = vec![0x0123_4567_89ab_cdef, 7];
        keys[1].photo_hashes = vec![0x0123_4567_89ab_cdef ^ flipped, 7];
        let all = shared(&keys, &base::settings());
        assert_eq!(all.contains_key("a"), bits <= most, "{bits} bits");
        keys[1].photo_hashes[1] = u64::MAX;
        assert!(shared(&keys, &base::settings()).is_empty(), "the second hash is far");
    }
}
