import type { InstanceFacts, InstancePlace, InstanceSource } from '../../../imds/facts.ts'
import type { Database } from '../../../store/database.ts'
import { partitionOf } from '../arns.ts'
import { instanceTypes } from '../facts/instance-types.ts'
import { instances, toInstances } from '../rows/instances.ts'
import { findKeyPairByName } from '../rows/key-pairs.ts'
import { subnets, toSubnets } from '../rows/subnets.ts'
import { toVpcs, vpcs } from '../rows/vpcs.ts'
import { announced } from '../spot/announced.ts'

/** What EC2 tells the metadata service of its instances. */
export const instanceSource: InstanceSource = {
  locate(db, instanceId) {
    // The one look across accounts and regions: whose the instance is, is the question.
    const found = db.get<{ account: string; region: string }>(
      'select account, region from ec2_instances where instance_id = ?',
      instanceId,
    )
    return found && { ...found, instanceId }
  },
  isRunning(db, place) {
    const row = instances.find(place.instanceId, { db, ...place })
    return row === undefined || row.state === 'terminated' ? undefined : row.state === 'running'
  },
  facts,
}

function facts(db: Database, place: InstancePlace): InstanceFacts | undefined {
  const scope = { db, account: place.account, region: place.region }
  const row = instances.find(place.instanceId, scope)
  if (row?.state !== 'running') return undefined
  const instance = toInstances([row], scope)[0]!
  const interfaces = instance.NetworkInterfaces ?? []
  const ownSubnets = found(subnets, new Set(interfaces.map((one) => one.SubnetId!)), scope)
  const ownVpcs = found(vpcs, new Set(interfaces.map((one) => one.VpcId!)), scope)
  const isNitro = instanceTypes().get(row.instance_type)?.Hypervisor === 'nitro'
  return {
    account: row.account,
    region: row.region,
    instance,
    reservationId: row.reservation_id,
    hypervisor: isNitro ? 'nitro' : 'xen',
    partition: partitionOf(row.region),
    userData: row.user_data === null ? undefined : Buffer.from(row.user_data, 'base64'),
    publicKey:
      row.key_name === null ? undefined : findKeyPairByName(scope, row.key_name)?.public_key,
    subnets: new Map(toSubnets(ownSubnets, scope).map((one) => [one.SubnetId!, one])),
    vpcs: new Map(toVpcs(ownVpcs, scope).map((one) => [one.VpcId!, one])),
    ...(instance.SpotInstanceRequestId ? announced(place.instanceId, scope) : {}),
  }
}

const found = <Row>(
  kind: { find(id: string, scope: Parameters<typeof vpcs.find>[1]): Row | undefined },
  ids: ReadonlySet<string>,
  scope: Parameters<typeof vpcs.find>[1],
): Row[] => [...ids].flatMap((id) => kind.find(id, scope) ?? [])
