import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestEmulator } from '../support/emulator.ts'
import { startTestEmulator } from '../support/emulator.ts'
import type { Person } from './command-line.ts'
import { person } from './command-line.ts'

/** A student's way through a lab, which is the one that `lab new` makes. */
describe('a lab, from its first line to full marks', () => {
  let emulator: TestEmulator
  let student: Person
  beforeAll(async () => {
    emulator = await startTestEmulator()
    student = person({ POCKETCLOUD_ENDPOINT: emulator.url, POCKETCLOUD_LABS: '.' })
  })
  afterAll(async () => {
    await student.leave()
    await emulator.close()
  })

  const json = async (...args: string[]) => {
    const { stdout, stderr } = await student.pocketcloud(...args, '--json')
    expect(stderr).toBe('')
    return JSON.parse(stdout) as Record<string, unknown>
  }
  const s3 = () => emulator.client(S3Client)

  it('is begun by its author with lab new, and proves itself', async () => {
    const created = await json('lab', 'new', '20-greetings')
    expect(created['files']).toEqual([
      'lab.md',
      'checks.ts',
      'solution/solve.sh',
      'wrong/nothing-in-it.sh',
    ])
    const again = await student.pocketcloud('lab', 'new', '20-greetings')
    expect(again).toMatchObject({ status: 1, stdout: '' })
    expect(again.stderr).toContain('20-greetings is there already')
    const misnamed = await student.pocketcloud('lab', 'new', 'Greetings')
    expect(misnamed.status).toBe(2)
    expect(misnamed.stderr).toContain('such as 20-first-queue')
    const proven = await student.pocketcloud('lab', 'test', './20-greetings')
    expect(proven.stdout).toMatch(/^(✓ .*\n){4}\ngreetings proves itself\.\n$/)
    expect(proven.status).toBe(0)
  })

  it('gives each student names of their own', async () => {
    const before = await student.pocketcloud('lab', 'hint', '--lab', 'greetings')
    expect(before.status).toBe(2)
    expect(before.stderr).toContain('You have not started greetings yet.')
    const started = await json('lab', 'start', 'greetings', '--student', 'alice')
    const { values } = started as { values: { bucket: string } }
    expect(values.bucket).toMatch(/^greetings-\d{4}$/)
    const shown = await json('lab', 'show')
    expect(shown['text']).toContain(`aws s3 mb s3://${values.bucket}\n`)
    const others = await json('lab', 'start', 'greetings', '--student', 'bob')
    expect(others['values']).not.toEqual(values)
  })

  it('gives its hints one by one, and its solution with the values in it', async () => {
    const hints = [
      await json('lab', 'hint'),
      await json('lab', 'hint', '1'),
      await json('lab', 'hint'),
    ]
    expect(hints).toMatchObject([
      { hint: { task: 'bucket', number: 1, of: 2, text: 'A bucket is made by `aws s3 mb`.' } },
      {
        hint: { number: 2, text: expect.stringMatching(/greeting\.txt s3:\/\/greetings-\d{4}\//) },
      },
      { hint: { number: 2 } },
    ])
    const { stdout } = await student.pocketcloud('lab', 'solution')
    expect(stdout).toMatch(/^#!.*\nexport LAB_BUCKET='greetings-\d{4}'\n/)
    const { labs } = (await json('progress')) as { labs: object[] }
    expect(labs).toMatchObject([
      { id: 'greetings', seed: 'bob', solutionShown: true, tasks: [{ id: 'bucket', hints: 2 }] },
    ])
  })

  it('is watched: each call is seen at once, and a key brings a hint, the list or the end', async () => {
    const { values } = await json('lab', 'start', 'greetings')
    const { bucket: Bucket } = values as { bucket: string }
    const { stdout, status } = await student.pressing(
      [
        { when: '[h]int', key: 'h' },
        { when: 'Hint 1 of 2', do: () => s3().send(new CreateBucketCommand({ Bucket })) },
        {
          when: '1/3',
          do: () => s3().send(new PutObjectCommand({ Bucket, Key: 'greeting.txt', Body: 'hello' })),
        },
        { when: 'Well done', key: 'l' },
        { when: '<- here', key: 'q' },
      ],
      'check',
      '--watch',
    )
    expect(stdout).toContain(`There is no bucket called ${Bucket}.`)
    expect(stdout).toContain('a slash in a key is a letter like any other')
    expect(status).toBe(0)
    const again = await student.pocketcloud('check', '--watch')
    expect(again.status).toBe(0)
    expect(again.stdout).toContain('3/3')
  })

  it('is put back to where it began, keeping the best standing', async () => {
    expect(existsSync(join(student.home, '.pocketcloud/snapshots/greetings/bucket.tar'))).toBe(true)
    await student.pocketcloud('check')
    const reset = await student.pocketcloud('lab', 'reset', 'bucket')
    expect(reset).toMatchObject({ status: 0, stderr: '' })
    const after = await student.pocketcloud('check')
    expect(after.stdout).toContain('Score: 0/3')
    const { labs } = JSON.parse(
      readFileSync(join(student.home, '.pocketcloud/progress.json'), 'utf8'),
    ) as { labs: Record<string, object> }
    expect(labs['greetings']).toMatchObject({
      best: { score: 3 },
      last: { score: 0 },
      tasks: { bucket: { passed: false } },
    })
    const { stdout } = await student.pocketcloud('progress')
    expect(stdout).toContain(
      '20. Greetings  3/3  <- current\n  · A bucket with a greeting  1 hint\n',
    )
  })

  it('says that nothing was kept where it was started so', async () => {
    await student.pocketcloud('lab', 'start', 'greetings', '--no-snapshot')
    const { status, stderr } = await student.pocketcloud('lab', 'reset')
    expect(status).toBe(1)
    expect(stderr).toContain("was started without keeping the cloud's state")
  })
})
