export const day = 24 * 3600 * 1000

/** The next midnight UTC; the moment itself where it is one. Times are in ms since the epoch. */
export const midnightFrom = (time: number): number => Math.ceil(time / day) * day

/** The next midnight UTC after a moment. */
export const midnightAfter = (time: number): number => midnightFrom(time + 1)

/**
 * When a rule's days are over: counted from a moment and rounded up to midnight UTC.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days
 */
export const daysAfter = (time: number, days: number): number => midnightFrom(time + days * day)
