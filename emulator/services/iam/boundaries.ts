import type { AttachedPermissionsBoundary } from '@aws-sdk/client-iam'
import type { Call, Permission } from '../../operation.ts'
import { noSuchBoundaryPolicy } from './errors.ts'
import { findManagedPolicy } from './managed-policies.ts'
import { onRole } from './roles.ts'
import { findBoundary, putBoundary, type Bounded } from './rows/boundaries.ts'
import { findRole } from './rows/roles.ts'
import { findUser } from './rows/users.ts'
import { onUser } from './subjects.ts'

// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html

/** Makes a managed policy the boundary of a user or role. @throws NoSuchEntity, InvalidInput for what is no policy's ARN */
export function setBoundary(call: Call, bounded: Bounded, policyArn: string): void {
  const policy = findManagedPolicy(call, policyArn)
  if (!policy) throw noSuchBoundaryPolicy(policyArn)
  putBoundary(call.db, bounded, policy.arn)
}

/** The member that says what limits a user or role, or nothing. */
export function describeBoundary(
  { db }: Pick<Call, 'db'>,
  bounded: Pick<Bounded, 'account' | 'id'>,
): { PermissionsBoundary?: AttachedPermissionsBoundary } {
  const arn = findBoundary(db, bounded)
  return arn === undefined
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'Policy',
          PermissionsBoundaryArn: arn,
        } as unknown as AttachedPermissionsBoundary,
      }
}

type Context = Permission['context']

/** The permission on a user whose permissions are changed: `iam:PermissionsBoundary` is the boundary it has. */
export const onBoundedUser = (call: Call, name: string, context: Context = {}): Permission =>
  onUser(call, name, {
    ...boundaryContext(call, findUser(call.db, call.account, name)),
    ...context,
  })

/** The same for a role. */
export const onBoundedRole = (call: Call, name: string, context: Context = {}): Permission =>
  onRole(call, name, {
    ...boundaryContext(call, findRole(call.db, call.account, name)),
    ...context,
  })

function boundaryContext(
  { db, account }: Call,
  holder: { readonly id: string } | undefined,
): { 'iam:PermissionsBoundary'?: string } {
  const arn = holder && findBoundary(db, { account, id: holder.id })
  return arn === undefined ? {} : { 'iam:PermissionsBoundary': arn }
}
