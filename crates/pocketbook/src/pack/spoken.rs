//! A text of the pack with its JSON made once: reasons and next steps are printed far more often than anything else.

use base::Text;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use std::ops::Deref;

/// One text in both languages, ready to be printed.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Text")]
pub struct Spoken {
    text: Text,
    json: Option<Box<RawValue>>,
}

impl From<Text> for Spoken {
    fn from(text: Text) -> Self {
        let json = to_raw_value(&text).ok();
        Self { text, json }
    }
}

impl Deref for Spoken {
    type Target = Text;
    fn deref(&self) -> &Text {
        &self.text
    }
}

impl PartialEq for Spoken {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Spoken {}

impl Serialize for Spoken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.json {
            Some(json) => json.serialize(serializer),
            None => self.text.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_prints_as_its_text_does() {
        let text = Text::new("\"a\"\n<b>", "é\\u");
        let spoken = Spoken::from(text.clone());
        assert_eq!(serde_json::to_string(&spoken).unwrap(), serde_json::to_string(&text).unwrap());
        let read: Spoken = serde_json::from_str(&serde_json::to_string(&spoken).unwrap()).unwrap();
        assert_eq!(read, spoken);
    }
}
