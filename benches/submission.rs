//! The way of a document: decoding, making flat, the table's lines, judging, and one whole submission; on pictures of
//! the demonstration batch.

mod reference;

use divan::Bencher;
use jiff::civil::{Date, date};
use std::fs;
use std::path::{Path, PathBuf};
use yushen::inspect::page::{quad, rectified::RectifiedPage, ruling};
use yushen::inspect::picture;
use yushen::run::request::{Computing, Engine, GivenFiles, ReadOptions, RunRequest, SecondReading};
use yushen::run::stages::Stages;
use yushen::run::tools::{Opened, Tools as _};
use yushen::vocabulary::batch::SharedWith;
use yushen::vocabulary::submission::Submission;

const AS_OF: Date = date(2026, 11, 22);
/// A form photographed with a phone, its letter, and the rest of the submission.
const SUBMISSION: &str = "20245700002";
/// Pixels to which the reader reduces a form.
const FORM_PIXELS: u32 = 5_000_000;

fn main() {
    divan::main();
}

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/batch")
}

fn opened() -> Opened {
    let read = ReadOptions { engine: Engine::Ppocr, second_reading: SecondReading::Auto, runtime: Computing::Auto };
    let request = RunRequest {
        batches: vec![demo()],
        out: "unused".into(),
        rules: None,
        aliases: None,
        given: GivenFiles::default(),
        pack: None,
        read,
        quiet: true,
    };
    Stages.open(&request, AS_OF).expect("the demonstration batch opens")
}

fn submission(opened: &mut Opened) -> Submission {
    let at = opened.batches[0].submissions.iter().position(|s| s.id == SUBMISSION).expect("it is in the batch");
    let mut submission = opened.batches[0].submissions.swap_remove(at);
    opened.reader.hash(0, &mut submission).expect("its files can be hashed");
    submission
}

fn form() -> Vec<u8> {
    fs::read(demo().join(SUBMISSION).join("申报表.jpg")).expect("a form")
}

fn decoded() -> image::GrayImage {
    let bytes = form();
    let opened = yushen::packs::embedded().expect("the built-in rules");
    let pages = picture::open(&bytes, &opened.settings.limits).expect("a picture");
    pages[0].luma(FORM_PIXELS).expect("decodes").pixels
}

#[divan::bench(sample_count = 9, sample_size = 1)]
fn decode_a_form(bencher: Bencher) {
    let (bytes, rules) = (form(), yushen::packs::embedded().expect("the built-in rules"));
    bencher.bench_local(|| {
        picture::open(&bytes, &rules.settings.limits).map(|pages| pages[0].luma(FORM_PIXELS).map(|l| l.fraction))
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn rectify_a_form(bencher: Bencher) {
    let pixels = decoded();
    bencher.bench_local(|| RectifiedPage::cut(&pixels, &quad::find(&pixels), 0, 1.0).image.len());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn find_the_table(bencher: Bencher) {
    let pixels = decoded();
    let flat = RectifiedPage::cut(&pixels, &quad::find(&pixels), 0, 1.0);
    bencher.bench_local(|| ruling::find(&flat.image));
}

#[divan::bench(sample_count = 2, sample_size = 1)]
fn read_a_submission(bencher: Bencher) {
    let mut all = opened();
    let submission = submission(&mut all);
    bencher.bench_local(|| all.reader.read(0, &submission, &[]));
}

#[divan::bench(sample_count = 50)]
fn evaluate_all_rules(bencher: Bencher) {
    let mut all = opened();
    let submission = submission(&mut all);
    let documents = all.reader.read(0, &submission, &[]).expect("it is read").documents;
    let shared = SharedWith::default();
    let register = all.judge.register(0, &documents);
    bencher.bench_local(|| all.judge.judge(&submission, &documents, &register, &shared));
}
