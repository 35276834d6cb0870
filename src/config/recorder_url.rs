//! The address of a recording: where placeholders may stand.

/// What may stand in it.
const PLACEHOLDERS: [&str; 4] = ["callKeyDay", "callKeyCallId", "guid", "recordingId"];

/// What is wrong with an address; none: nothing. No placeholder is in the host: no recording decides whom we ask.
pub(super) fn mistake(pattern: &str) -> Option<&'static str> {
    let (scheme, rest) = pattern.split_once("://").unwrap_or_default();
    if scheme != "http" && scheme != "https" {
        return Some("expected http://… or https://…");
    }
    if !pattern.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some("there are blanks or letters in it that stand in no address");
    }
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if host.is_empty() || host.contains(['{', '}', '@', '\\']) {
        return Some("the host must stand there as it is, without a user");
    }
    let mut remaining = path;
    let mut count = 0;
    while let Some((_, after)) = remaining.split_once('{') {
        let Some((word, after)) = after.split_once('}') else { return Some("a { without its }") };
        if !PLACEHOLDERS.contains(&word) {
            return Some("knows {callKeyDay}, {callKeyCallId}, {guid} and {recordingId} only");
        }
        count += 1;
        remaining = after;
    }
    (count == 0).then_some("needs a placeholder: all recordings would have the same address")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_addresses_with_known_places() {
        assert_eq!(mistake("http://127.0.0.1:9000/{guid}.wav"), None);
        assert_eq!(mistake("https://rec.example/get?day={callKeyDay}&call={callKeyCallId}&n={recordingId}"), None);
        for bad in [
            "rec/{guid}",
            "ftp://rec/{guid}",
            "http://{guid}/x",
            "http://rec/{uuid}",
            "http://rec/{guid",
            "http://rec/all",
            "http://a@rec/{guid}",
            "http://rec/a b/{guid}",
            "http:///{guid}",
        ] {
            assert!(mistake(bad).is_some(), "{bad}");
        }
    }
}
