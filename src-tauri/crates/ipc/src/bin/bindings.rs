//! Writes `ui/src/bindings/index.ts`.

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/bindings");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("index.ts"), ipc::bindings::typescript())
}
