import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import {
  checksumAlgorithms,
  type ChecksumAlgorithm,
} from '../../emulator/http/payload/checksums.ts'
import { receivePayload, verifyBuffer } from '../../emulator/http/payload/index.ts'
import {
  checksumOf,
  large,
  lengthOf,
  md5,
  nextPath,
  receive,
  refusal,
  small,
  split,
} from './payloads.ts'

describe('checksums', () => {
  // The check values of the catalogue of CRC algorithms, and of the hashes' own documents, over "123456789".
  const known: Partial<Record<ChecksumAlgorithm, string>> = {
    CRC32: 'cbf43926',
    CRC32C: 'e3069283',
    CRC64NVME: 'ae8b14860a799888',
    SHA1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
    SHA256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
    SHA512:
      'd9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274ad27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85',
    MD5: '25f9e794323b453885f5181f1b624d0b',
    XXHASH64: '8cb841db40e6ae83',
  }

  test.each(checksumAlgorithms.filter((name) => name in known))(
    '%s has its published check value',
    async (algorithm) => {
      const value = Buffer.from(await checksumOf(algorithm, Buffer.from('123456789')), 'base64')
      expect(value.toString('hex')).toBe(known[algorithm])
    },
  )

  test.each(checksumAlgorithms)('%s does not depend on how the bytes arrive', async (algorithm) => {
    const whole = await checksumOf(algorithm, large)
    for (const size of [1000, 4096, 65_537]) {
      expect(await checksumOf(algorithm, ...split(large, size))).toBe(whole)
    }
  })
})

async function* brokenOff(): AsyncGenerator<Buffer> {
  yield large
  throw new Error('aborted')
}

describe('a plain body', () => {
  test.each([small, large, Buffer.alloc(0)])('arrives whole with its hashes', async (body) => {
    const received = await receive(body, lengthOf(body))
    expect(received.bytes.equals(body)).toBe(true)
    expect(received.size).toBe(body.length)
    expect(received.digests['md5']!.toString('base64')).toBe(md5(body))
    expect(received.checksum).toEqual({
      algorithm: 'CRC64NVME',
      base64: await checksumOf('CRC64NVME', body),
    })
  })

  test.each(checksumAlgorithms)(
    'with the right x-amz-checksum of %s is kept',
    async (algorithm) => {
      const value = await checksumOf(algorithm, large)
      const headers = { ...lengthOf(large), [`x-amz-checksum-${algorithm.toLowerCase()}`]: value }
      const received = await receive(large, headers)
      expect(received.checksum).toEqual({ algorithm, base64: value })
      expect(received.digests[algorithm.toLowerCase()]!.toString('base64')).toBe(value)
    },
  )

  test.each(checksumAlgorithms)(
    'with a wrong x-amz-checksum of %s is refused',
    async (algorithm) => {
      const value = await checksumOf(algorithm, small)
      const headers = { ...lengthOf(large), [`x-amz-checksum-${algorithm.toLowerCase()}`]: value }
      expect(await refusal(large, headers)).toMatchObject({
        code: 'BadDigest',
        status: 400,
        message: `The ${algorithm} you specified did not match the calculated checksum.`,
      })
    },
  )

  test.each(['', 'AAAA', '!!!!', 'AAAAAAAAAAA=', 'abcd=='])(
    'with %j for a CRC32 is refused',
    async (value) => {
      const headers = { ...lengthOf(small), 'x-amz-checksum-crc32': value }
      expect(await refusal(small, headers)).toMatchObject({
        code: 'InvalidRequest',
        message: 'Value for x-amz-checksum-crc32 header is invalid.',
      })
    },
  )

  test('with two checksums is refused', async () => {
    const headers = {
      ...lengthOf(small),
      'x-amz-checksum-crc32': await checksumOf('CRC32', small),
      'x-amz-checksum-sha1': await checksumOf('SHA1', small),
    }
    expect(await refusal(small, headers)).toMatchObject({
      code: 'InvalidRequest',
      message:
        'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    })
  })

  test('with a checksum nobody knows is refused', async () => {
    const headers = { ...lengthOf(small), 'x-amz-checksum-adler': 'AAAA' }
    expect(await refusal(small, headers)).toMatchObject({ code: 'InvalidRequest' })
  })

  test('that announces a checksum and brings none is refused', async () => {
    const headers = { ...lengthOf(small), 'x-amz-sdk-checksum-algorithm': 'CRC32' }
    expect(await refusal(small, headers)).toMatchObject({ code: 'InvalidRequest' })
  })

  test('with its Content-MD5 is kept, with another or with none at all refused', async () => {
    const headers = { ...lengthOf(small), 'content-md5': md5(small) }
    expect((await receive(small, headers)).size).toBe(small.length)
    expect(await refusal(small, { ...headers, 'content-md5': md5(large) })).toMatchObject({
      code: 'BadDigest',
      message: 'The Content-MD5 you specified did not match what we received.',
      fields: { CalculatedDigest: md5(small) },
    })
    for (const value of ['', 'x', md5(small).slice(0, -2), 'YWJj']) {
      expect(await refusal(small, { ...headers, 'content-md5': value })).toMatchObject({
        code: 'InvalidDigest',
        fields: { 'Content-MD5': value },
      })
    }
  })

  test('is compared with x-amz-content-sha256', async () => {
    const sha256 = hash('sha256', large)
    const headers = { ...lengthOf(large), 'x-amz-content-sha256': sha256 }
    expect((await receive(large, headers)).digests['sha256']!.toString('hex')).toBe(sha256)
    const other = hash('sha256', small)
    const lie = { ...headers, 'x-amz-content-sha256': other }
    expect(await refusal(large, lie)).toEqual({
      code: 'XAmzContentSHA256Mismatch',
      message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
      status: 400,
      fields: { ClientComputedContentSHA256: other, S3ComputedContentSHA256: sha256 },
    })
    const nonsense = { ...headers, 'x-amz-content-sha256': 'UNSIGNED' }
    expect(await refusal(large, nonsense)).toMatchObject({
      code: 'InvalidArgument',
      fields: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: 'UNSIGNED' },
    })
  })

  test('of an unsigned payload is taken as it is', async () => {
    const headers = { ...lengthOf(small), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
    expect((await receive(small, headers)).bytes.equals(small)).toBe(true)
  })

  test('shorter or longer than announced is refused', async () => {
    for (const body of [small, large]) {
      for (const length of [body.length - 1, body.length + 1]) {
        const headers = { 'content-length': String(length) }
        expect(await refusal(body, headers)).toMatchObject({ code: 'IncompleteBody', status: 400 })
      }
    }
  })

  test('without a length is refused, and one over five gigabytes before it is read', async () => {
    expect(await refusal(small, {})).toMatchObject({ code: 'MissingContentLength', status: 411 })
    const headers = { 'content-length': String(5 * 1024 ** 3 + 1) }
    expect(await refusal(small, headers)).toMatchObject({ code: 'EntityTooLarge', status: 400 })
  })

  test('whose client goes away leaves no file', async () => {
    const source = Readable.from(brokenOff())
    const headers = { 'content-length': String(large.length * 2) }
    expect(await refusal(source, headers)).toMatchObject({ code: 'IncompleteBody' })
    const vanishing = new Readable({ read() {} })
    vanishing.push(large)
    setTimeout(() => vanishing.destroy(), 20)
    expect(await refusal(vanishing, headers)).toMatchObject({ code: 'IncompleteBody' })
  })

  test('is received no faster than it is written', async () => {
    let produced = 0
    const source = new Readable({
      highWaterMark: 65_536,
      read() {
        this.push(++produced > 400 ? null : Buffer.alloc(65_536, produced))
      },
    })
    const path = nextPath()
    const receiving = receivePayload(source, { 'content-length': String(400 * 65_536) }, { path })
    await new Promise((resolve) => setImmediate(resolve))
    expect(produced).toBeLessThan(100)
    expect((await receiving).size).toBe(400 * 65_536)
  })

  test('into a file that exists already is an error of ours, not of the client', async () => {
    const path = nextPath()
    const written = large.subarray(0, 32 * 1024)
    await receivePayload(Readable.from([written]), lengthOf(written), { path })
    for (const body of [written, large]) {
      const again = receivePayload(Readable.from([body]), lengthOf(body), { path })
      await expect(again).rejects.toMatchObject({ code: 'EEXIST' })
    }
    expect(existsSync(path)).toBe(true)
  })
})

describe('a body in memory', () => {
  const body = Buffer.from('<Delete/>')

  test('is verified by every header that speaks of it', async () => {
    const headers = {
      'content-md5': md5(body),
      'x-amz-content-sha256': hash('sha256', body),
      'x-amz-checksum-crc32c': await checksumOf('CRC32C', body),
    }
    expect(await verifyBuffer(body, headers)).toBe(body)
    const lies: [string, string, string][] = [
      ['content-md5', md5(small), 'BadDigest'],
      ['x-amz-content-sha256', hash('sha256', small), 'XAmzContentSHA256Mismatch'],
      ['x-amz-checksum-crc32c', await checksumOf('CRC32C', small), 'BadDigest'],
      ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'MissingContentLength'],
    ]
    for (const [name, value, code] of lies) {
      await expect(verifyBuffer(body, { ...headers, [name]: value })).rejects.toMatchObject({
        code,
      })
    }
  })

  test('cannot come in chunks', async () => {
    const headers = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '9',
    }
    await expect(verifyBuffer(body, headers)).rejects.toMatchObject({
      code: 'InvalidRequest',
      message: 'The value of x-amz-content-sha256 header is invalid.',
    })
  })

  test("is not held to checksums that are an object's", async () => {
    const headers = { 'x-amz-checksum-crc32': await checksumOf('CRC32', small) }
    expect(await verifyBuffer(body, headers, { checksumsOfBody: false })).toBe(body)
  })
})
