import { AwsError } from '../../../errors.ts'
import { invalidParameterValue } from '../errors.ts'

export const prefixListVersionMismatch = () =>
  new AwsError('PrefixListVersionMismatch', 'The prefix list has the incorrect version number.')

export const prefixListFull = (most: number) =>
  new AwsError(
    'PrefixListMaxEntriesExceeded',
    `You've reached the maximum number of entries for the prefix list: ${most}.`,
  )

export const awsManagedList = (id: string) =>
  new AwsError('UnauthorizedOperation', `You cannot modify the AWS-managed prefix list '${id}'.`, {
    status: 403,
  })

export const prefixListInUse = (id: string) =>
  new AwsError('PrefixListInUse', `The prefix list '${id}' is in use.`)

export const duplicateEntry = (cidr: string) =>
  invalidParameterValue(`Duplicate entry '${cidr}' in the prefix list.`)

export const noSuchEntry = (cidr: string) =>
  invalidParameterValue(`The entry '${cidr}' does not exist in the prefix list.`)
