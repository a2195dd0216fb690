import { Agent, request } from 'node:http'
import { HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import { Hash } from '@smithy/core/serde'
import { median, say, table } from './report.ts'
import { startMoto, startPocketcloud, type Server } from './servers.ts'

// How long single calls of EC2 take when there are many instances, one call at a time over one connection.

/** Milliseconds that issue 5 allows at 10,000 instances. */
const bars: Readonly<Record<string, number>> = {
  'DescribeInstances of one id': 2,
  'DescribeInstances by tag, 10 found': 10,
  'DescribeInstances, a page of 1,000': 60,
  'RunInstances of 100': 60,
}

const many = 10_000
/** moto takes minutes to make ten thousand. */
const few = 1000
const form = 'application/x-www-form-urlencoded; charset=utf-8'

/** Median milliseconds by what was called. */
type Times = Readonly<Record<string, number>>

export async function benchEc2(): Promise<void> {
  const ours = await startPocketcloud()
  const atMany = await timesAt(ours, many)
  await ours.stop()
  say(`\nEC2 at ${many.toLocaleString('en')} instances, ms (median of single calls)`)
  table(
    ['call', 'ms', 'allowed'],
    Object.entries(atMany).map(([name, ms]) => [name, ms.toFixed(2), String(bars[name])]),
  )
  const again = await startPocketcloud()
  const atFew = await timesAt(again, few)
  await again.stop()
  const moto = await startMoto()
  if (!moto) return say('moto is not installed: no ratios')
  const theirs = await timesAt(moto, few)
  await moto.stop()
  say(`\nEC2 at ${few.toLocaleString('en')} instances, beside moto`)
  table(
    ['call', 'ms', 'moto ms', 'ratio'],
    Object.entries(atFew).map(([name, ms]) => [
      name,
      ms.toFixed(2),
      theirs[name]!.toFixed(2),
      (theirs[name]! / ms).toFixed(1),
    ]),
  )
}

async function timesAt(server: Server, count: number): Promise<Times> {
  const call = caller(server)
  const image = 'ami-12c6146b'
  const run =
    `Action=RunInstances&ImageId=${image}&InstanceType=t3.micro&MinCount=100&MaxCount=100` +
    '&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=batch&TagSpecification.1.Tag.1.Value=a'
  const ids: string[] = []
  const launches: number[] = []
  while (ids.length < count) {
    const { ms, body } = await call(run)
    launches.push(ms)
    const found = new Set([...body.matchAll(/<instanceId>(i-\w+)/g)].map(([, id]) => id!))
    ids.push(...found)
  }
  const needles = Array.from({ length: 10 }, (_, at) => ids[Math.floor((at * ids.length) / 10)]!)
  const resources = needles.map((id, at) => `&ResourceId.${at + 1}=${id}`).join('')
  await call(`Action=CreateTags${resources}&Tag.1.Key=needle&Tag.1.Value=x`)
  const describe = async (query: (at: number) => string, times: number) => {
    const taken: number[] = []
    for (let at = 0; at < times; at++) {
      taken.push((await call(`Action=DescribeInstances${query(at)}`)).ms)
    }
    return median(taken)
  }
  return {
    'DescribeInstances of one id': await describe(
      (at) => `&InstanceId.1=${ids[(at * 37) % ids.length]}`,
      50,
    ),
    'DescribeInstances by tag, 10 found': await describe(
      () => '&Filter.1.Name=tag%3Aneedle&Filter.1.Value.1=x',
      20,
    ),
    'DescribeInstances, a page of 1,000': await describe(() => '&MaxResults=1000', 10),
    'RunInstances of 100': median(launches.slice(-10)),
  }
}

/** Calls with a signature that is made before the clock starts. */
function caller({ url }: Server) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { hostname, port } = new URL(url)
  const signer = new SignatureV4({
    service: 'ec2',
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    sha256: Hash.bind(null, 'sha256') as never,
  })
  return async (query: string): Promise<{ ms: number; body: string }> => {
    const body = `${query}&Version=2016-11-15`
    const { headers } = await signer.sign(
      new HttpRequest({
        method: 'POST',
        protocol: 'http:',
        hostname,
        port: Number(port),
        path: '/',
        headers: { host: `${hostname}:${port}`, 'content-type': form },
        body,
      }),
    )
    const start = performance.now()
    const answer = await send({ agent, hostname, port, headers, method: 'POST', path: '/' }, body)
    return { ms: performance.now() - start, body: answer }
  }
}

function send(options: object, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`bench: ${response.statusCode} ${text.slice(0, 300)}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
