import type { X509Certificate } from 'node:crypto'
import type { Instance } from '@aws-sdk/client-ec2'
import type { Caller, Credential, SessionContext } from './auth/caller.ts'
import type { TimerCall } from './clock/timers.ts'
import type { ServiceUse } from './events/service-use.ts'
import type { IdSource } from './ids.ts'
import type { InstancePlace } from './imds/facts.ts'
import type { Call, Permission } from './operation.ts'
import type { Database } from './store/database.ts'

/**
 * What one service needs of another. Services never import each other: each port is implemented by the service
 * that owns the data and wired in `runtime.ts`.
 */
export interface Ports {
  readonly identities: Identities
  readonly roles: Roles
  readonly sessions: Sessions
  readonly kms: KeyManagement
  /** Without it no MFA code is ever right. */
  readonly mfa?: MfaDevices
  /** Without it every user and role is taken to be there. */
  readonly principals?: Principals
  /** Without it no account blocks public access. */
  readonly accountPublicAccess?: AccountPublicAccess
  /** Without it no bucket has an access point. */
  readonly accessPoints?: AccessPoints
  /** Undefined until S3 is loaded; a service that needs it says so in the catalogue. */
  readonly objectOperations?: ObjectOperations | undefined
  /** Without it there are no buckets to tag. */
  readonly bucketTags?: BucketTags
  /** Without it no identity provider is registered. */
  readonly identityProviders?: IdentityProviders
  /** Without it no use of an access key is remembered. */
  readonly accessKeyUses?: AccessKeyUses
  /** Without it nobody is told of anything. */
  readonly bus?: EventBus
  /** Without it nobody has called anything. */
  readonly callHistory?: CallHistory
  /** Without it nothing that is deleted is kept. */
  readonly recycleBin?: RecycleBin
  /** Without it nobody keeps secrets for services. */
  readonly secrets?: ManagedSecrets
  /** Undefined until RDS is loaded, which it is where it keeps passwords in secrets. */
  readonly managedPasswords?: ManagedPasswords | undefined
  /** Without it nobody has a network. */
  readonly networks?: Networks
  /** Without it nobody hears of what becomes of instances. */
  readonly instanceStates?: InstanceStates
  /** Undefined until EC2 is loaded; a service that needs it says so in the catalogue. */
  readonly instanceActions?: InstanceActions | undefined
  /** Without it there are no public images and no regions to tell of. */
  readonly places?: Places
  /** Without it no parameter is found by its name. */
  readonly parameters?: Parameters
  /** Without it nothing is limited. */
  readonly quotas?: Quotas
  /** Without it no database engine runs. */
  readonly databases?: Databases
  /** Without it services have no metrics of their own. */
  readonly serviceMetrics?: ServiceMetrics
}

/** IAM's part in every call: whose key it is, and which policies are about the caller. */
export interface Identities {
  findCredential(db: Database, accessKeyId: string): Credential | undefined
  /** The identity policies of a caller, with their documents as JSON text; empty for an account's root user. */
  policiesOf(db: Database, caller: Caller): readonly IdentityPolicy[]
  /** The document of the caller's permissions boundary, if it has one. */
  boundaryOf(db: Database, caller: Caller): string | undefined
}

export interface IdentityPolicy {
  /** Where it comes from, for explanations: `user`, `group:NAME`, `role`. */
  readonly source: string
  /** The managed policy's ARN or the inline policy's name. */
  readonly name: string
  readonly document: string
}

/** IAM's roles, as those see them who assume them or hand them to something. */
export interface Roles {
  /** The role with exactly this ARN, of whatever account. */
  find(db: Database, arn: string): RoleFacts | undefined
  /** By its name or its ARN, in the account. */
  findInstanceProfile(
    db: Database,
    account: string,
    which: { readonly name?: string | undefined; readonly arn?: string | undefined },
  ): InstanceProfileFacts | undefined
  /**
   * The permission that handing a role to a service takes: `iam:PassRole` on the role, with `iam:PassedToService`.
   *
   * @param service the service's principal: `ec2.amazonaws.com`
   */
  passing(db: Database, roleArn: string, service: string): Permission
}

export interface RoleFacts {
  readonly account: string
  /** `AROA…` */
  readonly id: string
  readonly arn: string
  readonly name: string
  readonly path: string
  /** JSON text. */
  readonly trustPolicy: string
  /** The longest session in seconds. */
  readonly maxSession: number
  /** The principal of the service that a service-linked role belongs to. */
  readonly linkedService: string | null
  readonly tags: Readonly<Record<string, string>>
}

export interface InstanceProfileFacts {
  /** `AIPA…` */
  readonly id: string
  readonly arn: string
  readonly name: string
  /** A profile may be without a role. */
  readonly role: RoleFacts | undefined
}

/** Temporary credentials: IAM keeps them beside the long-term keys, STS and EC2's instances have them made. */
export interface Sessions {
  /**
   * The documents of the session policies of a request: the inline one and the managed ones of the account.
   *
   * @throws MalformedPolicyDocument, InvalidInput for what is no policy's ARN, NoSuchEntity
   */
  policies(
    db: Database,
    account: string,
    given: { readonly inline?: string | undefined; readonly arns: readonly string[] },
  ): readonly string[]
  /** Makes credentials that work from now on, until they expire by virtual time. */
  issue(db: Database, ids: IdSource, wanted: WantedSession): IssuedSession
}

export interface WantedSession {
  /** The account that the session acts in. */
  readonly account: string
  readonly kind: 'role' | 'user' | 'federated'
  /** The role's or user's id; the account's number for its root. */
  readonly holderId: string
  /** The role session's or federated user's name; empty for GetSessionToken. */
  readonly name: string
  /** Virtual time in ms since the epoch. */
  readonly expiresAt: number
  readonly session: SessionContext
}

export interface IssuedSession {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** Virtual time in ms since the epoch. */
  readonly expiresAt: number
  readonly caller: Caller
}

/**
 * KMS, for the services that encrypt with its keys. They authorize their callers themselves, by `permissions`.
 *
 * All throw KMS's own errors: NotFoundException, DisabledException, KMSInvalidStateException,
 * InvalidKeyUsageException, InvalidCiphertextException. An AWS managed key is made at its first use.
 */
export interface KeyManagement {
  /** A key of 32 bytes to encrypt with, and the same key as only KMS can read it. */
  generateDataKey(
    scope: KeyScope,
    wanted: ChosenKey & { readonly context: EncryptionContext },
  ): { readonly keyArn: string; readonly plaintext: Buffer; readonly wrapped: Buffer }
  /** The plaintext of a wrapped key. @param context the one it was generated with */
  decrypt(scope: KeyScope, wrapped: Buffer, context: EncryptionContext): Buffer
  /** The key that is meant. */
  resolve(scope: KeyScope, chosen: ChosenKey): KeyFacts
  /**
   * The permissions on a key that a call needs through the calling service (`kms:ViaService`), changing nothing.
   *
   * @param wanted either the key that is chosen, or what it wrapped; `operations` by KMS's names: `GenerateDataKey`
   */
  permissions(
    call: KeyScope & { readonly caller: Caller; readonly operation: string },
    wanted: ChosenKey & {
      readonly wrapped?: Buffer | undefined
      readonly operations: readonly string[]
      readonly context: EncryptionContext
    },
  ): readonly Permission[]
}

/** What of a call, or of a timer's, KMS works with: the account and region are where a key without an ARN is looked for. */
export interface KeyScope {
  readonly db: Database
  readonly account: string
  readonly region: string
  /** Virtual time in ms since the epoch. */
  readonly now: number
  readonly ids: IdSource
}

export interface ChosenKey {
  /** Whose key is meant where none is named: `s3`, `ebs`, `rds` stand for `alias/aws/s3` and so on. */
  readonly service: string
  /** A key's id or ARN, an alias or its ARN. */
  readonly keyId?: string | undefined
}

/** Pairs that are no secret, but without which a ciphertext can't be decrypted. */
export type EncryptionContext = Readonly<Record<string, string>>

export interface KeyFacts {
  readonly arn: string
  readonly state: 'Enabled' | 'Disabled' | 'PendingDeletion'
  /** `SYMMETRIC_DEFAULT`, `RSA_2048`, … */
  readonly spec: string
  /** `AWS` for AWS managed keys. */
  readonly manager: 'AWS' | 'CUSTOMER'
}

/** Where services tell others of what happened: topics, queues, functions and event buses hear of it from here. */
export interface EventBus {
  /** Sends an event, if the running transaction commits. */
  publish(db: Database, event: BusEvent): void
}

export interface BusEvent {
  /** Whose resource it happened to. */
  readonly account: string
  readonly region: string
  /** Virtual time in ms since the epoch. */
  readonly time: number
  /** `aws.s3` */
  readonly source: string
  /** The ARN of the topic, queue, function or event bus. */
  readonly destination: string
  /** In AWS's own form. */
  readonly body: object
}

/** The MFA devices of an account's users. */
export interface MfaDevices {
  /**
   * Compares a code with the device's current one. A right code is spent: it is right once.
   *
   * @param claim `userId` is the user that has to have the device, or the account's number for its root;
   *   `wallNow` in ms since the epoch, because authenticator apps go by the time of the wall
   */
  verify(
    db: Database,
    claim: {
      readonly account: string
      readonly userId: string
      readonly serial: string
      readonly code: string
      readonly wallNow: number
    },
  ): 'valid' | 'invalidCode' | 'unknownDevice'
}

/** The identity providers that an account trusts. */
export interface IdentityProviders {
  /** By its ARN: `arn:aws:iam::123456789012:oidc-provider/idp.example.com/path`. */
  findOpenIdConnect(db: Database, arn: string): OpenIdConnectProvider | undefined
  /** By its ARN: `arn:aws:iam::123456789012:saml-provider/NAME`. */
  findSaml(db: Database, arn: string): SamlProvider | undefined
}

export interface OpenIdConnectProvider {
  readonly arn: string
  /** Without `https://`. */
  readonly url: string
  /** The audiences that tokens may be for. */
  readonly clientIds: readonly string[]
  /** SHA-1 of certificates, hexadecimal. */
  readonly thumbprints: readonly string[]
  readonly tags: Readonly<Record<string, string>>
}

export interface SamlProvider {
  readonly arn: string
  /** The provider's entity id, which its assertions name as their issuer. */
  readonly issuer: string
  /** Certificates that its assertions may be signed by. */
  readonly certificates: readonly X509Certificate[]
}

/** When access keys were used: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html */
export interface AccessKeyUses {
  /** Remembers that the caller's key was used for a call, whatever becomes of the call. */
  note(db: Database, use: Pick<Call, 'caller' | 'service' | 'region' | 'now'>): void
}

/** The event history, as reports of who used what need it. */
export interface CallHistory {
  /**
   * The last call of each operation by each caller of an account, refused calls among them.
   *
   * @param since virtual time in ms since the epoch
   */
  serviceUses(db: Database, account: string, since: number): readonly ServiceUse[]
}

/** Those whom resource policies name. */
export interface Principals {
  /** Whether there is a user or role with exactly this ARN, in whatever account. */
  exists(db: Database, arn: string): boolean
}

/** The tags of buckets, which S3's control API changes one by one. */
export interface BucketTags {
  /** Undefined where there is no such bucket. */
  find(
    db: Database,
    bucket: string,
  ):
    | {
        readonly account: string
        readonly region: string
        readonly tags: Readonly<Record<string, string>>
        /** Null where it was deleted. */
        readonly publicAccessBlock: PublicAccessBlock | null
      }
    | undefined
  /** Replaces the tags. @throws AwsError `InvalidTag`, `BadRequest` for too many */
  set(db: Database, bucket: string, tags: Readonly<Record<string, string>>): void
}

/** The accounts' settings that keep all their buckets from being public. */
export interface AccountPublicAccess {
  /** Undefined for an account that has set none. */
  find(db: Database, account: string): PublicAccessBlock | undefined
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
export interface PublicAccessBlock {
  /** Public ACLs are refused. */
  readonly BlockPublicAcls: boolean
  /** Those that are there count for nothing. */
  readonly IgnorePublicAcls: boolean
  /** Public bucket policies are refused. */
  readonly BlockPublicPolicy: boolean
  /** A public bucket policy lets in nobody of other accounts. */
  readonly RestrictPublicBuckets: boolean
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points.html */
export interface AccessPoints {
  /** By the name that stands for a bucket's: `NAME-…-s3alias`, whoever owns it. */
  findByAlias(db: Database, alias: string): AccessPoint | undefined
  find(
    db: Database,
    place: { readonly account: string; readonly region: string },
    name: string,
  ): AccessPoint | undefined
  /** Whether the account has any for the bucket. */
  areAttached(db: Database, account: string, bucket: string): boolean
}

export interface AccessPoint {
  readonly account: string
  readonly region: string
  readonly name: string
  readonly alias: string
  /** `arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME` */
  readonly arn: string
  readonly bucket: string
  /** The account that the bucket was in when the access point was made. */
  readonly bucketAccount: string
  /** The VPC that its requests have to come from; null for the internet. */
  readonly vpcId: string | null
  readonly publicAccessBlock: PublicAccessBlock
  /** JSON text. */
  readonly policy: string | null
  /** Whether the policy is public as AWS means it. */
  readonly policyIsPublic: boolean
  readonly tags: Readonly<Record<string, string>>
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
}

/** What S3's batch jobs have done to objects. */
export interface ObjectOperations {
  /**
   * Does what the operation of this name does, with its input, as a session of the role: in a transaction within the one under way.
   *
   * @throws AwsError as the operation does, and nothing has happened
   */
  run(name: ObjectOperation, input: object, role: RoleFacts, call: TimerCall): unknown
  /** @throws AwsError as GetObject does */
  read(
    object: { readonly Bucket: string; readonly Key: string; readonly VersionId?: string },
    role: RoleFacts,
    call: TimerCall,
  ): { readonly bytes: Buffer; readonly etag: string }
  /** @throws AwsError as PutObject does */
  write(
    object: {
      readonly Bucket: string
      readonly Key: string
      readonly ContentType: string
      readonly ExpectedBucketOwner?: string | undefined
    },
    bytes: Buffer,
    role: RoleFacts,
    call: TimerCall,
  ): void
}

export type ObjectOperation =
  | 'CopyObject'
  | 'DeleteObjectTagging'
  | 'PutObjectAcl'
  | 'PutObjectLegalHold'
  | 'PutObjectRetention'
  | 'PutObjectTagging'
  | 'RestoreObject'
  | 'UpdateObjectEncryption'

/** What others do to EC2's instances: experiments, and whoever steers the emulator. */
export interface InstanceActions {
  /** The instances of an account and region that are not terminated, as DescribeInstances shows them. */
  list(scope: Pick<TimerCall, 'db' | 'account' | 'region'>): readonly Instance[]
  /**
   * Begins to interrupt a spot instance: EC2 recommends to rebalance now, gives notice two minutes before, and acts.
   *
   * @returns what keeps it from being interrupted
   */
  interrupt(
    instanceId: string,
    how: {
      readonly cause: 'no-capacity' | 'experiment'
      /** What the request wants, where it is absent. */
      readonly action?: 'terminate' | 'stop' | 'hibernate' | undefined
      /** Virtual time in ms since the epoch. */
      readonly at: number
    },
    call: TimerCall,
  ): 'begun' | 'no such instance' | 'not running' | 'no spot instance' | 'under way'
  /** Does to instances what a user could; those in another state are left alone. */
  change(
    what: 'stop' | 'start' | 'terminate',
    instanceIds: readonly string[],
    call: TimerCall,
  ): void
}

/** Who follows what becomes of instances: the metadata service, which is there while they run. */
export interface InstanceStates {
  /** Instances have come to run, or to a stop, in the transaction under way. */
  changed(db: Database, places: readonly InstancePlace[]): void
}

/** EC2's networks, for what has its place in a VPC: database instances, endpoints, proxies. */
export interface Networks {
  /** The subnets of the account and region with these ids, in their order; those that are not there are left out. */
  subnets(scope: NetworkScope, ids: readonly string[]): readonly SubnetFacts[]
  /** The default VPC's subnets, one in each zone; empty where the account has no default VPC any more. */
  defaultSubnets(scope: NetworkScope): readonly SubnetFacts[]
  /** The security groups with these ids, in their order; those that are not there are left out. */
  securityGroups(scope: NetworkScope, ids: readonly string[]): readonly SecurityGroupFacts[]
  /** The id of the group named `default` of a VPC. */
  defaultSecurityGroup(scope: NetworkScope, vpcId: string): string | undefined
  /** The names of a region's zones. */
  zones(region: string): readonly string[]
}

export type NetworkScope = Pick<KeyScope, 'db' | 'account' | 'region' | 'ids'>

export interface SubnetFacts {
  readonly id: string
  readonly vpcId: string
  /** `us-east-1a` */
  readonly zone: string
}

export interface SecurityGroupFacts {
  readonly id: string
  readonly name: string
  readonly vpcId: string
  /** What may come in. */
  readonly inbound: readonly InboundRule[]
}

export interface InboundRule {
  /** `tcp`, `-1` for all. */
  readonly protocol: string
  /** -1 for all. */
  readonly fromPort: number
  readonly toPort: number
  /** `group` is another group's id: its members may come in. */
  readonly peerKind: 'cidr_ipv4' | 'cidr_ipv6' | 'prefix_list' | 'group'
  readonly peer: string
}

/** What is the same for everyone: regions, and the images that a region offers to all. */
export interface Places {
  /** The regions by their names. */
  regions(): readonly RegionPlace[]
  publicImages(region: string): readonly PublicImage[]
}

export interface RegionPlace {
  /** `us-east-1` */
  readonly name: string
  /** `US East (N. Virginia)` */
  readonly longName: string
  readonly zones: readonly { readonly name: string; readonly id: string }[]
}

export interface PublicImage {
  readonly id: string
  readonly name: string
  /** `2026-06-16T…Z` */
  readonly createdAt: string
}

/** Parameter Store, for what names parameters in the place of values. */
export interface Parameters {
  /**
   * A parameter that is no secret, by its name (with a version or label after a colon), and the permission to read it.
   *
   * @returns undefined where there is none
   */
  find(
    call: KeyScope & Pick<Call, 'ports'>,
    name: string,
  ): { readonly value: string; readonly permission: Permission } | undefined
}

/** What an account may have at most. */
export interface Quotas {
  /**
   * The value that holds in the account and region; Infinity for a quota that is not known.
   *
   * @param code `L-1216C47A`
   */
  valueOf(scope: QuotaScope, service: string, code: string): number
  /** Sets a value, or with null goes back to that of the start. @returns false for a quota that is not known */
  set(scope: QuotaScope, service: string, code: string, value: number | null): boolean
}

type QuotaScope = Pick<Call, 'db' | 'account' | 'region'>

/** What runs behind the rows of database instances and clusters. */
export interface Databases {
  /** Names and keys that AWS refuses are refused. */
  readonly strict: boolean
  /** The row of an instance changes in the running transaction: what it says is brought about once that has committed. */
  changed(
    db: Database,
    instance: { readonly account: string; readonly region: string; readonly resourceId: string },
  ): void
  /** A cluster came, changed or went. */
  clusterChanged(
    db: Database,
    place: { readonly account: string; readonly region: string },
    id: string,
  ): void
  /** Another instance of a cluster is to write. @param target its identifier */
  failoverCluster(
    db: Database,
    place: { readonly account: string; readonly region: string },
    id: string,
    target: string | undefined,
  ): void
  /** Snapshots went: their data may be needed by nobody. */
  collect(db: Database): void
  /** Resolves when nothing is under way for an instance. */
  settled(resourceId: string): Promise<void>
  /** The directory of an instance's log files. */
  logs(resourceId: string): Promise<string>
}

/** The rules by which what is deleted is kept for a while. */
export interface RecycleBin {
  /** For how many days a resource with these tags is kept; undefined where no rule keeps it. */
  retentionDays(
    scope: QuotaScope,
    resourceType: 'EBS_SNAPSHOT' | 'EC2_IMAGE' | 'EBS_VOLUME',
    tags: Readonly<Record<string, string>>,
  ): number | undefined
}

/** Secrets Manager, for services that keep passwords in it: the secrets are theirs to change. */
export interface ManagedSecrets {
  /**
   * Makes a secret with a first value, which is rotated each week by whoever manages it.
   *
   * @returns its ARN, and that of the key it is encrypted by
   * @throws EncryptionFailure where the key does not serve
   */
  create(
    scope: SecretScope,
    wanted: {
      /** Whose secret it is: `rds`. */
      readonly service: string
      readonly name: string
      readonly description: string
      /** By default the account's key of Secrets Manager. */
      readonly kmsKeyId?: string | undefined
      readonly value: string
      readonly tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined
    },
  ): { readonly arn: string; readonly keyArn: string }
  /** A new value: the secret has been rotated. */
  setValue(scope: SecretScope, arn: string, value: string): void
  /** The current value; undefined where there is no such secret. */
  value(scope: SecretScope, arn: string): string | undefined
  /** At once, without a recovery window. */
  delete(scope: SecretScope, arn: string): void
}

/** Who manages secrets, as Secrets Manager sees it when one is to be rotated. */
export interface ManagedPasswords {
  /**
   * The database behind a secret gets another password, and the secret another value.
   *
   * @returns false where nothing is behind the secret
   */
  rotate(call: TimerCall, secretArn: string): boolean
}

export type SecretScope = KeyScope & { readonly ports: Ports }

/** What services measure of their own resources, as CloudWatch keeps it. */
export interface ServiceMetrics {
  /**
   * Measures what there is in an account and region, so that questions that follow see how it is now.
   *
   * @param namespaces which are asked about: `all` where that is not known, `frequent` for those that are measured each minute
   */
  look(place: MetricPlace, namespaces: readonly string[] | 'all' | 'frequent'): Promise<void>
}

export interface MetricPlace {
  readonly account: string
  readonly region: string
}

/** What a service can measure. Each service has its own; `runtime.ts` gives them to CloudWatch. */
export interface MetricSource {
  /** `AWS/RDS` */
  readonly namespace: string
  /** How often it is measured. */
  readonly every: 'minute' | 'day'
  /** There may be very much of it: it is measured only where somebody asks for it, or an alarm goes by it. */
  readonly onDemand?: boolean
  /** Where there is something to measure, told without measuring. */
  places(db: Database): readonly MetricPlace[]
  /** How things are now; what can't be told truthfully is left out. */
  measure(db: Database, place: MetricPlace): Promise<readonly Measurement[]>
}

export interface Measurement {
  /** `AWS/RDS` */
  readonly namespace: string
  readonly name: string
  /** In the order of their names. */
  readonly dimensions: readonly (readonly [name: string, value: string])[]
  /** One of CloudWatch's: `Bytes`, `Seconds`, `Count`. */
  readonly unit: string
  readonly value: number
}
