/** The comparisons with a fixed threshold, and how reasons word them. */
export const comparisons: Readonly<
  Record<string, { readonly words: string; breaches(value: number, threshold: number): boolean }>
> = {
  GreaterThanOrEqualToThreshold: {
    words: 'greater than or equal to',
    breaches: (value, threshold) => value >= threshold,
  },
  GreaterThanThreshold: {
    words: 'greater than',
    breaches: (value, threshold) => value > threshold,
  },
  LessThanThreshold: { words: 'less than', breaches: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: {
    words: 'less than or equal to',
    breaches: (value, threshold) => value <= threshold,
  },
}

/** Those that compare with a band that a model of the past makes. */
export const bandComparisons: readonly string[] = [
  'LessThanLowerOrGreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'GreaterThanUpperThreshold',
]
