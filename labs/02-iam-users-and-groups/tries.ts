import type { Cloud } from '../../checker/cloud.ts'
import type { EventQuery, HistoryEvent } from '../../checker/history.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { alice } from './team.ts'

const listing: EventQuery = {
  service: 's3',
  operation: ['ListObjectsV2', 'ListObjects', 'ListBuckets'],
}
const writing = {
  service: 's3',
  operation: ['PutObject', 'CopyObject', 'CreateMultipartUpload', 'DeleteObject', 'CreateBucket'],
} satisfies EventQuery

export function checkListed({ events }: Cloud): Verdict {
  if (events.last({ ...listing, by: alice })) return passed()
  const refused = events.last({ ...listing, by: alice, refused: true })
  if (refused?.error !== undefined) {
    return failed(
      `${alice} tried to list and was refused: ${refused.error.message}. Expected that her group lets her.`,
      refused,
    )
  }
  return byAnother(events.last(listing), 'list what is in your bucket')
}

export function checkRefused({ events }: Cloud): Verdict {
  if (firstRefusal(events) !== undefined) return passed()
  const succeeded = events.last({ ...writing, by: alice })
  if (succeeded !== undefined) {
    return failed(
      `${alice} has written, and was never refused: she held too much, or you had let her write already. Expected that you see a write of hers refused (one outside models/ still is).`,
      succeeded,
    )
  }
  return byAnother(events.last(writing), 'try to write an object, and be refused')
}

/** She wrote, by herself, after she had been refused: the correction works. */
export function checkWrote({ events }: Cloud): Verdict {
  const where = ({ parameters }: HistoryEvent) =>
    typeof parameters?.['Key'] === 'string' && parameters['Key'].startsWith('models/')
  const uploads = { service: 's3', operation: ['PutObject', 'CompleteMultipartUpload'], where }
  if (events.last({ ...uploads, by: alice })) return passed()
  const refused = events.last({ ...uploads, by: alice, refused: true })
  if (refused?.error !== undefined) {
    return failed(
      `${alice} tried to write ${String(refused.parameters?.['Key'])} and was refused: ${refused.error.message}. Expected that she tries again once her group lets her.`,
      refused,
    )
  }
  return byAnother(events.last(uploads), 'write an object under models/')
}

const firstRefusal = (events: Cloud['events']) =>
  events.find({
    ...writing,
    by: alice,
    refused: true,
    where: ({ error }) => error?.code === 'AccessDenied',
  })[0]

/** Nobody did it, or somebody else: the mistake of a command without --profile. */
function byAnother(call: HistoryEvent | undefined, what: string): Verdict {
  const expected = `Expected to see ${alice} ${what}, with a key of hers (--profile ${alice}).`
  return call === undefined
    ? failed(`${alice} has not tried yet. ${expected}`)
    : failed(`It was ${call.caller.userName ?? 'somebody else'} who did that. ${expected}`, call)
}
