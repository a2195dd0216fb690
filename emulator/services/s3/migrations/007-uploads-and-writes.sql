-- What was a key's newest version when an upload to it began, by which a conditional completion finds conflicting writes.
alter table s3_uploads add column newest_at_start text not null default '';

-- Uploads that became objects lately: completing one again has the same answer. JSON of the parts that were named, and of the answer.
create table s3_completed_uploads (
  id text primary key,
  bucket integer not null references s3_buckets (id) on delete cascade,
  key text not null,
  completed_at integer not null,
  parts text not null,
  answer text not null,
  object text not null
) strict, without rowid;
create index s3_completed_uploads_by_age on s3_completed_uploads (bucket, completed_at);
