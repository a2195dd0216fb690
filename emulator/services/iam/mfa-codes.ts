import type { MfaDevices } from '../../ports.ts'
import type { Database } from '../../store/database.ts'
import { findMfaDevice, putMfaDevice, type MfaDevice } from './rows/mfa-devices.ts'
import { codeOf, stepAt } from './totp.ts'

/** How many steps a code may be off, either way, when its device's own drift is taken into account. */
const window = 2

/** How far from the device's time a pair of codes is looked for: a clock may be hours off, which the pair then tells. */
const stepsBack = 998
const stepsAhead = 1000

/** IAM's devices, as STS asks them. */
export const mfaDevices: MfaDevices = { verify }

/** A code of the two steps before and after the present one is right too, in any order, but each is right once. */
function verify(
  db: Database,
  { account, userId, serial, code, wallNow }: Parameters<MfaDevices['verify']>[1],
): ReturnType<MfaDevices['verify']> {
  const device = findMfaDevice(db, account, serial)
  if (device?.userId !== userId) return 'unknownDevice'
  const present = stepAt(wallNow) + device.drift
  for (let step = present - window; step <= present + window; step++) {
    if (device.usedSteps.includes(step) || codeOf(device.seed, step) !== code) continue
    const recent = device.usedSteps.filter((used) => used >= present - 2 * window)
    putMfaDevice(db, { ...device, usedSteps: [...recent, step] })
    return 'valid'
  }
  return 'invalidCode'
}

/**
 * Finds two codes that follow each other, both later than the pair before them.
 *
 * @param wallNow wall time in ms since the epoch
 * @returns the device with its clock set by them, or undefined when there are no such codes
 */
export function pairCodes(
  device: MfaDevice,
  [first, second]: readonly [string, string],
  wallNow: number,
): MfaDevice | undefined {
  const present = stepAt(wallNow)
  const base = present + device.drift
  const earliest = Math.max(base - stepsBack, device.pairedStep + 2)
  // The nearest pair is the one that was meant: six digits come up again by chance.
  for (let distance = 0; distance <= stepsAhead; distance++) {
    for (const step of distance === 0 ? [base] : [base - distance, base + distance]) {
      if (step < earliest || step > base + stepsAhead) continue
      if (codeOf(device.seed, step) !== second || codeOf(device.seed, step - 1) !== first) continue
      // Who types two codes one after the other is a step late with the second at most: that is no drift.
      const drift = Math.abs(step - present) <= 1 ? 0 : step - present
      return { ...device, drift, pairedStep: step }
    }
  }
  return undefined
}
