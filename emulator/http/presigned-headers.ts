type Headers = Readonly<Record<string, string | undefined>>

/** What the signature itself is made of, and what presigners say of a body that they don't have. */
const notHeaders =
  /^x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256|checksum-.*|sdk-checksum-algorithm|trailer|decoded-content-length)$/

/** What signers of other makes move besides. */
const conditions = new Set(['if-match', 'if-none-match'])

/**
 * Presigners move `x-amz-` headers into the URL's query, where S3 takes them for headers: metadata, ACLs, storage class, encryption.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 *
 * @returns the headers with those of the query; a header that was sent wins
 */
export function withPresignedHeaders(headers: Headers, query: string): Headers {
  if (!/x-amz-(?!algorithm|credential|date|expires|signature|signedheaders)|if-/i.test(query))
    return headers
  const hoisted: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    const header = name.toLowerCase()
    const isHeader = header.startsWith('x-amz-') ? !notHeaders.test(header) : conditions.has(header)
    if (isHeader) hoisted[header] = value
  }
  return { ...hoisted, ...headers }
}
