import type { Call } from '../../../operation.ts'
import { addressPool } from '../instances/addresses.ts'
import { insertNetworkInterface } from '../rows/network-interface-changes.ts'
import type { NewNetworkInterface } from '../rows/network-interface-changes.ts'
import type { SubnetRow } from '../rows/subnets.ts'

/** Makes an interface that a service keeps in a subnet: an endpoint's, say. @returns its id */
export function addServiceInterface(
  call: Call,
  subnet: SubnetRow,
  one: {
    readonly type: NonNullable<NewNetworkInterface['service']>['type']
    readonly description: string
    readonly groupIds: readonly string[]
  },
): string {
  const id = call.ids.ec2('eni')
  insertNetworkInterface(call, {
    id,
    vpcId: subnet.vpc_id,
    subnetId: subnet.subnet_id,
    zone: { name: subnet.availability_zone, id: subnet.availability_zone_id },
    addresses: [addressPool(subnet, call).take()],
    macAddress: `0a:${call.ids.bytes(5).toString('hex').match(/../g)!.join(':')}`,
    description: one.description,
    autoPublicIp: false,
    groupIds: one.groupIds,
    service: {
      type: one.type,
      requesterId: call.account,
      attachmentId: call.ids.ec2('ela-attach'),
      attachedAt: call.now,
    },
  })
  return id
}
