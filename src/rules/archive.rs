//! From the key values of earlier runs' submissions to what a submission of this run shares with them.
//! Looks up, never compares all with all; opens nothing, and decides nothing about what a shared value means.
//!
//! A submission is *itself* in an earlier run if the id is the same and the identity numbers do not contradict each other: a re-submission after a
//! rejection, or the same batch audited again. It shares nothing with itself. A re-submission under a new id is the same person: photo, certificate and
//! scans may then be the same, as within a batch; that the person registered twice for one named 认定计划 is told, since both may have been paid for and
//! only the office knows which stands. A plan that was not named (occupation and level stand for it) is not compared: an examination is taken again next year.

use super::cross::IDENTICAL;
use super::photo_index::PhotoIndex;
use crate::vocabulary::batch::{CrossKeys, Earlier, Past, SharedWith};
use crate::vocabulary::settings::Settings;
use std::collections::BTreeMap;

/// Memory: some 600 bytes a submission with six materials.
#[derive(Debug)]
pub struct Archive {
    entries: Vec<Entry>,
    /// By identity number and plan.
    persons: BTreeMap<(String, String), Vec<u32>>,
    certificates: BTreeMap<String, Vec<u32>>,
    /// By the first half of the content hash, sorted.
    photos: Vec<(u128, u32)>,
    scans: Vec<(u128, u32)>,
    near: PhotoIndex,
}

#[derive(Debug)]
struct Entry {
    past: Past,
    /// Identity number.
    person: Option<String>,
}

impl Archive {
    pub fn new(submissions: Vec<(Past, CrossKeys)>, settings: &Settings) -> Self {
        let near = PhotoIndex::new(submissions.iter().map(|(_, k)| k.photo_hashes.as_slice()), settings.photo.duplicate_distance);
        let mut archive =
            Self { entries: Vec::with_capacity(submissions.len()), persons: BTreeMap::new(), certificates: BTreeMap::new(), photos: Vec::new(), scans: Vec::new(), near };
        for (place, (past, keys)) in (0u32..).zip(submissions) {
            if let (Some(person), Some(plan), true) = (&keys.id_number, keys.plan, keys.plan_named) {
                archive.persons.entry((person.clone(), plan)).or_default().push(place);
            }
            if let Some(number) = keys.certificate_number {
                archive.certificates.entry(number).or_default().push(place);
            }
            archive.photos.extend(keys.photo_sha256.as_deref().and_then(half).map(|h| (h, place)));
            archive.scans.extend(keys.scans.iter().filter_map(|(_, sha256)| half(sha256)).map(|h| (h, place)));
            archive.entries.push(Entry { past, person: keys.id_number });
        }
        archive.photos.sort_unstable();
        archive.scans.sort_unstable();
        archive
    }

    /// Adds to each submission what it shares with earlier ones that it does not share with this run's.
    pub fn add_to(&self, all: &mut BTreeMap<String, SharedWith>, keys: &[CrossKeys]) {
        for key in keys {
            let mut found = self.earlier(key);
            // What is in this run again has been told as part of it.
            if let Some(now) = all.get(&key.submission_id) {
                found.identity.retain(|p| !now.identity.contains(&p.submission_id));
                found.certificate.retain(|p| !now.certificate.contains(&p.submission_id));
                found.photo.retain(|(p, _)| !now.photo.iter().any(|(id, _)| *id == p.submission_id));
                found.scan.retain(|(_, p)| !now.scan.iter().any(|(_, id)| *id == p.submission_id));
            }
            if !found.is_empty() {
                // One id in two batches of this run has one entry.
                let earlier = &mut all.entry(key.submission_id.clone()).or_default().earlier;
                earlier.identity.extend(found.identity);
                earlier.certificate.extend(found.certificate);
                earlier.photo.extend(found.photo);
                earlier.scan.extend(found.scan);
                sort(earlier);
            }
        }
    }

    /// What one submission shares with earlier ones.
    pub fn earlier(&self, key: &CrossKeys) -> Earlier {
        let mut earlier = Earlier::default();
        if let (Some(person), Some(plan), true) = (&key.id_number, &key.plan, key.plan_named) {
            let same = self.persons.get(&(person.clone(), plan.clone()));
            earlier.identity = same.into_iter().flatten().map(|p| self.entry(*p)).filter(|e| !is_itself(e, key)).map(|e| e.past.clone()).collect();
        }
        let others =
            |places: &mut dyn Iterator<Item = u32>| -> Vec<Past> { places.map(|p| self.entry(p)).filter(|e| is_anothers(e, key)).map(|e| e.past.clone()).collect() };
        if let Some(number) = &key.certificate_number {
            earlier.certificate = others(&mut self.certificates.get(number).into_iter().flatten().copied());
        }
        if let Some(hash) = key.photo_sha256.as_deref().and_then(half) {
            earlier.photo = others(&mut equal(&self.photos, hash)).into_iter().map(|p| (p, IDENTICAL.to_owned())).collect();
        }
        let near = self.near.near(&key.photo_hashes);
        let near = near.into_iter().map(|(place, distance)| (&self.entries[place], distance)).filter(|(e, _)| is_anothers(e, key));
        earlier.photo.extend(near.map(|(e, distance)| (e.past.clone(), format!("distance {distance} of 64"))));
        for (material, sha256) in &key.scans {
            if let Some(hash) = half(sha256) {
                earlier.scan.extend(others(&mut equal(&self.scans, hash)).into_iter().map(|p| (material.clone(), p)));
            }
        }
        sort(&mut earlier);
        earlier
    }

    fn entry(&self, place: u32) -> &Entry {
        &self.entries[place as usize]
    }
}

/// The same submission, handed in again or audited again.
fn is_itself(entry: &Entry, key: &CrossKeys) -> bool {
    let contradict = matches!((&entry.person, &key.id_number), (Some(a), Some(b)) if a != b);
    entry.past.submission_id == key.submission_id && !contradict
}

/// One person may hand in the same photo, certificate or scan again.
fn is_anothers(entry: &Entry, key: &CrossKeys) -> bool {
    let one_person = entry.person.is_some() && entry.person == key.id_number;
    !one_person && !is_itself(entry, key)
}

/// Sorted; of a submission that stands in several earlier runs, the first; equal bytes before near hashes.
fn sort(earlier: &mut Earlier) {
    let same = |a: &Past, b: &Past| (&a.batch, &a.submission_id) == (&b.batch, &b.submission_id);
    earlier.identity.sort();
    earlier.identity.dedup_by(|a, b| same(a, b));
    earlier.certificate.sort();
    earlier.certificate.dedup_by(|a, b| same(a, b));
    earlier.photo.sort_by(|a, b| (&a.0.batch, &a.0.submission_id, a.1 != IDENTICAL, &a.1).cmp(&(&b.0.batch, &b.0.submission_id, b.1 != IDENTICAL, &b.1)));
    earlier.photo.dedup_by(|a, b| same(&a.0, &b.0));
    earlier.scan.sort();
    earlier.scan.dedup_by(|a, b| a.0 == b.0 && same(&a.1, &b.1));
}

/// 128 of a SHA-256's 256 bits: as good as the whole, and half the memory.
fn half(sha256: &str) -> Option<u128> {
    u128::from_str_radix(sha256.get(..32)?, 16).ok()
}

fn equal(sorted: &[(u128, u32)], hash: u128) -> impl Iterator<Item = u32> + '_ {
    let from = sorted.partition_point(|(h, _)| *h < hash);
    sorted[from..].iter().take_while(move |(h, _)| *h == hash).map(|(_, place)| *place)
}
