-- What is built on the default network: addresses, gateways, endpoints, peering, prefix lists, flow logs.

alter table ec2_vpcs add column network_address_usage_metrics integer not null default 0;

-- `nat_gateway` or `vpc_endpoint` for interfaces that a service made and keeps.
alter table ec2_network_interfaces add column interface_type text not null default 'interface';
alter table ec2_network_interfaces add column requester_id text;

create index ec2_routes_by_target on ec2_routes (account, region, target);
create index ec2_route_tables_by_vpc on ec2_route_tables (account, region, vpc_id);
create index ec2_network_acls_by_vpc on ec2_network_acls (account, region, vpc_id);
create index ec2_internet_gateways_by_vpc on ec2_internet_gateways (account, region, vpc_id);
create index ec2_network_interfaces_by_vpc on ec2_network_interfaces (account, region, vpc_id);
create index ec2_route_table_associations_by_subnet
  on ec2_route_table_associations (account, region, subnet_id);

-- Elastic IP addresses.
create table ec2_addresses (
  seq integer primary key,
  account text not null,
  region text not null,
  allocation_id text not null,
  public_ip text not null unique,
  public_ipv4_pool text not null,
  association_id text,
  network_interface_id text,
  private_ip_address text,
  -- The name that reverse DNS gives the address.
  ptr_record text,
  unique (account, region, allocation_id)
) strict;
create index ec2_addresses_in_order on ec2_addresses (account, region);
create index ec2_addresses_by_interface on ec2_addresses (account, region, network_interface_id);
create index ec2_addresses_by_association on ec2_addresses (account, region, association_id);

create table ec2_nat_gateways (
  seq integer primary key,
  account text not null,
  region text not null,
  nat_gateway_id text not null,
  vpc_id text not null,
  subnet_id text not null,
  state text not null,
  connectivity_type text not null,
  created_at integer not null,
  deleted_at integer,
  doc text not null,
  unique (account, region, nat_gateway_id)
) strict;
create index ec2_nat_gateways_in_order on ec2_nat_gateways (account, region);

create table ec2_egress_only_gateways (
  seq integer primary key,
  account text not null,
  region text not null,
  egress_only_internet_gateway_id text not null,
  vpc_id text not null,
  unique (account, region, egress_only_internet_gateway_id)
) strict;
create index ec2_egress_only_gateways_in_order on ec2_egress_only_gateways (account, region);

create table ec2_vpc_endpoints (
  seq integer primary key,
  account text not null,
  region text not null,
  vpc_endpoint_id text not null,
  vpc_id text not null,
  service_name text not null,
  vpc_endpoint_type text not null,
  state text not null,
  created_at integer not null,
  -- The lists of ids and the rest of the endpoint, in AWS's shape.
  doc text not null,
  unique (account, region, vpc_endpoint_id)
) strict;
create index ec2_vpc_endpoints_in_order on ec2_vpc_endpoints (account, region);

-- One row for each side: both see the same connection, each in its own account and region.
create table ec2_vpc_peering_connections (
  seq integer primary key,
  account text not null,
  region text not null,
  vpc_peering_connection_id text not null,
  requester_account text not null,
  requester_region text not null,
  requester_vpc_id text not null,
  accepter_account text not null,
  accepter_region text not null,
  accepter_vpc_id text not null,
  status_code text not null,
  status_message text not null,
  expires_at integer not null,
  doc text not null,
  unique (account, region, vpc_peering_connection_id)
) strict;
create index ec2_vpc_peering_connections_in_order on ec2_vpc_peering_connections (account, region);

create table ec2_prefix_lists (
  seq integer primary key,
  account text not null,
  region text not null,
  prefix_list_id text not null,
  prefix_list_name text not null,
  address_family text not null,
  state text not null,
  max_entries integer not null,
  version integer not null,
  unique (account, region, prefix_list_id)
) strict;
create index ec2_prefix_lists_in_order on ec2_prefix_lists (account, region);

-- The entries of every version, so that one can be read again and gone back to.
create table ec2_prefix_list_entries (
  seq integer primary key,
  account text not null,
  region text not null,
  prefix_list_id text not null,
  version integer not null,
  cidr text not null,
  description text,
  unique (account, region, prefix_list_id, version, cidr)
) strict;

create table ec2_flow_logs (
  seq integer primary key,
  account text not null,
  region text not null,
  flow_log_id text not null,
  resource_id text not null,
  traffic_type text not null,
  log_destination_type text not null,
  log_group_name text,
  log_destination text,
  created_at integer not null,
  doc text not null,
  unique (account, region, flow_log_id)
) strict;
create index ec2_flow_logs_in_order on ec2_flow_logs (account, region);
