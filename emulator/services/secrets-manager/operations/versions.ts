import type {
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse,
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse,
} from '@aws-sdk/client-secrets-manager'
import { operation } from '../../../operation.ts'
import { invalidParameter } from '../errors.ts'
import { requireAny, requirePrimary } from '../find-secret.ts'
import { page } from '../pages.ts'
import { onSecret } from '../permissions.ts'
import { syncReplicas } from '../replicas.ts'
import { putSecret } from '../rows/secrets.ts'
import { versionsOf } from '../rows/versions.ts'
import { current, moveStage } from '../versions.ts'

export const ListSecretVersionIds = operation<
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse
>({
  authorize: ({ SecretId }, call) => [onSecret(call, SecretId!)],
  run({ SecretId, MaxResults = 100, NextToken, IncludeDeprecated = false }, call) {
    const secret = requireAny(call, SecretId!)
    const versions = versionsOf(call.db, secret).filter(
      ({ stages }) => IncludeDeprecated || stages.length > 0,
    )
    const { page: shown, ...more } = page(versions, { limit: MaxResults, token: NextToken })
    return {
      ARN: secret.arn,
      Name: secret.name,
      Versions: shown.map(({ id, stages, createdAt, accessedAt, keyArn }) => ({
        VersionId: id,
        ...(stages.length > 0 && { VersionStages: [...stages] }),
        ...(accessedAt !== null && { LastAccessedDate: new Date(accessedAt) }),
        CreatedDate: new Date(createdAt),
        KmsKeyIds: [secret.kmsKeyId === null ? 'DefaultEncryptionKey' : keyArn],
      })),
      ...more,
    }
  },
})

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html */
export const UpdateSecretVersionStage = operation<
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse
>({
  authorize: ({ SecretId, VersionStage }, call) => [
    onSecret(call, SecretId!, { 'secretsmanager:VersionStage': VersionStage! }),
  ],
  run({ SecretId, VersionStage, RemoveFromVersionId: from, MoveToVersionId: to }, call) {
    const secret = requirePrimary(call, SecretId!)
    const stage = VersionStage!
    const versions = versionsOf(call.db, secret)
    for (const id of [from, to]) {
      if (id !== undefined && !versions.some((version) => version.id === id)) {
        throw invalidParameter(`Not a valid version: ${id}`)
      }
    }
    const holder = versions.find(({ stages }) => stages.includes(stage))
    if (from === undefined && holder && to !== holder.id) {
      throw invalidParameter(
        `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
      )
    }
    if (from !== undefined && holder?.id !== from) {
      throw invalidParameter(`Version stage ${stage} not found in version ${from}`)
    }
    if (to === undefined && stage === current) {
      throw invalidParameter(
        `You can only move staging label ${current} to a different secret version. It can't be completely removed.`,
      )
    }
    const scope = { ...call, account: secret.account }
    moveStage(scope, secret, stage, to)
    syncReplicas(scope, putSecret(call.db, { ...secret, changedAt: call.now }))
    return { ARN: secret.arn, Name: secret.name }
  },
})
