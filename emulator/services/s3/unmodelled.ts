import { AwsError } from '../../errors.ts'
import type { HttpRequest } from '../../http/request.ts'
import type { Place, Unmodelled } from '../../operation.ts'
import type { OperationCodec } from '../../protocol/codec.ts'
import { browserUpload } from './forms/browser-upload.ts'
import { preflight } from './preflight.ts'
import { refuseQuery } from './query-refusals.ts'
import { websiteBucket } from './website/host.ts'
import { websiteRequest } from './website/request.ts'

/** What comes to S3 and is no operation of its API model: websites, browsers' preflights and uploads by form. */
export function unmodelled(
  request: HttpRequest,
  place: Place,
  codec: (operation: string) => OperationCodec,
): Unmodelled | undefined | Promise<Unmodelled> {
  const { bucket, path } = place
  const website = websiteBucket(request.host)
  if (request.method === 'OPTIONS') {
    if (website !== undefined) return preflight(request, website, request.path)
    return bucket === undefined ? undefined : preflight(request, bucket, path)
  }
  if (website !== undefined) return websiteRequest(request, website, codec('GetObject'))
  refuseQuery(request, place)
  if (bucket === undefined || request.method !== 'POST' || path !== '/' || request.query !== '') {
    return undefined
  }
  if (!/^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')) throw notAForm()
  return browserUpload(request, bucket, codec)
}

const notAForm = () =>
  new AwsError(
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    {
      status: 412,
      fields: { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' },
    },
  )
