-- Moments are virtual time in ms since the epoch.

create table secretsmanager_secrets (
  account text not null,
  region text not null,
  name text not null,
  arn text not null,
  description text,
  -- As it was given; null for the account's own key of Secrets Manager.
  kms_key_id text,
  -- The service that manages it: rds.
  owning_service text,
  created_at integer not null,
  changed_at integer not null,
  -- The day, at midnight UTC.
  accessed_at integer,
  -- When DeleteSecret was called, and when it will be gone.
  deleted_at integer,
  deletion_at integer,
  -- [{"Key": …, "Value": …}], null until there is one.
  tags text,
  policy text,
  -- JSON: lambda, rules, last, next; null for a secret that was never to rotate.
  rotation text,
  -- The region of the secret that this is a replica of.
  primary_region text,
  -- Of a secret with replicas: their regions, keys and states, as JSON.
  replicas text not null default '[]',
  primary key (account, region, name)
) strict, without rowid;

create unique index secretsmanager_secrets_by_arn on secretsmanager_secrets (arn);

create table secretsmanager_versions (
  account text not null,
  region text not null,
  arn text not null,
  version_id text not null,
  created_at integer not null,
  accessed_at integer,
  position integer not null,
  -- JSON list of staging labels.
  stages text not null,
  -- string or binary
  kind text not null,
  key_arn text not null,
  -- The data key, as only KMS can read it, and what is encrypted by it.
  wrapped_key blob not null,
  sealed blob not null,
  primary key (account, region, arn, version_id)
) strict, without rowid;
