import type { TimerCall } from '../../clock/timers.ts'
import { defineService } from '../../operation.ts'
import * as rules from './operations/rules.ts'
import * as tags from './operations/tags.ts'
import { findRule, updateRule } from './rows/rules.ts'

export default defineService(
  'rbin',
  { ...rules, ...tags },
  {
    timers: {
      'rule-unlocked'({ id }: { id: string }, call: TimerCall): void {
        if (findRule(call, id)?.lock_state !== 'pending_unlock') return
        updateRule(call, id, { lock_state: 'unlocked', lock_ends_at: null })
      },
    },
  },
)
