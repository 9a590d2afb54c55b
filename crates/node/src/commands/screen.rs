//! `simpul screen`.

use crate::output;
use base::{Lang, Problem};
use pocketbook::Pack;
use std::collections::BTreeMap;
use std::path::Path;

/// Answer sets of one file: a national day's worth many times over, still in memory.
const INPUT_BYTES_MAX: usize = 1 << 30;
/// One file of a pack.
const PACK_FILE_BYTES_MAX: usize = 4 << 20;

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
            loaded = Pack::load(files(folder)?)?;
            &loaded
        }
    };
    let input = output::read(file, INPUT_BYTES_MAX)?;
    Ok(pocketbook::each_line(pack, &input, lang, &mut |line| output::line(&line)))
}

/// All files of a pack's folder, by path inside it.
pub fn files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, Problem> {
    let mut out = BTreeMap::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(next) = waiting.pop() {
        let unreadable = |_| Problem::at("input.unreadable", next.display().to_string());
        for entry in std::fs::read_dir(&next).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                let bytes = output::read(&path.display().to_string(), PACK_FILE_BYTES_MAX)?;
                out.insert(name.to_string_lossy().replace('\\', "/"), bytes);
            }
        }
    }
    Ok(out)
}
