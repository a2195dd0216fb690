/** Kinds of callers. */
export type PrincipalType =
  | 'IAMUser'
  | 'AssumedRole'
  | 'FederatedUser'
  | 'Root'
  | 'Service'
  | 'Anonymous'

/** Who asks, as policies see it. */
export interface Principal {
  readonly type: PrincipalType
  /** A service's principal (`s3.amazonaws.com`) for a service; null for an anonymous caller. */
  readonly arn: string | null
  /** 12 digits; empty where the caller has no account. */
  readonly accountId: string
  /** AssumedRole: the role with its path; derived from the session's ARN where it is absent. */
  readonly roleArn?: string
  /** FederatedUser: who called GetFederationToken. */
  readonly userArn?: string
  /** Neither SCPs nor RCPs bind a service-linked role. */
  readonly serviceLinkedRole?: boolean
}

/** Condition keys with their values: complete, the engine adds and drops none. Key names are case-insensitive. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>

export interface AccessRequest {
  readonly principal: Principal
  /** `s3:GetObject` */
  readonly action: string
  /** An ARN, or `*` where the action has no resource types. */
  readonly resource: string
  readonly resourceAccountId: string
  /** What the resource's own policy calls it, where that is another name: a bucket that is asked through an access point. */
  readonly nameInOwnPolicy?: string | undefined
  readonly context: RequestContext
}

/**
 * A policy as its JSON text or as what `JSON.parse` made of it, which must not change afterwards: it is compiled
 * once. Documents are evaluated as given, not validated.
 */
export type PolicyDocument = string | object

export interface AttachedPolicy {
  /** `user`, `group:NAME` or `role`. */
  readonly source: string
  /** The policy's ARN or name, for explanations. */
  readonly name?: string
  readonly document: PolicyDocument
}

/** Every policy that is about the request. */
export interface PolicySet {
  readonly identity: readonly AttachedPolicy[]
  /** The permissions boundary; empty where there is none. */
  readonly boundary: readonly PolicyDocument[]
  /** Empty where none was passed; several grant their union. */
  readonly session: readonly PolicyDocument[]
  /** The resource's own policy: a bucket policy, or the trust policy for `sts:AssumeRole`. */
  readonly resource: PolicyDocument | null
  /** One list per level, the organization's root first; empty for an account outside an organization. */
  readonly scps: readonly (readonly PolicyDocument[])[]
  readonly rcps: readonly (readonly PolicyDocument[])[]
}

export interface EvaluationInput {
  readonly request: AccessRequest
  readonly policies: PolicySet
  readonly organization?: { readonly managementAccountId: string }
}
