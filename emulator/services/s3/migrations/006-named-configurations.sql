-- What a bucket may have many of, each by its id: inventories, metrics, analytics, intelligent tiering. JSON in the API's shape.
create table s3_named_configurations (
  bucket integer not null references s3_buckets (id) on delete cascade,
  kind text not null check (kind in ('inventory', 'metrics', 'analytics', 'intelligentTiering')),
  id text not null,
  document text not null,
  primary key (bucket, kind, id)
) strict, without rowid;
