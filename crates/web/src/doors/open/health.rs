//! `GET /sehat`: whether this node works, for a watcher; nothing about anybody.

use crate::state::WebState;
use axum::Json;
use axum::extract::State;

/// Health.
pub async fn health(State(web): State<WebState>) -> Json<serde_json::Value> {
    let readable = web.desk.store.backend().read().await.is_ok();
    Json(serde_json::json!({
        "ok": readable,
        "locked": !web.desk.store.vault().is_open(),
        "version": env!("CARGO_PKG_VERSION"),
        "node": web.desk.me.name,
        "title": web.desk.me.title,
        "islands": crate::look::Asset::named("saku.js").is_some(),
        "now": web.now().to_string(),
        "demo": web.set.demo,
    }))
}
