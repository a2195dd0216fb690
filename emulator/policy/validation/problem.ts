/** What is wrong with a document, in AWS's words. Never leaves this folder: it becomes the answer of `validatePolicy`. */
export class Problem extends Error {}

export type Element = Readonly<Record<string, unknown>>

export const isElement = (value: unknown): value is Element =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

export const isTexts = (values: readonly unknown[]): values is readonly string[] =>
  values.every((value) => typeof value === 'string')

export { statementElements } from '../statement.ts'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html */
export const versions: ReadonlySet<unknown> = new Set(['2012-10-17', '2008-10-17'])
