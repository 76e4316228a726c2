//! A fixed piece of work that no change of the tool can make faster or slower: its time says how fast the machine is in
//! this run.

use divan::{Bencher, black_box};

/// Three box blurs and a sort over a megapixel of fixed noise.
#[divan::bench(sample_count = 9, sample_size = 1)]
fn reference(bencher: Bencher) {
    let noise: Vec<u8> = (0..1_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    bencher.bench_local(|| work(black_box(&noise)));
}

fn work(noise: &[u8]) -> u64 {
    let mut picture = noise.to_vec();
    for _ in 0..3 {
        let mut sum: u32 = picture[..16].iter().map(|v| u32::from(*v)).sum();
        for i in 16..picture.len() {
            sum = sum + u32::from(picture[i]) - u32::from(picture[i - 16]);
            picture[i - 8] = (sum / 16) as u8;
        }
    }
    let mut keys: Vec<u32> =
        picture.iter().zip(noise).map(|(a, b)| (u32::from(*a) << 8 | u32::from(*b)).wrapping_mul(40_503)).collect();
    keys.sort_unstable();
    keys.iter().step_by(1000).map(|k| u64::from(*k)).sum()
}
