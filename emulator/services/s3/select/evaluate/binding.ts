import type { Name } from '../sql/syntax.ts'
import type { Value } from '../values/value.ts'

/** How expressions see the rows of an input. */
export interface Binding<Row> {
  /**
   * Compiles the access to a column or attribute.
   *
   * @throws AwsError for a column that no row of this input can have
   */
  member(name: Name): (row: Row) => Value
  /** The row as one value. */
  whole(row: Row): Value
  /** What `SELECT *` gives. */
  names(row: Row): readonly string[]
  values(row: Row): readonly Value[]
}
