import type { AccessKeyUses } from '../../ports.ts'
import { findAccessKeyUse, isRootKey, putAccessKeyUse } from './rows/access-key-uses.ts'
import { noteRoleUse } from './rows/roles.ts'

/** Of the uses within this time AWS keeps the first: it spares us a write for most calls, too. In ms. */
const span = 15 * 60 * 1000

/**
 * Remembers uses as AWS does: "When an access key is used more than once in a 15-minute span, only the first use is recorded".
 * A row beside the key outlives the event history, which is bounded; reading it takes a microsecond or two.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
export const accessKeyUses: AccessKeyUses = {
  note(db, { caller, service, region, now }) {
    const { accessKeyId, holderId } = caller
    if (caller.type === 'AssumedRole' && holderId !== undefined) {
      noteRoleUse(db, { account: caller.accountId, id: holderId }, { at: now, region, span })
      return
    }
    if (caller.session || accessKeyId === undefined) return
    if (caller.type !== 'IAMUser' && !(caller.type === 'Root' && isRootKey(db, accessKeyId))) return
    const last = findAccessKeyUse(db, accessKeyId)
    if (last && now - last.usedAt < span) return
    putAccessKeyUse(db, accessKeyId, { usedAt: now, service, region })
  },
}
