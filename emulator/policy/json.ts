/** A part of a policy that can't be understood, and why. Never leaves this folder: it becomes part of the trace. */
export class Malformed extends Error {}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * An element that holds one text or a list of them.
 *
 * @param scalars numbers and booleans count as their text, as in condition values
 * @throws Malformed for anything else
 */
export function textsOf(value: unknown, element: string, { scalars = false } = {}): string[] {
  return (Array.isArray(value) ? value : [value]).map((one: unknown) => {
    if (typeof one === 'string') return one
    if (scalars && (typeof one === 'number' || typeof one === 'boolean')) return String(one)
    throw new Malformed(`${element} is no text`)
  })
}
