import type { RequestContext } from './request.ts'

/** The request's condition keys, found by name whatever its case; an empty list counts as a missing key. */
export class ContextKeys {
  readonly #request: { readonly context: RequestContext }
  #byName: Map<string, readonly string[]> | undefined

  constructor(request: { readonly context: RequestContext }) {
    this.#request = request
  }

  /** @param name in lower case */
  valuesOf(name: string): readonly string[] | undefined {
    // Most statements have no conditions: the index is made by the first that asks.
    this.#byName ??= indexed(this.#request.context)
    return this.#byName.get(name)
  }

  /**
   * A key's value for a policy variable. Keys with several values can't be variables, and a key without a value
   * counts as missing ("effectively null").
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
   *
   * @param name in lower case
   */
  variable(name: string): string | undefined {
    const values = this.valuesOf(name)
    return values?.length === 1 && values[0] !== '' ? values[0] : undefined
  }
}

function indexed(given: RequestContext): Map<string, readonly string[]> {
  const byName = new Map<string, readonly string[]>()
  for (const key of Object.keys(given)) {
    const value = given[key]!
    const values = typeof value === 'string' ? [value] : value
    if (values.length > 0) byName.set(key.toLowerCase(), values)
  }
  return byName
}
