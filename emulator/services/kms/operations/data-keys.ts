import type {
  GenerateDataKeyPairRequest,
  GenerateDataKeyPairResponse,
  GenerateDataKeyPairWithoutPlaintextRequest,
  GenerateDataKeyPairWithoutPlaintextResponse,
  GenerateDataKeyRequest,
  GenerateDataKeyResponse,
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse,
  GenerateRandomRequest,
  GenerateRandomResponse,
} from '@aws-sdk/client-kms'
import { notImplemented } from '../../../errors.ts'
import { operation, type Call } from '../../../operation.ts'
import { makeDataKey, refuseNoDataKeys, wrapped, type DataKey } from '../encryption.ts'
import { dryRun, unsupported, validation } from '../errors.ts'
import { requireKey, type NamedKey } from '../find-key.ts'
import { makeMaterial, type FreshMaterial } from '../materials.ts'
import { onKey } from '../permissions.ts'
import { isKeySpec, keyKind } from '../specs.ts'

type DataKeyRequest = GenerateDataKeyRequest | GenerateDataKeyWithoutPlaintextRequest
type DataKeyPairRequest = GenerateDataKeyPairRequest | GenerateDataKeyPairWithoutPlaintextRequest

const onEncryptingKey = ({ KeyId, EncryptionContext }: DataKeyRequest, call: Call) =>
  onKey(call, KeyId!, {
    encryptionContext: EncryptionContext,
    context: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' },
  })

export const GenerateDataKey = operation<GenerateDataKeyRequest, GenerateDataKeyResponse>({
  authorize: (input, call) => [onEncryptingKey(input, call)],
  run(input, call) {
    const { made, answer } = dataKey(input, call)
    return { ...answer, Plaintext: made.plaintext }
  },
})

export const GenerateDataKeyWithoutPlaintext = operation<
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse
>({
  authorize: (input, call) => [onEncryptingKey(input, call)],
  run: (input, call) => dataKey(input, call).answer,
})

function dataKey(input: DataKeyRequest, call: Call) {
  const { KeySpec, NumberOfBytes, KeyId, EncryptionContext } = input
  refuseEnclave(input, call)
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw validation('Please specify either number of bytes or key spec.')
  }
  const found = requireKey(call, KeyId!)
  refuseNoDataKeys(found)
  const length = NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32)
  const made = makeDataKey(call, found, { length, context: EncryptionContext })
  if (input.DryRun) throw dryRun()
  const { wrapped: CiphertextBlob, materialId: KeyMaterialId } = made
  return { made, answer: { CiphertextBlob, KeyId: found.arn, KeyMaterialId } }
}

export const GenerateDataKeyPair = operation<
  GenerateDataKeyPairRequest,
  GenerateDataKeyPairResponse,
  FreshMaterial
>({
  authorize: (input, call) => [onPairsKey(input, call)],
  prepare: (input, call) => makePair(input, call),
  run(input, call, pair) {
    const { made, answer } = dataKeyPair(input, call, pair)
    return { ...answer, PrivateKeyPlaintext: made.plaintext }
  },
})

export const GenerateDataKeyPairWithoutPlaintext = operation<
  GenerateDataKeyPairWithoutPlaintextRequest,
  GenerateDataKeyPairWithoutPlaintextResponse,
  FreshMaterial
>({
  authorize: (input, call) => [onPairsKey(input, call)],
  prepare: (input, call) => makePair(input, call),
  run: (input, call, pair) => dataKeyPair(input, call, pair).answer,
})

const onPairsKey = ({ KeyId, EncryptionContext, KeyPairSpec }: DataKeyPairRequest, call: Call) =>
  onKey(call, KeyId!, {
    encryptionContext: EncryptionContext,
    context: {
      'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT',
      'kms:DataKeyPairSpec': KeyPairSpec!,
    },
  })

function makePair(input: DataKeyPairRequest, call: Call): Promise<FreshMaterial> {
  const { KeyPairSpec } = input
  refuseEnclave(input, call)
  if (!isKeySpec(KeyPairSpec!) || !['rsa', 'ec'].includes(keyKind(KeyPairSpec).kind)) {
    throw unsupported(`pocketcloud has no key pairs of the spec ${KeyPairSpec}`)
  }
  return makeMaterial(call.ids, KeyPairSpec)
}

function dataKeyPair(input: DataKeyPairRequest, call: Call, pair: FreshMaterial) {
  const found: NamedKey = requireKey(call, input.KeyId!)
  refuseNoDataKeys(found)
  const made: DataKey = wrapped(call, found, pair.secret, input.EncryptionContext)
  if (input.DryRun) throw dryRun()
  return {
    made,
    answer: {
      PrivateKeyCiphertextBlob: made.wrapped,
      PublicKey: pair.publicKey!,
      KeyId: found.arn,
      KeyPairSpec: input.KeyPairSpec!,
      KeyMaterialId: made.materialId,
    },
  }
}

export const GenerateRandom = operation<GenerateRandomRequest, GenerateRandomResponse>({
  authorize: () => ['*'],
  run(input, call) {
    refuseEnclave(input, call)
    if (input.CustomKeyStoreId !== undefined) {
      throw unsupported('pocketcloud has no custom key stores')
    }
    if (input.NumberOfBytes === undefined) throw validation('NumberOfBytes is required.')
    return { Plaintext: call.ids.bytes(input.NumberOfBytes) }
  },
})

/** What is encrypted for an enclave only the enclave can read; there are none here. */
function refuseEnclave(input: object, { operation: name }: Call): void {
  if ('Recipient' in input && input.Recipient !== undefined) {
    throw notImplemented('kms', `${name} for a Nitro enclave`)
  }
}
