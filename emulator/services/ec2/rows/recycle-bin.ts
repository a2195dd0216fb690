import type { Tag } from '@aws-sdk/client-ec2'
import type { SqlValue } from '../../../store/database.ts'
import { insertRow } from '../describe/insert.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'

export interface BinRow {
  readonly seq: number
  readonly kind: BinKind
  readonly id: string
  readonly entered_at: number
  readonly exits_at: number
  readonly doc: string
}

export type BinKind = 'snap' | 'ami' | 'vol'

/** What is needed to have it back. */
export interface Kept {
  /** The columns of its row. */
  readonly row: Readonly<Record<string, SqlValue>>
  readonly tags: readonly Tag[]
  /** The grantees it was shared with. */
  readonly shares: readonly string[]
}

const bin = (kind: BinKind, code: string, noun: string) =>
  resource<BinRow>({
    type: 'recycle-bin',
    taggable: false,
    table: `(select * from ec2_recycle_bin where kind = '${kind}')`,
    id: 'id',
    prefix: kind,
    notFound: idDoesNotExist(code, noun),
    malformed: code.replace('.NotFound', '.Malformed'),
    limits: { least: 5, most: 1000 },
    filters: {},
  })

export const binned = {
  snap: bin('snap', 'InvalidSnapshot.NotFound', 'snapshot'),
  ami: bin('ami', 'InvalidAMIID.NotFound', 'image'),
  vol: bin('vol', 'InvalidVolume.NotFound', 'volume'),
} as const

export const insertBinned = (
  scope: Scope,
  row: { kind: BinKind; id: string; enteredAt: number; exitsAt: number; kept: Kept },
): void =>
  insertRow(scope, 'ec2_recycle_bin', {
    kind: row.kind,
    id: row.id,
    entered_at: row.enteredAt,
    exits_at: row.exitsAt,
    doc: JSON.stringify(row.kept),
  })

export function deleteBinned({ db, account, region }: Scope, id: string): void {
  db.run(
    'delete from ec2_recycle_bin where account = ? and region = ? and id = ?',
    account,
    region,
    id,
  )
}

/** Whether an image in the bin needs a snapshot. */
export const binnedImageOf = (
  { db, account, region }: Scope,
  snapshotId: string,
): string | undefined =>
  db.get<{ id: string }>(
    `select id from ec2_recycle_bin
     where account = ? and region = ? and kind = 'ami' and instr(doc, ?) > 0 limit 1`,
    account,
    region,
    snapshotId,
  )?.id
