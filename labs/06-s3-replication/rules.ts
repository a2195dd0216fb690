import { ListRolesCommand } from '@aws-sdk/client-iam'
import type { ReplicationRule } from '@aws-sdk/client-s3'
import { GetBucketReplicationCommand, S3ServiceException } from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import type { Found } from './buckets.ts'

const service = 's3.amazonaws.com'

export async function checkRole({ iam, values }: Cloud): Promise<Verdict> {
  const { Roles = [] } = await iam.send(new ListRolesCommand({}))
  const role = Roles.find(({ RoleName }) => RoleName === values['role'])
  if (!role) return failed(`You have no role called ${values['role']}. Expected one for S3.`)
  const trust = decodeURIComponent(role.AssumeRolePolicyDocument ?? '')
  return trust.includes(`"${service}"`)
    ? passed()
    : failed(
        `Your role ${role.RoleName} does not trust ${service}. Expected that S3 may assume it.`,
      )
}

/** The rules in force that lead to the replica's bucket. */
async function rulesTo({ name, s3 }: Found, replica: string): Promise<ReplicationRule[]> {
  try {
    const { ReplicationConfiguration } = await s3.send(
      new GetBucketReplicationCommand({ Bucket: name }),
    )
    return (ReplicationConfiguration?.Rules ?? []).filter(
      ({ Status, Destination }) =>
        Status === 'Enabled' && Destination?.Bucket === `arn:aws:s3:::${replica}`,
    )
  } catch (error) {
    if (
      error instanceof S3ServiceException &&
      error.name === 'ReplicationConfigurationNotFoundError'
    ) {
      return []
    }
    throw error
  }
}

const noRule = ({ name }: Found, replica: string): Verdict =>
  failed(`Your bucket ${name} has no rule, in force, that replicates to ${replica}. Expected one.`)

export async function checkModels(source: Found, { values }: Cloud): Promise<Verdict> {
  const replica = values['replica']!
  const [rule] = await rulesTo(source, replica)
  if (!rule) return noRule(source, replica)
  const prefix = rule.Filter?.And?.Prefix ?? rule.Filter?.Prefix ?? rule.Prefix ?? ''
  if (prefix === 'models/') return passed()
  const found = prefix === '' ? 'everything' : `what begins with ${prefix}`
  return failed(`Your rule ${rule.ID} replicates ${found}. Expected what begins with models/.`)
}

export async function checkDeleteMarkers(source: Found, { values }: Cloud): Promise<Verdict> {
  const replica = values['replica']!
  const [rule] = await rulesTo(source, replica)
  if (!rule) return noRule(source, replica)
  // The old form, without a filter, replicates them without being asked.
  if (!rule.Filter || rule.DeleteMarkerReplication?.Status === 'Enabled') return passed()
  return failed(`Your rule ${rule.ID} leaves delete markers out. Expected that it replicates them.`)
}
