import { canonicalUserId } from './owners.ts'
import type { Upload } from './rows/uploads.ts'

/** Who started an upload: users and roles by their ARN, an account's root by its canonical id. */
export function initiatorOf({ initiator, owner }: Upload): { ID: string; DisplayName: string } {
  const name = /:(?:user|assumed-role|federated-user)\/(.+)$/.exec(initiator)?.[1]
  if (name !== undefined) return { ID: initiator, DisplayName: name }
  return { ID: canonicalUserId(owner), DisplayName: 'root' }
}
