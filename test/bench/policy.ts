import { evaluate } from '../../emulator/policy/index.ts'
import type { EvaluationInput } from '../../emulator/policy/index.ts'

/**
 * One authorization of a caller with 10 policies of 20 statements, in µs: warm, with the documents as the same
 * strings each time (what IAM's port should give) and as fresh copies (as SQLite gives them).
 */
const services = ['s3', 'ec2', 'iam', 'rds', 'sqs', 'sns', 'kms', 'logs', 'ssm', 'ecr']

const documents = services.map((service, policy) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: Array.from({ length: 20 }, (_, index) => ({
      Sid: `S${policy}x${index}`,
      Effect: index % 5 === 4 ? 'Deny' : 'Allow',
      Action: index % 2 ? [`${service}:Get*`, `${service}:Describe*`, 'ec2:Run*'] : ['*'],
      Resource: [
        `arn:aws:${service}:*:*:thing/${index}/*`,
        'arn:aws:ec2:*:*:instance/${aws:username}-*',
      ],
      Condition: {
        StringLike: { 'aws:RequestTag/team': [`team-${index}-*`] },
        IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] },
      },
    })),
  }),
)

const context = {
  'aws:username': 'alice',
  'aws:SourceIp': '10.1.2.3',
  'aws:RequestTag/team': 'team-18-x',
  'aws:CurrentTime': '2026-01-01T00:00:00Z',
  'aws:SecureTransport': 'true',
  'aws:PrincipalArn': 'arn:aws:iam::123456789012:user/alice',
}

function input(texts: readonly string[]): EvaluationInput {
  return {
    request: {
      principal: { type: 'IAMUser', arn: context['aws:PrincipalArn'], accountId: '123456789012' },
      action: 'ec2:RunInstances',
      resource: 'arn:aws:ec2:us-east-1:123456789012:instance/alice-1',
      resourceAccountId: '123456789012',
      context,
    },
    policies: {
      identity: texts.map((document) => ({ source: 'user', document })),
      boundary: [],
      session: [],
      resource: null,
      scps: [],
      rcps: [],
    },
  }
}

/** Processor time, the best of ten rounds: what else the machine does only ever adds. */
function microseconds(calls: number, once: (call: number) => void): number {
  const rounds = Array.from({ length: 10 }, (_, round) => {
    const start = process.cpuUsage()
    for (let call = 0; call < calls; call++) once(round * calls + call)
    return process.cpuUsage(start).user / calls
  })
  return Math.min(...rounds)
}

const decision = evaluate(input(documents)).decision
const same = microseconds(5000, () => void evaluate(input(documents)).decision)
const fresh = Array.from({ length: 400 }, () =>
  documents.map((text) => Buffer.from(text).toString()),
)
const copied = microseconds(
  5000,
  (round) => void evaluate(input(fresh[round % fresh.length]!)).decision,
)
const traced = microseconds(1000, () => void evaluate(input(documents)).trace)
const bytes = documents.reduce((sum, text) => sum + text.length, 0)
console.log(`10 policies × 20 statements (${bytes} bytes), ${decision}:`)
console.log(`  warm, same strings   ${same.toFixed(1)} µs`)
console.log(`  warm, fresh strings  ${copied.toFixed(1)} µs`)
console.log(`  with its trace       ${traced.toFixed(1)} µs`)
