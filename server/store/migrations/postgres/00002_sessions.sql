-- Sessions, and the list of firms that citizens choose from. The sister file has the same for SQLite.

-- +goose Up

-- Whoever came in with number and code, for as long as they may stay.
CREATE TABLE sessions (
  token      BYTEA NOT NULL PRIMARY KEY, -- SHA-256 of the token that they hold
  dispute_id TEXT NOT NULL REFERENCES disputes (id),
  party_id   TEXT NOT NULL REFERENCES parties (id),
  started_at TIMESTAMPTZ NOT NULL,
  used_at    TIMESTAMPTZ NOT NULL,       -- to the minute
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sessions_dispute ON sessions (dispute_id, started_at);
CREATE INDEX sessions_expire ON sessions (expires_at);

-- Firms that are public knowledge: nothing here is sealed.
CREATE TABLE institutions (
  id           TEXT NOT NULL PRIMARY KEY,
  name         TEXT NOT NULL,
  name_zh_hant TEXT,
  name_en      TEXT,
  aliases      TEXT,                     -- one a line
  kind         TEXT,
  supervisor   TEXT NOT NULL,
  parent       TEXT,                     -- the id of the firm whose branch it is; its row may come later
  address      TEXT,
  phone        TEXT,
  source       TEXT NOT NULL,
  listed_on    TEXT,                     -- a day, 2026-11-30
  changed_at   TIMESTAMPTZ NOT NULL
);

-- What each firm is called, as people type it: without case, width, spaces, and in simplified characters.
CREATE TABLE institution_names (
  institution_id TEXT NOT NULL REFERENCES institutions (id),
  folded         TEXT NOT NULL,
  PRIMARY KEY (institution_id, folded)
);

-- The place of a message among those of its dispute: two can be written in one microsecond.
ALTER TABLE messages ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX messages_seq ON messages (dispute_id, seq);
