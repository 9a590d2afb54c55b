//! Just enough HTML to fill in the forms of our own pages, as a person would.

use std::collections::BTreeMap;

/// A form as it stands on a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it posts to.
    pub action: String,
    /// Names and values as the page filled them in.
    pub values: Vec<(String, String)>,
    /// Choices of each select or radio: value and label.
    pub choices: BTreeMap<String, Vec<(String, String)>>,
}

impl Form {
    /// Sets a field, replacing what was there.
    pub fn set(&mut self, name: &str, value: &str) {
        self.values.retain(|(known, _)| known != name);
        self.values.push((name.to_owned(), value.to_owned()));
    }

    /// Adds one more value of a field with several boxes.
    pub fn add(&mut self, name: &str, value: &str) {
        self.values.push((name.to_owned(), value.to_owned()));
    }

    /// The value of the choice whose label contains a text.
    pub fn choice(&self, name: &str, label: &str) -> Option<&str> {
        self.choices.get(name)?.iter().find(|(_, shown)| shown.contains(label)).map(|(value, _)| value.as_str())
    }
}

/// All forms of a page.
pub fn forms(page: &str) -> Vec<Form> {
    let mut out = Vec::new();
    let mut rest = page;
    while let Some((_, from)) = rest.split_once("<form") {
        let (body, after) = from.split_once("</form>").unwrap_or((from, ""));
        out.push(form(body));
        rest = after;
    }
    out
}

fn form(body: &str) -> Form {
    let (head, inner) = body.split_once('>').unwrap_or((body, ""));
    let mut form = Form { action: attribute(head, "action").unwrap_or_default(), ..Form::default() };
    for tag in inner.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap_or((tag, ""));
        match tag.split([' ', '\n']).next().unwrap_or("") {
            "input" => input(&mut form, tag),
            "textarea" => {
                if let Some(name) = attribute(tag, "name") {
                    form.values.push((name, unescape(text.trim_start_matches('\n'))));
                }
            }
            _ => {}
        }
    }
    selects(&mut form, inner);
    form
}

fn input(form: &mut Form, tag: &str) {
    let (Some(name), kind) = (attribute(tag, "name"), attribute(tag, "type").unwrap_or_default()) else { return };
    let value = attribute(tag, "value").unwrap_or_default();
    let picked = tag.split(' ').any(|word| word == "checked");
    match kind.as_str() {
        "radio" | "checkbox" => {
            form.choices.entry(name.clone()).or_default().push((value.clone(), value.clone()));
            if picked {
                form.values.push((name, value));
            }
        }
        "file" | "submit" => {}
        _ => form.values.push((name, value)),
    }
}

fn selects(form: &mut Form, inner: &str) {
    let mut rest = inner;
    while let Some((_, from)) = rest.split_once("<select") {
        let (select, after) = from.split_once("</select>").unwrap_or((from, ""));
        rest = after;
        let (head, options) = select.split_once('>').unwrap_or((select, ""));
        let Some(name) = attribute(head, "name") else { continue };
        let mut chosen: Option<String> = None;
        for option in options.split("<option").skip(1) {
            let (tag, text) = option.split_once('>').unwrap_or((option, ""));
            let value = attribute(tag, "value").unwrap_or_default();
            let label = unescape(text.split('<').next().unwrap_or("").trim());
            if chosen.is_none() || tag.contains(" selected") {
                chosen = Some(value.clone());
            }
            form.choices.entry(name.clone()).or_default().push((value, label));
        }
        form.values.push((name, chosen.unwrap_or_default()));
    }
}

/// An attribute's value.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, from) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescape(from.split('"').next()?))
}

/// Text as a person reads it: tags out, entities in, blanks folded.
pub fn text(page: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in page.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    unescape(&out).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unescape(text: &str) -> String {
    let plain = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    plain.iter().fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c))
}

/// The first link whose address begins so.
pub fn link(page: &str, begins: &str) -> Option<String> {
    links(page, begins).into_iter().next()
}

/// All links whose address begins so.
pub fn links(page: &str, begins: &str) -> Vec<String> {
    let all = page.split(" href=\"").skip(1).filter_map(|from| from.split('"').next());
    all.map(unescape).filter(|href| href.starts_with(begins)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_with_its_hidden_fields_choices_and_texts() {
        let page = r#"<p>x</p><form method="post" action="/kasus/1/rujuk" novalidate>
            <input type="hidden" name="_kunci" value="k&amp;1"><select id="f" name="penerima">
            <option value="aa">LBH Mawar</option><option value="bb" selected>LBH Bahari</option></select>
            <textarea rows="2" name="teks">
halo &lt;b&gt;</textarea><input type="checkbox" name="peran" value="victim" checked><input type="checkbox" name="peran" value="family">
            </form><a href="/rujukan/ref_1">x</a>"#;
        let form = &forms(page)[0];
        assert_eq!(form.action, "/kasus/1/rujuk");
        let value = |name: &str| form.values.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        assert_eq!(value("_kunci"), Some("k&1"));
        assert_eq!(value("penerima"), Some("bb"));
        assert_eq!(value("teks"), Some("halo <b>"));
        assert_eq!(value("peran"), Some("victim"));
        assert_eq!(form.choice("penerima", "Mawar"), Some("aa"));
        assert_eq!(link(page, "/rujukan/"), Some("/rujukan/ref_1".into()));
    }
}
