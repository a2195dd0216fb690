import { overMaxRecordSize } from '../errors.ts'
import type { WriteRecord } from '../output/records.ts'
import type { Expression, Query, SelectItem } from '../sql/syntax.ts'
import type { Accumulator } from './aggregates.ts'
import { accumulators } from './aggregates.ts'
import type { Binding } from './binding.ts'
import { compile, truth, type Evaluate, type Scope } from './compile.ts'

/** Characters in a record, of the input and of the result. */
export const longestRecord = 1024 * 1024

/** A query that rows are put through. */
export interface Plan<Row> {
  /** @returns the record that the row makes, as it is sent; empty for none */
  add(row: Row): string
  /** After the last row: @returns the record of the aggregates, if there are any */
  end(): string
  /** LIMIT is reached: no row makes a record any more. */
  isDone(): boolean
}

/**
 * Compiles a query for an input's rows and an output's form.
 *
 * @param now virtual time in ms
 */
export function planOf<Row>(
  query: Query,
  binding: Binding<Row>,
  write: WriteRecord,
  now: number,
): Plan<Row> {
  const scope: Scope<Row> = { binding, alias: query.alias, now }
  const where = query.where && compile(query.where, scope)
  const accepts = (row: Row) => !where || truth(where(row)) === true
  const { limit = Infinity, items } = query
  if (items !== '*' && items.some(({ expression }) => hasAggregate(expression))) {
    return aggregation(items, scope, accepts, bounded(write), limit)
  }
  const project = projection(items, scope, bounded(write))
  let count = 0
  return {
    add(row) {
      if (count >= limit || !accepts(row)) return ''
      count += 1
      return project(row)
    },
    end: () => '',
    isDone: () => count >= limit,
  }
}

const bounded =
  (write: WriteRecord): WriteRecord =>
  (names, values) => {
    const record = write(names, values)
    if (record.length > longestRecord) throw overMaxRecordSize()
    return record
  }

function projection<Row>(
  items: Query['items'],
  scope: Scope<Row>,
  write: WriteRecord,
): (row: Row) => string {
  const { binding } = scope
  if (items === '*') return (row) => write(binding.names(row), binding.values(row))
  const names = items.map(nameOf)
  const columns = items.map(({ expression }) => compile(expression, scope))
  return (row) =>
    write(
      names,
      columns.map((column) => column(row)),
    )
}

/** An alias, a column's or attribute's own name, else its place: `_2`. */
function nameOf({ alias, expression }: SelectItem, index: number): string {
  if (alias !== undefined) return alias
  if (expression.kind === 'path') {
    const last = expression.steps.at(-1)
    if (!last) return expression.root.text
    if (last.kind === 'member') return last.name.text
  }
  return `_${index + 1}`
}

function aggregation<Row>(
  items: readonly SelectItem[],
  scope: Scope<Row>,
  accepts: (row: Row) => boolean,
  write: WriteRecord,
  limit: number,
): Plan<Row> {
  const inputs: { operand: Evaluate<Row> | undefined; accumulator: Accumulator }[] = []
  const outer: Scope<Row> = {
    ...scope,
    isAggregated: true,
    aggregate({ name, operand }) {
      const accumulator = accumulators[name]()
      inputs.push({ operand: operand && compile(operand, scope), accumulator })
      return () => accumulator.result()
    },
  }
  const columns = items.map(({ expression }) => compile(expression, outer))
  return {
    add(row) {
      if (!accepts(row)) return ''
      for (const { operand, accumulator } of inputs) accumulator.add(operand ? operand(row) : true)
      return ''
    },
    end() {
      if (limit === 0) return ''
      // Beside aggregates there are constants at most: no column looks at the row.
      const values = columns.map((column) => column(undefined as Row))
      return write(items.map(nameOf), values)
    },
    isDone: () => limit === 0,
  }
}

function hasAggregate(expression: Expression): boolean {
  switch (expression.kind) {
    case 'aggregate':
      return true
    case 'literal':
    case 'path':
      return false
    case 'and':
    case 'or':
      return expression.operands.some(hasAggregate)
    case 'arithmetic':
      return hasAggregate(expression.first) || expression.rest.some((o) => hasAggregate(o.operand))
    case 'comparison':
      return hasAggregate(expression.left) || hasAggregate(expression.right)
    case 'call':
      return expression.args.some(hasAggregate)
    case 'negate':
    case 'not':
      return hasAggregate(expression.operand)
    case 'case':
      return [
        expression.operand,
        expression.otherwise,
        ...expression.branches.flatMap(({ when, result }) => [when, result]),
      ].some((one) => one && hasAggregate(one))
    case 'between':
      return [expression.value, expression.low, expression.high].some(hasAggregate)
    case 'in':
      return [expression.value, ...expression.options].some(hasAggregate)
    case 'like':
      return hasAggregate(expression.value) || hasAggregate(expression.pattern)
    case 'is':
    case 'cast':
      return hasAggregate(expression.value)
  }
}
