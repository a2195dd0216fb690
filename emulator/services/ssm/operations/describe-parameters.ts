import type {
  DescribeParametersRequest,
  DescribeParametersResult,
  GetParameterHistoryRequest,
  GetParameterHistoryResult,
} from '@aws-sdk/client-ssm'
import { operation } from '../../../operation.ts'
import { parameterArn } from '../arns.ts'
import { parameterNotFound, validation } from '../errors.ts'
import { parseStringFilters } from '../filters.ts'
import { keyOf, parseName } from '../names.ts'
import { pageOf } from '../pages.ts'
import { shownPolicies } from '../policies.ts'
import { decryption, onParameter } from '../read.ts'
import { findParameter, labelsOf, listParameters, versionsOf } from '../rows/parameters.ts'
import type { VersionFacts } from '../rows/parameters.ts'
import { shownValue } from '../values.ts'

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-finding.html */
const perPage = 10
const versionsPerPage = 50

/** The account's own parameters. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html */
export const DescribeParameters = operation<DescribeParametersRequest, DescribeParametersResult>({
  authorize: () => ['*'],
  run(input, call) {
    const { Filters, ParameterFilters } = input
    if (Filters?.length && ParameterFilters?.length) {
      throw validation('You can use either Filters or ParameterFilters in a single request.')
    }
    // The older filters compare by the beginning of names, and know fewer keys.
    const filters =
      ParameterFilters ??
      Filters?.map(({ Key, Values }) => ({
        Key,
        Values,
        ...(Key === 'Name' ? { Option: 'BeginsWith' } : {}),
      }))
    const matches = parseStringFilters(
      filters,
      ['Path', 'Name', 'Type', 'KeyId', 'Tier', 'DataType', 'tag:'],
      'DescribeParameters',
    )
    const { items, ...more } = pageOf(
      input.Shared ? [] : listParameters(call).filter(matches),
      input,
      perPage,
      call,
    )
    return {
      Parameters: items.map((row) => ({
        Name: row.name,
        ARN: parameterArn(call, row.name),
        ...factsOf(row),
      })),
      ...more,
    }
  },
})

const factsOf = (row: VersionFacts) => ({
  Type: row.type,
  ...(row.key_id === null ? {} : { KeyId: row.key_id }),
  LastModifiedDate: new Date(row.modified_at),
  LastModifiedUser: row.modified_by,
  ...(row.description === null ? {} : { Description: row.description }),
  ...(row.allowed_pattern === null ? {} : { AllowedPattern: row.allowed_pattern }),
  Version: row.version,
  Tier: row.tier,
  Policies: shownPolicies(row.policies),
  DataType: row.data_type,
})

/** Oldest first. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html */
export const GetParameterHistory = operation<GetParameterHistoryRequest, GetParameterHistoryResult>(
  {
    authorize: ({ Name = '', WithDecryption }, call) => [
      onParameter(call, Name),
      ...decryption(call, [Name], WithDecryption),
    ],
    run(input, call) {
      const named = parseName(input.Name ?? '')
      const row = named && findParameter(call, keyOf(named.name))
      if (!row) throw parameterNotFound(input.Name ?? '')
      const { items, ...more } = pageOf(versionsOf(call, row.key), input, versionsPerPage, call)
      return {
        Parameters: items.map((version) => ({
          Name: row.name,
          ...factsOf(version),
          Value: shownValue(call, row.name, version, input.WithDecryption),
          Labels: labelsOf(version),
        })),
        ...more,
      }
    },
  },
)
