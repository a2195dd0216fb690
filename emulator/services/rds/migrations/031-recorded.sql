-- What is recorded and described, without an effect of its own: reserved instances, proxies, global clusters, deployments,
-- exports. A document is the resource as it is shown, with moments in ms since the epoch.
create table rds_documents (
  account text not null,
  region text not null,
  type text not null,
  id text not null,
  position integer not null,
  document text not null,
  primary key (account, region, type, id)
) strict, without rowid;
