import type { Quotas } from '../../ports.ts'
import { findQuota } from './facts.ts'
import { findValue, removeValue, setValue } from './rows/values.ts'

/** What services hold accounts to. */
export const quotas: Quotas = {
  valueOf(scope, service, code) {
    const quota = findQuota(service, code)
    if (!quota) return Infinity
    return findValue(scope, quota) ?? quota.applied ?? quota.default
  },
  set(scope, service, code, value) {
    const quota = findQuota(service, code)
    if (!quota) return false
    if (value === null) removeValue(scope, quota)
    else setValue(scope, quota, value)
    return true
  },
}
