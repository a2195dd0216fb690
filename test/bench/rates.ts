import { request } from 'node:http'
import autocannon from 'autocannon'
import { HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import { Hash } from '@smithy/core/serde'
import { EC2Client, DescribeImagesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { startBareExpress, startMoto, startPocketcloud, type Server } from './servers.ts'
import { say, table } from './report.ts'

const student = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const connections = 10
const seconds = 5

/** A request that can be sent again and again: signed once, good for fifteen minutes. */
interface Load {
  readonly name: string
  readonly service: string
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly query?: Record<string, string>
  readonly body?: string
  readonly contentType?: string
  /** Makes what the request is about, once per server. */
  readonly prepare?: (server: Server) => Promise<void>
}

interface Rate {
  /** Requests per second. */
  readonly rate: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly answerBytes: number
}

const form = 'application/x-www-form-urlencoded; charset=utf-8'
const bucket = 'bench-bucket'

const loads: readonly Load[] = [
  {
    name: 'GetCallerIdentity',
    service: 'sts',
    method: 'POST',
    path: '/',
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
    contentType: form,
  },
  {
    name: 'DescribeInstances (10)',
    service: 'ec2',
    method: 'POST',
    path: '/',
    body: 'Action=DescribeInstances&Version=2016-11-15',
    contentType: form,
    prepare: (server) => runInstances(server, 10),
  },
  {
    name: 'DescribeInstances (1,000)',
    service: 'ec2',
    method: 'POST',
    path: '/',
    body: 'Action=DescribeInstances&Version=2016-11-15',
    contentType: form,
    prepare: (server) => runInstances(server, 990),
  },
  {
    name: 'PutObject (1 KiB)',
    service: 's3',
    method: 'PUT',
    path: `/${bucket}/one-kib`,
    body: 'k'.repeat(1024),
    contentType: 'application/octet-stream',
    prepare: createBucket,
  },
  { name: 'GetObject (1 KiB)', service: 's3', method: 'GET', path: `/${bucket}/one-kib` },
  {
    name: 'ListObjectsV2 (1,000 keys)',
    service: 's3',
    method: 'GET',
    path: `/${bucket}`,
    query: { 'list-type': '2' },
    prepare: fillBucket,
  },
]

/** Request rates and latencies beside a bare Express handler that answers as many bytes, and beside moto. */
export async function benchRates(): Promise<void> {
  const ours = await startPocketcloud()
  const bare = await startBareExpress()
  const moto = await startMoto()
  if (!moto) say('moto_server is not installed: no ratios to it')
  const rows: string[][] = []
  for (const load of loads) {
    say(load.name)
    await load.prepare?.(ours)
    const own = await measure(ours, load)
    const yardstick = await measure(bare, {
      ...load,
      path: '/',
      query: { bytes: String(own.answerBytes) },
    })
    if (moto) await load.prepare?.(moto)
    const motos = moto && (await rateByClosing(moto, load))
    rows.push([
      load.name,
      own.rate.toFixed(0),
      own.p50.toFixed(1),
      own.p99.toFixed(1),
      `${((100 * own.rate) / yardstick.rate).toFixed(0)}%`,
      motos ? `${(own.rate / motos).toFixed(1)}x` : '-',
    ])
  }
  table(['operation', 'req/s', 'p50 ms', 'p99 ms', 'of bare Express', 'times moto'], rows)
  console.log(`resident after the load: ${ours.residentMb().toFixed(0)} MB`)
  await Promise.all([ours.stop(), bare.stop(), moto?.stop()])
}

async function measure(server: Server, load: Load): Promise<Rate> {
  const message = await signed(server, load)
  const options = { url: server.url, connections, requests: [message] }
  await autocannon({ ...options, duration: 1 })
  const result = await autocannon({ ...options, duration: seconds })
  const failures = result.non2xx + result.errors
  if (failures > 0) throw new Error(`${server.name}: ${failures} requests of ${load.name} failed`)
  const answer = await fetch(new URL(message.path, server.url), {
    method: load.method,
    headers: message.headers,
    body: load.body ?? null,
  })
  return {
    rate: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    answerBytes: (await answer.arrayBuffer()).byteLength,
  }
}

/**
 * Requests per second of a server that closes each connection, as moto's does: autocannon waits for connections that are not coming back.
 * As many requests are under way at once. What it answers with an error is said and not counted: moto's threads stumble over each other
 * where they write one key.
 */
async function rateByClosing(server: Server, load: Load): Promise<number> {
  const { method, path, headers, body } = await signed(server, load)
  const once = () =>
    new Promise<boolean>((resolve, reject) => {
      const outgoing = request(
        new URL(path, server.url),
        { method, headers, agent: false },
        (answer) => {
          answer.resume()
          answer.once('end', () => resolve(answer.statusCode === 200))
        },
      )
      outgoing.once('error', reject)
      outgoing.end(body)
    })
  const rateFor = async (duration: number) => {
    const end = performance.now() + duration * 1000
    let count = 0
    let errors = 0
    const worker = async () => {
      while (performance.now() < end) {
        if (await once()) count += 1
        else errors += 1
      }
    }
    await Promise.all(Array.from({ length: connections }, worker))
    if (errors > 0) say(`${server.name} answered ${errors} of ${count + errors} with an error`)
    return count / duration
  }
  await rateFor(1)
  return rateFor(seconds)
}

async function signed(server: Server, load: Load) {
  const { host, hostname, port } = new URL(server.url)
  const signer = new SignatureV4({
    service: load.service,
    region: 'us-east-1',
    credentials: student,
    sha256: Hash.bind(null, 'sha256') as never,
    uriEscapePath: load.service !== 's3',
    applyChecksum: true,
  })
  const { headers } = await signer.sign(
    new HttpRequest({
      method: load.method,
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: load.path,
      query: load.query ?? {},
      headers: { host, ...(load.contentType ? { 'content-type': load.contentType } : {}) },
      body: load.body,
    }),
  )
  const query = new URLSearchParams(load.query).toString()
  return {
    method: load.method,
    path: query ? `${load.path}?${query}` : load.path,
    headers,
    ...(load.body === undefined ? {} : { body: load.body }),
  }
}

const clientOptions = (server: Server) => ({
  endpoint: server.url,
  region: 'us-east-1',
  credentials: student,
  forcePathStyle: true,
})

async function runInstances(server: Server, count: number): Promise<void> {
  const ec2 = new EC2Client(clientOptions(server))
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['099720109477'] }))
  const ImageId = Images![0]!.ImageId!
  for (let left = count; left > 0; left -= 90) {
    const MaxCount = Math.min(left, 90)
    await ec2.send(
      new RunInstancesCommand({ ImageId, InstanceType: 't2.micro', MinCount: MaxCount, MaxCount }),
    )
  }
}

async function createBucket(server: Server): Promise<void> {
  await new S3Client(clientOptions(server)).send(new CreateBucketCommand({ Bucket: bucket }))
}

async function fillBucket(server: Server): Promise<void> {
  const s3 = new S3Client(clientOptions(server))
  const keys = Array.from({ length: 1000 }, (_, index) => `data/part-${index}`)
  for (let first = 0; first < keys.length; first += 50) {
    await Promise.all(
      keys
        .slice(first, first + 50)
        .map((Key) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }))),
    )
  }
}
