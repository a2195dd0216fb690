import type { Vitals } from '../engine.ts'
import type { PostgresServer } from './server.ts'
import { withSession } from './session.ts'
import { superuser } from './template.ts'

/**
 * A replica is late by the age of the last transaction that it has replayed. Where nothing is written, that age grows; RDS writes
 * something of its own every five minutes, so that it says no more than that.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.Monitor.html
 */
const idleLag = 300

/** Vitals of a server that answers. */
export async function vitalsOf(server: PostgresServer): Promise<Vitals> {
  const [row] = await withSession(server, ({ query }) =>
    query<Record<keyof Vitals, number | null>>(question, [superuser]),
  )
  const { lag, oldestFollower, transactionAge, storage, logStorage } = row!
  return {
    connections: row!.connections!,
    uptime: row!.uptime!,
    storage: storage ?? undefined,
    logStorage: logStorage ?? undefined,
    lag: lag ?? undefined,
    oldestFollower: oldestFollower ?? undefined,
    transactionAge: transactionAge ?? undefined,
  }
}

const question = `
with receiver as (
  select exists (select from pg_stat_wal_receiver where status = 'streaming') as streams,
    pg_last_wal_receive_lsn() is not distinct from pg_last_wal_replay_lsn() as has_all,
    extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) as age
)
select
  (select count(*) from pg_stat_activity
    where backend_type = 'client backend' and usename is distinct from $1)::float8 as connections,
  extract(epoch from clock_timestamp() - pg_postmaster_start_time())::float8 as uptime,
  (select sum(pg_database_size(oid)) from pg_database)::float8 as storage,
  (select sum(size) from pg_ls_waldir())::float8 as "logStorage",
  (select max(age(datfrozenxid)) from pg_database)::float8 as "transactionAge",
  (select case
      when not pg_is_in_recovery() then null
      when not streams then -1
      when has_all then least(coalesce(age, 0), ${idleLag})
      else age
    end from receiver)::float8 as lag,
  (case when pg_is_in_recovery() then null else
    (select max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) from pg_replication_slots)
  end)::float8 as "oldestFollower"`
