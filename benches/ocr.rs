//! Reading: detection, recognition by line width, and the decoders on a long line's posterior.
//! The pictures are synthetic strokes: the networks cost the same whatever is on them.

mod reference;

use divan::Bencher;
use image::{GrayImage, Luma};
use yushen::ocr::ctc::template::{Charset, Segment, read_template};
use yushen::ocr::ctc::{AlignOptions, align, greedy, rank};
use yushen::ocr::ppocr::PpOcr;
use yushen::ocr::{Engine, Posterior};
use yushen::runtime::Runtime;

fn main() {
    divan::main();
}

fn strokes(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| Luma([if (x / 7 + y / 5) % 5 == 0 && y % 48 > 6 { 30 } else { 230 }]))
}

fn long_line() -> Posterior {
    PpOcr::tiny(&Runtime::Rten).and_then(|e| e.posterior(&strokes(1600, 48))).expect("the embedded model reads")
}

#[divan::bench(args = [320, 640, 960], sample_count = 5, sample_size = 1)]
fn recognise_small(bencher: Bencher, width: u32) {
    let (engine, line) = (PpOcr::small(&Runtime::Rten).expect("embedded"), strokes(width, 48));
    bencher.bench_local(|| engine.recognise(&line));
}

#[divan::bench(args = [320, 640, 960], sample_count = 5, sample_size = 1)]
fn recognise_tiny(bencher: Bencher, width: u32) {
    let (engine, line) = (PpOcr::tiny(&Runtime::Rten).expect("embedded"), strokes(width, 48));
    bencher.bench_local(|| engine.recognise(&line));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn detect_tiny(bencher: Bencher) {
    let (engine, page) = (PpOcr::tiny(&Runtime::Rten).expect("embedded"), strokes(672, 960));
    bencher.bench_local(|| engine.detect(&page));
}

#[divan::bench]
fn greedy_reading(bencher: Bencher) {
    let post = long_line();
    bencher.bench_local(|| greedy(&[&post]));
}

#[divan::bench]
fn align_a_condition(bencher: Bencher) {
    let post = long_line();
    let text = "取得本职业或相关职业四级职业资格证书后，累计从事本职业或相关职业工作满5年（含）".repeat(2);
    bencher.bench_local(|| align(&[&post], &text, AlignOptions::default()));
}

#[divan::bench]
fn rank_40_candidates(bencher: Bencher) {
    let post = long_line();
    let candidates: Vec<String> = (0..40)
        .map(|i| format!("取得本职业或相关职业{i}级证书后，累计从事本职业或相关职业工作{i}年（含）以上"))
        .collect();
    bencher.bench_local(|| rank(&[&post], &candidates));
}

#[divan::bench]
fn read_a_template(bencher: Bencher) {
    let post = long_line();
    let template = [
        Segment::text("本人于"),
        Segment::slot("y", Charset::digits(), 4, 4),
        Segment::text("年"),
        Segment::slot("m", Charset::digits(), 1, 2),
        Segment::text("月，在"),
        Segment::slot("employer", Charset::Any, 0, 60),
        Segment::text("（工作单位），从事"),
        Segment::slot("occupation", Charset::Any, 0, 30),
        Segment::text("（职业、工种），共"),
        Segment::slot("years", Charset::numerals(), 1, 5),
        Segment::text("年。本人承诺以上信息真实有效。"),
    ];
    bencher.bench_local(|| read_template(&[&post, &post, &post], &template));
}
