//! A limit on everything. Each number has its reason; FEDERATION.md 3, STORAGE.md 3 and WEB.md 6 name them.

/// One envelope, sealed: bucket 6 (64 KiB) and its frame.
pub const ENVELOPE_BYTES_MAX: usize = 67_584;
/// The signed inner message; what fits the largest bucket beside its length.
pub const INNER_BYTES_MAX: usize = 65_532;
/// One Body, canonical CBOR, before signing.
pub const BODY_BYTES_MAX: usize = 65_440;
/// Nesting of any CBOR we read; nothing of ours goes deeper.
pub const CBOR_DEPTH_MAX: usize = 8;
/// Items of any CBOR we read; keeps a parser's work bounded.
pub const CBOR_ITEMS_MAX: usize = 1_024;
/// One text in a message.
pub const TEXT_BYTES_MAX: usize = 16_384;
/// Attachments of one Body.
pub const ATTACHMENTS_MAX: usize = 64;
/// Plain bytes of one chunk.
pub const BLOB_CHUNK_BYTES: usize = 16_384;
/// One attachment.
pub const BLOB_BYTES_MAX: u64 = 209_715_200;
/// One file of a report: what a phone may send (WEB.md 6 names 25 MB; whole chunks).
pub const UPLOAD_BYTES_MAX: u64 = 26_214_400;
/// All uploads that no report names: strangers cannot fill the disk of an old PC.
pub const UPLOADS_WAITING_BYTES_MAX: u64 = 536_870_912;
/// Such uploads, whatever their size: folders cost room too.
pub const UPLOADS_WAITING_MAX: usize = 2_048;
/// Hours after which an upload that no report names is removed.
pub const UPLOAD_KEEP_HOURS: i64 = 48;
/// Chunks of phones that are written at a time, and forms with a file that are read at a time (STORAGE.md 9).
pub const UPLOADS_AT_A_TIME: usize = 5;
/// A form with a file whose next bytes do not come for so long is cut: others wait for its turn.
pub const UPLOAD_STALL_SECONDS: u64 = 60;
/// Files of one report; a phone offers fewer.
pub const REPORT_FILES_MAX: usize = 20;
/// Documents of one case that officers add: a thick file has some dozens, and the case is read as a whole.
pub const CASE_DOCUMENTS_MAX: usize = 100;
/// Bytes of all of them and of the files of its reports (STORAGE.md 9).
pub const CASE_FILES_BYTES_MAX: u64 = 1 << 30;
/// Characters of the title of one: it is a line of a list.
pub const DOCUMENT_TITLE_CHARS_MAX: usize = 120;
/// Uploads stop here, so that the journal goes on (STORAGE.md 6: a banner below 512 MiB).
pub const DISK_FREE_BYTES_MIN: u64 = 536_870_912;
/// Envelopes in one request.
pub const BATCH_ENVELOPES_MAX: usize = 256;
/// Bytes of one request between nodes.
pub const BATCH_BYTES_MAX: usize = 4_194_304;
/// Unfinished messages to one peer; beyond it the act is refused (`relay.outbox-full`).
pub const OUTBOX_PER_PEER_MAX: usize = 10_000;
/// Proposed accords of one partner that are not yet in force; each is a page to read.
pub const ACCORD_DRAFTS_MAX: usize = 20;
/// Texts of accords with one partner that are kept, in force or not, so that no partner fills the list of accords.
pub const ACCORD_TEXTS_MAX: usize = 200;
/// Unreceipted numbered messages of one thread.
pub const IN_FLIGHT_PER_THREAD_MAX: usize = 32;
/// Messages waiting for a gap to close in one thread.
pub const PARKED_PER_THREAD_MAX: usize = 64;
/// Sealed bytes kept while the node is locked.
pub const HELD_BYTES_MAX: u64 = 1 << 30;
/// An extract inside a message; a larger one travels as attachment 0.
pub const EXTRACT_INLINE_BYTES_MAX: usize = 49_152;
/// Days after which offers that can wait are refused from a node whose journal was not shown (FEDERATION.md 10).
pub const UNCOSIGNED_DAYS_MAX: i64 = 14;
/// How far a peer's clock may be off.
pub const CLOCK_SKEW_HOURS_MAX: i64 = 48;
/// Bytes of all that a node states in its entry: with names, carriers, certificate and two epochs it stays under
/// `ENTRY_BYTES_MAX`, 32,768.
pub const STATED_BYTES_MAX: usize = 24_576;
/// One part of a USB bundle: fits FAT32.
pub const BUNDLE_PART_BYTES_MAX: u64 = 3_900_000_000;
/// Grace after an offer's expiry before it ends.
pub const OFFER_GRACE_HOURS: i64 = 24;
/// How long a receiver remembers what it has seen.
pub const DEDUP_KEEP_DAYS: i64 = 180;
/// How long a sender keeps received messages.
pub const SENT_KEEP_DAYS: i64 = 60;
/// How long unreadable envelopes are kept.
pub const QUARANTINE_KEEP_DAYS: i64 = 30;
/// Bytes of unreadable envelopes kept as evidence; a thousand of the largest. Beyond it only their number is kept.
pub const QUARANTINE_BYTES_MAX: u64 = 67_108_864;
/// Messages of unknown signers in a day from which a person is told.
pub const FORGED_A_DAY_ALARM: u64 = 10;
/// Days a passing matter (a wrong clock, forged mail) is shown to people.
pub const CONCERN_KEEP_DAYS: i64 = 7;
/// Commands waiting for the writer; beyond it `store.busy`.
pub const WAITERS_MAX: usize = 1_024;
/// Seconds a command waits for the writer.
pub const WAIT_SECONDS_MAX: u64 = 5;
/// Rows of one page of a list.
pub const PAGE_ROWS: usize = 25;
/// Rows one page may ask for.
pub const PAGE_ROWS_MAX: usize = 100;
/// Rows code may ask for at once.
pub const CODE_ROWS_MAX: usize = 1_000;
/// Days a used request key is remembered.
pub const REQUEST_KEEP_DAYS: i64 = 30;
/// One event body or snapshot.
pub const EVENT_BYTES_MAX: usize = 65_536;
/// Bytes of a form post of staff.
pub const FORM_BYTES_MAX: usize = 262_144;
/// Bytes of a report post without script.
pub const REPORT_POST_BYTES_MAX: usize = 4_194_304;
/// Characters of an accord, pack file or joining file we read.
pub const DOCUMENT_BYTES_MAX: usize = 1_048_576;
/// Bytes of a file of services: 25,000 of them in the wordiest form.
pub const DIRECTORY_BYTES_MAX: usize = 67_108_864;
/// A backup older than this is said to be old: sticks are changed each week.
pub const BACKUP_OLD_HOURS: i64 = 7 * 24;
/// Cases whose words one officer's search keeps in memory: opening it after unlock must stay under two seconds.
pub const SEARCH_CASES_MAX: usize = 5_000;
/// Bytes of such words.
pub const SEARCH_BYTES_MAX: usize = 33_554_432;
/// Minutes without a search after which the words are wiped.
pub const SEARCH_IDLE_MINUTES: i64 = 30;
/// Sessions whose words are in memory at a time; the one whose time is over first makes room.
pub const SEARCHES_MAX: usize = 8;
/// Characters somebody may look for.
pub const SEARCH_CHARS_MAX: usize = 200;
/// Characters that somebody may look for in the licence register: a long name of an agency.
pub const LICENCE_QUERY_CHARS_MAX: usize = 100;
/// Bytes of a list of licences: 25,000 agencies in the wordiest form.
pub const LICENCES_BYTES_MAX: usize = 16_777_216;
/// Mentions of recruiters at a node: all lie in memory with their index, about a kilobyte each.
pub const MENTIONS_MAX: usize = 100_000;
/// Days for which an alert about a recruiter is good at most, and by default (law.md L69).
pub const ALERT_DAYS_MAX: i64 = 180;
/// Facts of one alert; the field list has fewer.
pub const ALERT_FACTS_MAX: usize = 16;
/// Filters of the list of cases that one officer may keep.
pub const KEPT_FILTERS_MAX: usize = 20;
/// Characters of the name of one: it is a link.
pub const FILTER_NAME_CHARS_MAX: usize = 40;
