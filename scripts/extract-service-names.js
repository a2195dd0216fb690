#!/usr/bin/env node
// Writes fixtures/iam/service-names.json: the services that policies can name, by the prefix of their actions, with what AWS calls them.
//
//   node scripts/extract-service-names.js .../botocore/data
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const [models] = process.argv.slice(2)
if (!models) {
  console.error('usage: extract-service-names.js BOTOCORE_DATA_FOLDER')
  process.exit(2)
}

/** Where the prefix of a service's actions is not the name that its requests are signed for. */
const prefixes = { monitoring: 'cloudwatch' }

const names = new Map()
for (const folder of readdirSync(models, { withFileTypes: true })) {
  if (!folder.isDirectory()) continue
  const version = readdirSync(join(models, folder.name)).toSorted().at(-1)
  const file = readdirSync(join(models, folder.name, version)).find((name) =>
    /^service-2\.json(?:\.gz)?$/.test(name),
  )
  if (!file) continue
  const bytes = readFileSync(join(models, folder.name, version, file))
  const { metadata } = JSON.parse(file.endsWith('.gz') ? gunzipSync(bytes) : bytes)
  const signed = metadata.signingName ?? metadata.endpointPrefix
  const prefix = prefixes[signed] ?? signed
  // Several APIs share a prefix: the one that goes by it has the name.
  const isNamesake = folder.name === prefix
  const name = metadata.serviceAbbreviation?.startsWith('Amazon')
    ? metadata.serviceAbbreviation
    : metadata.serviceFullName
  if (isNamesake || !names.has(prefix)) names.set(prefix, name)
}

const sorted = Object.fromEntries([...names].toSorted(([a], [b]) => (a < b ? -1 : 1)))
const target = fileURLToPath(new URL('../fixtures/iam/service-names.json', import.meta.url))
writeFileSync(target, `${JSON.stringify(sorted, null, 0).replaceAll('","', '",\n"')}\n`)
