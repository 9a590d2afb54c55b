use base::{Clock, Timestamp};
struct Wall;
impl Clock for Wall { #[allow(clippy::disallowed_methods)] fn now(&self) -> Timestamp { let d = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap(); Timestamp::from_millis(d.as_millis() as i64) } }
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let n = |i: usize, d: f64| a.get(i).map_or(d, |v| v.parse().unwrap());
    let base = sim::Options { nodes: n(1, 20.0) as u32, days: n(2, 2.0) as u32, seed: 1, loss: 0.05, duplicate: 0.02, reorder: 0.05, partition_hours: 12, restart_every: 72, ..sim::Options::default() };
    let r = sim::run(&base, &Wall).unwrap();
    println!("{r}");
}
