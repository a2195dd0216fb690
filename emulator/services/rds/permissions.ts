import type { Tag } from '@aws-sdk/client-rds'
import type { Call, Permission } from '../../operation.ts'
import { arnOf, type ResourceType } from './arns.ts'
import { tagsOf } from './rows/tags.ts'

type Context = Readonly<Record<string, string | readonly string[]>>

/** What a permission is for besides the resource. */
export interface Use {
  /** `rds:CreateDBInstance`; by default the operation's own. */
  readonly action?: string
  /** The tags that the request brings. */
  readonly tags?: readonly Tag[] | undefined
  /** Other condition keys: `rds:DatabaseEngine`. */
  readonly context?: Context
  /** Of a resource that is named by an ARN: it may be another account's or region's. */
  readonly arn?: string
}

/**
 * The permission on one resource, with the condition keys of its tags and of the request's.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
 *
 * @param name as it is kept; `*` for all of the type
 */
export function on(call: Call, type: ResourceType, name: string, use: Use = {}): Permission {
  const resource = use.arn ?? arnOf(type, call, name)
  return {
    ...(use.action !== undefined && { action: use.action }),
    resource,
    context: {
      ...resourceTagContext(type, name === '*' ? [] : tagsOf(call, resource)),
      ...requestTagContext(use.tags),
      ...use.context,
    },
  }
}

/** Types whose tags have a condition key of RDS's own besides `aws:ResourceTag`. */
const withOwnTagKey: ReadonlySet<ResourceType> = new Set([
  'cluster',
  'cluster-pg',
  'cluster-snapshot',
  'db',
  'es',
  'og',
  'pg',
  'ri',
  'secgrp',
  'snapshot',
  'subgrp',
])

export const resourceTagContext = (type: ResourceType, tags: readonly Tag[]): Context =>
  Object.fromEntries(
    tags.flatMap(({ Key, Value = '' }) => [
      [`aws:ResourceTag/${Key}`, Value],
      ...(withOwnTagKey.has(type) ? [[`rds:${type}-tag/${Key}`, Value]] : []),
    ]),
  )

/** The condition keys that the tags in a request fill. */
export const requestTagContext = (tags: readonly Tag[] = []): Context =>
  tags.length === 0
    ? {}
    : {
        ...Object.fromEntries(
          tags.flatMap(({ Key, Value = '' }) => [
            [`aws:RequestTag/${Key}`, Value],
            [`rds:req-tag/${Key}`, Value],
          ]),
        ),
        'aws:TagKeys': tags.map(({ Key }) => Key!),
      }
