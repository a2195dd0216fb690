import type {
  CreateSecretRequest,
  CreateSecretResponse,
  DeleteSecretRequest,
  DeleteSecretResponse,
  DescribeSecretRequest,
  DescribeSecretResponse,
  RestoreSecretRequest,
  RestoreSecretResponse,
  UpdateSecretRequest,
  UpdateSecretResponse,
} from '@aws-sdk/client-secrets-manager'
import type { TimerCall } from '../../../clock/timers.ts'
import { operation, type Call } from '../../../operation.ts'
import { describe } from '../describe.ts'
import {
  forceAndWindow,
  hasReplicas,
  managedByService,
  markedForDeletion,
  nameMarkedForDeletion,
  recoveryWindow,
  secretExists,
  secretNotFound,
} from '../errors.ts'
import {
  lookUp,
  newSuffix,
  parseArn,
  refuseReplica,
  requireAny,
  requirePrimary,
  secretArn,
} from '../find-secret.ts'
import { nameArn, onSecret, requestTagContext, said, toEncrypt } from '../permissions.ts'
import { addReplicas, syncReplicas } from '../replicas.ts'
import {
  deleteSecret,
  findSecretByArn,
  findSecretByName,
  putSecret,
  type Place,
  type Secret,
} from '../rows/secrets.ts'
import { versionsOf } from '../rows/versions.ts'
import { checkName, checkTags } from '../checks.ts'
import { givenValue } from '../values.ts'
import { addVersion, sealAgain } from '../versions.ts'

const day = 24 * 3600 * 1000

export const CreateSecret = operation<CreateSecretRequest, CreateSecretResponse>({
  authorize: (input, call) => [
    {
      resource: nameArn(call, input.Name!),
      context: {
        ...said({
          'secretsmanager:Name': input.Name,
          'secretsmanager:Description': input.Description,
          'secretsmanager:KmsKeyId': input.KmsKeyId,
          'secretsmanager:ForceOverwriteReplicaSecret': input.ForceOverwriteReplicaSecret,
        }),
        ...(input.AddReplicaRegions && {
          'secretsmanager:AddReplicaRegions': input.AddReplicaRegions.map(({ Region }) => Region!),
        }),
        ...requestTagContext(input.Tags),
      },
    },
    ...(givenValue(input) ? toEncrypt(call, input.KmsKeyId) : []),
  ],
  run(input, call) {
    const name = checkName(input.Name!)
    checkTags(input.Tags)
    const value = givenValue(input)
    const token = input.ClientRequestToken ?? call.ids.uuid()
    const known = findSecretByName(call.db, call, name)
    if (known && !isSameRequest(call, known, token)) throw alreadyThere(known)
    let secret =
      known ??
      putSecret(call.db, {
        account: call.account,
        region: call.region,
        name,
        arn: secretArn(call, name, newSuffix(call.ids.bytes(6))),
        description: input.Description || null,
        kmsKeyId: ownKey(input.KmsKeyId),
        owningService: null,
        createdAt: call.now,
        changedAt: call.now,
        accessedAt: null,
        deletedAt: null,
        deletionAt: null,
        tags: input.Tags && input.Tags.length > 0 ? input.Tags : null,
        policy: null,
        rotation: null,
        primaryRegion: null,
        replicas: [],
      })
    const version = value && addVersion(call, secret, token, value)
    if (input.AddReplicaRegions && input.AddReplicaRegions.length > 0) {
      const force = input.ForceOverwriteReplicaSecret ?? false
      secret = addReplicas(call, secret, input.AddReplicaRegions, force)
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      ...(version && { VersionId: version.id }),
      ...(secret.replicas.length > 0 && { ReplicationStatus: [...secret.replicas] }),
    }
  },
})

/** A request that is sent again has the same token; whether it has the same value is seen later. */
const isSameRequest = ({ db }: Call, secret: Secret, token: string) =>
  secret.deletedAt === null && versionsOf(db, secret).some(({ id }) => id === token)

const alreadyThere = (secret: Secret) =>
  secret.deletedAt === null ? secretExists(secret.name) : nameMarkedForDeletion()

/** The account's own key is shown as none. */
const ownKey = (keyId: string | undefined): string | null =>
  keyId === undefined || keyId === 'alias/aws/secretsmanager' ? null : keyId

export const UpdateSecret = operation<UpdateSecretRequest, UpdateSecretResponse>({
  authorize: (input, call) => [
    onSecret(
      call,
      input.SecretId!,
      said({
        'secretsmanager:Description': input.Description,
        'secretsmanager:KmsKeyId': input.KmsKeyId,
      }),
    ),
    ...(givenValue(input) ? toEncrypt(call, keyAfter(call, input)) : []),
  ],
  run(input, call) {
    const before = requirePrimary(call, input.SecretId!)
    if (before.owningService !== null) throw managedByService()
    const value = givenValue(input)
    const after = putSecret(call.db, {
      ...before,
      description: input.Description ?? before.description,
      kmsKeyId: input.KmsKeyId === undefined ? before.kmsKeyId : ownKey(input.KmsKeyId),
      changedAt: call.now,
    })
    if (after.kmsKeyId !== before.kmsKeyId) sealAgain(ownScope(call, before), before, after)
    const version =
      value &&
      addVersion(ownScope(call, after), after, input.ClientRequestToken ?? call.ids.uuid(), value)
    syncReplicas(ownScope(call, after), after)
    return { ARN: after.arn, Name: after.name, ...(version && { VersionId: version.id }) }
  },
})

const keyAfter = (call: Call, { SecretId, KmsKeyId }: UpdateSecretRequest) =>
  KmsKeyId ?? lookUp(call, SecretId!)?.kmsKeyId

/** A secret of another account is worked on as its owner's. */
const ownScope = (call: Call, { account }: Secret): Call => ({ ...call, account })

export const DescribeSecret = operation<DescribeSecretRequest, DescribeSecretResponse>({
  authorize: ({ SecretId }, call) => [onSecret(call, SecretId!)],
  run: ({ SecretId }, call) => describe(call, requireAny(call, SecretId!)),
})

export const DeleteSecret = operation<DeleteSecretRequest, DeleteSecretResponse>({
  authorize: (input, call) => [
    onSecret(
      call,
      input.SecretId!,
      said({
        'secretsmanager:RecoveryWindowInDays': input.RecoveryWindowInDays,
        'secretsmanager:ForceDeleteWithoutRecovery': input.ForceDeleteWithoutRecovery,
      }),
    ),
  ],
  run({ SecretId, RecoveryWindowInDays: window, ForceDeleteWithoutRecovery: force }, call) {
    if (window !== undefined && (window < 7 || window > 30)) throw recoveryWindow()
    if (force && window !== undefined) throw forceAndWindow()
    const secret = lookUp(call, SecretId!)
    if (!secret) {
      // What is not there any more may be deleted by force again.
      if (!force) throw secretNotFound()
      return forgotten(call, SecretId!)
    }
    refuseReplica(secret)
    if (secret.owningService !== null) throw managedByService()
    if (secret.deletedAt !== null && !force) throw markedForDeletion()
    if (secret.replicas.length > 0) {
      throw hasReplicas(
        secret.arn,
        secret.replicas.map(({ Region }) => Region!),
      )
    }
    const deletionAt = force ? call.now : call.now + (window ?? 30) * day
    if (force) {
      call.timers.cancel('deleteSecret', secret.arn)
      deleteSecret(call.db, secret)
    } else {
      putSecret(call.db, { ...secret, deletedAt: call.now, deletionAt })
      const { account, region, arn } = secret
      call.timers.schedule(deletionAt, 'deleteSecret', { account, region, arn }, arn)
    }
    return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(deletionAt) }
  },
})

function forgotten(call: Call, id: string): DeleteSecretResponse {
  const parsed = parseArn(id)
  return {
    ARN: parsed ? id : secretArn(call, id, newSuffix(call.ids.bytes(6))),
    Name: parsed ? parsed.name : id,
    DeletionDate: new Date(call.now),
  }
}

/** The recovery window is over. */
export function deleteDueSecret(
  { account, region, arn }: Place & { readonly arn: string },
  { db }: TimerCall,
): void {
  const secret = findSecretByArn(db, { account, region }, arn)
  if (secret) deleteSecret(db, secret)
}

export const RestoreSecret = operation<RestoreSecretRequest, RestoreSecretResponse>({
  authorize: ({ SecretId }, call) => [onSecret(call, SecretId!)],
  run({ SecretId }, call) {
    const secret = requireAny(call, SecretId!)
    refuseReplica(secret)
    call.timers.cancel('deleteSecret', secret.arn)
    putSecret(call.db, { ...secret, deletedAt: null, deletionAt: null })
    return { ARN: secret.arn, Name: secret.name }
  },
})
