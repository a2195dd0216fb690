-- Values that are not those of the table of quotas: what was granted, or what a lab has set.
create table service_quotas_values (
  account text not null,
  -- `aws-global` for quotas that hold for all regions
  region text not null,
  service text not null,
  code text not null,
  value real not null,
  primary key (account, region, service, code)
) strict, without rowid;

-- Requests for more. Times are virtual, in ms since the epoch.
create table service_quotas_requests (
  seq integer primary key,
  account text not null,
  region text not null,
  id text not null,
  service text not null,
  code text not null,
  desired real not null,
  status text not null,
  case_id text,
  requester text not null,
  created_at integer not null,
  updated_at integer not null,
  unique (account, region, id)
) strict;
create index service_quotas_requests_by_quota
  on service_quotas_requests (account, region, service, code);
