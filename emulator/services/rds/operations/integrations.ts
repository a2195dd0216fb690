import type {
  CreateIntegrationMessage,
  DeleteIntegrationMessage,
  DescribeIntegrationsMessage,
  DescribeIntegrationsResponse,
  Integration,
  ModifyIntegrationMessage,
} from '@aws-sdk/client-rds'
import { AwsError } from '../../../errors.ts'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, nameIn, parseArn } from '../arns.ts'
import { invalidParameterValue } from '../errors.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { keyArn } from '../instances/encryption.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import { integrationNotFound } from '../recorded/errors.ts'
import { requireResource } from '../resources.ts'
import { documentsOf } from '../rows/documents.ts'
import { deleteTags, putTags, tagsOf } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'

// Zero-ETL integrations are recorded: there is no warehouse here that rows could go to.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/zero-etl.html

/** An integration; its moment is in ms since the epoch. */
interface Kept extends Omit<Integration, 'CreateTime' | 'Tags' | 'IntegrationArn'> {
  readonly id: string
  readonly createdAt: number
}

const integrations = documentsOf<Kept>('integration')
const mostIntegrations = 100

const integrationExists = (name: string) =>
  new AwsError('IntegrationAlreadyExistsFault', `The integration ${name} already exists.`)

const quotaExceeded = () =>
  new AwsError(
    'IntegrationQuotaExceededFault',
    "You can't create any more zero-ETL integrations because the quota has been reached.",
  )

const describe = (call: Call, { id, createdAt, ...rest }: Kept): Integration => ({
  ...rest,
  IntegrationArn: arnOf('integration', call, id),
  CreateTime: new Date(createdAt),
  Tags: tagsOf(call, arnOf('integration', call, id)),
})

/** By its id, its ARN or its name. @throws IntegrationNotFoundFault */
function requireIntegration(call: Call, given: string): Kept {
  const id = nameIn('integration', given)
  const found = integrations
    .list(call.db, call)
    .find((one) => one.id === id || one.IntegrationName === given)
  if (!found) throw integrationNotFound(given)
  return found
}

export const CreateIntegration = operation<CreateIntegrationMessage, Integration>({
  coverage: 'recorded',
  authorize: ({ SourceArn = '', Tags: tags }, call) => {
    const source = parseArn(SourceArn)
    return [
      source?.type === 'db' || source?.type === 'cluster'
        ? on(call, source.type, source.name, { tags, arn: SourceArn })
        : on(call, 'cluster', SourceArn, { tags }),
      on(call, 'integration', '*', { tags }),
    ]
  },
  run(input, call) {
    const { IntegrationName: name = '', SourceArn = '', TargetArn = '' } = input
    checkTags(input.Tags)
    if (!/^[a-z][a-z\d-]{0,62}$/i.test(name)) {
      throw invalidParameterValue(`Invalid integration name: ${name}`)
    }
    const source = requireResource(call, SourceArn)
    if (source.type !== 'db' && source.type !== 'cluster') {
      throw invalidParameterValue(`${SourceArn} can't be the source of an integration.`)
    }
    if (!/^arn:aws[\w-]*:(?:redshift|redshift-serverless|glue):/.test(TargetArn)) {
      throw invalidParameterValue(`${TargetArn} can't be the target of an integration.`)
    }
    const all = integrations.list(call.db, call)
    if (all.some((one) => one.IntegrationName === name)) throw integrationExists(name)
    if (all.length >= mostIntegrations) throw quotaExceeded()
    const integration: Kept = {
      id: call.ids.uuid(),
      createdAt: call.now,
      SourceArn,
      TargetArn,
      IntegrationName: name,
      KMSKeyId: keyArn(call, input.KMSKeyId),
      Status: 'active',
      ...(input.AdditionalEncryptionContext && {
        AdditionalEncryptionContext: input.AdditionalEncryptionContext,
      }),
      ...(input.DataFilter !== undefined && { DataFilter: input.DataFilter }),
      ...(input.Description !== undefined && { Description: input.Description }),
    }
    integrations.put(call.db, call, integration.id, integration)
    putTags(call, arnOf('integration', call, integration.id), input.Tags)
    return { ...describe(call, integration), Status: 'creating' }
  },
})

const onIntegration = (call: Call, given = '*') =>
  on(call, 'integration', nameIn('integration', given))

export const DescribeIntegrations = operation<
  DescribeIntegrationsMessage,
  DescribeIntegrationsResponse
>({
  coverage: 'recorded',
  authorize: ({ IntegrationIdentifier }, call) => [onIntegration(call, IntegrationIdentifier)],
  run({ IntegrationIdentifier, Filters, ...request }, call) {
    const all = IntegrationIdentifier
      ? [requireIntegration(call, IntegrationIdentifier)]
      : integrations.list(call.db, call)
    const { records, Marker } = page(request, filtered(all, Filters, filters), ({ id }) => id)
    return {
      Integrations: records.map((one) => describe(call, one)),
      ...(Marker && { Marker }),
    }
  },
})

const filters: Record<string, FilterDefinition<Kept>> = {
  'integration-arn': {
    values: 'Integration ARNs',
    of: ({ id }) => id,
    read: (value) => nameIn('integration', value),
  },
  'integration-name': { values: 'Integration Names', of: (one) => one.IntegrationName },
  'source-arn': { values: 'Source ARNs', of: ({ SourceArn }) => SourceArn },
  'source-types': { values: 'Source Types', of: ({ SourceArn = '' }) => parseArn(SourceArn)?.type },
  status: { values: 'Statuses', of: ({ Status }) => Status },
}

export const ModifyIntegration = operation<ModifyIntegrationMessage, Integration>({
  coverage: 'recorded',
  authorize: ({ IntegrationIdentifier }, call) => [onIntegration(call, IntegrationIdentifier)],
  run({ IntegrationIdentifier, IntegrationName, DataFilter, Description }, call) {
    const before = requireIntegration(call, IntegrationIdentifier!)
    const changed: Kept = {
      ...before,
      ...(IntegrationName !== undefined && { IntegrationName }),
      ...(DataFilter !== undefined && { DataFilter }),
      ...(Description !== undefined && { Description }),
    }
    integrations.put(call.db, call, changed.id, changed)
    return { ...describe(call, changed), Status: 'modifying' }
  },
})

export const DeleteIntegration = operation<DeleteIntegrationMessage, Integration>({
  coverage: 'recorded',
  authorize: ({ IntegrationIdentifier }, call) => [onIntegration(call, IntegrationIdentifier)],
  run({ IntegrationIdentifier }, call) {
    const integration = requireIntegration(call, IntegrationIdentifier!)
    const answer = describe(call, integration)
    integrations.delete(call.db, call, integration.id)
    deleteTags(call, arnOf('integration', call, integration.id))
    return { ...answer, Status: 'deleting' }
  },
})
