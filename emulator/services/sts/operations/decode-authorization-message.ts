import type {
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse,
} from '@aws-sdk/client-sts'
import { decodeMessage } from '../../../authorize/encoded-message.ts'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'

/** Tells a caller who may know why EC2 refused a call: https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html */
export const DecodeAuthorizationMessage = operation<
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse
>({
  authorize: () => ['*'],
  run({ EncodedMessage }, { db, account }) {
    const DecodedMessage = decodeMessage(EncodedMessage!, db, account)
    if (DecodedMessage === undefined) throw invalidMessage()
    return { DecodedMessage }
  },
})

const invalidMessage = () =>
  new AwsError('InvalidAuthorizationMessageException', 'Message is not valid')
