//! What submissions of one batch have in common: from each one's few key values to the other submissions that share them.
//! Compares no pair that shares nothing: equal values meet in maps, near hashes in an index.

use super::case::value;
use super::photo_index::PhotoIndex;
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
    let photo = documents.photo.as_ref().map_or(&[][..], |p| &p.perceptual_hashes);
    keys(submission, photo, documents.prior_certificate.as_ref().and_then(|c| c.certificate_number.value.as_deref()))
}

/// The same from the few facts that it rests on: the photo's hashes (64 bit, hex) and the certificate's number as read.
pub fn keys(submission: &Submission, photo_hashes: &[String], certificate_number: Option<&str>) -> CrossKeys {
    let registration = submission.registration.as_ref();
    let text = |entry: Option<&str>| entry.map(super::reading::fold).filter(|t| !t.is_empty());
    let plan = registration.and_then(|r| {
        let named = r.plan.as_ref().map(|p| p.raw.trim().to_owned()).filter(|p| !p.is_empty());
        named.or_else(|| Some(format!("{} {}", Registration::text(&r.occupation)?, value(&r.level)?)))
    });
    let certificate = registration.and_then(|r| Registration::text(&r.prior_certificate_number)).or(certificate_number);
    CrossKeys {
        submission_id: submission.id.clone(),
        id_number: text(registration.and_then(|r| Registration::text(&r.id_number))),
        plan_named: registration.and_then(|r| r.plan.as_ref()).is_some_and(|p| !p.raw.trim().is_empty()),
        plan,
        certificate_number: text(certificate),
        photo_sha256: submission.files_of(MaterialKind::Photo).find_map(|f| f.sha256.clone()),
        photo_hashes: photo_hashes.iter().filter_map(|h| u64::from_str_radix(h, 16).ok()).collect(),
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
fn near_photos(keys: &[CrossKeys], most: u32) -> Vec<(usize, usize, u32)> {
    let index = PhotoIndex::new(keys.iter().map(|k| k.photo_hashes.as_slice()), most);
    let later = |(a, key): (usize, &CrossKeys)| index.near(&key.photo_hashes).into_iter().filter(move |(b, _)| *b > a).map(move |(b, d)| (a, b, d)).collect::<Vec<_>>();
    keys.iter().enumerate().flat_map(later).collect()
}
