-- Single values of the whole state, such as the virtual clock's offset.
create table meta (
  key text primary key,
  value text not null
) strict, without rowid;

-- Every kept object file. What is on disk and not here is an orphan of a crash.
create table object_file (
  id text primary key,
  size integer not null
) strict, without rowid;

-- What has yet to happen, in virtual time. A timer that failed too often is parked: kept with its error, never fired.
create table timer (
  id integer primary key,
  due_at integer not null,
  service text not null,
  account text not null,
  region text not null,
  kind text not null,
  key text,
  payload text not null,
  attempts integer not null default 0,
  error text,
  parked integer not null default 0
) strict;
create index timer_due on timer (due_at, id) where parked = 0;
create index timer_key on timer (service, kind, key, account, region);

-- The event history, as CloudTrail would record it. The long texts come last, so that filters need not read past them.
create table event (
  sequence integer primary key,
  time integer not null,
  wall_time integer not null,
  request_id text not null,
  account text not null,
  region text not null,
  caller_type text not null,
  caller_arn text,
  access_key_id text,
  user_name text,
  service text not null,
  operation text not null,
  read_only integer not null,
  source_ip text not null,
  user_agent text not null,
  status integer not null,
  duration_us integer not null,
  error_code text,
  error_message text,
  resources text,
  denial text,
  parameters text,
  result text
) strict;
create index event_error on event (sequence) where error_code is not null;
create index event_denial on event (sequence) where denial is not null;
