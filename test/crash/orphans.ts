import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { Database } from '../../emulator/store/database.ts'

/** Every file and every row of bytes is named by exactly one object, part or upload, and all that is named is there. */
export async function expectNoOrphans(directory: string): Promise<void> {
  const database = new Database(join(directory, 'state.sqlite'))
  try {
    const column = (sql: string) =>
      database
        .all<{ id: string }>(sql)
        .map(({ id }) => id)
        .toSorted()
    expect(column('select integrity_check as id from pragma_integrity_check')).toEqual(['ok'])
    expect(database.all('select * from pragma_foreign_key_check')).toEqual([])
    const named = column(
      `select file as id from s3_object_versions where file is not null
       union all select file from s3_object_parts union all select file from s3_upload_parts`,
    )
    const kept = column(
      "select id from object_file union all select 'row-' || id from small_object",
    )
    expect(kept).toEqual(named)
    const files = column('select id from object_file')
    // The start removes what is left of a killed process's files when it answers already.
    await vi.waitFor(() => expect(filesIn(join(directory, 'objects'))).toEqual(files), {
      timeout: 10_000,
    })
    await vi.waitFor(
      () => expect(readdirSync(directory).filter((n) => n.startsWith('discarded'))).toEqual([]),
      { timeout: 10_000 },
    )
    expect(readdirSync(join(directory, 'incoming'))).toEqual([])
  } finally {
    database.close()
  }
}

const filesIn = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted()
