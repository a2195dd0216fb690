import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The project's own folder, without a trailing slash; the sources lie two levels below it, compiled files three. */
export const packageFolder: string = fileURLToPath(
  [new URL('../../', import.meta.url), new URL('../../../', import.meta.url)].find((folder) =>
    existsSync(new URL('package.json', folder)),
  )!,
).replace(/\/$/, '')
