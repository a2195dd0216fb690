import type { PrincipalType } from '../policy/request.ts'

/** Who makes a call, as authentication found out. */
export interface Caller {
  readonly type: PrincipalType
  /** 12 digits; empty for an anonymous caller. */
  readonly accountId: string
  /** `arn:aws:iam::…:user/path/name`, `arn:aws:sts::…:assumed-role/role/session`, …; null for anonymous. */
  readonly arn: string | null
  /** What `GetCallerIdentity` calls UserId: `AIDA…`, `AROA…:session`, the account's number for its root. */
  readonly userId: string
  readonly accessKeyId?: string
  /** The user's name, for an IAM user. */
  readonly userName?: string
  /** The role's ARN with its path, for a role session. */
  readonly roleArn?: string
  /** For a federated user, the user who asked for the session. */
  readonly userArn?: string
  /** The id of the role or user whose policies the caller has, where that is not `userId`: for role and federated sessions. */
  readonly holderId?: string
  /** The user's or role's own tags, but for those that the session's replace; together they are `aws:PrincipalTag`. */
  readonly tags?: Readonly<Record<string, string>>
  /** The role belongs to a service: no organization's policy binds it. */
  readonly serviceLinked?: boolean
  readonly session?: SessionContext
}

/** What a temporary credential remembers of how it was made. */
export interface SessionContext {
  /** Virtual time in ms since the epoch. */
  readonly issuedAt: number
  readonly mfaAuthenticated: boolean
  /** Session policy documents, as JSON text. */
  readonly policies: readonly string[]
  /** The tags that were passed with the session. */
  readonly tags: Readonly<Record<string, string>>
  /** Keys of the tags that go on to the next role of a chain. */
  readonly transitiveTagKeys?: readonly string[]
  /** Who is behind the session, as set when the first role of a chain was assumed. */
  readonly sourceIdentity?: string
  /** Condition keys that stay with the session: `aws:FederatedProvider`, what a token or assertion said. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>
}

/** An access key that the emulator issued, with whom it stands for. */
export interface Credential {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Present for temporary credentials, which must be sent with it. */
  readonly sessionToken?: string
  readonly active: boolean
  /** Virtual time in ms since the epoch, for temporary credentials. */
  readonly expiresAt?: number
  readonly caller: Caller
}
