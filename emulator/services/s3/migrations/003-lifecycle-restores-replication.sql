-- What S3 does by itself: lifecycle, restores of archived objects, replication. Most versions have a row in none of these.

-- The rules in the shape of the API, with dates as text.
create table s3_lifecycles (
  bucket integer primary key references s3_buckets (id) on delete cascade,
  rules text not null,
  minimum_size text not null check (minimum_size in ('all_storage_classes_128K', 'varies_by_storage_class'))
) strict;

-- One row for each bucket with a timer. `everything`: the rules are new, so that the next run looks at all keys, not only at
-- those that something becomes due for.
create table s3_lifecycle_runs (
  bucket integer primary key references s3_buckets (id) on delete cascade,
  next_run integer not null,
  everything integer not null check (everything in (0, 1))
) strict;

-- Keys that the next run has to look at besides: their tags changed, or a version was removed.
create table s3_lifecycle_rechecks (
  bucket integer not null references s3_buckets (id) on delete cascade,
  key text not null,
  primary key (bucket, key)
) strict, without rowid;

-- A run reads what was written some number of days ago, and nothing else.
create index s3_versions_by_age on s3_object_versions (bucket, last_modified, id);
create index s3_uploads_by_age on s3_uploads (bucket, initiated_at, id);

-- An archived version that is being restored, or has a copy to read until it expires.
create table s3_restores (
  version integer primary key references s3_object_versions (id) on delete cascade,
  tier text not null check (tier in ('Expedited', 'Standard', 'Bulk')),
  days integer not null,
  -- When the copy can be read.
  ready_at integer not null,
  -- Null while the restore goes on.
  expires_at integer
) strict;

-- Where a version is replicated to. A replica itself has one row, of status REPLICA and without a destination.
create table s3_replications (
  version integer not null references s3_object_versions (id) on delete cascade,
  -- The bucket's name.
  destination text not null,
  status text not null check (status in ('PENDING', 'COMPLETED', 'FAILED', 'REPLICA')),
  primary key (version, destination)
) strict, without rowid;

-- The configuration in the shape of the API.
create table s3_replication_configurations (
  bucket integer primary key references s3_buckets (id) on delete cascade,
  document text not null
) strict;
