import { createHash, randomBytes } from 'node:crypto'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  ListObjectVersionsCommand,
  UploadPartCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3'
import { expect } from 'vitest'

/** Every version is kept. */
const versioned = 'versioned'
/** Every write takes the place of the one before. */
const plain = 'plain'

/** What was acknowledged, over all lives of the process. */
export interface Ledger {
  /** Versions by their ids: the MD5 of the bytes, or null for a delete marker. */
  readonly versions: Map<string, { readonly key: string; readonly md5: string | null }>
  /** Versions whose deletion was asked for, and those for which it was acknowledged. */
  readonly leaving: Set<string>
  readonly gone: Set<string>
  /** Of each key of the plain bucket what it may hold: what was acknowledged last, and what was under way after it. */
  readonly plain: Map<string, Set<string | null>>
  /** How many writes were acknowledged. */
  count: number
}

export const newLedger = (): Ledger => ({
  versions: new Map(),
  leaving: new Set(),
  gone: new Set(),
  plain: new Map(),
  count: 0,
})

export async function createBuckets(s3: S3Client): Promise<void> {
  for (const Bucket of [versioned, plain]) await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(
    new PutBucketVersioningCommand({
      Bucket: versioned,
      VersioningConfiguration: { Status: 'Enabled' },
    }),
  )
}

const md5Of = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')
const below = (n: number) => Math.floor(Math.random() * n)
const someKey = () => `key-${below(30)}`
/** Rows, small files and larger ones. */
const someBytes = () =>
  randomBytes([1 + below(2000), 16_384 - 2 + below(5), below(400_000)][below(3)]!)

/** Writes until the process is gone, some at a time. What it acknowledges is entered. */
export async function writeUntilKilled(s3: S3Client, ledger: Ledger): Promise<void> {
  const writers = Array.from({ length: 16 }, async (_, writer) => {
    for (;;) {
      const kinds = [putVersion, putVersion, putPlain, putPlain, mark, remove, copy, multipart]
      await kinds[below(kinds.length)]!(s3, ledger, writer)
      ledger.count += 1
    }
  })
  // Each ends with the connection.
  await Promise.allSettled(writers)
}

async function putVersion(s3: S3Client, { versions }: Ledger): Promise<void> {
  const [key, Body] = [someKey(), someBytes()]
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: versioned, Key: key, Body }))
  versions.set(VersionId!, { key, md5: md5Of(Body) })
}

/** A writer has keys of its own, so that what comes last is known. */
async function putPlain(s3: S3Client, ledger: Ledger, writer: number): Promise<void> {
  const Key = `writer-${writer}/${below(3)}`
  const isDeletion = below(4) === 0
  const Body = someBytes()
  const holds = isDeletion ? null : md5Of(Body)
  const before = ledger.plain.get(Key) ?? new Set([null])
  ledger.plain.set(Key, before.add(holds))
  if (isDeletion) await s3.send(new DeleteObjectCommand({ Bucket: plain, Key }))
  else await s3.send(new PutObjectCommand({ Bucket: plain, Key, Body }))
  ledger.plain.set(Key, new Set([holds]))
}

async function mark(s3: S3Client, { versions }: Ledger): Promise<void> {
  const key = someKey()
  const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket: versioned, Key: key }))
  versions.set(VersionId!, { key, md5: null })
}

async function remove(s3: S3Client, { versions, leaving, gone }: Ledger): Promise<void> {
  const known = [...versions].filter(([id]) => !leaving.has(id))
  if (known.length === 0) return
  const [VersionId, { key }] = known[below(known.length)]!
  leaving.add(VersionId)
  await s3.send(new DeleteObjectCommand({ Bucket: versioned, Key: key, VersionId }))
  gone.add(VersionId)
}

async function copy(s3: S3Client, { versions, leaving }: Ledger): Promise<void> {
  const sources = [...versions].filter(([id, { md5 }]) => md5 !== null && !leaving.has(id))
  if (sources.length === 0) return
  const [id, source] = sources[below(sources.length)]!
  const key = someKey()
  const CopySource = `${versioned}/${source.key}?versionId=${id}`
  const copied = new CopyObjectCommand({ Bucket: versioned, Key: key, CopySource })
  // Another writer may remove the source meanwhile, which is no loss.
  const answer = await s3.send(copied).catch((error: Error) => {
    if (error.name !== 'NoSuchVersion' && error.name !== 'NoSuchKey') throw error
  })
  if (answer) versions.set(answer.VersionId!, { key, md5: source.md5 })
}

async function multipart(s3: S3Client, { versions }: Ledger): Promise<void> {
  const upload = { Bucket: versioned, Key: someKey() }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload))
  const bodies = [randomBytes(5 * 1024 ** 2), someBytes()]
  const Parts: { PartNumber: number; ETag: string }[] = []
  for (const [index, Body] of bodies.entries()) {
    const part = { ...upload, UploadId, PartNumber: index + 1, Body }
    const { ETag } = await s3.send(new UploadPartCommand(part))
    Parts.push({ PartNumber: index + 1, ETag: ETag! })
  }
  const { VersionId } = await s3.send(
    new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }),
  )
  versions.set(VersionId!, { key: upload.Key, md5: md5Of(Buffer.concat(bodies)) })
}

/**
 * Nothing that was acknowledged is missing, nothing that was deleted is back, and every version that there is, acknowledged or not,
 * has the bytes that it should have.
 *
 * @param known versions whose bytes need not be read again
 */
export async function verifyWrites(
  s3: S3Client,
  ledger: Ledger,
  known: Set<string>,
): Promise<void> {
  const listed = new Map<string, { key: string; etag: string; size: number }>()
  const markers = new Set<string>()
  for await (const { Versions = [], DeleteMarkers = [] } of versionPages(s3)) {
    for (const { Key, VersionId, ETag, Size } of Versions) {
      listed.set(VersionId!, { key: Key!, etag: ETag!, size: Size! })
    }
    for (const { VersionId } of DeleteMarkers) markers.add(VersionId!)
  }
  const lost = [...ledger.versions].filter(
    ([id, { md5 }]) => !ledger.leaving.has(id) && !(md5 === null ? markers : listed).has(id),
  )
  expect(lost).toEqual([])
  expect([...ledger.gone].filter((id) => listed.has(id) || markers.has(id))).toEqual([])
  const unread = [...listed].filter(([id]) => !known.has(id))
  for (const [VersionId, { key, etag, size }] of unread) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: versioned, Key: key, VersionId }))
    const bytes = await Body!.transformToByteArray()
    const md5 = md5Of(bytes)
    expect([VersionId, bytes.length]).toEqual([VersionId, size])
    if (!etag.includes('-')) expect([VersionId, `"${md5}"`]).toEqual([VersionId, etag])
    const acknowledged = ledger.versions.get(VersionId)
    if (acknowledged) expect([VersionId, md5]).toEqual([VersionId, acknowledged.md5])
    known.add(VersionId)
  }
  for (const [Key, possible] of ledger.plain) {
    const answer = await s3
      .send(new GetObjectCommand({ Bucket: plain, Key }))
      .catch((error: Error) => {
        if (error.name !== 'NoSuchKey') throw error
      })
    const found = answer ? md5Of(await answer.Body!.transformToByteArray()) : null
    expect([Key, possible.has(found)]).toEqual([Key, true])
    // What was under way has happened or has not, and that is settled now.
    ledger.plain.set(Key, new Set([found]))
  }
}

async function* versionPages(s3: S3Client): AsyncGenerator<ListObjectVersionsCommandOutput> {
  let place: { KeyMarker?: string; VersionIdMarker?: string } = {}
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: versioned, ...place }))
    yield page
    if (!page.IsTruncated) return
    place = { KeyMarker: page.NextKeyMarker!, VersionIdMarker: page.NextVersionIdMarker! }
  }
}
