import {
  GetMetricStatisticsCommand,
  PutMetricDataCommand,
  type CloudWatchClient,
  type GetMetricStatisticsCommandInput,
  type MetricDatum,
} from '@aws-sdk/client-cloudwatch'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** The start of the minute, in ms since the epoch. */
export const wholeMinute = (time: number) => Math.floor(time / minute) * minute

export const put = (client: CloudWatchClient, Namespace: string, ...MetricData: MetricDatum[]) =>
  client.send(new PutMetricDataCommand({ Namespace, MetricData }))

/** The data points of a metric, in order. */
export async function statistics(
  client: CloudWatchClient,
  input: Partial<GetMetricStatisticsCommandInput>,
) {
  const { Datapoints = [] } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: 'App',
      MetricName: 'latency',
      Period: 60,
      StartTime: new Date(),
      EndTime: new Date(),
      ...input,
    }),
  )
  return Datapoints.toSorted((a, b) => a.Timestamp!.getTime() - b.Timestamp!.getTime())
}

/** An error's name, or its code where the client has none, with its sentence. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown as Error,
  )
  return `${error.name}: ${error.message}`
}
