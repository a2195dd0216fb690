import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import type { ClassReport, SubmissionResult } from '../result.ts'
import { identityOf } from '../submission/identity.ts'
import { feedbackOf } from './feedback.ts'

/** A filled-in gradebook, and who could not be found in it. */
export interface Filled {
  readonly csv: string
  readonly missing: readonly string[]
}

type Row = string[]

const write = (rows: readonly Row[]) => stringify([...rows])

const read = (csv: string): Row[] =>
  parse(csv, { bom: true, relax_column_count: true, skip_empty_lines: true })

/**
 * A Canvas gradebook to import: https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807.
 * Canvas finds students by its own ids, which are in the gradebook that it exports, and in the names of the files it lets one download.
 * A cell without a score stays empty, which changes nothing.
 *
 * @param exported the gradebook as Canvas exported it; without it, rows are made from the submissions' names
 */
export function canvas(report: ClassReport, exported: string | undefined): Filled {
  const title = report.lab.title
  if (exported === undefined) {
    const rows = report.results.map(({ submission, score }) => {
      const { student, number = '' } = identityOf(submission.name)
      return [student, number, '', '', '', score === null ? '' : String(score)]
    })
    const points = ['    Points Possible', '', '', '', '', String(report.summary.maxScore)]
    const table = [[...canvasColumns, title], points, ...rows]
    // Whoever opens it in a spreadsheet must not run what a student calls a file.
    return { csv: stringify(table, { escape_formulas: true }), missing: [] }
  }
  const [header = [], ...rows] = read(exported)
  const at = (name: string) => header.indexOf(name)
  if (at('Student') < 0 || at('ID') < 0) {
    throw new Error('It is no gradebook of Canvas: it has no columns Student and ID.')
  }
  // Canvas knows an assignment by the id after its title.
  const known = header.findIndex((name) => name === title || name.startsWith(`${title} (`))
  const column = known < 0 ? header.length : known
  const isPointsRow = (row: Row) => row[at('Student')]?.trim() === 'Points Possible'
  const matched = matchRows(
    report,
    rows.map((row) => {
      if (isPointsRow(row)) return undefined
      const ids = ['ID', 'SIS User ID', 'SIS Login ID'].map((name) => row[at(name)])
      return { student: row[at('Student')] ?? '', ids }
    }),
  )
  const filled = rows.map((row, index) => {
    const result = matched[index]
    const score = isPointsRow(row) ? report.summary.maxScore : result?.score
    return withCell(row, column, score?.toString() ?? row[column] ?? '')
  })
  return {
    csv: write([withCell(header, column, header[column] ?? title), ...filled]),
    missing: missingIn(report, matched),
  }
}

const canvasColumns = ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section']

/**
 * Fills in the grading worksheet that Moodle exported: https://docs.moodle.org/en/Assignment_activity#Offline_marking.
 * What its columns are depends on the site, and everything in it stays as it was but grade and feedback.
 *
 * @throws {Error} where it is no such worksheet
 */
export function moodle(report: ClassReport, worksheet: string): Filled {
  const [header = [], ...rows] = read(worksheet)
  const at = (name: string) => header.indexOf(name)
  const [identifier, grade] = [at('Identifier'), at('Grade')]
  if (identifier < 0 || grade < 0) {
    throw new Error('It is no worksheet of Moodle: it has no columns Identifier and Grade.')
  }
  const matched = matchRows(
    report,
    rows.map((row) => {
      // "Participant 12345": the number is in the names of the files that Moodle lets one download.
      const number = /\d+$/.exec(row[identifier] ?? '')?.[0]
      const ids = [number, row[at('ID number')], row[at('Email address')]]
      return { student: row[at('Full name')] ?? '', ids }
    }),
  )
  const filled = rows.map((row, index) => {
    const result = matched[index]
    if (result === undefined) return row
    if (result.state === 'infrastructure-error') return row
    const most = Number(row[at('Maximum Grade')] ?? Number.NaN)
    const graded =
      result.score === null
        ? row
        : withCell(row, grade, scaled(result.score, result.maxScore, most))
    const comments = at('Feedback comments')
    const html = feedbackOf(result)
      .map((line) => asHtml(line))
      .join('<br>')
    return comments < 0 ? graded : withCell(graded, comments, html)
  })
  return { csv: write([header, ...filled]), missing: missingIn(report, matched) }
}

/** Whose row it is, as far as the gradebook says. */
interface Owner {
  readonly student: string
  /** Numbers and names that systems know the student by. */
  readonly ids: readonly (string | undefined)[]
}

/**
 * Finds each row's result: by one of the ids, else by the student's name in whatever order it is written. A name that
 * several rows have decides nothing: a grade for somebody else is worse than none.
 */
function matchRows(
  { results }: ClassReport,
  owners: readonly (Owner | undefined)[],
): readonly (SubmissionResult | undefined)[] {
  const found = owners.map((owner) => {
    if (owner === undefined) return undefined
    const ids = new Set(owner.ids.filter((id) => id !== undefined && id !== ''))
    return results.find(({ submission: { name } }) => {
      const { number } = identityOf(name)
      return ids.has(name) || (number !== undefined && ids.has(number))
    })
  })
  const named = owners.map((owner, index) => {
    if (owner === undefined || found[index] !== undefined || owner.student === '') return undefined
    const wanted = new Set(orders(owner.student))
    const same = results.filter(({ submission }) =>
      orders(submission.student).some((name) => wanted.has(name)),
    )
    return same.length === 1 && !found.includes(same[0]) ? same[0] : undefined
  })
  const isOnly = (result: SubmissionResult) =>
    named.filter((other) => other === result).length === 1
  return found.map((result, index) => {
    const byName = named[index]
    return result ?? (byName !== undefined && isOnly(byName) ? byName : undefined)
  })
}

/** `Lovelace, Ada`, `Ada Lovelace` and Canvas's `lovelaceada` have one in common. */
function orders(name: string): readonly string[] {
  const plain = name.toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '')
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  return words.map((_, index) => [...words.slice(index), ...words.slice(0, index)].join(''))
}

const missingIn = ({ results }: ClassReport, matched: readonly (SubmissionResult | undefined)[]) =>
  results.filter((result) => !matched.includes(result)).map(({ submission }) => submission.name)

const withCell = (row: Row, column: number, value: string): Row => {
  const filled = [...row, ...Array.from({ length: Math.max(0, column + 1 - row.length) }, () => '')]
  filled[column] = value
  return filled
}

/** In the worksheet's own scale, to the two digits that Moodle keeps. */
const scaled = (score: number, maxScore: number, most: number): string =>
  (Number.isFinite(most) && most > 0 ? (score / maxScore) * most : score).toFixed(2)

const asHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
