/**
 * A saved state is a tar archive of, in this order: `manifest.json`, `state.sqlite`, `objects/<id>` for every object file,
 * `attached/<name>` for every file of what is kept beside the store, and `sha256`, the hexadecimal hash over all that came before
 * (of each: name, size, bytes), which also shows that nothing is missing at the end.
 */
export const entryNames = {
  manifest: 'manifest.json',
  database: 'state.sqlite',
  objects: 'objects/',
  attached: 'attached/',
  hash: 'sha256',
} as const

/** Raised when an older version could no longer read what this one saves. */
export const formatVersion = 1

export interface Manifest {
  readonly format: 'pocketcloud-state'
  readonly formatVersion: number
  /** The pocketcloud that saved it. */
  readonly productVersion: string
  /** How far the virtual clock was ahead of the wall clock, in ms. */
  readonly clockOffset: number
}

/** What an attached file may be called. */
export const attachedName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/** What makes two archives differ, for the hash: the entry's name and size, then its bytes. */
export const entryHead = (name: string, size: number) => `${name}\0${size}\0`

/** The archive can't be restored: it is no saved state, damaged, or of a newer version. Nothing was changed. */
export class InvalidArchive extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`this is not a state that can be restored: ${reason}`, options)
    this.name = 'InvalidArchive'
  }
}
