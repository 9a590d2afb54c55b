//! The public window as a process of its own (ADR 51): its folder `DIR/public`, the socket in it, and what passes there.
//!
//! The window binds the socket and answers; the node connects and asks. Frames: length (u32, big-endian), then CBOR.

pub mod process;
pub mod visits;

use base::Problem;
use desk::window::FRAME_BYTES_MAX;
use serde::{Serialize, de::DeserializeOwned};
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::cbor;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

/// A frame takes no longer.
const FRAME_SECONDS: u64 = 30;

/// The folder of a node's window.
pub fn home(dir: &Path) -> PathBuf {
    dir.join("public")
}

/// The socket at which it answers its node.
fn socket(home: &Path) -> PathBuf {
    home.join("node.sock")
}

/// Writes a frame.
async fn write<T: Serialize>(stream: &mut UnixStream, what: &T) -> Result<(), Problem> {
    let bytes = cbor::to_bytes(what).map_err(|error| Problem::new(error.code()))?;
    let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= FRAME_BYTES_MAX);
    let length = length.ok_or_else(|| Problem::at("window.other", "size"))?.to_be_bytes();
    let write = async {
        stream.write_all(&length).await?;
        stream.write_all(&bytes).await
    };
    within(write).await
}

/// Reads a frame. `None`: the other side is done.
async fn read<T: DeserializeOwned>(stream: &mut UnixStream) -> Result<Option<T>, Problem> {
    let mut length = [0; 4];
    match tokio::time::timeout(Duration::from_secs(FRAME_SECONDS), stream.read_exact(&mut length)).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        _ => return Err(Problem::new("window.silent")),
    }
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > FRAME_BYTES_MAX {
        return Err(Problem::at("window.other", "size"));
    }
    let mut bytes = vec![0; length];
    within(stream.read_exact(&mut bytes)).await?;
    cbor::from_bytes(&bytes, "frame").map(Some).map_err(|_| Problem::at("window.other", "frame"))
}

async fn within<T>(what: impl Future<Output = std::io::Result<T>>) -> Result<(), Problem> {
    match tokio::time::timeout(Duration::from_secs(FRAME_SECONDS), what).await {
        Ok(Ok(_)) => Ok(()),
        _ => Err(Problem::new("window.silent")),
    }
}
