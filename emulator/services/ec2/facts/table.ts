import { readFixture } from '../../../fixtures.ts'

/** The rows of a tab-separated file of facts, by the names in its first line; an empty cell is `''`. */
export function readTable(name: string): Record<string, string>[] {
  const [head = '', ...lines] = readFixture(name).split('\n')
  const columns = head.split('\t')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const cells = line.split('\t')
      return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']))
    })
}
