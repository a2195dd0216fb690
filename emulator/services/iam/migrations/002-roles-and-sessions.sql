create table iam_roles (
  account text not null,
  id text not null,
  name text not null collate nocase,
  path text not null,
  description text,
  trust_policy text not null,
  -- Seconds.
  max_session integer not null,
  -- The principal of the service that a service-linked role belongs to: only that service changes it.
  linked_service text,
  created_at integer not null,
  last_used_at integer,
  last_used_region text,
  tags text not null default '{}',
  primary key (account, name),
  unique (id)
) strict, without rowid;

create table iam_instance_profiles (
  account text not null,
  id text not null,
  name text not null collate nocase,
  path text not null,
  role_id text,
  created_at integer not null,
  tags text not null default '{}',
  primary key (account, name),
  unique (id)
) strict, without rowid;
create index iam_instance_profiles_by_role on iam_instance_profiles (role_id) where role_id is not null;

-- The managed policy that limits a user or role, by its ARN.
create table iam_boundaries (
  account text not null,
  holder_id text not null primary key,
  holder_kind text not null check (holder_kind in ('user', 'role')),
  policy_arn text not null
) strict, without rowid;
create index iam_boundaries_by_policy on iam_boundaries (account, policy_arn);

-- Temporary credentials. The holder is the role or user whose policies they have, or an account's number for its root.
-- Rows outlive their expiry, so that an old token is told that it expired.
create table iam_sessions (
  account text not null,
  id text not null primary key,
  secret text not null,
  token text not null,
  kind text not null check (kind in ('role', 'user', 'federated')),
  holder_id text not null,
  -- A role session's or a federated user's name; empty for GetSessionToken.
  name text not null,
  issued_at integer not null,
  expires_at integer not null,
  -- What policies may ask of the session, JSON.
  facts text not null
) strict, without rowid;
create index iam_sessions_by_expiry on iam_sessions (expires_at);

-- Access keys that are gone: a key that was issued once must not pass for one that nobody ever issued.
create table iam_retired_keys (
  account text not null,
  id text not null primary key
) strict, without rowid;

create table iam_role_deletions (
  account text not null,
  -- task/aws-service-role/<service>/<role>/<uuid>
  id text not null primary key,
  role_id text not null,
  status text not null check (status in ('IN_PROGRESS', 'SUCCEEDED', 'FAILED'))
) strict, without rowid;
