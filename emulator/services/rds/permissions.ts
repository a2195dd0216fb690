import type { Tag } from '@aws-sdk/client-rds'
import type { Call, Permission } from '../../operation.ts'
import { arnOf, parseArn, type ResourceType } from './arns.ts'
import { findInstance } from './rows/instances.ts'
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
      ...(type === 'db' && name !== '*' && ownContext(call, name, use.arn)),
      ...resourceTagContext(type, name === '*' ? [] : tagsOf(call, resource)),
      ...requestTagContext(use.tags),
      ...use.context,
    },
  }
}

/** The condition keys of instances, by what requests and descriptions call what they are about. */
const instanceKeys = {
  DBInstanceClass: 'rds:DatabaseClass',
  Engine: 'rds:DatabaseEngine',
  DBName: 'rds:DatabaseName',
  MultiAZ: 'rds:MultiAz',
  Iops: 'rds:Piops',
  StorageEncrypted: 'rds:StorageEncrypted',
  AllocatedStorage: 'rds:StorageSize',
} as const

/** The condition keys that only some requests fill. */
const requestKeys = {
  BackupTarget: 'rds:BackupTarget',
  ManageMasterUserPassword: 'rds:ManageMasterUserPassword',
  PubliclyAccessible: 'rds:PubliclyAccessible',
  CopyOptionGroup: 'rds:CopyOptionGroup',
} as const

const contextOf = <Name extends string>(
  keys: Readonly<Record<Name, string>>,
  values: Readonly<Partial<Record<Name, string | number | boolean | undefined>>>,
): Context =>
  Object.fromEntries(
    (Object.keys(keys) as Name[]).flatMap((name) => {
      const value = values[name]
      return value === undefined || value === '' ? [] : [[keys[name], String(value)]]
    }),
  )

/** What a request for an instance says of it. */
export const instanceContext = (
  values: Readonly<
    Partial<Record<keyof typeof instanceKeys, string | number | boolean | undefined>>
  >,
): Context => contextOf(instanceKeys, values)

/** What a request says besides, where its action knows a key for it. */
export const requestContext = (
  values: Readonly<Partial<Record<keyof typeof requestKeys, string | boolean | undefined>>>,
): Context => contextOf(requestKeys, values)

/** Of an instance that is there; all are in a VPC. */
function ownContext(call: Call, name: string, arn: string | undefined): Context {
  const place = arn === undefined ? call : parseArn(arn)
  const instance = place && findInstance(call.db, place, name)
  if (!instance) return {}
  const { engine: Engine, configuration } = instance
  return { ...instanceContext({ ...configuration, Engine }), 'rds:Vpc': 'true' }
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
