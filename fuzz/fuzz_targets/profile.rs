#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kinde_fuzz::profile::check(data));
