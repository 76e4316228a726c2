//! What submissions of one batch have in common: from each one's few key values to the other submissions that share them.
//! Compares no pair that shares nothing: equal values meet in maps, near hashes in bands.

use super::case::value;
use crate::vocabulary::batch::{CrossKeys, SharedWith};
use crate::vocabulary::documents::Documents;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::settings::Settings;
use crate::vocabulary::submission::{Registration, Submission};
use std::collections::BTreeMap;

/// How two files with equal bytes are described.
pub const IDENTICAL: &str = "identical bytes";

/// The values of one submission that are compared with all others.
pub fn cross_keys(submission: &Submission, documents: &Documents) -> CrossKeys {
    let registration = submission.registration.as_ref();
    let text = |entry: Option<&str>| entry.map(super::reading::fold).filter(|t| !t.is_empty());
    let plan = registration.and_then(|r| {
        let named = r.plan.as_ref().map(|p| p.raw.trim().to_owned()).filter(|p| !p.is_empty());
        named.or_else(|| Some(format!("{} {}", Registration::text(&r.occupation)?, value(&r.level)?)))
    });
    let certificate = registration
        .and_then(|r| Registration::text(&r.prior_certificate_number))
        .or_else(|| documents.prior_certificate.as_ref().and_then(|c| c.certificate_number.value.as_deref()));
    let photo = documents.photo.as_ref();
    CrossKeys {
        submission_id: submission.id.clone(),
        id_number: text(registration.and_then(|r| Registration::text(&r.id_number))),
        plan,
        certificate_number: text(certificate),
        photo_sha256: submission.files_of(MaterialKind::Photo).find_map(|f| f.sha256.clone()),
        photo_hashes: photo.map(|p| p.perceptual_hashes.iter().filter_map(|h| u64::from_str_radix(h, 16).ok()).collect()).unwrap_or_default(),
        scans: submission
            .files
            .iter()
            .filter(|f| f.bytes > 0 && f.kind.is_some_and(|k| k != MaterialKind::Photo && k != MaterialKind::Other))
            .filter_map(|f| Some((f.kind?.name().to_owned(), f.sha256.clone()?)))
            .collect(),
    }
}

/// For each submission that shares anything, with whom. Submissions are named by id; the lists are sorted.
///
/// One person may hand in the same photo, certificate or scan twice: only the *same plan* twice is `identity`.
pub fn shared(keys: &[CrossKeys], settings: &Settings) -> BTreeMap<String, SharedWith> {
    let mut found = Found { keys, all: BTreeMap::new() };
    for group in groups(keys, |k| k.id_number.clone().zip(k.plan.clone()).into_iter().collect()) {
        found.each_pair(&group, true, |shared, other| shared.identity.push(other.to_owned()));
    }
    for group in groups(keys, |k| k.certificate_number.clone().into_iter().collect()) {
        found.each_pair(&group, false, |shared, other| shared.certificate.push(other.to_owned()));
    }
    for group in groups(keys, |k| k.photo_sha256.clone().into_iter().collect()) {
        found.each_pair(&group, false, |shared, other| shared.photo.push((other.to_owned(), IDENTICAL.to_owned())));
    }
    for (material, group) in scan_groups(keys) {
        found.each_pair(&group, false, |shared, other| shared.scan.push((material.to_owned(), other.to_owned())));
    }
    for (a, b, distance) in near_photos(keys, settings.photo.duplicate_distance) {
        if keys[a].photo_sha256.is_some() && keys[a].photo_sha256 == keys[b].photo_sha256 {
            continue;
        }
        found.each_pair(&[a, b], false, |shared, other| shared.photo.push((other.to_owned(), format!("distance {distance} of 64"))));
    }
    for shared in found.all.values_mut() {
        shared.identity.sort();
        shared.certificate.sort();
        shared.photo.sort();
        shared.scan.sort();
        shared.identity.dedup();
        shared.certificate.dedup();
        shared.photo.dedup_by(|a, b| a.0 == b.0);
        shared.scan.dedup();
    }
    found.all
}

struct Found<'k> {
    keys: &'k [CrossKeys],
    all: BTreeMap<String, SharedWith>,
}

impl Found<'_> {
    /// Notes every pair of the group, both ways. A pair of one person counts only where `same_person`.
    fn each_pair(&mut self, group: &[usize], same_person: bool, note: impl Fn(&mut SharedWith, &str)) {
        let keys = self.keys;
        for &a in group {
            for &b in group {
                let one_person = keys[a].id_number.is_some() && keys[a].id_number == keys[b].id_number;
                if a != b && keys[a].submission_id != keys[b].submission_id && (same_person || !one_person) {
                    note(self.all.entry(keys[a].submission_id.clone()).or_default(), &keys[b].submission_id);
                }
            }
        }
    }
}

/// Indices of submissions that have a value in common, for groups of two and more.
fn groups<K: Ord>(keys: &[CrossKeys], values: impl Fn(&CrossKeys) -> Vec<K>) -> Vec<Vec<usize>> {
    let mut by_value: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (i, key) in keys.iter().enumerate() {
        for value in values(key) {
            by_value.entry(value).or_default().push(i);
        }
    }
    by_value.into_values().filter(|g| g.len() > 1).collect()
}

/// Groups of submissions with equal bytes in any material, named by the first one's material.
fn scan_groups(keys: &[CrossKeys]) -> Vec<(&str, Vec<usize>)> {
    let mut by_hash: BTreeMap<&str, (&str, Vec<usize>)> = BTreeMap::new();
    for (i, key) in keys.iter().enumerate() {
        for (material, sha256) in &key.scans {
            let entry = by_hash.entry(sha256).or_insert((material, Vec::new()));
            if !entry.1.contains(&i) {
                entry.1.push(i);
            }
        }
    }
    by_hash.into_values().filter(|g| g.1.len() > 1).collect()
}

/// Pairs of photos within `most` bits in every hash that both have: index, index, distance of the first hash.
///
/// The first hash is cut into `most + 1` bands: two hashes that differ in at most `most` bits agree in at least one band,
/// so only photos that meet in a band are compared.
fn near_photos(keys: &[CrossKeys], most: u32) -> Vec<(usize, usize, u32)> {
    let bands = (most + 1).min(64);
    let mut pairs: Vec<(usize, usize, u32)> = Vec::new();
    for band in 0..bands {
        let (from, to) = (band * 64 / bands, (band + 1) * 64 / bands);
        let width = to - from;
        let mask = if width >= 64 { u64::MAX } else { (1 << width) - 1 };
        let mut buckets: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (i, key) in keys.iter().enumerate() {
            if let Some(hash) = key.photo_hashes.first() {
                buckets.entry((hash >> from) & mask).or_default().push(i);
            }
        }
        for bucket in buckets.values() {
            for (n, &a) in bucket.iter().enumerate() {
                for &b in &bucket[n + 1..] {
                    if let Some(distance) = distance(&keys[a].photo_hashes, &keys[b].photo_hashes, most) {
                        pairs.push((a, b, distance));
                    }
                }
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The first hash's distance, if every hash that both have is within `most` bits.
fn distance(a: &[u64], b: &[u64], most: u32) -> Option<u32> {
    let near = a.iter().zip(b).all(|(x, y)| (x ^ y).count_ones() <= most);
    near.then(|| a.first().zip(b.first()).map(|(x, y)| (x ^ y).count_ones()))?
}
