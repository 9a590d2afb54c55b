-- The six tables of docs/adr/0002, the lease of the writer and the list of migrations. One text for every engine:
-- {i} is a 64-bit integer, {t} a text that compares by bytes, {b} bytes; {rows} ends a table kept in insertion order,
-- {tree} one kept in the order of its key. No defaults, sequences or foreign keys: the writer gives every value.
CREATE TABLE migration (n {i} NOT NULL PRIMARY KEY, sha {b} NOT NULL, at {i} NOT NULL) {tree};

CREATE TABLE meta (name {t} NOT NULL PRIMARY KEY, value {b} NOT NULL) {tree};

CREATE TABLE writer (one {i} NOT NULL PRIMARY KEY, term {i} NOT NULL, holder {t} NOT NULL, beat_at {i} NOT NULL,
  groups {i} NOT NULL) {tree};
INSERT INTO writer (one, term, holder, beat_at, groups) VALUES (1, 0, '', 0, 0);

CREATE TABLE event (seq {i} NOT NULL PRIMARY KEY, stream {b} NOT NULL, stream_kind {i} NOT NULL, ver {i} NOT NULL,
  kind {t} NOT NULL, kind_v {i} NOT NULL, act {t} NOT NULL, actor {b} NOT NULL, at {i} NOT NULL, request {b} NOT NULL,
  grounds {t} NOT NULL, trace {b}, key {b} NOT NULL, hash {b} NOT NULL, link {b} NOT NULL, body {b} NOT NULL) {rows};
CREATE UNIQUE INDEX event_stream ON event (stream, ver);

CREATE TABLE ring (id {b} NOT NULL PRIMARY KEY, subject {b} NOT NULL, class {i} NOT NULL, parent {b} NOT NULL,
  generation {i} NOT NULL, wrapped {b} NOT NULL, made_at {i} NOT NULL) {tree};
CREATE INDEX ring_subject ON ring (subject);

CREATE TABLE shelf (shelf {i} NOT NULL, part {b} NOT NULL, key {b} NOT NULL, due {i}, sealed_by {b} NOT NULL,
  body {b} NOT NULL, PRIMARY KEY (shelf, part, key)) {tree};
CREATE INDEX shelf_due ON shelf (shelf, due) WHERE due IS NOT NULL;

CREATE TABLE request (id {b} NOT NULL PRIMARY KEY, digest {b} NOT NULL, act {t} NOT NULL, seq {i} NOT NULL,
  at {i} NOT NULL) {tree};
CREATE INDEX request_at ON request (at);

CREATE TABLE checkpoint (era {i} NOT NULL, n {i} NOT NULL, signer {b} NOT NULL, link {b} NOT NULL, at {i} NOT NULL,
  signed {b} NOT NULL, PRIMARY KEY (era, n, signer)) {tree};
