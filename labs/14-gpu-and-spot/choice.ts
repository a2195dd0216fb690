import type { SpotInstanceRequest } from '@aws-sdk/client-ec2'
import { DescribeSpotInstanceRequestsCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

/** The candidates of the text, the cheapest first, with the GPU memory that AWS gives for each, in MiB. */
const candidates: readonly (readonly [string, number])[] = [
  ['g4dn.xlarge', 16_384],
  ['g5.xlarge', 22_888],
  ['p3.2xlarge', 16_384],
  ['g4dn.12xlarge', 65_536],
  ['g5.12xlarge', 91_553],
  ['p3.8xlarge', 65_536],
]

const rightType = ({ values }: Cloud) =>
  candidates.find(([, memory]) => memory >= Number(values['memory']) * 1024)![0]

/** Looks at the student's newest spot request. */
export const onRequest =
  (check: (request: SpotInstanceRequest, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const request = await findRequest(cloud)
    return request === undefined
      ? failed('You have requested no spot instance yet.')
      : check(request, cloud)
  }

export async function findRequest({ ec2 }: Cloud): Promise<SpotInstanceRequest | undefined> {
  const { SpotInstanceRequests = [] } = await ec2.send(new DescribeSpotInstanceRequestsCommand({}))
  return SpotInstanceRequests.toSorted(
    (one, other) => Number(one.CreateTime) - Number(other.CreateTime),
  ).at(-1)
}

export function checkLooked({ events }: Cloud): Verdict {
  return events.last({ service: 'ec2', operation: 'DescribeInstanceTypes' })
    ? passed()
    : failed('You have not asked for the types yet. Expected: aws ec2 describe-instance-types')
}

export function checkPriceLooked({ events }: Cloud): Verdict {
  return events.last({ service: 'ec2', operation: 'DescribeSpotPriceHistory' })
    ? passed()
    : failed('You have not asked for prices yet. Expected: aws ec2 describe-spot-price-history')
}

export const checkType = onRequest(({ SpotInstanceRequestId, LaunchSpecification }, cloud) => {
  const type = LaunchSpecification?.InstanceType
  const expected = rightType(cloud)
  const { memory } = cloud.values
  if (type === expected) return passed()
  const has = candidates.find(([name]) => name === type)?.[1]
  const why =
    has === undefined
      ? 'It is none of the candidates.'
      : has < Number(memory) * 1024
        ? `It has ${has} MiB, and your model needs ${memory} GiB.`
        : `Your model needs ${memory} GiB: there is a cheaper one that has them.`
  return failed(`Your request ${SpotInstanceRequestId} is for a ${type}. ${why}`)
})

export const checkPersistent = onRequest(({ SpotInstanceRequestId, Type }) =>
  Type === 'persistent'
    ? passed()
    : failed(
        `Your request ${SpotInstanceRequestId} is ${Type}: it ends with its instance. Expected a persistent one.`,
      ),
)
