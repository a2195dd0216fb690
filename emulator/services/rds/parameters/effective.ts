import type { Call } from '../../../operation.ts'
import { findParameterGroup, type GroupKind } from '../rows/parameter-groups.ts'
import { parametersOf } from './catalogue.ts'
import { familyOfDefaultGroup } from './families.ts'
import { evaluateFormula, type FormulaVariables } from './formulas.ts'

/** What a parameter is set to, for an instance. */
export interface EffectiveParameter {
  /** As the engine takes it: a formula is worked out. */
  readonly value: string
  readonly apply: 'static' | 'dynamic'
  /** `user` where the group's owner has set it. */
  readonly source: 'user' | 'system'
  /** False for what RDS keeps to itself: paths, ports. */
  readonly modifiable: boolean
  /** Whether a change of the owner's was to wait for a reboot, whatever the parameter could do. */
  readonly method: 'immediate' | 'pending-reboot'
}

/**
 * What a group sets for an instance, by the parameters' names; those that are left to the engine are not in it.
 * Names that RDS adds to an engine's own have a dot: `rds.force_ssl`.
 *
 * @param names the group: `default.postgres15`, or one that somebody made
 */
export function effectiveParameters(
  scope: Pick<Call, 'db' | 'account' | 'region'>,
  { kind = 'instance', name }: { readonly kind?: GroupKind; readonly name: string },
  variables: FormulaVariables,
): Map<string, EffectiveParameter> {
  const group = findParameterGroup(scope.db, scope, kind, name)
  const family = group?.family ?? familyOfDefaultGroup(name)?.name
  const effective = new Map<string, EffectiveParameter>()
  if (family === undefined) return effective
  for (const parameter of parametersOf(family).values()) {
    const change = group?.changes[parameter.name]
    const set = change?.value ?? parameter.value
    if (set === undefined) continue
    const computed = evaluateFormula(set, variables)
    effective.set(parameter.name, {
      value: computed === undefined || /^[\d.-]+$/.test(set) ? set : String(computed),
      apply: parameter.apply,
      source: change ? 'user' : 'system',
      modifiable: parameter.modifiable,
      method: change?.method ?? 'pending-reboot',
    })
  }
  return effective
}
