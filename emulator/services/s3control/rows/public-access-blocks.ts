import type { PublicAccessBlock } from '../../../ports.ts'
import type { Database } from '../../../store/database.ts'

interface Row {
  block_public_acls: 0 | 1
  ignore_public_acls: 0 | 1
  block_public_policy: 0 | 1
  restrict_public_buckets: 0 | 1
}

export function findPublicAccessBlock(
  db: Database,
  account: string,
): PublicAccessBlock | undefined {
  const row = db.get<Row>(
    `select block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets
     from s3control_public_access_blocks where account = ?`,
    account,
  )
  return (
    row && {
      BlockPublicAcls: row.block_public_acls === 1,
      IgnorePublicAcls: row.ignore_public_acls === 1,
      BlockPublicPolicy: row.block_public_policy === 1,
      RestrictPublicBuckets: row.restrict_public_buckets === 1,
    }
  )
}

export function putPublicAccessBlock(
  db: Database,
  account: string,
  block: PublicAccessBlock,
): void {
  db.run(
    'insert or replace into s3control_public_access_blocks values (?, ?, ?, ?, ?)',
    account,
    Number(block.BlockPublicAcls),
    Number(block.IgnorePublicAcls),
    Number(block.BlockPublicPolicy),
    Number(block.RestrictPublicBuckets),
  )
}

export function deletePublicAccessBlock(db: Database, account: string): void {
  db.run('delete from s3control_public_access_blocks where account = ?', account)
}
