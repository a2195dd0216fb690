-- Times are virtual, in ms since the epoch. Key material never leaves these tables but through what the operations make of it.

create table kms_keys (
  account text not null,
  region text not null,
  key_id text not null,
  description text not null,
  spec text not null,
  usage text not null,
  state text not null,
  -- CUSTOMER, or AWS for the keys that AWS's services make in an account
  manager text not null,
  multi_region integer not null,
  -- JSON text
  policy text not null,
  -- a JSON object
  tags text not null,
  created_at integer not null,
  deletion_at integer,
  -- in days; null where the key does not rotate by itself
  rotation_period integer,
  next_rotation_at integer,
  primary key (account, region, key_id)
) strict, without rowid;

-- What a key has encrypted with so far; the highest number is current.
create table kms_key_materials (
  account text not null,
  region text not null,
  key_id text not null,
  number integer not null,
  -- 64 hexadecimal digits
  material_id text not null,
  -- symmetric: the key itself; asymmetric: the private key, PKCS #8 DER
  secret blob not null,
  -- SubjectPublicKeyInfo DER
  public_key blob,
  created_at integer not null,
  -- AUTOMATIC or ON_DEMAND; null for the first
  rotation_type text,
  primary key (account, region, key_id, number)
) strict;
create unique index kms_key_materials_by_id on kms_key_materials (account, region, key_id, material_id);

create table kms_aliases (
  account text not null,
  region text not null,
  -- with its prefix: alias/name
  name text not null,
  key_id text not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (account, region, name)
) strict, without rowid;
create index kms_aliases_by_key on kms_aliases (account, region, key_id, name);

create table kms_grants (
  account text not null,
  region text not null,
  key_id text not null,
  -- 64 hexadecimal digits
  grant_id text not null,
  name text,
  grantee text not null,
  retiring text,
  issuing_account text not null,
  -- JSON: a list of names
  operations text not null,
  -- JSON: EncryptionContextSubset or EncryptionContextEquals
  constraints text not null,
  -- signs the grant's tokens
  token_key blob not null,
  created_at integer not null,
  primary key (account, region, key_id, grant_id)
) strict, without rowid;
create index kms_grants_by_id on kms_grants (region, grant_id);
create index kms_grants_by_retiring on kms_grants (account, region, retiring, grant_id);
create index kms_grants_by_grantee on kms_grants (account, region, key_id, grantee);
create index kms_grants_by_name on kms_grants (account, region, key_id, name) where name is not null;
