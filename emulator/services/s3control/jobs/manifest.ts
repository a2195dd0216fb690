import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import type { TimerCall } from '../../../clock/timers.ts'
import { AwsError } from '../../../errors.ts'
import type { RoleFacts } from '../../../ports.ts'
import { bucketOfArn, objectOfArn } from '../arns.ts'
import type { TaskObject } from '../rows/job-tasks.ts'
import type { Job } from '../rows/jobs.ts'

/** A manifest that can't be read, in the words of the job's failure. */
export class ManifestFailure extends Error {
  readonly code: string

  constructor(code: string, reason: string) {
    super(reason)
    this.code = code
  }
}

const invalid = (reason: string) => new ManifestFailure('InvalidManifestContent', reason)

/** Bytes of a manifest's content that are held at once. */
const largest = 256 * 1024 * 1024

/**
 * The objects that a job's manifest lists.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-create-job.html#specify-batchjob-manifest
 *
 * @throws ManifestFailure
 */
export function readManifest(job: Job, role: RoleFacts, call: TimerCall): TaskObject[] {
  const { Spec: spec, Location: location } = job.request.manifest
  const named = objectOfArn(location?.ObjectArn)!
  const versionId = location?.ObjectVersionId
  const read = (object: { Bucket: string; Key: string; VersionId?: string }) =>
    readObject(object, role, call)
  const { bytes, etag } = read(versionId === undefined ? named : { ...named, VersionId: versionId })
  if (location?.ETag?.replaceAll('"', '') !== etag) {
    throw new ManifestFailure(
      'ManifestETagMismatch',
      `The ETag of the manifest is ${etag}, not ${location?.ETag}`,
    )
  }
  if (spec?.Format === 'S3BatchOperations_CSV_20180820') {
    return tasksOf(bytes, spec.Fields ?? [])
  }
  const inventory = readInventory(bytes)
  return inventory.keys.flatMap((Key) => {
    const file = read({ Bucket: inventory.bucket, Key }).bytes
    return tasksOf(uncompressed(file), inventory.fields)
  })
}

function readObject(
  object: { Bucket: string; Key: string; VersionId?: string },
  role: RoleFacts,
  call: TimerCall,
) {
  try {
    return call.ports.objectOperations!.read(object, role, call)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw error.status === 403
      ? new ManifestFailure('AccessDenied', `Reading the manifest is forbidden: ${error.code}`)
      : new ManifestFailure(error.code, `Failed to read the manifest: ${error.message}`)
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html#storage-inventory-location-manifest */
function readInventory(bytes: Buffer) {
  let said: {
    destinationBucket?: string
    fileFormat?: string
    fileSchema?: string
    files?: readonly { key?: string }[]
  }
  try {
    said = JSON.parse(bytes.toString('utf8')) as typeof said
  } catch {
    throw invalid('The manifest is not valid JSON')
  }
  const bucket = bucketOfArn(said.destinationBucket)
  if (bucket === undefined || said.fileFormat !== 'CSV' || !Array.isArray(said.files)) {
    throw invalid('The manifest is no CSV inventory report')
  }
  const fields = (said.fileSchema ?? '').split(',').map((field) => field.trim())
  return { bucket, fields, keys: said.files.map(({ key = '' }) => key) }
}

function uncompressed(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: largest })
  } catch {
    throw invalid('A file of the inventory report is not compressed by gzip')
  }
}

/** The lines of a manifest; keys are URL-encoded. @param fields what the columns are */
function tasksOf(bytes: Buffer, fields: readonly string[]): TaskObject[] {
  const at = (name: string) => fields.indexOf(name)
  const [bucketAt, keyAt, versionAt] = [at('Bucket'), at('Key'), at('VersionId')]
  if (bucketAt < 0 || keyAt < 0) throw invalid('The manifest has no columns Bucket and Key')
  return linesOf(bytes).map((line) => {
    const { [bucketAt]: bucket, [keyAt]: key } = line
    if (line.length !== fields.length || !bucket || !key) {
      throw invalid('The lines of the manifest do not have the columns that the job says')
    }
    return { bucket, key: decoded(key), versionId: versionAt < 0 ? null : line[versionAt]! }
  })
}

function linesOf(bytes: Buffer): string[][] {
  try {
    return parse(bytes, { relax_column_count: true, skip_empty_lines: true, bom: true })
  } catch {
    throw invalid('The manifest is not valid CSV')
  }
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    throw invalid(`The key ${key} of the manifest is not URL-encoded`)
  }
}
