import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SigningKeys } from '../../emulator/auth/signing-key.ts'
import type { ChunkSigning } from '../../emulator/auth/sigv4.ts'
import { chunkedBody } from './chunk-writer.ts'
import {
  checksumOf,
  large,
  lengthOf,
  receive,
  refusal,
  small,
  split,
  type Headers,
} from './payloads.ts'

const accessKeyId = 'AKIAIOSFODNN7EXAMPLE'
const scope = '20130524/us-east-1/s3/aws4_request'
const key = new SigningKeys().get(accessKeyId, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope)
const signingAfter = (seedSignature: string): ChunkSigning => ({
  accessKeyId,
  key,
  seedSignature,
  amzDate: '20130524T000000Z',
  scope,
})

interface PublishedChunks {
  readonly examples: readonly { readonly name: string; readonly signature: string }[]
  readonly chunks: {
    readonly signed: readonly string[]
    readonly signedWithTrailer: readonly string[]
    readonly trailer: { readonly name: string; readonly value: string; readonly signature: string }
  }
}
const file = new URL('../../fixtures/sigv4/published.json', import.meta.url)
const published: PublishedChunks = JSON.parse(readFileSync(file, 'utf8'))
const seedOf = (name: string) =>
  published.examples.find((example) => example.name === name)!.signature

const chunkedHeaders = (payload: Buffer, kind: string, more: Headers = {}): Headers => ({
  'x-amz-content-sha256': kind,
  'x-amz-decoded-content-length': String(payload.length),
  'content-encoding': 'aws-chunked',
  ...more,
})

const signedKind = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
const signedTrailerKind = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
const unsignedKind = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
const letters = Buffer.alloc(66_560, 'a')

describe('the documentation’s chunked uploads', () => {
  test('have the published chunk signatures, and are received', async () => {
    const signing = signingAfter(seedOf('S3 chunked upload, seed'))
    const { body, signatures } = chunkedBody(letters, 65_536, { signing })
    expect(signatures).toEqual(published.chunks.signed)
    const received = await receive(body, chunkedHeaders(letters, signedKind), { signing })
    expect(received.bytes.equals(letters)).toBe(true)
  })

  test('with a trailer have the published signatures, and are received', async () => {
    const signing = signingAfter(seedOf('S3 chunked upload with a trailer, seed'))
    const { name, value, signature } = published.chunks.trailer
    const written = chunkedBody(letters, 65_536, { signing, trailer: [name, value] })
    expect(written.signatures).toEqual(published.chunks.signedWithTrailer)
    expect(written.trailerSignature).toBe(signature)
    const headers = chunkedHeaders(letters, signedTrailerKind, { 'x-amz-trailer': name })
    const received = await receive(written.body, headers, { signing })
    expect(received.checksum).toEqual({ algorithm: 'CRC32C', base64: value })
    expect(received.trailers).toEqual({ [name]: value })
  })
})

const unsignedBody = (trailer?: [string, string]): Buffer =>
  chunkedBody(small, 8192, trailer ? { trailer } : {}).body

describe('a chunked body', () => {
  const signing = signingAfter('0'.repeat(64))
  const name = 'x-amz-checksum-crc32'
  const announced = { 'x-amz-trailer': name }

  test('arrives whole, however its chunks and the pieces of the network fall', async () => {
    const crc32 = await checksumOf('CRC32', large)
    const anyChunks = fc.integer({ min: 8192, max: 400_000 })
    const anyPieces = fc.integer({ min: 1, max: 70_000 })
    await fc.assert(
      fc.asyncProperty(anyChunks, anyPieces, fc.boolean(), async (chunks, pieces, isSigned) => {
        const { body } = chunkedBody(large, chunks, {
          trailer: [name, crc32],
          ...(isSigned ? { signing } : {}),
        })
        const kind = isSigned ? signedTrailerKind : unsignedKind
        const source = Readable.from(split(body, Math.max(pieces, 200)))
        const received = await receive(source, chunkedHeaders(large, kind, announced), { signing })
        expect(received.bytes.equals(large)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('arrives whole a byte at a time', async () => {
    const trailer = [name, await checksumOf('CRC32', small)] as const
    const { body } = chunkedBody(small, 8192, { signing, trailer })
    const headers = chunkedHeaders(small, signedTrailerKind, announced)
    const received = await receive(Readable.from(split(body, 1)), headers, { signing })
    expect(received.bytes.equals(small)).toBe(true)
  })

  test('with any one byte changed is refused', async () => {
    const trailer = [name, await checksumOf('CRC32', small)] as const
    const { body } = chunkedBody(small, 8192, { signing, trailer })
    const headers = chunkedHeaders(small, signedTrailerKind, announced)
    for (let at = 0; at < body.length; at++) {
      const changed = Buffer.from(body)
      changed[at] = body.at(at) === 0x61 ? 0x62 : 0x61
      const { code } = await refusal(changed, headers, { signing })
      expect(code).toMatch(
        /^(SignatureDoesNotMatch|IncompleteBody|MalformedTrailerError|BadDigest|Invalid(Request|ChunkSizeError))$/,
      )
    }
  })

  test('cut off anywhere is incomplete', async () => {
    const { body } = chunkedBody(small, 8192, { signing })
    const headers = chunkedHeaders(small, signedKind)
    for (let length = 0; length < body.length; length++) {
      const { code } = await refusal(body.subarray(0, length), headers, { signing })
      expect(code).toBe('IncompleteBody')
    }
  })

  test('with a chunk changed says so as S3 does', async () => {
    const { body } = chunkedBody(large, 100_000, { signing })
    body[150_000]! ^= 1
    const error = await refusal(body, chunkedHeaders(large, signedKind), { signing })
    expect(error).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 })
    expect(error.fields).toMatchObject({ AWSAccessKeyId: accessKeyId })
    expect(error.fields['StringToSign']).toMatch(/^AWS4-HMAC-SHA256-PAYLOAD\n20130524T000000Z\n/)
  })

  test('whose chunks changed places is refused', async () => {
    const { body } = chunkedBody(Buffer.alloc(16_384, 'z'), 8192, { signing })
    const length = body.indexOf('\r\n2000;') + 2
    const swapped = Buffer.concat([
      body.subarray(length, 2 * length),
      body.subarray(0, length),
      body.subarray(2 * length),
    ])
    const headers = chunkedHeaders(Buffer.alloc(16_384), signedKind)
    const { code } = await refusal(swapped, headers, { signing })
    expect(code).toBe('SignatureDoesNotMatch')
  })

  test('needs no true signatures where there is no secret to verify them with', async () => {
    const { body } = chunkedBody(small, 8192, { signing })
    const received = await receive(body, chunkedHeaders(small, signedKind))
    expect(received.bytes.equals(small)).toBe(true)
  })

  test('of signed chunks must have signatures', async () => {
    const { body } = chunkedBody(small, 8192)
    const { code } = await refusal(body, chunkedHeaders(small, signedKind), { signing })
    expect(code).toBe('IncompleteBody')
  })

  test('must say how long it is without the framing, truly', async () => {
    const { body } = chunkedBody(small, 8192, { signing })
    const headers = { 'x-amz-content-sha256': signedKind, ...lengthOf(body) }
    expect(await refusal(body, headers, { signing })).toMatchObject({
      code: 'MissingContentLength',
    })
    for (const length of [20, 22]) {
      const lie = { ...headers, 'x-amz-decoded-content-length': String(length) }
      expect(await refusal(body, lie, { signing })).toMatchObject({ code: 'IncompleteBody' })
    }
  })

  test('may have a small chunk only at its end', async () => {
    const { body } = chunkedBody(large, 8191)
    expect(await refusal(body, chunkedHeaders(large, unsignedKind))).toMatchObject({
      code: 'InvalidChunkSizeError',
      fields: { Chunk: 1, BadChunkSize: 8191 },
    })
  })

  test('has the trailer that was announced, and no other', async () => {
    const crc32 = await checksumOf('CRC32', small)
    const headers = chunkedHeaders(small, unsignedKind)
    const malformed = { code: 'MalformedTrailerError', status: 400 }
    const expecting = { ...headers, ...announced }
    expect((await receive(unsignedBody([name, crc32]), expecting)).checksum?.base64).toBe(crc32)
    expect((await receive(unsignedBody(), headers)).size).toBe(small.length)
    expect(await refusal(unsignedBody(), expecting)).toMatchObject(malformed)
    expect(await refusal(unsignedBody([name, crc32]), headers)).toMatchObject(malformed)
    expect(await refusal(unsignedBody(['x-amz-checksum-sha1', crc32]), expecting)).toMatchObject(
      malformed,
    )
    expect(await refusal(unsignedBody(['', '']), expecting)).toMatchObject(malformed)
    expect(await refusal(unsignedBody([name, 'AAAA']), expecting)).toMatchObject({
      code: 'InvalidRequest',
      message: 'Value for x-amz-checksum-crc32 trailing header is invalid.',
    })
    expect(await refusal(unsignedBody([name, 'AAAAAA==']), expecting)).toMatchObject({
      code: 'BadDigest',
      message: 'The CRC32 you specified did not match the calculated checksum.',
    })
    const unknown = { ...headers, 'x-amz-trailer': 'x-amz-meta-a' }
    expect(await refusal(unsignedBody(['x-amz-meta-a', 'b']), unknown)).toMatchObject({
      code: 'InvalidRequest',
      message: 'The value specified in the x-amz-trailer header is not supported',
    })
  })

  test('whose chunk header never ends is refused without being kept', async () => {
    const endless = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(65_536, '0')))
    const headers = {
      ...chunkedHeaders(large, unsignedKind),
      'x-amz-decoded-content-length': '9999999',
    }
    expect(await refusal(endless, headers)).toMatchObject({ code: 'IncompleteBody' })
  })

  test('may have an empty line between trailers and their signature, as the documentation shows', async () => {
    const trailer = [name, await checksumOf('CRC32', small)] as const
    const { body } = chunkedBody(small, 8192, { signing, trailer })
    const documented = Buffer.from(
      body.toString('latin1').replace('\r\nx-amz-trailer-sig', '\n\r\nx-amz-trailer-sig'),
      'latin1',
    )
    const headers = chunkedHeaders(small, signedTrailerKind, announced)
    expect((await receive(documented, headers, { signing })).size).toBe(small.length)
  })
})
