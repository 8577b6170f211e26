-- The cache: what Kommo and Oneflow showed last. May be thrown away at any time. Times are milliseconds UTC, amounts minor units.

-- List columns only; bodies and search texts lie apart, so that a scan of the list stays short.
CREATE TABLE deals (
    id              INTEGER PRIMARY KEY,
    name            TEXT    NOT NULL,
    sort_name       TEXT    NOT NULL,
    company         INTEGER,
    company_name    TEXT    NOT NULL,
    sort_company    TEXT    NOT NULL,
    contact_name    TEXT    NOT NULL,
    sort_contact    TEXT    NOT NULL,
    price           INTEGER,
    currency        TEXT    NOT NULL,
    pipeline        INTEGER NOT NULL,
    stage           INTEGER NOT NULL,
    sort_pipeline   TEXT    NOT NULL,
    responsible     INTEGER NOT NULL,
    sort_owner      TEXT    NOT NULL,
    updated_at      INTEGER NOT NULL,
    won_at          INTEGER,
    contract_field  TEXT    NOT NULL,
    is_ready        INTEGER NOT NULL CHECK (is_ready IN (0, 1)),
    synced_at       INTEGER NOT NULL
) STRICT;

-- One for each order of the list, with everything the filters ask for, so that a page walks the index alone.
CREATE INDEX deals_by_won ON deals (won_at, id, is_ready, contract_field, responsible, pipeline);
CREATE INDEX deals_by_name ON deals (sort_name, id, is_ready, contract_field, responsible, pipeline, won_at);
CREATE INDEX deals_by_company ON deals (sort_company, id, is_ready, contract_field, responsible, pipeline, won_at);
CREATE INDEX deals_by_contact ON deals (sort_contact, id, is_ready, contract_field, responsible, pipeline, won_at);
CREATE INDEX deals_by_amount ON deals (price, id, is_ready, contract_field, responsible, pipeline, won_at);
CREATE INDEX deals_by_pipeline ON deals (sort_pipeline, id, is_ready, contract_field, responsible, pipeline, won_at);
CREATE INDEX deals_by_owner ON deals (sort_owner, id, is_ready, contract_field, responsible, pipeline, won_at);
CREATE INDEX deals_of_company ON deals (company) WHERE company IS NOT NULL;

CREATE TABLE deal_bodies (
    deal  INTEGER PRIMARY KEY REFERENCES deals (id) ON DELETE CASCADE,
    body  TEXT    NOT NULL
) STRICT;

-- Folded name of the deal, its company and its contacts, with their e-mails.
CREATE TABLE deal_search (
    deal  INTEGER PRIMARY KEY REFERENCES deals (id) ON DELETE CASCADE,
    text  TEXT    NOT NULL
) STRICT;

CREATE TABLE deal_contacts (
    deal      INTEGER NOT NULL REFERENCES deals (id) ON DELETE CASCADE,
    place     INTEGER NOT NULL,
    contact   INTEGER NOT NULL,
    PRIMARY KEY (deal, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX deal_contacts_by_contact ON deal_contacts (contact);

CREATE TABLE contacts (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    sort_name  TEXT NOT NULL,
    search     TEXT NOT NULL,
    body       TEXT NOT NULL
) STRICT;

CREATE TABLE companies (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    sort_name  TEXT NOT NULL,
    body       TEXT NOT NULL
) STRICT;

CREATE TABLE pipelines (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    sort_name  TEXT    NOT NULL,
    place      INTEGER NOT NULL,
    body       TEXT    NOT NULL
) STRICT;

CREATE TABLE users (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    sort_name  TEXT NOT NULL,
    body       TEXT NOT NULL
) STRICT;

-- Small lists that are always read whole (templates, custom fields …), and how far the syncs have come.
CREATE TABLE facts (
    key        TEXT    NOT NULL PRIMARY KEY,
    value      TEXT    NOT NULL CHECK (json_valid(value)),
    stored_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
