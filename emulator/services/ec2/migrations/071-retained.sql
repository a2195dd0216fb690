-- What was deleted and is kept for a while by a rule of the recycle bin.
create table ec2_recycle_bin (
  seq integer primary key,
  account text not null,
  region text not null,
  -- `snap`, `ami` or `vol`
  kind text not null,
  id text not null,
  -- Virtual times in ms since the epoch.
  entered_at integer not null,
  exits_at integer not null,
  -- JSON: the row, its tags, whom it was shared with.
  doc text not null,
  unique (account, region, id)
) strict;
create index ec2_recycle_bin_in_order on ec2_recycle_bin (account, region, kind);

-- JSON: the lock of a snapshot, and the last change of its tier.
alter table ec2_snapshots add column lock text;
alter table ec2_snapshots add column tiering text;
