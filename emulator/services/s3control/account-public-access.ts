import type { AccountPublicAccess } from '../../ports.ts'
import { findPublicAccessBlock } from './rows/public-access-blocks.ts'

/** What S3 asks of an account before anything of it is public. */
export const accountPublicAccess: AccountPublicAccess = { find: findPublicAccessBlock }
