import { ambiguousFieldName, invalidColumnIndex, missingHeaders } from '../errors.ts'
import type { Binding } from '../evaluate/binding.ts'
import type { Name } from '../sql/syntax.ts'
import type { Value } from '../values/value.ts'

export type CsvRow = readonly string[]

/** The columns of a CSV file: by position (`_1`), and by the names in its first line when that is used as header. */
export class CsvColumns implements Binding<CsvRow> {
  readonly #named: { readonly name: Name; index: number }[] = []
  readonly #hasNames: boolean
  #header: CsvRow = []

  /** @param hasNames the first line is a header whose names are used */
  constructor(hasNames: boolean) {
    this.#hasNames = hasNames
  }

  member(name: Name): (row: CsvRow) => Value {
    if (/^_\d+$/.test(name.text)) {
      const index = Number(name.text.slice(1)) - 1
      if (index < 0 || !Number.isSafeInteger(index)) throw invalidColumnIndex()
      return (row) => row[index]
    }
    if (!this.#hasNames) throw missingHeaders()
    const column = { name, index: -1 }
    this.#named.push(column)
    return (row) => row[column.index]
  }

  /** @throws AwsError `MissingHeaders`, `AmbiguousFieldName` when the query's names are not these */
  setHeader(header: CsvRow): void {
    this.#header = header
    for (const column of this.#named) column.index = indexOf(header, column.name)
  }

  whole(row: CsvRow): Value {
    const names = this.names(row)
    return new Map(row.map((field, index) => [names[index]!, field]))
  }

  names(row: CsvRow): readonly string[] {
    if (this.#header.length === row.length) return this.#header
    return row.map((_, index) => this.#header[index] ?? `_${index + 1}`)
  }

  values(row: CsvRow): readonly Value[] {
    return row
  }
}

function indexOf(header: CsvRow, { text, quoted }: Name): number {
  const lower = text.toLowerCase()
  const found = header.flatMap((name, index) =>
    (quoted ? name === text : name.toLowerCase() === lower) ? [index] : [],
  )
  if (found.length === 0) throw missingHeaders()
  if (found.length > 1) throw ambiguousFieldName()
  return found[0]!
}
