import type { Database } from '../store/database.ts'

/** Whose timer it is. */
export interface TimerOwner {
  readonly service: string
  readonly account: string
  readonly region: string
}

export interface TimerRow extends TimerOwner {
  readonly id: number
  readonly dueAt: number
  readonly kind: string
  readonly key: string | null
  /** JSON. */
  readonly payload: string
  /** How often its handler has failed. */
  readonly attempts: number
  /** What it failed with last. */
  readonly error: string | null
}

const columns = 'id, due_at as dueAt, service, account, region, kind, key, payload, attempts, error'

export function insertTimer(
  db: Database,
  timer: Omit<TimerRow, 'id' | 'attempts' | 'error'>,
): void {
  db.run(
    'insert into timer (due_at, service, account, region, kind, key, payload) values (?, ?, ?, ?, ?, ?, ?)',
    timer.dueAt,
    timer.service,
    timer.account,
    timer.region,
    timer.kind,
    timer.key,
    timer.payload,
  )
}

export function deleteTimer(db: Database, id: number): void {
  db.run('delete from timer where id = ?', id)
}

export function deleteTimers(db: Database, owner: TimerOwner, kind: string, key: string): void {
  db.run(
    'delete from timer where service = ? and kind = ? and key = ? and account = ? and region = ?',
    owner.service,
    kind,
    key,
    owner.account,
    owner.region,
  )
}

/** The first timer that is due at `until` or before. */
export function firstDue(db: Database, until: number): TimerRow | undefined {
  return db.get<TimerRow>(
    `select ${columns} from timer where parked = 0 and due_at <= ? order by due_at, id limit 1`,
    until,
  )
}

/** When the next timer is due; Infinity when there is none. */
export function nextDueTime(db: Database): number {
  const next = db.get<{ dueAt: number }>(
    'select due_at as dueAt from timer where parked = 0 order by due_at limit 1',
  )
  return next?.dueAt ?? Infinity
}

/** Notes a failure, and when the timer is tried again. */
export function postponeTimer(db: Database, id: number, error: string, dueAt: number): void {
  db.run(
    'update timer set attempts = attempts + 1, error = ?, due_at = ? where id = ?',
    error,
    dueAt,
    id,
  )
}

/** Notes a failure for the last time: the timer is kept, to be looked at, and not fired any more. */
export function parkTimer(db: Database, id: number, error: string): void {
  db.run('update timer set attempts = attempts + 1, error = ?, parked = 1 where id = ?', error, id)
}

/** Timers that failed too often, the oldest first. */
export function parkedTimers(db: Database, limit: number): TimerRow[] {
  return db.all<TimerRow>(
    `select ${columns} from timer where parked = 1 order by id limit ?`,
    limit,
  )
}

/** The services with timers to fire, found by one look-up each and not by a scan of the timers. */
export function servicesWithTimers(db: Database): string[] {
  return db
    .all<{ service: string }>(
      `with recursive found (service) as (
         select min(service) from timer
         union all
         select (select min(timer.service) from timer where timer.service > found.service)
         from found where found.service is not null
       )
       select service from found where service is not null`,
    )
    .map(({ service }) => service)
}

/** How many timers wait to be fired; parked ones are not among them. */
export function countTimers(db: Database): number {
  return db.get<{ count: number }>('select count(*) as count from timer where parked = 0')!.count
}
