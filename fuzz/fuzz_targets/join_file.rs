#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::run("join_file", data));
