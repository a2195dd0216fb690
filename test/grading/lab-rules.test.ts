import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Lab } from '../../checker/catalogue.ts'
import { findLab } from '../../checker/catalogue.ts'
import { gradeClass } from '../../checker/grading/class.ts'
import { defaultLimits } from '../../checker/grading/limits.ts'
import { packageFolder } from '../../checker/grading/package-folder.ts'
import { feedbackOf } from '../../checker/grading/reports/feedback.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-lab-rules-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}

async function gradeAll(lab: Lab, names: readonly string[]) {
  const { results } = await gradeClass({
    lab,
    submissions: names.map((name) => join(folder, name)),
    jobs: 2,
    limits: defaultLimits,
    sandboxed: true,
    signal: new AbortController().signal,
  })
  return results
}

test('where letting time pass is part of a lab, a submission may', async () => {
  const lab = findLab('s3-lifecycle')!
  write('lifecycle/solution.sh', readFileSync(join(lab.folder, 'solution/solve.sh'), 'utf8'))
  const [result] = await gradeAll(lab, ['lifecycle'])
  const { maxScore } = result!
  expect(feedbackOf(result!)).toEqual([`${maxScore} of ${maxScore} points.`])
  expect(result!.state).toBe('passed')
})

const labText = `---
id: a-policy
title: A policy
level: beginner
minutes: 5
services: [iam]
values: { user: 'analyst-###' }
submission: { files: [policy.json], apply: apply.sh, metadata: true }
---
# A policy
`
const checks = `
import { condition, failed, lab, passed, task } from '${packageFolder}/checker/lab.ts'
import { GetUserPolicyCommand } from '@aws-sdk/client-iam'
const check = async ({ iam, values }) => {
  const { PolicyDocument } = await iam.send(new GetUserPolicyCommand({ UserName: values.user, PolicyName: 'own' }))
  return decodeURIComponent(PolicyDocument).includes('s3:GetObject') ? passed() : failed('It allows something else.')
}
export default lab({ tasks: [task({ id: 'read', title: 'Reading', conditions: [condition({ id: 'reads', title: 'It reads', points: 1, check })] })] })
`
const apply = `set -e
aws iam create-user --user-name "$LAB_USER"
aws iam put-user-policy --user-name "$LAB_USER" --policy-name own --policy-document file://policy.json
`
const policy = (action: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
  })

test('files that a lab names are put in place by its own script, with the values of each student', async () => {
  write('20-a-policy/lab.md', labText)
  write('20-a-policy/checks.ts', checks)
  write('20-a-policy/apply.sh', apply)
  write('ada/policy.json', policy('s3:GetObject'))
  write('bob/policy.json', policy('s3:PutObject'))
  write('eve/policy.json', '{ not json')
  write('joe/policy.txt', 'a policy')
  const lab = findLab(join(folder, '20-a-policy'))!
  const results = await gradeAll(lab, ['ada', 'bob', 'eve', 'joe'])
  expect(results.map(({ state, score }) => [state, score])).toEqual([
    ['passed', 1],
    ['failed', 0],
    // Nothing was put in place, and the check had nothing to look at: that is no zero by itself.
    ['infrastructure-error', null],
    ['ungradable', null],
  ])
  expect(results[1]!.tasks[0]!.conditions[0]!.message).toBe('It allows something else.')
  expect(results[3]!.message).toContain('Expected policy.json')
})

test('a submission reads the metadata of its instances where the lab lets it, and does not move the clock', async () => {
  write(
    'imds/solution.sh',
    `id=$(aws ec2 run-instances --instance-type t2.micro --image-id resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 --query 'Instances[0].InstanceId' --output text)
aws ec2 wait instance-running --instance-ids "$id"
eval "$(pocketcloud imds "$id")"
token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $AWS_EC2_METADATA_SERVICE_ENDPOINT/latest/api/token)
[ -n "$id" ] && [ "$(curl -s -H "X-aws-ec2-metadata-token: $token" $AWS_EC2_METADATA_SERVICE_ENDPOINT/latest/meta-data/instance-id)" = "$id" ] && echo found
pocketcloud clock advance 1d || echo not moved
`,
  )
  const first = findLab('first-instance')!
  const lab = { ...first, submission: { ...first.submission, metadata: true } }
  const [result] = await gradeAll(lab, ['imds'])
  expect(
    result!
      .run!.output.trim()
      .split('\n')
      .filter((line) => !line.startsWith('pocketcloud:')),
  ).toEqual(['found', 'not moved'])
})
