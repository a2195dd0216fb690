import { AwsError } from '../../errors.ts'
import {
  alreadyExists,
  deleteConflict,
  limitExceeded,
  noSuchEntity,
  validationError as validation,
} from './errors.ts'

// The errors of passwords, devices, certificates, keys and reports, with IAM's own sentences:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html (the error list of each operation)

export const invalidInput = (message: string) => new AwsError('InvalidInput', message)

export const accessDenied = (message: string) =>
  new AwsError('AccessDenied', message, { status: 403 })

/** `kind` as AWS writes it: `Login Profile for User`, `Certificate with id`. */
export const cannotBeFound = (kind: string, name: string) =>
  noSuchEntity(`The ${kind} ${name} cannot be found.`)

export const nameTaken = (kind: string, name: string) =>
  alreadyExists(`${kind} ${name} already exists.`)

export const temporarilyUnmodifiable = (user: string) =>
  new AwsError(
    'EntityTemporarilyUnmodifiable',
    `Login Profile for User ${user} cannot be modified while login profile is being created.`,
    { status: 409 },
  )

export const passwordPolicyViolation = (message: string) =>
  new AwsError('PasswordPolicyViolation', message)

export const passwordReused = () =>
  passwordPolicyViolation(
    'Policy constraint violation with password reuse prevention during password change',
  )

export const noLoginProfile = (user: string) =>
  noSuchEntity(`Login Profile for User ${user} cannot be found.`)

/** AWS refuses both of these as `AccessDenied`. */
export const passwordUnchanged = () =>
  accessDenied('The new password must be different from the old password.')
export const oldPasswordIncorrect = () => accessDenied('The old password was incorrect.')

export const onlyUsersHavePasswords = () =>
  new AwsError('InvalidUserType', 'Only IAM Users can change their own password')

export const noPasswordPolicy = (account: string) =>
  noSuchEntity(`The Password Policy with domain name ${account} cannot be found.`)

export const noPasswordPolicyToDelete = () =>
  noSuchEntity('The account policy with name PasswordPolicy cannot be found.')

export const mfaDeviceExists = () => alreadyExists('MFA device already exists.')

export const noSuchVirtualDevice = (serial: string) =>
  noSuchEntity(`VirtualMFADevice with serial number ${serial} doesn't exist.`)

export const notTheUsersDevice = () => noSuchEntity('MFA Device invalid for user.')

export const deviceAlreadyTheUsers = (user: string) =>
  alreadyExists(`MFA Device for user ${user} already exists.`)

export const deviceInUse = () => alreadyExists('MFA Device is already in use.')

export const deviceStillEnabled = () =>
  deleteConflict('MFA VirtualDevice in use. Must deactivate first.')

export const invalidAuthenticationCode = () =>
  new AwsError('InvalidAuthenticationCode', 'Authentication code for device is not valid.', {
    status: 403,
  })

/** Since 2023 a user who has a device adds and removes devices in sessions with MFA only. */
export const mfaSessionRequired = () =>
  accessDenied(
    'To complete this action, please ensure that you are authenticated with an MFA device that is ' +
      'enabled for this user.',
  )

export const onlySecurityKeys = () =>
  new AwsError(
    'ValidationError',
    'The MFA device serial number sent in the request is invalid or not supported by this API. ' +
      'Currently, only hardware FIDO security keys are supported. Please use the compatible device or API.',
  )

export const reservedTagKey = () =>
  invalidInput('Tag keys beginning with aws: are reserved for system use.')

export const emptyTags = () => invalidInput('The provided tag map must not be null/empty.')

export const emptyTagKeys = () => invalidInput('The provided tag keys must not be null/empty.')

export const aliasTaken = (alias: string) =>
  alreadyExists(`The account alias ${alias} already exists.`)

export const unsupportedStatus = (status: string) =>
  invalidInput(`Operation does not support status ${status}`)

/** Reports that cannot be had yet, or any more; AWS gives them no sentence. */
export const reportNotPresent = () => new AwsError('ReportNotPresent', 'Unknown', { status: 410 })
export const reportExpired = () => new AwsError('ReportExpired', 'Unknown', { status: 410 })

export const malformedCertificate = (message: string) =>
  new AwsError('MalformedCertificate', message)

export const certificateNotPem = () =>
  malformedCertificate(
    'Unable to parse certificate. Please ensure the certificate is in PEM format.',
  )

export const certificateExpired = () =>
  malformedCertificate(
    "Certificate is no longer valid. The 'Not After' date restriction on the certificate has passed.",
  )

export const certificateNotYetValid = () =>
  malformedCertificate(
    "Certificate is not yet valid. The 'Not Before' date restriction on the certificate has not passed.",
  )

/** @param index of the certificate that does not sign the one before it; -1 when the first does not sign the body */
export const brokenChain = (index: number) =>
  malformedCertificate(
    'Unable to validate certificate chain. The certificate chain must start with the immediate ' +
      'signing certificate, followed by any intermediaries in order. ' +
      `The index within the chain of the invalid certificate is: ${index}`,
  )

export const privateKeyNotPem = () =>
  malformedCertificate(
    'Unable to parse private key. Please ensure the private key is in PEM format.',
  )

export const keyPairMismatch = () =>
  new AwsError(
    'KeyPairMismatch',
    'The private key did not match the public key provided. Please verify the key material and try again.',
  )

export const duplicateCertificate = () =>
  new AwsError('DuplicateCertificate', 'Duplicate certificate uploaded.', { status: 409 })

export const unrecognizedPublicKey = () =>
  new AwsError('UnrecognizedPublicKeyEncoding', 'Invalid public key uploaded.')

export const invalidPublicKey = () =>
  new AwsError('InvalidPublicKey', 'Invalid body for public key')

export const duplicatePublicKey = () =>
  new AwsError('DuplicateSSHPublicKey', 'Duplicate SSH public key uploaded.')

export const noSuchPublicKey = (id: string) => noSuchEntity(`User has no Public Key with id ${id}.`)

export const serviceWithoutCredentials = (service: string) =>
  noSuchEntity(`No such service ${service} is supported for Service Specific Credentials`)

export const notTheUsersCredential = (user: string, id: string) =>
  new AwsError(
    'ValidationError',
    `User ${user} does not have a service specific credential with id ${id}`,
  )

export const privateKeyLimit = (limit: number) =>
  limitExceeded(`Private key limit of ${limit} is reached.`)

export const federationDisabled = (account: string) =>
  new AwsError(
    'FeatureDisabled',
    `Outbound identity federation is disabled for account ${account}`,
    { status: 404 },
  )

export const federationEnabled = (account: string) =>
  new AwsError(
    'FeatureEnabled',
    `Outbound identity federation is already enabled for account ${account}`,
    { status: 409 },
  )

export const invalidIssuer = () => validation('Invalid Open ID Connect Provider URL')

export const noSuchOidcProvider = (arn: string) =>
  noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`)

export const noSuchSamlProvider = (arn: string) => noSuchEntity(`Manifest not found for arn ${arn}`)

export const unreadableMetadata = () => invalidInput('Could not parse metadata')

export const noAssertionIssuer = () =>
  invalidInput('SAML Provider must reference at least one SAML assertion issuer.')

export const nothingToUpdate = () =>
  validation(
    'Unable to update identity provider. No updates are defined for metadata or encryption assertion.',
  )

export const addAndRemoveKeys = () =>
  validation(
    'Unable to add and remove private keys in the same request. Set a value for only one of the two parameters.',
  )

export const noKeyToRequireEncryption = () =>
  invalidInput(
    'Failed to set assertion encryption mode to Required because no private key is present.',
  )

export const cannotRemoveKey = () => invalidInput('Failed to remove private key.')

export const unreadablePrivateKey = () => invalidInput('Could not parse private key.')

export const notYourAccessKey = (caller: string, id: string) =>
  accessDenied(
    `User: ${caller} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${id}`,
  )
