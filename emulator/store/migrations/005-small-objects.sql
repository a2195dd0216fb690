-- Object files of few bytes, which are no files: a file of its own costs more than they do. What is on disk has a row in
-- object_file; what is here has none there.
create table small_object (
  id integer primary key,
  bytes blob not null
) strict;
