import { benchDatabases } from './databases.ts'
import { benchEc2 } from './ec2.ts'
import { benchListings } from './listings.ts'
import { benchMemory } from './memory.ts'
import { benchRates } from './rates.ts'
import { benchStartup } from './startup.ts'
import { benchTransfers } from './transfers.ts'

const parts: Record<string, () => Promise<void>> = {
  startup: benchStartup,
  rates: benchRates,
  transfers: benchTransfers,
  ec2: benchEc2,
  listings: benchListings,
  memory: benchMemory,
  databases: benchDatabases,
}

const wanted = process.argv.slice(2).filter((name) => name !== '--full')
const unknown = wanted.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(
    `bench: there is no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`,
  )
  process.exit(2)
}
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await part()
}
