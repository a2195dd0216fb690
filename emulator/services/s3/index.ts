import { defineService } from '../../operation.ts'
import * as bucketAcl from './operations/bucket-acl.ts'
import * as bucketCors from './operations/bucket-cors.ts'
import * as bucketEncryption from './operations/bucket-encryption.ts'
import * as bucketAnalytics from './operations/bucket-analytics.ts'
import * as bucketIntelligentTiering from './operations/bucket-intelligent-tiering.ts'
import * as bucketInventory from './operations/bucket-inventory.ts'
import * as bucketMetadata from './operations/bucket-metadata.ts'
import * as bucketMetrics from './operations/bucket-metrics.ts'
import * as bucketLogging from './operations/bucket-logging.ts'
import * as bucketNotifications from './operations/bucket-notifications.ts'
import * as bucketPolicy from './operations/bucket-policy.ts'
import * as bucketLifecycle from './operations/bucket-lifecycle.ts'
import * as bucketReplication from './operations/bucket-replication.ts'
import * as bucketTagging from './operations/bucket-tagging.ts'
import * as bucketVersioning from './operations/bucket-versioning.ts'
import * as bucketWebsite from './operations/bucket-website.ts'
import * as buckets from './operations/buckets.ts'
import * as copyObject from './operations/copy-object.ts'
import * as deleteObjects from './operations/delete-objects.ts'
import * as listObjectVersions from './operations/list-object-versions.ts'
import * as listObjects from './operations/list-objects.ts'
import * as listUploads from './operations/list-uploads.ts'
import * as multipart from './operations/multipart.ts'
import * as multipartParts from './operations/multipart-parts.ts'
import * as objectAcl from './operations/object-acl.ts'
import * as objectAttributes from './operations/object-attributes.ts'
import * as objectEncryption from './operations/object-encryption.ts'
import * as objectTagging from './operations/object-tagging.ts'
import * as objectLock from './operations/object-lock.ts'
import * as ownershipControls from './operations/ownership-controls.ts'
import * as publicAccessBlock from './operations/public-access-block.ts'
import * as putObject from './operations/put-object.ts'
import * as readObject from './operations/read-object.ts'
import * as restoreObject from './operations/restore-object.ts'
import { logAccess } from './logging/deliver.ts'
import { objectOperations } from './object-operations.ts'
import { corsHeadersOf } from './preflight.ts'
import { timers } from './timers.ts'
import { unmodelled } from './unmodelled.ts'
import * as selectObjectContent from './operations/select-object-content.ts'
import * as recordedSettings from './operations/recorded-settings.ts'

export default defineService(
  's3',
  {
    ...bucketAcl,
    ...bucketCors,
    ...bucketEncryption,
    ...bucketAnalytics,
    ...bucketIntelligentTiering,
    ...bucketInventory,
    ...bucketMetadata,
    ...bucketMetrics,
    ...bucketLogging,
    ...bucketNotifications,
    ...bucketPolicy,
    ...bucketLifecycle,
    ...bucketReplication,
    ...bucketTagging,
    ...bucketVersioning,
    ...bucketWebsite,
    ...buckets,
    ...copyObject,
    ...deleteObjects,
    ...listObjectVersions,
    ...listObjects,
    ...listUploads,
    ...multipart,
    ...multipartParts,
    ...objectAcl,
    ...objectAttributes,
    ...objectEncryption,
    ...objectTagging,
    ...objectLock,
    ...ownershipControls,
    ...publicAccessBlock,
    ...putObject,
    ...readObject,
    ...restoreObject,
    ...selectObjectContent,
    ...recordedSettings,
  },
  {
    timers,
    unmodelled,
    corsHeaders: corsHeadersOf,
    ended: logAccess,
    offers: { objectOperations },
  },
)
