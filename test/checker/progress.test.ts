import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  readProgress,
  withHints,
  withReport,
  withStarted,
  writeProgress,
} from '../../checker/progress.ts'
import type { Report, State, TaskReport } from '../../checker/report.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-progress-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const empty = { version: 1, current: null, labs: {} } as const
const started = withStarted(empty, 'buckets', {
  since: { sequence: 7, wallTime: 1 },
  startedAt: '2026-01-01T00:00:00Z',
})

const report = (score: number | null, checkedAt: string): Report => ({
  version: 1,
  lab: { id: 'buckets', title: 'Buckets' },
  endpoint: 'http://127.0.0.1:4566',
  checkedAt,
  state: 'failed',
  score,
  maxScore: 10,
  tasks: [],
})

const taskReport = (id: string, state: State): TaskReport => ({
  id,
  number: 1,
  title: id,
  state,
  score: 0,
  maxScore: 1,
  conditions: [],
})

describe('progress', () => {
  it('is empty where there is no file', () => {
    expect(readProgress(join(folder, 'none.json'))).toEqual(empty)
  })

  it('comes back as it was written, and leaves no other file behind', () => {
    const file = join(folder, 'new/progress.json')
    writeProgress(file, started)
    expect(readProgress(file)).toEqual(started)
    expect(readdirSync(join(folder, 'new'))).toEqual(['progress.json'])
  })

  it.each(['', 'null', '{"version":2,"labs":{}}', '{"version":1'])(
    'refuses a file that says %j, instead of writing over it',
    (text) => {
      const file = join(folder, 'other.json')
      writeFileSync(file, text)
      expect(() => readProgress(file)).toThrow('is not a progress file of this version')
    },
  )

  it('keeps the last and the best standing', () => {
    const twice = withReport(
      withReport(started, report(6, 'first'), true),
      report(4, 'second'),
      true,
    )
    expect(twice.labs['buckets']).toMatchObject({
      last: { score: 4, checkedAt: 'second' },
      best: { score: 6, checkedAt: 'first' },
    })
  })

  it('takes no note of what could not be graded', () => {
    expect(withReport(started, report(null, 'first'), true).labs['buckets']).toEqual({
      ...started.labs['buckets'],
      tasks: {},
    })
  })

  it('notes the tasks that a part of a lab passes, without a standing of the whole', () => {
    const part = { ...report(2, 'first'), tasks: [taskReport('launch', 'passed')] }
    const noted = withReport(withHints(started, 'buckets', 'launch', 2), part, false)
    expect(noted.labs['buckets']).toMatchObject({ tasks: { launch: { passed: true, hints: 2 } } })
    expect(noted.labs['buckets']!.best).toBeUndefined()
    const undone = { ...part, tasks: [taskReport('launch', 'failed')] }
    expect(withReport(noted, undone, false).labs['buckets']!.tasks).toEqual({
      launch: { passed: false, hints: 2 },
    })
    const unseen = { ...part, tasks: [taskReport('launch', 'ungradable')] }
    expect(withReport(noted, unseen, false).labs['buckets']!.tasks).toEqual({
      launch: { passed: true, hints: 2 },
    })
  })

  it('forgets what was last when a lab starts anew, and keeps the best', () => {
    const again = withStarted(withReport(started, report(6, 'first'), true), 'buckets', {
      since: { sequence: 9 },
      startedAt: 'later',
    })
    expect(again.labs['buckets']).toEqual({
      startedAt: 'later',
      since: { sequence: 9 },
      best: { score: 6, maxScore: 10, checkedAt: 'first' },
    })
    expect(again.current).toBe('buckets')
  })
})
