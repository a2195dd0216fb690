import type { IdSource } from '../../ids.ts'
import type { IssuedSession, Sessions, WantedSession } from '../../ports.ts'
import type { Database } from '../../store/database.ts'
import { accessKeyId, secretAccessKey } from './access-key-ids.ts'
import { awsManagedPolicy } from './aws-managed-policies.ts'
import { notAttachable } from './errors.ts'
import { checkPolicyDocument } from './policy-documents.ts'
import { findPolicy } from './rows/policies.ts'
import { findSession, insertSession, retireSessions } from './rows/sessions.ts'
import { callerOfSession } from './session-callers.ts'

export const sessions: Sessions = { policies, issue }

/** How long a session that expired is still told so, in ms of virtual time. */
const memory = 365 * 86_400_000

function policies(
  db: Database,
  account: string,
  { inline, arns }: { readonly inline?: string | undefined; readonly arns: readonly string[] },
): readonly string[] {
  if (inline !== undefined) checkPolicyDocument(inline, 'inline')
  const managed = arns.map((arn) => {
    const document = awsManagedPolicy(arn)?.document ?? findPolicy(db, account, arn)?.document
    if (document === undefined) throw notAttachable(arn)
    return document
  })
  return inline === undefined ? managed : [inline, ...managed]
}

function issue(db: Database, ids: IdSource, wanted: WantedSession): IssuedSession {
  const { account, kind, holderId, name, expiresAt, session } = wanted
  retireSessions(db, session.issuedAt - memory)
  const id = accessKeyId('ASIA', account, ids)
  const secret = secretAccessKey(ids)
  const token = sessionToken(ids)
  const context = session
  insertSession(db, { account, id, secret, token, kind, holderId, name, expiresAt, context })
  return {
    accessKeyId: id,
    secretAccessKey: secret,
    sessionToken: token,
    expiresAt,
    caller: callerOfSession(findSession(db, id)!),
  }
}

/** As AWS's look: base 64 of a header that says where the token is from, then what nobody is meant to read. */
const sessionToken = (ids: IdSource): string =>
  Buffer.concat([Buffer.from('\x21\x0a\x09origin_ec', 'latin1'), ids.bytes(258)]).toString('base64')
