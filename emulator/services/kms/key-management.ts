import type { KeyManagement } from '../../ports.ts'
import { decrypt, keyOfCiphertext, makeDataKey, refuseNoDataKeys } from './encryption.ts'
import { requireKey } from './find-key.ts'
import { viaService } from './managed-keys.ts'
import { onKey, onNamed } from './permissions.ts'

const dataKeyBytes = 32

const keyOrManaged = (keyId: string | undefined, service: string) => keyId ?? `alias/aws/${service}`

/** KMS as S3, EBS and RDS use it. */
export const keyManagement: KeyManagement = {
  generateDataKey(scope, { service, keyId, context }) {
    const found = requireKey(scope, keyOrManaged(keyId, service))
    refuseNoDataKeys(found)
    const { plaintext, wrapped } = makeDataKey(scope, found, { length: dataKeyBytes, context })
    return { keyArn: found.arn, plaintext, wrapped }
  },
  decrypt: (scope, wrapped, context) =>
    decrypt(scope, { blob: wrapped, context }, 'Decrypt').plaintext,
  resolve(scope, { service, keyId }) {
    const { key, arn } = requireKey(scope, keyOrManaged(keyId, service))
    return { arn, state: key.state, spec: key.spec, manager: key.manager }
  },
  permissions(call, { service, keyId, wrapped, operations, context }) {
    const via = { 'kms:ViaService': viaService(service, call.region) }
    return operations.map((operation) => {
      const use = { operation, encryptionContext: context, context: via }
      if (wrapped === undefined) return onKey(call, keyOrManaged(keyId, service), use)
      return onNamed(call, keyOfCiphertext(call, { blob: wrapped }), use)
    })
  },
}
