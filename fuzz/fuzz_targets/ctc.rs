#![no_main]

#[path = "../targets.rs"]
#[allow(dead_code)] // one target of six
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::ctc(data));
