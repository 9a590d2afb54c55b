//! recruiters
pub mod block; pub mod cluster; pub mod compare; pub mod edit; pub mod fields; pub mod intern; pub mod mention; pub mod model; pub mod par; pub mod person; pub mod resolve; pub mod spelling; pub mod stats;
