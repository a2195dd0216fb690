import type { Call } from '../../operation.ts'

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** `EXT3fK…` for templates, `EXP9xQ…` for experiments. */
export const newId = (prefix: 'EXT' | 'EXP', { ids }: Pick<Call, 'ids'>): string =>
  prefix + Array.from(ids.bytes(15), (byte) => letters[byte % letters.length]).join('')
