import { createHash } from 'node:crypto'
import type { Call } from '../../../operation.ts'
import {
  findPrefixListByName,
  insertPrefixList,
  insertPrefixListEntries,
} from '../rows/prefix-lists.ts'
import type { PrefixListRow } from '../rows/prefix-lists.ts'

// The lists that AWS keeps for gateway endpoints. Ids and blocks are us-east-1's; other regions have ids of their own.
// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
const lists = {
  s3: {
    id: 'pl-63a5400a',
    blocks: ['54.231.0.0/16', '52.216.0.0/15', '3.5.0.0/19', '18.34.0.0/19'],
  },
  dynamodb: { id: 'pl-02cd2c6b', blocks: ['3.218.180.0/22', '52.94.0.0/22', '52.119.224.0/20'] },
} as const

export type GatewayService = keyof typeof lists

export const gatewayServices = Object.keys(lists) as GatewayService[]

/** AWS's list for a service with gateway endpoints: made for the account and region when first looked for. */
export function awsPrefixList(service: GatewayService, call: Call): PrefixListRow {
  const name = `com.amazonaws.${call.region}.${service}`
  const known = findPrefixListByName(call, name)
  if (known) return known
  const id = idOf(service, call.region)
  insertPrefixList(call, {
    prefix_list_id: id,
    prefix_list_name: name,
    address_family: 'IPv4',
    state: 'create-complete',
    max_entries: 0,
    version: 0,
  })
  const entries = lists[service].blocks.map((Cidr) => ({ Cidr }))
  insertPrefixListEntries(call, id, 0, entries)
  return findPrefixListByName(call, name)!
}

export function ensureAwsPrefixLists(call: Call): void {
  for (const service of gatewayServices) awsPrefixList(service, call)
}

function idOf(service: GatewayService, region: string): string {
  if (region === 'us-east-1') return lists[service].id
  const digest = createHash('sha256').update(`${region}/${service}`).digest('hex')
  return `pl-${digest.slice(0, 8)}`
}
