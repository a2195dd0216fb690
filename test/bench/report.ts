/** Progress goes to standard error, results to standard output. */
export const say = (message: string): void => void process.stderr.write(`bench: ${message}\n`)

/** Prints a table with aligned columns. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
  console.log(`\n${line(head)}`)
  for (const row of rows) console.log(line(row))
  console.log()
}

/** The middle one of several measurements. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
