-- What users sign in with besides access keys, the account's own settings, and the identity providers.
-- Moments are virtual time in ms since the epoch. Tags are a JSON object; lists of texts are JSON arrays.

-- `password` is a salted scrypt hash; `previous` the hashes before it, the latest first.
create table iam_login_profiles (
  account text not null,
  user_id text not null primary key,
  password text not null,
  previous text not null default '[]',
  reset_required integer not null check (reset_required in (0, 1)),
  created_at integer not null,
  changed_at integer not null
) strict, without rowid;

create table iam_password_policies (
  account text not null primary key,
  minimum_length integer not null,
  require_symbols integer not null,
  require_numbers integer not null,
  require_uppercase integer not null,
  require_lowercase integer not null,
  users_may_change integer not null,
  max_age integer,
  reuse_prevention integer,
  hard_expiry integer
) strict, without rowid;

-- `drift` is how many steps of 30 s the device's clock is ahead, `paired_step` the second step of the last two codes
-- it was enabled or resynchronized by, `used_steps` the steps whose codes have been used to sign in of late.
create table iam_mfa_devices (
  account text not null,
  serial text not null primary key,
  seed text not null,
  user_id text,
  enabled_at integer,
  created_at integer not null,
  drift integer not null default 0,
  paired_step integer not null default 0,
  used_steps text not null default '[]',
  tags text not null default '{}',
  check ((user_id is null) = (enabled_at is null))
) strict, without rowid;
create index iam_mfa_devices_by_user on iam_mfa_devices (user_id) where user_id is not null;
create index iam_mfa_devices_by_account on iam_mfa_devices (account, serial);

-- An alias is unique over all accounts, and an account has at most one.
create table iam_account_aliases (
  account text not null primary key,
  alias text not null unique
) strict, without rowid;

create table iam_account_preferences (
  account text not null primary key,
  global_endpoint_token_version integer not null default 1,
  outbound_issuer text,
  outbound_enabled integer not null default 0
) strict, without rowid;

create table iam_credential_reports (
  account text not null primary key,
  content text not null,
  generated_at integer not null
) strict, without rowid;

create table iam_access_key_uses (
  account text not null,
  key_id text not null primary key references iam_access_keys (id) on delete cascade,
  used_at integer not null,
  service text not null,
  region text not null
) strict, without rowid;

create table iam_last_access_reports (
  account text not null,
  id text not null primary key,
  -- Who asked for it: nobody else may read it.
  requester text not null,
  granularity text not null,
  created_at integer not null,
  services text not null
) strict, without rowid;

create table iam_oidc_providers (
  account text not null,
  arn text not null primary key,
  url text not null,
  client_ids text not null,
  thumbprints text not null,
  created_at integer not null,
  tags text not null default '{}'
) strict, without rowid;
create index iam_oidc_providers_by_account on iam_oidc_providers (account, arn);

create table iam_saml_providers (
  account text not null,
  arn text not null primary key,
  uuid text not null,
  metadata text not null,
  encryption_mode text not null,
  private_keys text not null default '[]',
  created_at integer not null,
  valid_until integer not null,
  tags text not null default '{}'
) strict, without rowid;
create index iam_saml_providers_by_account on iam_saml_providers (account, arn);

create table iam_server_certificates (
  account text not null,
  id text not null,
  name text not null collate nocase,
  path text not null,
  body text not null,
  chain text,
  private_key text not null,
  uploaded_at integer not null,
  expires_at integer not null,
  tags text not null default '{}',
  primary key (account, name)
) strict, without rowid;

-- The id is the certificate's own digest, so that one account has a certificate once. The root user's are its account's.
create table iam_signing_certificates (
  account text not null,
  id text not null,
  user_id text not null,
  body text not null,
  status text not null check (status in ('Active', 'Inactive')),
  uploaded_at integer not null,
  primary key (account, id)
) strict, without rowid;
create index iam_signing_certificates_by_user on iam_signing_certificates (user_id);

create table iam_ssh_keys (
  account text not null,
  id text not null primary key,
  user_id text not null,
  -- The key as RFC 4253 has it, in base 64: what comments and encodings don't change.
  wire text not null,
  fingerprint text not null,
  status text not null check (status in ('Active', 'Inactive')),
  uploaded_at integer not null,
  unique (user_id, wire)
) strict, without rowid;

create table iam_service_credentials (
  account text not null,
  id text not null primary key,
  user_id text not null,
  service text not null,
  -- What a service calls the user name or the alias of the credential.
  login text not null,
  secret text not null,
  status text not null check (status in ('Active', 'Inactive')),
  created_at integer not null,
  expires_at integer,
  unique (account, service, login)
) strict, without rowid;
create index iam_service_credentials_by_user on iam_service_credentials (user_id);
