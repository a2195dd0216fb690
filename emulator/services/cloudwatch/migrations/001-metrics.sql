-- All moments are virtual time in ms since the epoch.

create table cloudwatch_metrics (
  id integer primary key,
  account text not null,
  region text not null,
  namespace text not null,
  name text not null,
  -- [[name, value], …] in the order of the names, as JSON.
  dimensions text not null,
  -- The newest moment that it has data of.
  last_at integer not null,
  unique (account, region, namespace, name, dimensions)
) strict;

-- A datum, or a value that was measured and held for a while: then it counts once for each minute from `at` to `until`.
create table cloudwatch_data (
  account text not null,
  region text not null,
  metric integer not null references cloudwatch_metrics (id) on delete cascade,
  at integer not null,
  until integer not null,
  unit text not null,
  -- In seconds: 60, or 1 for high resolution; 86400 for what is measured once a day.
  resolution integer not null,
  samples real not null,
  total real not null,
  lowest real not null,
  highest real not null,
  -- [[value, count], …] as JSON; null where only a statistic set is known.
  "values" text
) strict;

create index cloudwatch_data_by_metric on cloudwatch_data (account, region, metric, until);

create table cloudwatch_dashboards (
  account text not null,
  region text not null,
  name text not null,
  body text not null,
  modified_at integer not null,
  tags text not null,
  primary key (account, region, name)
) strict, without rowid;
