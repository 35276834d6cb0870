//! The media bar page and its scripts, built into the binary from `src/web`. A path names a file exactly or nothing.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "src/web/"]
struct Web;

/// Any path that no route has: a file of the page (`index.html` at `/`), or nothing.
pub(super) async fn any(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = match uri.path() {
        "/" => "index.html",
        path => path.trim_start_matches('/'),
    };
    match (Web::get(path).filter(|_| !is_hidden(path)), method) {
        (None, _) => (StatusCode::NOT_FOUND, "not found\n").into_response(),
        (Some(found), Method::GET | Method::HEAD) => file(&found, &headers),
        (Some(_), _) => (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")], "only GET and HEAD\n").into_response(),
    }
}

fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}

fn file(file: &EmbeddedFile, request: &HeaderMap) -> Response {
    let etag = etag(file);
    let is_known = request.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok()).is_some_and(|known| names(known, &etag));
    let status = if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let body = if is_known { Vec::new().into() } else { file.data.clone() };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    if let Ok(mime) = HeaderValue::from_str(&content_type(file)) {
        headers.insert(header::CONTENT_TYPE, mime);
    }
    // Kept by the browser, but asked about each time: a new release shows at once.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn content_type(file: &EmbeddedFile) -> String {
    let mime = file.metadata.mimetype();
    if mime.starts_with("text/") { format!("{mime}; charset=utf-8") } else { mime.to_owned() }
}

fn etag(file: &EmbeddedFile) -> String {
    use std::fmt::Write as _;
    file.metadata.sha256_hash().iter().take(16).fold(String::from("\""), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    }) + "\""
}

/// Whether an If-None-Match list holds the tag.
fn names(list: &str, etag: &str) -> bool {
    list.split(',').any(|known| matches!(known.trim(), "*") || known.trim().trim_start_matches("W/") == etag)
}
