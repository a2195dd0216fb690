import type { KeyMetadata } from '@aws-sdk/client-kms'
import type { Database } from '../../store/database.ts'
import { keyArn } from './arns.ts'
import type { Key } from './rows/keys.ts'
import { currentMaterial } from './rows/materials.ts'
import { algorithmsOf } from './specs.ts'

export const date = (time: number) => new Date(time)

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html */
export function describe(db: Database, key: Key): KeyMetadata {
  const arn = keyArn(key, key.id)
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: arn,
    CreationDate: date(key.createdAt),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.state,
    ...(key.deletionAt !== null && { DeletionDate: date(key.deletionAt) }),
    Origin: 'AWS_KMS',
    KeyManager: key.manager,
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    ...algorithmLists(key),
    MultiRegion: key.multiRegion,
    ...(key.multiRegion && {
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'PRIMARY' as const,
        PrimaryKey: { Arn: arn, Region: key.region },
        ReplicaKeys: [],
      },
    }),
    ...(key.spec === 'SYMMETRIC_DEFAULT' && { CurrentKeyMaterialId: currentMaterial(db, key).id }),
  }
}

/** The algorithms that a key can be used with, under the name that its usage gives them. */
export function algorithmLists({ spec, usage }: Pick<Key, 'spec' | 'usage'>) {
  switch (usage) {
    case 'ENCRYPT_DECRYPT':
      return { EncryptionAlgorithms: [...algorithmsOf(spec, usage)] }
    case 'SIGN_VERIFY':
      return { SigningAlgorithms: [...algorithmsOf(spec, usage)] }
    case 'GENERATE_VERIFY_MAC':
      return { MacAlgorithms: [...algorithmsOf(spec, usage)] }
    case 'KEY_AGREEMENT':
      return { KeyAgreementAlgorithms: [...algorithmsOf(spec, usage)] }
  }
}
