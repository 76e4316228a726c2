//! The fuzz targets, each briefly and with any toolchain: the seeds of `fuzz/corpus`, and changes of them drawn from a
//! fixed seed.
//! A panic fails the test; what libFuzzer finds by looking inside is its own affair (CONTRIBUTING.md).

#[path = "../fuzz/targets.rs"]
mod targets;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Runs of each target beside its seeds: ten seconds in all in a test build. `YUSHEN_FUZZ_TIMES=100` does a hundred
/// times as many.
const RUNS: [(&str, usize); 6] =
    [("table", 1000), ("packs", 200), ("picture", 2000), ("archive", 1000), ("numbers", 20_000), ("ctc", 300)];

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % n.max(1)
    }
}

/// One to eight changes: a byte flipped or set, a piece cut off, taken out, doubled, or taken from another seed.
fn changed(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut data = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(8) {
        let at = random.below(data.len());
        let to = (at + 1 + random.below(64)).min(data.len());
        match random.below(6) {
            _ if data.is_empty() => data.push(b'0'),
            0 => data[at] ^= 1 << random.below(8),
            1 => data[at] = [0, 0xff, 0x7f, b'"', b'\n', b'9'][random.below(6)],
            2 => data.truncate(at),
            3 => drop(data.drain(at..to)),
            4 => {
                let piece = data[at..to].to_vec();
                data.splice(at..at, piece);
            }
            _ => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len());
                let piece = other[from..(from + 32).min(other.len())].to_vec();
                data.splice(at..at, piece);
            }
        }
    }
    data
}

#[test]
fn nothing_that_strangers_send_makes_a_panic() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let times = std::env::var("YUSHEN_FUZZ_TIMES").map_or(1, |t| t.parse::<usize>().unwrap());
    let mut failed = Vec::new();
    for ((name, target), (same, runs)) in targets::ALL.into_iter().zip(RUNS) {
        assert_eq!(name, same);
        let mut files: Vec<_> = fs::read_dir(corpus.join(name)).unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        let mut seeds: Vec<Vec<u8>> = files.iter().map(|f| fs::read(f).unwrap()).collect();
        if name == "packs" {
            // every file of the rules as it is
            seeds.extend(
                yushen::packs::embedded_files()
                    .iter()
                    .zip(0u8..)
                    .map(|((_, text), i)| [&[i][..], text.as_bytes()].concat()),
            );
        }
        assert!(seeds.len() >= 3, "{name} has {} seeds", seeds.len());
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let rounds = seeds.len() + runs * times;
        for round in 0..rounds {
            let data = seeds.get(round).cloned().unwrap_or_else(|| changed(&seeds, &mut random));
            if catch_unwind(AssertUnwindSafe(|| target(&data))).is_err() {
                let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}-{round}"));
                fs::write(&kept, &data).unwrap();
                failed.push(kept);
            }
        }
    }
    assert!(failed.is_empty(), "panics; what made them is in {failed:?}");
}
