import { defineService } from '../../operation.ts'
import { constraintsOf } from '../../protocol/constraints.ts'
import { checkSecretId } from './checks.ts'
import { missingToken, rotationDays, tokenLength } from './errors.ts'
import * as listing from './operations/listing.ts'
import * as policies from './operations/policies.ts'
import * as replication from './operations/replication.ts'
import * as rotation from './operations/rotation.ts'
import * as secrets from './operations/secrets.ts'
import * as tags from './operations/tags.ts'
import * as values from './operations/values.ts'
import * as versions from './operations/versions.ts'
import { rotateDueSecret } from './rotation-schedule.ts'

const checkConstraints = constraintsOf(
  'secrets-manager/constraints.json',
  undefined,
  'ValidationException',
)

interface Checked {
  readonly ClientRequestToken?: string | undefined
  readonly SecretId?: string | undefined
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
  readonly RotationRules?: { readonly AutomaticallyAfterDays?: number | undefined } | undefined
}

const makesVersion = ({ SecretString, SecretBinary }: Checked, operation: string): boolean =>
  operation === 'PutSecretValue' ||
  operation === 'RotateSecret' ||
  ((operation === 'CreateSecret' || operation === 'UpdateSecret') &&
    (SecretString !== undefined || SecretBinary !== undefined))

export default defineService(
  'secrets-manager',
  {
    ...secrets,
    ...values,
    ...versions,
    ...listing,
    ...policies,
    ...tags,
    ...replication,
    ...rotation,
  },
  {
    timers: { deleteSecret: secrets.deleteDueSecret, rotateSecret: rotateDueSecret },
    validate(input: Checked, call) {
      const { ClientRequestToken: token, RotationRules, SecretId } = input
      // For these two the service has sentences of its own.
      if (token !== undefined && (token.length < 32 || token.length > 64)) throw tokenLength()
      const days = RotationRules?.AutomaticallyAfterDays
      if (days !== undefined && (days < 1 || days > 1000)) throw rotationDays()
      checkConstraints(input, call)
      if (SecretId !== undefined) checkSecretId(SecretId)
      // SDKs make one where a program gives none.
      if (token === undefined && makesVersion(input, call.operation)) {
        throw missingToken(call.operation === 'RotateSecret')
      }
    },
  },
)
