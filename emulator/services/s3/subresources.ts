/** A part of a bucket or of an object that a query parameter names, whatever the parameter's value. */
export interface Subresource {
  /** What S3 calls it where a method is not for it. */
  readonly type: string
  readonly methods: readonly string[]
}

const of = (type: string, ...methods: readonly string[]): Subresource => ({ type, methods })

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
export const ofBuckets: Readonly<Record<string, Subresource>> = {
  abac: of('BUCKET_ABAC', 'GET', 'PUT'),
  accelerate: of('ACCELERATE', 'GET', 'PUT'),
  acl: of('ACL', 'GET', 'PUT'),
  analytics: of('ANALYTICS', 'GET', 'PUT', 'DELETE'),
  cors: of('CORS', 'GET', 'PUT', 'DELETE'),
  delete: of('MULTI_OBJECT_DELETE', 'POST'),
  encryption: of('ENCRYPTION', 'GET', 'PUT', 'DELETE'),
  'intelligent-tiering': of('INTELLIGENT_TIERING', 'GET', 'PUT', 'DELETE'),
  inventory: of('INVENTORY', 'GET', 'PUT', 'DELETE'),
  lifecycle: of('LIFECYCLE', 'GET', 'PUT', 'DELETE'),
  location: of('LOCATION', 'GET'),
  logging: of('LOGGING_STATUS', 'GET', 'PUT'),
  metadataAnnotationTable: of('BUCKET_METADATA_ANNOTATION_TABLE_CONFIGURATION', 'PUT'),
  metadataConfiguration: of('BUCKET_METADATA_CONFIGURATION', 'GET', 'POST', 'DELETE'),
  metadataInventoryTable: of('BUCKET_METADATA_INVENTORY_TABLE_CONFIGURATION', 'PUT'),
  metadataJournalTable: of('BUCKET_METADATA_JOURNAL_TABLE_CONFIGURATION', 'PUT'),
  metadataTable: of('BUCKET_METADATA_TABLE_CONFIGURATION', 'GET', 'POST', 'DELETE'),
  metrics: of('METRICS', 'GET', 'PUT', 'DELETE'),
  notification: of('NOTIFICATION', 'GET', 'PUT'),
  'object-lock': of('OBJECT_LOCK_CONFIGURATION', 'GET', 'PUT'),
  ownershipControls: of('OWNERSHIP_CONTROLS', 'GET', 'PUT', 'DELETE'),
  policy: of('BUCKETPOLICY', 'GET', 'PUT', 'DELETE'),
  policyStatus: of('POLICY_STATUS', 'GET'),
  publicAccessBlock: of('PUBLIC_ACCESS_BLOCK', 'GET', 'PUT', 'DELETE'),
  replication: of('REPLICATION', 'GET', 'PUT', 'DELETE'),
  requestPayment: of('REQUEST_PAYMENT', 'GET', 'PUT'),
  restore: of('RESTORE', 'POST'),
  tagging: of('TAGGING', 'GET', 'PUT', 'DELETE'),
  torrent: of('TORRENT'),
  uploadId: of('UPLOAD', 'GET', 'POST', 'DELETE'),
  uploads: of('UPLOADS', 'GET', 'POST'),
  versioning: of('VERSIONING', 'GET', 'PUT'),
  versions: of('BUCKETVERSIONS', 'GET'),
  website: of('WEBSITE', 'GET', 'PUT', 'DELETE'),
}

/** S3 gives torrents no more: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTorrent.html */
export const ofObjects: Readonly<Record<string, Subresource>> = {
  acl: of('ACL', 'GET', 'PUT'),
  attributes: of('OBJECT_ATTRIBUTES', 'GET'),
  delete: of('MULTI_OBJECT_DELETE', 'POST'),
  encryption: of('OBJECT_ENCRYPTION', 'PUT'),
  'legal-hold': of('OBJECT_LOCK_LEGALHOLD', 'GET', 'PUT'),
  restore: of('RESTORE', 'POST'),
  retention: of('OBJECT_LOCK_RETENTION', 'GET', 'PUT'),
  select: of('SELECT', 'POST'),
  tagging: of('OBJECT_TAGGING', 'GET', 'PUT', 'DELETE'),
  torrent: of('TORRENT'),
  uploadId: of('UPLOAD', 'GET', 'POST', 'DELETE'),
  uploads: of('UPLOADS', 'GET', 'POST'),
}

/** One part of an upload: `uploadId` with `partNumber`. */
export const partOfUpload = of('PART', 'PUT')
