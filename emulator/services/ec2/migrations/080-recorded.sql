-- Resources that are kept and given back without effect here: VPNs, transit gateways, mirrors, IPAM and so on.
-- `kind` is the prefix of the ids, `doc` the resource in AWS's shape, but for its id, state, tags and time of creation.
create table ec2_recorded (
  seq integer primary key,
  account text not null,
  region text not null,
  kind text not null,
  id text not null,
  state text not null,
  created_at integer not null,
  doc text not null,
  unique (account, region, kind, id)
) strict;
create index ec2_recorded_in_order on ec2_recorded (account, region, kind);

-- Settings of an account in a region, each a JSON document: serial console access, block public access, id formats.
create table ec2_settings (
  account text not null,
  region text not null,
  name text not null,
  doc text not null,
  primary key (account, region, name)
) strict, without rowid;
