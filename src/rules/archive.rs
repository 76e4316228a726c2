//! From the key values of earlier runs' submissions to what a submission of this run shares with them.
//! Looks up, never compares all with all; opens nothing, and decides nothing about what a shared value means.
//!
//! A submission is *itself* in an earlier run if the id is the same and the identity numbers do not contradict each other: a re-submission after a
//! rejection, or the same batch audited again. It shares nothing with itself. A re-submission under a new id is the same person: photo, certificate and
//! scans may then be the same, as within a batch; that the person registered twice for one named 认定计划 is told, since both may have been paid for and
//! only the office knows which stands. A plan that was not named (occupation and level stand for it) is not compared: an examination is taken again next year.

use super::cross::{IDENTICAL, near_by, of_material, owned};
use super::group::{Group, Telling, join};
use super::photo_index::PhotoIndex;
use crate::vocabulary::batch::{CrossKeys, Earlier, Others, Past, SharedWith};
use crate::vocabulary::settings::Settings;
use std::collections::BTreeMap;
use std::ops::Range;

/// Memory: some 600 bytes a submission with six materials.
#[derive(Debug)]
pub struct Archive {
    /// Those of one person together.
    entries: Vec<Entry>,
    /// By identity number and plan.
    persons: BTreeMap<(String, String), Vec<u32>>,
    certificates: BTreeMap<String, Vec<u32>>,
    /// By the first half of the content hash, sorted.
    photos: Vec<(u128, u32)>,
    scans: Vec<(u128, u32)>,
    near: PhotoIndex,
    named: usize,
    counted: usize,
}

#[derive(Debug)]
struct Entry {
    past: Past,
    /// Identity number.
    person: Option<String>,
    photo: Option<u128>,
}

/// A value that submissions may have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Value<'k> {
    Identity(&'k str, &'k str),
    Certificate(&'k str),
    Photo(u128),
    Scan(u128),
}

/// This run's submissions by id: what of an earlier run is in it again is told as part of it.
type Now<'k> = BTreeMap<&'k str, Vec<&'k CrossKeys>>;
/// The groups that were asked for, made once each.
type Groups<'a> = BTreeMap<Value<'a>, Group<'a, &'a Past>>;

impl Archive {
    pub fn new(mut submissions: Vec<(Past, CrossKeys)>, settings: &Settings) -> Self {
        submissions.sort_by(|(_, a), (_, b)| a.id_number.cmp(&b.id_number));
        let near = PhotoIndex::new(submissions.iter().map(|(_, k)| k.photo_hashes.as_slice()), settings.photo.duplicate_distance);
        let mut archive = Self {
            entries: Vec::with_capacity(submissions.len()),
            persons: BTreeMap::new(),
            certificates: BTreeMap::new(),
            photos: Vec::new(),
            scans: Vec::new(),
            near,
            named: settings.limits.max_named_others,
            counted: settings.limits.max_near_photos,
        };
        for (place, (past, keys)) in (0u32..).zip(submissions) {
            if let (Some(person), Some(plan), true) = (&keys.id_number, keys.plan, keys.plan_named) {
                archive.persons.entry((person.clone(), plan)).or_default().push(place);
            }
            if let Some(number) = keys.certificate_number {
                archive.certificates.entry(number).or_default().push(place);
            }
            let photo = keys.photo_sha256.as_deref().and_then(half);
            archive.photos.extend(photo.map(|h| (h, place)));
            archive.scans.extend(keys.scans.iter().filter_map(|(_, sha256)| half(sha256)).map(|h| (h, place)));
            archive.entries.push(Entry { past, person: keys.id_number, photo });
        }
        archive.photos.sort_unstable();
        archive.scans.sort_unstable();
        archive
    }

    /// Adds to each submission what it shares with earlier ones that are not in this run again.
    pub fn add_to(&self, all: &mut BTreeMap<String, SharedWith>, keys: &[CrossKeys]) {
        let mut now: Now<'_> = BTreeMap::new();
        for key in keys {
            now.entry(&key.submission_id).or_default().push(key);
        }
        let near = self.near_but_for(&now);
        let mut groups = Groups::new();
        for key in keys {
            let found = self.earlier_than(key, &now, &near, &mut groups);
            if !found.is_empty() {
                // One id in two batches of this run has one entry.
                let earlier = &mut all.entry(key.submission_id.clone()).or_default().earlier;
                join(&mut earlier.identity, found.identity, self.named, false);
                join(&mut earlier.certificate, found.certificate, self.named, false);
                join(&mut earlier.photo, found.photo, self.named, false);
                for (material, others) in found.scan {
                    join(of_material(&mut earlier.scan, &material), others, self.named, false);
                }
                earlier.scan.sort_by(|a, b| a.0.cmp(&b.0));
            }
        }
    }

    /// What one submission shares with earlier ones.
    pub fn earlier(&self, key: &CrossKeys) -> Earlier {
        self.earlier_than(key, &Now::new(), &self.near, &mut Groups::new())
    }

    fn earlier_than<'a>(&'a self, key: &'a CrossKeys, now: &Now<'_>, near: &PhotoIndex, groups: &mut Groups<'a>) -> Earlier {
        let mut earlier = Earlier::default();
        let person = key.id_number.as_deref();
        let mut others = |value: Value<'a>| {
            let telling = Telling { same_person: matches!(value, Value::Identity(..)), by_person: true, named: self.named };
            let group = groups.entry(value).or_insert_with(|| self.group(value, now));
            owned(group.others(&key.submission_id, person, telling), Past::clone)
        };
        if let (Some(person), Some(plan), true) = (person, &key.plan, key.plan_named) {
            earlier.identity = others(Value::Identity(person, plan));
        }
        if let Some(number) = &key.certificate_number {
            earlier.certificate = others(Value::Certificate(number));
        }
        let photo = key.photo_sha256.as_deref().and_then(half);
        if let Some(hash) = photo {
            earlier.photo = owned(others(Value::Photo(hash)), |p| (p, IDENTICAL.to_owned()));
        }
        for (material, sha256) in &key.scans {
            if let Some(hash) = half(sha256) {
                join(of_material(&mut earlier.scan, material), others(Value::Scan(hash)), self.named, false);
            }
        }
        earlier.scan.retain(|(_, others)| !others.is_empty());
        earlier.scan.sort_by(|a, b| a.0.cmp(&b.0));
        self.add_near(&mut earlier.photo, key, now, near);
        earlier
    }

    /// Adds those with a near photo.
    fn add_near(&self, photo: &mut Others<(Past, String)>, key: &CrossKeys, now: &Now<'_>, near: &PhotoIndex) {
        let own = key.photo_sha256.as_deref().and_then(half);
        let again = |e: &Entry| {
            let at_most = |a: &[u64], b: &[u64]| !a.is_empty() && a.iter().zip(b).all(|(a, b)| (a ^ b).count_ones() <= near.most());
            same_now(e, now).any(|k| k.submission_id != key.submission_id && at_most(&k.photo_hashes, &key.photo_hashes))
        };
        let told = |place: usize| {
            let e = &self.entries[place];
            (own.is_none() || e.photo != own) && is_anothers(e, key) && !again(e)
        };
        let (found, or_more) = near.some_near(&key.photo_hashes, self.of_person(key.id_number.as_deref()), self.counted, told);
        let mut found: Vec<(&Past, u32)> = found.into_iter().map(|(place, distance)| (&self.entries[place].past, distance)).collect();
        found.sort_unstable();
        found.dedup_by(|a, b| same(a.0, b.0));
        found.retain(|(p, _)| !photo.named.iter().any(|(o, _)| same(o, p)));
        let count = found.len() as u64;
        // Equal bytes are certain, so they are named first.
        found.truncate(self.named.saturating_sub(photo.named.len()));
        let named = found.into_iter().map(|(p, distance)| (p.clone(), near_by(distance))).collect();
        join(photo, Others { named, count, or_more }, self.named, true);
    }

    /// Where a person's entries stand.
    fn of_person(&self, person: Option<&str>) -> Range<usize> {
        let Some(person) = person else { return 0..0 };
        let before = |e: &Entry| e.person.as_deref() < Some(person);
        let not_after = |e: &Entry| e.person.as_deref() <= Some(person);
        self.entries.partition_point(before)..self.entries.partition_point(not_after)
    }

    /// The earlier submissions with a value, without those that have it in this run again.
    fn group(&self, value: Value<'_>, now: &Now<'_>) -> Group<'_, &Past> {
        let places: Vec<u32> = match value {
            Value::Identity(person, plan) => self.persons.get(&(person.to_owned(), plan.to_owned())).cloned().unwrap_or_default(),
            Value::Certificate(number) => self.certificates.get(number).cloned().unwrap_or_default(),
            Value::Photo(hash) => equal(&self.photos, hash).collect(),
            Value::Scan(hash) => equal(&self.scans, hash).collect(),
        };
        let gone = places.into_iter().map(|p| &self.entries[p as usize]).filter(|e| !same_now(e, now).any(|k| has(k, value)));
        Group::new(gone.map(|e| (&e.past, e.past.submission_id.as_str(), e.person.as_deref())).collect(), |a, b| same(a, b))
    }

    /// The photos, without those that are in this run again.
    fn near_but_for(&self, now: &Now<'_>) -> PhotoIndex {
        let again = |e: &Entry| e.photo.is_some() && same_now(e, now).any(|k| k.photo_sha256.as_deref().and_then(half) == e.photo);
        let hashes = self.entries.iter().enumerate().map(|(place, e)| if again(e) { &[][..] } else { self.near.of(place) });
        PhotoIndex::new(hashes, self.near.most())
    }
}

/// The submissions of this run that an earlier one is again.
fn same_now<'n>(entry: &'n Entry, now: &'n Now<'n>) -> impl Iterator<Item = &'n CrossKeys> + 'n {
    now.get(entry.past.submission_id.as_str()).into_iter().flatten().copied().filter(|k| is_itself(entry, k))
}

fn has(key: &CrossKeys, value: Value<'_>) -> bool {
    match value {
        Value::Identity(person, plan) => key.plan_named && key.id_number.as_deref() == Some(person) && key.plan.as_deref() == Some(plan),
        Value::Certificate(number) => key.certificate_number.as_deref() == Some(number),
        Value::Photo(hash) => key.photo_sha256.as_deref().and_then(half) == Some(hash),
        Value::Scan(hash) => key.scans.iter().any(|(_, sha256)| half(sha256) == Some(hash)),
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

/// A submission of several earlier runs is told once.
fn same(a: &Past, b: &Past) -> bool {
    (&a.batch, &a.submission_id) == (&b.batch, &b.submission_id)
}

/// 128 of a SHA-256's 256 bits: as good as the whole, and half the memory.
fn half(sha256: &str) -> Option<u128> {
    u128::from_str_radix(sha256.get(..32)?, 16).ok()
}

fn equal(sorted: &[(u128, u32)], hash: u128) -> impl Iterator<Item = u32> + '_ {
    let from = sorted.partition_point(|(h, _)| *h < hash);
    sorted[from..].iter().take_while(move |(h, _)| *h == hash).map(|(_, place)| *place)
}
