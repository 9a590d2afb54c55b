//! What the demo prints.

use super::house::Town;
use super::story::{Outcome, Step};
use crate::output::line;
use base::Lang;

/// The steps of the story, with every sentence that was checked.
pub fn print(steps: &[Step], json: bool, lang: Lang) {
    if json {
        let rows: Vec<_> = steps
            .iter()
            .map(|step| {
                let checks: Vec<_> = step
                    .checks
                    .iter()
                    .map(|c| serde_json::json!({"check": c.says.get(lang), "held": c.held}))
                    .collect();
                serde_json::json!({"step": step.no, "result": step.result().word(), "checks": checks})
            })
            .collect();
        line(&serde_json::json!({ "steps": rows }).to_string());
        return;
    }
    for step in steps {
        line(&format!("{:>2}  {:<6}  {}", step.no, step.result().word(), step.title.get(lang)));
        for check in &step.checks {
            line(&format!("        {}  {}", if check.held { "✓" } else { "✗" }, check.says.get(lang)));
        }
        if let Some(trouble) = &step.trouble {
            line(&format!("        !  {trouble}"));
        }
    }
    let held = steps.iter().filter(|step| step.result() == Outcome::Held).count();
    line(&format!("{held} dari {} langkah terpenuhi / steps held", steps.len()));
}

/// Addresses and log-ins.
pub fn addresses(town: &Town) {
    line("");
    line("Simpul peragaan berjalan; Ctrl-C menghentikannya. / The nodes run; Ctrl-C stops them.");
    for house in &town.houses {
        line(&format!("{:<12} {}", house.part.name, house.config.url()));
        for officer in &house.officers {
            let roles: Vec<&str> = officer.roles.iter().map(|role| role.word()).collect();
            let (password, totp) = (officer.password.expose(), officer.totp.expose());
            line(&format!("    {:<10} {password}  totp {totp}  {}", officer.login, roles.join(" ")));
        }
    }
}
