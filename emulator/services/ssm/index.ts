import { defineService } from '../../operation.ts'
import { constraintsOf } from '../../protocol/constraints.ts'
import * as deleteParameters from './operations/delete-parameters.ts'
import * as describeParameters from './operations/describe-parameters.ts'
import * as getParameters from './operations/get-parameters.ts'
import * as labels from './operations/labels.ts'
import * as putParameter from './operations/put-parameter.ts'
import * as tags from './operations/tags.ts'
import { policyTimers } from './policies.ts'

const checkConstraints = constraintsOf('ssm/constraints.json', undefined, 'ValidationException')

export default defineService(
  'ssm',
  {
    ...deleteParameters,
    ...describeParameters,
    ...getParameters,
    ...labels,
    ...putParameter,
    ...tags,
  },
  { timers: policyTimers, validate: checkConstraints },
)
