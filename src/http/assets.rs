//! The pages and their scripts, built into the binary from `src/web`: the media bar at `/`, the look at the session history at
//! `/history`. Any other path names a file exactly or nothing.

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any as any_route, get as get_route};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::problem::Problem;

#[derive(RustEmbed)]
#[folder = "src/web/"]
struct Web;

/// Where the page of the session history is.
pub(super) const HISTORY: &str = "/history";

/// Any path that no route has: a file of a page, or nothing.
pub(super) async fn any(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = match uri.path() {
        // Programs read what stands there.
        path if path == "/api" || path.starts_with("/api/") => return Problem::NotFound.into_response(),
        "/" => "index.html",
        HISTORY => "history/index.html",
        // What the page names is relative to the place without the slash.
        "/history/" => return Redirect::permanent(HISTORY).into_response(),
        path => path.trim_start_matches('/'),
    };
    // The tour is for the demo, which has routes of its own for it.
    let found = if is_hidden(path) || path.starts_with("demo/") { None } else { get(path) };
    answer(found, &method, &headers)
}

/// The pages for trying, at `/demo/`. They show the media bar in a frame, which no other page may.
pub(crate) fn tour() -> Router {
    let file = |method: Method, uri: Uri, headers: HeaderMap| async move {
        let path = uri.path().trim_start_matches('/');
        let path = if path == "demo/" { "demo/index.html" } else { path };
        let mut response = answer(if is_hidden(path) { None } else { get(path) }, &method, &headers);
        // The header layer adds what is missing and leaves this one.
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(TOUR_POLICY));
        response
    };
    Router::new()
        .route("/demo", get_route(|| async { Redirect::permanent("/demo/") }))
        .route("/demo/", any_route(file))
        .route("/demo/{*file}", any_route(file))
}

const TOUR_POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; \
                           connect-src 'self' ws: wss:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

fn answer(found: Option<EmbeddedFile>, method: &Method, headers: &HeaderMap) -> Response {
    match (found, method) {
        (None, _) => (StatusCode::NOT_FOUND, "not found\n").into_response(),
        (Some(found), &Method::GET | &Method::HEAD) => file(&found, headers),
        (Some(_), _) => (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")], "only GET and HEAD\n").into_response(),
    }
}

fn get(path: &str) -> Option<EmbeddedFile> {
    if path != GLOBAL {
        return Web::get(path);
    }
    let mut file = Web::get(MODULE)?;
    file.data = plain_script(std::str::from_utf8(&file.data).ok()?)?.into_bytes().into();
    Some(file)
}

/// The client library as an ES module …
const MODULE: &str = "sdk/ctibridge.js";
/// … and as a plain script, for pages without modules.
const GLOBAL: &str = "sdk/ctibridge.global.js";

/// A module without imports, whose exports are one line at its end, as a script that defines `ctibridge`.
fn plain_script(module: &str) -> Option<String> {
    let (body, exports) = module.rsplit_once("\nexport ")?;
    let names = exports.trim_end().strip_suffix(';')?;
    Some(format!("(() => {{\n'use strict';\n{body}\nglobalThis.ctibridge = Object.freeze({names});\n}})();\n"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_script_is_the_module_with_a_global_instead_of_exports() {
        assert_eq!(
            plain_script("const a = 1;\n\nexport { a, b };\n").as_deref(),
            Some("(() => {\n'use strict';\nconst a = 1;\n\nglobalThis.ctibridge = Object.freeze({ a, b });\n})();\n")
        );
        let module = Web::get(MODULE).unwrap();
        let module = std::str::from_utf8(&module.data).unwrap();
        let script = plain_script(module).unwrap();
        assert!(!script.lines().any(|line| line.starts_with("export ") || line.starts_with("import ")), "no module syntax is left");
        assert!(script.contains("Object.freeze({ Bridge,"));
    }
}
