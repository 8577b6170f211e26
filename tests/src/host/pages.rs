//! The built interface, under the content security policy of design.md §6.

use std::path::{Component, Path, PathBuf};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The window's policy but for its line to Rust, which is HTTP here.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                                 font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

/// A file of the interface.
pub(super) async fn page(folder: &Path, path: &str) -> Response {
    let Some(file) = file_of(folder, path) else { return StatusCode::NOT_FOUND.into_response() };
    let Ok(bytes) = tokio::fs::read(&file).await else { return StatusCode::NOT_FOUND.into_response() };
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(type_of(&file)));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    answer
}

/// Where a path leads inside `folder`; `None` for one that would lead out of it.
fn file_of(folder: &Path, path: &str) -> Option<PathBuf> {
    let path = path.trim_start_matches('/');
    let path = Path::new(if path.is_empty() { "index.html" } else { path });
    path.components().all(|part| matches!(part, Component::Normal(_))).then(|| folder.join(path))
}

fn type_of(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        for (path, found) in [
            ("/", Some("ui/index.html")),
            ("/assets/index.js", Some("ui/assets/index.js")),
            ("/../secret", None),
            ("/assets/../../secret", None),
            ("//etc/passwd", Some("ui/etc/passwd")),
        ] {
            assert_eq!(file_of(Path::new("ui"), path).as_deref(), found.map(Path::new), "{path}");
        }
    }
}
