-- Access points: names for a bucket, each with its own policy. Their aliases stand where names of buckets do, and are as global.
create table s3control_access_points (
  account text not null,
  region text not null,
  name text not null,
  alias text not null unique,
  bucket text not null,
  bucket_account text not null,
  vpc_id text,
  public_access_block text not null,
  policy text,
  policy_is_public integer not null default 0 check (policy_is_public in (0, 1)),
  tags text not null default '{}',
  created_at integer not null,
  primary key (account, region, name)
) strict, without rowid;
create index s3control_access_points_of_bucket on s3control_access_points (bucket, account);
