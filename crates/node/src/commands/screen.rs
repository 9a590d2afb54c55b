//! `simpul screen`.

use crate::output;
use base::{Lang, Problem};
use pocketbook::Pack;
use std::path::Path;

/// Answer sets of one file: a national day's worth many times over, still in memory.
const INPUT_BYTES_MAX: usize = 1 << 30;

/// Evaluates; one line out for each line in; 1 if any line gave an error.
pub fn run(file: &str, pack: Option<&Path>, lang: Lang) -> u8 {
    match evaluate(file, pack, lang) {
        Ok(any_error) => u8::from(any_error),
        // This command always prints JSON.
        Err(problem) => {
            output::failure(&problem, true, lang);
            problem.code.class().exit()
        }
    }
}

fn evaluate(file: &str, pack: Option<&Path>, lang: Lang) -> Result<bool, Problem> {
    let loaded;
    let pack = match pack {
        None => Pack::embedded(),
        Some(folder) => {
            loaded = Pack::load(crate::runtime::packs::read(folder)?)?;
            &loaded
        }
    };
    let input = output::read(file, INPUT_BYTES_MAX)?;
    Ok(pocketbook::each_line(pack, &input, lang, &mut |line| output::line(&line)))
}
