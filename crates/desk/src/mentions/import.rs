//! A list of recruiters that was brought in as a file: the columns of `simpul recruiters resolve`, each row a mention.

use super::record::{room_for, tidy};
use super::stream::{MentionEvent, MentionStream, Source};
use crate::act::{Act, Desk};
use crate::error::Error;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{MentionId, OfficerId};
use recruiters::said::{Grade, Said};
use store::{Read, Tx};

/// Rows of one list.
pub const ROWS_MAX: usize = 500;

/// Records every row of a list. The same list again changes nothing.
#[derive(Clone, Debug)]
pub struct ImportMentions {
    /// The first half of the SHA-256 of the file.
    pub list: [u8; 16],
    /// `rec_id` and what the row says.
    pub rows: Vec<(String, Said)>,
    /// How good all of it is.
    pub grade: Grade,
}

/// What an import changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Recorded now.
    pub new: usize,
    /// Recorded from this list before.
    pub known: usize,
}

#[async_trait]
impl Act for ImportMentions {
    const NAME: &'static str = "mention.import";
    const DEED: Deed = Deed::RecordMention;
    type Done = Imported;

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<Imported, Error> {
        let mut done = Imported::default();
        room_for(tx, self.rows.len()).await?;
        for (rec_id, said) in &self.rows {
            let digest = seal::hash::sha256(&[b"simpul/listed/1", &self.list, rec_id.as_bytes()]);
            let id = MentionId::from_bytes(digest.first_chunk().copied().unwrap_or_default());
            if tx.load::<MentionStream>(id.bytes()).await?.is_some() {
                done.known += 1;
                continue;
            }
            let said = tidy(said);
            said.check()?;
            let by = OfficerId::from_bytes(tx.origin().actor);
            let source = Source::List(self.list);
            let event = MentionEvent::Recorded { source, said: Box::new(said), grade: self.grade, by, until: None };
            tx.create::<MentionStream>(id.bytes(), vec![event]).await?;
            done.new += 1;
        }
        Ok(done)
    }
}
