import type { ReplicationConfiguration } from '@aws-sdk/client-s3'
import type { Database } from '../../../store/database.ts'
import { remembered } from '../../../store/remembered.ts'

export type ReplicationStatus = 'PENDING' | 'COMPLETED' | 'FAILED' | 'REPLICA'

export const findReplication = remembered<ReplicationConfiguration | undefined, number>(
  ['s3_replication_configurations'],
  (db, bucket) => {
    const row = db.get<{ document: string }>(
      'select document from s3_replication_configurations where bucket = ?',
      bucket,
    )
    return row && (JSON.parse(row.document) as ReplicationConfiguration)
  },
)

export function putReplication(
  db: Database,
  bucket: number,
  document: ReplicationConfiguration,
): void {
  db.run(
    'insert or replace into s3_replication_configurations (bucket, document) values (?, ?)',
    bucket,
    JSON.stringify(document),
  )
}

export function deleteReplication(db: Database, bucket: number): void {
  db.run('delete from s3_replication_configurations where bucket = ?', bucket)
}

/** @param destination a bucket's name; empty for a replica */
export function setReplicationStatus(
  db: Database,
  version: number,
  destination: string,
  status: ReplicationStatus,
): void {
  db.run(
    'insert or replace into s3_replications (version, destination, status) values (?, ?, ?)',
    version,
    destination,
    status,
  )
}

/**
 * A version's status over all its destinations: FAILED when one failed, PENDING while one is under way. Undefined for
 * what no rule meant. https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html
 */
export function replicationStatusOf(db: Database, version: number): ReplicationStatus | undefined {
  const rows = db.all<{ status: ReplicationStatus }>(
    'select status from s3_replications where version = ?',
    version,
  )
  if (rows.length === 0) return undefined
  const found = new Set(rows.map(({ status }) => status))
  return (['FAILED', 'PENDING', 'COMPLETED', 'REPLICA'] as const).find((one) => found.has(one))
}

/** Where a version has been replicated to, or is going to be. */
export function destinationsOf(db: Database, version: number): string[] {
  return db
    .all<{ destination: string }>(
      `select destination from s3_replications where version = ? and status <> 'REPLICA'`,
      version,
    )
    .map(({ destination }) => destination)
}
