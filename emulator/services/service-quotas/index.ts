import { defineService } from '../../operation.ts'
import { constraintsOf } from '../../protocol/constraints.ts'
import * as quotas from './operations/quotas.ts'
import * as requests from './operations/requests.ts'

const checkConstraints = constraintsOf(
  'service-quotas/constraints.json',
  undefined,
  'ValidationException',
)

export default defineService(
  'service-quotas',
  { ...quotas, ...requests },
  { timers: requests.requestTimers, validate: checkConstraints },
)
