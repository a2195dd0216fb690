import type { MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch'
import type { AwsError } from '../../../errors.ts'
import { notImplemented } from '../../../errors.ts'
import { validationError } from '../errors.ts'
import { dimensionsOf } from '../metrics/dimensions.ts'
import { checkPeriod } from '../metrics/periods.ts'
import { statisticNamed } from '../metrics/statistics.ts'
import { ExpressionError, namesIn, parseExpression, type Expression } from '../math/parse.ts'
import type { MetricName } from '../rows/metrics.ts'

/** A query that is known to be good. */
export interface Query {
  readonly id: string
  readonly label: string | undefined
  readonly returns: boolean
  readonly stat?: {
    readonly metric: MetricName
    /** In seconds. */
    readonly period: number
    readonly statistic: string
    readonly unit: string | undefined
  }
  readonly expression?: Expression
  /** Of what the expression makes without a metric, in seconds. */
  readonly period?: number | undefined
}

/** What is said of an expression that does not work. */
export const expressionRefused = (id: string, error: ExpressionError): AwsError =>
  validationError(`Error in expression '${id}': ${error.message}`)

/**
 * @param path what the operation calls them: `MetricDataQueries`, `Metrics`
 * @throws ValidationError
 */
export function checkQueries(given: readonly MetricDataQuery[], path: string): Query[] {
  const queries = given.map((query, index) => checkQuery(query, `${path}.member.${index + 1}`))
  const ids = new Set(queries.map(({ id }) => id))
  if (ids.size < queries.length) {
    throw validationError(`The values for parameter id in ${path} are not unique.`)
  }
  refuseCircles(queries)
  return queries
}

function checkQuery(query: MetricDataQuery, path: string): Query {
  const { Id = '', Label, MetricStat, Expression, ReturnData = true, Period } = query
  if (!/^[a-z][a-zA-Z0-9_]{0,254}$/.test(Id)) {
    throw validationError(
      `The value ${Id} for parameter ${path}.Id is not matching the pattern ^[a-z][a-zA-Z0-9_]*$.`,
    )
  }
  const all = { id: Id, label: Label, returns: ReturnData }
  if (MetricStat && Expression) {
    throw validationError(
      `The parameters ${path}.Expression and ${path}.MetricStat are mutually exclusive and you have specified both.`,
    )
  }
  if (MetricStat) return { ...all, stat: checkStat(MetricStat, `${path}.MetricStat`) }
  if (!Expression) throw validationError(`The parameter ${path}.MetricStat is required.\n`)
  if (/^\s*select\b/i.test(Expression)) {
    throw notImplemented('cloudwatch', 'Metrics Insights queries')
  }
  if (Period !== undefined) checkPeriod(Period, `${path}.Period`, validationError)
  try {
    return { ...all, expression: parseExpression(Expression), period: Period }
  } catch (error) {
    if (error instanceof ExpressionError) throw expressionRefused(Id, error)
    throw error
  }
}

function checkStat({ Metric, Period, Stat, Unit }: MetricStat, path: string) {
  const { Namespace, MetricName, Dimensions } = Metric ?? {}
  if (!Namespace) throw validationError(`The parameter ${path}.Metric.Namespace is required.`)
  if (!MetricName) throw validationError(`The parameter ${path}.Metric.MetricName is required.`)
  if (Period === undefined) throw validationError(`The parameter ${path}.Period is required.`)
  checkPeriod(Period, `${path}.Period`, validationError)
  if (!Stat || !statisticNamed(Stat)) {
    throw validationError(`The value ${Stat} for parameter ${path}.Stat is not supported.`)
  }
  return {
    metric: {
      namespace: Namespace,
      name: MetricName,
      dimensions: dimensionsOf(Dimensions, `${path}.Metric.Dimensions`),
    },
    period: Period,
    statistic: Stat,
    unit: Unit,
  }
}

/** Expressions that go round in a circle come to nothing. */
function refuseCircles(queries: readonly Query[]): void {
  const needs = new Map(
    queries.map(({ id, expression }) => [id, expression ? namesIn(expression) : []]),
  )
  const done = new Set<string>()
  const visit = (id: string, under: readonly string[]): void => {
    if (under.includes(id)) {
      throw validationError(`Error in expression '${id}': The expression refers to itself`)
    }
    if (done.has(id)) return
    for (const name of needs.get(id) ?? []) if (needs.has(name)) visit(name, [...under, id])
    done.add(id)
  }
  for (const { id } of queries) visit(id, [])
}
