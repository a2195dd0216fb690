import { NormalizedSchema } from '@smithy/core/schema'
import { describe, expect, test } from 'vitest'
import { protocolNames } from '../../emulator/protocol/codec.ts'
import { kindOf, membersOf, traitsOf } from '../../emulator/protocol/schema.ts'
import { loadModel, type PackageName } from './support/clients.ts'

// The one place that says what the codecs take for granted of the SDK's schemas. When this file fails after an upgrade,
// read `@smithy/core/schema` and bring emulator/protocol/schema.ts and service-model.ts in line.

const packages: PackageName[] = [
  'ec2',
  'iam',
  'rds',
  'sts',
  's3',
  'ssm',
  'dynamodb',
  'lambda',
  'cloudwatch',
]
describe("the SDK's schemas have the shape that emulator/protocol/schema.ts knows", () => {
  test.each(packages)(
    'the operations of %s are [9, namespace, name, traits, input, output], their errors [-3, …]',
    async (name) => {
      const { operations, errors } = await loadModel(name)
      expect(operations.size).toBeGreaterThan(5)
      for (const [key, operation] of operations) {
        expect(operation).toHaveLength(6)
        expect(operation[2]).toBe(key)
        for (const side of [operation[4], operation[5]]) {
          expect(['struct', 'unit']).toContain(kindOf(NormalizedSchema.of(side)))
        }
      }
      for (const error of errors.values()) {
        expect(kindOf(NormalizedSchema.of(error))).toBe('struct')
      }
    },
  )

  test.each(packages)(
    'every schema that operations of %s reach has a kind that the codecs know',
    async (name) => {
      const { operations } = await loadModel(name)
      const seen = new Set<unknown>()
      const walk = (schema: NormalizedSchema): void => {
        const kind = kindOf(schema)
        const raw = schema.getSchema()
        if (typeof raw === 'object') {
          if (seen.has(raw)) return
          seen.add(raw)
        }
        if (kind === 'list' || kind === 'map') walk(schema.getValueSchema())
        if (kind === 'struct' || kind === 'union')
          membersOf(schema).forEach((member) => walk(member.schema))
      }
      const walkAll = () => {
        for (const operation of operations.values()) {
          walk(NormalizedSchema.of(operation[4]))
          walk(NormalizedSchema.of(operation[5]))
        }
      }
      expect(walkAll).not.toThrow()
      expect(seen.size).toBeGreaterThan(10)
    },
  )

  test('the service models say protocol, version, namespace and target', async () => {
    const facts = await Promise.all(
      packages.map(async (name) => {
        const { protocol, apiVersion, xmlNamespace, serviceTarget, queryCompatible } =
          await loadModel(name)
        return [name, protocol, apiVersion, xmlNamespace, serviceTarget, queryCompatible]
      }),
    )
    expect(facts).toEqual([
      [
        'ec2',
        'ec2Query',
        '2016-11-15',
        'http://ec2.amazonaws.com/doc/2016-11-15',
        'AmazonEC2',
        false,
      ],
      [
        'iam',
        'query',
        '2010-05-08',
        'https://iam.amazonaws.com/doc/2010-05-08/',
        'AWSIdentityManagementV20100508',
        false,
      ],
      [
        'rds',
        'query',
        '2014-10-31',
        'http://rds.amazonaws.com/doc/2014-10-31/',
        'AmazonRDSv19',
        false,
      ],
      [
        'sts',
        'query',
        '2011-06-15',
        'https://sts.amazonaws.com/doc/2011-06-15/',
        'AWSSecurityTokenServiceV20110615',
        false,
      ],
      ['s3', 'restXml', '2006-03-01', 'http://s3.amazonaws.com/doc/2006-03-01/', 'AmazonS3', false],
      [
        'ssm',
        'awsJson1_1',
        '2014-11-06',
        'http://ssm.amazonaws.com/doc/2014-11-06/',
        'AmazonSSM',
        false,
      ],
      [
        'dynamodb',
        'awsJson1_0',
        '2012-08-10',
        'http://dynamodb.amazonaws.com/doc/2012-08-10/',
        'DynamoDB_20120810',
        false,
      ],
      ['lambda', 'restJson1', '2015-03-31', undefined, 'AWSGirApiService', false],
      [
        'cloudwatch',
        'awsJson1_0',
        '2010-08-01',
        'http://monitoring.amazonaws.com/doc/2010-08-01/',
        'GraniteServiceVersion20100801',
        true,
      ],
    ])
    for (const [, protocol] of facts) expect(protocolNames).toContain(protocol)
  })

  test('traits, member names and required members stand where the codecs look for them', async () => {
    const ec2 = await loadModel('ec2')
    const s3 = await loadModel('s3')
    const iam = await loadModel('iam')
    const input = (model: typeof ec2, operation: string) =>
      Object.fromEntries(
        membersOf(NormalizedSchema.of(model.operations.get(operation)![4])).map((member) => [
          member.name,
          member,
        ]),
      )

    const run = input(ec2, 'RunInstances')
    expect(run['MinCount']).toMatchObject({
      kind: 'number',
      required: true,
    })
    expect(run['ImageId']).toMatchObject({
      kind: 'string',
      required: false,
    })
    expect(run['TagSpecifications']?.own).toMatchObject({
      xmlName: 'TagSpecification',
    })
    expect(run['BlockDeviceMappings']?.kind).toBe('list')
    expect(
      run['NetworkInterfaces']?.own.xmlName ?? run['NetworkInterfaces']?.own.ec2QueryName,
    ).toBe('networkInterface')

    const put = input(s3, 'PutObject')
    expect(put['Key']?.traits).toMatchObject({ httpLabel: 1 })
    expect(put['Metadata']?.traits).toMatchObject({
      httpPrefixHeaders: 'x-amz-meta-',
    })
    expect(put['Body']?.traits).toMatchObject({
      httpPayload: 1,
      streaming: 1,
    })
    expect(put['ObjectLockRetainUntilDate']).toMatchObject({
      kind: 'timestamp',
    })
    expect(traitsOf(NormalizedSchema.of(s3.operations.get('ListObjectsV2')![5]))).toMatchObject({
      xmlName: 'ListBucketResult',
    })
    expect(s3.operations.get('UploadPart')![3]).toMatchObject({
      http: ['PUT', '/{Key+}?x-id=UploadPart', 200],
    })

    const missing = iam.errorsByCode.get('NoSuchEntity')
    expect(missing?.[2]).toBe('NoSuchEntityException')
    expect(traitsOf(NormalizedSchema.of(missing!))).toMatchObject({
      awsQueryError: ['NoSuchEntity', 404],
      httpError: 404,
    })
  })
})
