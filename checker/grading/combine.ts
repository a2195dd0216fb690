import type { ClassReport, Outcome, SubmissionResult } from './result.ts'
import { outcomes } from './result.ts'

/** A class's report, counted. */
export function classReport(
  facts: Pick<ClassReport, 'lab' | 'versions' | 'complete'>,
  results: readonly SubmissionResult[],
  startedAt: Date,
  finishedAt: Date,
): ClassReport {
  const scores = results.flatMap(({ score }) => (score === null ? [] : [score]))
  const count = (state: Outcome) => results.filter((result) => result.state === state).length
  const counts = Object.fromEntries(outcomes.map((state) => [state, count(state)]))
  return {
    version: 1,
    lab: facts.lab,
    complete: facts.complete,
    summary: {
      submissions: results.length,
      ...(counts as Record<Outcome, number>),
      meanScore: scores.length === 0 ? null : hundredths(sum(scores) / scores.length),
      maxScore: results[0]?.maxScore ?? 0,
    },
    versions: facts.versions,
    results: [...results],
    times: {
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      seconds: Math.round((finishedAt.getTime() - startedAt.getTime()) / 100) / 10,
    },
  }
}

/** Parts of a class, graded one by one or on several machines, as one report; undefined where they are of different labs. */
export function combineReports(parts: readonly ClassReport[]): ClassReport | undefined {
  const [first, ...rest] = parts
  if (first === undefined || rest.some(({ lab }) => lab.version !== first.lab.version)) {
    return undefined
  }
  const moments = (name: 'startedAt' | 'finishedAt') =>
    parts.map(({ times }) => times[name]).toSorted()
  return classReport(
    { ...first, complete: parts.every(({ complete }) => complete) },
    parts.flatMap(({ results }) => results),
    new Date(moments('startedAt')[0]!),
    new Date(moments('finishedAt').at(-1)!),
  )
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
const hundredths = (number: number) => Math.round(number * 100) / 100
