-- What DescribeDBInstances filters by is a column, the rest of an instance is its configuration (JSON).
-- Identifiers are kept in lower case, as RDS keeps them. Moments are virtual time in ms since the epoch.

create table rds_instances (
  account text not null,
  region text not null,
  id text not null,
  resource_id text not null,
  cluster_id text,
  engine text not null,
  engine_version text not null,
  status text not null,
  created_at integer not null,
  configuration text not null default '{}',
  primary key (account, region, id)
) strict, without rowid;
