//! **seal**: what leaves a node, or lies on its disk, is sealed and signed here.
//!
//! Job: canonical CBOR, key roles, Bodies, envelopes, sealed reports, chunks, bundles, sealed cells, passphrase slots,
//! keyholders, the journal's hash chain, and the signatures on all of them. Few verbs; no caller chooses an algorithm.
//!
//! Invariants: this room does no I/O, logs nothing and knows no rule of the field: not what a message means, nor who may
//! send it. Untrusted bytes and verified values are two types. No secret has a `Debug`, and each is wiped when dropped.
//! Byte formats never change; a change is a new version with its own vectors, and old ones open for ever.
//!
//! Start reading at [`envelope`], then [`keys`] and [`cell`]; `wire` is what travels, `trust` who says so, `rest` what lies
//! still. Byte formats have vectors in `vectors/`.

pub mod cbor;
pub mod hash;
mod rest;
mod trust;
mod wire;

pub use rest::{cell, holders, share, slot};
pub(crate) use trust::signed;
pub use trust::{accord_file, entry, fingerprint, journal, keys, own, revoke};
pub use wire::{body, bundle, chunk, envelope, httpsig, reply, report, slip};
pub(crate) use wire::{hpke_suites, pad, rng};

pub use accord_file::{AccordFile, AccordSignature, Signers, VerifiedAccordFile};
pub use body::{AccordRef, Attachment, Body};
pub use bundle::{BundleHeader, BundlePart, Item, Packer, Unpacker};
pub use cell::{Aad, DataKey, open_cell, seal_cell, unwrap_key, wrap_key};
pub use chunk::{ChunkKey, Chunks, open_blob, seal_blob};
pub use entry::{CarrierAddress, Cert, Entry, VerifiedEntry};
pub use envelope::{OpenError, Opened, Outer, Recipient, SealError, SendClass, open, open_by, peek, seal_envelope};
pub use fingerprint::fingerprint;
pub use hash::Hash;
pub use holders::{Holders, Lock, Part};
pub use journal::{CosignedHead, Head, SignedHead};
pub use keys::{
    CarrierKey, CarrierPublic, EpochPublic, EpochSecret, FetchKey, FetchPublic, IdentityKey, IdentityPublic, Kid,
    PublisherKey, PublisherPublic, ReleaseKey, ReleasePublic, RootKey, RootPublic, SealingPublic, SignatoryKey,
    SignatoryPublic, Signature, Tag,
};
pub use own::OwnRecord;
pub use report::{
    IntakePublic, IntakeSecret, ReportHead, ReportReceipt, open_report, peek_report, report_id, seal_report,
};
pub use revoke::{Revocation, Revoker};
pub use slip::{Slip, read_slip, slip_code, slip_scanned, slip_shown};
pub use slot::{Cost, Slot, SlotSecret, hash_password, verify_password};
