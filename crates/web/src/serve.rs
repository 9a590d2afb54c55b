//! The pages on a socket.

use axum::Router;
use tokio::net::TcpListener;

/// Serves until its task ends.
pub async fn serve(listener: TcpListener, router: Router) -> std::io::Result<()> {
    axum::serve(listener, router).await
}
