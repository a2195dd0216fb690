import { invalidArgument, invalidRequest } from '../errors.ts'

// AWS's sentences, as clients quote them. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html

export const tooManyRules = () =>
  invalidRequest('The number of lifecycle rules must not exceed the allowed limit of 1000 rules.')

export const idTooLong = (id: string) =>
  invalidArgument('ID length should not exceed allowed limit of 255', 'ID', id)

export const sameId = (id: string) =>
  invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', id)

export const filterInOldForm = () =>
  invalidRequest('Filter element can only be used in Lifecycle V2.')

export const prefixInNewForm = () =>
  invalidRequest(
    'Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.',
  )

export const newerVersionsInOldForm = () =>
  invalidRequest('NewerNoncurrentVersions element can only be used in Lifecycle V2.')

export const overlappingPrefixes = (one: string, other: string, action: string) =>
  invalidRequest(
    `Found overlapping prefixes '${one}' and '${other}' for same action type '${action}'`,
  )

export const noAction = () => invalidRequest('At least one action needs to be specified in a rule')

export const prefixTooLong = (prefix: string) =>
  invalidArgument('The maximum size of a prefix is 1024', 'Prefix', prefix)

export const sameTagKey = () => invalidRequest('Duplicate Tag Keys are not allowed.')

export const tagKeyLength = () => invalidRequest("A Tag's Key must be a length between 1 and 128.")

export const tagValueLength = () =>
  invalidRequest("A Tag's Value must be a length between 0 and 256.")

export const sizeOutOfRange = (name: string, least: number, most: number) =>
  invalidRequest(`'${name}' should be between ${least} and ${most}.`)

export const sizesInDisorder = () =>
  invalidRequest("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.")

/** @param what `Tags` or `Object Size` */
export const notWithFilter = (action: string, what: string) =>
  invalidRequest(`${action} cannot be specified with ${what}.`)

export const notPositive = (name: string, action: string, value: number) =>
  invalidArgument(`'${name}' for ${action} action must be a positive integer`, name, value)

export const negative = (name: string, action: string, value: number) =>
  invalidArgument(`'${name}' in ${action} action must be nonnegative`, name, value)

export const notAtMidnight = (date: Date) =>
  invalidArgument("'Date' must be at midnight GMT", 'Date', date.toISOString())

export const notATarget = (storageClass: string) =>
  invalidArgument(
    'Invalid target Storage class for Transition action',
    'StorageClass',
    storageClass,
  )

export const tooSoon = (action: string, name: string, storageClass: string, value: number) =>
  invalidArgument(
    `'${name}' in ${action} action must be greater than or equal to 30 for storageClass '${storageClass}'`,
    name,
    value,
  )

export const sameStorageClass = (action: string, filter: string) =>
  invalidRequest(
    `'StorageClass' must be different for '${action}' actions in same 'Rule' with filter '${filter}'`,
  )

export const mixedTransitions = (filter: string) =>
  invalidRequest(
    `Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule for filter '${filter}'`,
  )

export const mixedActions = (filter: string) =>
  invalidRequest(
    `Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for filter '${filter}'`,
  )

interface Order {
  readonly name: string
  readonly action: string
  readonly filter: string
  readonly warmer: string
  readonly colder: string
  readonly value: string | number
}

export const transitionsInDisorder = ({ name, action, filter, warmer, colder, value }: Order) =>
  invalidArgument(
    `'${name}' in the ${action} action for StorageClass '${colder}' for filter '${filter}' must be greater than ` +
      `'${name}' in the ${action} action for StorageClass '${warmer}' for filter '${filter}'`,
    name,
    value,
  )

export const transitionsTooClose = (
  { name, action, filter, warmer, colder, value }: Order,
  days: number,
) =>
  invalidArgument(
    `'${name}' in the ${action} action for StorageClass '${colder}' for filter '${filter}' must be ${days} days more than ` +
      `'filter '${filter}'' in the ${action} action for StorageClass '${warmer}'`,
    name,
    value,
  )

export const expiresTooSoon = (
  name: string,
  action: string,
  transition: string,
  filter: string,
  value: string | number,
) =>
  invalidArgument(
    `'${name}' in the ${action} action for filter '${filter}' must be greater than '${name}' in the ${transition} action`,
    name,
    value,
  )

export const unknownMinimumSize = (size: string) =>
  invalidRequest(`Invalid TransitionDefaultMinimumObjectSize found: ${size}`)
