create table cloudwatch_alarms (
  account text not null,
  region text not null,
  name text not null,
  -- MetricAlarm or CompositeAlarm.
  type text not null,
  state text not null,
  -- What DescribeAlarms shows of its configuration, as JSON.
  configuration text not null,
  -- What the state came of, and what of its actions is held back, as JSON.
  status text not null,
  tags text not null,
  -- When it is looked at next; null while nothing can change.
  evaluation_at integer,
  primary key (account, region, name)
) strict, without rowid;

-- What an alarm goes by: the metrics of a metric alarm, as namespace, name and dimensions in one JSON text;
-- the alarms of a composite one by their names.
create table cloudwatch_alarm_inputs (
  account text not null,
  region text not null,
  alarm text not null,
  kind text not null,
  input text not null,
  primary key (account, region, kind, input, alarm),
  foreign key (account, region, alarm) references cloudwatch_alarms (account, region, name) on delete cascade
) strict, without rowid;

create table cloudwatch_alarm_history (
  id integer primary key,
  account text not null,
  region text not null,
  alarm text not null,
  alarm_type text not null,
  at integer not null,
  item_type text not null,
  summary text not null,
  data text not null
) strict;

create index cloudwatch_alarm_history_by_alarm on cloudwatch_alarm_history (account, region, alarm, at);
create index cloudwatch_alarm_history_by_time on cloudwatch_alarm_history (account, region, at);
