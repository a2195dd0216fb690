// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id

interface Place {
  readonly account: string
  readonly region: string
}

export const keyArn = ({ account, region }: Place, id: string) =>
  `arn:aws:kms:${region}:${account}:key/${id}`

/** @param name with its prefix: `alias/name` */
export const aliasArn = ({ account, region }: Place, name: string) =>
  `arn:aws:kms:${region}:${account}:${name}`

export const rootArn = (account: string) => `arn:aws:iam::${account}:root`

/** The account, region and resource (`key/…`, `alias/…`) of a KMS ARN. */
export function parseArn(arn: string): (Place & { readonly resource: string }) | undefined {
  const match = /^arn:aws[\w-]*:kms:([^:]*):(\d{12}):((?:key|alias)\/.+)$/s.exec(arn)
  return match ? { region: match[1]!, account: match[2]!, resource: match[3]! } : undefined
}
