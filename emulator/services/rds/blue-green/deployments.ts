import type {
  BlueGreenDeployment,
  BlueGreenDeploymentTask,
  SwitchoverDetail,
} from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { arnOf, instanceArn, type Place } from '../arns.ts'
import { isPassing } from '../hosting/passing.ts'
import { deploymentNotFound } from '../recorded/errors.ts'
import { listClusters, type Cluster } from '../rows/clusters.ts'
import { documentsOf } from '../rows/documents.ts'
import { findInstanceByResource, type Instance } from '../rows/instances.ts'
import { tagsOf } from '../rows/tags.ts'

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/blue-green-deployments.html

/** Something of the blue environment, and what takes its place. */
export interface Pair {
  readonly type: 'db' | 'cluster'
  readonly blue: Side
  readonly green: Side
}

/** By its resource id; the name is the last one that it is known to have had. */
interface Side {
  readonly resourceId: string
  readonly name: string
}

export interface Deployment extends Place {
  /** `bgd-` and 16 letters and digits. */
  readonly id: string
  readonly name: string
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  readonly state: 'live' | 'switching' | 'switched' | 'failed'
  /** Why it failed. */
  readonly details?: string
  /** What is to be done in the green environment. */
  readonly tasks: readonly string[]
  /** The first is what the deployment was asked for: a DB instance, or a cluster, whose instances follow. */
  readonly pairs: readonly Pair[]
}

export const deployments = documentsOf<Deployment>('deployment')

type Scope = Pick<Call, 'db' | 'account' | 'region'>

/** @throws BlueGreenDeploymentNotFoundFault */
export function requireDeployment(call: Scope, id: string): Deployment {
  const found = deployments.find(call.db, call, id.toLowerCase())
  if (!found) throw deploymentNotFound(id)
  return found
}

export const putDeployment = (call: Scope, deployment: Deployment): void =>
  deployments.put(call.db, call, deployment.id, deployment)

/** What a side of a pair is now. */
export const instanceOf = (scope: Scope, { resourceId }: Side): Instance | undefined =>
  findInstanceByResource(scope.db, scope, resourceId)

export const clusterOf = (scope: Scope, { resourceId }: Side): Cluster | undefined =>
  listClusters(scope.db, scope).find((one) => one.resourceId === resourceId)

const rowOf = (scope: Scope, type: Pair['type'], side: Side) =>
  type === 'db' ? instanceOf(scope, side) : clusterOf(scope, side)

/** The instances of both environments. */
export const instancesOf = (scope: Scope, { pairs }: Pick<Deployment, 'pairs'>): Instance[] =>
  pairs.flatMap(({ type, blue, green }) =>
    type === 'db' ? [blue, green].flatMap((side) => instanceOf(scope, side) ?? []) : [],
  )

type Status =
  | 'PROVISIONING'
  | 'AVAILABLE'
  | 'INVALID_CONFIGURATION'
  | 'SWITCHOVER_IN_PROGRESS'
  | 'SWITCHOVER_COMPLETED'
  | 'SWITCHOVER_FAILED'

const whileIn: Readonly<Record<Exclude<Deployment['state'], 'live'>, Status>> = {
  switching: 'SWITCHOVER_IN_PROGRESS',
  switched: 'SWITCHOVER_COMPLETED',
  failed: 'SWITCHOVER_FAILED',
}

function statusOfPair(scope: Scope, { state }: Deployment, { type, blue, green }: Pair): string {
  const target = rowOf(scope, type, green)
  if (state !== 'live') return whileIn[state]
  if (!rowOf(scope, type, blue)) return 'MISSING_SOURCE'
  if (!target || target.status === 'deleting') return 'MISSING_TARGET'
  return isPassing(target.status) ? 'PROVISIONING' : 'AVAILABLE'
}

export function statusOf(scope: Scope, deployment: Deployment): Status {
  const { state, pairs } = deployment
  if (state !== 'live') return whileIn[state]
  const all = pairs.map((pair) => statusOfPair(scope, deployment, pair))
  if (all.some((one) => one.startsWith('MISSING'))) return 'INVALID_CONFIGURATION'
  return all.includes('PROVISIONING') ? 'PROVISIONING' : 'AVAILABLE'
}

/** A deployment as RDS shows it. */
export function describeDeployment(scope: Scope, deployment: Deployment): BlueGreenDeployment {
  const { id, name, createdAt, pairs, details } = deployment
  const arn = (type: Pair['type'], side: Side) => {
    const now = rowOf(scope, type, side)?.id ?? side.name
    return type === 'db' ? instanceArn(deployment, now) : arnOf('cluster', deployment, now)
  }
  const { type, blue, green } = pairs[0]!
  const status = statusOf(scope, deployment)
  const task = status === 'PROVISIONING' ? 'PENDING' : 'COMPLETED'
  return {
    BlueGreenDeploymentIdentifier: id,
    BlueGreenDeploymentName: name,
    Source: arn(type, blue),
    Target: arn(type, green),
    SwitchoverDetails: pairs.map((pair): SwitchoverDetail => ({
      SourceMember: arn(pair.type, pair.blue),
      TargetMember: arn(pair.type, pair.green),
      Status: statusOfPair(scope, deployment, pair),
    })),
    Tasks: deployment.tasks.map((Name): BlueGreenDeploymentTask => ({ Name, Status: task })),
    Status: status,
    ...(details !== undefined && { StatusDetails: details }),
    CreateTime: new Date(createdAt),
    TagList: tagsOf(scope, arnOf('deployment', deployment, id)),
  }
}
