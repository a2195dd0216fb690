import type {
  RestoreDBClusterFromS3Message,
  RestoreDBClusterFromS3Result,
  RestoreDBInstanceFromS3Message,
  RestoreDBInstanceFromS3Result,
} from '@aws-sdk/client-rds'
import { operation } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { invalidParameterValue } from '../errors.ts'
import { isPostgres, requireKnownEngine } from '../instances/engines.ts'
import { noEngine } from '../instances/errors.ts'
import { on, requestContext } from '../permissions.ts'
import { creationPermissions } from './create-instance.ts'

// Both restore what Percona XtraBackup has made of a MySQL, which no program here reads.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Procedural.Importing.html

function refuse(engine: string): never {
  requireKnownEngine(engine)
  if (isPostgres(engine)) {
    throw invalidParameterValue(`Restoring from S3 is not supported for the engine ${engine}.`)
  }
  throw noEngine(
    `a restore of ${engine} from the files of Percona XtraBackup`,
    'Load a dump into a new instance instead.',
  )
}

export const RestoreDBInstanceFromS3 = operation<
  RestoreDBInstanceFromS3Message,
  RestoreDBInstanceFromS3Result
>({
  authorize: (input, call) =>
    creationPermissions(
      input,
      call,
      requestContext({
        ManageMasterUserPassword: input.ManageMasterUserPassword,
        PubliclyAccessible: input.PubliclyAccessible,
      }),
    ),
  run: ({ Engine = '' }) => refuse(Engine.toLowerCase()),
})

export const RestoreDBClusterFromS3 = operation<
  RestoreDBClusterFromS3Message,
  RestoreDBClusterFromS3Result
>({
  authorize: (input, call) => {
    const { ManageMasterUserPassword } = input
    const use = {
      tags: input.Tags,
      context: {
        ...(input.Engine && { 'rds:DatabaseEngine': input.Engine }),
        ...(input.DatabaseName && { 'rds:DatabaseName': input.DatabaseName }),
        ...(input.StorageEncrypted !== undefined && {
          'rds:StorageEncrypted': String(input.StorageEncrypted),
        }),
        ...requestContext({ ManageMasterUserPassword }),
      },
    }
    return [
      on(call, 'cluster', (input.DBClusterIdentifier ?? '').toLowerCase(), use),
      ...(input.DBClusterParameterGroupName
        ? [on(call, 'cluster-pg', nameIn('cluster-pg', input.DBClusterParameterGroupName), use)]
        : []),
      ...(input.OptionGroupName ? [on(call, 'og', nameIn('og', input.OptionGroupName), use)] : []),
      ...(input.DBSubnetGroupName
        ? [on(call, 'subgrp', nameIn('subgrp', input.DBSubnetGroupName), use)]
        : []),
    ]
  },
  run: ({ Engine = '' }) => refuse(Engine.toLowerCase()),
})
