-- Parameter Store. Times are virtual, in ms since the epoch.

create table ssm_parameters (
  account text not null,
  region text not null,
  -- What it is found by: the name, without the slash before a name of one level, for `x` and `/x` are the same parameter.
  key text not null,
  name text not null,
  type text not null,
  data_type text not null,
  tier text not null,
  -- The current version, and the oldest that is kept.
  version integer not null,
  description text,
  allowed_pattern text,
  -- The ARN, id or alias that a SecureString was given.
  key_id text,
  -- JSON: what the request's `Policies` says.
  policies text not null,
  modified_at integer not null,
  modified_by text not null,
  -- A JSON object.
  tags text not null,
  primary key (account, region, key)
) strict, without rowid;

create table ssm_parameter_versions (
  account text not null,
  region text not null,
  key text not null,
  version integer not null,
  type text not null,
  data_type text not null,
  tier text not null,
  description text,
  allowed_pattern text,
  key_id text,
  policies text not null,
  modified_at integer not null,
  modified_by text not null,
  -- UTF-8 text; for a SecureString what it is encrypted to, with the wrapped key beside it.
  value blob not null,
  wrapped_key blob,
  -- A JSON array.
  labels text not null,
  primary key (account, region, key, version)
) strict, without rowid;
