-- Whether it is solved, as she said some time after the end. The sister file has the same for SQLite.

-- +goose Up

-- One answer to one end. A case that was opened again has another end, and is asked about anew.
CREATE TABLE surveys (
  id         TEXT NOT NULL PRIMARY KEY,
  dispute_id TEXT NOT NULL REFERENCES disputes (id),
  party_id   TEXT NOT NULL REFERENCES parties (id), -- who answered
  closed_at  TIMESTAMPTZ NOT NULL,                    -- the end it is about
  body       BYTEA NOT NULL,                         -- sealed: the answer, and what was written with it
  at         TIMESTAMPTZ NOT NULL,
  UNIQUE (dispute_id, closed_at)
);
