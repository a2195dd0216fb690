create table kind (
  name text primary key
) strict;
create table thing (
  id integer primary key autoincrement,
  name text not null unique,
  file text,
  kind text references kind (name) on delete restrict,
  length integer generated always as (length(name))
) strict;
