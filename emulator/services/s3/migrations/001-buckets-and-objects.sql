-- A bucket's name is unique across all accounts and regions; the bucket stands in one of each. Everything below a
-- bucket is reached only through its id, and so through the one place that checks account and region (find-bucket.ts):
-- the other tables repeat neither, because a bucket policy may let another account read and write them.
-- Moments are virtual time in ms since the epoch. Configuration that only reads and writes as a whole is JSON.

create table s3_buckets (
  id integer primary key,
  account text not null,
  region text not null,
  name text not null unique,
  created_at integer not null,
  object_ownership text not null
    check (object_ownership in ('BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter')),
  -- What the request said of access (`ACL`, `GrantRead`, …); null: private.
  acl text,
  -- Null until versioning was first enabled: GetBucketVersioning then answers nothing.
  versioning text check (versioning in ('Enabled', 'Suspended')),
  tags text not null default '{}'
) strict;
create index s3_buckets_by_account on s3_buckets (account, name);

-- One row for each version and delete marker. A greater id is a later version of the same key; exactly one row of a
-- key has `latest`. In a bucket without versioning every key has one row, of version 'null'.
create table s3_object_versions (
  id integer primary key,
  bucket integer not null references s3_buckets (id),
  key text not null,
  version_id text not null,
  latest integer not null check (latest in (0, 1)),
  delete_marker integer not null check (delete_marker in (0, 1)),
  last_modified integer not null,
  -- The account that owns it: the bucket's, unless ACLs are enabled and another account wrote it.
  owner text not null,
  size integer not null default 0,
  -- Without the quotes.
  etag text not null default '',
  -- The bytes of an object that was written in one piece; null for one that stands in s3_object_parts.
  file text,
  -- How many parts a multipart upload had; null for an object that was written in one piece.
  part_count integer,
  storage_class text not null default 'STANDARD',
  checksum_algorithm text,
  checksum_type text,
  checksum_value text,
  -- System headers that the client chose, by the SDK's names: `ContentType`, `CacheControl`, `Expires` as sent, …
  headers text not null default '{}',
  -- Names without `x-amz-meta-`, values decoded.
  metadata text not null default '{}',
  tags text not null default '{}',
  -- `{"ServerSideEncryption": "AES256"}` and, with KMS or a customer's key, what those need besides.
  encryption text not null default '{}',
  -- Object lock: retention mode and date, legal hold.
  lock text,
  acl text
) strict;

-- The versions of a key, the newest first, and a version by its id, without reading the rows.
create unique index s3_versions_by_key on s3_object_versions (bucket, key, id desc, version_id);

-- What listings read: the objects that are there, in key order, with everything an entry shows. A page reads one run of
-- this index and no rows, so it costs the same in a bucket of a million keys, in whichever order they were written.
create index s3_current_objects on s3_object_versions
  (bucket, key, last_modified, size, etag, storage_class, owner, checksum_algorithm, checksum_type)
  where latest = 1 and delete_marker = 0;

-- The segments of objects that came by multipart upload, in the order of their part numbers.
create table s3_object_parts (
  version integer not null references s3_object_versions (id) on delete cascade,
  -- As the upload numbered it: numbers may have gaps, GetObject's PartNumber counts 1, 2, 3.
  number integer not null,
  -- Where the part begins in the object.
  start integer not null,
  size integer not null,
  file text not null,
  checksum_value text,
  primary key (version, number)
) strict, without rowid;

create table s3_uploads (
  id text not null primary key,
  bucket integer not null references s3_buckets (id),
  key text not null,
  initiated_at integer not null,
  -- The ARN of who started it, and the account that will own the object.
  initiator text not null,
  owner text not null,
  storage_class text not null,
  checksum_algorithm text,
  checksum_type text,
  headers text not null,
  metadata text not null,
  tags text not null,
  encryption text not null,
  lock text,
  acl text
) strict, without rowid;
create index s3_uploads_by_key on s3_uploads (bucket, key, initiated_at, id);

create table s3_upload_parts (
  upload text not null references s3_uploads (id) on delete cascade,
  number integer not null,
  file text not null,
  size integer not null,
  etag text not null,
  last_modified integer not null,
  checksum_algorithm text not null,
  checksum_value text not null,
  primary key (upload, number)
) strict, without rowid;
