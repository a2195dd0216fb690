-- The ports of instances whose metadata somebody has asked for: a process in an instance goes on with the address it was
-- given, whatever stops and starts meanwhile.
create table imds_endpoints (
  account text not null,
  region text not null,
  instance_id text not null,
  port integer not null,
  primary key (account, region, instance_id)
) strict;
create index imds_endpoints_by_port on imds_endpoints (port);
