import type { Database } from '../store/database.ts'

/** The last call of one operation by one caller. */
export interface ServiceUse {
  readonly callerArn: string
  /** The service's name here: `s3`. */
  readonly service: string
  readonly operation: string
  readonly region: string
  /** Virtual time in ms since the epoch. */
  readonly time: number
}

/**
 * What an account's callers have called, refused calls among it.
 *
 * @param since virtual time in ms since the epoch
 */
export const serviceUses = (db: Database, account: string, since: number): ServiceUse[] =>
  db.all<ServiceUse>(
    // With max() the other columns are those of its row: https://sqlite.org/lang_select.html#bareagg
    `select caller_arn as callerArn, service, operation, region, max(time) as time from event
     where account = ? and time > ? and caller_arn is not null
     group by caller_arn, service, operation`,
    account,
    since,
  )
