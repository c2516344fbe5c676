-- The council's and the firms' people who sign in to the console. The sister file has the same for SQLite.

-- +goose Up

CREATE TABLE staff (
  id             TEXT NOT NULL PRIMARY KEY,
  name           BYTEA NOT NULL,           -- sealed: by which they sign in
  name_index     BYTEA NOT NULL UNIQUE,    -- a name stands once, so nobody holds two roles by two accounts
  role           TEXT NOT NULL CHECK (role IN ('officer', 'handler', 'sysadmin', 'secadmin', 'auditor')), -- for ever
  institution_id TEXT REFERENCES institutions (id),
  shown          BYTEA NOT NULL,           -- sealed: by which citizens see them; may be empty text
  language       TEXT NOT NULL,
  password       TEXT,                     -- hash; none until the first sign-in
  totp           BYTEA,                    -- sealed: the secret of the second factor
  totp_next      BYTEA,                    -- sealed: one that was shown and not yet confirmed by a code
  totp_step      BIGINT NOT NULL,          -- of the last code that was taken
  created_at     TIMESTAMPTZ NOT NULL,
  disabled_at    TIMESTAMPTZ,
  CHECK ((role = 'handler') = (institution_id IS NOT NULL))
);

CREATE TABLE staff_links (
  token      BYTEA NOT NULL PRIMARY KEY,   -- SHA-256 of what stands in the link
  staff_id   TEXT NOT NULL REFERENCES staff (id),
  purpose    TEXT NOT NULL,                -- first, again
  made_at    TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  used_at    TIMESTAMPTZ
);
CREATE INDEX staff_links_staff ON staff_links (staff_id);

CREATE TABLE staff_recovery (
  staff_id   TEXT NOT NULL REFERENCES staff (id),
  code_index BYTEA NOT NULL,
  made_at    TIMESTAMPTZ NOT NULL,
  used_at    TIMESTAMPTZ,
  PRIMARY KEY (staff_id, code_index)
);

CREATE TABLE staff_sessions (
  id         TEXT NOT NULL PRIMARY KEY,
  token      BYTEA NOT NULL UNIQUE,        -- SHA-256 of the token that the browser holds
  staff_id   TEXT NOT NULL REFERENCES staff (id),
  stage      TEXT NOT NULL,                -- code: the password was right; enrol: a second factor is being set up; full
  device     TEXT NOT NULL,                -- browser and system, no more
  wrong      BIGINT NOT NULL,              -- codes in it
  started_at TIMESTAMPTZ NOT NULL,
  used_at    TIMESTAMPTZ NOT NULL,         -- to the minute
  expires_at TIMESTAMPTZ NOT NULL,
  revoked_at TIMESTAMPTZ
);
CREATE INDEX staff_sessions_staff ON staff_sessions (staff_id, started_at);
CREATE INDEX staff_sessions_expire ON staff_sessions (expires_at);

-- One row a try, taken away again where it was right.
CREATE TABLE staff_attempts (
  id            TEXT NOT NULL PRIMARY KEY,
  name_index    BYTEA NOT NULL,            -- of an account, or of none
  address_index BYTEA NOT NULL,
  failed        BOOLEAN NOT NULL,
  at            TIMESTAMPTZ NOT NULL
);
CREATE INDEX staff_attempts_pair ON staff_attempts (name_index, address_index, at);
CREATE INDEX staff_attempts_at ON staff_attempts (at);

-- What was done to accounts, one chain for all of them.
CREATE TABLE staff_audit (
  seq        BIGINT NOT NULL PRIMARY KEY,
  at         TIMESTAMPTZ NOT NULL,
  actor      TEXT NOT NULL,                -- an account, or command
  action     TEXT NOT NULL,
  staff_id   TEXT NOT NULL REFERENCES staff (id),
  salt       BYTEA NOT NULL,
  commitment BYTEA NOT NULL,               -- to the account as it was then left
  previous   BYTEA NOT NULL,
  hash       BYTEA NOT NULL
);

CREATE TABLE staff_audit_head (
  one  BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  seq  BIGINT NOT NULL,
  head BYTEA NOT NULL
);
INSERT INTO staff_audit_head (one, seq, head) VALUES (1, 0, '');
