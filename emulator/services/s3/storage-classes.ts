/**
 * Where lifecycle rules may move an object from each class, the warmest first: only down the waterfall.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
const waterfall: Readonly<Record<string, readonly string[]>> = {
  STANDARD: [
    'STANDARD_IA',
    'INTELLIGENT_TIERING',
    'ONEZONE_IA',
    'GLACIER_IR',
    'GLACIER',
    'DEEP_ARCHIVE',
  ],
  REDUCED_REDUNDANCY: [
    'STANDARD_IA',
    'INTELLIGENT_TIERING',
    'ONEZONE_IA',
    'GLACIER_IR',
    'GLACIER',
    'DEEP_ARCHIVE',
  ],
  STANDARD_IA: ['INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
  INTELLIGENT_TIERING: ['ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
  ONEZONE_IA: ['GLACIER', 'DEEP_ARCHIVE'],
  GLACIER_IR: ['GLACIER', 'DEEP_ARCHIVE'],
  GLACIER: ['DEEP_ARCHIVE'],
  DEEP_ARCHIVE: [],
}

export const mayTransition = (from: string, to: string): boolean =>
  waterfall[from]?.includes(to) ?? false

/** How far down the waterfall a class is: the greater, the colder. */
export const coldness = (storageClass: string): number =>
  waterfall['STANDARD']!.indexOf(storageClass)

/** How long objects have to stay in a class, in days, before a rule moves them on. */
export const minimumStay = (storageClass: string): number =>
  storageClass === 'STANDARD_IA' || storageClass === 'ONEZONE_IA' ? 30 : 0
