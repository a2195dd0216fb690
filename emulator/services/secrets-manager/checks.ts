import type { Tag } from '@aws-sdk/client-secrets-manager'
import { invalidName, invalidParameter } from './errors.ts'

const mostTags = 50

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html @throws ValidationException */
export function checkName(name: string): string {
  if (!/^[\w/+=.@-]+$/.test(name)) throw invalidName()
  return name
}

/** A name that no secret can have, in the place of a name or an ARN. @throws ValidationException */
export function checkSecretId(id: string): void {
  if (!id.startsWith('arn:') && !/^[\w/+=.@!-]*$/.test(id)) throw invalidName()
}

/** @throws InvalidParameterException */
export function checkTags(tags: readonly Tag[] = []): void {
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) {
    throw invalidParameter('The request contains duplicate tag keys.')
  }
  if (tags.length > mostTags) throw invalidParameter(`The request has more than ${mostTags} tags.`)
  if (tags.some(({ Key = '' }) => /^aws:/i.test(Key))) {
    throw invalidParameter('Tag keys must not begin with the reserved prefix aws:.')
  }
}

/** The tags after a change, in the order in which they were added. */
export function withTags(tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  const all = new Map(tags.map(({ Key, Value }) => [Key, Value]))
  for (const { Key, Value } of added) all.set(Key, Value)
  const list = [...all].map(([Key, Value]) => ({ Key, Value }))
  checkTags(list)
  return list
}
