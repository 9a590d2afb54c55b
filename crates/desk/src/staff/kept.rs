//! Filters of the list of cases that an officer keeps under a name of her own. They are hers alone, and sealed.

use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use crate::staff::officer::own_account;
use async_trait::async_trait;
use base::{OfficerId, Problem, Redacted, limits};
use serde::{Deserialize, Serialize};
use store::{Page, Read, Sealed, Shelf, Shelved, StoreError, Team, Tx};

/// One kept filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFilter {
    /// What she calls it.
    pub name: Redacted<String>,
    /// The filter word of the list.
    pub filter: String,
}

impl Shelved for KeptFilter {
    const SHELF: Shelf = Shelf::KeptFilters;
}

/// A kept filter and the key it goes by.
pub type Kept = (Vec<u8>, KeptFilter);

/// Keeps a filter; the same name again takes the place of the one before.
#[derive(Clone, Debug)]
pub struct KeepFilter {
    /// Whose.
    pub officer: OfficerId,
    /// The filter.
    pub kept: KeptFilter,
}

#[async_trait]
impl Act for KeepFilter {
    const NAME: &'static str = "filter.keep";
    const DEED: Deed = Deed::SeeCases;
    type Done = ();

    async fn may(&self, by: &Actor, _: &mut Tx) -> Result<Vec<Refusal>, Error> {
        Ok(own_account(by, self.officer))
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let letters = self.kept.name.expose().chars().count();
        if letters == 0 || letters > limits::FILTER_NAME_CHARS_MAX {
            return Err(Problem::at("filter.name", limits::FILTER_NAME_CHARS_MAX.to_string()).into());
        }
        let folded = |name: &Redacted<String>| base::text::match_key(name.expose());
        let known = filters(tx, self.officer).await?;
        let same = known.iter().find(|(_, other)| folded(&other.name) == folded(&self.kept.name));
        if same.is_none() && known.len() >= limits::KEPT_FILTERS_MAX {
            return Err(Problem::at("filter.too-many", limits::KEPT_FILTERS_MAX.to_string()).into());
        }
        let key = same.map_or_else(|| tx.derived_id("filter").to_vec(), |(key, _)| key.clone());
        Ok(tx.put((&self.officer.bytes(), &key), None, Sealed::Team(Team::Staff), &self.kept).await?)
    }
}

/// Removes a kept filter; one that is gone is no fault.
#[derive(Clone, Debug)]
pub struct DropFilter {
    /// Whose.
    pub officer: OfficerId,
    /// Which.
    pub key: Vec<u8>,
}

#[async_trait]
impl Act for DropFilter {
    const NAME: &'static str = "filter.drop";
    const DEED: Deed = Deed::SeeCases;
    type Done = ();

    async fn may(&self, by: &Actor, _: &mut Tx) -> Result<Vec<Refusal>, Error> {
        Ok(own_account(by, self.officer))
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        Ok(tx.remove::<KeptFilter>(&self.officer.bytes(), &self.key).await?)
    }
}

/// The kept filters of an officer, by name.
pub async fn filters(view: &mut impl Read, officer: OfficerId) -> Result<Vec<Kept>, StoreError> {
    let rows = view.states::<KeptFilter>(&officer.bytes(), &Page::first(limits::KEPT_FILTERS_MAX)).await?;
    let mut kept: Vec<Kept> = rows.into_iter().map(|row| (row.key, row.card)).collect();
    kept.sort_by_key(|(_, filter)| base::text::match_key(filter.name.expose()));
    Ok(kept)
}
