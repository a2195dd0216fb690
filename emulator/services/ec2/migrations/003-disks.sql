-- Disks and what hangs on them.

alter table ec2_volumes add column auto_enable_io integer not null default 0;

-- The last modification of each volume.
create table ec2_volume_modifications (
  seq integer primary key,
  account text not null,
  region text not null,
  volume_id text not null,
  state text not null,
  original_size integer not null,
  original_type text not null,
  original_iops integer,
  original_throughput integer,
  original_multi_attach integer not null,
  target_size integer not null,
  target_type text not null,
  target_iops integer,
  target_throughput integer,
  target_multi_attach integer not null,
  started_at integer not null,
  completes_at integer not null,
  unique (account, region, volume_id)
) strict;
create index ec2_volume_modifications_in_order on ec2_volume_modifications (account, region);

-- What an account has chosen for new volumes of a region; no row means that it has chosen nothing.
create table ec2_ebs_encryption (
  account text not null,
  region text not null,
  by_default integer not null,
  kms_key_id text,
  primary key (account, region)
) strict, without rowid;

create table ec2_snapshots (
  seq integer primary key,
  account text not null,
  region text not null,
  snapshot_id text not null,
  volume_id text not null,
  volume_size integer not null,
  state text not null,
  encrypted integer not null,
  kms_key_id text,
  description text not null,
  started_at integer not null,
  completes_at integer not null,
  storage_tier text not null,
  restore_expires_at integer,
  unique (account, region, snapshot_id)
) strict;
create index ec2_snapshots_in_order on ec2_snapshots (account, region);

-- Whom snapshots and images are shared with: account numbers, or `all`.
create table ec2_shares (
  seq integer primary key,
  account text not null,
  region text not null,
  resource_id text not null,
  grantee text not null,
  unique (account, region, resource_id, grantee)
) strict;
create index ec2_shares_by_grantee on ec2_shares (region, grantee);

create table ec2_images (
  seq integer primary key,
  account text not null,
  region text not null,
  image_id text not null,
  name text not null,
  state text not null,
  created_at integer not null,
  doc text not null,
  unique (account, region, image_id),
  unique (account, region, name)
) strict;
create index ec2_images_in_order on ec2_images (account, region);

-- Which images need which snapshots.
create table ec2_image_snapshots (
  seq integer primary key,
  account text not null,
  region text not null,
  snapshot_id text not null,
  image_id text not null,
  unique (account, region, snapshot_id, image_id)
) strict;
