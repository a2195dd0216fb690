import type { TimerCall } from '../../../clock/timers.ts'
import { deleteTags } from '../rows/tags.ts'

/** What the making, changing and unmaking of recorded resources need: requests and timers have it. */
export type StateScope = Pick<TimerCall, 'db' | 'account' | 'region' | 'now' | 'ids' | 'timers'>

/** The states of a kind of resource. */
export interface Life {
  /** The state that a resource is made in. */
  readonly first: string
  /** What each passing state turns into by itself. */
  readonly next?: Readonly<Record<string, string>>
  /** The state that a deletion leads to; absent where the resource is gone at once. */
  readonly last?: string
  /** The states of what is there no more, and can be seen for an hour. */
  readonly gone?: readonly string[]
}

/** `pending` and `available`, `modifying`, `deleting` and `deleted`: most of EC2's kinds. */
export const usualLife: Life = {
  first: 'pending',
  next: { pending: 'available', modifying: 'available', deleting: 'deleted' },
  last: 'deleting',
  gone: ['deleted'],
}

/** `create-in-progress` and `create-complete`, and so on: how newer kinds name theirs. */
export const progressLife: Life = {
  first: 'create-in-progress',
  next: {
    'create-in-progress': 'create-complete',
    'modify-in-progress': 'modify-complete',
    'update-in-progress': 'update-complete',
    'delete-in-progress': 'delete-complete',
  },
  last: 'delete-in-progress',
  gone: ['delete-complete'],
}

/** How long the passing states take, in virtual ms. */
const passingTime = 0

/** How long what is gone can still be seen. */
const visibleFor = 60 * 60 * 1000

interface Named {
  readonly kind: string
  readonly id: string
}

interface Entered extends Named {
  readonly state: string
}

/** A timer may be about the other side of a connection: another account's or region's. */
type Place = Pick<StateScope, 'account' | 'region'>

interface Passing extends Entered, Place {
  readonly next: string
  readonly gone: boolean
}

/** Sets a resource's state, and sees to what follows from it by itself. */
export function enterState(entered: Entered, life: Life, scope: StateScope): void {
  const { kind, id, state } = entered
  const { account, region } = scope
  setState(scope, entered)
  const next = life.next?.[state]
  if (next) {
    const gone = life.gone?.includes(next) ?? false
    const passing: Passing = { account, region, kind, id, state, next, gone }
    scope.timers.schedule(scope.now + passingTime, 'recorded-state', passing)
  } else if (life.gone?.includes(state)) forgetLater(entered, scope)
}

const forgetLater = ({ kind, id }: Named, { account, region, now, timers }: StateScope): void =>
  timers.schedule(now + visibleFor, 'recorded-forgotten', { account, region, kind, id })

function setState({ db, account, region }: StateScope, { kind, id, state }: Entered): void {
  db.run(
    'update ec2_recorded set state = ? where account = ? and region = ? and kind = ? and id = ?',
    state,
    account,
    region,
    kind,
    id,
  )
}

/** What recorded resources do by themselves. */
export const recordedTimers = {
  'recorded-state'({ account, region, next, gone, ...entered }: Passing, call: TimerCall): void {
    const { kind, id, state } = entered
    const row = call.db.get<{ state: string }>(
      'select state from ec2_recorded where account = ? and region = ? and kind = ? and id = ?',
      account,
      region,
      kind,
      id,
    )
    if (row?.state !== state) return
    const there = { ...call, account, region }
    setState(there, { kind, id, state: next })
    if (gone) forgetLater(entered, there)
  },
  'recorded-forgotten'({ account, region, kind, id }: Named & Place, call: TimerCall): void {
    call.db.run(
      'delete from ec2_recorded where account = ? and region = ? and kind = ? and id = ?',
      account,
      region,
      kind,
      id,
    )
    deleteTags({ ...call, account, region }, id)
  },
}
