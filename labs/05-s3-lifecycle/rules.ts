import type { LifecycleRule } from '@aws-sdk/client-s3'
import { GetBucketLifecycleConfigurationCommand, S3ServiceException } from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

/** The rules that are in force. */
async function enabledRules(bucket: string, { s3 }: Cloud): Promise<LifecycleRule[]> {
  try {
    const { Rules = [] } = await s3.send(
      new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }),
    )
    return Rules.filter(({ Status }) => Status === 'Enabled')
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === 'NoSuchLifecycleConfiguration') {
      return []
    }
    throw error
  }
}

const prefixOf = ({ Filter, Prefix }: LifecycleRule): string =>
  Filter?.And?.Prefix ?? Filter?.Prefix ?? Prefix ?? ''

const objectsOf = (rule: LifecycleRule): string => {
  const prefix = prefixOf(rule)
  return prefix === '' ? 'everything' : `what begins with ${prefix}`
}

const missing = (what: string): Verdict =>
  failed(`Your bucket has no rule, in force, that ${what}. Expected one, as in step 3.`)

export async function checkForModels(bucket: string, cloud: Cloud): Promise<Verdict> {
  const rules = (await enabledRules(bucket, cloud)).filter((rule) => rule.Transitions?.length)
  const [first] = rules
  if (!first) return missing('moves objects to another class')
  if (rules.every((rule) => prefixOf(rule) === 'models/')) return passed()
  return failed(
    `Your rule ${first.ID} moves ${objectsOf(first)}. Expected what begins with models/ and nothing else.`,
  )
}

/** Whether some rule moves objects to a class after so many days. */
export const checkTransition =
  (storageClass: string, days: number) =>
  async (bucket: string, cloud: Cloud): Promise<Verdict> => {
    const transitions = (await enabledRules(bucket, cloud))
      .flatMap(({ Transitions = [] }) => Transitions)
      .filter((transition) => transition.StorageClass === storageClass)
    const [first] = transitions
    if (!first) return missing(`moves objects to ${storageClass}`)
    if (transitions.some((transition) => transition.Days === days)) return passed()
    const found = first.Days === undefined ? 'on a date' : `after ${first.Days} days`
    return failed(`Your rule moves objects to ${storageClass} ${found}. Expected ${days} days.`)
  }

export async function checkLogs(bucket: string, cloud: Cloud): Promise<Verdict> {
  const rules = (await enabledRules(bucket, cloud)).filter(
    ({ Expiration }) => Expiration?.Days !== undefined || Expiration?.Date !== undefined,
  )
  const [first] = rules
  if (!first) return missing('deletes logs')
  const rule = rules.find((one) => prefixOf(one) === 'logs/')
  if (!rule) {
    return failed(
      `Your rule ${first.ID} deletes ${objectsOf(first)}. Expected what begins with logs/ and nothing else.`,
    )
  }
  const { Days: days } = rule.Expiration!
  if (days === 30) return passed()
  return failed(
    `Your rule ${rule.ID} deletes logs ${days === undefined ? 'on a date' : `after ${days} days`}. Expected 30 days.`,
  )
}

export async function checkUploads(bucket: string, cloud: Cloud): Promise<Verdict> {
  const rules = (await enabledRules(bucket, cloud)).filter(
    (rule) => rule.AbortIncompleteMultipartUpload !== undefined,
  )
  const [first] = rules
  if (!first) return missing('gives up uploads that were not finished')
  if (rules.some((rule) => rule.AbortIncompleteMultipartUpload!.DaysAfterInitiation === 7)) {
    return passed()
  }
  const days = first.AbortIncompleteMultipartUpload!.DaysAfterInitiation
  return failed(`Your rule ${first.ID} gives up uploads after ${days} days. Expected 7 days.`)
}
