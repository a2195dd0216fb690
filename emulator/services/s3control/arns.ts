/** Where something of S3's control API is. */
interface Place {
  readonly account: string
  readonly region: string
}

export const accessPointArn = ({ account, region }: Place, name: string) =>
  `arn:aws:s3:${region}:${account}:accesspoint/${name}`

export const jobArn = ({ account, region }: Place, id: string) =>
  `arn:aws:s3:${region}:${account}:job/${id}`

/** The name of the bucket that an ARN is of; undefined for what is none's. */
export const bucketOfArn = (arn: string | undefined): string | undefined =>
  /^arn:aws[\w-]*:s3:::([^/]+)$/.exec(arn ?? '')?.[1]

/** The bucket and key that an ARN is of; undefined for what is no object's. */
export function objectOfArn(
  arn: string | undefined,
): { readonly Bucket: string; readonly Key: string } | undefined {
  const found = /^arn:aws[\w-]*:s3:::([^/]+)\/(.+)$/s.exec(arn ?? '')
  return found ? { Bucket: found[1]!, Key: found[2]! } : undefined
}

export const storageLensArn = ({ account, region }: Place, id: string) =>
  `arn:aws:s3:${region}:${account}:storage-lens/${id}`

export const storageLensGroupArn = ({ account, region }: Place, name: string) =>
  `arn:aws:s3:${region}:${account}:storage-lens-group/${name}`

/** @param rest `location/ID`, `grant/ID`; nothing for the instance, of which there is one */
export const accessGrantsArn = ({ account, region }: Place, rest = '') =>
  `arn:aws:s3:${region}:${account}:access-grants/default${rest === '' ? '' : `/${rest}`}`
