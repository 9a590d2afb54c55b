#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::run("handbook_pack", data));
