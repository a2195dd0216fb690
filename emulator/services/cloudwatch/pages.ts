import type { AwsError } from '../../errors.ts'

/** A place as a token that says nothing to its reader. */
export const tokenOf = (place: unknown): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url')

/** What `tokenOf` was given. @param refuse makes the error for what is no token */
export function placeOf<Place>(
  token: string,
  isPlace: (place: unknown) => place is Place,
  refuse: () => AwsError,
): Place {
  let place: unknown
  try {
    place = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
  } catch {
    throw refuse()
  }
  if (!isPlace(place)) throw refuse()
  return place
}

export const isTexts =
  (length: number) =>
  (place: unknown): place is string[] =>
    Array.isArray(place) && place.length === length && place.every((one) => typeof one === 'string')

export const isNumber = (place: unknown): place is number => Number.isSafeInteger(place)
