import type {
  AccessScopePath,
  CreateNetworkInsightsAccessScopeRequest,
  CreateNetworkInsightsAccessScopeResult,
  CreateNetworkInsightsPathRequest,
  CreateNetworkInsightsPathResult,
  DeleteNetworkInsightsAccessScopeRequest,
  DeleteNetworkInsightsAccessScopeResult,
  DeleteNetworkInsightsAnalysisRequest,
  DeleteNetworkInsightsAnalysisResult,
  DeleteNetworkInsightsPathRequest,
  DeleteNetworkInsightsPathResult,
  DescribeNetworkInsightsAccessScopesRequest,
  DescribeNetworkInsightsAccessScopesResult,
  DescribeNetworkInsightsAnalysesRequest,
  DescribeNetworkInsightsAnalysesResult,
  DescribeNetworkInsightsPathsRequest,
  DescribeNetworkInsightsPathsResult,
  GetNetworkInsightsAccessScopeContentRequest,
  GetNetworkInsightsAccessScopeContentResult,
  NetworkInsightsAccessScope,
  NetworkInsightsAnalysis,
  NetworkInsightsPath,
  StartNetworkInsightsAnalysisRequest,
  StartNetworkInsightsAnalysisResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call, Operation } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import { json } from '../describe/sql.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { anyResource } from '../permissions.ts'
import { byMembers, family } from '../recorded/family.ts'
import { acts, creates, deletes, describes, on } from '../recorded/operations.ts'
import { analyze } from './analyze.ts'
import { typeOfId } from './components.ts'
import { componentsIn, networkOf } from './view.ts'

// The Reachability Analyzer. https://docs.aws.amazon.com/vpc/latest/reachability/what-is-reachability-analyzer.html

/** These do what AWS's do: the analysis is of the network as it stands. */
const full = <Input, Output>(one: Operation<Input, Output, undefined>) => ({
  ...one,
  coverage: 'full' as const,
})

const paths = family<NetworkInsightsPath>({
  type: 'network-insights-path',
  prefix: 'nip',
  id: 'NetworkInsightsPathId',
  notFound: idDoesNotExist('InvalidNetworkInsightsPathId.NotFound', 'Network Insights Path'),
  created: 'CreatedDate',
  limits: { least: 1, most: 100 },
  filters: {
    ...byMembers('Destination', 'DestinationPort', 'Protocol', 'Source'),
    'filter-at-destination.destination-address': json('FilterAtDestination.DestinationAddress'),
    'filter-at-destination.source-address': json('FilterAtDestination.SourceAddress'),
    'filter-at-source.destination-address': json('FilterAtSource.DestinationAddress'),
    'filter-at-source.source-address': json('FilterAtSource.SourceAddress'),
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInsightsPaths.html */
export const DescribeNetworkInsightsPaths = full(
  describes<DescribeNetworkInsightsPathsRequest, DescribeNetworkInsightsPathsResult>(
    paths,
    'NetworkInsightsPaths',
    'NetworkInsightsPathIds',
  ),
)

/** An end is named by its id or its ARN. */
const idOf = (end: string): string => end.slice(end.lastIndexOf('/') + 1)

function endArn(end: string, call: Call): string {
  const id = idOf(end)
  const type = typeOfId(id)
  if (!type) throw invalidValue(end, 'Source or Destination')
  return arnOf(call, type, id)
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInsightsPath.html */
export const CreateNetworkInsightsPath = full(
  creates<CreateNetworkInsightsPathRequest, CreateNetworkInsightsPathResult, NetworkInsightsPath>(
    paths,
    {
      needs: ['Source', 'Protocol'],
      also: ({ Source, Destination }, call) =>
        [Source, Destination].flatMap((end) => {
          const id = idOf(end ?? '')
          const type = typeOfId(id)
          return type && type !== 'natgateway' ? [on(call, type, id)] : []
        }),
      make(input, call) {
        const { Source, Destination, Protocol, SourceIp, DestinationIp, DestinationPort } = input
        if (Protocol !== 'tcp' && Protocol !== 'udp') throw invalidValue(Protocol!, 'Protocol')
        const { FilterAtSource, FilterAtDestination } = input
        const isFiltered = FilterAtSource !== undefined || FilterAtDestination !== undefined
        if (isFiltered && (SourceIp || DestinationIp || DestinationPort !== undefined)) {
          throw new AwsError(
            'InvalidParameterCombination',
            'You cannot specify filters together with SourceIp, DestinationIp or DestinationPort.',
          )
        }
        if (!Destination && !DestinationIp && !FilterAtSource?.DestinationAddress) {
          throw missingParameter('Destination')
        }
        return {
          Source: idOf(Source!),
          SourceArn: endArn(Source!, call),
          ...(Destination
            ? { Destination: idOf(Destination), DestinationArn: endArn(Destination, call) }
            : {}),
          ...(SourceIp ? { SourceIp } : {}),
          ...(DestinationIp ? { DestinationIp } : {}),
          ...(DestinationPort === undefined ? {} : { DestinationPort }),
          Protocol,
          ...(FilterAtSource ? { FilterAtSource } : {}),
          ...(FilterAtDestination ? { FilterAtDestination } : {}),
        }
      },
      made({ NetworkInsightsPathId: id }, _input, call) {
        const NetworkInsightsPathArn = arnOf(call, 'network-insights-path', id!)
        paths.change(id!, { NetworkInsightsPathArn }, call)
      },
      answer: 'NetworkInsightsPath',
    },
  ),
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInsightsPath.html */
export const DeleteNetworkInsightsPath = full(
  deletes<DeleteNetworkInsightsPathRequest, DeleteNetworkInsightsPathResult, NetworkInsightsPath>(
    paths,
    'NetworkInsightsPathId',
    {
      before({ NetworkInsightsPathId: id }, _input, call) {
        if (analyses.having('NetworkInsightsPathId', id!, call).length > 0) {
          throw new AwsError(
            'AnalysisExistsForNetworkInsightsPath',
            `Analysis exists for the network insights path '${id}'. Delete the analysis first.`,
          )
        }
      },
      answer: ({ NetworkInsightsPathId }) => ({ NetworkInsightsPathId }),
    },
  ),
)

const analyses = family<NetworkInsightsAnalysis>({
  type: 'network-insights-analysis',
  prefix: 'nia',
  id: 'NetworkInsightsAnalysisId',
  notFound: idDoesNotExist(
    'InvalidNetworkInsightsAnalysisId.NotFound',
    'Network Insights Analysis',
  ),
  created: 'StartDate',
  life: { first: 'running', next: { running: 'succeeded' } },
  shownState: (state) => ({ Status: state as 'running' }),
  limits: { least: 1, most: 100 },
  filters: { 'path-found': json('NetworkPathFound'), status: 't.state' },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartNetworkInsightsAnalysis.html */
export const StartNetworkInsightsAnalysis = full(
  creates<
    StartNetworkInsightsAnalysisRequest,
    StartNetworkInsightsAnalysisResult,
    NetworkInsightsAnalysis
  >(analyses, {
    uses: { NetworkInsightsPathId: 'network-insights-path' },
    make({ NetworkInsightsPathId, FilterInArns, FilterOutArns, AdditionalAccounts }, call) {
      const path = paths.require(NetworkInsightsPathId!, call)
      return {
        NetworkInsightsPathId: NetworkInsightsPathId!,
        ...(FilterInArns ? { FilterInArns } : {}),
        ...(FilterOutArns ? { FilterOutArns } : {}),
        ...(AdditionalAccounts ? { AdditionalAccounts } : {}),
        ...resultOf(path, call, FilterInArns, FilterOutArns),
      }
    },
    made({ NetworkInsightsAnalysisId: id }, _input, call) {
      const NetworkInsightsAnalysisArn = arnOf(call, 'network-insights-analysis', id!)
      analyses.change(id!, { NetworkInsightsAnalysisArn }, call)
    },
    // What it finds is not told yet.
    answer: ({
      NetworkPathFound: _found,
      ForwardPathComponents: _forward,
      ReturnPathComponents: _back,
      Explanations: _why,
      ...started
    }) => ({ NetworkInsightsAnalysis: started }),
  }),
)

function resultOf(
  path: NetworkInsightsPath,
  call: Call,
  filterIn: readonly string[] = [],
  filterOut: readonly string[] = [],
): Partial<NetworkInsightsAnalysis> {
  const { FilterAtSource: filter, FilterAtDestination: atDestination } = path
  const toAddress =
    path.DestinationIp ?? atDestination?.DestinationAddress ?? filter?.DestinationAddress
  const { reachable, forward, back, explanations } = analyze(
    {
      from: path.Source!,
      to: path.Destination ?? toAddress!,
      fromAddress: path.SourceIp ?? filter?.SourceAddress,
      toAddress,
      protocol: path.Protocol!,
      port:
        path.DestinationPort ??
        filter?.DestinationPortRange?.FromPort ??
        atDestination?.DestinationPortRange?.FromPort,
    },
    networkOf(call),
    componentsIn(call),
  )
  const onWay = new Set(forward.map(({ Component }) => Component?.Arn))
  const missed = filterIn.find((arn) => !onWay.has(arn)) ?? filterOut.find((arn) => onWay.has(arn))
  if (reachable && missed) {
    const Component = { Id: idOf(missed), Arn: missed }
    return {
      NetworkPathFound: false,
      Explanations: [{ ExplanationCode: 'COMPONENT_FILTER_RESTRICTION', Component }],
    }
  }
  return {
    NetworkPathFound: reachable,
    ForwardPathComponents: [...forward],
    ...(reachable ? { ReturnPathComponents: [...back] } : { Explanations: [...explanations] }),
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInsightsAnalyses.html */
export const DescribeNetworkInsightsAnalyses = operation<
  DescribeNetworkInsightsAnalysesRequest,
  DescribeNetworkInsightsAnalysesResult
>({
  authorize: anyResource,
  run({ NetworkInsightsPathId: pathId, NetworkInsightsAnalysisIds: ids, ...input }, call) {
    const start = input.AnalysisStartTime?.getTime() ?? 0
    const end = input.AnalysisEndTime?.getTime() ?? Number.MAX_SAFE_INTEGER
    const { items, nextToken } = analyses.page(input, ids, call, {
      sql: `t.created_at between ? and ?${pathId ? ` and ${json('NetworkInsightsPathId')} = ?` : ''}`,
      values: [start, end, ...(pathId ? [pathId] : [])],
    })
    return { NetworkInsightsAnalyses: items, NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInsightsAnalysis.html */
export const DeleteNetworkInsightsAnalysis = full(
  deletes<
    DeleteNetworkInsightsAnalysisRequest,
    DeleteNetworkInsightsAnalysisResult,
    NetworkInsightsAnalysis
  >(analyses, 'NetworkInsightsAnalysisId', {
    answer: ({ NetworkInsightsAnalysisId }) => ({ NetworkInsightsAnalysisId }),
  }),
)

// The Network Access Analyzer's scopes are kept only: nothing looks for what they describe.

interface AccessScope extends NetworkInsightsAccessScope {
  readonly MatchPaths?: readonly AccessScopePath[]
  readonly ExcludePaths?: readonly AccessScopePath[]
}

const accessScopes = family<AccessScope>({
  type: 'network-insights-access-scope',
  prefix: 'nis',
  id: 'NetworkInsightsAccessScopeId',
  notFound: idDoesNotExist(
    'InvalidNetworkInsightsAccessScopeId.NotFound',
    'Network Insights Access Scope',
  ),
  created: 'CreatedDate',
  limits: { least: 1, most: 100 },
  filters: {},
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInsightsAccessScopes.html */
export const DescribeNetworkInsightsAccessScopes = describes<
  DescribeNetworkInsightsAccessScopesRequest,
  DescribeNetworkInsightsAccessScopesResult
>(accessScopes, 'NetworkInsightsAccessScopes', 'NetworkInsightsAccessScopeIds')

const contentOf = ({ NetworkInsightsAccessScopeId, MatchPaths, ExcludePaths }: AccessScope) => ({
  NetworkInsightsAccessScopeId,
  MatchPaths: [...(MatchPaths ?? [])],
  ExcludePaths: [...(ExcludePaths ?? [])],
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInsightsAccessScope.html */
export const CreateNetworkInsightsAccessScope = creates<
  CreateNetworkInsightsAccessScopeRequest,
  CreateNetworkInsightsAccessScopeResult,
  AccessScope
>(accessScopes, {
  make: ({ MatchPaths = [], ExcludePaths = [] }, call) => ({
    MatchPaths,
    ExcludePaths,
    UpdatedDate: new Date(call.now),
  }),
  made({ NetworkInsightsAccessScopeId: id }, _input, call) {
    const arn = arnOf(call, 'network-insights-access-scope', id!)
    accessScopes.change(id!, { NetworkInsightsAccessScopeArn: arn }, call)
  },
  answer: (item) => ({
    NetworkInsightsAccessScope: item,
    NetworkInsightsAccessScopeContent: contentOf(item),
  }),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetNetworkInsightsAccessScopeContent.html */
export const GetNetworkInsightsAccessScopeContent = acts<
  GetNetworkInsightsAccessScopeContentRequest,
  GetNetworkInsightsAccessScopeContentResult
>({ NetworkInsightsAccessScopeId: 'network-insights-access-scope' }, (input, call) => ({
  NetworkInsightsAccessScopeContent: contentOf(
    accessScopes.require(input.NetworkInsightsAccessScopeId!, call),
  ),
}))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInsightsAccessScope.html */
export const DeleteNetworkInsightsAccessScope = deletes<
  DeleteNetworkInsightsAccessScopeRequest,
  DeleteNetworkInsightsAccessScopeResult,
  AccessScope
>(accessScopes, 'NetworkInsightsAccessScopeId', {
  answer: ({ NetworkInsightsAccessScopeId }) => ({ NetworkInsightsAccessScopeId }),
})
