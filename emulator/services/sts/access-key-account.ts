const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * The account that an access key id names: 40 of the 80 bits after the prefix, from bit 1 on.
 *
 * @returns 12 digits, or undefined for an id that names no account
 */
export function accountOfAccessKeyId(id: string): string | undefined {
  if (!/^[A-Z]{4}[A-Z2-7]{16}$/.test(id)) return undefined
  let bits = 0n
  for (const character of id.slice(4)) bits = (bits << 5n) | BigInt(base32.indexOf(character))
  const account = String((bits >> 39n) & 0xff_ffff_ffffn)
  return account.length > 12 ? undefined : account.padStart(12, '0')
}
