-- IPv6 addresses of network interfaces; the interface's subnet says which blocks they are from.
create table ec2_ipv6_addresses (
  seq integer primary key,
  account text not null,
  region text not null,
  network_interface_id text not null,
  address text not null,
  unique (account, region, address)
) strict;
create index ec2_ipv6_addresses_by_interface
  on ec2_ipv6_addresses (account, region, network_interface_id);
