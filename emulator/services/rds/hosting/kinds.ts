import type { EngineKind } from '../../../engines/engine.ts'
import { mariadb } from '../../../engines/mariadb/engine.ts'
import { postgres } from '../../../engines/postgres/engine.ts'
import { isMysql } from '../instances/engines.ts'

/** What runs an engine of RDS. */
export const kindOf = (engine: string): EngineKind => (isMysql(engine) ? mariadb : postgres)
