import { invalidParameterValue, parameterRequired } from '../errors.ts'

const longest = 255

/** @throws MissingParameter, InvalidParameterValue */
export function checkNamespace(namespace: string | undefined): void {
  checkName(namespace, 'Namespace')
  if (namespace!.startsWith(':')) {
    throw invalidParameterValue(
      'The value for parameter Namespace is invalid. It must not start with a colon.',
    )
  }
}

/** @param path what errors call it: `MetricData.member.1.MetricName` */
export function checkName(name: string | undefined, path: string): void {
  if (name === undefined) throw parameterRequired(path)
  if (name.trim() === '') throw invalidParameterValue(`The parameter ${path} must not be blank.`)
  if (name.length > longest) {
    throw invalidParameterValue(
      `The parameter ${path} must be shorter than ${longest + 1} characters.`,
    )
  }
}
