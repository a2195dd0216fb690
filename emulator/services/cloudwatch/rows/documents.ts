import type { Tags } from '../tags.ts'
import type { Scope } from './metrics.ts'

export type DocumentKind = 'insight-rule' | 'anomaly-detector'

/** Something that is kept and given back. */
export interface Document<Content> {
  readonly id: string
  readonly content: Content
  readonly tags: Tags
}

interface DocumentRow {
  id: string
  document: string
  tags: string
}

const toDocument = <Content>({ id, document, tags }: DocumentRow): Document<Content> => ({
  id,
  content: JSON.parse(document) as Content,
  tags: JSON.parse(tags) as Tags,
})

export function findDocument<Content>(
  { db, account, region }: Scope,
  kind: DocumentKind,
  id: string,
): Document<Content> | undefined {
  const row = db.get<DocumentRow>(
    'select id, document, tags from cloudwatch_documents where account = ? and region = ? and kind = ? and id = ?',
    account,
    region,
    kind,
    id,
  )
  return row && toDocument<Content>(row)
}

/** In the order of their ids, after one. */
export const listDocuments = <Content>(
  { db, account, region }: Scope,
  kind: DocumentKind,
  after = '',
): Document<Content>[] =>
  db
    .all<DocumentRow>(
      `select id, document, tags from cloudwatch_documents
       where account = ? and region = ? and kind = ? and id > ? order by id`,
      account,
      region,
      kind,
      after,
    )
    .map((row) => toDocument<Content>(row))

export function putDocument(
  { db, account, region }: Scope,
  kind: DocumentKind,
  { id, content, tags }: Document<unknown>,
): void {
  db.run(
    `insert into cloudwatch_documents (account, region, kind, id, document, tags) values (?, ?, ?, ?, ?, ?)
     on conflict (account, region, kind, id) do update set document = excluded.document, tags = excluded.tags`,
    account,
    region,
    kind,
    id,
    JSON.stringify(content),
    JSON.stringify(tags),
  )
}

/** @returns whether it was there */
export const deleteDocument = (
  { db, account, region }: Scope,
  kind: DocumentKind,
  id: string,
): boolean =>
  db.run(
    'delete from cloudwatch_documents where account = ? and region = ? and kind = ? and id = ?',
    account,
    region,
    kind,
    id,
  ).changes > 0
