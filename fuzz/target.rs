//! Every target of src/fuzz/: the binary's name says which.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| vestibule::fuzz::run(env!("CARGO_BIN_NAME"), input));
