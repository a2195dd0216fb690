import type { Database } from '../store/database.ts'
import type { InstancePlace } from './facts.ts'

/** The port that an instance's metadata has been given. */
export interface EndpointRow extends InstancePlace {
  readonly port: number
}

const columns = 'account, region, instance_id as instanceId, port'

export const allEndpoints = (db: Database): EndpointRow[] =>
  db.all<EndpointRow>(`select ${columns} from imds_endpoints order by port`)

/** Whose a port is. */
export const endpointAt = (db: Database, port: number): EndpointRow | undefined =>
  db.get<EndpointRow>(`select ${columns} from imds_endpoints where port = ?`, port)

export const findEndpoint = (
  db: Database,
  { account, region, instanceId }: InstancePlace,
): EndpointRow | undefined =>
  db.get<EndpointRow>(
    `select ${columns} from imds_endpoints where account = ? and region = ? and instance_id = ?`,
    account,
    region,
    instanceId,
  )

export function keepEndpoint(
  db: Database,
  { account, region, instanceId }: InstancePlace,
  port: number,
): void {
  db.run(
    `insert into imds_endpoints (account, region, instance_id, port) values (?, ?, ?, ?)
     on conflict (account, region, instance_id) do update set port = excluded.port`,
    account,
    region,
    instanceId,
    port,
  )
}

export function forgetEndpoint(db: Database, { account, region, instanceId }: InstancePlace): void {
  db.run(
    'delete from imds_endpoints where account = ? and region = ? and instance_id = ?',
    account,
    region,
    instanceId,
  )
}
