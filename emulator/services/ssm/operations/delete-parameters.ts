import type {
  DeleteParameterRequest,
  DeleteParametersRequest,
  DeleteParametersResult,
} from '@aws-sdk/client-ssm'
import { operation } from '../../../operation.ts'
import { parameterNotFound } from '../errors.ts'
import { keyOf, parseName } from '../names.ts'
import { onParameter } from '../read.ts'
import { deleteParameter } from '../rows/parameters.ts'
import type { Scope } from '../rows/parameters.ts'

function remove(scope: Scope, text: string): boolean {
  const named = parseName(text)
  return named !== undefined && deleteParameter(scope, keyOf(named.name))
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html */
export const DeleteParameter = operation<DeleteParameterRequest, {}>({
  authorize: ({ Name = '' }, call) => [onParameter(call, Name)],
  run({ Name = '' }, call) {
    if (!remove(call, Name)) throw parameterNotFound(Name)
    return {}
  },
})

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html */
export const DeleteParameters = operation<DeleteParametersRequest, DeleteParametersResult>({
  authorize: ({ Names = [] }, call) => Names.map((name) => onParameter(call, name)),
  run({ Names = [] }, call) {
    const DeletedParameters: string[] = []
    const InvalidParameters: string[] = []
    for (const name of Names) {
      if (remove(call, name)) DeletedParameters.push(name)
      else InvalidParameters.push(name)
    }
    return { DeletedParameters, InvalidParameters }
  },
})
