import type { Parameter } from '@aws-sdk/client-ssm'
import type { Call, Permission } from '../../operation.ts'
import type { KeyScope } from '../../ports.ts'
import { isPublicName, parameterArn } from './arns.ts'
import { labelNotFound, parameterNotFound, versionNotFound } from './errors.ts'
import { keyOf, parseName } from './names.ts'
import { publicParameters } from './public-parameters.ts'
import type { PublicParameter } from './public-parameters.ts'
import { findParameter, findVersion, labelsOf, tagsOf, versionsOf } from './rows/parameters.ts'
import type { ParameterRow, VersionRow } from './rows/parameters.ts'
import { decryptPermissions, shownValue } from './values.ts'

/** What reading a parameter takes. */
type Reader = KeyScope & Pick<Call, 'ports'>

/** What a name leads to. */
type Found =
  | { readonly kind: 'own'; readonly row: ParameterRow; readonly version: VersionRow }
  | { readonly kind: 'public'; readonly parameter: PublicParameter }

/** @throws ParameterNotFound, ParameterVersionNotFound */
export function findNamed(call: Reader, text: string): Found & { selector: string | undefined } {
  const named = parseName(text)
  if (!named) throw parameterNotFound(text)
  const { name, selector } = named
  if (isPublicName(name)) {
    const parameter = publicParameters(call.ports.places, call.region).get(name)
    if (!parameter) throw parameterNotFound(text)
    return { kind: 'public', parameter, selector }
  }
  const row = findParameter(call, keyOf(name))
  if (!row) throw parameterNotFound(text)
  return { kind: 'own', row, version: versionOf(call, row, selector), selector }
}

function versionOf(call: Reader, row: ParameterRow, selector: string | undefined): VersionRow {
  if (selector === undefined) return findVersion(call, row.key, row.version)!
  if (/^\d+$/.test(selector)) {
    const found = findVersion(call, row.key, Number(selector))
    if (!found) throw versionNotFound(selector, row.name)
    return found
  }
  const found = versionsOf(call, row.key).find((one) => labelsOf(one).includes(selector))
  if (!found) throw labelNotFound(selector, row.name)
  return found
}

/** A parameter with its value. */
export function shownParameter(
  call: Reader,
  found: Found & { readonly selector?: string | undefined },
  withDecryption: boolean | undefined,
): Parameter {
  const selector = found.selector === undefined ? {} : { Selector: `:${found.selector}` }
  if (found.kind === 'public') {
    const { name, value, modifiedAt } = found.parameter
    return {
      Name: name,
      Type: 'String',
      Value: value,
      Version: 1,
      LastModifiedDate: new Date(modifiedAt),
      ARN: parameterArn(call, name),
      DataType: 'text',
      ...selector,
    }
  }
  const { row, version } = found
  return {
    Name: row.name,
    Type: version.type,
    Value: shownValue(call, row.name, version, withDecryption),
    Version: version.version,
    LastModifiedDate: new Date(version.modified_at),
    ARN: parameterArn(call, row.name),
    DataType: version.data_type,
    ...selector,
  }
}

/** The permission on a parameter, with its tags as condition keys. */
export function onParameter(
  call: Reader,
  text: string,
  extra: { action?: string; context?: Record<string, string | readonly string[]> } = {},
): Permission {
  const name = parseName(text)?.name ?? text
  const row = isPublicName(name) ? undefined : findParameter(call, keyOf(name))
  const tags = Object.entries(row ? tagsOf(row) : {})
  return {
    ...(extra.action ? { action: extra.action } : {}),
    resource: parameterArn(call, name),
    context: {
      ...Object.fromEntries(tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
      ...Object.fromEntries(tags.map(([key, value]) => [`ssm:resourceTag/${key}`, value])),
      ...extra.context,
    },
  }
}

/** What reading the decrypted values of parameters takes of their keys. */
export function decryption(
  call: Call,
  names: readonly string[],
  withDecryption: boolean | undefined,
): Permission[] {
  if (!withDecryption) return []
  return names.flatMap((text) => {
    const name = parseName(text)?.name ?? text
    const row = findParameter(call, keyOf(name))
    const version = row && findVersion(call, row.key, row.version)
    return row && version?.wrapped_key
      ? decryptPermissions(call, row.name, version.wrapped_key)
      : []
  })
}
