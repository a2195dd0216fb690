import { randomFillSync } from 'node:crypto'

const poolBytes = 8192
const pool = Buffer.alloc(poolBytes)
let used = poolBytes

/**
 * Random bytes of the system's, a copy of their own. They are asked for by the thousand: a call for each 16 of them costs more than all that is
 * done with them.
 */
export function randomBytes(length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length)
  if (length > poolBytes / 8) return randomFillSync(bytes)
  if (used + length > poolBytes) {
    randomFillSync(pool)
    used = 0
  }
  pool.copy(bytes, 0, used, used + length)
  // Nothing that became a key is left behind in the pool.
  pool.fill(0, used, used + length)
  used += length
  return bytes
}
