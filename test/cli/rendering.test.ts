import picocolors from 'picocolors'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../checker/report.ts'
import { formatDuration, parseDuration } from '../../cli/duration.ts'
import { renderMarkdown } from '../../cli/markdown.ts'
import { renderReport } from '../../cli/render-report.ts'

const plain = picocolors.createColors(false)
const colour = picocolors.createColors(true)

const report: Report = {
  version: 1,
  lab: { id: 'buckets', title: 'Buckets' },
  endpoint: 'http://127.0.0.1:4566',
  checkedAt: '2026-01-01T00:00:00.000Z',
  state: 'failed',
  score: 1,
  maxScore: 3,
  tasks: [
    {
      id: 'make',
      number: 1,
      title: 'Make one',
      state: 'failed',
      score: 1,
      maxScore: 3,
      conditions: [
        { id: 'is', title: 'There is one', state: 'passed', points: 1, maxPoints: 1 },
        {
          id: 'private',
          title: 'It is private',
          state: 'failed',
          points: 0,
          maxPoints: 2,
          message: 'Your bucket \u001b[2Jlake is open.\nExpected a private one.',
          call: {
            service: 's3',
            operation: 'PutBucketAcl',
            time: '2026-01-01T00:00:00.000Z',
            requestId: 'R1',
          },
        },
      ],
    },
  ],
}

describe('a report', () => {
  it('has a line for each condition, its message and the call; what would steer a terminal is made harmless', () => {
    expect(renderReport(report, plain)).toEqual([
      'Buckets',
      '',
      '✗ 1. Make one  1/3',
      '  ✓ There is one  1/1',
      '  ✗ It is private  0/2',
      '      Your bucket \u{fffd}[2Jlake is open.',
      '      Expected a private one.',
      '      your call: s3 PutBucketAcl at 2026-01-01T00:00:00.000Z (request R1)',
      '',
      'Score: 1/3',
    ])
  })

  it('that could not be graded has no score', () => {
    const ungradable = { ...report, state: 'ungradable', score: null } as const
    expect(renderReport(ungradable, plain).at(-1)).toBe(
      'Score: not graded (of 3): something could not be checked, see ? above',
    )
  })
})

describe('a lab’s text', () => {
  const text =
    '# Title\n\nSay `aws` **now**, see [page](https://x).\n\n```bash\naws # `not` this\n```\nEnd'

  it('stays as it was written without colour', () => {
    expect(renderMarkdown(text, plain)).toBe(text)
  })

  it('is set for reading with it, and code is left alone', () => {
    const rendered = renderMarkdown(text, colour)
    expect(rendered).not.toMatch(/```|\*\*|^#/m)
    expect(rendered).toContain(`    ${colour.cyan('aws # `not` this')}\nEnd`)
    expect(rendered).toContain(`page (${colour.dim('https://x')})`)
  })
})

it.each([
  ['90d', 7_776_000, '90d'],
  ['1d12h', 129_600, '1d 12h'],
  ['2w', 1_209_600, '14d'],
  ['1.5h', 5400, '1h 30m'],
  ['15s', 15, '15s'],
])('the duration %s is %d seconds, and reads %s', (text, seconds, read) => {
  expect(parseDuration(text)).toBe(seconds)
  expect(formatDuration(seconds)).toBe(read)
})

it.each(['', '90', 'd', '-1d', '1d 2h', '1x', '1..5h', '1e3s'])('%j is no duration', (text) => {
  expect(() => parseDuration(text)).toThrow('is no duration')
})
