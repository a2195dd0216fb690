import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  DescribeDBInstancesCommand,
  RDSClient,
  type DescribeDBInstancesCommandInput,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(() => emulator.close())

const send = (input: DescribeDBInstancesCommandInput, client = emulator.client(RDSClient)) =>
  client.send(new DescribeDBInstancesCommand(input))

describe('DescribeDBInstances', () => {
  test('lists nothing where there are no instances', async () => {
    expect(await send({})).toMatchObject({ DBInstances: [] })
    const Filters = [
      { Name: 'db-instance-id', Values: ['nope'] },
      { Name: 'engine', Values: ['postgres'] },
    ]
    expect(await send({ Filters })).toMatchObject({ DBInstances: [] })
  })

  test.each(['MyDB', 'arn:aws:rds:us-east-1:123456789012:db:mydb'])(
    'says DBInstanceNotFound for %s, by its name in lower case',
    async (DBInstanceIdentifier) => {
      await expect(send({ DBInstanceIdentifier })).rejects.toMatchObject({
        name: 'DBInstanceNotFoundFault',
        Error: { Code: 'DBInstanceNotFound' },
        message: 'DBInstance mydb not found.',
        $metadata: { httpStatusCode: 404 },
      })
    },
  )

  test.each([
    [
      { Filters: [{ Name: 'colour', Values: ['red'] }] },
      'InvalidParameterValue',
      'Unrecognized filter name: colour',
    ],
    [
      { Filters: [{ Name: 'db-instance-id', Values: [] }] },
      'InvalidParameterCombination',
      'The list of DB Instance Identifiers must not be empty.',
    ],
    [
      { MaxRecords: 5 },
      'InvalidParameterValue',
      'Invalid value 5 for MaxRecords. Must be between 20 and 100',
    ],
  ])('refuses %j', async (input, name, message) => {
    await expect(send(input)).rejects.toMatchObject({ name, message })
  })

  test('is authorized for the instance that is named, or for all', async () => {
    const iam = emulator.client(IAMClient)
    const UserName = 'dba'
    await iam.send(new CreateUserCommand({ UserName }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    const dba = emulator.client(RDSClient, {
      credentials: {
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      },
    })
    const allow = (Resource: string) =>
      iam.send(
        new PutUserPolicyCommand({
          UserName,
          PolicyName: 'own',
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: { Effect: 'Allow', Action: 'rds:DescribeDBInstances', Resource },
          }),
        }),
      )
    await allow('arn:aws:rds:us-east-1:123456789012:db:mine')
    await expect(send({ DBInstanceIdentifier: 'MINE' }, dba)).rejects.toThrow('not found')
    await expect(send({ DBInstanceIdentifier: 'other' }, dba)).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    await expect(send({}, dba)).rejects.toMatchObject({ name: 'AccessDenied' })
    await allow('arn:aws:rds:us-east-1:123456789012:db:*')
    expect((await send({}, dba)).DBInstances).toEqual([])
  })
})
