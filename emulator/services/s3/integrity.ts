import type { HttpFacts } from '../../operation.ts'

/** Whether a request says what its body must be, by a digest or a checksum; the signature's own does not count. */
export const saysItsIntegrity = ({ headers }: Pick<HttpFacts, 'headers'>): boolean =>
  headers['content-md5'] !== undefined ||
  headers['x-amz-trailer'] !== undefined ||
  Object.keys(headers).some((name) => name.startsWith('x-amz-checksum-'))
