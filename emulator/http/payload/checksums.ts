import { createHash, hash, type Hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * The checksums that S3 knows, as its API names them.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export const checksumAlgorithms = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
  'XXHASH64',
  'XXHASH3',
  'XXHASH128',
] as const
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number]

/** Length in bytes of each checksum: a value of another length is no checksum. */
export const checksumLengths: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  MD5: 16,
  XXHASH64: 8,
  XXHASH3: 8,
  XXHASH128: 16,
}

/** A checksum on its way through a payload. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void
  digest(): Buffer | Promise<Buffer>
}

/** A checksum of the SDK's own: pure JavaScript, pinned together with the clients that send what it computes. */
interface SdkChecksum {
  update(bytes: Uint8Array): void
  digest(): Promise<Uint8Array>
}

// The SDK's checksums are loaded by the first payload that needs one: start-up must not pay for them.
const crc = () => import('@aws-sdk/checksums/crc')
const xxh = () => import('@aws-sdk/checksums/xxh')

type Start = () => RunningChecksum

/** What starts a checksum, at once or when it is loaded. */
const starters: Record<ChecksumAlgorithm, Start | (() => Promise<Start>)> = {
  CRC32: zlibCrc32,
  CRC32C: () => crc().then(({ Crc32c }) => fromSdk(() => new Crc32c())),
  CRC64NVME: () => crc().then(({ Crc64Nvme }) => fromSdk(() => new Crc64Nvme())),
  SHA1: fromCrypto('sha1'),
  SHA256: fromCrypto('sha256'),
  SHA512: fromCrypto('sha512'),
  MD5: fromCrypto('md5'),
  XXHASH64: () => xxh().then(({ Xxh64 }) => fromSdk(() => new Xxh64())),
  XXHASH3: () => xxh().then(({ Xxh3_64 }) => fromSdk(() => new Xxh3_64())),
  XXHASH128: () => xxh().then(({ Xxh3_128 }) => fromSdk(() => new Xxh3_128())),
}

/** A promise only where the algorithm has to be loaded first. */
export function startChecksum(
  algorithm: ChecksumAlgorithm,
): RunningChecksum | Promise<RunningChecksum> {
  const started = starters[algorithm]()
  if (!(started instanceof Promise)) return started
  return started.then((start) => {
    starters[algorithm] = start
    return start()
  })
}

/** Most payloads come in one piece, of which a hash is cheaper at once. */
function fromCrypto(name: string): Start {
  return () => {
    let only: Uint8Array | undefined
    let running: Hash | undefined
    return {
      update(bytes) {
        if (running) running.update(bytes)
        else if (only) running = createHash(name).update(only).update(bytes)
        else only = bytes
      },
      digest: () => running?.digest() ?? hash(name, only ?? noBytes, 'buffer'),
    }
  }
}

const noBytes = new Uint8Array()

function fromSdk(make: () => SdkChecksum): Start {
  return () => {
    const checksum = make()
    return {
      update: (bytes) => checksum.update(bytes),
      digest: async () => Buffer.from(await checksum.digest()),
    }
  }
}

function zlibCrc32(): RunningChecksum {
  let value = 0
  return {
    update: (bytes) => {
      value = crc32(bytes, value)
    },
    digest: () => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(value)
      return bytes
    },
  }
}
