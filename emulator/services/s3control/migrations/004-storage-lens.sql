-- What is only recorded of Storage Lens: configurations and groups, as their documents.
create table s3control_storage_lens (
  account text not null,
  region text not null,
  kind text not null check (kind in ('configuration', 'group')),
  id text not null,
  document text not null,
  tags text not null default '{}',
  primary key (account, region, kind, id)
) strict, without rowid;
