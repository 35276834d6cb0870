-- Times and durations are microseconds (since 1970, UTC). `body` is the whole record as JSON; the other columns are what
-- can be searched for. The same text serves SQLite and PostgreSQL.
CREATE TABLE sessions (
    id BIGINT NOT NULL PRIMARY KEY,
    created BIGINT NOT NULL,
    guest_joined BIGINT,
    started BIGINT,
    ended BIGINT,
    closed BIGINT,
    updated BIGINT NOT NULL,
    status TEXT NOT NULL,
    source TEXT NOT NULL,
    direction TEXT NOT NULL,
    peripheral BIGINT,
    key_day BIGINT,
    key_call BIGINT,
    client_number TEXT,
    waited BIGINT,
    length BIGINT,
    termination TEXT,
    guest_left TEXT,
    dial_result TEXT,
    operators BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX sessions_by_created ON sessions (created, id);
CREATE INDEX sessions_by_key ON sessions (key_day, key_call);
CREATE INDEX sessions_by_client ON sessions (client_number, created);
CREATE INDEX sessions_open ON sessions (id) WHERE closed IS NULL;

CREATE TABLE session_agents (
    agent TEXT NOT NULL,
    created BIGINT NOT NULL,
    session_id BIGINT NOT NULL,
    PRIMARY KEY (agent, created, session_id)
);
CREATE INDEX session_agents_by_session ON session_agents (session_id);

CREATE TABLE session_calls (
    call_id BIGINT NOT NULL,
    session_id BIGINT NOT NULL,
    PRIMARY KEY (call_id, session_id)
);
CREATE INDEX session_calls_by_session ON session_calls (session_id);

CREATE TABLE session_groups (
    skill_group BIGINT NOT NULL,
    session_id BIGINT NOT NULL,
    PRIMARY KEY (skill_group, session_id)
);
CREATE INDEX session_groups_by_session ON session_groups (session_id);

CREATE TABLE session_interactions (
    interaction TEXT NOT NULL PRIMARY KEY,
    session_id BIGINT NOT NULL
);

CREATE TABLE session_tags (
    tag TEXT NOT NULL,
    session_id BIGINT NOT NULL,
    PRIMARY KEY (tag, session_id)
);

CREATE TABLE agent_periods (
    agent TEXT NOT NULL,
    begun BIGINT NOT NULL,
    ended BIGINT,
    body TEXT NOT NULL,
    PRIMARY KEY (agent, begun)
);
CREATE INDEX agent_periods_open ON agent_periods (agent) WHERE ended IS NULL;

-- What an agent's CRM session was given (bsCallSession): frozen once, kept over a restart.
CREATE TABLE template_parameters (
    interaction TEXT NOT NULL PRIMARY KEY,
    frozen BIGINT NOT NULL,
    body TEXT NOT NULL
);
