//! Finds the submissions of one batch that share a number, a certificate, a photo or a scan.
//! Equal values are grouped in maps and near hashes found by an index, so pairs that share nothing are never compared.
//! Keeps the first few others and their number, never all pairs.

use super::case::value;
use super::group::{Group, Telling, join};
use super::photo_index::PhotoIndex;
use crate::vocabulary::batch::{CrossKeys, Others, SharedWith};
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

/// As [`cross_keys`], from the facts that it needs: the photo's hashes (64 bits, hex) and the certificate's number as
/// read.
pub fn keys(submission: &Submission, photo_hashes: &[String], certificate_number: Option<&str>) -> CrossKeys {
    let registration = submission.registration.as_ref();
    let text = |entry: Option<&str>| entry.map(super::reading::fold).filter(|t| !t.is_empty());
    let plan = registration.and_then(|r| {
        let named = r.plan.as_ref().map(|p| p.raw.trim().to_owned()).filter(|p| !p.is_empty());
        named.or_else(|| Some(format!("{} {}", Registration::text(&r.occupation)?, value(&r.level)?)))
    });
    let certificate = registration.and_then(|r| Registration::text(&r.prior_certificate_number)).or(certificate_number);
    let mut photos = submission.files_of(MaterialKind::Photo).filter_map(|f| f.sha256.clone());
    CrossKeys {
        submission_id: submission.id.clone(),
        id_number: text(registration.and_then(|r| Registration::text(&r.id_number))),
        plan_named: registration.and_then(|r| r.plan.as_ref()).is_some_and(|p| !p.raw.trim().is_empty()),
        plan,
        certificate_number: text(certificate),
        photo_sha256: photos.next(),
        further_photos: photos.collect(),
        photo_hashes: photo_hashes.iter().filter_map(|h| u64::from_str_radix(h, 16).ok()).collect(),
        scans: submission
            .files
            .iter()
            .filter(|f| f.bytes > 0 && f.kind.is_some_and(|k| k != MaterialKind::Photo && k != MaterialKind::Other))
            .filter_map(|f| Some((f.kind?.name().to_owned(), f.sha256.clone()?)))
            .collect(),
    }
}

/// What each submission shares, and with which others; by id. Submissions that share nothing have no entry.
///
/// One person may hand in the same photo, certificate or scan twice. Only two submissions for the *same plan* are
/// `identity`.
pub fn shared(keys: &[CrossKeys], settings: &Settings) -> BTreeMap<String, SharedWith> {
    let named = settings.limits.max_named_others;
    let telling = |same_person| Telling { same_person, by_person: false, named };
    let mut all: BTreeMap<String, SharedWith> = BTreeMap::new();
    let mut each = |group: &Group<'_, &str>, same_person: bool, note: &dyn Fn(&mut SharedWith, Others<String>)| {
        for (id, _, person) in group.members() {
            let others = group.others(id, *person, telling(same_person));
            if !others.is_empty() {
                note(all.entry((*id).to_owned()).or_default(), owned(others, std::borrow::ToOwned::to_owned));
            }
        }
    };
    for group in groups(keys, |k| k.id_number.as_deref().zip(k.plan.as_deref())) {
        each(&group, true, &|shared, others| join(&mut shared.identity, others, named, false));
    }
    for group in groups(keys, |k| k.certificate_number.as_deref()) {
        each(&group, false, &|shared, others| join(&mut shared.certificate, others, named, false));
    }
    for group in groups(keys, |k| k.photo_sha256.iter().chain(&k.further_photos).map(String::as_str)) {
        each(&group, false, &|shared, others| {
            join(&mut shared.photo, owned(others, |id| (id, IDENTICAL.to_owned())), named, false);
        });
    }
    for (material, group) in scan_groups(keys) {
        each(&group, false, &|shared, others| join(of_material(&mut shared.scan, material), others, named, false));
    }
    near_photos(keys, settings, &mut all);
    for shared in all.values_mut() {
        shared.scan.sort_by(|a, b| a.0.cmp(&b.0));
    }
    all
}

/// The entry of a material, added if the list has none.
pub(super) fn of_material<'l, T>(list: &'l mut Vec<(String, Others<T>)>, material: &str) -> &'l mut Others<T> {
    let place = list.iter().position(|(m, _)| m == material).unwrap_or_else(|| {
        list.push((material.to_owned(), Others::default()));
        list.len() - 1
    });
    &mut list[place].1
}

/// Converts each named one into the form in which it is kept.
pub(super) fn owned<T, U>(others: Others<T>, own: impl Fn(T) -> U) -> Others<U> {
    Others { named: others.named.into_iter().map(own).collect(), count: others.count, or_more: others.or_more }
}

/// Groups of two or more submissions that share a value.
fn groups<'k, K: Ord, V: IntoIterator<Item = K>>(
    keys: &'k [CrossKeys],
    values: impl Fn(&'k CrossKeys) -> V,
) -> impl Iterator<Item = Group<'k, &'k str>> {
    let mut by_value: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (i, key) in keys.iter().enumerate() {
        for value in values(key) {
            let members = by_value.entry(value).or_default();
            // the same photo twice in one submission is one member
            if members.last() != Some(&i) {
                members.push(i);
            }
        }
    }
    by_value.into_values().filter(|g| g.len() > 1).map(|g| group(keys, g))
}

fn group(keys: &[CrossKeys], places: Vec<usize>) -> Group<'_, &str> {
    let entry =
        |i: usize| (keys[i].submission_id.as_str(), keys[i].submission_id.as_str(), keys[i].id_number.as_deref());
    Group::new(places.into_iter().map(entry).collect(), |a, b| a == b)
}

/// Groups of submissions with equal bytes in any material, each with the first one's material.
fn scan_groups(keys: &[CrossKeys]) -> impl Iterator<Item = (&str, Group<'_, &str>)> {
    let mut by_hash: BTreeMap<&str, (&str, Vec<usize>)> = BTreeMap::new();
    for (i, key) in keys.iter().enumerate() {
        for (material, sha256) in &key.scans {
            let entry = by_hash.entry(sha256).or_insert((material, Vec::new()));
            if entry.1.last() != Some(&i) {
                entry.1.push(i);
            }
        }
    }
    by_hash.into_values().filter(|g| g.1.len() > 1).map(|(material, places)| (material, group(keys, places)))
}

/// Adds photos within a few bits of each other in every hash that both have, unless their bytes are equal. Each
/// *picture* is looked up once, however many submissions have it.
fn near_photos(keys: &[CrossKeys], settings: &Settings, all: &mut BTreeMap<String, SharedWith>) {
    let named = settings.limits.max_named_others;
    let telling = Telling { same_person: false, by_person: false, named };
    let mut pictures: BTreeMap<(&Option<String>, &[u64]), Vec<usize>> = BTreeMap::new();
    for (i, key) in keys.iter().enumerate().filter(|(_, k)| !k.photo_hashes.is_empty()) {
        pictures.entry((&key.photo_sha256, &key.photo_hashes)).or_default().push(i);
    }
    let mut pictures: Vec<_> =
        pictures.into_iter().map(|((sha256, hashes), places)| (sha256, hashes, group(keys, places))).collect();
    // Those of one person stand together, so that whoever looks for other persons' passes over them at once.
    pictures.sort_by_key(|(.., group)| group.only_person());
    let index = PhotoIndex::new(pictures.iter().map(|p| p.1), settings.photo.duplicate_distance);
    for (place, (sha256, hashes, group)) in pictures.iter().enumerate() {
        let own = group.only_person();
        let passed = own.map_or(0..0, |p| {
            pictures.partition_point(|o| o.2.only_person() < Some(p))
                ..pictures.partition_point(|o| o.2.only_person() <= Some(p))
        });
        // Without a hash of its bytes nobody knows whether two are the same file.
        let other = |o: usize| {
            if o == place {
                sha256.is_none() && group.members().len() > 1
            } else {
                sha256.is_none() || pictures[o].0 != *sha256
            }
        };
        let (near, or_more) = index.some_near(hashes, passed, settings.limits.max_near_photos, other);
        for (id, _, person) in group.members() {
            let (mut found, mut count): (Vec<(&str, u32)>, u64) = (Vec::new(), 0);
            for (o, distance) in &near {
                let there = pictures[*o].2.others(id, *person, telling);
                count += there.count;
                found.extend(there.named.into_iter().map(|id| (id, *distance)));
            }
            let whole = found.len() as u64 == count;
            found.sort_unstable();
            found.dedup_by_key(|f| f.0);
            if !found.is_empty() {
                let photo = &mut all.entry((*id).to_owned()).or_default().photo;
                // An id that stands in two batches may be near and identical.
                found.retain(|(id, _)| !photo.named.iter().any(|(o, _)| o == id));
                let count = if whole { found.len() as u64 } else { count };
                // Equal bytes are certain, so they are named first.
                found.truncate(named.saturating_sub(photo.named.len()));
                let near = found.into_iter().map(|(id, distance)| (id.to_owned(), near_by(distance))).collect();
                join(photo, Others { named: near, count, or_more }, named, true);
            }
        }
    }
}

/// How a near photo is described.
pub(super) fn near_by(distance: u32) -> String {
    format!("distance {distance} of 64")
}
