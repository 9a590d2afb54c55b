//! The field list: every field that can leave a node, with its category. Data of the handbook; a copy ships inside.

use crate::words::{Category, Word};
use base::Problem;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name, `legal.problem`.
    pub field: String,
    /// The part before the dot.
    pub category: Category,
    /// What kind of personal data it is (UU 27/2022 article 4).
    pub class: Class,
    /// From 0, harmless, to 3, a danger to the person.
    pub sensitivity: u8,
}

/// The two kinds of personal data of UU 27/2022 article 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// General.
    General,
    /// Specific: health, children, criminal matters and the like.
    Specific,
}

impl Serialize for Class {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(match self {
            Self::General => "general",
            Self::Specific => "specific",
        })
    }
}

/// All fields, in the order of their file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldList {
    fields: Vec<Field>,
    by_name: BTreeMap<String, Category>,
}

/// The list as it ships.
static SHIPPED: LazyLock<FieldList> =
    LazyLock::new(|| FieldList::parse(include_str!("../data/fields.csv")).unwrap_or_default());

impl FieldList {
    /// The list that ships inside the binary.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads `field,category,class,sensitivity` with a header line; a fault names its line.
    pub fn parse(csv: &str) -> Result<Self, Problem> {
        let mut list = Self::default();
        let mut lines = csv.lines().enumerate();
        if lines.next().map(|(_, header)| header) != Some("field,category,class,sensitivity") {
            return Err(Problem::at("accord.field-line", "1"));
        }
        for (index, line) in lines {
            let field = read(line).ok_or_else(|| Problem::at("accord.field-line", (index + 1).to_string()))?;
            if list.by_name.insert(field.field.clone(), field.category).is_some() {
                return Err(Problem::at("accord.field-twice", (index + 1).to_string()));
            }
            list.fields.push(field);
        }
        Ok(list)
    }

    /// The category of a field; `None` if the list does not know it.
    pub fn category(&self, field: &str) -> Option<Category> {
        self.by_name.get(field).copied()
    }

    /// All fields, in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }
}

fn read(line: &str) -> Option<Field> {
    let mut cells = line.split(',');
    let (name, category, class) = (cells.next()?, Category::parse(cells.next()?)?, cells.next()?);
    let class = match class {
        "general" => Class::General,
        "specific" => Class::Specific,
        _ => return None,
    };
    let sensitivity = cells.next()?.parse().ok().filter(|level| *level <= 3)?;
    let (before, after) = name.split_once('.')?;
    let sound = before == category.word() && !after.is_empty() && cells.next().is_none();
    sound.then(|| Field { field: name.to_owned(), category, class, sensitivity })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_reads_whole_and_every_category_has_a_field() {
        let list = FieldList::shipped();
        assert_eq!(list.fields().len(), include_str!("../data/fields.csv").lines().count() - 1);
        for category in Category::ALL {
            assert!(list.fields().iter().any(|field| field.category == *category), "{category:?}");
        }
        assert_eq!(list.category("legal.problem"), Some(Category::Legal));
        assert_eq!(list.category("legal.nothing"), None);
    }

    #[test]
    fn a_bad_line_is_named() {
        let head = "field,category,class,sensitivity\n";
        for bad in [
            "legal.x,legal,general",
            "legal.x,status,general,1",
            "legal.x,legal,secret,1",
            "legal.x,legal,general,4",
            "legal,legal,general,1",
            "legal.x,legal,general,1,1",
        ] {
            assert_eq!(FieldList::parse(&format!("{head}{bad}\n")).unwrap_err().at.as_deref(), Some("2"), "{bad}");
        }
        let twice = format!("{head}legal.x,legal,general,1\nlegal.x,legal,general,1\n");
        assert_eq!(FieldList::parse(&twice).unwrap_err().code.0, "accord.field-twice");
    }
}
