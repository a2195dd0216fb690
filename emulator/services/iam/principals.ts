import type { Principals } from '../../ports.ts'
import { userArn } from './arns.ts'
import { roles } from './roles.ts'
import { findUser } from './rows/users.ts'

/** IAM's users and roles, for the policies of other services' resources. */
export const principals: Principals = {
  exists(db, arn) {
    const [, account, name] = /^arn:aws:iam::(\d{12}):user\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
    if (account === undefined || name === undefined) return roles.find(db, arn) !== undefined
    const user = findUser(db, account, name)
    return user !== undefined && userArn(account, user.path, user.name) === arn
  },
}
