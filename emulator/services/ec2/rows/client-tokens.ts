import { createHash } from 'node:crypto'
import type { Call } from '../../../operation.ts'
import { insertRow } from '../describe/insert.ts'
import type { Scope } from '../describe/resources.ts'
import { idempotentParameterMismatch, invalidParameterValue } from '../errors.ts'

// Idempotent requests. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html

/**
 * What an earlier call of the same operation with this token made, if there was one.
 *
 * @throws IdempotentParameterMismatch when that call asked for something else
 */
export function findByToken<Result>(
  token: string | undefined,
  input: object,
  call: Call,
): Result | undefined {
  if (!token) return undefined
  if (token.length > 64) {
    throw invalidParameterValue(
      `Value (${token}) for parameter clientToken is invalid. Token too long`,
    )
  }
  const row = call.db.get<{ request_digest: string; result: string }>(
    `select request_digest, result from ec2_client_tokens
     where account = ? and region = ? and operation = ? and token = ?`,
    call.account,
    call.region,
    call.operation,
    token,
  )
  if (!row) return undefined
  if (row.request_digest !== digestOf(input)) throw idempotentParameterMismatch(token)
  return JSON.parse(row.result) as Result
}

/** Remembers what a call with a token made: ids, from which the answer can be given again. */
export function keepToken(
  token: string | undefined,
  input: object,
  result: object | string,
  call: Call,
): void {
  if (!token) return
  insertRow(call, 'ec2_client_tokens', {
    operation: call.operation,
    token,
    request_digest: digestOf(input),
    result: JSON.stringify(result),
    created_at: call.now,
  })
}

/** Forgets a token whose resources are gone: it may be used again. */
export function deleteToken(
  { db, account, region }: Scope,
  operation: string,
  token: string,
): void {
  db.run(
    `delete from ec2_client_tokens where account = ? and region = ? and operation = ? and token = ?`,
    account,
    region,
    operation,
    token,
  )
}

const digestOf = (input: object): string =>
  createHash('sha256').update(JSON.stringify(input)).digest('base64url')
