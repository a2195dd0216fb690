export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds'

/** The format that the number of a timestamp schema stands for; 4 leaves it to the place. */
export function timestampFormat(schema: number): TimestampFormat | undefined {
  if (schema === 5) return 'date-time'
  if (schema === 6) return 'http-date'
  if (schema === 7) return 'epoch-seconds'
  return undefined
}

/** `2024-03-01T12:00:00.000Z`, as EC2, RDS and S3 write times in XML. */
export const isoMilliseconds = (date: Date): string => date.toISOString()

/** `2024-03-01T12:00:00Z`, as IAM and STS write times; milliseconds only where there are any. */
export const isoShort = (date: Date): string => date.toISOString().replace('.000Z', 'Z')

/** `Fri, 01 Mar 2024 12:00:00 GMT`: whole seconds. */
export const httpDate = (date: Date): string => date.toUTCString()

export const epochSeconds = (date: Date): string => String(date.getTime() / 1000)

const formats: Record<TimestampFormat, (date: Date) => string> = {
  'date-time': isoMilliseconds,
  'http-date': httpDate,
  'epoch-seconds': epochSeconds,
}

/** How a timestamp is written in a format; `iso` replaces the usual form of ISO 8601. */
export const timestampWriter = (
  format: TimestampFormat,
  iso: (date: Date) => string = isoMilliseconds,
): ((date: Date) => string) => (format === 'date-time' ? iso : formats[format])

const isoPattern =
  /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:?\d{2})?)?$/
const httpPattern =
  /^(?:[A-Z][a-z]{2,8}, )?\d{1,2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2}(?:\.\d+)? GMT$/
const epochPattern = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/**
 * Reads a timestamp as text, in whichever of the three formats it is: AWS takes ISO 8601 in most places
 * whatever the model says, and clients disagree about the format of queries and headers.
 *
 * @returns undefined when the text is no time
 */
export function parseTimestamp(text: string): Date | undefined {
  if (isoPattern.test(text)) {
    const zoned = text.length > 10 && !/(?:[Zz]|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text
    return valid(new Date(zoned.replace(' ', 'T')))
  }
  if (epochPattern.test(text)) return epochDate(Number(text))
  return httpPattern.test(text) ? valid(new Date(text)) : undefined
}

/** @param seconds since the epoch, with a fraction for milliseconds */
export const epochDate = (seconds: number): Date | undefined =>
  valid(new Date(Math.round(seconds * 1000)))

const valid = (date: Date): Date | undefined => (Number.isNaN(date.getTime()) ? undefined : date)
