import type { HttpRequest } from './request.ts'

/** `127.0.0.1`, `::1` and the rest of 127/8. */
export const isLoopbackAddress = (address: string): boolean =>
  address === '::1' || /^127(\.\d{1,3}){3}$/.test(address)

/**
 * Whether a `Host` header means this machine: `localhost` and its subdomains (RFC 6761 keeps them there), or a
 * loopback address. Another name may be a foreign page's that rebinds its DNS to 127.0.0.1.
 */
export function isLoopbackHost(host: string): boolean {
  const name = hostName(host)
  return name === 'localhost' || name.endsWith('.localhost') || isLoopbackAddress(name)
}

/** A `Host` without port and brackets, in lower case. */
export function hostName(host: string): string {
  const end = host.startsWith('[') ? host.indexOf(']') : host.indexOf(':')
  const name = end < 0 ? host : host.slice(0, end)
  return (name.startsWith('[') ? name.slice(1) : name).toLowerCase()
}

/**
 * Whether a web page of somewhere else makes the request. Browsers say so, and no AWS client sends these headers;
 * a page that a student visits must not reach the cloud on the student's machine.
 */
export function isForeignPage(request: Pick<HttpRequest, 'headers' | 'host'>): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (site === 'cross-site') return true
  if (origin !== undefined && !isLoopbackOrigin(origin)) return true
  return (origin !== undefined || site !== undefined) && !isLoopbackHost(request.host)
}

function isLoopbackOrigin(origin: string): boolean {
  const authority = /^https?:\/\/([^/]+)$/.exec(origin)?.[1]
  return authority !== undefined && isLoopbackHost(authority)
}
