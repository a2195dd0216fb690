import type { ManagedSecrets } from '../../ports.ts'
import { newSuffix, secretArn } from './find-secret.ts'
import { nextRotation, scheduleRotation, type TimersOf } from './rotation-schedule.ts'
import { deleteSecret, findSecretByArn, putSecret } from './rows/secrets.ts'
import { versionsOf } from './rows/versions.ts'
import { unseal } from './sealing.ts'
import { addVersion, current } from './versions.ts'

/** Managed secrets rotate each week: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html */
const weekly = { AutomaticallyAfterDays: 7 }

/** Secrets as RDS keeps the passwords of master users in them. */
export const managedSecrets = (timersOf: TimersOf): ManagedSecrets => ({
  create(scope, { service, name, description, kmsKeyId, value, tags }) {
    const { account, region, now, ids } = scope
    const secret = putSecret(scope.db, {
      account,
      region,
      name,
      arn: secretArn(scope, name, newSuffix(ids.bytes(6))),
      description,
      kmsKeyId: kmsKeyId ?? null,
      owningService: service,
      createdAt: now,
      changedAt: now,
      accessedAt: null,
      deletedAt: null,
      deletionAt: null,
      tags: tags ?? [],
      policy: null,
      rotation: {
        enabled: true,
        rules: weekly,
        lastAt: now,
        nextAt: nextRotation(now, weekly),
      },
      primaryRegion: null,
      replicas: [],
    })
    scheduleRotation(timersOf(secret), secret)
    const version = addVersion(scope, secret, ids.uuid(), {
      kind: 'string',
      bytes: Buffer.from(value),
    })
    return { arn: secret.arn, keyArn: version.keyArn }
  },
  setValue(scope, arn, value) {
    const secret = findSecretByArn(scope.db, scope, arn)
    if (!secret) return
    addVersion(scope, secret, scope.ids.uuid(), { kind: 'string', bytes: Buffer.from(value) })
    const { rotation } = secret
    const rotated = putSecret(scope.db, {
      ...secret,
      changedAt: scope.now,
      rotation: rotation && {
        ...rotation,
        lastAt: scope.now,
        nextAt: nextRotation(scope.now, rotation.rules),
      },
    })
    scheduleRotation(timersOf(rotated), rotated)
  },
  value(scope, arn) {
    const secret = findSecretByArn(scope.db, scope, arn)
    const version =
      secret && versionsOf(scope.db, secret).find(({ stages }) => stages.includes(current))
    return version && unseal(scope, secret, version).toString()
  },
  delete(scope, arn) {
    const secret = findSecretByArn(scope.db, scope, arn)
    if (!secret) return
    timersOf(secret).cancel('rotateSecret', arn)
    deleteSecret(scope.db, secret)
  },
})
