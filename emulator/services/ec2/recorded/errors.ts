import { AwsError } from '../../../errors.ts'

// What several families say, in EC2's own codes and sentences.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

/** The resource, or one that depends on it, is not as the operation needs it. */
export const incorrectState = (message: string) => new AwsError('IncorrectState', message)

/** How transit gateways and their parts are missed: `Transit Gateway tgw-1 was deleted or does not exist.` */
export const deletedOrMissing = (code: string, noun: string) => {
  const one = (id: string) => `${noun} ${id} was deleted or does not exist.`
  return { code, one, several: one }
}
