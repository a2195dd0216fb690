import { invalidIdentifier, mustBeProvided } from './errors.ts'

/**
 * A new group's name, in lower case, as RDS keeps it.
 *
 * @param parameter the request's member, for the sentences
 * @throws InvalidParameterValue
 */
export function newName(parameter: string, name: string | undefined): string {
  if (!name) throw mustBeProvided(parameter)
  if (name.length > 255 || !identifier.test(name) || name.endsWith('-') || name.includes('--')) {
    throw invalidIdentifier(parameter)
  }
  return name.toLowerCase()
}

const identifier = /^[a-z][a-z\d-]*$/i

/** A text that has to be there. @throws InvalidParameterValue */
export function required(parameter: string, value: string | undefined): string {
  if (!value) throw mustBeProvided(parameter)
  return value
}
