/** The public face of pocketcloud: what the package exports. `start.ts` is the part of it that `pocketcloud start` needs. */
export { startEmulator, type Emulator, type EmulatorOptions } from './start.ts'
export type { Fault, FaultRule } from './faults.ts'
export type { RecordedEvent } from './events/call-event.ts'
export { evaluate } from './policy/index.ts'
export { evaluateLine } from './policy/json-lines.ts'
export { type PolicyPurpose, validatePolicy } from './policy/validation/index.ts'
