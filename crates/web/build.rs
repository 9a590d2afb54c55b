//! Bakes what never changes at run time: one function per message of `text/id.ftl`, the three style sheets, and the
//! islands when `make islands` has built them. Everything is embedded with a brotli-11 copy (WEB.md, budgets).

use base64::Engine as _;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

type Done<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Done {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("words.rs"), words()?)?;
    fs::write(out.join("look.rs"), look(&out)?)?;
    Ok(())
}

/// `impl Words { pub fn key(&self, args..) }`: a missing key or argument does not compile.
fn words() -> Done<String> {
    println!("cargo::rerun-if-changed=text/id.ftl");
    println!("cargo::rerun-if-changed=text/en.ftl");
    let source = fs::read_to_string("text/id.ftl")?;
    let mut messages: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    let mut current = String::new();
    for line in source.lines() {
        if let Some((key, value)) = line.split_once(" = ").or_else(|| line.strip_suffix(" =").map(|key| (key, "")))
            && key.starts_with(|c: char| c.is_ascii_lowercase())
        {
            key.clone_into(&mut current);
            messages.insert(current.clone(), (value.to_owned(), arguments(value)));
        } else if line.starts_with(' ')
            && let Some((_, args)) = messages.get_mut(&current)
        {
            args.extend(arguments(line));
        }
    }
    let mut code = String::from("pub(crate) const KEYS: &[&str] = &[\n");
    for key in messages.keys() {
        writeln!(code, "    {key:?},")?;
    }
    code.push_str("];\n/// What the scripts of the phone say: number, key, names of the values they put in.\n");
    code.push_str("pub(crate) const PHONE: &[(usize, &str, &[&str])] = &[\n");
    for (number, (key, (_, args))) in messages.iter().enumerate() {
        if let Some(short) = key.strip_prefix("phone-") {
            writeln!(code, "    ({number}, {short:?}, &{args:?}),", args = args.iter().collect::<Vec<_>>())?;
        }
    }
    code.push_str("];\n\nimpl Words {\n");
    for (number, (key, (value, args))) in messages.iter().enumerate() {
        if key.starts_with("phone-") || key.starts_with("datum-") {
            continue;
        }
        let name = key.replace('-', "_");
        writeln!(code, "    /// {}", value.replace(['<', '>', '[', ']', '`'], " "))?;
        if args.is_empty() {
            writeln!(code, "    pub fn {name}(self) -> &'static str {{ self.plain({number}) }}")?;
        } else {
            let list: Vec<String> = args.iter().map(|arg| format!("{arg}: impl Arg")).collect();
            let pairs: Vec<String> = args.iter().map(|arg| format!("({arg:?}, {arg}.fluent())")).collect();
            writeln!(
                code,
                "    pub fn {name}(self, {}) -> String {{ self.filled({number}, vec![{}]) }}",
                list.join(", "),
                pairs.join(", ")
            )?;
        }
    }
    code.push_str("}\n");
    Ok(code)
}

fn arguments(text: &str) -> BTreeSet<String> {
    let name = |part: &str| part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    text.split('$').skip(1).map(name).collect()
}

/// The outline of maps that `make islands` baked; it is drawn into pages and is no file of its own.
const OUTLINE: &str = "garis.txt";

/// The sheets and the islands as one table of embedded files, and the outline.
fn look(out: &Path) -> Done<String> {
    println!("cargo::rerun-if-changed=look");
    println!("cargo::rerun-if-changed=dist");
    println!("cargo::rerun-if-changed=../pocketbook/packs");
    let sheet = |name: &str| fs::read_to_string(format!("look/{name}.css")).map(|css| minify(&css));
    let (critical, public, staff) = (sheet("critical")?, sheet("public")?, sheet("staff")?);
    let short = sheet("lapor")?;
    let hash = |sheet: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(sheet.as_bytes()));
    let (critical_hash, short_hash) = (hash(&critical), hash(&short));
    let mut code = format!(
        "/// The one inline sheet.\npub const CRITICAL: &str = {critical:?};\n\
         /// Its hash as the policy names it.\npub const CRITICAL_HASH: &str = \"sha256-{critical_hash}\";\n\
         /// The one inline sheet of pages that are never kept, and its hash.\npub const SHORT: &str = {short:?};\n\
         /// Its hash as the policy names it.\npub const SHORT_HASH: &str = \"sha256-{short_hash}\";\n\
         /// All embedded files, sorted by name.\npub const FILES: &[Asset] = &[\n"
    );
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    files.insert("umum.css".into(), critical.clone().into_bytes());
    files.insert("publik.css".into(), public.clone().into_bytes());
    files.insert("petugas.css".into(), format!("{critical}{public}{staff}").into_bytes());
    collect(Path::new("dist"), "", &mut files)?;
    let outline = String::from_utf8(files.remove(OUTLINE).unwrap_or_default())?;
    for (number, (name, bytes)) in files.iter().enumerate() {
        let digest = Sha256::digest(bytes);
        let mut short = String::new();
        for byte in digest.iter().take(4) {
            write!(short, "{byte:02x}")?;
        }
        let (plain, packed) = (out.join(format!("file{number}")), out.join(format!("file{number}.br")));
        fs::write(&plain, bytes)?;
        fs::write(&packed, squeeze(bytes)?)?;
        writeln!(
            code,
            "    Asset {{ name: {name:?}, hash: {short:?}, plain: include_bytes!(\"{}\"), \
             brotli: include_bytes!(\"{}\") }},",
            plain.display(),
            packed.display()
        )?;
    }
    writeln!(code, "];\n/// The coast of the country and its neighbours, a path; empty without `make islands`.")?;
    writeln!(code, "pub const OUTLINE: &str = {outline:?};")?;
    Ok(code)
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Done {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// Comments and needless white space out; strings in our sheets hold no such runs.
fn minify(css: &str) -> String {
    let mut bare = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    bare.lines().map(str::trim).collect::<Vec<_>>().concat()
}

fn squeeze(bytes: &[u8]) -> Done<Vec<u8>> {
    let mut packed = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 22);
    packed.write_all(bytes)?;
    Ok(packed.into_inner())
}
