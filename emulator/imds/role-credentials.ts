import type { Clock } from '../clock/clock.ts'
import type { IdSource } from '../ids.ts'
import { evaluate } from '../policy/index.ts'
import type { InstanceProfileFacts, IssuedSession, Ports, RoleFacts } from '../ports.ts'
import type { Database } from '../store/database.ts'
import { jsonDocument, moment } from './documents.ts'
import type { InstanceFacts } from './facts.ts'

/** What credentials are made with. */
export interface CredentialSource {
  readonly db: Database
  readonly clock: Clock
  readonly ids: IdSource
  readonly ports: Pick<Ports, 'roles' | 'sessions'>
}

/** Which version of the service the credentials are asked from: policies can tell by `ec2:RoleDelivery`. */
export type Delivery = '1.0' | '2.0'

/** How long an instance's credentials last, and how long before their end others take their place, in ms of virtual time. */
const lifetime = 6 * 3_600_000
const renewal = 3_600_000

const troubleshooting =
  'Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.'

/** The credentials of one instance: the same until they are nearly over, or until the role is another. */
export class RoleCredentials {
  readonly #source: CredentialSource
  readonly #issued = new Map<Delivery, { roleId: string; at: number; session: IssuedSession }>()

  constructor(source: CredentialSource) {
    this.#source = source
  }

  /** The role that the instance has, if it has one. */
  role(facts: InstanceFacts): RoleFacts | undefined {
    return this.#profile(facts)?.role
  }

  /** `iam/info`. */
  info(facts: InstanceFacts): string {
    const { Arn, Id } = facts.instance.IamInstanceProfile!
    const profile = this.#profile(facts)
    if (!profile) {
      return this.#failure(
        'InstanceProfileNotFound',
        `Instance Profile ${Id} cannot be found. ${troubleshooting}`,
      )
    }
    if (profile.role && !isTrusting(profile.role, facts)) return this.#untrusting(profile.role)
    return jsonDocument({
      Code: 'Success',
      LastUpdated: moment(this.#issued.get('2.0')?.at ?? this.#source.clock.now()),
      InstanceProfileArn: Arn!,
      InstanceProfileId: Id!,
    })
  }

  /** `iam/security-credentials/<role>`. */
  credentials(facts: InstanceFacts, role: RoleFacts, delivery: Delivery): string {
    if (!isTrusting(role, facts)) return this.#untrusting(role)
    const { at, session } = this.#current(facts, role, delivery)
    return jsonDocument({
      Code: 'Success',
      LastUpdated: moment(at),
      Type: 'AWS-HMAC',
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      Token: session.sessionToken,
      Expiration: moment(session.expiresAt),
    })
  }

  #current(facts: InstanceFacts, role: RoleFacts, delivery: Delivery) {
    const { db, clock, ids, ports } = this.#source
    const at = clock.now()
    const before = this.#issued.get(delivery)
    if (before?.roleId === role.id && before.session.expiresAt - at > renewal) return before
    const session = db.transaction(() =>
      ports.sessions.issue(db, ids, {
        account: role.account,
        kind: 'role',
        holderId: role.id,
        name: facts.instance.InstanceId!,
        // In whole seconds, as it is told.
        expiresAt: Math.floor((at + lifetime) / 1000) * 1000,
        session: {
          issuedAt: at,
          mfaAuthenticated: false,
          policies: [],
          tags: {},
          context: sessionKeys(facts, delivery),
        },
      }),
    )
    const issued = { roleId: role.id, at, session }
    this.#issued.set(delivery, issued)
    return issued
  }

  #profile(facts: InstanceFacts): InstanceProfileFacts | undefined {
    const { db, ports } = this.#source
    const { Arn: arn, Id: id } = facts.instance.IamInstanceProfile ?? {}
    if (arn === undefined) return undefined
    const profile = ports.roles.findInstanceProfile(db, facts.account, { arn })
    // Another profile may have taken the name of the one that the instance was given.
    return profile?.id === id ? profile : undefined
  }

  #untrusting(role: RoleFacts): string {
    return this.#failure(
      'AssumeRoleUnauthorizedAccess',
      `EC2 cannot assume the role ${role.name}. ${troubleshooting}`,
    )
  }

  #failure(Code: string, Message: string): string {
    return jsonDocument({ Code, Message, LastUpdated: moment(this.#source.clock.now()) })
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-ec2instancesourcevpc */
const sessionKeys = (facts: InstanceFacts, delivery: Delivery) => ({
  'ec2:RoleDelivery': delivery,
  'ec2:SourceInstanceARN': arnOfInstance(facts),
  'aws:Ec2InstanceSourceVpc': facts.instance.VpcId!,
  'aws:Ec2InstanceSourcePrivateIPv4': facts.instance.PrivateIpAddress!,
})

/** Whether the role's trust policy lets EC2 assume it. */
const isTrusting = (role: RoleFacts, facts: InstanceFacts): boolean =>
  evaluate({
    request: {
      principal: { type: 'Service', arn: 'ec2.amazonaws.com', accountId: '' },
      action: 'sts:AssumeRole',
      resource: role.arn,
      resourceAccountId: role.account,
      context: { 'aws:SourceAccount': facts.account, 'aws:SourceArn': arnOfInstance(facts) },
    },
    policies: {
      identity: [],
      boundary: [],
      session: [],
      resource: role.trustPolicy,
      scps: [],
      rcps: [],
    },
  }).decision === 'allowed'

const arnOfInstance = ({ partition, region, account, instance }: InstanceFacts): string =>
  `arn:${partition}:ec2:${region}:${account}:instance/${instance.InstanceId!}`
