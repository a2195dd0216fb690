import { studentKey } from '../checker/student.ts'

/** Left in a shell from work with the real AWS, these would win over what is set here, or make the clients fail. */
export const inTheWay: readonly string[] = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
]

/** What points AWS's clients to an emulator, with the key of `student`. */
export const clientEnvironment = (endpoint: string, region: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: studentKey.accessKeyId,
  AWS_SECRET_ACCESS_KEY: studentKey.secretAccessKey,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  // No pager that stops a script, no wait for the metadata service of an EC2 instance that this is not.
  AWS_PAGER: '',
  AWS_EC2_METADATA_DISABLED: 'true',
})
