//! Copies the files of Vestibule that a host serves beside its own into the folder `vestibule`.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let crate_folder = PathBuf::from(env::var_os("DEP_VESTIBULE_ROOT").unwrap_or_default());
    let folder = Path::new("vestibule");
    fs::create_dir_all(folder)?;
    for file in [
        "callback.html",
        "logout.html",
        "src/boot.js",
        "src/callback.js",
        "src/logout.js",
        "style/callback.css",
        "style/vestibule.css",
    ] {
        let source = crate_folder.join(file);
        let name = source.file_name().unwrap_or_default().to_owned();
        fs::copy(source, folder.join(name))?;
    }
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
