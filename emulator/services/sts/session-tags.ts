import type { Tag } from '@aws-sdk/client-sts'
import type { SessionContext } from '../../auth/caller.ts'
import {
  duplicateTagKeys,
  reservedTagKey,
  transitiveKeyNotPassed,
  transitiveTagConflict,
} from './errors.ts'

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html

type TagFacts = Required<Pick<SessionContext, 'tags' | 'transitiveTagKeys'>>

const fold = (key: string) => key.toLowerCase()

/**
 * The tags of a new session: those that are passed with it, and the transitive ones of the calling session.
 * Keys are the same whatever their case.
 *
 * @param before the session that the call is made with, in a chain of roles
 * @throws InvalidParameterValue
 */
export function sessionTags(
  passed: readonly Tag[] = [],
  transitive: readonly string[] = [],
  before: SessionContext | undefined,
): TagFacts {
  const keys = new Set(passed.map(({ Key }) => fold(Key!)))
  if (keys.size < passed.length) throw duplicateTagKeys()
  const reserved = passed.find(({ Key }) => fold(Key!).startsWith('aws:'))
  if (reserved) throw reservedTagKey(reserved.Key!)
  if (transitive.some((key) => !keys.has(fold(key)))) throw transitiveKeyNotPassed()
  const inheritedKeys = before?.transitiveTagKeys ?? []
  if (inheritedKeys.some((key) => keys.has(fold(key)))) throw transitiveTagConflict()
  const inherited = inheritedKeys.map((key) => [key, before!.tags[key]!] as const)
  return {
    tags: Object.fromEntries([...inherited, ...passed.map(({ Key, Value }) => [Key!, Value!])]),
    transitiveTagKeys: [
      ...inheritedKeys,
      ...passed.flatMap(({ Key }) =>
        transitive.some((key) => fold(key) === fold(Key!)) ? [Key!] : [],
      ),
    ],
  }
}

/** The condition keys that the tags in a request fill. */
export const tagContext = (
  passed: readonly Tag[] = [],
  transitive: readonly string[] = [],
): Record<string, string | readonly string[]> => ({
  ...Object.fromEntries(passed.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? ''])),
  ...(passed.length > 0 && { 'aws:TagKeys': passed.map(({ Key }) => Key ?? '') }),
  ...(transitive.length > 0 && { 'sts:TransitiveTagKeys': transitive }),
})
