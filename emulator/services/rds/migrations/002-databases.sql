-- Instances, snapshots and clusters. What is filtered by, or refers to another resource, is a column; `configuration` is
-- everything else that AWS shows, as it shows it; `pending` what waits for the maintenance window or a reboot;
-- `private` what is never shown (passwords that are to be set, ports).

alter table rds_instances add column parameter_group text not null default '';
alter table rds_instances add column option_group text not null default '';
alter table rds_instances add column subnet_group text;
-- The instance (or cluster) that it is a read replica of: an identifier, or an ARN of another region.
alter table rds_instances add column source text;
alter table rds_instances add column pending text not null default '{}';
alter table rds_instances add column private text not null default '{}';

create index rds_instances_by_status on rds_instances (status);
create index rds_instances_by_cluster on rds_instances (account, region, cluster_id);

create table rds_snapshots (
  account text not null,
  region text not null,
  id text not null,
  -- Of the instance that it was taken of, which may be gone.
  instance_id text not null,
  resource_id text not null,
  -- manual, automated or awsbackup
  type text not null,
  engine text not null,
  engine_version text not null,
  status text not null,
  created_at integer not null,
  option_group text not null default '',
  configuration text not null default '{}',
  -- Accounts that may restore it, or `all`: JSON.
  shared_with text not null default '[]',
  private text not null default '{}',
  primary key (account, region, id)
) strict, without rowid;

create index rds_snapshots_by_instance on rds_snapshots (account, region, instance_id);
create index rds_snapshots_by_status on rds_snapshots (status);

create table rds_clusters (
  account text not null,
  region text not null,
  id text not null,
  resource_id text not null,
  engine text not null,
  engine_version text not null,
  status text not null,
  created_at integer not null,
  parameter_group text not null default '',
  subnet_group text,
  -- The ARN of the global cluster that it is a member of.
  global_cluster text,
  configuration text not null default '{}',
  pending text not null default '{}',
  private text not null default '{}',
  primary key (account, region, id)
) strict, without rowid;

create table rds_cluster_snapshots (
  account text not null,
  region text not null,
  id text not null,
  cluster_id text not null,
  resource_id text not null,
  type text not null,
  engine text not null,
  engine_version text not null,
  status text not null,
  created_at integer not null,
  configuration text not null default '{}',
  shared_with text not null default '[]',
  private text not null default '{}',
  primary key (account, region, id)
) strict, without rowid;

-- What an instance can be restored to a moment from: its base backups and its write-ahead log. It outlives the instance
-- where automated backups are kept after deletion.
create table rds_automated_backups (
  account text not null,
  region text not null,
  resource_id text not null,
  instance_id text not null,
  -- creating, active or retained
  status text not null,
  configuration text not null default '{}',
  primary key (account, region, resource_id)
) strict, without rowid;

-- Copies of data directories: a snapshot's, or what a restore to a moment begins with.
create table rds_base_backups (
  account text not null,
  region text not null,
  id text not null,
  -- The instance's, whose write-ahead log leads on from here.
  resource_id text not null,
  -- When the copy was complete: virtual time, and time of the wall, by which PostgreSQL dates its commits.
  completed_at integer not null,
  wall_completed_at integer not null,
  timeline integer not null,
  primary key (account, region, id)
) strict, without rowid;

create index rds_base_backups_by_resource on rds_base_backups (account, region, resource_id);
