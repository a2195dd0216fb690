-- Who may do what with a bucket. Access control lists are lists of grants from now on, `[{"grantee": …, "permission": …}]`;
-- until now they were the words of the request, which no operation read.
update s3_buckets set acl = null;
update s3_object_versions set acl = null;
update s3_uploads set acl = null;

-- 0 after DeleteBucketOwnershipControls: the bucket behaves as ObjectWriter and says that it has no controls.
alter table s3_buckets add column ownership_controls integer not null default 1 check (ownership_controls in (0, 1));
-- JSON text, as GetBucketPolicy answers it, and whether it is public as AWS means it.
alter table s3_buckets add column policy text;
alter table s3_buckets add column policy_is_public integer not null default 0 check (policy_is_public in (0, 1));
-- The four settings as JSON; null after DeletePublicAccessBlock. New buckets have all of them.
alter table s3_buckets add column public_access_block text default
  '{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true}';

-- What a bucket is configured with besides, by kind (`cors`, `website`, …): JSON in the shape of the API.
create table s3_bucket_configurations (
  bucket integer not null references s3_buckets (id) on delete cascade,
  kind text not null,
  document text not null,
  primary key (bucket, kind)
) strict, without rowid;
