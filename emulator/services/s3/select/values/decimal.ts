import { cannotEvaluate } from '../errors.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-data-types.html */
const precision = 38
/** Further than any measure goes, and near enough that two numbers can be brought to one scale. */
const widestScale = 1024

/** An exact base-10 number: `units` × 10^-`scale`. */
export class Decimal {
  readonly units: bigint
  readonly scale: number

  constructor(units: bigint, scale: number) {
    this.units = units
    this.scale = scale
  }

  toString(): string {
    const sign = this.units < 0n ? '-' : ''
    const digits = (this.units < 0n ? -this.units : this.units).toString()
    if (this.scale < 0) return `${sign}${digits}E+${-this.scale}`
    if (this.scale === 0) return sign + digits
    const padded = digits.padStart(this.scale + 1, '0')
    return `${sign}${padded.slice(0, -this.scale)}.${padded.slice(-this.scale)}`
  }
}

const powerOfTen = (exponent: number) => 10n ** BigInt(exponent)

/** @returns undefined for what is no number, or has more digits than a decimal holds */
export function parseDecimal(text: string): Decimal | undefined {
  const found = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,6}))?$/.exec(text)
  if (!found) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = found
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '')
  const scale = fraction.length - Number(exponent)
  if (digits === '' || digits.length > precision || Math.abs(scale) > widestScale) return undefined
  return new Decimal(BigInt(`${sign === '-' ? '-' : ''}${digits}`), scale)
}

export const fromInteger = (value: bigint) => new Decimal(value, 0)

/** Both numbers in units of the finer one's scale. */
function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale)
  return [a.units * powerOfTen(scale - a.scale), b.units * powerOfTen(scale - b.scale), scale]
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const [left, right] = aligned(a, b)
  return left < right ? -1 : left > right ? 1 : 0
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [left, right, scale] = aligned(a, b)
  return rounded(left + right, scale)
}

export const negated = ({ units, scale }: Decimal) => new Decimal(-units, scale)

export const multiply = (a: Decimal, b: Decimal): Decimal =>
  rounded(a.units * b.units, a.scale + b.scale)

/** @throws AwsError for a division by zero */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (b.units === 0n) throw cannotEvaluate()
  const extra = precision + digitsOf(b.units)
  const quotient = rounded((a.units * powerOfTen(extra)) / b.units, a.scale - b.scale + extra)
  return withoutZeros(quotient, Math.max(a.scale - b.scale, 0))
}

/** @throws AwsError for a division by zero */
export function remainder(a: Decimal, b: Decimal): Decimal {
  const [left, right, scale] = aligned(a, b)
  if (right === 0n) throw cannotEvaluate()
  return rounded(left % right, scale)
}

/** Towards zero. */
export const truncated = ({ units, scale }: Decimal): bigint =>
  scale <= 0 ? units * powerOfTen(-scale) : units / powerOfTen(scale)

const digitsOf = (units: bigint) => (units < 0n ? -units : units).toString().length

/** To 38 digits, halves to the even one. */
function rounded(units: bigint, scale: number): Decimal {
  const excess = digitsOf(units) - precision
  if (excess > 0) {
    const step = powerOfTen(excess)
    const rest = units % step
    const twice = (rest < 0n ? -rest : rest) * 2n
    let kept = units / step
    if (twice > step || (twice === step && kept % 2n !== 0n)) kept += units < 0n ? -1n : 1n
    return rounded(kept, scale - excess)
  }
  if (Math.abs(scale) > widestScale) throw cannotEvaluate()
  return new Decimal(units, scale)
}

function withoutZeros({ units, scale }: Decimal, least: number): Decimal {
  let [kept, places] = [units, scale]
  while (places > least && kept % 10n === 0n) {
    kept /= 10n
    places -= 1
  }
  return new Decimal(kept, places)
}
