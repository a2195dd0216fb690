import {
  CreateBucketCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  type LifecycleRule,
} from '@aws-sdk/client-s3'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
let Bucket: string
beforeAll(async () => {
  t = await startS3Test()
  Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => t.emulator.close())

const put = (Rules: LifecycleRule[]) =>
  t.s3.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
  )
const get = () => t.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))

const Status = 'Enabled'
const Filter = { Prefix: 'a/' }
const Expiration = { Days: 10 }
const transitions = (...Transitions: LifecycleRule['Transitions'] & {}): LifecycleRule => ({
  Status,
  Filter,
  Transitions,
})
const midnight = new Date('2030-01-01T00:00:00Z')

test('a bucket without rules says so', async () => {
  const { code, status, message } = await refusal(get())
  expect([code, status]).toEqual(['NoSuchLifecycleConfiguration', 404])
  expect(message).toBe('The lifecycle configuration does not exist')
})

test('rules come back as they were given, with ids where they had none', async () => {
  const rules: LifecycleRule[] = [
    { ID: 'one', Status, Filter: {}, Expiration: { Date: midnight } },
    {
      ID: 'two',
      Status: 'Disabled',
      Filter: { And: { Prefix: 'p', Tags: [{ Key: 'k', Value: '' }] } },
      NoncurrentVersionTransitions: [
        { NoncurrentDays: 30, StorageClass: 'STANDARD_IA', NewerNoncurrentVersions: 3 },
      ],
    },
    { Status, Filter: { ObjectSizeLessThan: 1 }, Expiration },
  ]
  const answer = await put(rules)
  expect(answer.TransitionDefaultMinimumObjectSize).toBe('all_storage_classes_128K')
  const { Rules, TransitionDefaultMinimumObjectSize } = await get()
  expect(TransitionDefaultMinimumObjectSize).toBe('all_storage_classes_128K')
  expect(Rules?.slice(0, 2)).toEqual(rules.slice(0, 2))
  expect(Rules?.[2]?.ID).toMatch(/^\S{48}$/)
})

test('the old form with a prefix of the rule is accepted and kept', async () => {
  const rules: LifecycleRule[] = [
    { ID: 'old', Status, Prefix: 'temp/', Expiration: { Days: 7 } },
    { ID: 'all', Status, Prefix: '', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
  ]
  await put(rules)
  expect((await get()).Rules).toEqual(rules)
})

const ia = "for storageClass 'STANDARD_IA'"
const refused: [string, LifecycleRule[], string, string | RegExp][] = [
  ['no rules', [], 'MalformedXML', /not well-formed/],
  [
    'an unknown status',
    [{ Status: 'enabled' as 'Enabled', Filter, Expiration }],
    'MalformedXML',
    /not well-formed/,
  ],
  ['neither filter nor prefix', [{ Status, Expiration }], 'MalformedXML', /not well-formed/],
  [
    'a filter and a prefix',
    [{ Status, Filter, Prefix: 'a/', Expiration }],
    'InvalidRequest',
    'Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.',
  ],
  [
    'a filter after the old form',
    [
      { Status, Prefix: 'a/', Expiration },
      { Status, Filter, Expiration },
    ],
    'InvalidRequest',
    'Filter element can only be used in Lifecycle V2.',
  ],
  [
    'two conditions outside And',
    [{ Status, Filter: { Prefix: 'a', ObjectSizeLessThan: 5 }, Expiration }],
    'MalformedXML',
    /not well-formed/,
  ],
  [
    'one condition in And',
    [{ Status, Filter: { And: { Prefix: 'a' } }, Expiration }],
    'MalformedXML',
    /not well-formed/,
  ],
  [
    'a tag key twice',
    [
      {
        Status,
        Filter: {
          And: {
            Tags: [
              { Key: 'k', Value: '1' },
              { Key: 'k', Value: '2' },
            ],
          },
        },
        Expiration,
      },
    ],
    'InvalidRequest',
    'Duplicate Tag Keys are not allowed.',
  ],
  [
    'sizes that nothing has',
    [
      {
        Status,
        Filter: { And: { ObjectSizeGreaterThan: 5, ObjectSizeLessThan: 5 } },
        Expiration,
      },
    ],
    'InvalidRequest',
    "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.",
  ],
  [
    'an id of 256 characters',
    [{ ID: 'x'.repeat(256), Status, Filter, Expiration }],
    'InvalidArgument',
    'ID length should not exceed allowed limit of 255',
  ],
  [
    'one id twice',
    [
      { ID: 'x', Status, Filter, Expiration },
      { ID: 'x', Status, Filter: { Prefix: 'b/' }, Expiration },
    ],
    'InvalidArgument',
    'Rule ID must be unique. Found same ID for more than one rule',
  ],
  [
    'no action',
    [{ Status, Filter }],
    'InvalidRequest',
    'At least one action needs to be specified in a rule',
  ],
  [
    'expiration after no days',
    [{ Status, Filter, Expiration: { Days: 0 } }],
    'InvalidArgument',
    "'Days' for Expiration action must be a positive integer",
  ],
  [
    'days and the cleaning of markers',
    [{ Status, Filter, Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } }],
    'MalformedXML',
    /not well-formed/,
  ],
  [
    'the cleaning of markers by tags',
    [
      {
        Status,
        Filter: { Tag: { Key: 'k', Value: 'v' } },
        Expiration: { ExpiredObjectDeleteMarker: true },
      },
    ],
    'InvalidRequest',
    'ExpiredObjectDeleteMarker cannot be specified with Tags.',
  ],
  [
    'the abortion of uploads by size',
    [
      {
        Status,
        Filter: { ObjectSizeGreaterThan: 1 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
    ],
    'InvalidRequest',
    'AbortIncompleteMultipartUpload cannot be specified with Object Size.',
  ],
  [
    'a date in the middle of a day',
    [{ Status, Filter, Expiration: { Date: new Date('2030-01-01T10:00:00Z') } }],
    'InvalidArgument',
    "'Date' must be at midnight GMT",
  ],
  [
    'infrequent access too soon',
    [transitions({ Days: 29, StorageClass: 'STANDARD_IA' })],
    'InvalidArgument',
    `'Days' in Transition action must be greater than or equal to 30 ${ia}`,
  ],
  [
    'noncurrent versions to infrequent access too soon',
    [
      {
        Status,
        Filter,
        NoncurrentVersionTransitions: [{ NoncurrentDays: 7, StorageClass: 'STANDARD_IA' }],
      },
    ],
    'InvalidArgument',
    `'NoncurrentDays' in NoncurrentVersionTransition action must be greater than or equal to 30 ${ia}`,
  ],
  [
    'a transition to STANDARD',
    [transitions({ Days: 30, StorageClass: 'STANDARD' as 'GLACIER' })],
    'InvalidArgument',
    'Invalid target Storage class for Transition action',
  ],
  [
    'an unknown class',
    [transitions({ Days: 30, StorageClass: 'ICE' as 'GLACIER' })],
    'MalformedXML',
    /not well-formed/,
  ],
  [
    'one class twice',
    [transitions({ Days: 1, StorageClass: 'GLACIER' }, { Days: 2, StorageClass: 'GLACIER' })],
    'InvalidRequest',
    "'StorageClass' must be different for 'Transition' actions in same 'Rule' with filter '(prefix=a/)'",
  ],
  [
    'a colder class earlier',
    [
      transitions(
        { Days: 90, StorageClass: 'GLACIER' },
        { Days: 60, StorageClass: 'DEEP_ARCHIVE' },
      ),
    ],
    'InvalidArgument',
    "'Days' in the Transition action for StorageClass 'DEEP_ARCHIVE' for filter '(prefix=a/)' must be greater than " +
      "'Days' in the Transition action for StorageClass 'GLACIER' for filter '(prefix=a/)'",
  ],
  [
    'less than thirty days of infrequent access',
    [transitions({ Days: 30, StorageClass: 'STANDARD_IA' }, { Days: 59, StorageClass: 'GLACIER' })],
    'InvalidArgument',
    /'Days' in the Transition action for StorageClass 'GLACIER' .* must be 30 days more than /,
  ],
  [
    'days and dates',
    [
      transitions(
        { Days: 30, StorageClass: 'STANDARD_IA' },
        { Date: midnight, StorageClass: 'GLACIER' },
      ),
    ],
    'InvalidRequest',
    /^Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule/,
  ],
  [
    'expiration before a transition',
    [{ ...transitions({ Days: 10, StorageClass: 'GLACIER' }), Expiration }],
    'InvalidArgument',
    "'Days' in the Expiration action for filter '(prefix=a/)' must be greater than 'Days' in the Transition action",
  ],
  [
    'overlapping prefixes in the old form',
    [
      { Status, Prefix: 'logs/2024', Expiration },
      { Status, Prefix: 'logs/', Expiration },
    ],
    'InvalidRequest',
    "Found overlapping prefixes 'logs/' and 'logs/2024' for same action type 'Expiration'",
  ],
  [
    'newer versions in the old form',
    [
      {
        Status,
        Prefix: '',
        NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 1 },
      },
    ],
    'InvalidRequest',
    'NewerNoncurrentVersions element can only be used in Lifecycle V2.',
  ],
]

test.each(refused)(
  'PutBucketLifecycleConfiguration refuses %s',
  async (_, rules, code, message) => {
    const said = await refusal(put(rules))
    expect([said.code, said.status]).toEqual([code, 400])
    if (typeof message === 'string') expect(said.message).toBe(message)
    else expect(said.message).toMatch(message)
  },
)

/** As the course prints them: with `Id`, which the AWS CLI does not know. */
const lecture = {
  Rules: [
    {
      Id: 'MoveOldExperimentsToGlacier',
      Status,
      Prefix: 'experiments/',
      Transitions: [
        { Days: 30, StorageClass: 'STANDARD_IA' },
        { Days: 90, StorageClass: 'GLACIER' },
      ],
      Expiration: { Days: 365 },
    },
    { Id: 'DeleteTempFiles', Status, Prefix: 'temp/', Expiration: { Days: 7 } },
  ],
}

test("the course's rules are refused by the CLI for their Id, and accepted with ID", async () => {
  const file = join(tmpdir(), `lifecycle-${process.pid}.json`)
  const apply = () =>
    t.emulator.aws(
      's3api',
      'put-bucket-lifecycle-configuration',
      '--bucket',
      Bucket,
      '--lifecycle-configuration',
      `file://${file}`,
    )
  writeFileSync(file, JSON.stringify(lecture))
  const asPrinted = await apply()
  expect(asPrinted.code).not.toBe(0)
  expect(asPrinted.stderr).toContain('Unknown parameter in LifecycleConfiguration.Rules[0]: "Id"')
  writeFileSync(file, JSON.stringify(lecture).replaceAll('"Id"', '"ID"'))
  expect(await apply()).toMatchObject({ code: 0, stderr: '' })
  const { Rules } = await get()
  expect(Rules?.map(({ ID, Prefix }) => [ID, Prefix])).toEqual([
    ['MoveOldExperimentsToGlacier', 'experiments/'],
    ['DeleteTempFiles', 'temp/'],
  ])
}, 60_000)
