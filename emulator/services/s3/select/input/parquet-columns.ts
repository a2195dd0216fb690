import { ambiguousFieldName, missingHeaders } from '../errors.ts'
import type { Binding } from '../evaluate/binding.ts'
import type { Name } from '../sql/syntax.ts'
import type { Value } from '../values/value.ts'

/** The values of a row, in the order of the columns. */
export type ParquetRow = readonly Value[]

/** The columns of a Parquet file, which its schema names. */
export class ParquetColumns implements Binding<ParquetRow> {
  readonly #named: { readonly name: Name; index: number }[] = []
  #names: readonly string[] = []

  member(name: Name): (row: ParquetRow) => Value {
    const column = { name, index: -1 }
    this.#named.push(column)
    return (row) => row[column.index]
  }

  /** @throws AwsError `MissingHeaders`, `AmbiguousFieldName` when the query's names are not these */
  setNames(names: readonly string[]): void {
    this.#names = names
    for (const column of this.#named) column.index = indexOf(names, column.name)
  }

  whole(row: ParquetRow): Value {
    return new Map(row.map((value, index) => [this.#names[index]!, value]))
  }

  names(): readonly string[] {
    return this.#names
  }

  values(row: ParquetRow): readonly Value[] {
    return row
  }
}

/** Without quotes a name matches in any case. */
function indexOf(names: readonly string[], { text, quoted }: Name): number {
  const exact = names.indexOf(text)
  if (exact >= 0 || quoted) {
    if (exact < 0) throw missingHeaders()
    return exact
  }
  const lower = text.toLowerCase()
  const found = names.flatMap((name, index) => (name.toLowerCase() === lower ? [index] : []))
  if (found.length === 0) throw missingHeaders()
  if (found.length > 1) throw ambiguousFieldName()
  return found[0]!
}
