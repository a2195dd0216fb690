import type { Wanted } from '../../../engines/engine.ts'
import type { Database } from '../../../store/database.ts'
import { effectiveParameters, type EffectiveParameter } from '../parameters/effective.ts'
import type { FormulaVariables } from '../parameters/formulas.ts'
import type { Instance } from '../rows/instances.ts'
import { kindOf } from './kinds.ts'
import { findCluster } from '../rows/clusters.ts'

/** `15` of `15.3`. */
export const majorOf = (version: string): number => Number(version.split('.')[0])

/** What the owner of an instance's parameter group, or of its cluster's, has set; the instance's counts more. */
export function parametersFor(db: Database, instance: Instance): Readonly<Record<string, string>> {
  return Object.fromEntries(setBy(db, instance).map(([name, { value }]) => [name, value]))
}

function setBy(db: Database, instance: Instance): [string, EffectiveParameter][] {
  const scope = { db, account: instance.account, region: instance.region }
  const variables = variablesOf(instance)
  const cluster = instance.clusterId ? findCluster(db, instance, instance.clusterId) : undefined
  const found = [
    ...(cluster
      ? effectiveParameters(scope, { kind: 'cluster', name: cluster.parameterGroup }, variables)
      : []),
    ...effectiveParameters(scope, { name: instance.parameterGroup }, variables),
  ]
  return found.filter(([, { source, modifiable }]) => source === 'user' && modifiable)
}

/** Of the machine that is asked for, not of this one: formulas give what RDS would show. */
const variablesOf = ({ configuration, engine }: Instance): FormulaVariables => ({
  AllocatedStorage: (configuration.AllocatedStorage ?? 20) * 2 ** 30,
  DBInstanceClassMemory: 2 ** 30,
  DBInstanceVCPU: 2,
  EndPointPort: kindOf(engine).port,
})

/** How an instance's engine is to be configured. */
export function wantedOf(db: Database, instance: Instance): Omit<Wanted, 'follows'> {
  const { configuration } = instance
  const set = setBy(db, instance)
  const waiting = set.filter(([, { method }]) => method === 'pending-reboot')
  return {
    major: majorOf(instance.engineVersion),
    parameters: Object.fromEntries(set.map(([name, { value }]) => [name, value])),
    deferred: new Set(waiting.map(([name]) => name)),
    archives: (configuration.BackupRetentionPeriod ?? 0) > 0 || instance.clusterId !== null,
  }
}
