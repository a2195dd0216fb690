-- Capacity: what there is of it, who has reserved it, who uses it.

-- The reservation that an instance runs in.
alter table ec2_instances add column capacity_reservation_id text;
create index ec2_instances_by_capacity_reservation
  on ec2_instances (account, region, capacity_reservation_id) where capacity_reservation_id is not null;

-- The vCPUs that run are counted at every launch.
create index ec2_instances_by_type on ec2_instances (account, region, state, instance_type);
create index ec2_instances_of_spot on ec2_instances (account, region, state, instance_type)
  where json_extract(doc, '$.InstanceLifecycle') = 'spot';

-- Types that are short, as a lab has set it: with wildcards in the type, and `*` for all zones.
create table ec2_capacity_shortages (
  account text not null,
  region text not null,
  instance_type text not null,
  zone text not null,
  primary key (account, region, instance_type, zone)
) strict, without rowid;

-- Times are virtual, in ms since the epoch.
create table ec2_reserved_instances (
  seq integer primary key,
  account text not null,
  region text not null,
  reserved_instances_id text not null,
  -- `active`, `retired`, …: what follows from time is not stored.
  state text not null,
  instance_type text not null,
  instance_count integer not null,
  scope text not null,
  availability_zone text,
  started_at integer not null,
  ends_at integer not null,
  doc text not null,
  unique (account, region, reserved_instances_id)
) strict;
create index ec2_reserved_instances_in_order on ec2_reserved_instances (account, region);

create table ec2_reserved_instances_modifications (
  seq integer primary key,
  account text not null,
  region text not null,
  modification_id text not null,
  created_at integer not null,
  doc text not null,
  unique (account, region, modification_id)
) strict;
create index ec2_reserved_instances_modifications_in_order
  on ec2_reserved_instances_modifications (account, region);
