//! The pages on a socket.

use axum::Router;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Serves until its task ends.
pub async fn serve(listener: TcpListener, router: Router) -> std::io::Result<()> {
    // Doors that count newcomers ask for the address; it is hashed there and never written.
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await
}
