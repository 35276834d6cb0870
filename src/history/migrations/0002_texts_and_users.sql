-- What can be searched for as text: notes and names of files, in lower case.
ALTER TABLE sessions ADD COLUMN texts TEXT;

-- The published numbers of agents whose ids are no numbers.
CREATE TABLE user_numbers (
    agent TEXT NOT NULL PRIMARY KEY,
    user_number BIGINT NOT NULL
);
CREATE INDEX user_numbers_by_number ON user_numbers (user_number);
