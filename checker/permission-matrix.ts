import type { EventHistory, HistoryEvent } from './history.ts'
import type { Verdict } from './lab.ts'
import { failed, passed } from './lab.ts'
import type { Probe } from './permission-probe.ts'
import { attemptAll } from './permission-probe.ts'
import { allowingStatements } from './policy-statements.ts'
import type { HeldPolicy } from './user-policies.ts'

/** Whose permissions are looked at. */
export interface Subject {
  readonly user: string
  /** What they hold, as `policiesOfUser` reads it. */
  readonly held: readonly HeldPolicy[]
  readonly events: EventHistory
}

/**
 * What a user must be able to do: passed when every call is allowed, otherwise failed with what AWS tells them.
 * @param expected what the message asks for, without a full stop: `that carol lists and reads what is under data/`
 */
export async function mustAllow(
  { user, held, events }: Subject,
  probes: readonly Probe[],
  expected: string,
): Promise<Verdict> {
  const { refused } = await attemptAll(probes)
  const [first] = refused
  if (first === undefined) return passed()
  const { probe, because } = first
  const others = refused.slice(1).map((other) => nameOf(other.probe))
  const also = others.length === 0 ? '' : ` Refused too: ${others.join(', ')}.`
  const call = held.map((policy) => callBehind(events, policy)).findLast((event) => event)
  return failed(
    `${user} is refused ${nameOf(probe)}. AWS answers: ${because}.${also} Expected ${expected}.`,
    call,
  )
}

/**
 * What a user must not be able to do: passed when every call is refused, otherwise failed with what allows each, in the
 * words of the policy.
 * @param expected what the message asks for, without a full stop: `that carol deletes nothing`
 */
export async function mustDeny(
  subject: Subject,
  probes: readonly Probe[],
  expected: string,
): Promise<Verdict> {
  const { allowed } = await attemptAll(probes)
  if (allowed.length === 0) return passed()
  const bySource = new Map<string, { readonly policy?: HeldPolicy; readonly probes: Probe[] }>()
  for (const probe of allowed) {
    const { policy, statement } = sourceOf(probe, subject.held)
    const key = JSON.stringify([policy?.arn ?? policy?.name, statement])
    const known = bySource.get(key) ?? { ...(policy === undefined ? {} : { policy }), probes: [] }
    known.probes.push(probe)
    bySource.set(key, known)
  }
  const sentences = Array.from(bySource.values(), ({ policy, probes: its }) => {
    const { statement } = sourceOf(its[0]!, subject.held)
    const what = its.map(nameOf).join(', ')
    return `${possessive(policy)} allows ${what}${statement === '' ? '' : `: ${statement}`}.`
  })
  const [call] = Array.from(bySource.values(), ({ policy }) =>
    policy === undefined ? undefined : callBehind(subject.events, policy),
  )
  return failed(`${sentences.join(' ')} Expected ${expected}.`, call)
}

const nameOf = ({ action, on }: Probe) => `${action} on ${on}`

const possessive = (policy: HeldPolicy | undefined) =>
  policy === undefined
    ? 'Something that is no policy of theirs'
    : policy.kind === 'AWS managed'
      ? `AWS's policy ${policy.name}`
      : `Your policy ${policy.name}`

/** The policy that allows a call and the statement in it: one that does so without a condition, before those that have one. */
function sourceOf(probe: Probe, held: readonly HeldPolicy[]) {
  const found = held.flatMap((policy) =>
    allowingStatements(policy.document, probe.action, probe.resource).map((suspect) => ({
      policy,
      suspect,
    })),
  )
  const { policy, suspect } = found.find((one) => !one.suspect.conditional) ?? found[0] ?? {}
  if (suspect === undefined) return { policy: undefined, statement: '' }
  const under = suspect.conditional ? ', under a condition that does not keep this out' : ''
  return { policy, statement: `its statement ${suspect.name} says ${suspect.says}${under}` }
}

/** The student's last call that wrote a policy; for one of AWS's, that attached it. */
function callBehind(events: EventHistory, policy: HeldPolicy): HistoryEvent | undefined {
  const { name, arn } = policy
  const where = ({ parameters }: HistoryEvent) =>
    parameters?.['PolicyName'] === name || (arn !== undefined && parameters?.['PolicyArn'] === arn)
  const written = events.last({
    service: 'iam',
    operation: [
      'CreatePolicy',
      'CreatePolicyVersion',
      'SetDefaultPolicyVersion',
      'PutUserPolicy',
      'PutGroupPolicy',
    ],
    where,
  })
  const attaching = ['AttachUserPolicy', 'AttachGroupPolicy']
  return written ?? events.last({ service: 'iam', operation: attaching, where })
}
