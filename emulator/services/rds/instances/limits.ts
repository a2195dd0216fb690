import { invalidParameterCombination, invalidParameterValue } from '../errors.ts'
import { invalidIdentifier, mustBeProvided } from '../groups/errors.ts'
import { includedInGp3, storageLimits } from '../orderable.ts'
import { isMysql } from './engines.ts'
import { invalidRetention, invalidSnapshotIdentifier, invalidStorage } from './errors.ts'

const identifier = /^[a-z][a-z\d-]*$/i

/**
 * The identifier of an instance, cluster or snapshot to be, in lower case, as RDS keeps it.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.Constraints
 *
 * @param parameter the request's member, for the sentences
 * @throws InvalidParameterValue
 */
export function newIdentifier(parameter: string, given: string | undefined, most = 63): string {
  if (!given) throw mustBeProvided(parameter)
  if (parameter.endsWith('SnapshotIdentifier') && !/^[a-z]/i.test(given)) {
    throw invalidSnapshotIdentifier(given)
  }
  if (
    given.length > most ||
    !identifier.test(given) ||
    given.endsWith('-') ||
    given.includes('--')
  ) {
    throw invalidIdentifier(parameter)
  }
  return given.toLowerCase()
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html @throws InvalidParameterValue */
export function checkPassword(password: string | undefined, engine = 'postgres'): void {
  const min = 8
  const max = isMysql(engine) ? 41 : 128
  if (!password) throw mustBeProvided('MasterUserPassword')
  if (password.length < min) {
    throw invalidParameterValue(
      `The parameter MasterUserPassword is not a valid password because it is shorter than ${min} characters.`,
    )
  }
  if (password.length > max) {
    throw invalidParameterValue(
      `The parameter MasterUserPassword is not a valid password because it is longer than ${max} characters.`,
    )
  }
  if (!/^[!-~]+$/.test(password) || /[/@" ]/.test(password)) {
    throw invalidParameterValue(
      "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.",
    )
  }
}

/** @throws InvalidParameterValue, InvalidParameterCombination */
export function checkStorage(
  engine: string,
  type: string,
  size: number,
  iops: number | undefined,
): void {
  const limits = storageLimits[type]
  if (!limits) throw invalidParameterValue(`Invalid storage type: ${type}`)
  if (size < limits.size[0] || size > limits.size[1]) throw invalidStorage(engine, type, size)
  if ((type === 'io1' || type === 'io2') && iops === undefined) {
    throw invalidParameterCombination(
      `You must specify Iops parameter when you specify ${type} storage type.`,
    )
  }
  if (iops === undefined) return
  if (!limits.iops) {
    throw invalidParameterCombination(
      `Invalid iops value for engine name ${engine} and storage type ${type}: ${iops}`,
    )
  }
  if (type === 'gp3' && size < 400) {
    throw invalidParameterCombination(
      `You can't specify IOPS or storage throughput for engine ${engine} and a storage size less than 400.`,
    )
  }
  const ratio = iops / size
  const [least, most] = limits.iopsPerGib ?? [0, Infinity]
  if (iops < limits.iops[0] || iops > limits.iops[1]) {
    throw invalidParameterCombination(
      `Invalid iops value for engine name ${engine} and storage type ${type}: ${iops}`,
    )
  }
  if (ratio < least || ratio > most) {
    throw invalidParameterCombination(
      `Invalid iops to storage (GB) ratio for engine name ${engine} and storage type ${type}: ${ratio.toFixed(4)}`,
    )
  }
}

/**
 * @param iops what the storage has; undefined for what is included
 * @throws InvalidParameterCombination
 */
export function checkThroughput(
  engine: string,
  type: string,
  size: number,
  throughput: number | undefined,
  iops: number | undefined,
): void {
  // The provider of Terraform repeats the zero that is shown of storage without it.
  if (!throughput) return
  const limits = storageLimits[type]?.throughput
  if (!limits) {
    throw invalidParameterCombination(
      `Invalid storage throughput value for engine name ${engine} and storage type ${type}: ${throughput}`,
    )
  }
  const [includedIops, included] = includedInGp3(size)
  if (size < 400) {
    if (throughput === included) return
    throw invalidParameterCombination(
      `You can't specify IOPS or storage throughput for engine ${engine} and a storage size less than 400.`,
    )
  }
  const most = Math.min(
    limits[1],
    (iops ?? includedIops) * storageLimits[type]!.throughputPerIops![1],
  )
  if (throughput < limits[0] || throughput > most) {
    throw invalidParameterCombination(
      `Invalid storage throughput value for engine name ${engine} and storage type ${type}: ${throughput}`,
    )
  }
}

/** @throws InvalidParameterCombination for what is no more than the storage that there is */
export function checkLargest(most: number, size: number): void {
  if (most < size) {
    throw invalidParameterCombination('Max storage size must be greater than storage size')
  }
}

/**
 * The identifier of an instance that is to be changed: a name that could be one's, or an ARN of the caller's own.
 *
 * @throws InvalidParameterValue
 */
export function ownIdentifier(
  parameter: string,
  given: string,
  { account, region }: { readonly account: string; readonly region: string },
): string {
  const prefix = `arn:aws:rds:${region}:${account}:db:`
  return newIdentifier(parameter, given.startsWith(prefix) ? given.slice(prefix.length) : given)
}

export function checkRetention(days: number, min = 0): void {
  if (days < min || days > 35) throw invalidRetention(days, min)
}

export function checkPort(port: number, least = 1150): void {
  if (port < least || port > 65_535) {
    throw invalidParameterValue(
      `Invalid endpoint port ${port}, the port must be between ${least} and 65535`,
    )
  }
}

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** In minutes since midnight; `end` may be on the next day. @throws InvalidParameterValue */
export function parseBackupWindow(window: string): { start: number; end: number } {
  const [, h1, m1, h2, m2] = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(window) ?? []
  if (
    h1 === undefined ||
    Number(h1) > 23 ||
    Number(h2) > 23 ||
    Number(m1) > 59 ||
    Number(m2) > 59
  ) {
    throw invalidParameterValue(
      `Invalid backup window format: ${window}. Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC). Example: 03:30-04:00`,
    )
  }
  const start = Number(h1) * 60 + Number(m1)
  const end = Number(h2) * 60 + Number(m2)
  const length = (end - start + 1440) % 1440
  if (length < 30) {
    throw invalidParameterValue('The backup window must be at least 30 minutes.')
  }
  return { start, end: start + length }
}

/** In minutes since Sunday's midnight; `end` may be in the next week. @throws InvalidParameterValue */
export function parseMaintenanceWindow(window: string): { start: number; end: number } {
  const [, d1, h1, m1, d2, h2, m2] =
    /^([a-z]{3}):(\d\d):(\d\d)-([a-z]{3}):(\d\d):(\d\d)$/.exec(window.toLowerCase()) ?? []
  const [from, to] = [days.indexOf(d1 ?? ''), days.indexOf(d2 ?? '')]
  if (d1 === undefined) {
    throw invalidParameterValue(
      `Invalid maintenance window format: ${window}. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC). Example: Sun:23:45-Mon:00:15`,
    )
  }
  for (const [day, hour, minute, text] of [
    [from, h1, m1, `${d1}:${h1}:${m1}`],
    [to, h2, m2, `${d2}:${h2}:${m2}`],
  ] as const) {
    if (day < 0 || Number(hour) > 23 || Number(minute) > 59) {
      throw invalidParameterValue(`Invalid day:hour:minute value ${text}`)
    }
  }
  const start = from * 1440 + Number(h1) * 60 + Number(m1)
  const end = to * 1440 + Number(h2) * 60 + Number(m2)
  const length = (end - start + 10_080) % 10_080
  if (length < 30) {
    throw invalidParameterValue('The maintenance window must be at least 30 minutes.')
  }
  if (length >= 1440) throw invalidParameterValue('Maintenance window must be less than 24 hours.')
  return { start, end: start + length }
}

/** @throws InvalidParameterValue where the two windows meet */
export function checkWindows(backup: string, maintenance: string): void {
  const a = parseBackupWindow(backup)
  const b = parseMaintenanceWindow(maintenance)
  for (let day = -1; day < 9; day++) {
    if (a.start + day * 1440 < b.end && b.start < a.end + day * 1440) {
      throw invalidParameterValue('The backup window and maintenance window must not overlap.')
    }
  }
}

/** Windows that RDS would choose within its own block of eight hours; `random` in [0, 1). */
export function chosenWindows(random: number): { backup: string; maintenance: string } {
  const two = (value: number) => String(value).padStart(2, '0')
  const backup = 3 * 60 + Math.trunc(random * 16) * 15
  const clock = (minutes: number) => `${two(Math.trunc(minutes / 60) % 24)}:${two(minutes % 60)}`
  const maintenance = backup + 120
  const day = days[Math.trunc(random * 7)]!
  return {
    backup: `${clock(backup)}-${clock(backup + 30)}`,
    maintenance: `${day}:${clock(maintenance)}-${day}:${clock(maintenance + 30)}`,
  }
}
