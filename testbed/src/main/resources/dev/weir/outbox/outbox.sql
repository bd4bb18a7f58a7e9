-- The outbox, and what Debezium needs to read it. Run by the owner of the business tables.
create table outbox (
  id uuid primary key default gen_random_uuid(),
  -- Part of a topic's name: an invalid one would stop the connector.
  aggregatetype varchar(100) not null check (aggregatetype ~ '^[A-Za-z0-9._-]+$'),
  aggregateid varchar(100) not null,
  type varchar(100) not null,
  -- Below max.request.size of Connect's producer, 1 MiB: a larger event would stop the connector.
  payload bytea not null check (octet_length(payload) <= 1000000),
  -- The time of the insert. now() would be the start of the transaction.
  created_at timestamptz not null default clock_timestamp(),
  -- The order of the inserts, for a snapshot.
  position bigint generated always as identity
);

-- For the cleaner.
create index outbox_created_at on outbox (created_at);

-- This table and its inserts only: the deletes of the cleaner cost the connector nothing.
create publication outbox for table outbox with (publish = 'insert');

-- The role of the connector; give it a password.
create role outbox_reader login replication;
grant select on outbox to outbox_reader;
