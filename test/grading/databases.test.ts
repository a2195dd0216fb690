import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../checker/catalogue.ts'
import { findLab } from '../../checker/catalogue.ts'
import { gradeClass } from '../../checker/grading/class.ts'
import type { Limits } from '../../checker/grading/limits.ts'
import { defaultLimits } from '../../checker/grading/limits.ts'
import { feedbackOf } from '../../checker/grading/reports/feedback.ts'
import type { ClassReport, SubmissionResult } from '../../checker/grading/result.ts'
import { readWrongAnswers } from '../../checker/wrong-answers.ts'
import { requireTool } from '../clients/tools.ts'
import { handIn } from './students.ts'

// Databases run outside of the sandbox: what submissions do with them, and what they must not reach by way of them.

let folder: string
beforeAll(async () => {
  await requireTool('psql', 'postgresql-client', '--version')
  await requireTool('mariadb', 'mariadb-client', '--version')
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-databases-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const gradeAll = (
  lab: Lab,
  scripts: Readonly<Record<string, string>>,
  limits: Partial<Limits> = {},
): Promise<ClassReport> =>
  gradeClass({
    lab,
    submissions: handIn(
      join(folder, lab.id),
      Object.entries(scripts).map(([name, text]) => ({
        name,
        kind: 'right',
        files: { 'solution.sh': text },
        expects: { state: 'passed', score: null, says: [] },
      })),
    ),
    jobs: 2,
    limits: { ...defaultLimits, ...limits },
    sandboxed: true,
    signal: new AbortController().signal,
  })

const resultOf = ({ results }: ClassReport, name: string): SubmissionResult =>
  results.find(({ submission }) => submission.name === name)!

describe.each(['rds-postgres', 'rds-high-availability'])('lab %s', (id) => {
  const lab = findLab(id)!
  const wrong = readWrongAnswers(lab.folder).map((one) => ({
    ...one,
    name: basename(one.file).replace(/\..*$/, ''),
  }))
  let report: ClassReport
  beforeAll(async () => {
    const solution = readFileSync(join(lab.folder, 'solution/solve.sh'), 'utf8')
    report = await gradeAll(lab, {
      right: solution,
      ...Object.fromEntries(wrong.map(({ name, script }) => [name, script])),
    })
  }, 600_000)

  test('its solution gets full marks', () => {
    const result = resultOf(report, 'right')
    expect(feedbackOf(result)).toEqual([`${result.maxScore} of ${result.maxScore} points.`])
  })

  test.each(wrong.map((one) => [one.name, one] as const))(
    'the wrong answer %s gets its marks and its messages',
    (name, { score, loses }) => {
      const result = resultOf(report, name)
      const feedback = feedbackOf(result).join('\n')
      for (const words of Object.values(loses)) expect(feedback).toContain(words)
      expect([result.state, result.score]).toEqual(['failed', score])
    },
  )
})

const mark = 'another-students-row'

/** What makes a database, and a way to ask it; what it answers goes to the output with its errors. */
const database = `
aws rds create-db-instance --db-instance-identifier "$LAB_NAME-db" --db-instance-class db.t3.micro --engine postgres --engine-version 15.3 \\
  --master-username mluser --master-user-password "$LAB_PASSWORD" --allocated-storage 20 --publicly-accessible > /dev/null
until aws rds describe-db-instances --query 'DBInstances[].DBInstanceStatus' --output text | grep -q available; do sleep 1; done
export PGPASSWORD=$LAB_PASSWORD PGUSER=mluser PGDATABASE=postgres PGHOST=127.0.0.1
sql() { psql -qAt "$@" 2>&1; }
`

const attacks = (port: number): Readonly<Record<string, string>> => ({
  neighbour: `${database}
sql -c "create table mine as select '${mark}' as row" -c 'select row from mine'
sleep 12`,
  'leaves-by-the-gate': `${database}
for port in 5432 5433 5434 ${port}; do echo "port $port:"; sql -p $port -w -c 'table mine'; done
curl -s -m 2 http://127.0.0.1:${port}/; curl -s -m 2 http://127.0.0.1:${port}/ --unix-socket /run/pocketcloud/gate/databases/5432.sock
ls /run/pocketcloud/gate/databases; for name in ${port}.sock ../endpoint.sock/../../x ../../../databases/5432.sock; do curl -s -m 2 --unix-socket "/run/pocketcloud/gate/databases/$name" http://x/ || echo closed; done
touch /run/pocketcloud/gate/databases/${port}.sock; ln -s /tmp/x.sock /run/pocketcloud/gate/databases/1.sock
ls /tmp /var/lib/pocketcloud /var/cache/pocketcloud; echo end`,
  'leaves-by-the-server': `${database}
sql -c 'grant pg_execute_server_program to mluser'
sql -c "create table o (t text)" -c "copy o from program 'curl -s http://127.0.0.1:${port}/'"
sql -c 'create extension dblink'; sql -c "create extension postgres_fdw"; sql -c "select pg_read_file('/etc/passwd')"; sql -c "select lo_import('/etc/passwd')"
sql -c "create subscription s connection 'host=127.0.0.1 port=${port}' publication p"
sql -c "alter database postgres set search_path = public, pg_catalog" -c "alter system set archive_command = 'curl http://127.0.0.1:${port}/'"
echo end`,
  'leaves-listeners': `
cat > serve.py <<'P'
import os, socket, sys
s = socket.create_server(('127.0.0.1', 5432))
print('listening', flush=True)
while True:
    c, _ = s.accept()
    c.sendall(b'from the student')
    c.close()
P
(setsid python3 serve.py 98771 > served 2>&1 < /dev/null &)
until grep -q listening served 2> /dev/null; do sleep 0.1; done
${database}
python3 -c "import socket; print(socket.create_connection(('127.0.0.1', 5432)).recv(99))"
aws rds delete-db-instance --db-instance-identifier "$LAB_NAME-db" --skip-final-snapshot > /dev/null; echo end`,
  'a-stopped-one-is-closed': `${database}
sql -c 'select 1 + 1'
aws rds stop-db-instance --db-instance-identifier "$LAB_NAME-db" > /dev/null
aws rds describe-db-instances --query 'DBInstances[].DBInstanceStatus' --output text; sql -c 'select 2 + 2'; ls /run/pocketcloud/gate/databases; echo end`,
  'speaks-mariadb': `
aws rds create-db-instance --db-instance-identifier other --db-instance-class db.t3.micro --engine mariadb --master-username mluser \\
  --master-user-password "$LAB_PASSWORD" --allocated-storage 20 --publicly-accessible > /dev/null
until aws rds describe-db-instances --query 'DBInstances[].DBInstanceStatus' --output text | grep -Eq 'available|failed'; do sleep 1; done
mariadb -h 127.0.0.1 -P 3306 -u mluser -p"$LAB_PASSWORD" -Ne "select 'in MariaDB'; select load_file('/etc/passwd'); select 1 into outfile '/tmp/pocketcloud-outfile'" 2>&1
aws rds describe-db-instances --query 'DBInstances[].DBInstanceStatus' --output text`,
  'fills-the-cloud': `${database}
sql -c "create table big as select repeat(md5(n::text), 30) from generate_series(1, 100000000) n"; echo survived`,
  'computes-in-the-cloud': `${database}
sql -c 'select count(*) from generate_series(1, 100000) a, generate_series(1, 10000000) b'; echo survived`,
  'remembers-in-the-cloud': `${database}
sql -c "set work_mem = '2GB'" -c "select count(*) from (select n, repeat('x', 1000) as x from generate_series(1, 20000000) n order by random()) t"; echo survived`,
})

describe('attacks by way of a database', () => {
  let neighbour: Server
  let visitors = 0
  let report: ClassReport
  const lab = findLab('rds-postgres')!
  const mebibyte = 1024 * 1024

  beforeAll(async () => {
    neighbour = createServer((_request, response) => {
      visitors += 1
      response.end('the neighbour')
    }).listen(0, '127.0.0.1')
    await once(neighbour, 'listening')
    const { port } = neighbour.address() as AddressInfo
    report = await gradeAll(lab, attacks(port), {
      memory: 400 * mebibyte,
      storage: 250 * mebibyte,
      busy: 6,
    })
  }, 600_000)
  afterAll(() => neighbour.close())
  const outputOf = (name: string) => resultOf(report, name).run!.output

  test('all are graded, and the neighbour has what it wrote', () => {
    expect(report.summary['infrastructure-error']).toBe(0)
    expect(outputOf('neighbour')).toContain(mark)
  })

  test("a submission reaches its own database by the port that RDS says, and neither another's nor another port of the machine", () => {
    const output = outputOf('leaves-by-the-gate')
    expect(output).toContain('relation "mine" does not exist')
    expect(
      output.match(/port 543[34]" ?failed|port 543[34] failed|Connection refused/g)!.length,
    ).toBeGreaterThanOrEqual(3)
    expect(output).toContain('closed\nclosed\nclosed')
    expect(output).toContain('Read-only file system')
    expect(output).toMatch(/^5432\.sock$/m)
    expect(output).not.toMatch(/^\d+\.sock\n\d+\.sock$/m)
    expect(output).not.toContain(mark)
    expect(output).toContain('end')
  })

  test('a database runs no program, reads no file and connects nowhere for its master user', () => {
    const output = outputOf('leaves-by-the-server')
    expect(output.match(/permission denied|must be superuser/g)!.length).toBeGreaterThanOrEqual(7)
    expect(output).not.toContain('root:')
    expect(output).toContain('end')
    expect(visitors).toBe(0)
  })

  test('who listens at the port of a database talks to nobody but itself, and leaves nothing', () => {
    expect(outputOf('leaves-listeners')).toContain("b'from the student'")
    expect(outputOf('leaves-listeners')).toContain('end')
    // The check asks the database, which is not there any more.
    expect(feedbackOf(resultOf(report, 'leaves-listeners')).join('\n')).toContain(
      'You have no DB instance',
    )
    const commands = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        } catch {
          return ''
        }
      })
    expect(commands.filter((command) => command.includes('98771'))).toEqual([])
    expect(
      commands.filter((command) => command.includes(`pocketcloud-grade-${process.pid}`)),
    ).toEqual([])
  })

  test('a stopped database is closed to a submission, too', () => {
    const output = outputOf('a-stopped-one-is-closed')
    expect(output).toMatch(/^2\nstopped\n(?!4)/m)
    expect(output).toContain('Connection refused')
    expect(output).not.toContain('5432.sock')
  })

  test('a MariaDB is reached at its port, and gets to no file either', () => {
    const output = outputOf('speaks-mariadb')
    expect(output).toMatch(/^in MariaDB\nNULL\n/m)
    expect(output).toContain('you need (at least one of) the FILE privilege')
    expect(output.trim()).toMatch(/\navailable$/)
  })

  test.each([
    ['fills-the-cloud', 'storage', 'of data'],
    ['computes-in-the-cloud', 'processor', 'seconds without a call to the cloud'],
    ['remembers-in-the-cloud', 'memory', 'of memory'],
  ] as const)('%s is stopped, and told why', (name, limit, words) => {
    const { run, notes, times } = resultOf(report, name)
    expect(run!.stopped?.limit).toBe(limit)
    expect(notes[0]).toContain(words)
    expect(run!.output).not.toContain('survived')
    expect(times.runSeconds).toBeLessThan(90)
  })

  test('nothing is left in the folder for temporary files', () => {
    const ours = readdirSync(tmpdir()).filter((name) =>
      name.startsWith(`pocketcloud-grade-${process.pid}-`),
    )
    expect(ours).toEqual([])
  })
})
