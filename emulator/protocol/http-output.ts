import type { NormalizedSchema } from '@smithy/core/schema'
import { headerWriter } from './http-values.ts'
import { kindOf, membersOf, type Member } from './schema.ts'

export interface HttpOutput {
  /** Puts the members that are headers into `headers`. */
  writeHeaders(output: object, headers: Record<string, string>): void
  /** The status: the member that says it, else the operation's own. */
  status(output: object): number
  readonly payload: Member | undefined
  readonly body: readonly Member[]
}

type WriteMember = (value: unknown, headers: Record<string, string>) => void

/**
 * Compiles the part of an output that is not in the body.
 *
 * @param usual the status of an answer that says none itself
 */
export function httpOutput(schema: NormalizedSchema, usual: number): HttpOutput {
  const members = kindOf(schema) === 'unit' ? [] : membersOf(schema)
  const writers = new Map<string, WriteMember>()
  const body: Member[] = []
  for (const member of members) {
    const write = memberWriter(member)
    if (write) writers.set(member.name, write)
    else if (!member.traits.httpPayload && !member.traits.httpResponseCode) body.push(member)
  }
  const statusName = members.find(({ traits }) => traits.httpResponseCode)?.name
  return {
    payload: members.find(({ traits }) => traits.httpPayload),
    body,
    writeHeaders(output, headers) {
      // Outputs have a few of the many members that they could have.
      for (const name in output) {
        const value = (output as Record<string, unknown>)[name]
        if (value !== undefined && value !== null) writers.get(name)?.(value, headers)
      }
    },
    status(output) {
      const said = statusName && (output as Record<string, unknown>)[statusName]
      return typeof said === 'number' ? said : usual
    },
  }
}

function memberWriter({ schema, traits }: Member): WriteMember | undefined {
  const { httpHeader, httpPrefixHeaders } = traits
  if (httpHeader !== undefined) {
    const write = headerWriter(schema)
    return (value, headers) => {
      headers[httpHeader] = write(value)
    }
  }
  if (httpPrefixHeaders !== undefined) {
    const write = headerWriter(schema.getValueSchema())
    return (value, headers) => {
      for (const [key, item] of Object.entries(value as Record<string, unknown>)) {
        if (item !== undefined && item !== null) headers[httpPrefixHeaders + key] = write(item)
      }
    }
  }
  return undefined
}
