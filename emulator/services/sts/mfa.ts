import type { Call } from '../../operation.ts'
import { mfaIncomplete, mfaUnknownDevice, mfaWrongCode } from './errors.ts'

/**
 * Checks the MFA code that a request carries, if it carries one. A code is good once.
 *
 * @returns whether the request is authenticated with MFA
 * @throws AccessDenied
 */
export function checkMfa(
  { caller, db, ports, wallNow }: Call,
  {
    SerialNumber,
    TokenCode,
  }: { SerialNumber?: string | undefined; TokenCode?: string | undefined },
): boolean {
  if (SerialNumber === undefined && TokenCode === undefined) return false
  if (SerialNumber === undefined || TokenCode === undefined) throw mfaIncomplete()
  const verdict = ports.mfa?.verify(db, {
    account: caller.accountId,
    userId: caller.userId,
    serial: SerialNumber,
    code: TokenCode,
    wallNow,
  })
  if (verdict === 'invalidCode') throw mfaWrongCode()
  if (verdict !== 'valid') throw mfaUnknownDevice()
  return true
}
