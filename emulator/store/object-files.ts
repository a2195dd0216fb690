import type { Readable } from 'node:stream'
import type { ContentCipher } from './content-cipher.ts'

/**
 * Up to here an object's bytes are kept in a row instead of a file, in bytes: a file costs a dozen system calls on its way, and
 * a block of the disk.
 */
export const smallContent = 16 * 1024

/** Bytes that arrived and were checked, in a temporary file: lost again unless the operation keeps them. */
export interface ReceivedFile {
  readonly path: string
  /** All that would be in the file, where that is little: then there is no file. */
  readonly bytes?: Buffer | undefined
  /** Length of the decoded payload in bytes. */
  readonly size: number
  /** Hashes of the payload that were asked for, as bytes; md5 always. */
  readonly digests: Readonly<Record<string, Buffer>>
  /** Trailing headers of a chunked upload, names in lower case. */
  readonly trailers: Readonly<Record<string, string>>
  /**
   * What the file's bytes are encrypted with: whoever keeps the file keeps this with it, or nobody reads it again. Absent for
   * bytes as they arrived.
   */
  readonly cipher?: ContentCipher | undefined
}

/** A piece of a kept file, for an answer to stream. `end` is exclusive. */
export interface FileSlice {
  readonly id: string
  readonly start: number
  readonly end: number
  /** Absent for a file whose bytes are plain. */
  readonly cipher?: ContentCipher | undefined
}

/**
 * Object bytes as files, named by an internal id, never by a key. The crash order: written to a temporary file,
 * renamed by `keep`, then the row that names the id is committed; so a crash leaves at worst a file that no
 * row names, which start-up sweeps. Few bytes are a row themselves, in the same transaction.
 */
export interface ObjectFiles {
  /** Makes a received file permanent. Call it inside the transaction that writes the row. @returns its id */
  keep(file: ReceivedFile): string
  /** Makes a second name for the same bytes, without copying them. @returns the new id */
  link(id: string): string
  /** Removes a file once the running transaction has committed. */
  removeAfterCommit(id: string): void
}

/** What the HTTP layer needs besides: where uploads are spooled, and the bytes of an answer. */
export interface ObjectBytes {
  /** A new path for bytes that are arriving, on the file system where `keep` can rename it. */
  incomingPath(): string
  /** Where a kept file's bytes are. */
  path(id: string): string
  /** Length in bytes. @throws Error when there is no such file */
  size(id: string): number
  /**
   * The bytes of a slice, decrypted. The file is opened before this returns: a read under way outlives the object's deletion.
   *
   * @throws Error with code ENOENT when there is no such file
   */
  read(slice: FileSlice): Readable
  /**
   * The bytes of several slices one after the other, decrypted. The files are opened as it comes to them, and kept for as long as the
   * stream is not closed, whatever happens to the objects: an object may have 10,000 parts.
   */
  readAll(slices: readonly FileSlice[]): Readable
  /**
   * The bytes of a slice, decrypted, read at once: for small ones, whose stream would cost more than they do.
   *
   * @throws Error when there is no such file, or less of it than the slice says
   */
  readNow(slice: FileSlice): Buffer
}
