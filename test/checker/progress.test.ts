import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readProgress, withReport, withStarted, writeProgress } from '../../checker/progress.ts'
import type { Report } from '../../checker/report.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-progress-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const empty = { version: 1, current: null, labs: {} } as const
const started = withStarted(empty, 'buckets', { sequence: 7, wallTime: 1 }, '2026-01-01T00:00:00Z')

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
    const twice = withReport(withReport(started, report(6, 'first')), report(4, 'second'))
    expect(twice.labs['buckets']).toMatchObject({
      last: { score: 4, checkedAt: 'second' },
      best: { score: 6, checkedAt: 'first' },
    })
  })

  it('takes no note of what could not be graded', () => {
    expect(withReport(started, report(null, 'first'))).toBe(started)
  })

  it('forgets what was last when a lab starts anew, and keeps the best', () => {
    const again = withStarted(
      withReport(started, report(6, 'first')),
      'buckets',
      { sequence: 9 },
      'later',
    )
    expect(again.labs['buckets']).toEqual({
      startedAt: 'later',
      since: { sequence: 9 },
      best: { score: 6, maxScore: 10, checkedAt: 'first' },
    })
    expect(again.current).toBe('buckets')
  })
})
