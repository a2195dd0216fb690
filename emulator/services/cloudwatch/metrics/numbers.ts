/** The codecs give a whole number that is too long to be held exactly as a bigint, which the SDK's types don't say. */
export const toNumber = (given: number | bigint): number => Number(given)
