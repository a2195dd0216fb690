import type { ValueOperator } from './operator.ts'
import { never } from './operator.ts'

/**
 * Compares byte for byte with the base64 in the policy. The request's value is base64 too; where it can't be, its
 * own bytes are meant.
 */
export const BinaryEquals: ValueOperator = {
  negated: false,
  compile(text) {
    const expected = decodeBase64(text)
    if (!expected) return never
    return (actual) => expected.equals(decodeBase64(actual) ?? Buffer.from(actual))
  },
}

function decodeBase64(text: string): Buffer | undefined {
  const padded = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
  return padded ? Buffer.from(text, 'base64') : undefined
}
