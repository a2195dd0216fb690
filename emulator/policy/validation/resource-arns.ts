const partitions: ReadonlySet<string> = new Set([
  '*',
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
  'aws-eusc',
])

/** What IAM's own resources begin with. */
const iamPaths = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
]

/** S3's resources that are in a region; buckets and objects are not. */
const regionalS3 =
  /^(?:accesspoint|job|storage-lens|storage-lens-group|access-grants|async-request)\//

/**
 * What IAM says to a `Resource` that it can't read.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function resourceProblem(resource: string): string | undefined {
  if (resource === '*') return undefined
  const [scheme, partition, service, region, account, ...rest] = resource.split(':')
  const noArn = `Resource ${resource} must be in ARN format or "*".`
  if (partition === undefined) return noArn
  if (!partitions.has(partition)) {
    const id = rest.length > 0 ? rest.join(':') : '*'
    const parts = [partition, service || (region === undefined ? '*' : ''), region ?? '*']
    const shown = ['arn', ...parts, account ?? '*', id].join(':')
    return `Partition "${partition}" is not valid for resource "${shown}".`
  }
  if (scheme !== 'arn') return noArn
  if (service === undefined) {
    return 'Resource vendor must be fully qualified and cannot contain regexes.'
  }
  const id = rest.join(':')
  if (service === 's3' && region && !regionalS3.test(id)) {
    return `Resource ${resource} can not contain region information.`
  }
  if (service !== 'iam') return undefined
  if (region) return `IAM resource ${resource} cannot contain region information.`
  // The root user is no resource, but AWS's own policies for root sessions name it.
  const known = id === '*' || id === 'root' || iamPaths.some((path) => id.startsWith(path))
  if (known || rest.length === 0) return undefined
  return `IAM resource path must either be "*" or start with ${iamPaths.join(', ')}.`
}

/** Older than the sentences above, and stricter: an ARN that skips segments has to have all of them. */
export const failsLegacyParsing = (resource: string): boolean =>
  resource !== '*' &&
  ((resource.split(':').length < 6 && resource.includes('::')) || resource.split(':')[2] === '')
