import type { Caller, Credential } from './auth/caller.ts'
import type { Database } from './store/database.ts'

/**
 * What one service needs of another. Services never import each other: each port is implemented by the service
 * that owns the data and wired in `index.ts`.
 */
export interface Ports {
  readonly identities: Identities
}

/** IAM's part in every call: whose key it is, and which policies are about the caller. */
export interface Identities {
  findCredential(db: Database, accessKeyId: string): Credential | undefined
  /** The identity policies of a caller, with their documents as JSON text; empty for an account's root user. */
  policiesOf(db: Database, caller: Caller): readonly IdentityPolicy[]
}

export interface IdentityPolicy {
  /** Where it comes from, for explanations: `user`, `group:NAME`, `role`. */
  readonly source: string
  /** The managed policy's ARN or the inline policy's name. */
  readonly name: string
  readonly document: string
}
