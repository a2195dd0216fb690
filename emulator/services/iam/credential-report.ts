import type { Database } from '../../store/database.ts'
import { rootArn, userArn } from './arns.ts'
import { findAccessKeyUse } from './rows/access-key-uses.ts'
import { accessKeysOf } from './rows/access-keys.ts'
import { findLoginProfile } from './rows/login-profiles.ts'
import { mfaDevicesOf } from './rows/mfa-devices.ts'
import { findPasswordPolicy } from './rows/password-policies.ts'
import { signingCertificatesOf } from './rows/signing-certificates.ts'
import { listUsers, oldestUser, type User } from './rows/users.ts'

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
// The guide has one column more, for users with more than two keys, which AWS leaves out of the reports it makes.

const columns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  'access_key_1_active',
  'access_key_1_last_rotated',
  'access_key_1_last_used_date',
  'access_key_1_last_used_region',
  'access_key_1_last_used_service',
  'access_key_2_active',
  'access_key_2_last_rotated',
  'access_key_2_last_used_date',
  'access_key_2_last_used_region',
  'access_key_2_last_used_service',
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
]

const none = 'N/A'
const day = 24 * 3600 * 1000

/**
 * The report on all credentials of an account: CSV, the root user first, then the users by name. The lines end with a line feed,
 * but for the last.
 *
 * @param now virtual time in ms since the epoch
 */
export function credentialReport(db: Database, account: string, now: number): string {
  const users = listUsers(db, account, { pathPrefix: '/', after: '', limit: 1_000_000 })
  const rows = [columns, rootRow(db, account, now), ...users.map((user) => userRow(db, user))]
  return rows.map((row) => row.map(field).join(',')).join('\n')
}

/** The root user here has a password, as an account's owner does, but nobody signs in with it. */
function rootRow(db: Database, account: string, now: number): string[] {
  const createdAt = oldestUser(db, account)?.createdAt ?? now
  return [
    '<root_account>',
    rootArn(account),
    time(createdAt),
    'true',
    'no_information',
    time(createdAt),
    'not_supported',
    'false',
    ...keyFields(db, account, account),
    ...certificateFields(db, account, account),
  ]
}

function userRow(db: Database, { account, id, name, path, createdAt }: User): string[] {
  return [
    name,
    userArn(account, path, name),
    time(createdAt),
    ...passwordFields(db, account, id),
    String(mfaDevicesOf(db, account, id).length > 0),
    ...keyFields(db, account, id),
    ...certificateFields(db, account, id),
  ]
}

function passwordFields(db: Database, account: string, userId: string): string[] {
  const profile = findLoginProfile(db, account, userId)
  if (!profile) return ['false', none, none, none]
  const maxAge = findPasswordPolicy(db, account)?.maxAge ?? null
  const next = maxAge === null ? none : time(profile.changedAt + maxAge * day)
  return ['true', 'no_information', time(profile.changedAt), next]
}

function keyFields(db: Database, account: string, userId: string): string[] {
  const keys = accessKeysOf(db, account, userId).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return [keys[0], keys[1]].flatMap((key) => {
    if (!key) return ['false', none, none, none, none]
    const use = findAccessKeyUse(db, key.id)
    const used = use ? [time(use.usedAt), use.region, use.service] : [none, none, none]
    return [String(key.status === 'Active'), time(key.createdAt), ...used]
  })
}

/** An inactive certificate comes first. */
function certificateFields(db: Database, account: string, userId: string): string[] {
  const rank = { Inactive: 0, Active: 1 }
  const certificates = signingCertificatesOf(db, account, userId).toSorted(
    (a, b) => rank[a.status] - rank[b.status] || a.uploadedAt - b.uploadedAt,
  )
  return [certificates[0], certificates[1]].flatMap((certificate) =>
    certificate
      ? [String(certificate.status === 'Active'), time(certificate.uploadedAt)]
      : ['false', none],
  )
}

const time = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

/** Names may have commas in them. */
const field = (text: string): string =>
  /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
