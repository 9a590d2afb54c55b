//! Referral and handover: giving, and what came and went.

pub mod aid;
pub mod body;
mod content;
pub mod files;
pub mod give;
pub mod referral;

pub use content::seen_by;
