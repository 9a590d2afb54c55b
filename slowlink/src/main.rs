//! The program: a bad link between two ports, for scripts. Start reading at the library of the same name.

use anyhow::{Context, Result};
use clap::Parser;
use slowlink::{Quality, Steps, plan};
use std::path::PathBuf;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

const PLAN_HELP: &str = "\
A plan has one step a line; `#` begins a remark. When a step has happened, the next one is armed.
  at 3s: cut            3 s after the start of the link: close all connections, refuse new ones
  after 4096B: reset    4096 bytes after the step before: reset all connections; new ones may come
  after 2s: half-open   2 s after the step before: the far side closes, the near side hears nothing any more
  at 9s: stall 20s      nothing moves for 20 s, then it goes on
  after 1s: restore     new connections are carried again
Rates are bits per second: `--down 50k --up 20k --delay 250ms` is GPRS.";

#[derive(Parser)]
#[command(about = "A bad link between two ports", after_help = PLAN_HELP)]
struct Options {
    /// Where to listen; port 0 takes a free one, and the first line printed says which.
    #[arg(long)]
    listen: String,
    /// Where to carry to.
    #[arg(long)]
    to: String,
    /// Bits per second towards the one who connects, such as 50k; without it as fast as it goes.
    #[arg(long, value_parser = plan::rate)]
    down: Option<u64>,
    /// Bits per second towards the other end.
    #[arg(long, value_parser = plan::rate)]
    up: Option<u64>,
    /// One way through the link; a new connection waits one round trip more, as over a real one.
    #[arg(long, value_parser = plan::duration, default_value = "0ms")]
    delay: Duration,
    /// A file with the steps of a plan.
    #[arg(long, conflicts_with = "seed")]
    plan: Option<PathBuf>,
    /// Draws an endless plan from this number.
    #[arg(long)]
    seed: Option<u64>,
}

// One thread: a byte counted before a cut is then never followed by one more.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let options = Options::parse();
    let steps: Steps = match (&options.plan, options.seed) {
        (Some(path), _) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            Box::new(plan::parse(&text)?.into_iter())
        }
        (None, Some(seed)) => Box::new(plan::Drawn::new(seed)),
        (None, None) => Box::new(std::iter::empty()),
    };
    let quality = Quality { down: options.down, up: options.up, delay: options.delay };
    let link = slowlink::open(&options.listen, &options.to, quality, steps).await?;
    println!("listening {}", link.address);
    let mut end = signal(SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done?,
        _ = end.recv() => {}
    }
    println!("{}", link.tally());
    Ok(())
}
