-- The ledger: what this installation did, saw and owes. Times are milliseconds UTC, amounts are minor units.
-- Frozen: a change of the schema is a new file.

-- One click on "Send contract". Only `sends::take` moves a row from state to state.
CREATE TABLE sends (
    id               TEXT    NOT NULL PRIMARY KEY,
    account          INTEGER NOT NULL,
    deal             INTEGER NOT NULL,
    generation       INTEGER NOT NULL,
    seat             TEXT    NOT NULL,
    batch            TEXT,
    preview          TEXT    NOT NULL,
    payload          BLOB    NOT NULL,
    hash             TEXT    NOT NULL,
    edits            TEXT    NOT NULL CHECK (json_valid(edits)),
    title_deal       TEXT    NOT NULL,
    title_company    TEXT    NOT NULL,
    title_recipient  TEXT    NOT NULL,
    title_email      TEXT    NOT NULL,
    title_amount     INTEGER,
    title_currency   TEXT,
    search           TEXT    NOT NULL,
    clicked_at       INTEGER NOT NULL,
    hold_left_ms     INTEGER NOT NULL CHECK (hold_left_ms >= 0),
    attempt          INTEGER NOT NULL CHECK (attempt >= 0),
    state            TEXT    NOT NULL,
    state_detail     TEXT    NOT NULL CHECK (json_valid(state_detail)),
    state_since      INTEGER NOT NULL,
    tries            INTEGER NOT NULL CHECK (tries >= 0),
    cause            TEXT    CHECK (cause IS NULL OR json_valid(cause)),
    -- Read from state_detail at each step, so that lists and indices need no JSON.
    is_settled       INTEGER NOT NULL CHECK (is_settled IN (0, 1)),
    contract         INTEGER,
    why              TEXT,
    tidied_at        INTEGER
) STRICT;

CREATE UNIQUE INDEX sends_one_unsettled ON sends (account, deal) WHERE is_settled = 0;
CREATE INDEX sends_by_deal ON sends (deal, clicked_at);
CREATE INDEX sends_by_batch ON sends (batch, clicked_at) WHERE batch IS NOT NULL;
CREATE INDEX sends_by_state ON sends (state, state_since);

-- When, from where, and why each send moved.
CREATE TABLE send_steps (
    id      INTEGER PRIMARY KEY,
    send    TEXT    NOT NULL REFERENCES sends (id),
    at      INTEGER NOT NULL,
    step    TEXT    NOT NULL,
    before  TEXT,
    after   TEXT    NOT NULL CHECK (json_valid(after)),
    tries   INTEGER NOT NULL,
    cause   TEXT    CHECK (cause IS NULL OR json_valid(cause))
) STRICT;

CREATE INDEX send_steps_by_send ON send_steps (send, id);

-- What Oneflow holds, ours and colleagues'. A deal may have many.
CREATE TABLE contracts (
    id               INTEGER PRIMARY KEY,
    deal             INTEGER NOT NULL,
    generation       INTEGER NOT NULL,
    send             TEXT    REFERENCES sends (id),
    marker           TEXT,
    name             TEXT,
    title_deal       TEXT    NOT NULL,
    title_company    TEXT    NOT NULL,
    title_recipient  TEXT    NOT NULL,
    title_email      TEXT    NOT NULL,
    title_amount     INTEGER,
    title_currency   TEXT,
    search           TEXT    NOT NULL,
    workspace        INTEGER,
    template         INTEGER,
    state            TEXT    NOT NULL,
    is_baseline      INTEGER NOT NULL CHECK (is_baseline IN (0, 1)),
    first_seen       INTEGER NOT NULL,
    observation      TEXT    CHECK (observation IS NULL OR json_valid(observation)),
    observed_at      INTEGER,
    updated_time     INTEGER,
    state_time       INTEGER,
    published_time   INTEGER,
    expiry_time      INTEGER,
    signed           INTEGER NOT NULL,
    signatories      INTEGER NOT NULL,
    last_event       INTEGER,
    missing_since    INTEGER,
    vanished_at      INTEGER,
    removed_at       INTEGER
) STRICT;

CREATE INDEX contracts_by_deal ON contracts (deal);
CREATE INDEX contracts_by_send ON contracts (send) WHERE send IS NOT NULL;
CREATE INDEX contracts_by_state ON contracts (state);

-- Each look that differed from the one before.
CREATE TABLE observations (
    id           INTEGER PRIMARY KEY,
    contract     INTEGER NOT NULL REFERENCES contracts (id),
    seen_at      INTEGER NOT NULL,
    observation  TEXT    NOT NULL CHECK (json_valid(observation))
) STRICT;

CREATE INDEX observations_by_contract ON observations (contract, id);

-- What happened to contracts, once each. Participant 0 stands for "nobody in particular", because NULLs are never equal.
CREATE TABLE changes (
    id           INTEGER PRIMARY KEY,
    contract     INTEGER NOT NULL REFERENCES contracts (id),
    kind         TEXT    NOT NULL,
    participant  INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    name         TEXT,
    seen_at      INTEGER NOT NULL,
    is_unread    INTEGER NOT NULL CHECK (is_unread IN (0, 1)),
    UNIQUE (contract, kind, participant, at)
) STRICT;

CREATE INDEX changes_by_time ON changes (at, id);
CREATE INDEX changes_unread ON changes (id) WHERE is_unread = 1;

-- Desktop notifications, each shown at most once by this seat.
CREATE TABLE notices (
    change       INTEGER PRIMARY KEY REFERENCES changes (id),
    intended_at  INTEGER NOT NULL,
    claimed_at   INTEGER
) STRICT;

CREATE INDEX notices_due ON notices (change) WHERE claimed_at IS NULL;

-- Work owed to Kommo, once for each occurrence of a change.
CREATE TABLE write_backs (
    id           INTEGER PRIMARY KEY,
    contract     INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    participant  INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    part         TEXT    NOT NULL,
    part_order   INTEGER NOT NULL,
    name         TEXT,
    deal         INTEGER NOT NULL,
    work         TEXT    NOT NULL CHECK (json_valid(work)),
    state        TEXT    NOT NULL,
    state_detail TEXT    NOT NULL CHECK (json_valid(state_detail)),
    tries        INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    next_try     INTEGER NOT NULL,
    result       TEXT    CHECK (result IS NULL OR json_valid(result)),
    done_at      INTEGER,
    UNIQUE (contract, kind, participant, at, part)
) STRICT;

CREATE INDEX write_backs_by_deal ON write_backs (deal);
CREATE INDEX write_backs_unfinished ON write_backs (contract, at, part_order) WHERE state IN ('unchecked', 'owed', 'trying');
CREATE INDEX write_backs_parked ON write_backs (id) WHERE state = 'parked';

-- Deals that a person took off the list.
CREATE TABLE set_aside (
    deal  INTEGER PRIMARY KEY,
    at    INTEGER NOT NULL
) STRICT;

-- Where each deal stands, for the lists: derived from the tables above by `standings::refresh` in the same transaction.
CREATE TABLE standings (
    deal          INTEGER PRIMARY KEY,
    status        TEXT    NOT NULL,
    why           TEXT,
    send          TEXT,
    contract      INTEGER,
    signed        INTEGER NOT NULL,
    signatories   INTEGER NOT NULL,
    set_aside_at  INTEGER,
    is_unsettled  INTEGER NOT NULL CHECK (is_unsettled IN (0, 1)),
    is_to_send    INTEGER NOT NULL CHECK (is_to_send IN (0, 1)),
    is_kept       INTEGER NOT NULL CHECK (is_kept IN (0, 1))
) STRICT;

CREATE INDEX standings_by_status ON standings (status);

CREATE TABLE mappings (
    version   INTEGER PRIMARY KEY,
    template  INTEGER NOT NULL,
    mapping   TEXT    NOT NULL CHECK (json_valid(mapping)),
    saved_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX mappings_by_template ON mappings (template, version);

-- Contracts that lists showed without a place for a marker, and what reading them alone said.
CREATE TABLE drafts_read (
    contract      INTEGER PRIMARY KEY,
    updated_time  INTEGER,
    marker        TEXT,
    read_at       INTEGER NOT NULL
) STRICT;

-- Drafts of colleagues that somebody may have left behind, and drafts of ended sends of this seat that somebody changed,
-- as the last look at each showed them. `payload` is what the draft was proved to hold, where that could be proved.
CREATE TABLE left_drafts (
    contract    INTEGER PRIMARY KEY,
    deal        INTEGER NOT NULL,
    marker      TEXT    NOT NULL,
    shown       TEXT    NOT NULL CHECK (json_valid(shown)),
    title       TEXT    NOT NULL CHECK (json_valid(title)),
    payload     BLOB,
    first_seen  INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL,
    is_listed   INTEGER NOT NULL CHECK (is_listed IN (0, 1)),
    discard_at  INTEGER
) STRICT;

CREATE INDEX left_drafts_by_deal ON left_drafts (deal);

CREATE TABLE facts (
    key        TEXT    NOT NULL PRIMARY KEY,
    value      TEXT    NOT NULL CHECK (json_valid(value)),
    stored_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
