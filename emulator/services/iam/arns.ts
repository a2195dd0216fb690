/**
 * IAM's ARNs have no region; a path stands between the type and the name: `arn:aws:iam::123456789012:user/dev/alice`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
const iamArn = (type: string) => (account: string, path: string, name: string) =>
  `arn:aws:iam::${account}:${type}${path}${name}`

export const userArn = iamArn('user')
export const groupArn = iamArn('group')
export const policyArn = iamArn('policy')
export const roleArn = iamArn('role')
export const instanceProfileArn = iamArn('instance-profile')

export const mfaArn = iamArn('mfa')
export const serverCertificateArn = iamArn('server-certificate')
export const oidcProviderArn = (account: string, url: string) =>
  `arn:aws:iam::${account}:oidc-provider/${url}`
export const samlProviderArn = (account: string, name: string) =>
  `arn:aws:iam::${account}:saml-provider/${name}`

export const rootArn = (account: string) => `arn:aws:iam::${account}:root`

/** A role session goes by the role's name without its path. */
export const assumedRoleArn = (account: string, roleName: string, session: string) =>
  `arn:aws:sts::${account}:assumed-role/${roleName}/${session}`

export const federatedUserArn = (account: string, name: string) =>
  `arn:aws:sts::${account}:federated-user/${name}`

/** The policies that AWS writes belong to no account: `arn:aws:iam::aws:policy/AdministratorAccess`. */
export const awsPolicyPrefix = 'arn:aws:iam::aws:policy/'
