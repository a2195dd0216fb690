import type {
  DBMajorEngineVersion,
  DescribeDBMajorEngineVersionsRequest,
  DescribeDBMajorEngineVersionsResponse,
} from '@aws-sdk/client-rds'
import { operation } from '../../../operation.ts'
import { engineVersions } from '../engine-versions.ts'
import { page } from '../pages.ts'

/** https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html */
const lifecycles: Readonly<
  Record<string, readonly [start: string, end: string, extended: string]>
> = {
  'postgres/11': ['2019-03-13', '2024-02-29', '2027-03-31'],
  'postgres/12': ['2020-03-31', '2025-02-28', '2028-02-29'],
  'postgres/13': ['2021-02-24', '2026-02-28', '2029-02-28'],
  'postgres/14': ['2022-02-03', '2027-02-28', '2030-02-28'],
  'postgres/15': ['2023-02-27', '2028-02-29', '2031-02-28'],
  'postgres/16': ['2024-02-05', '2029-02-28', '2032-02-29'],
  'postgres/17': ['2024-11-21', '2030-02-28', '2033-02-28'],
  'postgres/18': ['2025-11-14', '2031-02-28', '2034-02-28'],
  'mysql/5.7': ['2016-02-22', '2024-02-29', '2027-02-28'],
  'mysql/8.0': ['2018-10-23', '2026-07-31', '2029-07-31'],
  'mysql/8.4': ['2024-11-21', '2029-07-31', '2032-07-31'],
}

export const DescribeDBMajorEngineVersions = operation<
  DescribeDBMajorEngineVersionsRequest,
  DescribeDBMajorEngineVersionsResponse
>({
  authorize: () => ['*'],
  run(input) {
    const keys = new Set(
      engineVersions().map(({ engine, major }) => `${engine.engine}/${major.major}`),
    )
    const all = [...keys]
      .map(describe)
      .filter(
        ({ Engine, MajorEngineVersion }) =>
          (input.Engine === undefined || Engine === input.Engine) &&
          (input.MajorEngineVersion === undefined ||
            MajorEngineVersion === input.MajorEngineVersion),
      )
    const { records, Marker } = page(
      input,
      all,
      ({ Engine, MajorEngineVersion }) => `${Engine}/${MajorEngineVersion}`,
    )
    return { DBMajorEngineVersions: [...records], ...(Marker && { Marker }) }
  },
})

function describe(key: string): DBMajorEngineVersion {
  const [Engine, MajorEngineVersion] = key.split('/') as [string, string]
  const known = lifecycles[key]
  return {
    Engine,
    MajorEngineVersion,
    SupportedEngineLifecycles: known
      ? [
          {
            LifecycleSupportName: 'open-source-rds-standard-support',
            LifecycleSupportStartDate: new Date(known[0]),
            LifecycleSupportEndDate: new Date(known[1]),
          },
          {
            LifecycleSupportName: 'open-source-rds-extended-support',
            LifecycleSupportStartDate: new Date(Date.parse(known[1]) + 24 * 3600 * 1000),
            LifecycleSupportEndDate: new Date(known[2]),
          },
        ]
      : [],
  }
}
