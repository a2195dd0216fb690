import type { PresenceOperator } from './operator.ts'
import { parseBoolean } from './boolean.ts'

/** `true`: the key must be missing; `false`: it must be there. */
export const Null: PresenceOperator = { expectsAbsent: parseBoolean }
