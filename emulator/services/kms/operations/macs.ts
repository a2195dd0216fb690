import { createHmac, timingSafeEqual } from 'node:crypto'
import type {
  GenerateMacRequest,
  GenerateMacResponse,
  VerifyMacRequest,
  VerifyMacResponse,
} from '@aws-sdk/client-kms'
import { operation, type Call } from '../../../operation.ts'
import { checkAlgorithm, refuseUnfit } from '../encryption.ts'
import { dryRun, invalidMac } from '../errors.ts'
import { requireKey } from '../find-key.ts'
import { onKey } from '../permissions.ts'
import { currentMaterial } from '../rows/materials.ts'
import { digestOf } from '../specs.ts'

type MacRequest = GenerateMacRequest | VerifyMacRequest

const onMacKey = ({ KeyId, MacAlgorithm }: MacRequest, call: Call) =>
  onKey(call, KeyId!, { context: { 'kms:MacAlgorithm': MacAlgorithm! } })

export const GenerateMac = operation<GenerateMacRequest, GenerateMacResponse>({
  authorize: (input, call) => [onMacKey(input, call)],
  run(input, call) {
    const { arn, mac } = macOf(input, call)
    return { Mac: mac, MacAlgorithm: input.MacAlgorithm!, KeyId: arn }
  },
})

export const VerifyMac = operation<VerifyMacRequest, VerifyMacResponse>({
  authorize: (input, call) => [onMacKey(input, call)],
  run(input, call) {
    const { arn, mac } = macOf(input, call)
    const { Mac } = input
    if (Mac!.length !== mac.length || !timingSafeEqual(Mac!, mac)) throw invalidMac()
    return { KeyId: arn, MacValid: true, MacAlgorithm: input.MacAlgorithm! }
  },
})

function macOf({ KeyId, MacAlgorithm, Message, DryRun }: MacRequest, call: Call) {
  const found = requireKey(call, KeyId!)
  refuseUnfit(found, 'GENERATE_VERIFY_MAC', call.operation)
  checkAlgorithm(found.key.spec, 'GENERATE_VERIFY_MAC', MacAlgorithm!)
  if (DryRun) throw dryRun()
  const { secret } = currentMaterial(call.db, found.key)
  return {
    arn: found.arn,
    mac: createHmac(digestOf(MacAlgorithm!), secret).update(Message!).digest(),
  }
}
