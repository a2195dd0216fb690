import { invalidArgument } from './errors.ts'
import { urlEncoded } from './keys.ts'

/** How a listing writes keys. @throws AwsError `InvalidArgument` for an encoding that S3 does not have */
export function encoderOf(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text
  if (encodingType.toLowerCase() === 'url') return urlEncoded
  throw invalidArgument(
    'Invalid Encoding Method specified in Request',
    'encoding-type',
    encodingType,
  )
}
