import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { actionFacts, factOf, resourceTypeFacts } from '../actions.ts'
import { arnOf, onResource } from '../arns.ts'
import { actionNotFound, resourceTypeNotFound } from '../errors.ts'
import { cut, pageOf } from '../pages.ts'
import type { PageInput } from '../pages.ts'

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_GetAction.html */
export const GetAction = operation<{ readonly id: string }, object>({
  authorize: ({ id }, call) => [onResource(call, 'action', id, {})],
  run({ id }, call) {
    const fact = factOf(id)
    if (!fact) throw actionNotFound(id)
    return { action: { ...summary(id, call), parameters: fact.parameters } }
  },
})

/** Those that experiments can be made of here. https://docs.aws.amazon.com/fis/latest/APIReference/API_ListActions.html */
export const ListActions = operation<PageInput, object>({
  authorize: () => ['*'],
  run(input, call) {
    const { after, size } = pageOf(input)
    const all = Object.keys(actionFacts).map((id, index) => ({ id, place: index + 1 }))
    const found = all.filter(({ place }) => place > after)
    const { rows, nextToken } = cut(found, size, ({ place }) => place)
    return { actions: rows.map(({ id }) => summary(id, call)), nextToken }
  },
})

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_GetTargetResourceType.html */
export const GetTargetResourceType = operation<{ readonly resourceType: string }, object>({
  authorize: () => ['*'],
  run({ resourceType }) {
    if (!Object.hasOwn(resourceTypeFacts, resourceType)) throw resourceTypeNotFound(resourceType)
    const description = resourceTypeFacts[resourceType]
    return { targetResourceType: { resourceType, description, parameters: zoneParameter } }
  },
})

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_ListTargetResourceTypes.html */
export const ListTargetResourceTypes = operation<PageInput, object>({
  authorize: () => ['*'],
  run: () => ({
    targetResourceTypes: Object.entries(resourceTypeFacts).map(([resourceType, description]) => ({
      resourceType,
      description,
    })),
  }),
})

const zoneParameter = {
  availabilityZoneIdentifier: {
    description: 'The Availability Zone (name or ID) of the instances.',
    required: false,
  },
}

function summary(id: string, call: Call) {
  const { description, target } = actionFacts[id]!
  return {
    id,
    arn: arnOf(call, 'action', id),
    description,
    targets: target ? { [target.name]: { resourceType: target.resourceType } } : {},
    tags: {},
  }
}
