import { createHash } from 'node:crypto'
import { brotliDecompressSync } from 'node:zlib'
import { readFixtureBytes } from '../../fixtures.ts'

/** A policy that AWS writes, in its latest version: the same in every account, read-only. */
export interface AwsManagedPolicy {
  readonly arn: string
  readonly id: string
  readonly name: string
  readonly path: string
  readonly version: number
  readonly document: string
  /** In ms since the epoch, like `versionCreatedAt`. */
  readonly createdAt: number
  readonly versionCreatedAt: number
}

/** A line of the fixture, which `scripts/extract-managed-policies.js` writes; dates are seconds since the epoch. */
type FixtureLine = [
  arn: string,
  version: number,
  created: number,
  versionCreated: number,
  document: string,
]

let linesByArn: Map<string, string> | undefined
const policies = new Map<string, AwsManagedPolicy>()

/** The policy with this ARN, which is matched case by case as on AWS. */
export function awsManagedPolicy(arn: string): AwsManagedPolicy | undefined {
  let policy = policies.get(arn)
  if (!policy) {
    const line = lines().get(arn)
    if (!line) return undefined
    policy = parse(line)
    policies.set(arn, policy)
  }
  return policy
}

/** All of them, by ARN. */
export const awsManagedPolicyArns = (): readonly string[] => [...lines().keys()]

/** 5 MB of text, of which an account uses a few policies: lines are parsed when they are asked for. */
function lines(): Map<string, string> {
  linesByArn ??= new Map(
    brotliDecompressSync(readFixtureBytes('iam/managed-policies.json.br'))
      .toString('utf8')
      .split('\n')
      .map((line) => [line.slice(2, line.indexOf('"', 2)), line]),
  )
  return linesByArn
}

function parse(line: string): AwsManagedPolicy {
  const [arn, version, created, versionCreated, document] = JSON.parse(line) as FixtureLine
  const resource = arn.slice(arn.indexOf(':policy/') + ':policy'.length)
  const nameAt = resource.lastIndexOf('/') + 1
  return {
    arn,
    id: `ANPA${stableId(arn)}`,
    name: resource.slice(nameAt),
    path: resource.slice(0, nameAt),
    version,
    document,
    createdAt: created * 1000,
    versionCreatedAt: versionCreated * 1000,
  }
}

/** The fixture has no ids: 17 characters that are the same for a policy everywhere, as its true id is. */
function stableId(arn: string): string {
  const digest = createHash('sha256').update(arn).digest()
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return Array.from(digest.subarray(0, 17), (byte) => alphabet[byte & 31]).join('')
}
