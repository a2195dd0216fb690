import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'

/**
 * The key that storage is encrypted by: the one that is chosen, or RDS's own.
 *
 * @throws KMSKeyNotAccessibleFault
 */
export function keyArn(call: Call, keyId: string | undefined): string {
  try {
    const { arn, state } = call.ports.kms.resolve(call, { service: 'rds', keyId })
    if (state === 'Enabled') return arn
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
  }
  throw new AwsError(
    'KMSKeyNotAccessibleFault',
    `Specified KMS key [${keyId}] does not exist, is not enabled or you do not have permissions to access it.`,
  )
}
