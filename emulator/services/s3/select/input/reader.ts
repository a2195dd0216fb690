/** Finds the rows in an input's bytes. Holds on to one unfinished record at most. */
export interface RowReader<Row> {
  /** @throws AwsError for malformed input, when the rows before it have been taken */
  push(chunk: Uint8Array): Iterable<Row>
  /** The rows that the end of the input completes. */
  end(): Iterable<Row>
}
