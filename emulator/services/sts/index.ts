import { defineService } from '../../operation.ts'
import { constraintsOf } from '../../protocol/constraints.ts'
import * as identity from './operations/identity.ts'

export default defineService(
  'sts',
  { ...identity },
  { validate: constraintsOf('sts/constraints.json') },
)
