-- Every resource has `seq`, the order of creation that pages are keyed by, and is unique by its id in an account and region.
-- A resource's index over account and region alone (which ends with `seq`, as all do) makes a page cost what is on it.
-- Hot or filtered attributes are columns; the rest of a resource, in AWS's own shape, is `doc` (JSON).
-- Times are virtual, in ms since the epoch.

-- The account and region pairs whose default network exists, or existed: a deleted default VPC does not come back.
create table ec2_regions_entered (
  account text not null,
  region text not null,
  primary key (account, region)
) strict, without rowid;

create table ec2_tags (
  seq integer primary key,
  account text not null,
  region text not null,
  resource_id text not null,
  resource_type text not null,
  key text not null,
  value text not null
) strict;
create unique index ec2_tags_by_resource on ec2_tags (account, region, resource_id, key);
create index ec2_tags_in_order on ec2_tags (account, region);
create index ec2_tags_by_key on ec2_tags (account, region, key, value, resource_id);

create table ec2_client_tokens (
  account text not null,
  region text not null,
  operation text not null,
  token text not null,
  request_digest text not null,
  result text not null,
  created_at integer not null,
  primary key (account, region, operation, token)
) strict, without rowid;

create table ec2_dhcp_options (
  seq integer primary key,
  account text not null,
  region text not null,
  dhcp_options_id text not null,
  doc text not null,
  unique (account, region, dhcp_options_id)
) strict;
create index ec2_dhcp_options_in_order on ec2_dhcp_options (account, region);

create table ec2_vpcs (
  seq integer primary key,
  account text not null,
  region text not null,
  vpc_id text not null,
  cidr_block text not null,
  state text not null,
  is_default integer not null,
  dhcp_options_id text not null,
  instance_tenancy text not null,
  enable_dns_support integer not null,
  enable_dns_hostnames integer not null,
  doc text not null,
  unique (account, region, vpc_id)
) strict;
create index ec2_vpcs_in_order on ec2_vpcs (account, region);

create table ec2_subnets (
  seq integer primary key,
  account text not null,
  region text not null,
  subnet_id text not null,
  vpc_id text not null,
  availability_zone text not null,
  availability_zone_id text not null,
  cidr_block text not null,
  state text not null,
  default_for_az integer not null,
  map_public_ip_on_launch integer not null,
  doc text not null,
  unique (account, region, subnet_id)
) strict;
create index ec2_subnets_in_order on ec2_subnets (account, region);
create index ec2_subnets_by_vpc on ec2_subnets (account, region, vpc_id);

create table ec2_internet_gateways (
  seq integer primary key,
  account text not null,
  region text not null,
  internet_gateway_id text not null,
  vpc_id text,
  unique (account, region, internet_gateway_id)
) strict;
create index ec2_internet_gateways_in_order on ec2_internet_gateways (account, region);

create table ec2_route_tables (
  seq integer primary key,
  account text not null,
  region text not null,
  route_table_id text not null,
  vpc_id text not null,
  unique (account, region, route_table_id)
) strict;
create index ec2_route_tables_in_order on ec2_route_tables (account, region);

create table ec2_route_table_associations (
  seq integer primary key,
  account text not null,
  region text not null,
  association_id text not null,
  route_table_id text not null,
  subnet_id text,
  gateway_id text,
  main integer not null,
  unique (account, region, association_id)
) strict;
create index ec2_route_table_associations_by_table
  on ec2_route_table_associations (account, region, route_table_id);

create table ec2_routes (
  seq integer primary key,
  account text not null,
  region text not null,
  route_table_id text not null,
  -- An IPv4 or IPv6 block or a prefix list's id.
  destination text not null,
  -- `GatewayId`, `NatGatewayId`, …: the member of AWS's Route that names the target.
  target_kind text not null,
  target text not null,
  state text not null,
  origin text not null,
  unique (account, region, route_table_id, destination)
) strict;

create table ec2_network_acls (
  seq integer primary key,
  account text not null,
  region text not null,
  network_acl_id text not null,
  vpc_id text not null,
  is_default integer not null,
  unique (account, region, network_acl_id)
) strict;
create index ec2_network_acls_in_order on ec2_network_acls (account, region);

create table ec2_network_acl_entries (
  seq integer primary key,
  account text not null,
  region text not null,
  network_acl_id text not null,
  egress integer not null,
  rule_number integer not null,
  protocol text not null,
  rule_action text not null,
  cidr_block text,
  ipv6_cidr_block text,
  doc text not null,
  unique (account, region, network_acl_id, egress, rule_number)
) strict;

create table ec2_network_acl_associations (
  seq integer primary key,
  account text not null,
  region text not null,
  association_id text not null,
  network_acl_id text not null,
  subnet_id text not null,
  unique (account, region, subnet_id)
) strict;
create index ec2_network_acl_associations_by_acl
  on ec2_network_acl_associations (account, region, network_acl_id);

create table ec2_security_groups (
  seq integer primary key,
  account text not null,
  region text not null,
  group_id text not null,
  vpc_id text not null,
  group_name text not null,
  description text not null,
  unique (account, region, group_id),
  unique (account, region, vpc_id, group_name)
) strict;
create index ec2_security_groups_in_order on ec2_security_groups (account, region);

create table ec2_security_group_rules (
  seq integer primary key,
  account text not null,
  region text not null,
  security_group_rule_id text not null,
  group_id text not null,
  is_egress integer not null,
  ip_protocol text not null,
  from_port integer not null,
  to_port integer not null,
  -- `cidr_ipv4`, `cidr_ipv6`, `prefix_list` or `group`, and which one.
  peer_kind text not null,
  peer text not null,
  peer_account text,
  description text,
  unique (account, region, security_group_rule_id),
  unique (account, region, group_id, is_egress, ip_protocol, from_port, to_port, peer_kind, peer)
) strict;
create index ec2_security_group_rules_in_order on ec2_security_group_rules (account, region);
create index ec2_security_group_rules_by_peer
  on ec2_security_group_rules (account, region, peer_kind, peer);

create table ec2_network_interfaces (
  seq integer primary key,
  account text not null,
  region text not null,
  network_interface_id text not null,
  vpc_id text not null,
  subnet_id text not null,
  availability_zone text not null,
  availability_zone_id text not null,
  private_ip_address text not null,
  private_dns_name text not null,
  mac_address text not null,
  status text not null,
  description text not null,
  source_dest_check integer not null,
  public_ip text,
  public_dns_name text,
  public_ip_owner text,
  -- Whether starting the instance gives it a new public address.
  auto_public_ip integer not null,
  attachment_id text,
  instance_id text,
  device_index integer,
  attachment_status text,
  attached_at integer,
  delete_on_termination integer,
  unique (account, region, network_interface_id)
) strict;
create index ec2_network_interfaces_in_order on ec2_network_interfaces (account, region);
create index ec2_network_interfaces_by_instance
  on ec2_network_interfaces (account, region, instance_id, device_index);
create index ec2_network_interfaces_by_subnet on ec2_network_interfaces (account, region, subnet_id);
-- A public address belongs to one interface of the whole cloud.
create unique index ec2_network_interfaces_by_public_ip
  on ec2_network_interfaces (public_ip) where public_ip is not null;

create table ec2_network_interface_groups (
  seq integer primary key,
  account text not null,
  region text not null,
  network_interface_id text not null,
  group_id text not null,
  unique (account, region, network_interface_id, group_id)
) strict;
create index ec2_network_interface_groups_by_group
  on ec2_network_interface_groups (account, region, group_id);

-- The addresses in use of every subnet, as numbers, so that a conflict and a count are one look at an index.
create table ec2_private_addresses (
  account text not null,
  region text not null,
  subnet_id text not null,
  address integer not null,
  network_interface_id text not null,
  is_primary integer not null,
  primary key (account, region, subnet_id, address)
) strict, without rowid;
create index ec2_private_addresses_by_interface
  on ec2_private_addresses (account, region, network_interface_id);

create table ec2_key_pairs (
  seq integer primary key,
  account text not null,
  region text not null,
  key_pair_id text not null,
  key_name text not null,
  key_type text not null,
  key_fingerprint text not null,
  public_key text not null,
  created_at integer not null,
  unique (account, region, key_pair_id),
  unique (account, region, key_name)
) strict;
create index ec2_key_pairs_in_order on ec2_key_pairs (account, region);

create table ec2_volumes (
  seq integer primary key,
  account text not null,
  region text not null,
  volume_id text not null,
  availability_zone text not null,
  availability_zone_id text not null,
  size integer not null,
  volume_type text not null,
  iops integer,
  throughput integer,
  state text not null,
  encrypted integer not null,
  kms_key_id text,
  snapshot_id text not null,
  multi_attach_enabled integer not null,
  created_at integer not null,
  unique (account, region, volume_id)
) strict;
create index ec2_volumes_in_order on ec2_volumes (account, region);

create table ec2_volume_attachments (
  seq integer primary key,
  account text not null,
  region text not null,
  volume_id text not null,
  instance_id text not null,
  device text not null,
  state text not null,
  attached_at integer not null,
  delete_on_termination integer not null,
  unique (account, region, volume_id, instance_id)
) strict;
create index ec2_volume_attachments_by_instance
  on ec2_volume_attachments (account, region, instance_id);

create table ec2_instances (
  seq integer primary key,
  account text not null,
  region text not null,
  instance_id text not null,
  reservation_id text not null,
  launch_index integer not null,
  state text not null,
  -- When the transition that is under way ends; a timer of an earlier transition finds a later time here.
  transition_at integer,
  state_reason_code text,
  state_transition_reason text not null,
  image_id text not null,
  instance_type text not null,
  key_name text,
  vpc_id text not null,
  subnet_id text not null,
  availability_zone text not null,
  availability_zone_id text not null,
  private_ip_address text not null,
  private_dns_name text not null,
  root_device_name text not null,
  launch_time integer not null,
  client_token text not null,
  user_data text,
  disable_api_termination integer not null,
  disable_api_stop integer not null,
  shutdown_behavior text not null,
  source_dest_check integer not null,
  ebs_optimized integer not null,
  monitoring text not null,
  -- `initializing` or `ok`, while the instance runs.
  status_checks text not null,
  doc text not null,
  unique (account, region, instance_id)
) strict;
create index ec2_instances_in_order on ec2_instances (account, region);
create index ec2_instances_by_reservation on ec2_instances (account, region, reservation_id);
