import type {
  DBCluster,
  ModifyActivityStreamRequest,
  ModifyActivityStreamResponse,
  StartActivityStreamRequest,
  StartActivityStreamResponse,
  StopActivityStreamRequest,
  StopActivityStreamResponse,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, parseArn } from '../arns.ts'
import { invalidClusterState, wrongClusterState } from '../clusters/errors.ts'
import { requireCluster } from '../clusters/members.ts'
import { invalidParameterValue } from '../errors.ts'
import { keyArn } from '../instances/encryption.ts'
import { invalidInstanceState } from '../instances/errors.ts'
import { on } from '../permissions.ts'
import { updateCluster, type Cluster } from '../rows/clusters.ts'
import { requireInstance } from './instances.ts'

// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/DBActivityStreams.html
// Streams are recorded: there is no Kinesis here that anything could be written to.

const onResource = ({ ResourceArn = '' }: { ResourceArn?: string | undefined }, call: Call) => {
  const parsed = parseArn(ResourceArn)
  return [
    parsed?.type === 'cluster' || parsed?.type === 'db'
      ? on(call, parsed.type, parsed.name, { arn: ResourceArn })
      : on(call, 'cluster', ResourceArn),
  ]
}

/** Of RDS's engines besides Aurora, Oracle and SQL Server have streams. */
function requireStreaming(call: Call, arn: string): Cluster {
  if (parseArn(arn)?.type !== 'db') return requireCluster(call, arn)
  const { engine } = requireInstance(call, arn)
  throw invalidInstanceState(
    `Database activity streams are not supported for a DB instance of the engine ${engine}.`,
  )
}

export const StartActivityStream = operation<
  StartActivityStreamRequest,
  StartActivityStreamResponse
>({
  coverage: 'recorded',
  authorize: onResource,
  run({ ResourceArn = '', Mode, KmsKeyId, ApplyImmediately = false }, call) {
    const cluster = requireStreaming(call, ResourceArn)
    if (Mode !== 'sync' && Mode !== 'async') {
      throw invalidParameterValue(`Invalid activity stream mode: ${String(Mode)}`)
    }
    if (cluster.status !== 'available') throw wrongClusterState(cluster.id)
    if (cluster.configuration.ActivityStreamStatus === 'started') {
      throw invalidClusterState(`The DB cluster ${cluster.id} already has an activity stream.`)
    }
    const stream = {
      ActivityStreamMode: Mode,
      ActivityStreamKmsKeyId: keyArn(call, KmsKeyId),
      ActivityStreamKinesisStreamName: `aws-rds-das-${cluster.resourceId}`,
      ActivityStreamStatus: 'started',
    } satisfies Partial<DBCluster>
    updateCluster(call.db, cluster, { configuration: { ...cluster.configuration, ...stream } })
    return {
      KmsKeyId: stream.ActivityStreamKmsKeyId,
      KinesisStreamName: stream.ActivityStreamKinesisStreamName,
      Status: 'starting',
      Mode,
      ApplyImmediately,
    }
  },
})

export const StopActivityStream = operation<StopActivityStreamRequest, StopActivityStreamResponse>({
  coverage: 'recorded',
  authorize: onResource,
  run({ ResourceArn = '' }, call) {
    const cluster = requireStreaming(call, ResourceArn)
    const {
      ActivityStreamMode: _mode,
      ActivityStreamKmsKeyId: KmsKeyId,
      ActivityStreamKinesisStreamName: KinesisStreamName,
      ...rest
    } = cluster.configuration
    if (rest.ActivityStreamStatus !== 'started') {
      throw invalidClusterState(
        `The DB cluster ${arnOf('cluster', cluster, cluster.id)} has no activity stream to stop.`,
      )
    }
    updateCluster(call.db, cluster, { configuration: { ...rest, ActivityStreamStatus: 'stopped' } })
    return { KmsKeyId, KinesisStreamName, Status: 'stopping' }
  },
})

/** RDS has it for the audit policies of Oracle and SQL Server, which nothing here runs. */
export const ModifyActivityStream = operation<
  ModifyActivityStreamRequest,
  ModifyActivityStreamResponse
>({
  authorize: ({ ResourceArn = '' }, call) => [
    parseArn(ResourceArn)?.type === 'db'
      ? on(call, 'db', parseArn(ResourceArn)!.name, { arn: ResourceArn })
      : on(call, 'db', ResourceArn),
  ],
  run({ ResourceArn = '' }, call) {
    const { id, engine } = requireInstance(call, ResourceArn)
    throw invalidInstanceState(
      `The DB instance ${id} of the engine ${engine} has no activity stream whose audit policy could be changed.`,
    )
  },
})
