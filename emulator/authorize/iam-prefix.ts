/** Services whose actions have another prefix than the name they go by here. */
const prefixes: Readonly<Record<string, string>> = {
  elb: 'elasticloadbalancing',
  s3control: 's3',
  'service-quotas': 'servicequotas',
  'secrets-manager': 'secretsmanager',
  elbv2: 'elasticloadbalancing',
  efs: 'elasticfilesystem',
  'cognito-identity-provider': 'cognito-idp',
}

/** What stands before the colon in the service's actions: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
export const iamPrefix = (service: string): string => prefixes[service] ?? service
