-- What is kept and given back without an effect here: insight rules, anomaly detectors.
create table cloudwatch_documents (
  account text not null,
  region text not null,
  kind text not null,
  id text not null,
  document text not null,
  tags text not null,
  primary key (account, region, kind, id)
) strict, without rowid;
