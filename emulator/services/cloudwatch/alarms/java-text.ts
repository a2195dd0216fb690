// CloudWatch's sentences and JSON are written by Java: a whole number has its `.0`, a moment its `+0000`.

/** `21.0`, `0.001`, `1.0E7`: Java's Double.toString. */
export function javaDouble(value: number): string {
  const size = Math.abs(value)
  if (value === 0) return '0.0'
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
}

/** A number that JSON is to show as Java's doubles are. */
export class Double {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** A text that is JSON already. */
export class Json {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** JSON with Java's doubles; what is undefined is left out. */
export function javaJson(value: unknown): string {
  if (value instanceof Double) return javaDouble(value.value)
  if (value instanceof Json) return value.text
  if (Array.isArray(value)) return `[${value.map(javaJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${javaJson(member)}`).join(',')}}`
}

/** `2019-10-02T17:04:40.985+0000` */
export const javaMoment = (at: number): string => new Date(at).toISOString().replace('Z', '+0000')

/** `02/10/19 16:59:00`: day, month and year. */
export function shortMoment(at: number): string {
  const [, year, month, day, time] = /^\d\d(\d\d)-(\d\d)-(\d\d)T([\d:]{8})/.exec(
    new Date(at).toISOString(),
  )!
  return `${day}/${month}/${year} ${time}`
}

/** `Friday 22 July, 2022 15:57:45 UTC` */
export function longMoment(at: number): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options }).format(at)
  const date = `${part({ weekday: 'long' })} ${part({ day: '2-digit' })} ${part({ month: 'long' })}`
  return `${date}, ${part({ year: 'numeric' })} ${new Date(at).toISOString().slice(11, 19)} UTC`
}
