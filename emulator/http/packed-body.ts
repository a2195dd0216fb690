import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AwsError } from '../errors.ts'

const unpack = promisify(gunzip)

/**
 * What a body says: clients pack large ones where the API model lets them (CloudWatch's PutMetricData). Its signature is of the packed
 * bytes. https://smithy.io/2.0/spec/behavior-traits.html#requestcompression-trait
 *
 * @param limit how long it may be, in bytes
 * @throws SerializationException for what can't be unpacked
 */
export async function unpackedBody(
  body: Buffer,
  encoding: string | undefined,
  limit: number,
): Promise<Buffer> {
  if (encoding !== 'gzip') return body
  try {
    return await unpack(body, { maxOutputLength: limit })
  } catch {
    throw new AwsError('SerializationException', 'The content of the request cannot be unpacked')
  }
}
