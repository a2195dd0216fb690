import type { Readable } from 'node:stream'
import type {
  SelectObjectContentEventStream,
  SelectObjectContentOutput,
  SelectObjectContentRequest,
} from '@aws-sdk/client-s3'
import { operation, type Call } from '../../../operation.ts'
import type { FileSlice } from '../../../store/object-files.ts'
import { customerKeyOf, requireCustomerKey } from '../encryption/customer-keys.ts'
import { toUseKey } from '../encryption/permissions.ts'
import { accessDenied } from '../errors.ts'
import { onObject, requireBucket } from '../find-bucket.ts'
import { requireVersion } from '../read-version.ts'
import { findLatest } from '../rows/object-versions.ts'
import { slicesOf } from '../segments.ts'
import { unsupportedStorageClass } from '../select/errors.ts'
import { eventsOf } from '../select/events.ts'
import { select, type Batch } from '../select/query.ts'
import { readRequest, readScanRange } from '../select/request.ts'

/**
 * Not even restored copies can be queried.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/selecting-content-from-objects.html#selecting-content-from-objects-requirements-and-limits
 */
const unqueryable = new Set(['GLACIER', 'DEEP_ARCHIVE', 'REDUCED_REDUNDANCY'])

type Events = AsyncIterable<SelectObjectContentEventStream>

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html
 *
 * The first piece of the object is queried before the answer begins, so that what is wrong there is an ordinary error, as on AWS;
 * what is wrong later comes as an error within the stream.
 */
export const SelectObjectContent = operation<
  SelectObjectContentRequest,
  SelectObjectContentOutput,
  Events
>({
  authorize: (input, call) => [
    onObject('s3:GetObject', input, call),
    ...toUseKey(
      'Decrypt',
      findLatest(call.db, requireBucket(input, call).id, input.Key ?? ''),
      call,
    ),
  ],
  async prepare(input, call) {
    // AWS: no anonymous access, whatever the bucket's policy says.
    if (call.caller.type === 'Anonymous') throw accessDenied()
    const bucket = requireBucket(input, call)
    const version = requireVersion(call, bucket, input.Key ?? '')
    const customer = customerKeyOf(input)
    requireCustomerKey(version.encryption, customer)
    const request = readRequest(input)
    if (unqueryable.has(version.storageClass)) throw unsupportedStorageClass()
    const { size } = version
    const bounds = readScanRange(input, request.input, size)
    // Where the bytes are is looked up now: the answer streams long after this call's database work is done.
    const open = (start: number, end: number) =>
      joined(call, slicesOf(call, version, { start, end }, customer))
    const batches = select(request, { size, open, bounds }, call.now)
    const first = await batches.next()
    return eventsOf(resumed(first, batches), request.hasProgress)
  },
  run: (_input, _call, events) => ({ Payload: events }),
})

async function* resumed(
  first: IteratorResult<Batch>,
  rest: AsyncGenerator<Batch>,
): AsyncGenerator<Batch> {
  if (!first.done) yield first.value
  yield* rest
}

/** The slices' bytes as one stream. */
const joined = ({ objects }: Call, slices: readonly FileSlice[]): Readable =>
  slices.length === 1 ? objects.read(slices[0]!) : objects.readAll(slices)
