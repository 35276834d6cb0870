-- Parameters of a contact that is still there are given again after a restart: whose they are, whether a desktop has had
-- them, and since when the contact is gone. `body` is the desktop's JSON, its parameters as the same bytes.
ALTER TABLE template_parameters ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE template_parameters ADD COLUMN told BIGINT NOT NULL DEFAULT 0;
ALTER TABLE template_parameters ADD COLUMN gone BIGINT;
CREATE INDEX template_parameters_open ON template_parameters (frozen) WHERE gone IS NULL;

-- Events for integrators, one row for each receiver. `lane` is what has to stay in order: a session, or an agent.
-- `state` 0: to be delivered from `due` on; 1: given up, until somebody asks for it again.
CREATE TABLE webhook_outbox (
    hook TEXT NOT NULL,
    id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    lane TEXT NOT NULL,
    session_id BIGINT,
    event TEXT NOT NULL,
    made BIGINT NOT NULL,
    state BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    due BIGINT NOT NULL,
    problem TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (hook, id)
);
CREATE INDEX webhook_outbox_by_lane ON webhook_outbox (hook, state, lane, seq);
CREATE INDEX webhook_outbox_by_due ON webhook_outbox (hook, state, due);
CREATE INDEX webhook_outbox_by_seq ON webhook_outbox (seq);
CREATE INDEX webhook_outbox_by_session ON webhook_outbox (session_id);

-- Numbers that must never go back, whatever is erased.
CREATE TABLE history_marks (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- Who had what erased. The number itself is kept as a keyed hash only.
CREATE TABLE erasures (
    id TEXT NOT NULL PRIMARY KEY,
    asked BIGINT NOT NULL,
    finished BIGINT,
    asked_by TEXT NOT NULL,
    number_hash TEXT NOT NULL,
    sessions BIGINT NOT NULL,
    template_parameters BIGINT NOT NULL,
    deliveries BIGINT NOT NULL,
    files BIGINT NOT NULL
);

-- Sessions that are to be erased as soon as they are over.
CREATE TABLE erasures_waiting (
    session_id BIGINT NOT NULL PRIMARY KEY,
    erasure TEXT NOT NULL
);
CREATE INDEX sessions_by_closed ON sessions (closed);

-- Readers who are limited to departments see those only.
ALTER TABLE sessions ADD COLUMN department BIGINT;
CREATE INDEX sessions_by_department ON sessions (department, created);
