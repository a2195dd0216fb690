import type { Caller } from '../auth/caller.ts'
import type { Database, SqlValue } from '../store/database.ts'
import type { CallEvent, EventFilter, RecordedEvent } from './call-event.ts'
import { redactedJson } from './redacted-json.ts'

const resultLimit = 16 * 1024

const insert = `insert into event (
  sequence, time, wall_time, request_id, account, region, caller_type, caller_arn, access_key_id, user_name,
  service, operation, read_only, source_ip, user_agent, status, duration_us, error_code, error_message,
  resources, denial, parameters, result, granted
) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

export function insertEvent(db: Database, sequence: number, event: CallEvent): void {
  const { caller, error, resources, denial, parameters, result, granted } = event
  db.run(
    insert,
    sequence,
    event.time,
    event.wallTime,
    event.requestId,
    event.account,
    event.region,
    caller.type,
    caller.arn,
    caller.accessKeyId ?? null,
    caller.userName ?? null,
    event.service,
    event.operation,
    event.readOnly ? 1 : 0,
    event.sourceIp,
    event.userAgent,
    event.status,
    Math.round(event.duration),
    error?.code ?? null,
    error?.message ?? null,
    resources && resources.length > 0 ? redactedJson(resources) : null,
    denial ? redactedJson(denial) : null,
    parameters === undefined ? null : redactedJson(parameters),
    result === undefined ? null : redactedJson(result, resultLimit),
    granted && granted.length > 0 ? redactedJson(granted) : null,
  )
}

interface EventRow {
  sequence: number
  time: number
  wall_time: number
  request_id: string
  account: string
  region: string
  caller_type: Caller['type']
  caller_arn: string | null
  access_key_id: string | null
  user_name: string | null
  service: string
  operation: string
  read_only: number
  source_ip: string
  user_agent: string
  status: number
  duration_us: number
  error_code: string | null
  error_message: string | null
  resources: string | null
  denial: string | null
  parameters: string | null
  result: string | null
  granted: string | null
}

function fromRow(row: EventRow): RecordedEvent {
  return {
    sequence: row.sequence,
    time: row.time,
    wallTime: row.wall_time,
    requestId: row.request_id,
    account: row.account,
    region: row.region,
    caller: {
      type: row.caller_type,
      arn: row.caller_arn,
      ...(row.access_key_id !== null && { accessKeyId: row.access_key_id }),
      ...(row.user_name !== null && { userName: row.user_name }),
    },
    service: row.service,
    operation: row.operation,
    readOnly: row.read_only === 1,
    sourceIp: row.source_ip,
    userAgent: row.user_agent,
    status: row.status,
    duration: row.duration_us,
    parameters: row.parameters === null ? undefined : JSON.parse(row.parameters),
    ...(row.result !== null && { result: JSON.parse(row.result) as unknown }),
    ...(row.error_code !== null && {
      error: { code: row.error_code, message: row.error_message ?? '' },
    }),
    ...(row.resources !== null && { resources: JSON.parse(row.resources) as string[] }),
    ...(row.denial !== null && { denial: JSON.parse(row.denial) as object }),
    ...(row.granted !== null && { granted: JSON.parse(row.granted) as string[] }),
  }
}

/** In the order of the calls: the first ones after `afterSequence`, or else the last ones. */
export function selectEvents(db: Database, filter: EventFilter): RecordedEvent[] {
  const { sql, values } = where(filter)
  const order = filter.afterSequence === undefined ? 'desc' : 'asc'
  const events = db
    .all<EventRow>(
      `select * from event ${sql} order by sequence ${order} limit ?`,
      ...values,
      filter.limit ?? 100,
    )
    .map(fromRow)
  return order === 'desc' ? events.toReversed() : events
}

export function selectLatestDenial(db: Database, filter: EventFilter): RecordedEvent | undefined {
  const { sql, values } = where(filter, ['denial is not null'])
  const row = db.get<EventRow>(
    `select * from event ${sql} order by sequence desc limit 1`,
    ...values,
  )
  return row && fromRow(row)
}

/** @returns the sequence numbers of the first and the last event, 0 when there is none */
export function eventRange(db: Database): { first: number; last: number } {
  return db.get<{ first: number; last: number }>(
    `select coalesce((select min(sequence) from event), 0) as first,
            coalesce((select max(sequence) from event), 0) as last`,
  )!
}

export function deleteEventsBefore(db: Database, sequence: number): void {
  db.run('delete from event where sequence < ?', sequence)
}

function where(
  filter: EventFilter,
  conditions: string[] = [],
): { sql: string; values: SqlValue[] } {
  const values: SqlValue[] = []
  const add = (condition: string, value: SqlValue | undefined, times = 1) => {
    if (value === undefined) return
    conditions.push(condition)
    for (let n = 0; n < times; n += 1) values.push(value)
  }
  add('sequence > ?', filter.afterSequence)
  add('account = ?', filter.account)
  add('service = ?', filter.service)
  add('operation = ?', filter.operation)
  add('request_id = ?', filter.requestId)
  add('? in (caller_arn, access_key_id, user_name)', filter.caller)
  add('(instr(resources, ?) or instr(parameters, ?) or instr(result, ?))', filter.resource, 3)
  if (filter.errorsOnly) conditions.push('error_code is not null')
  return { sql: conditions.length > 0 ? `where ${conditions.join(' and ')}` : '', values }
}
