import type {
  DisableEbsEncryptionByDefaultRequest,
  DisableEbsEncryptionByDefaultResult,
  EnableEbsEncryptionByDefaultRequest,
  EnableEbsEncryptionByDefaultResult,
  GetEbsDefaultKmsKeyIdRequest,
  GetEbsDefaultKmsKeyIdResult,
  GetEbsEncryptionByDefaultRequest,
  GetEbsEncryptionByDefaultResult,
  ModifyEbsDefaultKmsKeyIdRequest,
  ModifyEbsDefaultKmsKeyIdResult,
  ResetEbsDefaultKmsKeyIdRequest,
  ResetEbsDefaultKmsKeyIdResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { missingParameter } from '../errors.ts'
import { anyResource } from '../permissions.ts'
import { ebsEncryption, setEbsEncryption } from '../rows/ebs-encryption.ts'

// Encryption by default, region by region. https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html

const managedKey = 'alias/aws/ebs'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableEbsEncryptionByDefault.html */
export const EnableEbsEncryptionByDefault = operation<
  EnableEbsEncryptionByDefaultRequest,
  EnableEbsEncryptionByDefaultResult
>({
  authorize: anyResource,
  run(_input, call) {
    setEbsEncryption(call, { byDefault: true })
    return { EbsEncryptionByDefault: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableEbsEncryptionByDefault.html */
export const DisableEbsEncryptionByDefault = operation<
  DisableEbsEncryptionByDefaultRequest,
  DisableEbsEncryptionByDefaultResult
>({
  authorize: anyResource,
  run(_input, call) {
    setEbsEncryption(call, { byDefault: false })
    return { EbsEncryptionByDefault: false }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetEbsEncryptionByDefault.html */
export const GetEbsEncryptionByDefault = operation<
  GetEbsEncryptionByDefaultRequest,
  GetEbsEncryptionByDefaultResult
>({
  authorize: anyResource,
  run: (_input, call) => ({
    EbsEncryptionByDefault: ebsEncryption(call).byDefault,
    SseType: ebsEncryption(call).byDefault ? 'sse-kms' : 'none',
  }),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetEbsDefaultKmsKeyId.html */
export const GetEbsDefaultKmsKeyId = operation<
  GetEbsDefaultKmsKeyIdRequest,
  GetEbsDefaultKmsKeyIdResult
>({
  authorize: anyResource,
  run: (_input, call) => ({ KmsKeyId: ebsEncryption(call).kmsKeyId ?? managedKey }),
})

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyEbsDefaultKmsKeyId.html */
export const ModifyEbsDefaultKmsKeyId = operation<
  ModifyEbsDefaultKmsKeyIdRequest,
  ModifyEbsDefaultKmsKeyIdResult
>({
  authorize: anyResource,
  run({ KmsKeyId }, call) {
    if (!KmsKeyId) throw missingParameter('KmsKeyId')
    const { arn } = call.ports.kms.resolve(call, { service: 'ebs', keyId: KmsKeyId })
    setEbsEncryption(call, { kmsKeyId: arn })
    return { KmsKeyId: arn }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetEbsDefaultKmsKeyId.html */
export const ResetEbsDefaultKmsKeyId = operation<
  ResetEbsDefaultKmsKeyIdRequest,
  ResetEbsDefaultKmsKeyIdResult
>({
  authorize: anyResource,
  run(_input, call) {
    setEbsEncryption(call, { kmsKeyId: null })
    return { KmsKeyId: managedKey }
  },
})
