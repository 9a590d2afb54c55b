//! One case: its page, steps, consents, fields, and the work beside the steps.

pub mod conference;
pub mod consents;
pub mod documents;
pub mod erasure;
pub mod fields;
pub mod notes;
pub mod page;
pub mod rights;
pub mod shut;
pub mod step;
pub mod version;
pub mod work;
