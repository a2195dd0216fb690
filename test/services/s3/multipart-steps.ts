import { createHash, randomBytes } from 'node:crypto'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3'

export const mib = 1024 * 1024

export const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest()

/** The steps of multipart uploads to one bucket, one call each. */
export function multipartSteps(s3: () => S3Client, Bucket: string) {
  const create = async (Key: string, input: object = {}) =>
    (await s3().send(new CreateMultipartUploadCommand({ Bucket, Key, ...input }))).UploadId!
  const upload = (
    Key: string,
    UploadId: string,
    PartNumber: number,
    Body: Buffer | string,
    input: object = {},
  ) => s3().send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...input }))
  const complete = (Key: string, UploadId: string, Parts: CompletedPart[], input: object = {}) =>
    s3().send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts },
        ...input,
      }),
    )
  const bytesOf = async (Key: string, input: object = {}) =>
    Buffer.from(
      await (
        await s3().send(new GetObjectCommand({ Bucket, Key, ...input }))
      ).Body!.transformToByteArray(),
    )

  /** An object of 5 MiB, 6 MiB and a few bytes, under part numbers with gaps. */
  async function threeParts(Key: string, input: object = {}) {
    const pieces = [randomBytes(5 * mib), randomBytes(6 * mib), randomBytes(100)]
    const UploadId = await create(Key, input)
    const parts: CompletedPart[] = []
    for (const [i, piece] of pieces.entries()) {
      const PartNumber = i * 3 + 2
      const {
        $metadata: _,
        ServerSideEncryption: __,
        ...part
      } = await upload(Key, UploadId, PartNumber, piece, input)
      // An upload that names no algorithm takes no checksums of parts.
      parts.push({ PartNumber, ...('ChecksumAlgorithm' in input ? part : { ETag: part.ETag }) })
    }
    return { UploadId, parts, pieces, whole: Buffer.concat(pieces) }
  }

  return { create, upload, complete, bytesOf, threeParts }
}
