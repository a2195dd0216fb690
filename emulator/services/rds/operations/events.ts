import type {
  DescribeEventCategoriesMessage,
  DescribeEventsMessage,
  EventCategoriesMessage,
  EventsMessage,
} from '@aws-sdk/client-rds'
import { operation } from '../../../operation.ts'
import { invalidParameterCombination, invalidParameterValue } from '../errors.ts'
import { categoriesOf } from '../events/catalogue.ts'
import { identifierWithoutType } from '../events/errors.ts'
import { checkCategories, checkSourceType } from '../events/subscriptions.ts'
import { filtered } from '../filters.ts'
import { untilSettled } from '../instances/settled.ts'
import { page } from '../pages.ts'
import { keptFor, listEvents } from '../rows/events.ts'
import { listInstances } from '../rows/instances.ts'

const minute = 60_000

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html */
export const DescribeEvents = operation<DescribeEventsMessage, EventsMessage>({
  authorize: () => ['*'],
  async prepare({ SourceIdentifier }, call) {
    const name = SourceIdentifier?.toLowerCase()
    const looked = listInstances(call.db, call).filter(
      ({ id }) => name === undefined || id === name,
    )
    await untilSettled(call, looked, 'look')
    return undefined
  },
  run(input, call) {
    const sourceType = checkSourceType(input.SourceType)
    if (input.SourceIdentifier && !sourceType) throw identifierWithoutType()
    const categories = checkCategories(input.EventCategories, sourceType)
    const source = input.SourceIdentifier?.toLowerCase()
    const all = listEvents(call.db, call, spanOf(input, call.now)).filter(
      (event) =>
        (sourceType === undefined || event.sourceType === sourceType) &&
        (source === undefined || event.sourceId === source) &&
        (categories.length === 0 || event.categories.some((one) => categories.includes(one))),
    )
    const { records, Marker } = page(input, filtered(all, input.Filters, {}), ({ sequence }) =>
      String(sequence),
    )
    return {
      Events: records.map((event) => ({
        SourceIdentifier: event.sourceId,
        SourceType: event.sourceType as NonNullable<DescribeEventsMessage['SourceType']>,
        Message: event.message,
        EventCategories: [...event.categories],
        Date: new Date(event.date),
        SourceArn: event.sourceArn,
      })),
      ...(Marker && { Marker }),
    }
  },
})

/** The last hour, unless another span is named; what is older than 14 days is forgotten. */
function spanOf({ StartTime, EndTime, Duration }: DescribeEventsMessage, now: number) {
  if (Duration !== undefined && (!Number.isInteger(Duration) || Duration < 1)) {
    throw invalidParameterValue(`Invalid value ${Duration} for Duration.`)
  }
  const length = (Duration ?? 60) * minute
  const end = EndTime?.getTime()
  const start = StartTime?.getTime()
  if (start !== undefined && end !== undefined && start > end) {
    throw invalidParameterCombination('The start time must be before the end time.')
  }
  const from = start ?? (end ?? now) - length
  const to = end ?? (start !== undefined && Duration !== undefined ? start + length : now)
  return { from: Math.max(from, now - keptFor), to }
}

export const DescribeEventCategories = operation<
  DescribeEventCategoriesMessage,
  EventCategoriesMessage
>({
  authorize: () => ['*'],
  run({ SourceType, Filters }) {
    const wanted = checkSourceType(SourceType)
    const all = Object.entries(categoriesOf).filter(
      ([type]) => wanted === undefined || type === wanted,
    )
    return {
      EventCategoriesMapList: filtered(all, Filters, {}).map(([type, categories]) => ({
        SourceType: type,
        EventCategories: [...categories],
      })),
    }
  },
})
