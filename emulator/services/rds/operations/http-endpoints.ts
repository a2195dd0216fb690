import type {
  DisableHttpEndpointRequest,
  DisableHttpEndpointResponse,
  EnableHttpEndpointRequest,
  EnableHttpEndpointResponse,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { nameIn, parseArn } from '../arns.ts'
import { on } from '../permissions.ts'
import { resourceNotFound } from '../recorded/errors.ts'
import { findCluster, updateCluster } from '../rows/clusters.ts'

// Whether the Data API answers for a cluster is recorded: there is no Data API here.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html

const onCluster = ({ ResourceArn = '' }: { ResourceArn?: string | undefined }, call: Call) => [
  on(call, 'cluster', nameIn('cluster', ResourceArn), {
    ...(parseArn(ResourceArn)?.type === 'cluster' && { arn: ResourceArn }),
  }),
]

function set(call: Call, arn: string, HttpEndpointEnabled: boolean) {
  const isCluster = parseArn(arn)?.type === 'cluster'
  const cluster = isCluster ? findCluster(call.db, call, nameIn('cluster', arn)) : undefined
  if (!cluster) throw resourceNotFound(arn)
  const { configuration } = cluster
  updateCluster(call.db, cluster, { configuration: { ...configuration, HttpEndpointEnabled } })
  return { ResourceArn: arn, HttpEndpointEnabled }
}

export const EnableHttpEndpoint = operation<EnableHttpEndpointRequest, EnableHttpEndpointResponse>({
  coverage: 'recorded',
  authorize: onCluster,
  run: ({ ResourceArn }, call) => set(call, ResourceArn!, true),
})

export const DisableHttpEndpoint = operation<
  DisableHttpEndpointRequest,
  DisableHttpEndpointResponse
>({
  coverage: 'recorded',
  authorize: onCluster,
  run: ({ ResourceArn }, call) => set(call, ResourceArn!, false),
})
