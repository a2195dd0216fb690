import { existsSync } from 'node:fs'

/** The project's own folder, as a URL with a trailing slash; the sources lie one level below it, compiled files two. */
export const packageRoot: URL = [
  new URL('../', import.meta.url),
  new URL('../../', import.meta.url),
].find((folder) => existsSync(new URL('package.json', folder)))!
