create table fis_templates (
  seq integer primary key,
  account text not null,
  region text not null,
  id text not null,
  created_at integer not null,
  updated_at integer not null,
  client_token text not null,
  -- The request that the token came with.
  request text not null,
  tags text not null,
  doc text not null,
  unique (account, region, id)
) strict;

create table fis_experiments (
  seq integer primary key,
  account text not null,
  region text not null,
  id text not null,
  template_id text not null,
  status text not null,
  reason text not null,
  error text,
  created_at integer not null,
  started_at integer,
  ended_at integer,
  client_token text not null,
  request text not null,
  skips_actions integer not null,
  tags text not null,
  -- The template's plan as it was, how far each action is, and what the targets turned out to be.
  plan text not null,
  progress text not null,
  resolved text not null,
  unique (account, region, id)
) strict;
