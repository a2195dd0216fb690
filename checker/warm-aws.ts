import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findTools, insideFolder } from './grading/sandbox/tools.ts'

/** The environment in which `aws` is the real AWS CLI, kept in memory between its calls. */
export type WarmAws = Readonly<Record<string, string>>

let started: Promise<WarmAws> | undefined

/**
 * Keeps the AWS CLI in memory for as long as this process lives: each call then costs what it does, and not the start
 * of Python before it. Where `aws` is no Python that can be kept, it is left as it is.
 */
export const warmAws = (): Promise<WarmAws> => (started ??= start())

async function start(): Promise<WarmAws> {
  const { aws, awsPython } = await findTools()
  if (aws === undefined || awsPython === undefined) return {}
  const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-aws-'))
  const server = join(insideFolder, 'aws-server.py')
  const client = readFileSync(join(insideFolder, 'aws-client.py'), 'utf8')
  writeFileSync(join(folder, 'aws'), `#!${awsPython} -ISE\n${client}`, { mode: 0o755 })
  const socket = join(folder, 'socket')
  // It ends when this process's end of the pipe is closed: also where this one is killed.
  const child = spawn(awsPython, [server, socket, 'ec2,iam,s3,sts', '--while-asked'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.unref()
  ;(child.stdin as Socket).unref()
  process.once('exit', () => end(child, folder))
  return {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    POCKETCLOUD_AWS: aws,
    POCKETCLOUD_AWS_SERVER: socket,
  }
}

function end(child: ChildProcess, folder: string): void {
  child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
