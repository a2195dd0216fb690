import type { Redirect, RoutingRule, WebsiteConfiguration } from '@aws-sdk/client-s3'

/** Where a visitor is sent. */
export interface Redirection {
  readonly status: number
  readonly location: string
}

/** What is known of a request when rules are looked at. */
export interface Visit {
  /** As asked for, without the slash in front. */
  readonly key: string
  readonly host: string
  readonly secure: boolean
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html#redirect-endpoint-host */
export function redirectAll(
  { RedirectAllRequestsTo: target }: WebsiteConfiguration,
  { key, secure }: Visit,
): Redirection | undefined {
  if (!target) return undefined
  const protocol = target.Protocol ?? (secure ? 'https' : 'http')
  return { status: 301, location: `${protocol}://${target.HostName}/${encoded(key)}` }
}

/**
 * Where the first rule that applies sends the visitor.
 *
 * @param error the status that the answer would have; undefined before anything was looked for, when only rules without an
 *   error apply
 */
export function routed(
  rules: readonly RoutingRule[],
  visit: Visit,
  error?: number,
): Redirection | undefined {
  const rule = rules.find(({ Condition }) => {
    const { HttpErrorCodeReturnedEquals: code, KeyPrefixEquals: prefix = '' } = Condition ?? {}
    return visit.key.startsWith(prefix) && (code === undefined ? undefined : Number(code)) === error
  })
  return rule && redirection(rule.Redirect ?? {}, rule.Condition?.KeyPrefixEquals ?? '', visit)
}

function redirection(redirect: Redirect, prefix: string, visit: Visit): Redirection {
  const protocol = redirect.Protocol ?? (visit.secure ? 'https' : 'http')
  const key =
    redirect.ReplaceKeyWith ??
    (redirect.ReplaceKeyPrefixWith === undefined
      ? visit.key
      : redirect.ReplaceKeyPrefixWith + visit.key.slice(prefix.length))
  return {
    status: Number(redirect.HttpRedirectCode ?? 301),
    location: `${protocol}://${redirect.HostName ?? visit.host}/${encoded(key)}`,
  }
}

/** Slashes stay. */
export const encoded = (key: string): string =>
  key
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/')
