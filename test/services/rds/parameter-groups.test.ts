import {
  CopyDBParameterGroupCommand,
  CreateDBClusterParameterGroupCommand,
  CreateDBParameterGroupCommand,
  DeleteDBParameterGroupCommand,
  DescribeDBClusterParametersCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBParametersCommand,
  DescribeEngineDefaultParametersCommand,
  DescribeEventsCommand,
  ModifyDBParameterGroupCommand,
  paginateDescribeDBParameters,
  RDSClient,
  ResetDBParameterGroupCommand,
  type Parameter,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

let emulator: TestEmulator
let rds: RDSClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = emulator.client(RDSClient)
})
afterAll(() => emulator.close())

const create = (DBParameterGroupName: string, DBParameterGroupFamily = 'postgres15') =>
  rds.send(
    new CreateDBParameterGroupCommand({
      DBParameterGroupName,
      DBParameterGroupFamily,
      Description: 'for the tests',
    }),
  )

const modify = (DBParameterGroupName: string, ...Parameters: Parameter[]) =>
  rds.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName, Parameters }))

async function parametersOf(DBParameterGroupName: string, Source?: string) {
  const found = new Map<string, Parameter>()
  const pages = paginateDescribeDBParameters({ client: rds }, { DBParameterGroupName, Source })
  for await (const { Parameters = [] } of pages) {
    for (const parameter of Parameters) found.set(parameter.ParameterName!, parameter)
  }
  return found
}

describe('parameter groups', () => {
  test('are kept in lower case, and made once', async () => {
    const { DBParameterGroup } = await create('Lower-Case')
    expect(DBParameterGroup).toEqual({
      DBParameterGroupName: 'lower-case',
      DBParameterGroupFamily: 'postgres15',
      Description: 'for the tests',
      DBParameterGroupArn: 'arn:aws:rds:us-east-1:123456789012:pg:lower-case',
    })
    await expect(create('lower-CASE')).rejects.toMatchObject({
      name: 'DBParameterGroupAlreadyExistsFault',
      message: 'Parameter group lower-case already exists',
    })
    await expect(create('two--hyphens')).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(create('wrong-family', 'postgres99')).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'ParameterGroupFamily postgres99 is not a valid parameter group family',
    })
  })

  test('have the parameters of their family in pages, with the values that RDS gives them', async () => {
    const parameters = await parametersOf('default.postgres15')
    expect(parameters.size).toBeGreaterThan(250)
    expect(parameters.get('shared_buffers')).toMatchObject({
      ParameterValue: '{DBInstanceClassMemory/32768}',
      ApplyType: 'static',
      DataType: 'integer',
      AllowedValues: '16-1073741823',
      Source: 'system',
      IsModifiable: true,
    })
    expect(parameters.get('rds.force_ssl')!.ParameterValue).toBe('1')
    expect(parameters.get('fsync')!.IsModifiable).toBe(false)
    const older = await parametersOf('default.postgres14')
    expect(older.get('rds.force_ssl')!.ParameterValue).toBe('0')
    const mysql = await rds.send(
      new DescribeEngineDefaultParametersCommand({ DBParameterGroupFamily: 'mysql8.0' }),
    )
    expect(mysql.EngineDefaults!.Parameters!.length).toBe(100)
    expect(mysql.EngineDefaults!.Marker).toBeDefined()
    expect((await parametersOf('default.mysql8.4')).has('default_authentication_plugin')).toBe(
      false,
    )
  })

  test('show what was changed, and are reset', async () => {
    await create('changed')
    await modify(
      'changed',
      { ParameterName: 'work_mem', ParameterValue: '8192', ApplyMethod: 'immediate' },
      { ParameterName: 'max_connections', ParameterValue: '50', ApplyMethod: 'pending-reboot' },
      {
        ParameterName: 'effective_cache_size',
        ParameterValue: '{DBInstanceClassMemory/10240}',
        ApplyMethod: 'immediate',
      },
    )
    const changed = await parametersOf('changed', 'user')
    expect([...changed.keys()].toSorted()).toEqual([
      'effective_cache_size',
      'max_connections',
      'work_mem',
    ])
    expect(changed.get('work_mem')).toMatchObject({
      ParameterValue: '8192',
      Source: 'user',
      ApplyMethod: 'immediate',
    })
    const { Events } = await rds.send(
      new DescribeEventsCommand({
        SourceType: 'db-parameter-group',
        SourceIdentifier: 'changed',
      }),
    )
    expect(Events![0]).toMatchObject({
      Message: 'Updated parameter work_mem to 8192 with apply method immediate',
      EventCategories: ['configuration change'],
    })
    const copy = await rds.send(
      new CopyDBParameterGroupCommand({
        SourceDBParameterGroupIdentifier: 'arn:aws:rds:us-east-1:123456789012:pg:changed',
        TargetDBParameterGroupIdentifier: 'copied',
        TargetDBParameterGroupDescription: 'a copy',
      }),
    )
    expect(copy.DBParameterGroup!.DBParameterGroupFamily).toBe('postgres15')
    await rds.send(
      new ResetDBParameterGroupCommand({
        DBParameterGroupName: 'changed',
        Parameters: [{ ParameterName: 'work_mem', ApplyMethod: 'immediate' }],
      }),
    )
    expect((await parametersOf('changed', 'user')).has('work_mem')).toBe(false)
    await rds.send(
      new ResetDBParameterGroupCommand({
        DBParameterGroupName: 'changed',
        ResetAllParameters: true,
      }),
    )
    expect((await parametersOf('changed', 'user')).size).toBe(0)
    expect((await parametersOf('copied', 'user')).size).toBe(3)
  })

  test.each([
    [
      'a name that no parameter has',
      { ParameterName: 'foo', ParameterValue: '1', ApplyMethod: 'immediate' },
      'InvalidParameterValue',
      'Could not find parameter with name: foo',
    ],
    [
      'a value out of range',
      { ParameterName: 'work_mem', ParameterValue: '1', ApplyMethod: 'immediate' },
      'InvalidParameterValue',
      'Invalid parameter value: 1 for: work_mem allowed values are: 64-2147483647',
    ],
    [
      'a word that is not allowed',
      { ParameterName: 'log_statement', ParameterValue: 'some', ApplyMethod: 'immediate' },
      'InvalidParameterValue',
      'Invalid parameter value: some for: log_statement allowed values are: none,ddl,mod,all',
    ],
    [
      'a formula that is none',
      { ParameterName: 'work_mem', ParameterValue: '{Memory/2}', ApplyMethod: 'immediate' },
      'InvalidParameterValue',
      'Invalid parameter value: {Memory/2} for: work_mem allowed values are: 64-2147483647',
    ],
    [
      'a static parameter at once',
      { ParameterName: 'max_connections', ParameterValue: '50', ApplyMethod: 'immediate' },
      'InvalidParameterCombination',
      'cannot use immediate apply method for static parameter',
    ],
    [
      'what RDS keeps to itself',
      { ParameterName: 'fsync', ParameterValue: '0', ApplyMethod: 'immediate' },
      'InvalidParameterValue',
      'The parameter fsync cannot be modified.',
    ],
  ] as const)('ModifyDBParameterGroup refuses %s', async (_, parameter, name, message) => {
    await create('refusing').catch(() => {})
    await expect(modify('refusing', parameter)).rejects.toMatchObject({ name, message })
  })

  test('of RDS are neither changed nor deleted', async () => {
    const parameter = { ParameterName: 'work_mem', ParameterValue: '8192' }
    await expect(
      modify('default.postgres15', { ...parameter, ApplyMethod: 'immediate' }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(
      rds.send(new DeleteDBParameterGroupCommand({ DBParameterGroupName: 'default.postgres15' })),
    ).rejects.toMatchObject({ name: 'InvalidDBParameterGroupStateFault' })
  })

  test('are isolated by region, and not found once they are deleted', async () => {
    await create('short-lived')
    const elsewhere = emulator.client(RDSClient, { region: 'eu-west-1' })
    const describeIn = (client: RDSClient) =>
      client.send(new DescribeDBParameterGroupsCommand({ DBParameterGroupName: 'short-lived' }))
    await expect(describeIn(elsewhere)).rejects.toMatchObject({
      name: 'DBParameterGroupNotFoundFault',
      message: 'DBParameterGroup not found: short-lived',
    })
    await rds.send(new DeleteDBParameterGroupCommand({ DBParameterGroupName: 'short-lived' }))
    await expect(describeIn(rds)).rejects.toMatchObject({ name: 'DBParameterGroupNotFoundFault' })
  })

  test('of clusters and of instances do not meet', async () => {
    await rds.send(
      new CreateDBClusterParameterGroupCommand({
        DBClusterParameterGroupName: 'both',
        DBParameterGroupFamily: 'aurora-postgresql15',
        Description: 'of clusters',
      }),
    )
    await create('both')
    const { Parameters } = await rds.send(
      new DescribeDBClusterParametersCommand({
        DBClusterParameterGroupName: 'both',
        Filters: [{ Name: 'parameter-name', Values: ['shared_buffers'] }],
      }),
    )
    expect(Parameters!.map((one) => one.ParameterValue)).toEqual([
      'SUM({DBInstanceClassMemory/12038},-50003)',
    ])
  })

  test('DescribeDBParameters takes 20 to 100 records', async () => {
    await expect(
      rds.send(
        new DescribeDBParametersCommand({
          DBParameterGroupName: 'default.postgres15',
          MaxRecords: 19,
        }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'Invalid value 19 for MaxRecords. Must be between 20 and 100',
    })
  })
})
