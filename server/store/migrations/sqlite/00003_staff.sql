-- The council's and the firms' people who sign in to the console. The sister file has the same for PostgreSQL.

-- +goose Up

CREATE TABLE staff (
  id             TEXT NOT NULL PRIMARY KEY,
  name           BLOB NOT NULL,            -- sealed: by which they sign in
  name_index     BLOB NOT NULL UNIQUE,     -- a name stands once, so nobody holds two roles by two accounts
  role           TEXT NOT NULL CHECK (role IN ('officer', 'handler', 'sysadmin', 'secadmin', 'auditor')), -- for ever
  institution_id TEXT REFERENCES institutions (id),
  shown          BLOB NOT NULL,            -- sealed: by which citizens see them; may be empty text
  language       TEXT NOT NULL,
  password       TEXT,                     -- hash; none until the first sign-in
  totp           BLOB,                     -- sealed: the secret of the second factor
  totp_next      BLOB,                     -- sealed: one that was shown and not yet confirmed by a code
  totp_step      BIGINT NOT NULL,          -- of the last code that was taken
  created_at     TIMESTAMP NOT NULL,
  disabled_at    TIMESTAMP,
  CHECK ((role = 'handler') = (institution_id IS NOT NULL))
);

CREATE TABLE staff_links (
  token      BLOB NOT NULL PRIMARY KEY,    -- SHA-256 of what stands in the link
  staff_id   TEXT NOT NULL REFERENCES staff (id),
  purpose    TEXT NOT NULL,                -- first, again
  made_at    TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  used_at    TIMESTAMP
);
CREATE INDEX staff_links_staff ON staff_links (staff_id);

CREATE TABLE staff_recovery (
  staff_id   TEXT NOT NULL REFERENCES staff (id),
  code_index BLOB NOT NULL,
  made_at    TIMESTAMP NOT NULL,
  used_at    TIMESTAMP,
  PRIMARY KEY (staff_id, code_index)
);

CREATE TABLE staff_sessions (
  id         TEXT NOT NULL PRIMARY KEY,
  token      BLOB NOT NULL UNIQUE,         -- SHA-256 of the token that the browser holds
  staff_id   TEXT NOT NULL REFERENCES staff (id),
  stage      TEXT NOT NULL,                -- code: the password was right; enrol: a second factor is being set up; full
  device     TEXT NOT NULL,                -- browser and system, no more
  wrong      BIGINT NOT NULL,              -- codes in it
  started_at TIMESTAMP NOT NULL,
  used_at    TIMESTAMP NOT NULL,           -- to the minute
  expires_at TIMESTAMP NOT NULL,
  revoked_at TIMESTAMP
);
CREATE INDEX staff_sessions_staff ON staff_sessions (staff_id, started_at);
CREATE INDEX staff_sessions_expire ON staff_sessions (expires_at);

-- One row a try, taken away again where it was right.
CREATE TABLE staff_attempts (
  id            TEXT NOT NULL PRIMARY KEY,
  name_index    BLOB NOT NULL,             -- of an account, or of none
  address_index BLOB NOT NULL,
  failed        BOOLEAN NOT NULL,
  at            TIMESTAMP NOT NULL
);
CREATE INDEX staff_attempts_pair ON staff_attempts (name_index, address_index, at);
CREATE INDEX staff_attempts_at ON staff_attempts (at);

-- What was done to accounts, one chain for all of them.
CREATE TABLE staff_audit (
  seq        BIGINT NOT NULL PRIMARY KEY,
  at         TIMESTAMP NOT NULL,
  actor      TEXT NOT NULL,                -- an account, or command
  action     TEXT NOT NULL,
  staff_id   TEXT NOT NULL REFERENCES staff (id),
  salt       BLOB NOT NULL,
  commitment BLOB NOT NULL,                -- to the account as it was then left
  previous   BLOB NOT NULL,
  hash       BLOB NOT NULL
);

CREATE TABLE staff_audit_head (
  one  BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  seq  BIGINT NOT NULL,
  head BLOB NOT NULL
);
INSERT INTO staff_audit_head (one, seq, head) VALUES (1, 0, X'');
