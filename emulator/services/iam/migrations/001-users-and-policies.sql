-- Names are unique whatever their case (CreateUser: "Names are not distinguished by case"); they are ASCII, so NOCASE is enough.
-- Ids (AIDA…, AGPA…, ANPA…) never change, names and paths do: everything refers to ids.
-- Moments are virtual time in ms since the epoch. Tags are a JSON object.

create table iam_users (
  account text not null,
  id text not null,
  name text not null collate nocase,
  path text not null,
  created_at integer not null,
  tags text not null default '{}',
  primary key (account, name),
  unique (id)
) strict, without rowid;

create table iam_access_keys (
  account text not null,
  id text not null primary key,
  user_id text not null,
  secret text not null,
  status text not null check (status in ('Active', 'Inactive')),
  created_at integer not null
) strict, without rowid;
create index iam_access_keys_by_user on iam_access_keys (user_id);

create table iam_groups (
  account text not null,
  id text not null,
  name text not null collate nocase,
  path text not null,
  created_at integer not null,
  primary key (account, name),
  unique (id)
) strict, without rowid;

create table iam_group_members (
  account text not null,
  user_id text not null,
  group_id text not null,
  primary key (user_id, group_id)
) strict, without rowid;
create index iam_group_members_by_group on iam_group_members (group_id);

-- Customer managed policies; those of AWS are a fixture. The default version's document stands here too, because
-- every request of an attached identity reads it.
create table iam_policies (
  account text not null,
  id text not null,
  arn text not null,
  name text not null collate nocase,
  path text not null,
  description text,
  default_version integer not null,
  latest_version integer not null,
  document text not null,
  created_at integer not null,
  updated_at integer not null,
  tags text not null default '{}',
  primary key (account, name),
  unique (arn)
) strict, without rowid;

create table iam_policy_versions (
  account text not null,
  policy_id text not null,
  version integer not null,
  document text not null,
  created_at integer not null,
  primary key (policy_id, version)
) strict, without rowid;

-- What a user, group or role holds: a managed policy by its ARN, or an inline policy by its name with its document.
create table iam_held_policies (
  account text not null,
  holder_id text not null,
  holder_kind text not null check (holder_kind in ('user', 'group', 'role')),
  managed integer not null check (managed in (0, 1)),
  name text not null collate nocase,
  document text,
  primary key (holder_id, managed, name),
  check ((document is null) = (managed = 1))
) strict, without rowid;
create index iam_held_policies_by_name on iam_held_policies (account, name) where managed = 1;
