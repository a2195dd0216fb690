import { defineService } from '../../operation.ts'
import * as buckets from './operations/buckets.ts'
import * as bucketTagging from './operations/bucket-tagging.ts'
import * as bucketVersioning from './operations/bucket-versioning.ts'
import * as copyObject from './operations/copy-object.ts'
import * as deleteObjects from './operations/delete-objects.ts'
import * as listObjects from './operations/list-objects.ts'
import * as listObjectVersions from './operations/list-object-versions.ts'
import * as listUploads from './operations/list-uploads.ts'
import * as multipart from './operations/multipart.ts'
import * as multipartParts from './operations/multipart-parts.ts'
import * as newBucketConfiguration from './operations/new-bucket-configuration.ts'
import * as objectTagging from './operations/object-tagging.ts'
import * as putObject from './operations/put-object.ts'
import * as readObject from './operations/read-object.ts'

export default defineService('s3', {
  ...buckets,
  ...bucketTagging,
  ...bucketVersioning,
  ...copyObject,
  ...deleteObjects,
  ...listObjects,
  ...listObjectVersions,
  ...listUploads,
  ...multipart,
  ...multipartParts,
  ...newBucketConfiguration,
  ...objectTagging,
  ...putObject,
  ...readObject,
})
