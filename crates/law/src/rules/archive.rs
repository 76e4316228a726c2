//! Finds the submissions of earlier runs that share a value with one of this run.
//! Uses indexes instead of comparing all pairs; opens no file, and does not decide what a shared value means.
//!
//! A submission of an earlier run is the *same* submission if its id is the same and the identity numbers do not
//! contradict each other: it was handed in again after a rejection, or the same batch was audited again. It is not
//! compared with itself. Under a new id it is the same person, who may hand in the same photo, certificate and scans,
//! as within a batch. Two registrations of one person for one named 认定计划 are flagged: both may have been paid for, and
//! only the office knows which one stands. Plans without a name (occupation and level stand for them) are not compared:
//! an examination may be taken again next year.

use super::group::{Group, Telling, join};
use super::photo_index::PhotoIndex;
use super::shared_values::{IDENTICAL, near_by, of_material, owned};
use crate::vocabulary::batch::{CrossKeys, Earlier, Others, Past, SharedWith};
use crate::vocabulary::settings::Settings;
use std::collections::BTreeMap;

/// Earlier submissions by the values that may be shared. Takes about 600 bytes for a submission with six materials.
#[derive(Debug)]
pub struct Archive {
    entries: Vec<Entry>,
    /// By identity number and plan.
    persons: BTreeMap<(String, String), Vec<u32>>,
    certificates: BTreeMap<String, Vec<u32>>,
    /// By the first half of the content hash, sorted.
    photos: Vec<(u128, u32)>,
    scans: Vec<(u128, u32)>,
    /// Bits by which two photos may differ.
    distance: u32,
    named: usize,
    counted: usize,
}

#[derive(Debug)]
struct Entry {
    past: Past,
    /// Identity number.
    person: Option<String>,
    photo: Option<u128>,
    photo_hashes: Box<[u64]>,
}

/// An archive compared with one run. Leaves out earlier submissions that are part of this run again: those are compared
/// within the run.
pub struct Beside<'a> {
    archive: &'a Archive,
    /// This run's submissions by id.
    now: BTreeMap<&'a str, Vec<&'a CrossKeys>>,
    /// Each *picture* once, those of one person together, so that they can be skipped as one range.
    pictures: Vec<Picture<'a>>,
    index: PhotoIndex,
    /// Large groups, built once each.
    groups: BTreeMap<Value, Group<'a, &'a Past>>,
}

/// A photo's content, and the earlier submissions that have it.
struct Picture<'a> {
    photo: Option<u128>,
    hashes: &'a [u64],
    group: Group<'a, &'a Past>,
}

/// A value that submissions may have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    /// Number and plan.
    Identity((String, String)),
    Certificate(String),
    Photo(u128),
    Scan(u128),
}

/// Groups of this size or more are kept: to build one for each of its members would take the square of their number.
const LARGE: usize = 16;

impl Archive {
    pub fn new(submissions: Vec<(Past, CrossKeys)>, settings: &Settings) -> Self {
        let mut archive = Self {
            entries: Vec::with_capacity(submissions.len()),
            persons: BTreeMap::new(),
            certificates: BTreeMap::new(),
            photos: Vec::new(),
            scans: Vec::new(),
            distance: settings.photo.duplicate_distance,
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
            archive.entries.push(Entry { past, person: keys.id_number, photo, photo_hashes: keys.photo_hashes.into() });
        }
        archive.photos.sort_unstable();
        archive.scans.sort_unstable();
        archive
    }

    /// Adds to each submission what it shares with earlier ones, except those that are part of this run again.
    pub fn add_to(&self, all: &mut BTreeMap<String, SharedWith>, keys: &[CrossKeys]) {
        let mut beside = self.beside(keys);
        for key in keys {
            let found = beside.earlier(key);
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

    /// Prepares the comparison with a run's submissions.
    pub fn beside<'a>(&'a self, keys: &'a [CrossKeys]) -> Beside<'a> {
        let mut now: BTreeMap<&str, Vec<&CrossKeys>> = BTreeMap::new();
        for key in keys {
            now.entry(&key.submission_id).or_default().push(key);
        }
        let near =
            |a: &[u64], b: &[u64]| !a.is_empty() && a.iter().zip(b).all(|(a, b)| (a ^ b).count_ones() <= self.distance);
        let again = |e: &Entry| {
            itself(e, &now).any(|k| {
                near(&k.photo_hashes, &e.photo_hashes)
                    || (e.photo.is_some() && k.photo_sha256.as_deref().and_then(half) == e.photo)
            })
        };
        let mut by_picture: BTreeMap<(Option<u128>, &[u64]), Vec<&Entry>> = BTreeMap::new();
        for entry in self.entries.iter().filter(|e| !e.photo_hashes.is_empty() && !again(e)) {
            by_picture.entry((entry.photo, &entry.photo_hashes)).or_default().push(entry);
        }
        let mut pictures: Vec<Picture<'_>> = by_picture
            .into_iter()
            .map(|((photo, hashes), entries)| Picture { photo, hashes, group: group(entries) })
            .collect();
        pictures.sort_by_key(|p| p.group.only_person());
        let index = PhotoIndex::new(pictures.iter().map(|p| p.hashes), self.distance);
        Beside { archive: self, now, pictures, index, groups: BTreeMap::new() }
    }

    fn places(&self, value: &Value) -> Vec<u32> {
        match value {
            Value::Identity(person_and_plan) => self.persons.get(person_and_plan).cloned().unwrap_or_default(),
            Value::Certificate(number) => self.certificates.get(number).cloned().unwrap_or_default(),
            Value::Photo(hash) => equal(&self.photos, *hash).collect(),
            Value::Scan(hash) => equal(&self.scans, *hash).collect(),
        }
    }
}

impl Beside<'_> {
    /// What one submission shares with earlier ones.
    pub fn earlier(&mut self, key: &CrossKeys) -> Earlier {
        let named = self.archive.named;
        let mut earlier = Earlier::default();
        if let (Some(person), Some(plan), true) = (&key.id_number, &key.plan, key.plan_named) {
            earlier.identity = self.others(key, Value::Identity((person.clone(), plan.clone())));
        }
        if let Some(number) = &key.certificate_number {
            earlier.certificate = self.others(key, Value::Certificate(number.clone()));
        }
        if let Some(hash) = key.photo_sha256.as_deref().and_then(half) {
            earlier.photo = owned(self.others(key, Value::Photo(hash)), |p| (p, IDENTICAL.to_owned()));
        }
        for (material, sha256) in &key.scans {
            if let Some(hash) = half(sha256) {
                join(of_material(&mut earlier.scan, material), self.others(key, Value::Scan(hash)), named, false);
            }
        }
        earlier.scan.retain(|(_, others)| !others.is_empty());
        earlier.scan.sort_by(|a, b| a.0.cmp(&b.0));
        self.add_near(&mut earlier.photo, key);
        earlier
    }

    fn others(&mut self, key: &CrossKeys, value: Value) -> Others<Past> {
        let telling =
            Telling { same_person: matches!(value, Value::Identity(_)), by_person: true, named: self.archive.named };
        let told = |group: &Group<'_, &Past>| {
            owned(group.others(&key.submission_id, key.id_number.as_deref(), telling), Past::clone)
        };
        if let Some(group) = self.groups.get(&value) {
            return told(group);
        }
        let places = self.archive.places(&value);
        let gone = places
            .iter()
            .map(|p| &self.archive.entries[*p as usize])
            .filter(|e| !itself(e, &self.now).any(|k| has(k, &value)));
        let group = group(gone);
        let others = told(&group);
        if places.len() >= LARGE {
            self.groups.insert(value, group);
        }
        others
    }

    /// Adds those with a near photo.
    fn add_near(&self, photo: &mut Others<(Past, String)>, key: &CrossKeys) {
        let (own, person) = (key.photo_sha256.as_deref().and_then(half), key.id_number.as_deref());
        let passed = person.map_or(0..0, |p| {
            self.pictures.partition_point(|o| o.group.only_person() < Some(p))
                ..self.pictures.partition_point(|o| o.group.only_person() <= Some(p))
        });
        let telling = Telling { same_person: false, by_person: true, named: self.archive.named };
        let others = |place: usize| self.pictures[place].group.others(&key.submission_id, person, telling);
        let wanted = |place: usize| (own.is_none() || self.pictures[place].photo != own) && !others(place).is_empty();
        let (places, or_more) = self.index.some_near(&key.photo_hashes, passed, self.archive.counted, wanted);
        let (mut found, mut count): (Vec<(&Past, u32)>, u64) = (Vec::new(), 0);
        for (place, distance) in places {
            let there = others(place);
            count += there.count;
            found.extend(there.named.into_iter().map(|p| (p, distance)));
        }
        let whole = found.len() as u64 == count;
        found.sort_unstable();
        found.dedup_by(|a, b| same(a.0, b.0));
        found.retain(|(p, _)| !photo.named.iter().any(|(o, _)| same(o, p)));
        let count = if whole { found.len() as u64 } else { count };
        // Equal bytes are certain, so they are named first.
        found.truncate(self.archive.named.saturating_sub(photo.named.len()));
        let named = found.into_iter().map(|(p, distance)| (p.clone(), near_by(distance))).collect();
        join(photo, Others { named, count, or_more }, self.archive.named, true);
    }
}

fn group<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Group<'a, &'a Past> {
    Group::new(
        entries.into_iter().map(|e| (&e.past, e.past.submission_id.as_str(), e.person.as_deref())).collect(),
        |a, b| same(a, b),
    )
}

/// The submissions of this run that are the same as an earlier one.
fn itself<'n>(
    entry: &'n Entry,
    now: &'n BTreeMap<&str, Vec<&'n CrossKeys>>,
) -> impl Iterator<Item = &'n CrossKeys> + 'n {
    now.get(entry.past.submission_id.as_str()).into_iter().flatten().copied().filter(|k| is_itself(entry, k))
}

fn has(key: &CrossKeys, value: &Value) -> bool {
    match value {
        Value::Identity((person, plan)) => {
            key.plan_named && key.id_number.as_ref() == Some(person) && key.plan.as_ref() == Some(plan)
        }
        Value::Certificate(number) => key.certificate_number.as_ref() == Some(number),
        Value::Photo(hash) => key.photo_sha256.as_deref().and_then(half) == Some(*hash),
        Value::Scan(hash) => key.scans.iter().any(|(_, sha256)| half(sha256) == Some(*hash)),
    }
}

/// The same submission, handed in again or audited again.
fn is_itself(entry: &Entry, key: &CrossKeys) -> bool {
    let contradict = matches!((&entry.person, &key.id_number), (Some(a), Some(b)) if a != b);
    entry.past.submission_id == key.submission_id && !contradict
}

/// A submission that stands in several earlier runs counts once.
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
