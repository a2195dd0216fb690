import type { CompletedPart } from '@aws-sdk/client-s3'
import { startChecksum } from '../../http/payload/checksums.ts'
import type { Call } from '../../operation.ts'
import type { CustomerKey } from './encryption/customer-keys.ts'
import { objectKeyOf, openedFile } from './encryption/object-keys.ts'
import { invalidRequest } from './errors.ts'
import { saidOfPart } from './multipart-checksums.ts'
import { invalidPart, partChecksumMismatch } from './multipart-errors.ts'
import { listUploadParts, type UploadPart } from './rows/upload-parts.ts'
import type { Upload } from './rows/uploads.ts'

/** Checksums in base64, by the part's file. */
export type PartChecksums = ReadonlyMap<string, string>

/**
 * The CRC64NVME of those parts of an upload that came with another checksum. AWS computes it of every part, and gives it to
 * an object whose upload named no algorithm. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 *
 * @param customer the request's key; parts that only it opens are left out without it
 */
export async function missingChecksums(
  call: Call,
  upload: Upload,
  customer: CustomerKey | undefined,
): Promise<PartChecksums> {
  const found = new Map<string, string>()
  if (upload.checksumAlgorithm !== null) return found
  if (upload.encryption.SSECustomerKeyMD5 !== undefined && !customer) return found
  const others = listUploadParts(call.db, upload.id).filter(
    ({ checksum }) => checksum.algorithm !== 'CRC64NVME',
  )
  if (others.length === 0) return found
  const objectKey = objectKeyOf(call, upload, customer)
  for (const { file, size, seal } of others) {
    const checksum = await startChecksum('CRC64NVME')
    const cipher = openedFile(objectKey, seal ?? undefined)
    for await (const chunk of call.objects.read({ id: file, start: 0, end: size, cipher })) {
      checksum.update(chunk as Buffer)
    }
    found.set(file, (await checksum.digest()).toString('base64'))
  }
  return found
}

/** The parts with what was found out. */
export const withChecksums = (
  parts: readonly UploadPart[],
  found: PartChecksums,
): readonly UploadPart[] =>
  parts.map((part) => {
    const value = found.get(part.file)
    return value === undefined ? part : { ...part, checksum: { algorithm: 'CRC64NVME', value } }
  })

/** What the completing request says of a part must be so. */
export function requirePartChecksum(upload: Upload, wanted: CompletedPart, part: UploadPart): void {
  const { algorithm, value } = part.checksum
  const said = saidOfPart(wanted)
  // An upload that named no algorithm keeps no checksums of parts to compare with.
  if (said && upload.checksumType === null) throw invalidPart(upload.id, part.number, part.etag)
  if (said && said.algorithm !== algorithm) throw partChecksumMismatch(said.algorithm, part.number)
  if (said === undefined) {
    if (upload.checksumType !== 'COMPOSITE') return
    const name = algorithm.toLowerCase()
    throw invalidRequest(
      `The upload was created using a ${name} checksum. The complete request must include the checksum for each part. ` +
        `It was missing for part ${part.number} in the request.`,
    )
  }
  if (said.value !== value) throw invalidPart(upload.id, part.number, part.etag)
}
