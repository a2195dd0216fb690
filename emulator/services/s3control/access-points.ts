import type { AccessPoints } from '../../ports.ts'
import { areAttached, findAccessPoint, findByAlias } from './rows/access-points.ts'

/** What S3 asks of access points when a request comes through one. */
export const accessPoints: AccessPoints = { findByAlias, find: findAccessPoint, areAttached }
