-- Plans that were bought. Times are virtual, in ms since the epoch.
create table savingsplans_plans (
  seq integer primary key,
  account text not null,
  region text not null,
  plan_id text not null,
  offering_id text not null,
  -- USD an hour, as text, as the API has it.
  commitment text not null,
  upfront text not null,
  started_at integer not null,
  ends_at integer not null,
  -- `bought`, `deleted` or `returned`: the rest follows from the times.
  state text not null,
  client_token text,
  -- A JSON object.
  tags text not null,
  unique (account, region, plan_id)
) strict;
create index savingsplans_plans_in_order on savingsplans_plans (account, region);
