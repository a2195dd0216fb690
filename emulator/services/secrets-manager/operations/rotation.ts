import type {
  CancelRotateSecretRequest,
  CancelRotateSecretResponse,
  RotateSecretRequest,
  RotateSecretResponse,
  RotationRulesType,
} from '@aws-sdk/client-secrets-manager'
import { operation } from '../../../operation.ts'
import { invalidRequest, managedByService, noRotationFunction } from '../errors.ts'
import { requirePrimary } from '../find-secret.ts'
import { onSecret, said } from '../permissions.ts'
import { putSecret } from '../rows/secrets.ts'
import { versionsOf } from '../rows/versions.ts'
import { current } from '../versions.ts'

const day = 24 * 3600 * 1000

/** The schedule is kept; the function that would make a new value is not called, because there is no Lambda here. */
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
    putSecret(call.db, {
      ...secret,
      rotation: {
        ...secret.rotation,
        enabled: true,
        lambdaArn,
        rules,
        nextAt: call.now + daysOf(rules) * day,
      },
      changedAt: call.now,
    })
    const version = versionsOf(call.db, secret).find(({ stages }) => stages.includes(current))
    return {
      ARN: secret.arn,
      Name: secret.name,
      ...(version && { VersionId: version.id }),
    }
  },
})

/** How often, in days: a rate in hours counts as a fraction, and a cron expression as a month. */
function daysOf(rules: RotationRulesType | undefined): number {
  const rate = /^rate\((\d+) (hour|day)s?\)$/.exec(rules?.ScheduleExpression ?? '')
  if (rate) return Number(rate[1]) / (rate[2] === 'hour' ? 24 : 1)
  return rules?.AutomaticallyAfterDays ?? 30
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
