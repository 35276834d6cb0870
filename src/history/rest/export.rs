//! Lists as streams: NDJSON and CSV, read page by page behind the body, so that a million sessions need no more memory than
//! one page. A client that hangs up drops the body and with it the next query.

use std::fmt::Write as _;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use super::super::query::Request;
use super::super::render::{SessionModel, View};
use super::super::store::{Store, StoreError};
use super::{Rest, shown};
use crate::auth::Identity;

/// Sessions of one page.
const PAGE: i64 = 500;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One JSON object a line.
    NdJson,
    /// A table.
    Csv,
}

impl Form {
    /// The form that the Accept header names; none: JSON.
    pub(super) fn wanted(accept: &str) -> Option<Self> {
        accept.split(',').map(|part| part.split(';').next().unwrap_or_default().trim()).find_map(|kind| match kind {
            "application/x-ndjson" => Some(Self::NdJson),
            "text/csv" => Some(Self::Csv),
            _ => None,
        })
    }
}

/// How far a stream has come.
struct Progress {
    /// Who reads it.
    who: Identity,
    rest: Rest,
    store: Store,
    request: Request,
    form: Form,
    /// How many are still to come; none: all.
    left: Option<i64>,
    offset: i64,
    has_head: bool,
    /// How many were read.
    count: u64,
    is_over: bool,
}

/// A body that goes before its end was not read to the end.
impl Drop for Progress {
    fn drop(&mut self) {
        if !self.is_over {
            self.rest.telemetry.history.export_cut_off(self.count);
        }
    }
}

/// The sessions that the request lets through, all of them unless it has a limit.
pub(super) fn stream(rest: Rest, store: Store, request: Request, form: Form, who: Identity) -> Response {
    let (left, offset) = (request.is_limited.then_some(request.limit), request.offset);
    let start = Progress { who, rest, store, request, form, left, offset, has_head: false, count: 0, is_over: false };
    let pages = stream::try_unfold(start, |mut progress| async move {
        if progress.is_over {
            return Ok(None);
        }
        match progress.page().await {
            Ok(text) => Ok(Some((Bytes::from(text), progress))),
            Err(error) => {
                // The body breaks off: whoever reads it sees that it is not whole.
                progress.is_over = true;
                progress.rest.telemetry.history.read_failed(&error);
                Err(error)
            }
        }
    });
    let (kind, file) = match form {
        Form::NdJson => ("application/x-ndjson", "sessions.ndjson"),
        Form::Csv => ("text/csv; charset=utf-8", "sessions.csv"),
    };
    let disposition = format!("attachment; filename=\"{file}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], Body::from_stream(pages)).into_response()
}

impl Progress {
    async fn page(&mut self) -> Result<String, StoreError> {
        let size = self.left.map_or(PAGE, |left| left.min(PAGE));
        let sessions = self.store.search(&self.request.filter, size, self.offset).await?;
        self.offset = 0; // from here on the place is known
        self.rest.telemetry.history.exported(sessions.len());
        self.count += sessions.len() as u64;
        let count = i64::try_from(sessions.len()).unwrap_or(i64::MAX);
        self.left = self.left.map(|left| left.saturating_sub(count));
        self.is_over = count < size || self.left == Some(0);
        if let Some(last) = sessions.last() {
            self.request.filter = std::mem::take(&mut self.request.filter).behind(last.created, last.id);
        }
        let view = View {
            as_of: self.rest.clock.now().wall,
            is_verbose: self.request.verbose,
            recorder: self.rest.recorder.as_deref(),
            company_id: self.rest.company_id,
        };
        let mut text = String::new();
        if self.form == Form::Csv && !self.has_head {
            text.push_str(HEAD);
        }
        self.has_head = true;
        for session in sessions {
            let model = SessionModel::new(&shown(&self.who, session), &view);
            match self.form {
                Form::NdJson => {
                    text.push_str(&serde_json::to_string(&model)?);
                    text.push('\n');
                }
                Form::Csv => line(&mut text, &model),
            }
        }
        Ok(text)
    }
}

/// The columns that fit into a table.
const HEAD: &str = "id,created,guestJoined,started,ended,status,source,direction,phoneCallbackNumber,directCallNumber,waited,length,operators,terminationReason\r\n";

fn line(text: &mut String, model: &SessionModel) {
    // A cell that a spreadsheet would take for a formula gets an apostrophe; quotes are doubled.
    let cell = |value: &str| {
        let guarded = if value.starts_with(['=', '+', '-', '@', '\t', '\r']) && value.parse::<f64>().is_err() { "'" } else { "" };
        format!("\"{guarded}{}\"", value.replace('"', "\"\""))
    };
    let agents: Vec<_> = model.operators.iter().map(|operator| operator.user_name.as_str()).collect();
    let reason = model.cti.termination_reason.map(|reason| format!("{reason:?}")).unwrap_or_default();
    let cells = [
        model.id.to_string(),
        model.created.clone(),
        model.guest_joined.clone().unwrap_or_default(),
        model.started.clone().unwrap_or_default(),
        model.ended.clone().unwrap_or_default(),
        model.status.to_owned(),
        format!("{:?}", model.source),
        format!("{:?}", model.cti.direction),
        model.phone_callback_number.clone().unwrap_or_default(),
        model.direct_call_number.clone().unwrap_or_default(),
        model.waited.clone().unwrap_or_default(),
        model.length.clone().unwrap_or_default(),
        agents.join(" "),
        reason,
    ];
    let line: Vec<_> = cells.iter().map(|value| cell(value)).collect();
    let _ = write!(text, "{}\r\n", line.join(",")); // writing to a String cannot fail
}
