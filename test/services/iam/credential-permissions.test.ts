import * as sdk from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { asUser } from './callers.ts'

const { IAMClient, CreateUserCommand } = sdk

let emulator: TestEmulator
let nobody: InstanceType<typeof IAMClient>
beforeAll(async () => {
  emulator = await startTestEmulator()
  const iam = emulator.client(IAMClient)
  await iam.send(new CreateUserCommand({ UserName: 'nobody' }))
  await iam.send(new CreateUserCommand({ UserName: 'alice', Path: '/team/' }))
  nobody = emulator.client(IAMClient, await asUser(emulator, 'nobody'))
})
afterAll(() => emulator.close())

const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`
const alice = { UserName: 'alice' }
const onAlice = 'user/team/alice'
const device = { SerialNumber: arn('mfa/phone') }
const oidc = { OpenIDConnectProviderArn: arn('oidc-provider/idp.example.com') }
const saml = { SAMLProviderArn: arn('saml-provider/idp') }
const certificate = { ServerCertificateName: 'www' }
const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' }
const credential = { ...alice, ServiceSpecificCredentialId: 'ACCA0123456789ABCDEFG' }
const sshKey = { ...alice, SSHPublicKeyId: 'APKA0123456789ABCDEF' }
const signing = { ...alice, CertificateId: 'ABCDEFGHIJKLMNOPQRSTUVWX' }
const Tags = [{ Key: 'a', Value: 'b' }]
const TagKeys = ['a']
const job = { JobId: '01234567-89ab-cdef-0123-456789abcdef' }

/** What a caller without any permission asks for, and the resource that AWS names in its refusal; `*` where there is none. */
const cases: readonly (readonly [operation: string, input: object, resource: string])[] = [
  ['CreateLoginProfile', { ...alice, Password: 'Secret-1' }, onAlice],
  ['GetLoginProfile', alice, onAlice],
  ['UpdateLoginProfile', alice, onAlice],
  ['DeleteLoginProfile', { UserName: 'ALICE' }, onAlice],
  ['ChangePassword', { OldPassword: 'a', NewPassword: 'b' }, 'user/nobody'],
  ['UpdateAccountPasswordPolicy', {}, '*'],
  ['GetAccountPasswordPolicy', {}, '*'],
  ['DeleteAccountPasswordPolicy', {}, '*'],
  ['CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone', Path: '/a/' }, 'mfa/a/phone'],
  ['DeleteVirtualMFADevice', device, 'mfa/phone'],
  ['ListVirtualMFADevices', {}, 'mfa/'],
  ['TagMFADevice', { ...device, Tags }, 'mfa/phone'],
  ['UntagMFADevice', { ...device, TagKeys }, 'mfa/phone'],
  ['ListMFADeviceTags', device, 'mfa/phone'],
  ['EnableMFADevice', { ...alice, ...device, ...codes }, onAlice],
  ['ResyncMFADevice', { ...alice, ...device, ...codes }, onAlice],
  ['DeactivateMFADevice', { ...alice, ...device }, onAlice],
  ['ListMFADevices', alice, onAlice],
  ['ListMFADevices', {}, 'user/nobody'],
  ['GetMFADevice', { ...alice, ...device }, onAlice],
  ['CreateAccountAlias', { AccountAlias: 'acme' }, '*'],
  ['DeleteAccountAlias', { AccountAlias: 'acme' }, '*'],
  ['ListAccountAliases', {}, '*'],
  ['GetAccountSummary', {}, '*'],
  ['GetAccountAuthorizationDetails', {}, '*'],
  ['GenerateCredentialReport', {}, '*'],
  ['GetCredentialReport', {}, '*'],
  ['SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion: 'v2Token' }, '*'],
  ['GetAccessKeyLastUsed', { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }, 'user/student'],
  ['GenerateServiceLastAccessedDetails', { Arn: arn('user/alice') }, onAlice],
  ['GetServiceLastAccessedDetails', job, '*'],
  ['GetServiceLastAccessedDetailsWithEntities', { ...job, ServiceNamespace: 's3' }, '*'],
  ['ListPoliciesGrantingServiceAccess', { Arn: arn(onAlice), ServiceNamespaces: ['s3'] }, onAlice],
  [
    'CreateOpenIDConnectProvider',
    { Url: 'https://idp.example.com' },
    'oidc-provider/idp.example.com',
  ],
  ['GetOpenIDConnectProvider', oidc, 'oidc-provider/idp.example.com'],
  ['ListOpenIDConnectProviders', {}, '*'],
  [
    'AddClientIDToOpenIDConnectProvider',
    { ...oidc, ClientID: 'a' },
    'oidc-provider/idp.example.com',
  ],
  [
    'RemoveClientIDFromOpenIDConnectProvider',
    { ...oidc, ClientID: 'a' },
    'oidc-provider/idp.example.com',
  ],
  [
    'UpdateOpenIDConnectProviderThumbprint',
    { ...oidc, ThumbprintList: [] },
    'oidc-provider/idp.example.com',
  ],
  ['DeleteOpenIDConnectProvider', oidc, 'oidc-provider/idp.example.com'],
  ['TagOpenIDConnectProvider', { ...oidc, Tags }, 'oidc-provider/idp.example.com'],
  ['UntagOpenIDConnectProvider', { ...oidc, TagKeys }, 'oidc-provider/idp.example.com'],
  ['ListOpenIDConnectProviderTags', oidc, 'oidc-provider/idp.example.com'],
  [
    'CreateSAMLProvider',
    { Name: 'idp', SAMLMetadataDocument: 'x'.repeat(1000) },
    'saml-provider/idp',
  ],
  ['GetSAMLProvider', saml, 'saml-provider/idp'],
  ['ListSAMLProviders', {}, '*'],
  ['UpdateSAMLProvider', saml, 'saml-provider/idp'],
  ['DeleteSAMLProvider', saml, 'saml-provider/idp'],
  ['TagSAMLProvider', { ...saml, Tags }, 'saml-provider/idp'],
  ['UntagSAMLProvider', { ...saml, TagKeys }, 'saml-provider/idp'],
  ['ListSAMLProviderTags', saml, 'saml-provider/idp'],
  [
    'UploadServerCertificate',
    { ...certificate, CertificateBody: 'x', PrivateKey: 'x', Path: '/a/' },
    'server-certificate/a/www',
  ],
  ['GetServerCertificate', certificate, 'server-certificate/www'],
  ['ListServerCertificates', { PathPrefix: '/a/' }, 'server-certificate/a/'],
  ['UpdateServerCertificate', certificate, 'server-certificate/www'],
  ['DeleteServerCertificate', certificate, 'server-certificate/www'],
  ['TagServerCertificate', { ...certificate, Tags }, 'server-certificate/www'],
  ['UntagServerCertificate', { ...certificate, TagKeys }, 'server-certificate/www'],
  ['ListServerCertificateTags', certificate, 'server-certificate/www'],
  ['UploadSigningCertificate', { ...alice, CertificateBody: 'x' }, onAlice],
  ['ListSigningCertificates', alice, onAlice],
  ['UpdateSigningCertificate', { ...signing, Status: 'Active' }, onAlice],
  ['DeleteSigningCertificate', signing, onAlice],
  ['UploadSSHPublicKey', { ...alice, SSHPublicKeyBody: 'x' }, onAlice],
  ['GetSSHPublicKey', { ...sshKey, Encoding: 'SSH' }, onAlice],
  ['ListSSHPublicKeys', alice, onAlice],
  ['UpdateSSHPublicKey', { ...sshKey, Status: 'Active' }, onAlice],
  ['DeleteSSHPublicKey', sshKey, onAlice],
  ['CreateServiceSpecificCredential', { ...alice, ServiceName: 'bedrock.amazonaws.com' }, onAlice],
  ['ListServiceSpecificCredentials', alice, onAlice],
  ['ListServiceSpecificCredentials', { AllUsers: true }, 'user/*'],
  ['ResetServiceSpecificCredential', credential, onAlice],
  ['UpdateServiceSpecificCredential', { ...credential, Status: 'Active' }, onAlice],
  ['DeleteServiceSpecificCredential', credential, onAlice],
  ['EnableOutboundWebIdentityFederation', {}, '*'],
  ['GetOutboundWebIdentityFederationInfo', {}, '*'],
  ['DisableOutboundWebIdentityFederation', {}, '*'],
]

test.each(cases)(
  '%s without permission is refused, by name',
  async (operation, input, resource) => {
    const Command = (sdk as unknown as Record<string, new (input: object) => sdk.ListUsersCommand>)[
      `${operation}Command`
    ]!
    const on = resource === '*' ? '*' : arn(resource)
    await expect(nobody.send(new Command(input))).rejects.toMatchObject({
      Error: { Code: 'AccessDenied' },
      $metadata: { httpStatusCode: 403 },
      message:
        `User: ${arn('user/nobody')} is not authorized to perform: iam:${operation} on resource: ${on} ` +
        `because no identity-based policy allows the iam:${operation} action`,
    })
  },
)
