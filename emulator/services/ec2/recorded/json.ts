// Documents in AWS's shape, with their times: JSON alone would turn these into texts for good.

interface StoredDate {
  readonly $date: number
}

/** @returns JSON text, in which times are `{"$date": ms}` */
export const toJson = (value: object): string =>
  JSON.stringify(value, function (this: Record<string, unknown>, key, inner: unknown) {
    const given = this[key]
    return given instanceof Date ? { $date: given.getTime() } : inner
  })

/** Reads what `toJson` wrote. */
export const fromJson = <Value>(text: string): Value =>
  JSON.parse(text, (_key, inner: unknown) =>
    isStoredDate(inner) ? new Date(inner.$date) : inner,
  ) as Value

const isStoredDate = (value: unknown): value is StoredDate =>
  typeof value === 'object' && value !== null && '$date' in value
