import type { Database } from '../../../store/database.ts'
import type { Place } from './instances.ts'

/** What kind of resource a document is. */
export type DocumentType =
  | 'certificate-override'
  | 'cluster-auto-backup'
  | 'cluster-endpoint'
  | 'integration'
  | 'deployment'
  | 'export-task'
  | 'global-cluster'
  | 'maintenance'
  | 'proxy'
  | 'proxy-endpoint'
  | 'proxy-target'
  | 'recommendation'
  | 'reserved-instance'

/** The documents of one type: resources that are recorded and shown. */
export interface Documents<Document> {
  find(db: Database, place: Place, id: string): Document | undefined
  /** In the order in which they were made. */
  list(db: Database, place: Place): Document[]
  /** Makes one, or replaces it in its place. */
  put(db: Database, place: Place, id: string, document: Document): void
  delete(db: Database, place: Place, id: string): void
}

export const documentsOf = <Document>(type: DocumentType): Documents<Document> => ({
  find(db, { account, region }, id) {
    const row = db.get<{ document: string }>(
      'select document from rds_documents where account = ? and region = ? and type = ? and id = ?',
      account,
      region,
      type,
      id,
    )
    return row && (JSON.parse(row.document) as Document)
  },
  list: (db, { account, region }) =>
    db
      .all<{ document: string }>(
        `select document from rds_documents where account = ? and region = ? and type = ? order by position, id`,
        account,
        region,
        type,
      )
      .map(({ document }) => JSON.parse(document) as Document),
  put(db, { account, region }, id, document) {
    db.run(
      `insert into rds_documents (account, region, type, id, position, document)
       values (?, ?, ?, ?, (select coalesce(max(position), 0) + 1 from rds_documents where account = ? and region = ? and type = ?), ?)
       on conflict do update set document = excluded.document`,
      account,
      region,
      type,
      id,
      account,
      region,
      type,
      JSON.stringify(document),
    )
  },
  delete(db, { account, region }, id) {
    db.run(
      'delete from rds_documents where account = ? and region = ? and type = ? and id = ?',
      account,
      region,
      type,
      id,
    )
  },
})
