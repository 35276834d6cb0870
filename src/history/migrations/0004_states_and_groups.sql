-- Agents' periods without JSON: they are the most frequent rows by far. `kind`: 1 offline, 2 disconnected, 3 online, 4 away,
-- 5 break, 6 before a call, 7 on a call, 8 after a call; `forced` 0 or 1. Rows of before have none of it and a `body`.
ALTER TABLE agent_periods ADD COLUMN kind BIGINT;
ALTER TABLE agent_periods ADD COLUMN reason BIGINT;
ALTER TABLE agent_periods ADD COLUMN forced BIGINT;

-- A skill group's newest sessions without looking at all of its sessions.
ALTER TABLE session_groups ADD COLUMN created BIGINT;
UPDATE session_groups SET created = (SELECT s.created FROM sessions s WHERE s.id = session_id);
CREATE INDEX session_groups_by_time ON session_groups (skill_group, created, session_id);
