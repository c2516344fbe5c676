-- What follows of silence: who was reminded, which letters lie drafted or were sent, which firms did not answer. The sister file
-- has the same for PostgreSQL.

-- +goose Up

-- When somebody is to be reminded of it next. Those that run already are looked at once.
ALTER TABLE deadlines ADD COLUMN remind_at TIMESTAMP;
UPDATE deadlines SET remind_at = started_at WHERE settled_at IS NULL;
CREATE INDEX deadlines_remind ON deadlines (remind_at);

-- One row a mark of a running clock, so that nobody is reminded twice of the same.
CREATE TABLE reminders (
  id         TEXT NOT NULL PRIMARY KEY,
  dispute_id TEXT NOT NULL REFERENCES disputes (id),
  leg_id     TEXT REFERENCES legs (id),
  clock      TEXT NOT NULL,              -- or survey
  began_at   TIMESTAMP NOT NULL,
  due_at     TIMESTAMP NOT NULL,
  mark       TEXT NOT NULL,              -- half, most, before, last …
  instance   TEXT NOT NULL,              -- leg, clock, beginning and last day in one
  at         TIMESTAMP NOT NULL,
  UNIQUE (dispute_id, instance, mark)
);

-- The notices by which it was told; none where the council reminds itself.
CREATE TABLE reminder_deliveries (
  reminder_id TEXT NOT NULL REFERENCES reminders (id),
  delivery_id TEXT NOT NULL,
  PRIMARY KEY (reminder_id, delivery_id)
);

-- A letter is written from the case whenever it is looked at, and kept as it was when it is sent.
CREATE TABLE letters (
  id         TEXT NOT NULL PRIMARY KEY,
  dispute_id TEXT NOT NULL REFERENCES disputes (id),
  leg_id     TEXT NOT NULL REFERENCES legs (id),
  kind       TEXT NOT NULL,
  body       BLOB,                        -- sealed: as sent
  drafted_at TIMESTAMP NOT NULL,
  sent_at    TIMESTAMP,
  sent_on    TEXT,                       -- the day, 2026-12-01
  sent_by    TEXT,
  way        TEXT,
  settled_at TIMESTAMP                         -- it is not needed any more
);
CREATE INDEX letters_dispute ON letters (dispute_id);
CREATE UNIQUE INDEX letters_open ON letters (leg_id, kind) WHERE sent_at IS NULL AND settled_at IS NULL;

-- Firms that let their time pass, to be counted. One row a leg.
CREATE TABLE silences (
  leg_id         TEXT NOT NULL PRIMARY KEY REFERENCES legs (id),
  dispute_id     TEXT NOT NULL REFERENCES disputes (id),
  institution_id TEXT,                   -- none for a firm that is not on the list
  channel        TEXT NOT NULL,
  clock          TEXT NOT NULL,
  month          TEXT NOT NULL,          -- in Shanghai, 2026-12
  at             TIMESTAMP NOT NULL
);
CREATE INDEX silences_month ON silences (month, institution_id);
