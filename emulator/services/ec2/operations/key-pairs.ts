import type {
  CreateKeyPairRequest,
  DeleteKeyPairRequest,
  DeleteKeyPairResult,
  DescribeKeyPairsRequest,
  DescribeKeyPairsResult,
  ImportKeyPairRequest,
  ImportKeyPairResult,
  KeyPair,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import type { Scope } from '../describe/resources.ts'
import {
  invalidKeyFormat,
  invalidParameterValue,
  invalidValue,
  keyPairDuplicate,
  keyPairNotFound,
  missingParameter,
} from '../errors.ts'
import {
  ed25519Fingerprint,
  importedRsaFingerprint,
  makeKeyPair,
  publicBlob,
  readPublicKey,
  rsaLength,
} from '../keys/ssh.ts'
import type { KeyType, MadeKeyPair } from '../keys/ssh.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import {
  deleteKeyPair,
  findKeyPairByName,
  insertKeyPair,
  keyPairs,
  toKeyPairs,
} from '../rows/key-pairs.ts'
import type { KeyPairRow } from '../rows/key-pairs.ts'
import { deleteTags } from '../rows/tags.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html */
export const CreateKeyPair = operation<CreateKeyPairRequest, KeyPair, MadeKeyPair>({
  authorize: ({ TagSpecifications, KeyName = '*', KeyType = 'rsa' }, call) =>
    onNewResource(call, 'key-pair', TagSpecifications, { 'ec2:KeyPairType': KeyType }, KeyName),
  async prepare({ KeyName, KeyType = 'rsa', KeyFormat = 'pem' }, { ids }) {
    const name = checkedName(KeyName)
    if (KeyType !== 'rsa' && KeyType !== 'ed25519') throw invalidValue(KeyType, 'KeyType')
    if (KeyFormat !== 'pem' && KeyFormat !== 'ppk') throw invalidValue(KeyFormat, 'KeyFormat')
    return makeKeyPair(KeyType, KeyFormat, name, ids.bytes(4))
  },
  run({ KeyName, TagSpecifications }, call, made) {
    const info = keep(KeyName, made, TagSpecifications, call)
    return { ...info, KeyMaterial: made.privateKey }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html */
export const ImportKeyPair = operation<ImportKeyPairRequest, ImportKeyPairResult>({
  authorize: ({ TagSpecifications, KeyName = '*' }, call) =>
    onNewResource(call, 'key-pair', TagSpecifications, {}, KeyName),
  run({ KeyName, PublicKeyMaterial, TagSpecifications }, call) {
    checkedName(KeyName)
    if (!PublicKeyMaterial?.length) throw missingParameter('PublicKeyMaterial')
    const read = readPublicKey(Buffer.from(PublicKeyMaterial).toString('latin1'))
    if (!read) throw invalidKeyFormat('Key is not in valid OpenSSH public key format')
    if (read.type === 'rsa' && ![1024, 2048, 4096].includes(rsaLength(read.key))) {
      throw invalidKeyFormat('RSA key is not of a supported length: 1024, 2048 and 4096 bits')
    }
    const algorithm = read.type === 'rsa' ? 'ssh-rsa' : 'ssh-ed25519'
    return keep(
      KeyName,
      {
        type: read.type,
        publicKey: `${algorithm} ${publicBlob(read.key).toString('base64')}`,
        fingerprint:
          read.type === 'rsa' ? importedRsaFingerprint(read.key) : ed25519Fingerprint(read.key),
      },
      TagSpecifications,
      call,
    )
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeKeyPairs.html */
export const DescribeKeyPairs = operation<DescribeKeyPairsRequest, DescribeKeyPairsResult>({
  authorize: anyResource,
  run({ KeyNames = [], KeyPairIds, Filters, IncludePublicKey }, call) {
    const absent = KeyNames.filter((name) => !findKeyPairByName(call, name))
    if (absent.length > 0) throw keyPairs.missing(absent)
    const byName = {
      sql: 't.key_name in (select value from json_each(?))',
      values: [JSON.stringify(KeyNames)],
    }
    const { rows } = keyPairs.page(
      { Filters },
      KeyPairIds,
      call,
      KeyNames.length > 0 ? byName : undefined,
    )
    return { KeyPairs: toKeyPairs(rows, call, { withPublicKey: IncludePublicKey === true }) }
  },
})

/** Deleting a pair that is not there succeeds. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteKeyPair.html */
export const DeleteKeyPair = operation<DeleteKeyPairRequest, DeleteKeyPairResult>({
  authorize(input, call) {
    const pair = named(input, call)
    const name = pair?.key_name ?? input.KeyName ?? '*'
    return [onResource(call, 'key-pair', pair?.key_pair_id ?? '', { name })]
  },
  run(input, call) {
    if (!input.KeyName && !input.KeyPairId) throw missingParameter('KeyName or KeyPairId')
    if (input.KeyPairId) keyPairs.checkForm([input.KeyPairId])
    const pair = named(input, call)
    if (!pair) return { Return: true }
    deleteKeyPair(call, pair.key_pair_id)
    deleteTags(call, pair.key_pair_id)
    return { Return: true, KeyPairId: pair.key_pair_id }
  },
})

function named({ KeyName, KeyPairId }: DeleteKeyPairRequest, call: Call): KeyPairRow | undefined {
  if (KeyPairId) return keyPairs.find(KeyPairId, call)
  return KeyName ? findKeyPairByName(call, KeyName) : undefined
}

/** The pair of a name that an operation cannot do without. */
export function requireKeyPair(call: Scope, name: string): KeyPairRow {
  const pair = findKeyPairByName(call, name)
  if (!pair) throw keyPairNotFound(name)
  return pair
}

function checkedName(name: string | undefined): string {
  if (!name) throw missingParameter('KeyName')
  if (name.length > 255 || !/^[\u0020-\u007e]+$/.test(name)) {
    throw invalidParameterValue(
      `Value (${name}) for parameter KeyName is invalid. Key names are at most 255 ASCII characters.`,
    )
  }
  return name
}

function keep(
  name: string | undefined,
  { type, publicKey, fingerprint }: { type: KeyType; publicKey: string; fingerprint: string },
  specifications: CreateKeyPairRequest['TagSpecifications'],
  call: Call,
): ImportKeyPairResult {
  const KeyName = checkedName(name)
  const { 'key-pair': tags } = specifiedTags(specifications, 'key-pair')
  if (findKeyPairByName(call, KeyName)) throw keyPairDuplicate(KeyName)
  const id = call.ids.ec2('key')
  insertKeyPair(call, { id, name: KeyName, type, fingerprint, publicKey, createdAt: call.now })
  tagResource(call, id, 'key-pair', tags)
  return {
    KeyName,
    KeyPairId: id,
    KeyFingerprint: fingerprint,
    ...(tags.length > 0 ? { Tags: [...tags] } : {}),
  }
}
