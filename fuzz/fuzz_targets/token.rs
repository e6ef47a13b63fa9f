#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kinde_fuzz::jwt::token(data));
