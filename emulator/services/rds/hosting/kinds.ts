import type { EngineKind } from '../../../engines/engine.ts'
import { postgres } from '../../../engines/postgres/engine.ts'

/** What runs an engine of RDS. */
export function kindOf(_engine: string): EngineKind {
  return postgres
}
