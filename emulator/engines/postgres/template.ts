import { chown, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { engineAccount } from '../account.ts'
import { cacheDirectory, copyTree, makeOnce, runToEnd } from '../directories.ts'
import type { Installation } from './installations.ts'

/** The owner of everything, as on RDS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html */
export const superuser = 'rdsadmin'

/** Short segments: an archive of a small database is to be small. */
const options = '--auth=scram-sha-256 --auth-local=trust --wal-segsize=4 --data-checksums'

/** Changes with what a template has in it. */
const templateVersion = 1

/** A new, empty database cluster: a copy of one that is made once for each version, since making one takes a second. */
export async function newCluster(
  installation: Installation,
  directory: string,
  signal?: AbortSignal,
): Promise<void> {
  const template = join(
    cacheDirectory(),
    `postgres-${installation.version}-${process.platform}-${process.arch}`,
    `template-${templateVersion}-${process.getuid?.() ?? 0}`,
  )
  await makeOnce(template, async (draft) => {
    const account = engineAccount()
    await mkdir(dirname(draft), { recursive: true, mode: 0o755 })
    await mkdir(draft, { mode: 0o700 })
    if (account) await chown(draft, account.uid, account.gid)
    await runToEnd(
      join(installation.bin, 'initdb'),
      ['-D', draft, ...`-U ${superuser} -E UTF8 --locale=C.UTF-8 --no-sync ${options}`.split(' ')],
      { asEngine: true, cwd: '/' },
    )
  })
  await copyTree(template, directory, signal)
}
