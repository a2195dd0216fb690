import type { KeyPairInfo } from '@aws-sdk/client-ec2'
import { insertRow } from '../describe/insert.ts'
import { resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { invalidValue } from '../errors.ts'
import { tagsOf } from './tags.ts'

export interface KeyPairRow {
  readonly seq: number
  readonly key_pair_id: string
  readonly key_name: string
  readonly key_type: string
  readonly key_fingerprint: string
  /** In OpenSSH's form. */
  readonly public_key: string
  readonly created_at: number
}

export const keyPairs = resource<KeyPairRow>({
  type: 'key-pair',
  table: 'ec2_key_pairs',
  id: 'key_pair_id',
  prefix: 'key',
  notFound: {
    code: 'InvalidKeyPair.NotFound',
    one: (id) => `The key pair '${id}' does not exist`,
    several: (ids) => `The key pairs '${ids}' do not exist`,
  },
  malformed: (id) => invalidValue(id, 'keyPairId', `Expected: 'key-...'.`),
  filters: {
    fingerprint: 't.key_fingerprint',
    'key-name': 't.key_name',
    'key-pair-id': 't.key_pair_id',
  },
})

export function toKeyPairs(
  rows: readonly KeyPairRow[],
  scope: Scope,
  { withPublicKey }: { withPublicKey: boolean },
): KeyPairInfo[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.key_pair_id),
  )
  return rows.map((row) => ({
    KeyPairId: row.key_pair_id,
    KeyName: row.key_name,
    KeyType: row.key_type as NonNullable<KeyPairInfo['KeyType']>,
    KeyFingerprint: row.key_fingerprint,
    ...(withPublicKey ? { PublicKey: row.public_key } : {}),
    CreateTime: new Date(row.created_at),
    Tags: tags.get(row.key_pair_id) ?? [],
  }))
}

export const findKeyPairByName = (
  { db, account, region }: Scope,
  name: string,
): KeyPairRow | undefined =>
  db.get<KeyPairRow>(
    'select * from ec2_key_pairs where account = ? and region = ? and key_name = ?',
    account,
    region,
    name,
  )

export const insertKeyPair = (
  scope: Scope,
  pair: {
    id: string
    name: string
    type: 'rsa' | 'ed25519'
    fingerprint: string
    publicKey: string
    createdAt: number
  },
): void =>
  insertRow(scope, 'ec2_key_pairs', {
    key_pair_id: pair.id,
    key_name: pair.name,
    key_type: pair.type,
    key_fingerprint: pair.fingerprint,
    public_key: pair.publicKey,
    created_at: pair.createdAt,
  })

export function deleteKeyPair({ db, account, region }: Scope, id: string): void {
  db.run(
    'delete from ec2_key_pairs where account = ? and region = ? and key_pair_id = ?',
    account,
    region,
    id,
  )
}
