import type { KeyScope } from '../../ports.ts'
import { symmetricMaterial } from './materials.ts'
import { updateKey, type Key } from './rows/keys.ts'
import { addMaterial, type RotationType } from './rows/materials.ts'

const day = 86_400_000
/** In days. */
export const defaultPeriod = 365

/** A key that rotates from now on. @param period in days */
export const rotationStart = (now: number, period = defaultPeriod) => ({
  rotationPeriod: period,
  nextRotationAt: now + period * day,
})

/**
 * Makes the rotations that have become due since the key was last looked at, each with its own date. Whoever uses a
 * key goes through here, in whichever service: nothing can tell this from a rotation at the time itself.
 *
 * A key that is disabled or about to be deleted is not rotated.
 * https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
 */
export function rotatedIfDue({ db, ids, now }: KeyScope, key: Key): Key {
  const { rotationPeriod, nextRotationAt } = key
  if (rotationPeriod === null || nextRotationAt === null) return key
  if (key.state !== 'Enabled' || nextRotationAt > now) return key
  let due = nextRotationAt
  for (; due <= now; due += rotationPeriod * day) rotate({ db, ids, now: due }, key, 'AUTOMATIC')
  return updateKey(db, { ...key, nextRotationAt: due })
}

/** A rotation that was missed while the key was disabled happens as soon as it is enabled. */
export const overdueRotationNow = (key: Key, now: number): Key =>
  key.nextRotationAt !== null && key.nextRotationAt < now ? { ...key, nextRotationAt: now } : key

/** Gives the key new material. The old goes on decrypting what it encrypted. */
export function rotate(
  { db, ids, now }: Pick<KeyScope, 'db' | 'ids' | 'now'>,
  key: Key,
  rotationType: RotationType,
): void {
  addMaterial(db, key, { ...symmetricMaterial(ids), createdAt: now, rotationType })
}
