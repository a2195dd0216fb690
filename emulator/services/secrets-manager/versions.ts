import { limitExceeded, tokenInUse } from './errors.ts'
import type { Secret } from './rows/secrets.ts'
import { deleteVersion, putVersion, versionsOf, type Version } from './rows/versions.ts'
import { seal, unseal, type SealScope, type Value } from './sealing.ts'

export const current = 'AWSCURRENT'
export const previous = 'AWSPREVIOUS'
export const pending = 'AWSPENDING'

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const mostVersions = 100
const mostStages = 20

/**
 * Adds a version to a secret and moves its staging labels to it. The same request again changes nothing.
 *
 * @param stages the labels; a secret's first version is the current one in any case
 * @throws ResourceExistsException where the token stands for another value
 */
export function addVersion(
  scope: SealScope,
  secret: Secret,
  token: string,
  value: Value,
  stages: readonly string[] = [current],
): Version {
  const known = versionsOf(scope.db, secret)
  const same = known.find(({ id }) => id === token)
  if (same) {
    if (!isSame(scope, secret, same, value)) throw tokenInUse(token, secret.arn)
    return same
  }
  if (stages.length > mostStages) {
    throw limitExceeded(`The number of staging labels exceeds the limit of ${mostStages}.`)
  }
  putVersion(scope.db, secret, {
    id: token,
    createdAt: scope.now,
    accessedAt: null,
    stages: [],
    ...seal(scope, secret, token, value),
  })
  for (const stage of known.length === 0 ? new Set([...stages, current]) : stages) {
    moveStage(scope, secret, stage, token)
  }
  forgetOldest(scope, secret)
  return versionsOf(scope.db, secret).find(({ id }) => id === token)!
}

const isSame = (scope: SealScope, secret: Secret, version: Version, { kind, bytes }: Value) =>
  version.kind === kind && unseal(scope, secret, version).equals(bytes)

/** A label is on one version: the one that loses `AWSCURRENT` becomes the previous one. */
export function moveStage(
  scope: SealScope,
  secret: Secret,
  stage: string,
  to: string | undefined,
): void {
  const from = versionsOf(scope.db, secret).find(({ stages }) => stages.includes(stage))
  if (from?.id === to) return
  for (const version of versionsOf(scope.db, secret)) {
    const stages = new Set(version.stages)
    stages.delete(stage)
    if (stage === current && from) stages.delete(previous)
    if (stage === current && version.id === from?.id) {
      stages.add(previous)
      // What was current is not to become so any more.
      stages.delete(pending)
    }
    if (version.id === to) stages.add(stage)
    putVersion(scope.db, secret, { ...version, stages: [...stages] })
  }
}

/** Deprecated versions go, the oldest first, once there are too many. */
function forgetOldest({ db }: SealScope, secret: Secret): void {
  const versions = versionsOf(db, secret)
  const deprecated = versions.filter(({ stages }) => stages.length === 0)
  for (const version of deprecated.slice(0, Math.max(0, versions.length - mostVersions))) {
    deleteVersion(db, secret, version)
  }
}

/** Encrypts what has a label by the secret's key anew. */
export function sealAgain(scope: SealScope, before: Secret, after: Secret): void {
  for (const version of versionsOf(scope.db, before)) {
    if (version.stages.length === 0) continue
    const bytes = unseal(scope, before, version)
    putVersion(scope.db, after, {
      ...version,
      ...seal(scope, after, version.id, { kind: version.kind, bytes }),
    })
  }
}

/** Which labels the versions have: AWS shows those that have one. */
export const stagesOf = (scope: Pick<SealScope, 'db'>, secret: Secret): Record<string, string[]> =>
  Object.fromEntries(
    versionsOf(scope.db, secret)
      .filter(({ stages }) => stages.length > 0)
      .map(({ id, stages }) => [id, [...stages]]),
  )
