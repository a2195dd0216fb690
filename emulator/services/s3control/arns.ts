/** Where something of S3's control API is. */
interface Place {
  readonly account: string
  readonly region: string
}

export const accessPointArn = ({ account, region }: Place, name: string) =>
  `arn:aws:s3:${region}:${account}:accesspoint/${name}`
