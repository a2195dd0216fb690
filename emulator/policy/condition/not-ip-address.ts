import { negated } from './operator.ts'
import { IpAddress } from './ip-address.ts'

export const NotIpAddress = negated(IpAddress)
