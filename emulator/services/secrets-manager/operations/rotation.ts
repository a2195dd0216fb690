import type {
  CancelRotateSecretRequest,
  CancelRotateSecretResponse,
  RotateSecretRequest,
  RotateSecretResponse,
} from '@aws-sdk/client-secrets-manager'
import { operation, type Call } from '../../../operation.ts'
import { invalidRequest, managedByService, noRotationFunction } from '../errors.ts'
import { requirePrimary } from '../find-secret.ts'
import { onSecret, said } from '../permissions.ts'
import { nextRotation, scheduleRotation } from '../rotation-schedule.ts'
import { putSecret, type Secret } from '../rows/secrets.ts'
import { versionsOf } from '../rows/versions.ts'
import { current } from '../versions.ts'

/**
 * A secret that RDS manages gets a new value, and the database the new password. Of the others the schedule is kept; the function that
 * would make a new value is not called, because there is no Lambda here.
 */
export const RotateSecret = operation<RotateSecretRequest, RotateSecretResponse>({
  coverage: 'recorded',
  authorize: (input, call) => [
    onSecret(
      call,
      input.SecretId!,
      said({
        'secretsmanager:RotationLambdaARN': input.RotationLambdaARN,
        'secretsmanager:RotateImmediately': input.RotateImmediately,
      }),
    ),
  ],
  run(input, call) {
    const secret = requirePrimary(call, input.SecretId!)
    const lambdaArn = input.RotationLambdaARN ?? secret.rotation?.lambdaArn
    if (secret.owningService !== null && input.RotationLambdaARN !== undefined) {
      throw managedByService()
    }
    if (lambdaArn === undefined && secret.owningService === null) throw noRotationFunction()
    const rules = input.RotationRules ?? secret.rotation?.rules
    const nextAt = nextRotation(call.now, rules)
    const rotation = { ...secret.rotation, enabled: true, lambdaArn, rules, nextAt }
    const scheduled = putSecret(call.db, { ...secret, rotation, changedAt: call.now })
    if (secret.owningService !== null) rotateManaged(call, scheduled, input.RotateImmediately)
    const version = versionsOf(call.db, secret).find(({ stages }) => stages.includes(current))
    return {
      ARN: secret.arn,
      Name: secret.name,
      ...(version && { VersionId: version.id }),
    }
  },
})

/** The service that a secret belongs to changes what it opens: at once, unless only the schedule is to change. */
function rotateManaged(call: Call, secret: Secret, atOnce = true): void {
  scheduleRotation(call.timers, secret)
  if (atOnce && !call.ports.managedPasswords?.rotate(call, secret.arn)) throw managedByService()
}

export const CancelRotateSecret = operation<CancelRotateSecretRequest, CancelRotateSecretResponse>({
  authorize: ({ SecretId }, call) => [onSecret(call, SecretId!)],
  run({ SecretId }, call) {
    const secret = requirePrimary(call, SecretId!)
    if (secret.owningService !== null) throw managedByService()
    if (!secret.rotation) {
      throw invalidRequest(
        "You tried to enable rotation on a secret that doesn't already have a Lambda function ARN configured and you didn't include such an ARN as a parameter in this call.",
      )
    }
    putSecret(call.db, { ...secret, rotation: { ...secret.rotation, enabled: false } })
    return { ARN: secret.arn, Name: secret.name }
  },
})
