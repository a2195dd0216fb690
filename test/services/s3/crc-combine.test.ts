import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { startChecksum } from '../../../emulator/http/payload/checksums.ts'
import { combineCrcs, crc32c } from '../../../emulator/services/s3/crc-combine.ts'

describe('combineCrcs', () => {
  test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    'gives the %s of the whole',
    async (algorithm) => {
      const sum = async (bytes: Buffer) => {
        const running = await startChecksum(algorithm)
        running.update(bytes)
        return running.digest()
      }
      for (const sizes of [[1], [0, 5], [3, 0, 70_000], [1000, 1000, 1000, 1]]) {
        const pieces = sizes.map((size) => randomBytes(size))
        const values = []
        for (const piece of pieces) values.push({ value: await sum(piece), size: piece.length })
        expect(combineCrcs(algorithm, values).toString('hex')).toBe(
          (await sum(Buffer.concat(pieces))).toString('hex'),
        )
      }
    },
  )

  test('its CRC32C is the one of the check value', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
  })
})
