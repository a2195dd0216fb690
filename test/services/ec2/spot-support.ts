import {
  DescribeInstancesCommand,
  DescribeSpotInstanceRequestsCommand,
  RequestSpotInstancesCommand,
  type EC2Client,
  type Instance,
  type RequestSpotInstancesRequest,
  type SpotInstanceRequest,
} from '@aws-sdk/client-ec2'
import type { TestEmulator } from '../../support/emulator.ts'
import { courseImage } from './support.ts'

export const minute = 60_000

/** Spot requests of one emulator. */
export function spotOf(ec2: () => EC2Client, emulator: () => TestEmulator) {
  const requestNow = async (id: string): Promise<SpotInstanceRequest> => {
    const { SpotInstanceRequests: found } = await ec2().send(
      new DescribeSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [id] }),
    )
    return found![0]!
  }
  return {
    requestNow,
    /** @returns the ids of the requests */
    ask: async (
      input: Partial<RequestSpotInstancesRequest> = {},
      specification: RequestSpotInstancesRequest['LaunchSpecification'] = {},
    ): Promise<string[]> => {
      const { SpotInstanceRequests: made } = await ec2().send(
        new RequestSpotInstancesCommand({
          ...input,
          LaunchSpecification: {
            ImageId: courseImage,
            InstanceType: 't3.micro',
            ...specification,
          },
        }),
      )
      return made!.map((one) => one.SpotInstanceRequestId!)
    },
    /** State and status code. */
    status: async (id: string) => {
      const { State, Status } = await requestNow(id)
      return `${State} ${Status!.Code}`
    },
    instance: async (id: string): Promise<Instance> => {
      const { Reservations } = await ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))
      return Reservations![0]!.Instances![0]!
    },
    /** The control API's answer. */
    interrupt: async (instance: string, more: object = {}) => {
      const response = await fetch(`${emulator().url}/_pocketcloud/spot/interrupt`, {
        method: 'POST',
        body: JSON.stringify({ instance, ...more }),
      })
      return {
        status: response.status,
        body: (await response.json()) as { at: string; error?: { code: string } },
      }
    },
    /** What EC2 has told the event bus of something, by its id: the details, oldest first. */
    eventsAbout: async (id: string) => {
      const response = await fetch(`${emulator().url}/_pocketcloud/bus`)
      const { events } = (await response.json()) as {
        events: {
          time: string
          body: { 'detail-type': string; detail: Record<string, string>; resources: string[] }
        }[]
      }
      return events
        .filter(({ body }) => body.resources.some((arn) => arn.endsWith(`/${id}`)))
        .map(({ time, body }) => ({ time, type: body['detail-type'], detail: body.detail }))
    },
  }
}
