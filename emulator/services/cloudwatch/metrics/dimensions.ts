import type { Dimension } from '@aws-sdk/client-cloudwatch'
import { invalidParameterValue, parameterRequired } from '../errors.ts'

/** Pairs in the order of their names: what tells a metric from others of its name. */
export type Dimensions = readonly (readonly [name: string, value: string])[]

const most = 30

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 *
 * @param path what errors call them: `MetricData.member.1.Dimensions`
 * @throws MissingParameter, InvalidParameterValue
 */
export function dimensionsOf(given: readonly Dimension[] = [], path: string): Dimensions {
  if (given.length > most) {
    throw invalidParameterValue(`The collection ${path} must not have a size greater than ${most}.`)
  }
  given.forEach(({ Name, Value }, index) => {
    const at = `${path}.member.${index + 1}`
    checkPart(Name, `${at}.Name`, 255)
    checkPart(Value, `${at}.Value`, 1024)
    if (Name!.startsWith(':')) {
      throw invalidParameterValue(`The value ${Name} for parameter ${at}.Name is invalid.`)
    }
  })
  const pairs = new Map(given.map(({ Name, Value }) => [Name!, Value!]))
  if (pairs.size < given.length) {
    throw invalidParameterValue(`No dimension names may be the same.`)
  }
  return [...pairs].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function checkPart(text: string | undefined, path: string, longest: number): void {
  if (text === undefined) throw parameterRequired(path)
  if (text.trim() === '') throw invalidParameterValue(`The parameter ${path} must not be blank.`)
  if (text.length > longest) {
    throw invalidParameterValue(
      `The parameter ${path} must be shorter than ${longest + 1} characters.`,
    )
  }
  if (!/^[\x20-\x7e\t]*$/.test(text)) {
    throw invalidParameterValue(`The parameter ${path} must contain only ASCII characters.`)
  }
}

export const shownDimensions = (dimensions: Dimensions): Dimension[] =>
  dimensions.map(([Name, Value]) => ({ Name, Value }))
