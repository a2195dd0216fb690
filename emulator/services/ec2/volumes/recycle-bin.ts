import type { TimerCall } from '../../../clock/timers.ts'
import type { SqlValue } from '../../../store/database.ts'
import { insertRow } from '../describe/insert.ts'
import { binned, deleteBinned, insertBinned } from '../rows/recycle-bin.ts'
import type { BinKind, BinRow, Kept } from '../rows/recycle-bin.ts'
import { addShare, sharesOf } from '../rows/shares.ts'
import { putTag, tagsOf } from '../rows/tags.ts'

// The recycle bin: https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin.html

const day = 24 * 60 * 60 * 1000

interface Kind {
  readonly ruleType: 'EBS_SNAPSHOT' | 'EC2_IMAGE' | 'EBS_VOLUME'
  readonly table: string
  readonly column: string
  readonly tagType: string
}

const kinds: Readonly<Record<BinKind, Kind>> = {
  snap: {
    ruleType: 'EBS_SNAPSHOT',
    table: 'ec2_snapshots',
    column: 'snapshot_id',
    tagType: 'snapshot',
  },
  ami: { ruleType: 'EC2_IMAGE', table: 'ec2_images', column: 'image_id', tagType: 'image' },
  vol: { ruleType: 'EBS_VOLUME', table: 'ec2_volumes', column: 'volume_id', tagType: 'volume' },
}

/** Keeps what is about to be deleted, if a rule says so. Call it while the resource is still there. */
export function keepInBin(kind: BinKind, id: string, call: TimerCall): void {
  const { ruleType, table, column } = kinds[kind]
  const tags = tagsOf(call, [id]).get(id) ?? []
  const byKey = Object.fromEntries(tags.map(({ Key, Value }) => [Key!, Value!]))
  const days = call.ports.recycleBin?.retentionDays(call, ruleType, byKey)
  if (days === undefined) return
  const found = call.db.get<Record<string, SqlValue>>(
    `select * from ${table} where account = ? and region = ? and ${column} = ?`,
    call.account,
    call.region,
    id,
  )!
  const row = Object.fromEntries(
    Object.entries(found).filter(([name]) => !['seq', 'account', 'region'].includes(name)),
  )
  const exitsAt = call.now + days * day
  const kept: Kept = { row, tags, shares: sharesOf(call, [id]).get(id) ?? [] }
  insertBinned(call, { kind, id, enteredAt: call.now, exitsAt, kept })
  call.timers.schedule(exitsAt, 'bin-emptied', { kind, id, exitsAt })
}

/** Puts back what is in the bin. @throws the resource's NotFound @returns its row */
export function restoreFromBin(kind: BinKind, id: string, call: TimerCall): Kept['row'] {
  const { table, tagType } = kinds[kind]
  const { row, tags, shares } = keptOf(binned[kind].require(id, call))
  insertRow(call, table, row)
  for (const tag of tags) putTag(call, id, tagType, tag)
  for (const grantee of shares) addShare(call, id, grantee)
  deleteBinned(call, id)
  return row
}

export const keptOf = ({ doc }: BinRow): Kept => JSON.parse(doc) as Kept

export const binTimers = {
  'bin-emptied'(
    { kind, id, exitsAt }: { kind: BinKind; id: string; exitsAt: number },
    call: TimerCall,
  ): void {
    if (binned[kind].find(id, call)?.exits_at === exitsAt) deleteBinned(call, id)
  },
}
