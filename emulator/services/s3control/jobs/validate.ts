import type {
  CreateJobRequest,
  JobManifest,
  JobOperation,
  JobReport,
} from '@aws-sdk/client-s3-control'
import { bucketOfArn, objectOfArn } from '../arns.ts'
import { invalidRequest, malformedXml, notBuilt } from '../errors.ts'
import type { JobRequest } from '../rows/jobs.ts'

/** The operations that are done here. */
export const builtOperations = [
  'S3PutObjectCopy',
  'S3PutObjectAcl',
  'S3PutObjectTagging',
  'S3DeleteObjectTagging',
  'S3InitiateRestoreObject',
  'S3PutObjectLegalHold',
  'S3PutObjectRetention',
  'S3UpdateObjectEncryption',
] as const
export type BuiltOperation = (typeof builtOperations)[number]

/** The one operation of a job. */
export function operationName(operation: JobOperation | undefined): BuiltOperation | undefined {
  return builtOperations.find((name) => operation?.[name] !== undefined)
}

/**
 * What a request asks for, checked.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateJob.html
 *
 * @throws AwsError `InvalidRequest`, `MalformedXML`; `NotImplemented` for operations and manifests that are not built
 */
export function readJob(input: CreateJobRequest): JobRequest {
  const { Operation: operation, Report: report } = input
  if (!operation || !report) throw malformedXml()
  const named = Object.entries(operation).filter(([, value]) => value !== undefined)
  if (named.length !== 1) throw invalidRequest('Exactly one operation must be specified')
  if (!operationName(operation)) throw notBuilt(`batch jobs of ${named[0]![0]}`)
  checkOperation(operation)
  checkReport(report)
  if ((input.Manifest === undefined) === (input.ManifestGenerator === undefined)) {
    throw invalidRequest('Exactly one of Manifest and ManifestGenerator must be specified')
  }
  if (!input.Manifest) throw notBuilt('manifests that a batch job generates')
  return {
    operation,
    manifest: checkManifest(input.Manifest),
    report,
    description: input.Description,
    confirmationRequired: input.ConfirmationRequired ?? false,
  }
}

function checkOperation({
  S3PutObjectCopy: copy,
  S3PutObjectTagging: tagging,
}: JobOperation): void {
  if (copy && bucketOfArn(copy.TargetResource) === undefined) {
    throw invalidRequest('The TargetResource of the copy must be the ARN of a bucket')
  }
  if (tagging && (tagging.TagSet?.length ?? 0) > 10) {
    throw invalidRequest('Object tags cannot be greater than 10')
  }
}

function checkReport({ Enabled, Bucket, Format, ReportScope }: JobReport): void {
  if (!Enabled) return
  if (bucketOfArn(Bucket) === undefined || !Format || !ReportScope) {
    throw invalidRequest('Bucket, Format and ReportScope must be specified for a report')
  }
}

function checkManifest(manifest: JobManifest): JobManifest {
  const { Spec: spec, Location: location } = manifest
  if (!spec || !location) throw malformedXml()
  if (!objectOfArn(location.ObjectArn)) {
    throw invalidRequest('The location of the manifest must be the ARN of an object')
  }
  const { Fields: fields = [] } = spec
  if (spec.Format === 'S3BatchOperations_CSV_20180820') {
    if (!fields.includes('Bucket') || !fields.includes('Key')) {
      throw invalidRequest('The fields of the manifest must have Bucket and Key')
    }
  } else if (spec.Format !== 'S3InventoryReport_CSV_20161130') {
    throw invalidRequest('The format of the manifest is not valid')
  } else if (fields.length > 0) {
    throw invalidRequest('Fields must not be specified for an inventory report')
  }
  return manifest
}
