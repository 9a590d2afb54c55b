//! Referral and handover: giving, and what came and went.

pub mod give;
pub mod referral;
