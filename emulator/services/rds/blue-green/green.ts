import type { CreateBlueGreenDeploymentRequest } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { arnOf, instanceArn } from '../arns.ts'
import { addClusterMember, membersOf } from '../clusters/members.ts'
import { addCluster } from '../clusters/new-cluster.ts'
import { invalidParameterCombination } from '../errors.ts'
import type { EngineVersion } from '../engine-versions.ts'
import { runnableVersion } from '../instances/engines.ts'
import { addInstance } from '../instances/new-instance.ts'
import type { Cluster } from '../rows/clusters.ts'
import { listInstances, updateInstance, type Instance } from '../rows/instances.ts'
import { tagsOf } from '../rows/tags.ts'
import type { Pair } from './deployments.ts'

type Wish = CreateBlueGreenDeploymentRequest

const longestName = 63

/** `mlflow-green-x4k2p9` */
function greenName(call: Call, name: string): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
  const suffix = Array.from(call.ids.bytes(6), (byte) => letters[byte % letters.length]).join('')
  return `${name.slice(0, longestName - '-green-'.length - 6)}-green-${suffix}`
}

/** @throws InvalidParameterCombination for another major version, which no program here can upgrade to */
function versionFor(blue: Instance | Cluster, wish: Wish): EngineVersion {
  const wanted = wish.TargetEngineVersion ?? blue.engineVersion
  const version = runnableVersion(blue.engine, wanted)
  const before = runnableVersion(blue.engine, blue.engineVersion)
  if (version.major.major === before.major.major) return version
  throw invalidParameterCombination(
    `Cannot upgrade ${blue.engine} from ${blue.engineVersion} to ${wanted}: pocketcloud has no program that upgrades the data. Restore a dump into a new instance instead.`,
  )
}

const pairOf = (blue: Instance, green: Instance): Pair => ({
  type: 'db',
  blue: { resourceId: blue.resourceId, name: blue.id },
  green: { resourceId: green.resourceId, name: green.id },
})

/** The green environment of an instance: a copy that follows it, and copies of its read replicas that follow that one. */
export function greenOfInstance(call: Call, blue: Instance, wish: Wish): Pair[] {
  const version = versionFor(blue, wish)
  const topology = listInstances(call.db, call).filter(({ source }) => source === blue.id)
  const green = addFollower(call, blue, blue, version, wish)
  const rest = topology.map((replica) => {
    const { DBInstanceClass: TargetDBInstanceClass } = replica.configuration
    return pairOf(
      replica,
      addFollower(call, replica, green, version, { ...wish, TargetDBInstanceClass }),
    )
  })
  return [pairOf(blue, green), ...rest]
}

/** @param like what it is to be like @param source what it follows */
function addFollower(
  call: Call,
  like: Instance,
  source: Instance,
  version: EngineVersion,
  wish: Wish,
): Instance {
  const { configuration } = like
  const { account, region, resourceId } = source
  return addInstance(
    call,
    {
      DBInstanceIdentifier: greenName(call, like.id),
      DBInstanceClass: wish.TargetDBInstanceClass ?? configuration.DBInstanceClass,
      AllocatedStorage: wish.TargetAllocatedStorage,
      StorageType: wish.TargetStorageType,
      Iops: wish.TargetIops,
      StorageThroughput: wish.TargetStorageThroughput,
      MaxAllocatedStorage: configuration.MaxAllocatedStorage,
      DBParameterGroupName: wish.TargetDBParameterGroupName,
      OptionGroupName: like.optionGroup || undefined,
      DBSubnetGroupName: like.subnetGroup ?? undefined,
      VpcSecurityGroupIds: configuration.VpcSecurityGroups?.map((one) => one.VpcSecurityGroupId!),
      Port: like.private.wantedPort,
      MultiAZ: configuration.MultiAZ,
      PubliclyAccessible: configuration.PubliclyAccessible,
      AutoMinorVersionUpgrade: configuration.AutoMinorVersionUpgrade,
      MonitoringInterval: configuration.MonitoringInterval,
      MonitoringRoleArn: configuration.MonitoringRoleArn,
      EnableCloudwatchLogsExports: configuration.EnabledCloudwatchLogsExports,
      Tags: tagsOf(call, instanceArn(call, like.id)),
    },
    {
      version,
      source: source.id,
      inherited: configuration,
      inheritedParameterGroup: like.parameterGroup,
      hidden: { origin: { kind: 'replica', source: { account, region, resourceId } } },
    },
  )
}

/** The green environment of a cluster: a cluster with as many instances, whose writer follows the blue one's. */
export function greenOfCluster(call: Call, blue: Cluster, wish: Wish): Pair[] {
  const version = versionFor(blue, wish)
  const { configuration } = blue
  const { account, region, resourceId } = blue
  const green = addCluster(
    call,
    {
      DBClusterIdentifier: greenName(call, blue.id),
      DBClusterParameterGroupName: wish.TargetDBClusterParameterGroupName ?? ownGroup(blue),
      DBSubnetGroupName: blue.subnetGroup ?? undefined,
      VpcSecurityGroupIds: configuration.VpcSecurityGroups?.map((one) => one.VpcSecurityGroupId!),
      Port: configuration.Port,
      PreferredBackupWindow: configuration.PreferredBackupWindow,
      PreferredMaintenanceWindow: configuration.PreferredMaintenanceWindow,
      EnableIAMDatabaseAuthentication: configuration.IAMDatabaseAuthenticationEnabled,
      ServerlessV2ScalingConfiguration: configuration.ServerlessV2ScalingConfiguration,
      KmsKeyId: configuration.KmsKeyId,
      CopyTagsToSnapshot: configuration.CopyTagsToSnapshot,
      StorageType: configuration.StorageType,
      EnableCloudwatchLogsExports: configuration.EnabledCloudwatchLogsExports,
      Tags: tagsOf(call, arnOf('cluster', call, blue.id)),
    },
    version,
    { follows: { account, region, resourceId } },
    configuration,
  )
  const isWriter = ({ id }: Instance) => id === blue.private.writer
  const members = membersOf(call, blue.id).toSorted(
    (a, b) => Number(isWriter(b)) - Number(isWriter(a)),
  )
  const pairs = members.map((member) => pairOf(member, addMember(call, green, member, wish)))
  return [
    {
      type: 'cluster',
      blue: { resourceId, name: blue.id },
      green: { resourceId: green.resourceId, name: green.id },
    },
    ...pairs,
  ]
}

const ownGroup = ({ parameterGroup }: Cluster) =>
  parameterGroup.startsWith('default.') ? undefined : parameterGroup

function addMember(call: Call, green: Cluster, like: Instance, wish: Wish): Instance {
  const { configuration } = like
  const member = addClusterMember(call, {
    DBInstanceIdentifier: greenName(call, like.id),
    DBClusterIdentifier: green.id,
    DBInstanceClass: configuration.DBInstanceClass,
    Engine: green.engine,
    DBParameterGroupName:
      wish.TargetDBParameterGroupName ??
      (like.parameterGroup.startsWith('default.') ? undefined : like.parameterGroup),
    PubliclyAccessible: configuration.PubliclyAccessible,
    PromotionTier: configuration.PromotionTier,
    AutoMinorVersionUpgrade: configuration.AutoMinorVersionUpgrade,
    Tags: tagsOf(call, instanceArn(call, like.id)),
  })
  // Its zone is that of the one that it is to replace.
  return updateInstance(call.db, member, {
    configuration: { ...member.configuration, AvailabilityZone: configuration.AvailabilityZone },
  })
}
