import { createHash } from 'node:crypto'
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
  digest(): Promise<Buffer>
}

/** A checksum of the SDK's own: pure JavaScript, pinned together with the clients that send what it computes. */
interface SdkChecksum {
  update(bytes: Uint8Array): void
  digest(): Promise<Uint8Array>
}

// The SDK's checksums are loaded by the first payload that needs one: start-up must not pay for them.
const crc = () => import('@aws-sdk/checksums/crc')
const xxh = () => import('@aws-sdk/checksums/xxh')

const starters: Readonly<Record<ChecksumAlgorithm, () => Promise<RunningChecksum>>> = {
  CRC32: async () => zlibCrc32(),
  CRC32C: async () => fromSdk(new (await crc()).Crc32c()),
  CRC64NVME: async () => fromSdk(new (await crc()).Crc64Nvme()),
  SHA1: async () => fromCrypto('sha1'),
  SHA256: async () => fromCrypto('sha256'),
  SHA512: async () => fromCrypto('sha512'),
  MD5: async () => fromCrypto('md5'),
  XXHASH64: async () => fromSdk(new (await xxh()).Xxh64()),
  XXHASH3: async () => fromSdk(new (await xxh()).Xxh3_64()),
  XXHASH128: async () => fromSdk(new (await xxh()).Xxh3_128()),
}

export const startChecksum = (algorithm: ChecksumAlgorithm): Promise<RunningChecksum> =>
  starters[algorithm]()

function fromCrypto(name: string): RunningChecksum {
  const hash = createHash(name)
  return {
    update: (bytes) => void hash.update(bytes),
    digest: async () => hash.digest(),
  }
}

function fromSdk(checksum: SdkChecksum): RunningChecksum {
  return {
    update: (bytes) => checksum.update(bytes),
    digest: async () => Buffer.from(await checksum.digest()),
  }
}

function zlibCrc32(): RunningChecksum {
  let value = 0
  return {
    update: (bytes) => {
      value = crc32(bytes, value)
    },
    digest: async () => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(value)
      return bytes
    },
  }
}
