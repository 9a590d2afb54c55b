//! `simpul relay`: mail of others, sealed.

use super::{Answer, block_on};
use crate::cli::RelayArgs;
use crate::output;
use crate::runtime::relaying::Relay;

/// Runs a relay until it is told to stop; says first what nodes write down of it.
pub fn run(args: &RelayArgs) -> Answer {
    super::serve::log();
    block_on(async {
        let relay = Relay::open(&args.dir)?;
        let seen_as = args.seen_as.clone().unwrap_or_else(|| format!("{}:{}", args.host, args.port));
        let address = relay.address(&seen_as)?;
        let ready = || {
            output::line(&address);
            output::talk("Alamat ini ditulis simpul ke dalam simpul.toml: relays = [\"…\"]");
            output::talk("Nodes write this address into simpul.toml: relays = [\"…\"]");
        };
        relay.serve((&args.host, args.port), ready).await?;
        Ok(0)
    })
}
