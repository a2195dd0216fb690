-- When the clock was set forward, by the wall, and how far it was ahead from then on: what dates by the wall (PostgreSQL its commits) is
-- found again by virtual time.
create table clock_move (
  wall_at integer primary key,
  offset_after integer not null
) strict;
