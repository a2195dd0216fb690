import { AwsError } from '../../errors.ts'

// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html and each operation's list.

export const invalidParameterValue = (message: string) =>
  new AwsError('InvalidParameterValue', message)

export const invalidParameterCombination = (message: string) =>
  new AwsError('InvalidParameterCombination', message)

export const instanceNotFound = (id: string) =>
  new AwsError('DBInstanceNotFound', `DBInstance ${id} not found.`, { status: 404 })

export const invalidMaxRecords = (value: number, min: number, max: number) =>
  invalidParameterValue(`Invalid value ${value} for MaxRecords. Must be between ${min} and ${max}`)

export const invalidMarker = () => invalidParameterValue('The marker in the request is invalid.')

export const unknownFilter = (name: string) =>
  invalidParameterValue(`Unrecognized filter name: ${name}`)

/** @param values what the filter takes: `DB Instance Identifiers` */
export const emptyFilter = (values: string) =>
  invalidParameterCombination(`The list of ${values} must not be empty.`)

export const unknownEngine = (name: string) =>
  invalidParameterValue(`Unrecognized engine name: ${name}`)
