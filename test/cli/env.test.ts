import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { cliArguments, person } from './command-line.ts'

const student = person()
afterAll(() => student.leave())

const endpoint = 'http://127.0.0.1:9'

/** Evaluates what `env` prints in a shell, then runs a script there. */
async function inShell(shell: string, script: string): Promise<string> {
  const command = [process.execPath, ...cliArguments, 'env', '--endpoint', endpoint]
  const evaluate = `eval "$(${command.map((word) => `'${word}'`).join(' ')} 2>/dev/null)"`
  const { stdout } = await promisify(execFile)(shell, ['-c', `${evaluate}\n${script}`], {
    env: { ...student.env, AWS_PROFILE: 'work', AWS_SESSION_TOKEN: 'from elsewhere' },
    cwd: student.home,
  })
  return stdout
}

describe.each(['bash', 'dash'])('env, evaluated by %s', (shell) => {
  it('sets what the clients need, and removes what would get in the way', async () => {
    expect(await inShell(shell, 'env | grep ^AWS_ | sort')).toBe(
      [
        'AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE',
        'AWS_DEFAULT_REGION=us-east-1',
        'AWS_EC2_METADATA_DISABLED=true',
        `AWS_ENDPOINT_URL=${endpoint}`,
        'AWS_PAGER=',
        'AWS_REGION=us-east-1',
        'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        '',
      ].join('\n'),
    )
  })

  it('makes aws a function that names the endpoint and keeps arguments whole', async () => {
    const script = `
      mkdir -p bin
      printf '#!/bin/sh\\nprintf "<%%s>" "$@"\\n' > bin/aws && chmod +x bin/aws
      PATH="$PWD/bin:$PATH"
      aws s3 cp 'a file' "it's"`
    expect(await inShell(shell, script)).toBe(`<--endpoint-url><${endpoint}><s3><cp><a file><it's>`)
  })
})

describe('env', () => {
  it('speaks fish too', async () => {
    const { stdout } = await student.pocketcloud('env', '--shell', 'fish', '--endpoint', endpoint)
    expect(stdout).toContain(`set -gx AWS_ENDPOINT_URL '${endpoint}'\n`)
    expect(stdout).toContain('set -e AWS_PROFILE\n')
    expect(stdout).toContain(
      'function aws; command aws --endpoint-url "$AWS_ENDPOINT_URL" $argv; end\n',
    )
  })

  it('works before the emulator does, and says so apart from its answer', async () => {
    const { status, stdout, stderr } = await student.pocketcloud(
      'env',
      '--json',
      '--endpoint',
      endpoint,
    )
    expect(JSON.parse(stdout)).toMatchObject({
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
    })
    expect(stderr).toContain(`No emulator answers at ${endpoint}.`)
    expect(status).toBe(0)
  })
})
