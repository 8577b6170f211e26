//! Bakes the window's configuration, capabilities and icons into the binary.

fn main() {
    tauri_build::build();
}
