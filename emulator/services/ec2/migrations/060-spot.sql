-- The spot market: requests, and the fleets that make them. Prices are a function of time and stand nowhere.

create table ec2_spot_requests (
  seq integer primary key,
  account text not null,
  region text not null,
  request_id text not null,
  type text not null,
  state text not null,
  status_code text not null,
  status_message text not null,
  status_at integer not null,
  created_at integer not null,
  -- USD an hour; without one in the request, the on-demand price of then.
  max_price real not null,
  product text not null,
  instance_type text not null,
  valid_from integer,
  valid_until integer,
  launch_group text,
  zone_group text,
  interruption_behavior text not null,
  instance_id text,
  launched_zone text,
  fleet_id text,
  -- What is about to interrupt the instance, or has stopped it.
  interruption_cause text,
  interruption_action text,
  interruption_at integer,
  rebalance_at integer,
  noticed_at integer,
  doc text not null,
  unique (account, region, request_id)
) strict;
create index ec2_spot_requests_in_order on ec2_spot_requests (account, region);
create index ec2_spot_requests_by_instance on ec2_spot_requests (account, region, instance_id);
create index ec2_spot_requests_by_fleet on ec2_spot_requests (account, region, fleet_id) where fleet_id is not null;

create table ec2_spot_datafeeds (
  account text not null,
  region text not null,
  bucket text not null,
  prefix text,
  primary key (account, region)
) strict;

create table ec2_fleets (
  seq integer primary key,
  account text not null,
  region text not null,
  fleet_id text not null,
  -- `ec2` for CreateFleet's, `spot` for RequestSpotFleet's.
  kind text not null,
  -- `instant`, `request` or `maintain`.
  type text not null,
  state text not null,
  activity_status text,
  total_target real not null,
  on_demand_target real not null,
  spot_target real not null,
  -- `termination` or `no-termination`, for capacity above the target.
  excess_policy text not null,
  created_at integer not null,
  valid_until integer,
  client_token text not null,
  -- What was asked for, and what an instant fleet could not launch.
  doc text not null,
  errors text not null,
  unique (account, region, fleet_id)
) strict;
create index ec2_fleets_in_order on ec2_fleets (account, region);

create table ec2_fleet_instances (
  seq integer primary key,
  account text not null,
  region text not null,
  fleet_id text not null,
  instance_id text not null,
  request_id text,
  lifecycle text not null,
  weight real not null,
  -- Which of the fleet's pools it is in.
  pool integer not null,
  instance_type text not null,
  -- False once it is on its way out.
  active integer not null,
  unique (account, region, instance_id)
) strict;
create index ec2_fleet_instances_by_fleet on ec2_fleet_instances (account, region, fleet_id);

create table ec2_fleet_history (
  seq integer primary key,
  account text not null,
  region text not null,
  fleet_id text not null,
  at integer not null,
  event_type text not null,
  subtype text not null,
  description text,
  instance_id text
) strict;
create index ec2_fleet_history_by_fleet on ec2_fleet_history (account, region, fleet_id);
