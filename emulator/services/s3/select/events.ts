import type { SelectObjectContentEventStream } from '@aws-sdk/client-s3'
import type { Batch } from './query.ts'

/** Bytes of a Records event. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html */
const largestPayload = 1024 * 1024
/** Bytes of records that are worth an event before the end. */
const enough = 128 * 1024
/** Bytes of the object between two signs of life. */
const silence = 4 * 1024 * 1024

/**
 * The events of an answer: Records as they come, Cont while none do, Progress where it is asked for, Stats and End.
 *
 * @throws AwsError what the object turns out to be
 */
export async function* eventsOf(
  batches: AsyncIterable<Batch>,
  hasProgress: boolean,
): AsyncGenerator<SelectObjectContentEventStream> {
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let returned = 0
  let last: Batch = { records: '', scanned: 0, processed: 0 }
  let lastSign = 0
  const details = () => ({
    Details: {
      BytesScanned: last.scanned,
      BytesProcessed: last.processed,
      BytesReturned: returned,
    },
  })
  function* flushed(): Generator<SelectObjectContentEventStream> {
    if (waitingBytes === 0) return
    const bytes = Buffer.concat(waiting)
    waiting = []
    waitingBytes = 0
    for (let at = 0; at < bytes.length; at += largestPayload) {
      const Payload = bytes.subarray(at, at + largestPayload)
      returned += Payload.length
      yield { Records: { Payload } }
    }
  }
  try {
    for await (const batch of batches) {
      last = batch
      if (batch.records !== '') {
        const bytes = Buffer.from(batch.records)
        waiting.push(bytes)
        waitingBytes += bytes.length
      }
      if (waitingBytes >= enough) yield* flushed()
      if (batch.processed - lastSign >= silence) {
        lastSign = batch.processed
        yield hasProgress ? { Progress: details() } : { Cont: {} }
      }
    }
  } catch (error) {
    yield* flushed()
    throw error
  }
  yield* flushed()
  if (hasProgress) yield { Progress: details() }
  yield { Stats: details() }
  yield { End: {} }
}
