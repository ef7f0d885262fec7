//! Says where the crate is, so that a host's build script can copy the files that it serves (callback
//! page, scripts, stylesheet): there, the folder is in the environment variable `DEP_VESTIBULE_ROOT`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if let Some(folder) = std::env::var_os("CARGO_MANIFEST_DIR") {
        println!("cargo::metadata=root={}", folder.to_string_lossy());
    }
}
