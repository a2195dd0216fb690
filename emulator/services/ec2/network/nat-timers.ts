import type { TimerCall } from '../../../clock/timers.ts'
import {
  deleteNatGatewayRow,
  natGatewayDocument,
  natGateways,
  updateNatGateway,
} from '../rows/nat-gateways.ts'
import { deleteNetworkInterface } from '../rows/network-interface-changes.ts'
import { deleteTags } from '../rows/tags.ts'

interface Gateway {
  readonly natGatewayId: string
}

/** How long the making and the unmaking of a NAT gateway take, in virtual ms. */
export const natDurations = { pending: 0, deleting: 0 } as const

/** How long a deleted NAT gateway can still be seen. */
const deletedVisibleFor = 60 * 60 * 1000

/** The states that NAT gateways reach by themselves. */
export const natTimers = {
  'nat-gateway-made'({ natGatewayId: id }: Gateway, call: TimerCall): void {
    const gateway = natGateways.find(id, call)
    if (gateway?.state !== 'pending') return
    const failed = natGatewayDocument(gateway).FailureCode !== undefined
    updateNatGateway(call, id, {
      state: failed ? 'failed' : 'available',
      ...(failed ? { deleted_at: call.now } : {}),
    })
    if (failed) scheduleForgetting(id, call)
  },
  'nat-gateway-deleted'({ natGatewayId: id }: Gateway, call: TimerCall): void {
    const gateway = natGateways.find(id, call)
    if (gateway?.state !== 'deleting') return
    for (const { NetworkInterfaceId } of natGatewayDocument(gateway).NatGatewayAddresses ?? []) {
      if (NetworkInterfaceId) deleteNetworkInterface(call, NetworkInterfaceId)
    }
    updateNatGateway(call, id, { state: 'deleted', deleted_at: call.now })
    scheduleForgetting(id, call)
  },
  'nat-gateway-forgotten'({ natGatewayId: id }: Gateway, call: TimerCall): void {
    deleteNatGatewayRow(call, id)
    deleteTags(call, id)
  },
}

const scheduleForgetting = (natGatewayId: string, call: TimerCall): void =>
  call.timers.schedule(call.now + deletedVisibleFor, 'nat-gateway-forgotten', { natGatewayId })
