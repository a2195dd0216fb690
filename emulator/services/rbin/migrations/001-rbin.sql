-- Retention rules. Times are virtual, in ms since the epoch.
create table rbin_rules (
  account text not null,
  region text not null,
  identifier text not null,
  resource_type text not null,
  days integer not null,
  description text not null,
  -- JSON: a list of `ResourceTagKey` and `ResourceTagValue`; those of a rule for all of a region are none.
  resource_tags text not null,
  exclude_tags text not null,
  lock_state text,
  -- Days.
  unlock_delay integer,
  lock_ends_at integer,
  -- A JSON object.
  tags text not null,
  created_at integer not null,
  primary key (account, region, identifier)
) strict, without rowid;
create index rbin_rules_by_type on rbin_rules (account, region, resource_type);
