import type { Scope } from '../describe/resources.ts'

/** What an account has chosen for the new volumes of a region. */
export interface EbsEncryption {
  readonly byDefault: boolean
  /** As it was named; null for the AWS managed key. */
  readonly kmsKeyId: string | null
}

export function ebsEncryption({ db, account, region }: Scope): EbsEncryption {
  const row = db.get<{ by_default: number; kms_key_id: string | null }>(
    'select by_default, kms_key_id from ec2_ebs_encryption where account = ? and region = ?',
    account,
    region,
  )
  return { byDefault: row?.by_default === 1, kmsKeyId: row?.kms_key_id ?? null }
}

export function setEbsEncryption(scope: Scope, change: Partial<EbsEncryption>): void {
  const { byDefault, kmsKeyId } = { ...ebsEncryption(scope), ...change }
  scope.db.run(
    `insert into ec2_ebs_encryption (account, region, by_default, kms_key_id) values (?, ?, ?, ?)
     on conflict (account, region)
     do update set by_default = excluded.by_default, kms_key_id = excluded.kms_key_id`,
    scope.account,
    scope.region,
    Number(byDefault),
    kmsKeyId,
  )
}
