-- What an officer has not read yet. The sister file has the same for PostgreSQL.

-- +goose Up

ALTER TABLE disputes ADD COLUMN news_at TIMESTAMP;        -- since when there is something that no officer has opened
UPDATE disputes SET news_at = (SELECT min(m.sent_at) FROM messages m
  WHERE m.dispute_id = disputes.id AND m.audience IN ('council', 'firm') AND m.author <> 'officer' AND m.read_at IS NULL);
