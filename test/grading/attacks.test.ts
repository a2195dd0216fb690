import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gradeClass } from '../../checker/grading/class.ts'
import { defaultLimits } from '../../checker/grading/limits.ts'
import { packageFolder } from '../../checker/grading/package-folder.ts'
import type { ClassReport, SubmissionResult } from '../../checker/grading/result.ts'
import { classLab, handIn, rightOnes } from './students.ts'

// Everything here runs on this machine, in the sandbox that is under test, within limits.

const secret = 'the-instructors-own-token'
const mark = 'a-sentence-of-another-students-homework'
const mebibyte = 1024 * 1024

let folder: string
let neighbour: Server
let visitors = 0
let report: ClassReport
let freeBefore: number

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-attacks-'))
  writeFileSync(join(folder, 'class.json'), '{"untouched":true}')
  process.env['INSTRUCTORS_TOKEN'] = secret
  neighbour = createServer((_request, response) => {
    visitors += 1
    response.end(secret)
  }).listen(0, '127.0.0.1')
  await once(neighbour, 'listening')
  freeBefore = freeDisk()
  const submissions = handIn(
    folder,
    Object.entries(attacks((neighbour.address() as AddressInfo).port)).map(([name, text]) => ({
      ...rightOnes[0]!,
      name,
      files: { 'solution.sh': text },
    })),
  )
  report = await gradeClass({
    lab: classLab,
    submissions: [...submissions, ...handIn(folder, [rightOnes[2]!])],
    jobs: 2,
    limits: { ...defaultLimits, memory: 512 * mebibyte, disk: 16 * mebibyte, idle: 8 },
    sandboxed: true,
    signal: new AbortController().signal,
  })
}, 240_000)
afterAll(() => {
  delete process.env['INSTRUCTORS_TOKEN']
  neighbour.close()
  rmSync(folder, { recursive: true, force: true })
})

const attacks = (port: number): Record<string, string> => ({
  'reads-the-checks': `cat ${classLab.folder}/checks.ts ${classLab.folder}/solution/solve.sh; ls ${packageFolder} /work /home /root /var 2>&1; find / -name 'checks.*' -o -name 'solve.sh' 2>/dev/null; ls /home/student/node_modules/pocketcloud`,
  'reads-secrets': `env; cat /proc/*/environ /proc/*/cmdline | tr '\\0' '\\n'; cat /etc/shadow ~/.aws/credentials; ls -la /root ~; echo end`,
  'reads-others': `cat ${folder}/neighbour/solution.sh; ls ${folder} ${tmpdir()} /submission; echo end`,
  neighbour: `# ${mark}\nexit 3`,
  'writes-the-report': `echo '{"score":10}' > ${folder}/class.json; mkdir -p ${folder}; echo '{"score":10}' > ${folder}/class.json; echo x > /submission/solution.sh; echo x > /usr/bin/aws; echo x > /run/pocketcloud/bin/aws; echo end`,
  'calls-the-control-api': `for call in health clock events save 'why' bus iam/audit; do curl -s $AWS_ENDPOINT_URL/_pocketcloud/$call; done; for call in reset clock/advance iam/audit stop restore; do curl -s -X POST -d '{"seconds":99999,"audit":true}' $AWS_ENDPOINT_URL/_pocketcloud/$call; done; curl -s --path-as-is $AWS_ENDPOINT_URL/x/../_pocketcloud/clock; curl -s -X POST -H 'Host: 127.0.0.1' "$AWS_ENDPOINT_URL//_pocketcloud/reset"; pocketcloud clock advance 90d; date -u +%Y-%m-%d; curl -sI $AWS_ENDPOINT_URL | grep -i date`,
  'leaves-the-network': `curl -s -m 3 http://127.0.0.1:${port}/; curl -s -m 3 http://localhost:${port}/; curl -s -m 3 http://10.0.2.2/; curl -s -m 3 https://example.com/; curl -s -m 3 http://169.254.169.254/; cat /proc/net/dev; echo end`,
  'forks-for-ever': `bomb() { bomb | bomb & }; bomb; sleep 100`,
  'fills-the-disk': `for place in ~ /tmp /dev/shm . /dev /run /; do dd if=/dev/zero of=$place/fill bs=1M count=1000 2>&1 | grep -v records; done; echo end`,
  'fills-the-memory': `python3 -c 'held = []\nwhile True: held.append(bytearray(b"x" * 50_000_000))' || python3 - <<'E'\nimport os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        held = bytearray(b"x" * 150_000_000)\n        time.sleep(60)\ntime.sleep(60)\nE`,
  'writes-for-ever': `yes 'all work and no play'`,
  'outlives-it': `(setsid sleep 98765 > /dev/null 2>&1 < /dev/null &); nohup sleep 98766 & disown; python3 -c 'import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(98767)\n'; echo end`,
  'kills-the-grader': `kill -9 ${process.pid} ${process.ppid} 1 $PPID; kill -9 -1; sleep 1; echo end`,
  'takes-privileges': `id -u; sudo -n id; unshare -r id; mount -t tmpfs none /tmp; mknod x b 8 0; chmod u+s /bin/sh; echo 1 > /proc/sys/kernel/panic; dmesg; cat /dev/vda | head -c 10; capsh --print; grep -i capeff /proc/self/status; echo end`,
  'sends-for-ever': `head -c 15000000 /dev/zero > big; for i in $(seq 100); do curl -s -H 'Expect:' -T big $AWS_ENDPOINT_URL/somewhere/$i > /dev/null; done`,
})

const freeDisk = () => {
  const { bavail, bsize } = statfsSync(tmpdir())
  return bavail * bsize
}

const resultOf = (name: string): SubmissionResult =>
  report.results.find(({ submission }) => submission.name === name)!
const outputOf = (name: string) => resultOf(name).run!.output

test('the class is graded whatever some of it do', () => {
  expect(report.summary['infrastructure-error']).toBe(0)
  expect(report.summary.submissions).toBe(report.summary.failed + 1)
  expect(resultOf('right-python')).toMatchObject({ state: 'passed', score: 10 })
})

test('a submission sees neither checks nor solutions', () => {
  const output = outputOf('reads-the-checks')
  expect(output).toContain('No such file or directory')
  expect(output).not.toContain('condition(')
  expect(output).not.toContain('/solve.sh\n')
  expect(output).not.toMatch(/^\/.*checks\.(ts|js)$/m)
})

test('a submission sees nothing of the environment and the files of who grades', () => {
  const output = outputOf('reads-secrets')
  expect(output).toContain('HOME=/home/student')
  expect(output).not.toContain(secret)
  expect(output).not.toContain('VITEST')
  expect(output).not.toContain(folder)
  expect(output).not.toMatch(/^root:./m)
})

test('a submission sees no other submission', () => {
  expect(outputOf('reads-others')).toContain('end')
  expect(outputOf('reads-others')).not.toContain(mark)
  expect(outputOf('reads-others')).not.toContain('neighbour\n')
})

test('a submission writes no report and changes no program', () => {
  expect(outputOf('writes-the-report')).toMatch(/Read-only file system|No such file/)
  expect(readFileSync(join(folder, 'class.json'), 'utf8')).toBe('{"untouched":true}')
  expect(resultOf('writes-the-report').score).toBe(0)
})

test('a submission does not reach the control API, nor move the clock', () => {
  const output = outputOf('calls-the-control-api')
  expect(output.match(/"code":"Forbidden"/g)!.length).toBeGreaterThanOrEqual(12)
  expect(output).not.toMatch(/"(events|nowMs|reset|advanced|fired|uptimeSeconds)":/)
  expect(output).toContain('This emulator does not serve that control call')
})

test('a submission reaches nothing but its own emulator', () => {
  expect(outputOf('leaves-the-network')).toContain('end')
  expect(outputOf('leaves-the-network')).not.toContain(secret)
  expect(outputOf('leaves-the-network').match(/^ *\w+:/gm)).toEqual([expect.stringMatching(/lo:$/)])
  expect(visitors).toBe(0)
})

test.each([
  ['forks-for-ever', ['processes']],
  ['fills-the-memory', ['memory']],
  ['writes-for-ever', ['output']],
  ['sends-for-ever', ['upload']],
] as const)('%s is stopped, and told why', (name, limits) => {
  const { run, notes, times } = resultOf(name)
  expect(limits).toContain(run!.stopped?.limit)
  expect(notes[0]).toContain('was stopped')
  expect(times.runSeconds).toBeLessThan(60)
  expect(run!.output.length).toBeLessThan(20_000)
})

test('a submission fills no disk but its own small one', () => {
  expect(outputOf('fills-the-disk')).toMatch(/No space left on device|File too large/)
  expect(outputOf('fills-the-disk')).toContain('end')
  expect(freeBefore - freeDisk()).toBeLessThan(2000 * mebibyte)
})

test('nothing of a submission outlives it', () => {
  expect(outputOf('outlives-it')).toContain('end')
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return ''
      }
    })
  expect(commands.filter((command) => /9876[567]/.test(command))).toEqual([])
})

test('a submission ends nobody but itself', () => {
  expect(resultOf('kills-the-grader').score).toBe(0)
  expect(process.pid).toBeGreaterThan(0)
})

test('a submission is nobody, and becomes nobody else', () => {
  const output = outputOf('takes-privileges')
  expect(output).toMatch(/^1000$/m)
  expect(output).not.toMatch(/uid=0/)
  expect(output).toMatch(/CapEff:\s+0000000000000000/)
})

test('nothing is left in the folder for temporary files', () => {
  // Other graders' folders are there as long as those are.
  const ours = readdirSync(tmpdir()).filter((name) =>
    name.startsWith(`pocketcloud-grade-${process.pid}-`),
  )
  expect(ours).toEqual([])
})
