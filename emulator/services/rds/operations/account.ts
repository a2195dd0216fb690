import type {
  AccountAttributesMessage,
  DescribeAccountAttributesMessage,
  DescribeSourceRegionsMessage,
  SourceRegionMessage,
} from '@aws-sdk/client-rds'
import { readFixture } from '../../../fixtures.ts'
import { operation, type Call } from '../../../operation.ts'
import { filtered } from '../filters.ts'
import { page } from '../pages.ts'

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html */
export const DescribeAccountAttributes = operation<
  DescribeAccountAttributesMessage,
  AccountAttributesMessage
>({
  authorize: () => ['*'],
  run: (_, call) => ({
    AccountQuotas: quotas.map(([AccountQuotaName, Max, used]) => ({
      AccountQuotaName,
      Used: used === undefined ? 0 : count(call, used),
      Max,
    })),
  }),
})

/** What counts, where it is kept here: a table, and what of it counts. */
const quotas: readonly (readonly [name: string, max: number, used?: string])[] = [
  ['DBInstances', 40, 'count(*) from rds_instances where true'],
  ['ReservedDBInstances', 40, `count(*) from rds_documents where type = 'reserved-instance'`],
  [
    'AllocatedStorage',
    100_000,
    `coalesce(sum(json_extract(configuration, '$.AllocatedStorage')), 0) from rds_instances where true`,
  ],
  ['DBSecurityGroups', 25],
  ['AuthorizationsPerDBSecurityGroup', 20],
  [
    'DBParameterGroups',
    50,
    `count(*) from rds_parameter_groups where kind = 'instance' and name not like 'default.%'`,
  ],
  ['ManualSnapshots', 100, `count(*) from rds_snapshots where type = 'manual'`],
  ['EventSubscriptions', 20, 'count(*) from rds_event_subscriptions where true'],
  ['DBSubnetGroups', 50, 'count(*) from rds_subnet_groups where true'],
  ['OptionGroups', 20, `count(*) from rds_option_groups where name not like 'default:%'`],
  [
    'SubnetsPerDBSubnetGroup',
    20,
    'coalesce(max(json_array_length(subnets)), 0) from rds_subnet_groups where true',
  ],
  [
    'ReadReplicasPerMaster',
    15,
    `coalesce(max(n), 0) from (select account, region, count(*) as n from rds_instances where source is not null group by account, region, source) where true`,
  ],
  ['DBClusters', 40, 'count(*) from rds_clusters where true'],
  [
    'DBClusterParameterGroups',
    50,
    `count(*) from rds_parameter_groups where kind = 'cluster' and name not like 'default.%'`,
  ],
  ['DBClusterRoles', 5],
  ['DBInstanceRoles', 5],
  ['ManualClusterSnapshots', 100, `count(*) from rds_cluster_snapshots where type = 'manual'`],
  ['CustomEndpointsPerDBCluster', 5],
]

const count = ({ db, account, region }: Call, what: string): number =>
  db.get<{ used: number }>(
    `select ${what.replace(' from ', ' as used from ')} and account = ? and region = ?`,
    account,
    region,
  )!.used

/** The regions that this one can copy and replicate from: all others. */
export const DescribeSourceRegions = operation<DescribeSourceRegionsMessage, SourceRegionMessage>({
  authorize: () => ['*'],
  run({ RegionName, Filters, ...request }, { region }) {
    const all = regionNames().filter(
      (name) => name !== region && (RegionName === undefined || name === RegionName),
    )
    const { records, Marker } = page(request, filtered(all, Filters, {}), (name) => name)
    return {
      SourceRegions: records.map((name) => ({
        RegionName: name,
        Endpoint: `https://rds.${name}.amazonaws.com`,
        Status: 'available',
        SupportsDBInstanceAutomatedBackupsReplication: true,
      })),
      ...(Marker && { Marker }),
    }
  },
})

const regionNames = () =>
  readFixture('ec2/regions.tsv')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t')[0]!)
    .toSorted()
