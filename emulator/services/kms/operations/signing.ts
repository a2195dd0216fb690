import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import type {
  DeriveSharedSecretRequest,
  DeriveSharedSecretResponse,
  GetPublicKeyRequest,
  GetPublicKeyResponse,
  SignRequest,
  SignResponse,
  VerifyRequest,
  VerifyResponse,
} from '@aws-sdk/client-kms'
import { notImplemented } from '../../../errors.ts'
import { operation, type Call } from '../../../operation.ts'
import { digestFor, sign, verify } from '../crypto/signatures.ts'
import { checkAlgorithm, refuseUnfit } from '../encryption.ts'
import { dryRun, invalidSignature, unsupported, validation } from '../errors.ts'
import { refuseUnusable, requireKey } from '../find-key.ts'
import { algorithmLists } from '../key-metadata.ts'
import { onKey } from '../permissions.ts'
import { currentMaterial } from '../rows/materials.ts'
import type { SigningAlgorithm } from '../specs.ts'

type SigningRequest = SignRequest | VerifyRequest

const onSigningKey = (
  { KeyId, SigningAlgorithm, MessageType = 'RAW' }: SigningRequest,
  call: Call,
) =>
  onKey(call, KeyId!, {
    context: { 'kms:SigningAlgorithm': SigningAlgorithm!, 'kms:MessageType': MessageType },
  })

export const Sign = operation<SignRequest, SignResponse>({
  authorize: (input, call) => [onSigningKey(input, call)],
  run(input, call) {
    const { found, material, algorithm, digest } = signing(input, call)
    if (input.DryRun) throw dryRun()
    const Signature = sign(call.ids, found.key.spec, material, algorithm, digest)
    return { KeyId: found.arn, Signature, SigningAlgorithm: algorithm }
  },
})

export const Verify = operation<VerifyRequest, VerifyResponse>({
  authorize: (input, call) => [onSigningKey(input, call)],
  run(input, call) {
    const { found, material, algorithm, digest } = signing(input, call)
    if (input.DryRun) throw dryRun()
    if (!verify(found.key.spec, material, algorithm, digest, input.Signature!)) {
      throw invalidSignature()
    }
    return { KeyId: found.arn, SignatureValid: true, SigningAlgorithm: algorithm }
  },
})

function signing({ KeyId, Message, MessageType, SigningAlgorithm }: SigningRequest, call: Call) {
  const found = requireKey(call, KeyId!)
  refuseUnfit(found, 'SIGN_VERIFY', call.operation)
  checkAlgorithm(found.key.spec, 'SIGN_VERIFY', SigningAlgorithm!)
  if (MessageType === 'EXTERNAL_MU') {
    throw validation(`Message type ${MessageType} is incompatible with key spec ${found.key.spec}.`)
  }
  const algorithm = SigningAlgorithm as SigningAlgorithm
  const digest = digestFor(algorithm, Message!, MessageType === 'DIGEST')
  if (!digest) throw validation(`Digest is invalid length for algorithm ${algorithm}.`)
  return { found, material: currentMaterial(call.db, found.key), algorithm, digest }
}

export const GetPublicKey = operation<GetPublicKeyRequest, GetPublicKeyResponse>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!)],
  run({ KeyId }, call) {
    const found = requireKey(call, KeyId!)
    refuseUnusable(found)
    const { spec, usage } = found.key
    const { publicKey } = currentMaterial(call.db, found.key)
    if (!publicKey) throw unsupported(`${found.arn} key spec is ${spec} which has no public key.`)
    return {
      KeyId: found.arn,
      PublicKey: publicKey,
      CustomerMasterKeySpec: spec,
      KeySpec: spec,
      KeyUsage: usage,
      ...algorithmLists(found.key),
    }
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DeriveSharedSecret.html */
export const DeriveSharedSecret = operation<DeriveSharedSecretRequest, DeriveSharedSecretResponse>({
  authorize: ({ KeyId, KeyAgreementAlgorithm }, call) => [
    onKey(call, KeyId!, { context: { 'kms:KeyAgreementAlgorithm': KeyAgreementAlgorithm! } }),
  ],
  run(input, call) {
    if (input.Recipient) throw notImplemented('kms', 'DeriveSharedSecret for a Nitro enclave')
    const { KeyId, KeyAgreementAlgorithm, PublicKey } = input
    const found = requireKey(call, KeyId!)
    refuseUnfit(found, 'KEY_AGREEMENT', call.operation)
    const { secret } = currentMaterial(call.db, found.key)
    const privateKey = createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' })
    const publicKey = readPublicKey(PublicKey!)
    const curveOf = (key: KeyObject | undefined) => key?.asymmetricKeyDetails?.namedCurve
    if (!publicKey || curveOf(publicKey) !== curveOf(privateKey)) {
      throw validation('')
    }
    if (input.DryRun) throw dryRun()
    return {
      KeyId: found.arn,
      SharedSecret: diffieHellman({ privateKey, publicKey }),
      KeyAgreementAlgorithm: KeyAgreementAlgorithm!,
      KeyOrigin: 'AWS_KMS',
    }
  },
})

function readPublicKey(der: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}
