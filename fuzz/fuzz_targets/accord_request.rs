#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::accord_request(data));
