import type { Database, SqlValue } from '../../../store/database.ts'

/** A virtual MFA device. */
export interface MfaDevice {
  readonly account: string
  /** `arn:aws:iam::…:mfa/…` */
  readonly serial: string
  readonly seed: Buffer
  /** Whose it is; null while it is not enabled for anybody. */
  readonly userId: string | null
  /** Virtual time in ms since the epoch, like `createdAt`. */
  readonly enabledAt: number | null
  readonly createdAt: number
  /** How many steps of 30 s its clock is ahead. */
  readonly drift: number
  /** The second step of the last pair of codes it was enabled or resynchronized by. */
  readonly pairedStep: number
  /** The steps whose codes have been used of late. */
  readonly usedSteps: readonly number[]
  readonly tags: Readonly<Record<string, string>>
}

interface MfaDeviceRow {
  account: string
  serial: string
  seed: string
  user_id: string | null
  enabled_at: number | null
  created_at: number
  drift: number
  paired_step: number
  used_steps: string
  tags: string
}

const columns =
  'account, serial, seed, user_id, enabled_at, created_at, drift, paired_step, used_steps, tags'

const toDevice = (row: MfaDeviceRow): MfaDevice => ({
  account: row.account,
  serial: row.serial,
  seed: Buffer.from(row.seed, 'hex'),
  userId: row.user_id,
  enabledAt: row.enabled_at,
  createdAt: row.created_at,
  drift: row.drift,
  pairedStep: row.paired_step,
  usedSteps: JSON.parse(row.used_steps) as number[],
  tags: JSON.parse(row.tags) as Record<string, string>,
})

export function findMfaDevice(
  db: Database,
  account: string,
  serial: string,
): MfaDevice | undefined {
  const row = db.get<MfaDeviceRow>(
    `select ${columns} from iam_mfa_devices where serial = ? and account = ?`,
    serial,
    account,
  )
  return row && toDevice(row)
}

/** A user's devices, by serial number: at most eight. */
export const mfaDevicesOf = (db: Database, account: string, userId: string): MfaDevice[] =>
  db
    .all<MfaDeviceRow>(
      `select ${columns} from iam_mfa_devices where user_id = ? and account = ? order by serial`,
      userId,
      account,
    )
    .map(toDevice)

/**
 * A page of an account's devices, by serial number.
 *
 * @param assigned only those of users, or only those of nobody
 */
export function listMfaDevices(
  db: Database,
  account: string,
  { assigned, after, limit }: { assigned: boolean | undefined; after: string; limit: number },
): MfaDevice[] {
  const wanted = assigned === undefined ? null : Number(assigned)
  return db
    .all<MfaDeviceRow>(
      `select ${columns} from iam_mfa_devices
       where account = ? and serial > ? and coalesce(?, user_id is not null) = (user_id is not null)
       order by serial limit ?`,
      account,
      after,
      wanted,
      limit,
    )
    .map(toDevice)
}

/** Adds a device, or replaces the one with its serial number. */
export function putMfaDevice(db: Database, device: MfaDevice): void {
  const values: SqlValue[] = [
    device.account,
    device.serial,
    device.seed.toString('hex'),
    device.userId,
    device.enabledAt,
    device.createdAt,
    device.drift,
    device.pairedStep,
    JSON.stringify(device.usedSteps),
    JSON.stringify(device.tags),
  ]
  db.run(
    `insert or replace into iam_mfa_devices (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...values,
  )
}

export function deleteMfaDevice(db: Database, device: MfaDevice): void {
  db.run(
    'delete from iam_mfa_devices where serial = ? and account = ?',
    device.serial,
    device.account,
  )
}

export const countMfaDevices = (db: Database, account: string): { all: number; assigned: number } =>
  db.get<{ all: number; assigned: number }>(
    `select count(*) as "all", count(user_id) as assigned from iam_mfa_devices where account = ?`,
    account,
  )!
