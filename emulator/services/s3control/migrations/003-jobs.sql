-- Batch jobs. What a request said of one is a document; what lists, timers and progress ask about are columns.
create table s3control_jobs (
  account text not null,
  region text not null,
  id text not null,
  status text not null,
  priority integer not null,
  role_arn text not null,
  -- The operation, the manifest, the report, the description and the generator, as they were asked for.
  request text not null,
  client_token text not null,
  created_at integer not null,
  ended_at integer,
  suspended_at integer,
  status_reason text,
  failures text not null default '[]',
  total integer not null default 0,
  succeeded integer not null default 0,
  failed integer not null default 0,
  active_from integer,
  tags text not null default '{}',
  primary key (account, region, id),
  unique (account, region, client_token)
) strict, without rowid;
create index s3control_jobs_by_age on s3control_jobs (account, region, created_at, id);

-- What a job is to be done to, in the manifest's order, and what came of it; no code: not done yet, or done well.
create table s3control_job_tasks (
  account text not null,
  region text not null,
  job text not null,
  number integer not null,
  bucket text not null,
  key text not null,
  version_id text,
  done integer not null default 0 check (done in (0, 1)),
  http_status integer,
  error_code text,
  message text,
  primary key (account, region, job, number)
) strict, without rowid;
