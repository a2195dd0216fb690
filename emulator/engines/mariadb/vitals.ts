import type { Vitals } from '../engine.ts'
import { administrator } from './configuration.ts'
import type { MariadbServer } from './server.ts'
import { literal, type Row } from './session.ts'

/** Vitals of a server that answers. */
export function vitalsOf(server: MariadbServer): Promise<Vitals> {
  return server.session(async (session) => {
    const [row] = await session.query(question)
    const [following] = await session.query('SHOW SLAVE STATUS')
    const logs = await session.query('SHOW BINARY LOGS').catch((): Row[] => [])
    return {
      connections: Number(row?.['connections']),
      uptime: Number(row?.['uptime']),
      storage: Number(row?.['storage']),
      logStorage: logs.reduce((sum, log) => sum + Number(log['File_size']), 0),
      lag: following && lagOf(following),
      oldestFollower: undefined,
      transactionAge: undefined,
    }
  })
}

/** Null while nothing comes from the source. */
function lagOf({ Seconds_Behind_Master: seconds }: Row): number {
  return seconds === null || seconds === undefined ? -1 : Number(seconds)
}

const question = `
SELECT
  (SELECT COUNT(*) FROM information_schema.PROCESSLIST
    WHERE USER NOT LIKE ${literal(`${administrator}%`)} AND USER NOT IN ('system user', 'event_scheduler') AND COMMAND NOT LIKE 'Binlog Dump%') AS connections,
  (SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'UPTIME') AS uptime,
  (SELECT SUM(FILE_SIZE) FROM information_schema.INNODB_SYS_TABLESPACES) AS storage`
