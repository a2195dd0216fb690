import type {
  CreateBlueGreenDeploymentRequest,
  CreateBlueGreenDeploymentResponse,
  DeleteBlueGreenDeploymentRequest,
  DeleteBlueGreenDeploymentResponse,
  DescribeBlueGreenDeploymentsRequest,
  DescribeBlueGreenDeploymentsResponse,
  SwitchoverBlueGreenDeploymentRequest,
  SwitchoverBlueGreenDeploymentResponse,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, nameIn, parseArn } from '../arns.ts'
import {
  clusterOf,
  deployments,
  describeDeployment,
  instanceOf,
  instancesOf,
  putDeployment,
  requireDeployment,
  statusOf,
  type Deployment,
  type Pair,
} from '../blue-green/deployments.ts'
import {
  clusterNotSupported,
  deploymentExists,
  instanceNotSupported,
  wrongDeploymentState,
} from '../blue-green/errors.ts'
import { greenOfCluster, greenOfInstance } from '../blue-green/green.ts'
import { swapRows } from '../blue-green/switch-over.ts'
import { clusterNotFound, wrongClusterState } from '../clusters/errors.ts'
import { promoteCluster } from '../clusters/replicas.ts'
import { instanceNotFound, invalidParameterCombination, invalidParameterValue } from '../errors.ts'
import { recordEvent } from '../events/record-event.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { wrongInstanceState } from '../instances/errors.ts'
import { untilSettled } from '../instances/settled.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import { findCluster, type Cluster } from '../rows/clusters.ts'
import { findInstance, listInstances, updateInstance, type Instance } from '../rows/instances.ts'
import { deleteTags, putTags } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'
import { DeleteDBCluster } from './clusters.ts'
import { DeleteDBInstance, promote } from './instance-states.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

const isOfCluster = (source: string) => /:cluster:[^:]*$/.test(source)

/** What a deployment is asked for, which is named by its ARN. */
function sourceOf(call: Call, arn: string): Instance | Cluster {
  const parsed = parseArn(arn)
  const isOwn = parsed?.account === call.account && parsed.region === call.region
  if (isOfCluster(arn)) {
    const cluster = isOwn ? findCluster(call.db, call, nameIn('cluster', arn)) : undefined
    if (!cluster) throw clusterNotFound(arn)
    return cluster
  }
  const instance = isOwn ? findInstance(call.db, call, nameIn('db', arn)) : undefined
  if (!instance) throw instanceNotFound(arn)
  return instance
}

const isInstance = (source: Instance | Cluster): source is Instance => 'clusterId' in source

/** The instances that are under way where there is a deployment to be made. */
const involved = (call: Call, arn: string): Instance[] =>
  listInstances(call.db, call).filter(({ id, source, clusterId }) =>
    isOfCluster(arn)
      ? clusterId === nameIn('cluster', arn)
      : [id, source].includes(nameIn('db', arn)),
  )

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/blue-green-deployments-creating.html */
export const CreateBlueGreenDeployment = operation<
  CreateBlueGreenDeploymentRequest,
  CreateBlueGreenDeploymentResponse
>({
  authorize: ({ Source = '', Tags: tags, ...input }, call) => [
    on(call, 'deployment', '*', { tags }),
    on(call, isOfCluster(Source) ? 'cluster' : 'db', nameIn('db', Source), {
      tags,
      ...(parseArn(Source) && { arn: Source }),
    }),
    ...(input.TargetDBParameterGroupName
      ? [on(call, 'pg', nameIn('pg', input.TargetDBParameterGroupName), { tags })]
      : []),
    ...(input.TargetDBClusterParameterGroupName
      ? [
          on(call, 'cluster-pg', nameIn('cluster-pg', input.TargetDBClusterParameterGroupName), {
            tags,
          }),
        ]
      : []),
  ],
  async prepare({ Source = '' }, call) {
    await untilSettled(call, involved(call, Source), 'change')
    return undefined
  },
  run(input, call) {
    const { BlueGreenDeploymentName: name = '', Source = '' } = input
    checkTags(input.Tags)
    if (!/^[a-z][a-z\d-]{0,59}$/i.test(name)) {
      throw invalidParameterValue(
        'The parameter BlueGreenDeploymentName is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.',
      )
    }
    const blue = sourceOf(call, Source)
    if (deployments.list(call.db, call).some((one) => one.name === name)) {
      throw deploymentExists(name)
    }
    checkSource(call, blue, Source)
    const suffix = Array.from(call.ids.bytes(16), (byte) => letters[byte % letters.length]).join('')
    const deployment: Deployment = {
      account: call.account,
      region: call.region,
      id: `bgd-${suffix}`,
      name,
      createdAt: call.now,
      state: 'live',
      tasks: tasksOf(blue, input),
      pairs: isInstance(blue)
        ? greenOfInstance(call, blue, input)
        : greenOfCluster(call, blue, input),
    }
    putDeployment(call, deployment)
    putTags(call, arnOf('deployment', call, deployment.id), input.Tags)
    recordEvent(call, {
      sourceType: 'blue-green-deployment',
      source: deployment.id,
      id: 'RDS-EVENT-0244',
    })
    const answer = describeDeployment(call, deployment)
    const Status = 'PROVISIONING'
    return {
      BlueGreenDeployment: {
        ...answer,
        Status,
        SwitchoverDetails: answer.SwitchoverDetails!.map((one) => ({ ...one, Status })),
        Tasks: answer.Tasks!.map((one) => ({ ...one, Status: 'PENDING' })),
      },
    }
  },
})

function tasksOf(blue: Instance | Cluster, input: CreateBlueGreenDeploymentRequest): string[] {
  const upgrade = input.TargetEngineVersion ? ['DB_ENGINE_VERSION_UPGRADE'] : []
  return isInstance(blue)
    ? [
        'CREATING_READ_REPLICA_OF_SOURCE',
        ...upgrade,
        'CONFIGURE_BACKUPS',
        'CREATING_TOPOLOGY_FROM_SOURCE',
      ]
    : [
        'CREATING_READ_REPLICA_OF_SOURCE',
        ...upgrade,
        'CREATE_DB_INSTANCES_FOR_CLUSTER',
        'CREATE_CUSTOM_ENDPOINTS',
      ]
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/blue-green-deployments-considerations.html */
function checkSource(call: Call, blue: Instance | Cluster, arn: string): void {
  const isTaken = deployments
    .list(call.db, call)
    .some(
      ({ state, pairs }) =>
        state !== 'switched' &&
        pairs.some((one) =>
          [one.blue, one.green].some((side) => side.resourceId === blue.resourceId),
        ),
    )
  const isManaged = blue.configuration.MasterUserSecret !== undefined
  if (!isInstance(blue)) {
    if (isTaken || isManaged || blue.private.follows) throw clusterNotSupported(arn)
    if (blue.status !== 'available') throw wrongClusterState(blue.id)
    return
  }
  if (isTaken || isManaged || blue.clusterId !== null || blue.source !== null) {
    throw instanceNotSupported(arn)
  }
  if (blue.status !== 'available') throw wrongInstanceState(blue.id)
}

export const DescribeBlueGreenDeployments = operation<
  DescribeBlueGreenDeploymentsRequest,
  DescribeBlueGreenDeploymentsResponse
>({
  authorize: ({ BlueGreenDeploymentIdentifier: id }, call) => [
    on(call, 'deployment', id ? id.toLowerCase() : '*'),
  ],
  async prepare({ BlueGreenDeploymentIdentifier: id }, call) {
    const looked = deployments
      .list(call.db, call)
      .filter((one) => id === undefined || one.id === id.toLowerCase())
    await untilSettled(
      call,
      looked.flatMap((one) => instancesOf(call, one)),
      'look',
    )
    return undefined
  },
  run({ BlueGreenDeploymentIdentifier: id, Filters, ...request }, call) {
    const all = (id ? [requireDeployment(call, id)] : deployments.list(call.db, call)).map((one) =>
      describeDeployment(call, one),
    )
    const { records, Marker } = page(
      request,
      filtered(all, Filters, filters),
      (one) => one.BlueGreenDeploymentIdentifier!,
    )
    return { BlueGreenDeployments: [...records], ...(Marker && { Marker }) }
  },
})

type Shown = ReturnType<typeof describeDeployment>

const filters: Record<string, FilterDefinition<Shown>> = {
  'blue-green-deployment-identifier': {
    values: 'Blue Green Deployment Identifiers',
    of: ({ BlueGreenDeploymentIdentifier: id }) => id,
    read: (value) => value.toLowerCase(),
  },
  'blue-green-deployment-name': {
    values: 'Blue Green Deployment Names',
    of: ({ BlueGreenDeploymentName: name }) => name,
  },
  source: { values: 'Sources', of: ({ Source }) => Source },
  target: { values: 'Targets', of: ({ Target }) => Target },
}

/** For `prepare`: nothing is under way in either environment. */
async function settled(call: Call, id = ''): Promise<undefined> {
  const deployment = deployments.find(call.db, call, id.toLowerCase())
  if (deployment) await untilSettled(call, instancesOf(call, deployment), 'change')
  return undefined
}

const leastTimeout = 30
const mostTimeout = 3600

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/blue-green-deployments-switching.html */
export const SwitchoverBlueGreenDeployment = operation<
  SwitchoverBlueGreenDeploymentRequest,
  SwitchoverBlueGreenDeploymentResponse
>({
  authorize: ({ BlueGreenDeploymentIdentifier: id = '' }, call) => [
    on(call, 'deployment', id.toLowerCase()),
  ],
  prepare: ({ BlueGreenDeploymentIdentifier: id }, call) => settled(call, id),
  run({ BlueGreenDeploymentIdentifier: id = '', SwitchoverTimeout: timeout = 300 }, call) {
    const before = requireDeployment(call, id)
    if (timeout < leastTimeout || timeout > mostTimeout) {
      throw invalidParameterValue(
        `Invalid value ${timeout} for SwitchoverTimeout. Must be between ${leastTimeout} and ${mostTimeout}`,
      )
    }
    const status = statusOf(call, before)
    if (status !== 'AVAILABLE' && status !== 'SWITCHOVER_FAILED') {
      throw wrongDeploymentState(
        `The blue/green deployment ${before.id} can't be switched over: it is in the status ${status}.`,
      )
    }
    const { details: _, ...rest } = before
    const deployment: Deployment = { ...rest, state: 'switching' }
    putDeployment(call, deployment)
    const [pair] = deployment.pairs
    recordEvent(call, {
      sourceType: 'blue-green-deployment',
      source: deployment.id,
      id: 'RDS-EVENT-0247',
      fill: { blue: pair!.blue.name, green: pair!.green.name },
    })
    const answer = describeDeployment(call, deployment)
    const blue = writtenTo(call, pair!)
    if (blue) {
      const task = { kind: 'switch-over', deployment: deployment.id } as const
      const switching = updateInstance(call.db, blue, {
        status: 'modifying',
        private: { ...blue.private, task },
      })
      call.ports.databases?.changed(call.db, switching)
    } else {
      // Clusters without instances have only their names to change.
      swapRows(call, deployment)
    }
    return { BlueGreenDeployment: answer }
  },
})

/** The instance that the blue environment is written by. */
function writtenTo(call: Call, { type, blue }: Pair): Instance | undefined {
  if (type === 'db') return instanceOf(call, blue)
  const writer = clusterOf(call, blue)?.private.writer
  return writer === undefined ? undefined : findInstance(call.db, call, writer)
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/blue-green-deployments-deleting.html */
export const DeleteBlueGreenDeployment = operation<
  DeleteBlueGreenDeploymentRequest,
  DeleteBlueGreenDeploymentResponse
>({
  authorize: ({ BlueGreenDeploymentIdentifier: id = '' }, call) => [
    on(call, 'deployment', id.toLowerCase()),
  ],
  prepare: ({ BlueGreenDeploymentIdentifier: id }, call) => settled(call, id),
  run({ BlueGreenDeploymentIdentifier: id = '', DeleteTarget: deletes = false }, call) {
    const deployment = requireDeployment(call, id)
    if (deployment.state === 'switching') {
      throw wrongDeploymentState(
        `The blue/green deployment ${deployment.id} can't be deleted: it is in the status SWITCHOVER_IN_PROGRESS.`,
      )
    }
    if (deployment.state === 'switched' && deletes) {
      throw invalidParameterCombination(
        "You can't specify DeleteTarget if the blue/green deployment status is SWITCHOVER_COMPLETED.",
      )
    }
    const answer = describeDeployment(call, deployment)
    if (deployment.state !== 'switched') leave(call, deployment, deletes)
    deployments.delete(call.db, call, deployment.id)
    deleteTags(call, arnOf('deployment', call, deployment.id))
    recordEvent(call, {
      sourceType: 'blue-green-deployment',
      source: deployment.id,
      id: 'RDS-EVENT-0246',
    })
    return {
      BlueGreenDeployment: { ...answer, Status: 'DELETING', DeleteTime: new Date(call.now) },
    }
  },
})

/** The green environment goes, or stays by itself: nobody follows anybody any more. */
function leave(call: Call, { pairs }: Deployment, deletes: boolean): void {
  const [first] = pairs
  for (const { type, green } of pairs.toReversed()) {
    const instance = type === 'db' ? instanceOf(call, green) : undefined
    if (!instance || instance.status === 'deleting') continue
    if (deletes) {
      const name = { DBInstanceIdentifier: instance.id, SkipFinalSnapshot: true }
      DeleteDBInstance.run(name, call, undefined)
    } else if (instance.resourceId === first!.green.resourceId) promote(call, instance)
  }
  const cluster = first!.type === 'cluster' ? clusterOf(call, first!.green) : undefined
  if (!cluster) return
  if (deletes) {
    const name = { DBClusterIdentifier: cluster.id, SkipFinalSnapshot: true }
    DeleteDBCluster.run(name, call, undefined)
  } else promoteCluster(call, cluster)
}
