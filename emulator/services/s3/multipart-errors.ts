import { AwsError } from '../../errors.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html

export const noSuchUpload = (uploadId: string) =>
  new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { status: 404, fields: { UploadId: uploadId } },
  )

export const invalidPart = (uploadId: string, number: number, etag: string) =>
  new AwsError(
    'InvalidPart',
    'One or more of the specified parts could not be found.  The part may not have been uploaded, ' +
      "or the specified entity tag may not match the part's entity tag.",
    { fields: { UploadId: uploadId, PartNumber: number, ETag: etag } },
  )

export const invalidPartOrder = (uploadId: string) =>
  new AwsError(
    'InvalidPartOrder',
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
    { fields: { UploadId: uploadId } },
  )

/** A checksum of another algorithm than the part came with. */
export const partChecksumMismatch = (algorithm: string, number: number) =>
  new AwsError(
    'BadDigest',
    `The ${algorithm.toLowerCase()} you specified for part ${number} did not match what we received.`,
  )

export const entityTooSmall = (size: number, number: number, etag: string) =>
  new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    fields: { ProposedSize: size, MinSizeAllowed: 5 * 1024 * 1024, PartNumber: number, ETag: etag },
  })
