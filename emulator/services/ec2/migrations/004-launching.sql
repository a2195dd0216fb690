-- What instances are launched with and grouped by.

create table ec2_launch_templates (
  seq integer primary key,
  account text not null,
  region text not null,
  launch_template_id text not null,
  launch_template_name text not null,
  default_version integer not null,
  -- The last number given; a deleted version's is not given again.
  last_version integer not null,
  created_at integer not null,
  created_by text not null,
  unique (account, region, launch_template_id),
  unique (account, region, launch_template_name)
) strict;
create index ec2_launch_templates_in_order on ec2_launch_templates (account, region);

create table ec2_launch_template_versions (
  seq integer primary key,
  account text not null,
  region text not null,
  launch_template_id text not null,
  version integer not null,
  description text,
  created_at integer not null,
  created_by text not null,
  doc text not null,
  unique (account, region, launch_template_id, version)
) strict;

create table ec2_placement_groups (
  seq integer primary key,
  account text not null,
  region text not null,
  group_id text not null,
  group_name text not null,
  strategy text not null,
  partition_count integer,
  spread_level text,
  unique (account, region, group_id),
  unique (account, region, group_name)
) strict;
create index ec2_placement_groups_in_order on ec2_placement_groups (account, region);

create table ec2_profile_associations (
  seq integer primary key,
  account text not null,
  region text not null,
  association_id text not null,
  instance_id text not null,
  profile_arn text not null,
  profile_id text not null,
  state text not null,
  associated_at integer not null,
  unique (account, region, association_id)
) strict;
create index ec2_profile_associations_in_order on ec2_profile_associations (account, region);
create index ec2_profile_associations_by_instance
  on ec2_profile_associations (account, region, instance_id);

-- How burstable instances spend their credits, where that is not their type's default.
create table ec2_instance_credits (
  account text not null,
  region text not null,
  instance_id text not null,
  cpu_credits text not null,
  primary key (account, region, instance_id)
) strict, without rowid;
