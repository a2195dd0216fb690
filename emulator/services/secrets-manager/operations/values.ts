import type {
  APIErrorType,
  BatchGetSecretValueRequest,
  BatchGetSecretValueResponse,
  GetSecretValueRequest,
  GetSecretValueResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
  SecretValueEntry,
} from '@aws-sdk/client-secrets-manager'
import { AwsError } from '../../../errors.ts'
import { authorize } from '../../../authorize/index.ts'
import { operation, type Call } from '../../../operation.ts'
import {
  invalidParameter,
  managedByService,
  stageNotFound,
  stageOfOtherVersion,
  versionNotFound,
} from '../errors.ts'
import { filtered } from '../filters.ts'
import { requirePrimary, requireSecret } from '../find-secret.ts'
import { page } from '../pages.ts'
import { onSecret, refuseForeignDefaultKey, said, toDecrypt, toEncrypt } from '../permissions.ts'
import { lookUp } from '../find-secret.ts'
import { syncReplicas } from '../replicas.ts'
import { listSecrets, putSecret, type Secret } from '../rows/secrets.ts'
import { putVersion, versionsOf, type Version } from '../rows/versions.ts'
import { answeredValue, givenValue, requiredValue } from '../values.ts'
import { addVersion, current } from '../versions.ts'

type Which = Pick<GetSecretValueRequest, 'VersionId' | 'VersionStage'>

const isMeant =
  ({ VersionId, VersionStage }: Which) =>
  ({ id, stages }: Pick<Version, 'id' | 'stages'>) =>
    VersionId === undefined ? stages.includes(VersionStage ?? current) : id === VersionId

export const GetSecretValue = operation<GetSecretValueRequest, GetSecretValueResponse>({
  authorize: (input, call) => permissions(call, input.SecretId!, input),
  run: ({ SecretId, ...which }, call) => read(call, requireSecret(call, SecretId!), which),
})

const permissions = (call: Call, id: string, which: Which, action?: string) => [
  onSecret(
    call,
    id,
    said({
      'secretsmanager:VersionId': which.VersionId,
      'secretsmanager:VersionStage': which.VersionStage ?? (which.VersionId ? undefined : current),
    }),
    action,
  ),
  ...toDecrypt(call, id, isMeant(which)),
]

function read(call: Call, secret: Secret, which: Which): GetSecretValueResponse {
  const { VersionId, VersionStage } = which
  const version = versionsOf(call.db, secret).find(isMeant(which))
  if (!version) {
    throw VersionId === undefined
      ? stageNotFound(VersionStage ?? current)
      : versionNotFound(VersionId)
  }
  if (VersionStage !== undefined && !version.stages.includes(VersionStage)) {
    throw stageOfOtherVersion()
  }
  noteAccess(call, secret, version)
  return answeredValue(call, secret, version)
}

/** The last access is known to the day. */
function noteAccess({ db, now }: Call, secret: Secret, version: Version): void {
  const today = now - (now % (24 * 3600 * 1000))
  if (secret.accessedAt !== today) putSecret(db, { ...secret, accessedAt: today })
  if (version.accessedAt !== today) putVersion(db, secret, { ...version, accessedAt: today })
}

/** Each secret is authorized by itself: what may not be read is among the errors. */
export const BatchGetSecretValue = operation<
  BatchGetSecretValueRequest,
  BatchGetSecretValueResponse
>({
  authorize: () => ['*'],
  run({ SecretIdList, Filters, MaxResults, NextToken }, call) {
    if ((SecretIdList === undefined) === (Filters === undefined)) {
      throw invalidParameter("Either 'SecretIdList' or 'Filters' must be provided, but not both.")
    }
    if (Filters === undefined && MaxResults !== undefined) {
      throw invalidParameter(
        "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.",
      )
    }
    const { page: ids, NextToken: next } = SecretIdList
      ? { page: SecretIdList, NextToken: undefined }
      : page(
          filtered(
            listSecrets(call.db, call).filter(({ deletedAt }) => deletedAt === null),
            Filters,
          ).map(({ arn }) => arn),
          { limit: MaxResults ?? 20, token: NextToken },
        )
    const SecretValues: SecretValueEntry[] = []
    const Errors: APIErrorType[] = []
    for (const id of ids) {
      try {
        authorize(permissions(call, id, {}, 'secretsmanager:GetSecretValue'), call)
        SecretValues.push(read(call, requireSecret(call, id), {}))
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        Errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message })
      }
    }
    return { SecretValues, Errors, ...(next !== undefined && { NextToken: next }) }
  },
})

/** What encrypting a further value of a secret takes. */
function toReplace(input: PutSecretValueRequest, call: Call) {
  if (!givenValue(input)) return []
  const secret = lookUp(call, input.SecretId!)
  refuseForeignDefaultKey(call, secret)
  return toEncrypt(call, secret?.kmsKeyId)
}

export const PutSecretValue = operation<PutSecretValueRequest, PutSecretValueResponse>({
  authorize: (input, call) => [onSecret(call, input.SecretId!), ...toReplace(input, call)],
  run(input, call) {
    const value = requiredValue(input)
    const secret = requirePrimary(call, input.SecretId!)
    if (secret.owningService !== null) throw managedByService()
    const scope = { ...call, account: secret.account }
    const token = input.ClientRequestToken ?? call.ids.uuid()
    const version = addVersion(scope, secret, token, value, input.VersionStages)
    syncReplicas(scope, putSecret(call.db, { ...secret, changedAt: call.now }))
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      VersionStages: [...version.stages],
    }
  },
})
