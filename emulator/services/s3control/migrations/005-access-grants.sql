-- Access grants: one instance for an account and region, its locations with the roles that reach them, and who may use which part.
create table s3control_access_grants_instances (
  account text not null,
  region text not null,
  created_at integer not null,
  policy text,
  policy_at integer,
  organization text,
  tags text not null default '{}',
  primary key (account, region)
) strict, without rowid;

create table s3control_access_grants_locations (
  account text not null,
  region text not null,
  id text not null,
  scope text not null,
  role_arn text not null,
  created_at integer not null,
  tags text not null default '{}',
  primary key (account, region, id),
  unique (account, region, scope)
) strict, without rowid;

create table s3control_access_grants (
  account text not null,
  region text not null,
  id text not null,
  location text not null,
  sub_prefix text,
  grantee text not null,
  permission text not null check (permission in ('READ', 'WRITE', 'READWRITE')),
  -- The location's and the grant's own part together: `s3://bucket/prefix*`.
  scope text not null,
  created_at integer not null,
  tags text not null default '{}',
  primary key (account, region, id)
) strict, without rowid;
