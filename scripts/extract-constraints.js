#!/usr/bin/env node
// Writes fixtures/<service>/constraints.json: what a service's API model says of its inputs' members (required, length,
// range, pattern, enum), which the SDK's exported schemas leave out.
//
//   node scripts/extract-constraints.js .../botocore/data/iam/2010-05-08/service-2.json.gz iam
//
// The fixture: `operations` maps an operation to its input's shape; `shapes` maps a name to the shape's constraints.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const [modelFile, service] = process.argv.slice(2)
if (!modelFile || !service) {
  console.error('usage: extract-constraints.js SERVICE_MODEL_FILE SERVICE')
  process.exit(2)
}

const bytes = readFileSync(modelFile)
const model = JSON.parse(modelFile.endsWith('.gz') ? gunzipSync(bytes) : bytes)

const operations = {}
const shapes = {}
for (const [name, { input }] of Object.entries(model.operations)) {
  if (!input) continue
  operations[name] = input.shape
  collect(input.shape)
}

function collect(name) {
  if (shapes[name]) return
  const { type, required, members, member, key, value, ...rest } = model.shapes[name]
  const { min, max, pattern, enum: values, sensitive } = rest
  shapes[name] = {
    type,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(pattern !== undefined && { pattern }),
    ...(values !== undefined && { enum: values }),
    ...(sensitive && { sensitive }),
    ...(required?.length && { required }),
    ...(members && { members: mapValues(members, ({ shape }) => shape) }),
    ...(member && { member: member.shape }),
    ...(key && { key: key.shape, value: value.shape }),
  }
  for (const shape of [...Object.values(members ?? {}), member, key, value]) {
    if (shape) collect(shape.shape)
  }
}

function mapValues(object, map) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]))
}

/** One entry per line, so that a new model shows what changed. */
const lines = (object) =>
  Object.entries(object)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n')

const folder = fileURLToPath(new URL(`../fixtures/${service}/`, import.meta.url))
mkdirSync(folder, { recursive: true })
writeFileSync(
  `${folder}constraints.json`,
  `{"operations": {\n${lines(operations)}\n},\n"shapes": {\n${lines(shapes)}\n}}\n`,
)
