import type { Database } from '../../../store/database.ts'

export type LensKind = 'configuration' | 'group'

/** A configuration or group of Storage Lens, in the shape of the API. */
export interface Lens<Document> {
  readonly account: string
  readonly region: string
  readonly id: string
  readonly document: Document
  readonly tags: Readonly<Record<string, string>>
}

interface Place {
  readonly account: string
  readonly region: string
}

interface Row {
  account: string
  region: string
  id: string
  document: string
  tags: string
}

const toLens = <Document>(row: Row): Lens<Document> => ({
  account: row.account,
  region: row.region,
  id: row.id,
  document: JSON.parse(row.document) as Document,
  tags: JSON.parse(row.tags) as Record<string, string>,
})

export function findLens<Document>(
  db: Database,
  { account, region }: Place,
  kind: LensKind,
  id: string,
): Lens<Document> | undefined {
  const row = db.get<Row>(
    'select * from s3control_storage_lens where account = ? and region = ? and kind = ? and id = ?',
    account,
    region,
    kind,
    id,
  )
  return row && toLens<Document>(row)
}

/** A page of what an account has in a region, by id. @param from the page begins with the first id not before this */
export function listLenses<Document>(
  db: Database,
  { account, region }: Place,
  kind: LensKind,
  { from, limit }: { from: string; limit: number },
): Lens<Document>[] {
  return db
    .all<Row>(
      `select * from s3control_storage_lens
       where account = ? and region = ? and kind = ? and id >= ? order by id limit ?`,
      account,
      region,
      kind,
      from,
      limit,
    )
    .map(toLens<Document>)
}

export function putLens(
  db: Database,
  { account, region }: Place,
  kind: LensKind,
  { id, document, tags }: Pick<Lens<object>, 'id' | 'document' | 'tags'>,
): void {
  db.run(
    'insert or replace into s3control_storage_lens values (?, ?, ?, ?, ?, ?)',
    account,
    region,
    kind,
    id,
    JSON.stringify(document),
    JSON.stringify(tags),
  )
}

export function deleteLens(
  db: Database,
  { account, region }: Place,
  kind: LensKind,
  id: string,
): void {
  db.run(
    'delete from s3control_storage_lens where account = ? and region = ? and kind = ? and id = ?',
    account,
    region,
    kind,
    id,
  )
}
