/**
 * The values that `LocationConstraint` takes in the partition `aws`. us-east-1 is a region but no constraint: a bucket is
 * made there by naming none. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html
 */
const constraints: ReadonlySet<string> = new Set([
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-central-1',
  'ca-west-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
  'sa-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
])

/**
 * The constraint of buckets in eu-west-1 from before there was another region in Europe; a bucket that is made with it
 * answers it as its location. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
 */
export const oldEurope = 'EU'

/** The region that a constraint names, or undefined for one that does not exist. */
export function regionOfConstraint(constraint: string): string | undefined {
  if (constraint === oldEurope) return 'eu-west-1'
  return constraints.has(constraint) ? constraint : undefined
}

export const isRegion = (name: string) => name === 'us-east-1' || constraints.has(name)
