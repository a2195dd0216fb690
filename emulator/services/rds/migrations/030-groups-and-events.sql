-- Parameter groups, option groups, subnet groups, events and their subscriptions, tags.
-- Names are kept in lower case, as RDS keeps them. Moments are virtual time in ms since the epoch.

-- Of every resource, by its ARN. The position keeps the order in which they were added.
create table rds_tags (
  account text not null,
  region text not null,
  arn text not null,
  key text not null,
  value text not null,
  position integer not null,
  primary key (account, region, arn, key)
) strict, without rowid;

create table rds_parameter_groups (
  account text not null,
  region text not null,
  -- instance or cluster
  kind text not null,
  name text not null,
  family text not null,
  description text not null,
  -- What was changed: {"work_mem": {"value": "8192", "method": "immediate"}}
  changes text not null default '{}',
  primary key (account, region, kind, name)
) strict, without rowid;

create table rds_option_groups (
  account text not null,
  region text not null,
  name text not null,
  engine text not null,
  major_version text not null,
  description text not null,
  -- As DescribeOptionGroups shows them: JSON.
  options text not null default '[]',
  primary key (account, region, name)
) strict, without rowid;

create table rds_subnet_groups (
  account text not null,
  region text not null,
  name text not null,
  description text not null,
  vpc_id text not null,
  -- [{"id": "subnet-…", "zone": "us-east-1a"}]
  subnets text not null,
  primary key (account, region, name)
) strict, without rowid;

create table rds_events (
  sequence integer primary key,
  account text not null,
  region text not null,
  source_type text not null,
  source_id text not null,
  source_arn text not null,
  event_id text not null,
  message text not null,
  categories text not null,
  date integer not null
) strict;

create index rds_events_by_date on rds_events (account, region, date);

create table rds_event_subscriptions (
  account text not null,
  region text not null,
  name text not null,
  topic_arn text not null,
  enabled integer not null,
  source_type text,
  -- JSON lists.
  source_ids text not null default '[]',
  categories text not null default '[]',
  created_at integer not null,
  primary key (account, region, name)
) strict, without rowid;
