import { DescribeKeyPairsCommand } from '@aws-sdk/client-ec2'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlClient } from '../../checker/control-client.ts'
import { gradeChecks } from '../../checker/grade.ts'
import { markHistory, readHistory } from '../../checker/history.ts'
import type { Condition } from '../../checker/lab.ts'
import { condition, failed, lab, passed, task } from '../../checker/lab.ts'
import type { TestEmulator } from '../support/emulator.ts'
import { startTestEmulator } from '../support/emulator.ts'

let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(() => emulator.close())

const whoAmI = () => emulator.client(STSClient).send(new GetCallerIdentityCommand({}))

function check(id: string, look: Condition['check'], points = 1): Condition {
  return condition({ id, title: id, points, check: look })
}

async function grade(...conditions: Condition[]) {
  const checks = lab({ tasks: [task({ id: 'task', title: 'Task', conditions })] })
  const options = { endpoint: emulator.url, since: { sequence: 0 } }
  return gradeChecks(
    { id: 'any', title: 'Any', services: ['ec2', 'sts'], values: {} },
    checks,
    options,
  )
}

describe('grading', () => {
  it('adds up the points of the conditions that pass', async () => {
    const report = await grade(
      check('right', passed, 3),
      check('wrong', () => failed('There is none.'), 2),
    )
    expect(report).toMatchObject({ state: 'failed', score: 3, maxScore: 5 })
    expect(report.tasks[0]!.conditions).toEqual([
      { id: 'right', title: 'right', state: 'passed', points: 3, maxPoints: 3 },
      {
        id: 'wrong',
        title: 'wrong',
        state: 'failed',
        points: 0,
        maxPoints: 2,
        message: 'There is none.',
      },
    ])
  })

  it('explains a task that is passed, and says of one that can not be that it is ruined', async () => {
    const look = async (verdict: Condition['check']) => {
      const checks = lab({
        tasks: [
          task({
            id: 'task',
            title: 'Task',
            conditions: [check('one', verdict)],
            explanation: 'In {{bucket}}, as it should be.',
            failcheck: ({ values }) => `${values['bucket']} is gone.`,
          }),
        ],
      })
      const any = { id: 'any', title: 'Any', services: [], values: { bucket: 'lake-##' } } as const
      const options = { endpoint: emulator.url, since: { sequence: 0 }, seed: 'alice' }
      return (await gradeChecks(any, checks, options)).tasks[0]!
    }
    const right = await look(passed)
    expect(right.explanation).toMatch(/^In lake-\d\d, as it should be\.$/)
    expect(right).not.toHaveProperty('ruined')
    const wrong = await look(() => failed('There is none.'))
    expect(wrong.ruined).toMatch(/^lake-\d\d is gone\.$/)
    expect(wrong).not.toHaveProperty('explanation')
  })

  it('a check that throws is ungradable, and so is the whole: no score is made up', async () => {
    const report = await grade(
      check('right', passed),
      check('broken', () => {
        throw new TypeError('oops')
      }),
    )
    expect(report).toMatchObject({ state: 'ungradable', score: null, maxScore: 2 })
    expect(report.tasks[0]!.conditions).toMatchObject([
      { state: 'passed', points: 1 },
      { state: 'ungradable', message: expect.stringContaining('TypeError: oops') as string },
    ])
  })

  it('a check that uses a service the lab does not name says so', async () => {
    const report = await grade(check('s3', ({ s3 }) => (s3 ? passed() : failed('never'))))
    expect(report.tasks[0]!.conditions[0]!.message).toContain('"services" in lab.md does not name')
  })

  it('names the call that made it so, with its time', async () => {
    await whoAmI()
    const report = await grade(
      check('call', ({ events }) =>
        failed('It was you.', events.last({ service: 'sts', operation: 'GetCallerIdentity' })),
      ),
    )
    expect(report.tasks[0]!.conditions[0]!.call).toMatchObject({
      service: 'sts',
      operation: 'GetCallerIdentity',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    })
  })
})

const control = () => controlClient(emulator.url)

describe('the event history', () => {
  it('leaves out what the checks did themselves', async () => {
    await grade(
      check('asks', async ({ sts, ec2 }) => {
        await sts.send(new GetCallerIdentityCommand({}))
        await ec2.send(new DescribeKeyPairsCommand({}))
        return passed()
      }),
    )
    await whoAmI()
    const { all } = await readHistory(control(), { sequence: 0 })
    expect(new Set(all.map(({ operation }) => operation))).toEqual(new Set(['GetCallerIdentity']))
    const { events } = await control().events(0, 1000)
    expect(events.map(({ operation }) => operation)).toContain('DescribeKeyPairs')
  })

  it('begins after the mark, and gives calls in order', async () => {
    const since = await markHistory(control())
    expect((await readHistory(control(), since)).all).toEqual([])
    await whoAmI()
    await whoAmI()
    const history = await readHistory(control(), since)
    const [first, second] = history.find({ service: 'sts', operation: 'GetCallerIdentity' })
    expect(first!.sequence).toBeLessThan(second!.sequence)
    expect(history.find({ service: 'sts', operation: 'GetCallerIdentity', after: first })).toEqual([
      second,
    ])
    expect(history.find({ service: 'sts', operation: 'GetCallerIdentity', refused: true })).toEqual(
      [],
    )
  })

  it('tells whose calls they were', async () => {
    const since = await markHistory(control())
    const query = { service: 'sts', operation: 'GetCallerIdentity' }
    await whoAmI()
    await emulator
      .client(STSClient, { credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })
      .send(new GetCallerIdentityCommand({}))
    const history = await readHistory(control(), since)
    expect(history.find(query).map(({ caller }) => caller.type)).toEqual(['IAMUser', 'Root'])
    expect(history.find({ ...query, by: 'student' }).map(({ caller }) => caller.userName)).toEqual([
      'student',
    ])
  })

  it('counts everything after a reset, also once it has grown past the mark', async () => {
    const since = await markHistory(control())
    emulator.reset()
    const calls = since.sequence + 2
    for (let call = 0; call < calls; call++) await whoAmI()
    expect((await readHistory(control(), since)).all).toHaveLength(calls)
  })
})
