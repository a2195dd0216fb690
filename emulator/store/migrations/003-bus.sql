-- What services tell others of by themselves: notifications and events, with where they are sent.
create table bus_event (
  sequence integer primary key autoincrement,
  account text not null,
  region text not null,
  -- Virtual time in ms since the epoch.
  time integer not null,
  source text not null,
  -- The ARN of the topic, queue, function or event bus.
  destination text not null,
  body text not null
) strict;
