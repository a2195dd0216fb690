import { defineService } from '../../operation.ts'
import { constraintsOf } from '../../protocol/constraints.ts'
import * as offerings from './operations/offerings.ts'
import * as plans from './operations/plans.ts'

const checkConstraints = constraintsOf(
  'savingsplans/constraints.json',
  undefined,
  'ValidationException',
)

export default defineService(
  'savingsplans',
  { ...offerings, ...plans },
  { validate: checkConstraints },
)
