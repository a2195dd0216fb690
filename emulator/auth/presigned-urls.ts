/** What is known of presigned URLs that were used: until when they were signed, at the latest. */
export interface PresignedUrls {
  /**
   * A moment of wall time by which the URL was signed. Its own date has whole seconds, within which the virtual clock may have been set
   * forward; an earlier use narrows it down.
   *
   * @param query the URL's query, which has its signature
   * @param signedAt what the URL says, in ms since the epoch
   */
  signedBefore(query: string, signedAt: number): number
}

/** Only URLs that are used soon after an advance of the clock matter. */
const most = 1000

/** @param wallNow wall time in ms since the epoch */
export function presignedUrls(wallNow: () => number): PresignedUrls {
  const firstUse = new Map<string, number>()
  return {
    signedBefore(query, signedAt) {
      const endOfSecond = signedAt + 999
      let used = firstUse.get(query)
      if (used === undefined) {
        used = wallNow()
        firstUse.set(query, used)
        if (firstUse.size > most) firstUse.delete(firstUse.keys().next().value!)
      }
      return Math.min(endOfSecond, used)
    },
  }
}
