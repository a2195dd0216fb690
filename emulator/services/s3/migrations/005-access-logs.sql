-- Lines of access logs that are not delivered yet.
create table s3_access_log_lines (
  id integer primary key,
  bucket integer not null references s3_buckets (id) on delete cascade,
  line text not null
) strict;
create index s3_access_log_lines_by_bucket on s3_access_log_lines (bucket, id);
