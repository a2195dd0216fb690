-- The settings that an account has for all its buckets; no row: none. S3 has one for all regions.
create table s3control_public_access_blocks (
  account text not null primary key,
  block_public_acls integer not null check (block_public_acls in (0, 1)),
  ignore_public_acls integer not null check (ignore_public_acls in (0, 1)),
  block_public_policy integer not null check (block_public_policy in (0, 1)),
  restrict_public_buckets integer not null check (restrict_public_buckets in (0, 1))
) strict, without rowid;
