import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { IdSource } from '../../ids.ts'
import type { Material } from './rows/materials.ts'
import { keyKind, type KeyKind, type KeySpecName } from './specs.ts'

/** Fresh key material, before it belongs to a key. */
export type FreshMaterial = Pick<Material, 'id' | 'secret' | 'publicKey'>

const symmetricKeyBytes = 32
const materialIdBytes = 32

/** Material of an AES-256 key. */
export const symmetricMaterial = (ids: IdSource): FreshMaterial =>
  bytesMaterial(ids, symmetricKeyBytes)

const bytesMaterial = (ids: IdSource, length: number): FreshMaterial => ({
  id: materialId(ids),
  secret: Buffer.from(ids.bytes(length)),
  publicKey: null,
})

const materialId = (ids: IdSource) => ids.bytes(materialIdBytes).toString('hex')

/** Material for a key of the spec. Key pairs take time to make, and RSA's are by OpenSSL's randomness. */
export async function makeMaterial(ids: IdSource, spec: KeySpecName): Promise<FreshMaterial> {
  const kind = keyKind(spec)
  switch (kind.kind) {
    case 'symmetric':
      return symmetricMaterial(ids)
    case 'hmac':
      return bytesMaterial(ids, kind.bytes)
    case 'rsa':
    case 'ec':
      return { id: materialId(ids), ...(await makePair(kind)) }
  }
}

const generatePair = promisify(generateKeyPair)

async function makePair(kind: Extract<KeyKind, { kind: 'rsa' | 'ec' }>) {
  const { publicKey, privateKey } = await (kind.kind === 'rsa'
    ? generatePair('rsa', { modulusLength: kind.bits })
    : generatePair('ec', { namedCurve: kind.curve }))
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    secret: privateKey.export({ type: 'pkcs8', format: 'der' }),
  }
}
