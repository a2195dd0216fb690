import type { Call } from '../../operation.ts'

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.ARN.Constructing.html */
const rdsArn =
  (type: string) =>
  ({ region, account }: Pick<Call, 'region' | 'account'>, name: string) =>
    `arn:aws:rds:${region}:${account}:${type}:${name}`

export const instanceArn = rdsArn('db')

/** The name in an ARN of this type, or the name itself where it is no ARN. In lower case, as RDS keeps names. */
export function nameIn(type: string, nameOrArn: string): string {
  const match = /^arn:aws[\w-]*:rds:[\w-]*:\d*:([\w-]+):(.+)$/.exec(nameOrArn)
  return (match && match[1] === type ? match[2]! : nameOrArn).toLowerCase()
}
