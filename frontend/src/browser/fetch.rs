//! Requests to the server. Whatever goes wrong becomes an [`ApiError`], so that the page has a text for it.
//!
//! Every path is seen from the page's own address, without a slash before it: the server may lie under any path.

use atheria_shared::diagnosis::DiagnosisState;
use atheria_shared::error::{ApiError, ErrorCode};
use atheria_shared::experiment::ExperimentList;
use atheria_shared::session::{Health, SessionInfo, SessionRequest};
use atheria_shared::{Cause, ExperimentName, SessionId};
use frontend::address::escape;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

use super::memory;

/// Why a request has no answer.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// The server is not there.
    Away,
    /// It refused.
    Refused(ApiError),
}

/// `GET /api/health`
pub(crate) async fn health() -> Result<Health, Failure> {
    ask("GET", "api/health", None).await
}

/// `GET /api/experiments`
pub(crate) async fn experiments() -> Result<ExperimentList, Failure> {
    ask("GET", "api/experiments", None).await
}

/// `POST /api/sessions`
pub(crate) async fn open_session(request: &SessionRequest) -> Result<SessionInfo, Failure> {
    let body =
        serde_json::to_string(request).map_err(|error| odd("api/sessions", None, &error.to_string()))?;
    ask("POST", "api/sessions", Some(&body)).await
}

/// `GET /api/sessions/{id}`
pub(crate) async fn session(id: &SessionId) -> Result<SessionInfo, Failure> {
    ask("GET", &format!("api/sessions/{id}"), None).await
}

/// `GET /api/sessions/{id}/events`, as it is: its numbers are not all ones that JavaScript could hold.
pub(crate) async fn events(id: &SessionId) -> Result<String, Failure> {
    request("GET", &format!("api/sessions/{id}/events"), None).await
}

/// `POST /api/experiments/{name}/diagnosis`
pub(crate) async fn begin_diagnosis(name: &ExperimentName) -> Result<DiagnosisState, Failure> {
    ask("POST", &diagnosis_path(name), None).await
}

/// `GET /api/experiments/{name}/diagnosis`
pub(crate) async fn diagnosis(name: &ExperimentName) -> Result<DiagnosisState, Failure> {
    ask("GET", &diagnosis_path(name), None).await
}

fn diagnosis_path(name: &ExperimentName) -> String {
    format!("api/experiments/{}/diagnosis", escape(name.as_str()))
}

/// `DELETE /api/sessions/{id}`, also while the page goes away.
pub(crate) fn close_session(id: &SessionId) {
    let init = RequestInit::new();
    init.set_method("DELETE");
    let _ = set_headers(&init, false);
    // Outlives the page; not in web-sys yet.
    let _ = js_sys::Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE);
    let path = format!("api/sessions/{id}");
    if let Some(window) = web_sys::window() {
        let promise = window.fetch_with_str_and_init(&path, &init);
        // Nobody waits for the answer: a session that nobody watches ends by itself.
        wasm_bindgen_futures::spawn_local(async move {
            let _ = JsFuture::from(promise).await;
        });
    }
}

/// The address of an experiment's picture.
pub(crate) fn thumbnail(name: &ExperimentName) -> String {
    memory::with_token(&format!("api/experiments/{}/thumbnail", escape(name.as_str())))
}

async fn ask<T: DeserializeOwned>(method: &str, path: &str, body: Option<&str>) -> Result<T, Failure> {
    let text = request(method, path, body).await?;
    serde_json::from_str(&text).map_err(|error| odd(path, None, &error.to_string()))
}

/// Asks, and answers the text of a good answer.
async fn request(method: &str, path: &str, body: Option<&str>) -> Result<String, Failure> {
    let (status, text) = exchange(method, path, body).await.map_err(|_| Failure::Away)?;
    if (200..300).contains(&status) {
        return Ok(text);
    }
    Err(match serde_json::from_str(&text) {
        Ok(error) => Failure::Refused(error),
        // A proxy in front of a server that is away.
        Err(_) if (502..=504).contains(&status) => Failure::Away,
        Err(_) => odd(path, Some(status), &format!("HTTP {status}")),
    })
}

async fn exchange(method: &str, path: &str, body: Option<&str>) -> Result<(u16, String), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = body {
        init.set_body(&body.into());
    }
    set_headers(&init, body.is_some())?;
    let answer = JsFuture::from(window.fetch_with_str_and_init(path, &init)).await?;
    let response: Response = answer.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.status(), text.as_string().unwrap_or_default()))
}

fn set_headers(init: &RequestInit, json: bool) -> Result<(), JsValue> {
    let headers = js_sys::Object::new();
    if json {
        js_sys::Reflect::set(&headers, &"Content-Type".into(), &"application/json".into())?;
    }
    if let Some(token) = memory::token() {
        let bearer = format!("Bearer {token}");
        js_sys::Reflect::set(&headers, &"Authorization".into(), &bearer.into())?;
    }
    init.set_headers(&headers);
    Ok(())
}

fn odd(asked: &str, status: Option<u16>, why: &str) -> Failure {
    let message = format!("The server answered something that this page does not understand: {asked}: {why}");
    let error = ApiError::new(ErrorCode::Internal, message);
    Failure::Refused(error.because(Cause::NotUnderstood {
        asked: asked.to_owned(),
        status,
    }))
}
