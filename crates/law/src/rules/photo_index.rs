//! From perceptual hashes to those within a few bits of a given one, without comparing all with all.
//! Multi-index hashing (Norouzi, Punjani, Fleet 2012): what differs in at most `most` bits agrees in at least one of
//! `most + 1` bands.

use std::ops::Range;

/// An index over the first hash of every photo; the others only confirm.
#[derive(Debug)]
pub struct PhotoIndex {
    /// Bits (of 64) by which two hashes may differ.
    most: u32,
    /// The hashes of all photos in one array, and the start of each photo's; `starts` has one entry more than there are
    /// photos.
    hashes: Vec<u64>,
    starts: Vec<u32>,
    bands: Vec<Band>,
}

/// Bits of a band that are looked up: 2^16 buckets are 256 KB a band.
const WIDEST: u32 = 16;

/// The photos by the value of one band of their first hash.
#[derive(Debug)]
struct Band {
    shift: u32,
    mask: u64,
    /// The start of each value's part of `members`; one entry more than there are values.
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl PhotoIndex {
    /// Photos are numbered from 0 in the order given; one without a hash is near no other.
    pub fn new<'h>(photos: impl IntoIterator<Item = &'h [u64]>, most: u32) -> Self {
        let (mut hashes, mut starts) = (Vec::new(), vec![0]);
        for photo in photos {
            hashes.extend_from_slice(photo);
            starts.push(place(hashes.len()));
        }
        let count = (most + 1).min(64);
        let mut index = Self { most, hashes, starts, bands: Vec::new() };
        index.bands = (0..count).map(|band| index.band(band * 64 / count, (band + 1) * 64 / count)).collect();
        index
    }

    /// Photos within the distance in every hash that both have: number and distance of the first hash, in order of
    /// number. Leaves out the range `passed` and whatever is not `wanted`. Stops after `limit` photos and then returns
    /// `true`, since there may be more: if all photos are alike, finding all for each would take the square of their
    /// number.
    pub fn some_near(
        &self,
        hashes: &[u64],
        passed: Range<usize>,
        limit: usize,
        wanted: impl Fn(usize) -> bool,
    ) -> (Vec<(usize, u32)>, bool) {
        let Some(first) = hashes.first() else { return (Vec::new(), false) };
        let (mut found, mut more) = (Vec::new(), false);
        'bands: for (number, band) in self.bands.iter().enumerate() {
            let bucket = band.bucket(*first);
            let from = bucket.partition_point(|m| (*m as usize) < passed.start);
            let to = bucket.partition_point(|m| (*m as usize) < passed.end).max(from);
            for member in bucket[..from].iter().chain(&bucket[to..]) {
                let photo = *member as usize;
                let own = self.of(photo);
                let near = own.iter().zip(hashes).all(|(a, b)| (a ^ b).count_ones() <= self.most);
                // What agrees in several bands is found in the first of them.
                if near && !self.bands[..number].iter().any(|b| b.value(own[0]) == b.value(*first)) && wanted(photo) {
                    if found.len() >= limit {
                        more = true;
                        break 'bands;
                    }
                    found.push((photo, (own[0] ^ first).count_ones()));
                }
            }
        }
        found.sort_unstable();
        (found, more)
    }

    fn of(&self, photo: usize) -> &[u64] {
        &self.hashes[self.starts[photo] as usize..self.starts[photo + 1] as usize]
    }

    /// Builds both arrays by a counting sort.
    fn band(&self, from: u32, to: u32) -> Band {
        let width = (to - from).min(WIDEST);
        let mut band =
            Band { shift: from, mask: (1 << width) - 1, starts: vec![0; (1 << width) + 1], members: Vec::new() };
        let firsts = || (0..self.starts.len() - 1).filter_map(|photo| Some((photo, *self.of(photo).first()?)));
        for (_, hash) in firsts() {
            let value = band.value(hash);
            band.starts[value + 1] += 1;
        }
        for value in 1..band.starts.len() {
            band.starts[value] += band.starts[value - 1];
        }
        let mut next = band.starts.clone();
        band.members = vec![0; next.last().map_or(0, |n| *n as usize)];
        for (photo, hash) in firsts() {
            let value = band.value(hash);
            band.members[next[value] as usize] = place(photo);
            next[value] += 1;
        }
        band
    }
}

impl Band {
    fn value(&self, hash: u64) -> usize {
        ((hash >> self.shift) & self.mask) as usize
    }

    fn bucket(&self, hash: u64) -> &[u32] {
        let value = self.value(hash);
        &self.members[self.starts[value] as usize..self.starts[value + 1] as usize]
    }
}

/// Positions take four bytes: 2^32 hashes would be 32 GB.
fn place(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
