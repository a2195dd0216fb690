import { DescribeSpotPriceHistoryCommand } from '@aws-sdk/client-ec2'
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { projectInstances, projectVolumes } from './inventory.ts'

/** Dollars, as the lab's text gives them. */
const perHour: Readonly<Record<string, number>> = {
  't3.small': 0.0208,
  't3.medium': 0.0416,
  'm5.large': 0.096,
}
const perGigabyte: Readonly<Record<string, number>> = { gp3: 0.08, gp2: 0.1 }
const storage = 0.023
const month = 730
const workingHours = 217

type Estimate = Readonly<Record<string, unknown>>

async function readEstimate({ s3, values }: Cloud): Promise<Estimate | string> {
  const Bucket = values['bucket']!
  const where = `s3://${Bucket}/estimate.json`
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}))
  if (!Buckets.some(({ Name }) => Name === Bucket)) return `There is no ${where}.`
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket, Prefix: 'estimate.json' }),
  )
  if (!Contents.some(({ Key }) => Key === 'estimate.json')) return `There is no ${where}.`
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'estimate.json' }))
  try {
    return (JSON.parse(await Body!.transformToString()) ?? {}) as Estimate
  } catch {
    return `Your ${where} is not JSON.`
  }
}

/** What a month of the parts costs, by what is there. */
async function parts(cloud: Cloud) {
  const instances = await projectInstances(cloud)
  const volumes = await projectVolumes(cloud)
  const hour = instances.reduce((sum, { InstanceType }) => sum + (perHour[InstanceType!] ?? 0), 0)
  const ebs = volumes.reduce(
    (sum, { VolumeType, Size }) => sum + (perGigabyte[VolumeType!] ?? 0) * Size!,
    0,
  )
  return { hour, ec2: hour * month, ebs, s3: Number(cloud.values['stored']) * storage }
}

/** A hundredth off, or two cents of rounding, is right. */
const isAbout = (given: number, expected: number) =>
  Math.abs(given - expected) <= Math.max(expected * 0.01, 0.02)

async function compare(
  cloud: Cloud,
  name: string,
  what: string,
  expected: (found: Awaited<ReturnType<typeof parts>>) => number,
): Promise<Verdict> {
  const estimate = await readEstimate(cloud)
  if (typeof estimate === 'string') return failed(`${estimate} Expected your estimate.`)
  const given = estimate[name]
  if (typeof given !== 'number') {
    return failed(`Your estimate has no number called ${name}. Expected ${what}, in dollars.`)
  }
  const right = expected(await parts(cloud))
  return isAbout(given, right)
    ? passed()
    : failed(
        `Your estimate says ${name}: ${given}. By what is there, ${what} is $${right.toFixed(2)} a month.`,
      )
}

const descriptions = {
  ec2: 'the instance',
  ebs: 'what the disks cost, with the one the instance starts from,',
  s3: 'the storage',
}

export const checkPart = (name: keyof typeof descriptions) => (cloud: Cloud) =>
  compare(cloud, name, descriptions[name], (found) => found[name])

export const checkTotal = (cloud: Cloud) =>
  compare(cloud, 'total', 'all of it together', ({ ec2, ebs, s3 }) => ec2 + ebs + s3)

export const checkWorkdays = (cloud: Cloud) =>
  compare(
    cloud,
    'workdays',
    'it with the instance on for 217 hours and everything else always',
    ({ hour, ebs, s3 }) => hour * workingHours + ebs + s3,
  )

/** Prices have moved since: any that the market had in the last day, in any zone, is right. */
export async function checkSpot(cloud: Cloud): Promise<Verdict> {
  const estimate = await readEstimate(cloud)
  if (typeof estimate === 'string') return failed(`${estimate} Expected your estimate.`)
  const given = estimate['spot']
  if (typeof given !== 'number') return failed('Your estimate has no number called spot.')
  const { hour, ebs, s3 } = await parts(cloud)
  if (hour === 0) return failed('No instance of the project runs.')
  const { SpotPriceHistory = [] } = await cloud.ec2.send(
    new DescribeSpotPriceHistoryCommand({
      InstanceTypes: [cloud.values['type'] as never],
      ProductDescriptions: ['Linux/UNIX'],
      StartTime: new Date(Date.now() - 24 * 3_600_000),
    }),
  )
  const months = SpotPriceHistory.map(({ SpotPrice }) => Number(SpotPrice) * month + ebs + s3)
  if (months.some((right) => isAbout(given, right))) return passed()
  const [low, high] = [Math.min(...months), Math.max(...months)]
  return failed(
    `Your estimate says spot: ${given}. At today's spot prices it is from $${low.toFixed(2)} to $${high.toFixed(2)} a month.`,
  )
}
