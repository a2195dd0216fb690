import type {
  MetadataConfiguration,
  MetadataConfigurationResult,
  MetadataTableEncryptionConfiguration,
  RecordExpiration,
  S3TablesDestination,
  S3TablesDestinationResult,
} from '@aws-sdk/client-s3'
import type { Call } from '../../operation.ts'
import { invalidRequest, malformedXml } from './errors.ts'
import type { Bucket } from './rows/buckets.ts'

/** A configuration of the older kind: a table in a table bucket of the account's own. */
export interface CustomerTables {
  readonly kind: 'customer'
  readonly destination: Required<S3TablesDestinationResult>
}

/** A table that can be switched on and off. */
interface SwitchedTable {
  readonly state: 'ENABLED' | 'DISABLED'
  /** Undefined until it was first switched on. */
  readonly arn?: string | undefined
  readonly role?: string | undefined
}

/** A configuration of the newer kind: tables in a bucket that AWS keeps for the account. */
export interface ManagedTables {
  readonly kind: 'managed'
  readonly tableBucketArn: string
  readonly namespace: string
  readonly journal: { readonly arn: string; readonly expiration: RecordExpiration }
  readonly inventory?: SwitchedTable | undefined
  readonly annotation?: SwitchedTable | undefined
}

const newTable = (tableBucketArn: string, { ids }: Pick<Call, 'ids'>) =>
  `${tableBucketArn}/table/${ids.uuid()}`

/** @throws AwsError `MalformedXML`, `InvalidRequest` */
export function managedTables(
  given: MetadataConfiguration | undefined,
  { account, region, name }: Bucket,
  call: Call,
): ManagedTables {
  const journal = given?.JournalTableConfiguration
  if (!journal) throw malformedXml()
  checkEncryption(journal.EncryptionConfiguration)
  const tableBucketArn = `arn:aws:s3tables:${region}:${account}:bucket/aws-s3`
  const { InventoryTableConfiguration: inventory, AnnotationTableConfiguration: annotation } = given
  return {
    kind: 'managed',
    tableBucketArn,
    namespace: `b_${name}`,
    journal: {
      arn: newTable(tableBucketArn, call),
      expiration: expirationOf(journal.RecordExpiration),
    },
    ...(inventory && { inventory: switchable(inventory, undefined, call) }),
    ...(annotation && { annotation: switchable(annotation, undefined, call) }),
  }
}

/** @throws AwsError `MalformedXML`, `InvalidRequest` for a table bucket or a name that is none */
export function customerTables(
  { TableBucketArn = '', TableName = '' }: S3TablesDestination,
  call: Call,
): CustomerTables {
  if (!/^arn:aws[\w-]*:s3tables:[a-z0-9-]+:\d{12}:bucket\/[a-z0-9.-]+$/.test(TableBucketArn)) {
    throw invalidRequest('The destination must be the ARN of a table bucket')
  }
  if (!/^[a-z0-9_]{1,255}$/.test(TableName)) {
    throw invalidRequest('The name of the table is not valid')
  }
  const destination = {
    TableBucketArn,
    TableName,
    TableArn: newTable(TableBucketArn, call),
    TableNamespace: 'aws_s3_metadata',
  }
  return { kind: 'customer', destination }
}

const leastDays = 7
const mostDays = 2_147_483_647

/** @throws AwsError `MalformedXML`, `InvalidRequest` for days that are none, or where records do not expire */
export function expirationOf(given: RecordExpiration | undefined): RecordExpiration {
  const { Expiration, Days } = given ?? {}
  if (Expiration === 'DISABLED') {
    if (Days !== undefined) throw invalidRequest('Days are only for records that expire')
    return { Expiration }
  }
  if (Expiration !== 'ENABLED') throw malformedXml()
  if (Days === undefined || !(Days >= leastDays && Days <= mostDays)) {
    throw invalidRequest(`Days must be a whole number from ${leastDays} to ${mostDays}`)
  }
  return { Expiration, Days }
}

interface Switch {
  readonly ConfigurationState?: string | undefined
  readonly EncryptionConfiguration?: MetadataTableEncryptionConfiguration | undefined
  readonly Role?: string | undefined
}

/** A table switched on or off. Switched on again it is another one. */
export function switchable(
  given: Switch | undefined,
  before: SwitchedTable | undefined,
  call: Call,
): SwitchedTable {
  const { ConfigurationState: state, Role: role = before?.role } = given ?? {}
  if (state !== 'ENABLED' && state !== 'DISABLED') throw malformedXml()
  checkEncryption(given?.EncryptionConfiguration)
  if (state === 'DISABLED') return { state, ...(role !== undefined && { role }) }
  const tableBucket = `arn:aws:s3tables:${call.region}:${call.account}:bucket/aws-s3`
  const arn = before?.arn ?? newTable(tableBucket, call)
  return { state, arn, ...(role !== undefined && { role }) }
}

function checkEncryption(given: MetadataTableEncryptionConfiguration | undefined): void {
  if (!given) return
  const { SseAlgorithm, KmsKeyArn } = given
  if (SseAlgorithm !== 'aws:kms' && SseAlgorithm !== 'AES256') throw malformedXml()
  if ((SseAlgorithm === 'aws:kms') !== (KmsKeyArn !== undefined)) {
    throw invalidRequest('A KMS key must be specified for aws:kms, and for nothing else')
  }
}

/** In the shape of the API. */
export function shownMetadata(tables: CustomerTables | ManagedTables): MetadataConfigurationResult {
  if (tables.kind === 'customer') {
    const { TableBucketArn, TableNamespace, TableName, TableArn } = tables.destination
    return {
      DestinationResult: { TableBucketType: 'customer', TableBucketArn, TableNamespace },
      JournalTableConfigurationResult: {
        TableStatus: 'ACTIVE',
        TableName,
        TableArn,
        RecordExpiration: { Expiration: 'DISABLED' },
      },
    }
  }
  const { inventory, annotation, journal } = tables
  const switched = (name: string, { state, arn, role }: SwitchedTable) => ({
    ConfigurationState: state,
    ...(arn !== undefined && { TableStatus: 'ACTIVE', TableName: name, TableArn: arn }),
    ...(role !== undefined && { Role: role }),
  })
  return {
    DestinationResult: {
      TableBucketType: 'aws',
      TableBucketArn: tables.tableBucketArn,
      TableNamespace: tables.namespace,
    },
    JournalTableConfigurationResult: {
      TableStatus: 'ACTIVE',
      TableName: 'journal',
      TableArn: journal.arn,
      RecordExpiration: journal.expiration,
    },
    ...(inventory && { InventoryTableConfigurationResult: switched('inventory', inventory) }),
    ...(annotation && { AnnotationTableConfigurationResult: switched('annotation', annotation) }),
  }
}
