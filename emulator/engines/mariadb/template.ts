import { chown, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { engineAccount } from '../account.ts'
import { cacheDirectory, copyTree, makeOnce, runToEnd } from '../directories.ts'
import type { Installation } from './installations.ts'

/** A small one that grows little by little: what is empty is copied often. Every server on these data has to be told the same. */
export const storage: Readonly<Record<string, string>> = {
  innodb_data_file_path: 'ibdata1:3M:autoextend',
  innodb_autoextend_increment: '1',
  innodb_log_file_size: '4M',
}

/** Changes with what a template has in it. */
const templateVersion = 1

/** New, empty data: a copy of some that are made once for each version, since making them takes more than a second. */
export async function newData(
  { installer, version }: Installation,
  directory: string,
  signal?: AbortSignal,
): Promise<void> {
  const template = join(
    cacheDirectory(),
    `mariadb-${version}-${process.platform}-${process.arch}`,
    `template-${templateVersion}-${process.getuid?.() ?? 0}`,
  )
  await makeOnce(template, async (draft) => {
    const account = engineAccount()
    await mkdir(dirname(draft), { recursive: true, mode: 0o755 })
    await mkdir(draft, { mode: 0o700 })
    if (account) await chown(draft, account.uid, account.gid)
    await runToEnd(
      installer,
      [
        '--no-defaults',
        `--datadir=${draft}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        '--skip-name-resolve',
        ...Object.entries(storage).map(([name, value]) => `--${name}=${value}`),
      ],
      { asEngine: true, cwd: '/' },
    )
  })
  await copyTree(template, directory, signal)
}
