import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto'
import type { IdSource } from '../../../ids.ts'
import type { Material } from '../rows/materials.ts'
import {
  digestLengths,
  digestOf,
  keyKind,
  type KeySpecName,
  type SigningAlgorithm,
} from '../specs.ts'
import { signDigest, toNumber, verifyDigest, type EcdsaSignature } from './elliptic-curves.ts'
import { signPkcs1, signPss, verifyPkcs1, verifyPss } from './rsa-signatures.ts'

type KeyPair = Pick<Material, 'secret' | 'publicKey'>

/** The digest that is signed for a message; undefined where a given one has not the algorithm's length. */
export function digestFor(
  algorithm: SigningAlgorithm,
  message: Uint8Array,
  isDigest: boolean,
): Buffer | undefined {
  const name = digestOf(algorithm)
  if (!isDigest) return hash(name, message, 'buffer')
  return message.length === digestLengths[name] ? Buffer.from(message) : undefined
}

/** RSA: as long as the modulus; ECDSA: DER, as ANSI X9.62 has it. */
export function sign(
  ids: IdSource,
  spec: KeySpecName,
  { secret }: KeyPair,
  algorithm: SigningAlgorithm,
  digest: Buffer,
): Buffer {
  const key = createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' })
  const kind = keyKind(spec)
  if (kind.kind === 'ec') {
    const d = toNumber(Buffer.from(key.export({ format: 'jwk' }).d!, 'base64url'))
    return toDer(signDigest(kind.curve, d, digest, (length) => ids.bytes(length)))
  }
  const name = digestOf(algorithm)
  return algorithm.startsWith('RSASSA_PSS')
    ? signPss(key, name, digest, ids.bytes(digestLengths[name]))
    : signPkcs1(key, name, digest)
}

export function verify(
  spec: KeySpecName,
  { publicKey }: KeyPair,
  algorithm: SigningAlgorithm,
  digest: Buffer,
  signature: Uint8Array,
): boolean {
  const key = createPublicKey({ key: publicKey!, format: 'der', type: 'spki' })
  const kind = keyKind(spec)
  if (kind.kind === 'ec') {
    const numbers = fromDer(Buffer.from(signature))
    return numbers !== undefined && verifyDigest(kind.curve, pointOf(key), digest, numbers)
  }
  const name = digestOf(algorithm)
  return algorithm.startsWith('RSASSA_PSS')
    ? verifyPss(key, name, digest, signature)
    : verifyPkcs1(key, name, digest, signature)
}

function pointOf(key: KeyObject) {
  const { x, y } = key.export({ format: 'jwk' })
  return {
    x: toNumber(Buffer.from(x!, 'base64url')),
    y: toNumber(Buffer.from(y!, 'base64url')),
  }
}

const SEQUENCE = 0x30
const INTEGER = 0x02

function toDer({ r, s }: EcdsaSignature): Buffer {
  const body = Buffer.concat([derInteger(r), derInteger(s)])
  return Buffer.concat([Buffer.from([SEQUENCE]), derLength(body.length), body])
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
  // A first bit that is set would make the number negative.
  const number = bytes[0]! & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes
  return Buffer.concat([Buffer.from([INTEGER]), derLength(number.length), number])
}

const derLength = (length: number) =>
  length < 0x80 ? Buffer.from([length]) : Buffer.from([0x81, length])

function fromDer(bytes: Buffer): EcdsaSignature | undefined {
  const sequence = readDer(bytes, SEQUENCE)
  if (!sequence || sequence.rest.length > 0) return undefined
  const r = readDer(sequence.value, INTEGER)
  const s = r && readDer(r.rest, INTEGER)
  if (!s || s.rest.length > 0 || r.value[0]! & 0x80 || s.value[0]! & 0x80) return undefined
  return { r: toNumber(r.value), s: toNumber(s.value) }
}

function readDer(bytes: Buffer, type: number): { value: Buffer; rest: Buffer } | undefined {
  if (bytes[0] !== type) return undefined
  const long = bytes[1] === 0x81
  const at = long ? 3 : 2
  const length = bytes[at - 1]
  if (length === undefined || (!long && length >= 0x80) || bytes.length < at + length) {
    return undefined
  }
  return { value: bytes.subarray(at, at + length), rest: bytes.subarray(at + length) }
}
