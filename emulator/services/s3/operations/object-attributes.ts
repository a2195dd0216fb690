import type {
  GetObjectAttributesOutput,
  GetObjectAttributesParts,
  GetObjectAttributesRequest,
} from '@aws-sdk/client-s3'
import { operation, type Call } from '../../../operation.ts'
import { checksumMembers, checksumValue, type StoredChecksum } from '../checksums.ts'
import { readingKeyOf, requireCustomerKey } from '../encryption/customer-keys.ts'
import { invalidArgument } from '../errors.ts'
import { onObject, requireBucket } from '../find-bucket.ts'
import { withoutAbsent } from '../object-settings.ts'
import { requireVersion } from '../read-version.ts'
import { listParts } from '../rows/object-parts.ts'
import type { ObjectVersion } from '../rows/object-versions.ts'
import { shownVersionId } from '../versions.ts'

const attributes = new Set(['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'])
const mostParts = 1000

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export const GetObjectAttributes = operation<GetObjectAttributesRequest, GetObjectAttributesOutput>(
  {
    authorize: (input, call) => {
      const { VersionId } = input
      const actions = VersionId === undefined ? ['s3:GetObject'] : ['s3:GetObjectVersion']
      const context = VersionId === undefined ? {} : { 's3:VersionId': VersionId }
      return [...actions, `${actions[0]}Attributes`].map((action) =>
        onObject(action, input, call, context),
      )
    },
    run(input, call) {
      const wanted = wantedAttributes(input)
      const bucket = requireBucket(input, call)
      const version = requireVersion(call, bucket, input.Key ?? '', input.VersionId)
      requireCustomerKey(version.encryption, readingKeyOf(input))
      const { etag, checksum, storageClass, size } = version
      const known: Omit<GetObjectAttributesOutput, 'LastModified' | 'VersionId'> = {
        ETag: etag,
        ...(checksum ? { Checksum: checksumMembers(withoutCount(checksum)) } : {}),
        ...(version.partCount === null ? {} : { ObjectParts: partsOf(version, input, call) }),
        StorageClass: storageClass as NonNullable<GetObjectAttributesOutput['StorageClass']>,
        ObjectSize: size,
      }
      return withoutAbsent({
        LastModified: new Date(version.lastModified),
        VersionId: shownVersionId(bucket, version.versionId),
        ...Object.fromEntries(Object.entries(known).filter(([name]) => wanted.has(name))),
      }) as GetObjectAttributesOutput
    },
  },
)

/** Here alone the value does not end with the number of parts. */
const withoutCount = (checksum: StoredChecksum): StoredChecksum => ({
  ...checksum,
  value: checksum.value.replace(/-\d+$/, ''),
})

function wantedAttributes({ ObjectAttributes }: GetObjectAttributesRequest): Set<string> {
  const names = (ObjectAttributes ?? []).map((name) => name.trim())
  const unknown = names.find((name) => !attributes.has(name))
  if (names.length === 0 || unknown !== undefined) {
    const given = unknown ?? ''
    throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', given)
  }
  return new Set(names)
}

/** The parts themselves are listed only where the object's checksum is made of theirs. */
function partsOf(
  version: ObjectVersion,
  { MaxParts, PartNumberMarker }: GetObjectAttributesRequest,
  { db }: Call,
): GetObjectAttributesParts {
  const marker = wholeNumber(PartNumberMarker ?? '0', 'x-amz-part-number-marker')
  const most = Math.min(wholeNumber(MaxParts ?? mostParts, 'x-amz-max-parts'), mostParts)
  const { checksum } = version
  const following = listParts(db, version.id).filter(({ number }) => number > marker)
  const shown = following.slice(0, most)
  const next = shown.at(-1)?.number ?? 0
  return {
    TotalPartsCount: version.partCount!,
    ...(checksum?.type === 'COMPOSITE' && {
      PartNumberMarker: String(marker),
      NextPartNumberMarker: String(next),
      MaxParts: most,
      IsTruncated: shown.length < following.length,
      Parts: shown.map(({ number, size, checksumValue: value }) => ({
        PartNumber: number,
        Size: size,
        ...(value === null ? {} : checksumValue(checksum.algorithm, value)),
      })),
    }),
  }
}

function wholeNumber(value: string | number, name: string): number {
  const number = Number(value)
  if (String(value).trim() !== '' && Number.isInteger(number) && number >= 0) return number
  throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, value)
}
