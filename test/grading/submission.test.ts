import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { Header } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findEntry } from '../../checker/grading/submission/entry.ts'
import { hashOf } from '../../checker/grading/submission/files.ts'
import { identityOf } from '../../checker/grading/submission/identity.ts'
import { namesOf, readSubmission } from '../../checker/grading/submission/read.ts'
import type { SubmissionRules } from '../../checker/submission-rules.ts'
import type { ZipEntry } from './archives.ts'
import { zipOf } from './archives.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-submissions-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const script = Buffer.from('echo hello\n')
const mebibyte = 1024 * 1024

function write(name: string, bytes: Buffer): string {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

const zip = (name: string, entries: readonly ZipEntry[]) => write(name, zipOf(entries))

async function tar(
  name: string,
  entries: readonly (Partial<Header> & { name: string } & { bytes?: Buffer })[],
) {
  const archive = pack()
  for (const { bytes, ...header } of entries) archive.entry(header, bytes ?? '')
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk)
  const whole = Buffer.concat(chunks)
  return write(name, name.endsWith('gz') ? gzipSync(whole) : whole)
}

const paths = async (path: string) => (await readSubmission(path)).map((file) => file.path)

describe('what carries a submission', () => {
  test('does not matter: the same files have the same hash', async () => {
    mkdirSync(join(folder, 'plain/lib'), { recursive: true })
    writeFileSync(join(folder, 'plain/solution.sh'), script)
    writeFileSync(join(folder, 'plain/lib/more.sh'), 'more')
    const more = Buffer.from('more')
    const ways = [
      join(folder, 'plain'),
      zip('a.zip', [
        { name: 'lib/more.sh', bytes: more },
        { name: 'solution.sh', bytes: script },
      ]),
      zip('around.zip', [
        { name: 'homework/', mode: 0o040755 },
        { name: 'homework/solution.sh', bytes: script },
        { name: 'homework/lib/more.sh', bytes: more },
        { name: '__MACOSX/homework/._solution.sh', bytes: more },
      ]),
      await tar('a.tar', [
        { name: './solution.sh', bytes: script },
        { name: './lib/more.sh', bytes: more },
      ]),
      await tar('a.tar.gz', [
        { name: 'solution.sh', bytes: script },
        { name: 'lib/more.sh', bytes: more },
      ]),
    ]
    const hashes = await Promise.all(ways.map(async (way) => hashOf(await readSubmission(way))))
    expect(new Set(hashes).size).toBe(1)
    expect(hashes[0]).toMatch(/^sha256:[0-9a-f]{64}$/)
    const other = await readSubmission(zip('other.zip', [{ name: 'solution.sh', bytes: more }]))
    expect(hashOf(other)).not.toBe(hashes[0])
  })

  test('leaves out what tools make', async () => {
    const archive = zip('junk.zip', [
      { name: 'main.py', bytes: script },
      { name: 'node_modules/x/index.js', bytes: script },
      { name: '.git/config', bytes: script },
      { name: '__pycache__/main.pyc', bytes: script },
    ])
    expect(await paths(archive)).toEqual(['main.py'])
  })
})

describe('an archive is refused', () => {
  const attacks: readonly (readonly [string, readonly ZipEntry[], RegExp])[] = [
    [
      'that leads out of its folder',
      [{ name: '../../etc/cron.d/x', bytes: script }],
      /relative|leads out/,
    ],
    ['with an absolute path', [{ name: '/etc/passwd', bytes: script }], /absolute/],
    [
      'with a path of Windows',
      [{ name: String.raw`..\..\x`, bytes: script }],
      /backslash|character|relative/,
    ],
    [
      'with a symbolic link',
      [{ name: 'solution.sh', bytes: Buffer.from('/etc/passwd'), mode: 0o120777 }],
      /symbolic link: solution\.sh/,
    ],
    ['with a device', [{ name: 'sda', mode: 0o060666 }], /no file/],
    [
      'that has a file twice',
      [
        { name: 'solution.sh', bytes: script },
        { name: 'solution.sh', bytes: Buffer.from('other') },
      ],
      /solution\.sh twice/,
    ],
    [
      'that has a file for a folder',
      [
        { name: 'a', bytes: script },
        { name: 'a/b', bytes: script },
      ],
      /file and folder/,
    ],
    ['that is a bomb', [{ name: 'zeros', bytes: Buffer.alloc(20 * mebibyte) }], /bomb: zeros/],
    [
      'that lies about a size',
      [{ name: 'zeros', bytes: Buffer.alloc(20 * mebibyte), claimedSize: 100 }],
      /can't be read: .*(too many|more) bytes/,
    ],
    [
      'with too many files',
      Array.from({ length: 2001 }, (_, index) => ({ name: `f${index}`, bytes: script })),
      /more than 2000 files/,
    ],
  ]
  test.each(attacks)('%s', async (title, entries, message) => {
    const archive = zip(`${title}.zip`, entries)
    await expect(readSubmission(archive)).rejects.toThrow(message)
  })

  const tarAttacks: readonly (readonly [
    string,
    Partial<Header> & { name: string } & { bytes?: Buffer },
    RegExp,
  ])[] = [
    ['that leads out of its folder', { name: 'a/../../x', bytes: script }, /leads out/],
    ['with an absolute path', { name: '/etc/passwd', bytes: script }, /absolute/],
    ['with a symbolic link', { name: 'x', type: 'symlink', linkname: '/etc/passwd' }, /link: x/],
    ['with a hard link', { name: 'x', type: 'link', linkname: '/etc/passwd' }, /link: x/],
    ['with a device', { name: 'x', type: 'block-device', devmajor: 8, devminor: 0 }, /no file/],
    ['with a pipe', { name: 'x', type: 'fifo' }, /no file/],
    ['that is too large', { name: 'x', bytes: Buffer.alloc(65 * mebibyte) }, /larger than 64 MiB/],
  ]
  test.each(tarAttacks)('.tar.gz %s', async (title, entry, message) => {
    const archive = await tar(`${title}.tar.gz`, [entry])
    await expect(readSubmission(archive)).rejects.toThrow(message)
  })

  test('that is none', async () => {
    await expect(readSubmission(write('no.zip', script))).rejects.toThrow(/can't be read/)
    await expect(readSubmission(write('no.tar.gz', script))).rejects.toThrow(/can't be read/)
    await expect(readSubmission(write('no.tar', Buffer.alloc(700, 'x')))).rejects.toThrow(
      /can't be read/,
    )
  })

  test('as a folder with a symbolic link in it', async () => {
    mkdirSync(join(folder, 'linked'))
    symlinkSync('/etc/passwd', join(folder, 'linked/solution.sh'))
    await expect(readSubmission(join(folder, 'linked'))).rejects.toThrow(/symbolic link/)
  })
})

describe('what is run', () => {
  const none: SubmissionRules = { files: [], apply: undefined, clock: false, metadata: false }
  const policies: SubmissionRules = { ...none, files: ['policy.json'], apply: 'apply.sh' }
  const entry = (names: readonly string[], rules = none) =>
    findEntry(
      names.map((path) => ({ path, bytes: script, executable: false })),
      rules,
    )

  test.each([
    [['solution.sh', 'notes.md'], 'bash', 'solution.sh'],
    [['main.py', 'lib.py'], 'python', 'main.py'],
    [['index.ts', 'other.ts'], 'typescript', 'index.ts'],
    [['Solution.mjs'], 'javascript', 'Solution.mjs'],
    [['provider.tf', 'bucket.tf'], 'terraform', 'bucket.tf'],
    [['homework.sh', 'main.tf'], 'terraform', 'main.tf'],
    [['solution.sh', 'main.tf'], 'bash', 'solution.sh'],
    [['week3.py', 'readme.txt'], 'python', 'week3.py'],
  ] as const)('of %j is %s by %s', (names, kind, file) => {
    expect(entry(names)).toEqual({ kind, file })
  })

  test('are the files that the lab names, where all are there', () => {
    expect(entry(['policy.json', 'x.md'], policies)).toEqual({ kind: 'files', file: 'policy.json' })
    expect(entry(['policy.txt', 'main.py'], policies).kind).toBe('python')
  })

  test.each([
    [['a.sh', 'b.py'], /not clear what to run: a\.sh, b\.py/],
    [['solution.sh', 'solution.py'], /not clear/],
    [
      ['notes.md', 'lib/solution.sh'],
      /no program in the submission's root\. .*Found: notes\.md, lib/,
    ],
    [[], /empty/],
  ] as const)('of %j is not known', (names, message) => {
    expect(() => entry(names)).toThrow(message)
  })
})

test('a submission is called by what says whose it is', () => {
  expect(namesOf(['/c/alice.zip', '/c/bob/solution.sh', '/c/carol', '/c/dave.sh'])).toEqual([
    'alice',
    'bob',
    'carol',
    'dave',
  ])
  expect(namesOf(['/week1/alice', '/week2/alice'])).toEqual(['week1/alice', 'week2/alice'])
  expect(identityOf('Ada Lovelace_12345_assignsubmission_file_')).toEqual({
    student: 'Ada Lovelace',
    number: '12345',
  })
  expect(identityOf('lovelaceada_LATE_77_123456_solution')).toEqual({
    student: 'lovelaceada',
    number: '77',
  })
  expect(identityOf('alice')).toEqual({ student: 'alice' })
})
