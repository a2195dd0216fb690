import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, expect } from 'vitest'
import { AwsError } from '../../emulator/errors.ts'
import { startChecksum, type ChecksumAlgorithm } from '../../emulator/http/payload/checksums.ts'
import { receivePayload, type PlanOptions } from '../../emulator/http/payload/index.ts'

const directory = mkdtempSync(join(tmpdir(), 'payload-'))
afterAll(() => rmSync(directory, { recursive: true }))

let files = 0
export const nextPath = (): string => join(directory, `file-${files++}`)

export type Headers = Record<string, string>

export async function receive(
  body: Buffer | Readable,
  headers: Headers,
  options: PlanOptions = {},
) {
  const path = nextPath()
  const source = body instanceof Readable ? body : Readable.from(split(body))
  const received = await receivePayload(source, headers, { path, ...options })
  return { ...received, bytes: received.bytes ?? readFileSync(path) }
}

/** The refusal of a body, after which no file may be left. */
export async function refusal(
  body: Buffer | Readable,
  headers: Headers,
  options: PlanOptions = {},
): Promise<Pick<AwsError, 'code' | 'message' | 'status' | 'fields'>> {
  const before = readdirSync(directory).length
  const error: unknown = await receive(body, headers, options).catch((reason: unknown) => reason)
  expect(readdirSync(directory)).toHaveLength(before)
  if (!(error instanceof AwsError)) throw new Error('not refused as AWS would', { cause: error })
  const { code, message, status, fields } = error
  return { code, message, status, fields }
}

export function split(body: Buffer, size = 10_000): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < body.length; at += size) pieces.push(body.subarray(at, at + size))
  return pieces
}

export const lengthOf = (body: Buffer): Headers => ({ 'content-length': String(body.length) })
export const large = randomBytes(300_000)
export const small = Buffer.from('Welcome to Amazon S3.')
export const md5 = (body: Buffer): string => createHash('md5').update(body).digest('base64')

export async function checksumOf(
  algorithm: ChecksumAlgorithm,
  ...parts: Buffer[]
): Promise<string> {
  const checksum = await startChecksum(algorithm)
  for (const part of parts) checksum.update(part)
  return (await checksum.digest()).toString('base64')
}
