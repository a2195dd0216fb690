/** One call by which a check finds out what somebody may do. */
export interface Probe {
  /** What the call needs: `s3:DeleteObject`. */
  readonly action: string
  /** What it is done to, as the student knows it: `data/train.csv`. */
  readonly on: string
  /** The same as an ARN, by which the statement that allows it is found. */
  readonly resource: string
  /** Makes the call. In a copy of the student's cloud it may be a real one. */
  readonly send: () => Promise<unknown>
  /** What AWS answers only to those who are allowed, where the call can't succeed: `BucketNotEmpty`. */
  readonly allowedBy?: readonly string[]
}

export type Outcome =
  | { readonly allowed: true }
  /** `because` is what AWS says to the one who tried. */
  | { readonly allowed: false; readonly because: string }

const denials: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
])

/**
 * Tries a call. It is allowed where it succeeds, or where EC2 says that it would have (`DryRun`).
 * @throws what else went wrong, which says nothing of permissions
 */
export async function attempt({ send, allowedBy = [] }: Probe): Promise<Outcome> {
  try {
    await send()
    return { allowed: true }
  } catch (error) {
    const { name, message } = error as Error
    if (denials.has(name)) return { allowed: false, because: withoutEncodedPart(message) }
    if (name === 'DryRunOperation' || allowedBy.includes(name)) return { allowed: true }
    throw error
  }
}

/** The probes that were allowed, and those that were refused with AWS's reason; one after the other. */
export async function attemptAll(probes: readonly Probe[]): Promise<{
  readonly allowed: readonly Probe[]
  readonly refused: readonly { readonly probe: Probe; readonly because: string }[]
}> {
  const allowed: Probe[] = []
  const refused: { probe: Probe; because: string }[] = []
  for (const probe of probes) {
    const outcome = await attempt(probe)
    if (outcome.allowed) allowed.push(probe)
    else refused.push({ probe, because: outcome.because })
  }
  return { allowed, refused }
}

const withoutEncodedPart = (message: string) =>
  message.replace(/\.? Encoded authorization failure message: .*$/s, '')
