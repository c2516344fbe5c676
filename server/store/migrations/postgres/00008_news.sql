-- What no officer has been shown yet. The sister file has the same for SQLite.

-- +goose Up

ALTER TABLE disputes ADD COLUMN news_at TIMESTAMPTZ;       -- since when there is something from outside that no officer was shown
UPDATE disputes SET news_at = CASE
  WHEN NOT EXISTS (SELECT 1 FROM audit a WHERE a.dispute_id = disputes.id AND a.actor = 'officer') THEN submitted_at
  ELSE (SELECT min(m.sent_at) FROM messages m
    WHERE m.dispute_id = disputes.id AND m.audience IN ('council', 'firm') AND m.author <> 'officer' AND m.read_at IS NULL) END;
