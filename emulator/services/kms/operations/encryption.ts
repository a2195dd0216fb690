import type {
  DecryptRequest,
  DecryptResponse,
  EncryptRequest,
  EncryptResponse,
  ReEncryptRequest,
  ReEncryptResponse,
} from '@aws-sdk/client-kms'
import { notImplemented } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import {
  decrypt,
  encrypt,
  keyOfCiphertext,
  refuseUnfit,
  symmetricAlgorithm,
  type Encrypted,
} from '../encryption.ts'
import { dryRun, validation } from '../errors.ts'
import { anyName, lookUp, requireKey } from '../find-key.ts'
import { onKey, onNamed } from '../permissions.ts'
import { currentMaterial } from '../rows/materials.ts'

export const Encrypt = operation<EncryptRequest, EncryptResponse>({
  authorize: ({ KeyId, EncryptionContext, EncryptionAlgorithm = symmetricAlgorithm }, call) => [
    onKey(call, KeyId!, {
      encryptionContext: EncryptionContext,
      context: { 'kms:EncryptionAlgorithm': EncryptionAlgorithm },
    }),
  ],
  run({ KeyId, Plaintext, EncryptionContext, ...input }, call) {
    const { EncryptionAlgorithm = symmetricAlgorithm, DryRun } = input
    const found = requireKey(call, KeyId!)
    refuseUnfit(found, 'ENCRYPT_DECRYPT', call.operation)
    const CiphertextBlob = encrypt(call, found, Plaintext!, {
      algorithm: EncryptionAlgorithm,
      context: EncryptionContext,
    })
    if (DryRun) throw dryRun()
    return { CiphertextBlob, KeyId: found.arn, EncryptionAlgorithm }
  },
})

export const Decrypt = operation<DecryptRequest, DecryptResponse>({
  authorize: (input, call) => [
    onNamed(call, keyOfCiphertext(call, decryptable(input)), {
      encryptionContext: input.EncryptionContext,
      context: { 'kms:EncryptionAlgorithm': input.EncryptionAlgorithm ?? symmetricAlgorithm },
    }),
  ],
  run(input, call) {
    if (input.Recipient) throw notImplemented('kms', 'Decrypt for a Nitro enclave')
    const { plaintext, materialId, found } = decrypt(call, decryptable(input), call.operation)
    if (input.DryRun) throw dryRun()
    return {
      KeyId: found.arn,
      Plaintext: plaintext,
      EncryptionAlgorithm: input.EncryptionAlgorithm ?? symmetricAlgorithm,
      ...(found.key.spec === 'SYMMETRIC_DEFAULT' && { KeyMaterialId: materialId }),
    }
  },
})

function decryptable(input: DecryptRequest): Encrypted {
  return {
    blob: given(input.CiphertextBlob, 'ciphertextBlob'),
    keyId: input.KeyId,
    algorithm: input.EncryptionAlgorithm,
    context: input.EncryptionContext,
  }
}

/** It may only be left out of a dry run that says so, which is not built. */
function given(blob: Uint8Array | undefined, member: string): Uint8Array {
  if (blob) return blob
  throw validation(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  )
}

export const ReEncrypt = operation<ReEncryptRequest, ReEncryptResponse>({
  authorize(input, call) {
    const source = keyOfCiphertext(call, reEncryptable(input))
    const destination = lookUp(call, input.DestinationKeyId!, anyName)
    const same = { 'kms:ReEncryptOnSameKey': String(source.arn === destination.arn) }
    const { SourceEncryptionAlgorithm: from, DestinationEncryptionAlgorithm: to } = input
    return [
      onNamed(call, source, {
        operation: 'ReEncryptFrom',
        encryptionContext: input.SourceEncryptionContext,
        context: { ...same, 'kms:EncryptionAlgorithm': from ?? symmetricAlgorithm },
      }),
      onNamed(call, destination, {
        operation: 'ReEncryptTo',
        encryptionContext: input.DestinationEncryptionContext,
        context: { ...same, 'kms:EncryptionAlgorithm': to ?? symmetricAlgorithm },
      }),
    ]
  },
  run(input, call) {
    const { DestinationKeyId, DestinationEncryptionContext, DryRun } = input
    const { DestinationEncryptionAlgorithm: to = symmetricAlgorithm } = input
    const opened = decrypt(call, reEncryptable(input), call.operation)
    const destination = requireKey(call, DestinationKeyId!)
    refuseUnfit(destination, 'ENCRYPT_DECRYPT', call.operation)
    const CiphertextBlob = encrypt(call, destination, opened.plaintext, {
      algorithm: to,
      context: DestinationEncryptionContext,
    })
    if (DryRun) throw dryRun()
    return {
      CiphertextBlob,
      SourceKeyId: opened.found.arn,
      KeyId: destination.arn,
      SourceEncryptionAlgorithm: input.SourceEncryptionAlgorithm ?? symmetricAlgorithm,
      DestinationEncryptionAlgorithm: to,
      ...(opened.found.key.spec === 'SYMMETRIC_DEFAULT' && {
        SourceKeyMaterialId: opened.materialId,
      }),
      ...(destination.key.spec === 'SYMMETRIC_DEFAULT' && {
        DestinationKeyMaterialId: currentMaterial(call.db, destination.key).id,
      }),
    }
  },
})

function reEncryptable(input: ReEncryptRequest): Encrypted {
  return {
    blob: given(input.CiphertextBlob, 'ciphertextBlob'),
    keyId: input.SourceKeyId,
    algorithm: input.SourceEncryptionAlgorithm,
    context: input.SourceEncryptionContext,
  }
}
