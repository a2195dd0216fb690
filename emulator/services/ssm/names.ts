import { reservedName, tooManyLevels, validation } from './errors.ts'

// What parameters are called. https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html

const mostLevels = 15
const form =
  'If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_'

/** @throws ValidationException, AccessDeniedException for AWS's own names, HierarchyLevelLimitExceededException */
export function checkNewName(name: string): void {
  const isPath = name.startsWith('/')
  if (isPath && /^\/aws/i.test(name)) throw reservedName(name)
  if (isPath && /^\/ssm/i.test(name)) {
    throw validation(`Parameter name: can't be prefixed with "ssm" (case-insensitive). ${form}`)
  }
  if (/^(aws|ssm)/i.test(name)) {
    throw validation(`Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive).`)
  }
  if (!isPath && name.includes('/')) {
    throw validation('Parameter name must be a fully qualified name.')
  }
  if (!/^(?:\/?[a-zA-Z0-9._-]+)+$/.test(name)) {
    throw validation(`Parameter name: ${form}`)
  }
  if (name.split('/').length - 1 > mostLevels) throw tooManyLevels()
}

/** @throws ValidationException for what is asked for and can't be a name */
export function checkAskedName(name: string): void {
  if (name.startsWith('arn:')) return
  if (name.includes('//') || /^[^/]+\//.test(name)) {
    throw validation(`Parameter name: can't be prefixed with "ssm" (case-insensitive). ${form}`)
  }
}

/** What a parameter is found by: AWS takes `x` and `/x` for the same. */
export const keyOf = (name: string): string =>
  name.startsWith('/') && !name.slice(1).includes('/') ? name.slice(1) : name

/** A name with what may follow it. */
export interface NamedVersion {
  readonly name: string
  /** A version or a label, after the colon; undefined for the current version. */
  readonly selector: string | undefined
}

/**
 * Reads `name`, `name:3`, `name:label` and ARNs.
 *
 * @returns undefined for what cannot be a parameter's
 */
export function parseName(text: string): NamedVersion | undefined {
  const [, path] = /^arn:[^:]*:ssm:[^:]*:[^:]*:parameter(\/.+)$/.exec(text) ?? []
  // In an ARN the slash of `parameter/x` also stands for names without one.
  const parts = (path ?? text).split(':')
  if (parts.length > 2 || parts[0] === '') return undefined
  return { name: parts[0]!, selector: parts[1] }
}
