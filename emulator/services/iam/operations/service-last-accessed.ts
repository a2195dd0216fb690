import type {
  EntityDetails,
  GenerateServiceLastAccessedDetailsRequest,
  GenerateServiceLastAccessedDetailsResponse,
  GetServiceLastAccessedDetailsRequest,
  GetServiceLastAccessedDetailsResponse,
  GetServiceLastAccessedDetailsWithEntitiesRequest,
  GetServiceLastAccessedDetailsWithEntitiesResponse,
  ListPoliciesGrantingServiceAccessRequest,
  ListPoliciesGrantingServiceAccessResponse,
  ServiceLastAccessed,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import { accessSubject, accessSubjectArn, type PolicySource } from '../access-subjects.ts'
import { roleArn, userArn } from '../arns.ts'
import { cannotBeFound, invalidInput } from '../credential-errors.ts'
import { grantsService, serviceNames } from '../granted-services.ts'
import { pageOf } from '../pages.ts'
import {
  findLastAccessReport,
  insertLastAccessReport,
  type LastAccessReport,
  type ServiceAccess,
} from '../rows/last-access-reports.ts'
import { findRoleById } from '../rows/roles.ts'
import { findUserById } from '../rows/users.ts'
import { servicesLastAccessed } from '../service-last-accessed.ts'
import { date } from '../subjects.ts'

export const GenerateServiceLastAccessedDetails = operation<
  GenerateServiceLastAccessedDetailsRequest,
  GenerateServiceLastAccessedDetailsResponse
>({
  authorize: ({ Arn }, call) => [accessSubjectArn(call, Arn!)],
  run({ Arn, Granularity = 'SERVICE_LEVEL' }, call) {
    const { db, account, now, ids, caller } = call
    const id = ids.uuid()
    insertLastAccessReport(db, {
      account,
      id,
      requester: caller.userId,
      granularity: Granularity,
      createdAt: now,
      services: servicesLastAccessed(call, accessSubject(call, Arn!)),
    })
    return { JobId: id }
  },
})

export const GetServiceLastAccessedDetails = operation<
  GetServiceLastAccessedDetailsRequest,
  GetServiceLastAccessedDetailsResponse
>({
  authorize: () => ['*'],
  run({ JobId, ...request }, call) {
    const report = requireReport(call, JobId!)
    const { granularity } = report
    const { items, answer } = pageOf(request, report.services, ({ namespace }) => namespace)
    return {
      ...completed(report),
      JobType: granularity,
      ServicesLastAccessed: items.map((service) => describe(service, granularity)),
      ...answer,
    }
  },
})

export const GetServiceLastAccessedDetailsWithEntities = operation<
  GetServiceLastAccessedDetailsWithEntitiesRequest,
  GetServiceLastAccessedDetailsWithEntitiesResponse
>({
  authorize: () => ['*'],
  run({ JobId, ServiceNamespace, ...request }, call) {
    requireNamespaces([ServiceNamespace!])
    const report = requireReport(call, JobId!)
    const service = report.services.find(({ namespace }) => namespace === ServiceNamespace)
    const entities = (service?.entities ?? []).toSorted((a, b) => (b.time ?? 0) - (a.time ?? 0))
    const details = entities.flatMap(({ id, time }) => entityDetails(call, id, time))
    const { items, answer } = pageOf(request, details, ({ EntityInfo }) => EntityInfo!.Id!)
    return { ...completed(report), EntityDetailsList: [...items], ...answer }
  },
})

export const ListPoliciesGrantingServiceAccess = operation<
  ListPoliciesGrantingServiceAccessRequest,
  ListPoliciesGrantingServiceAccessResponse
>({
  authorize: ({ Arn }, call) => [accessSubjectArn(call, Arn!)],
  run({ Arn, ServiceNamespaces, ...request }, call) {
    requireNamespaces(ServiceNamespaces!)
    const { policies } = accessSubject(call, Arn!)
    const namespaces = [...new Set(ServiceNamespaces)]
    const { items, answer } = pageOf(request, namespaces, (namespace) => namespace)
    return {
      PoliciesGrantingServiceAccess: items.map((namespace) => ({
        ServiceNamespace: namespace,
        Policies: policies
          .filter(({ document }) => grantsService(document, namespace))
          .map(describePolicy),
      })),
      ...answer,
    }
  },
})

/** A report is its requester's: for others there is none. */
function requireReport({ db, account, caller }: Call, id: string): LastAccessReport {
  const report = findLastAccessReport(db, account, id)
  if (report?.requester !== caller.userId) throw cannotBeFound('Job with ID', id)
  return report
}

function requireNamespaces(namespaces: readonly string[]): void {
  const unknown = namespaces.filter((namespace) => !Object.hasOwn(serviceNames(), namespace))
  if (unknown.length > 0) throw invalidInput(`Invalid service namespace: [${unknown.join(', ')}]`)
}

/** A report is made at once: AWS takes a second or two. */
const completed = ({ createdAt }: LastAccessReport) => ({
  JobStatus: 'COMPLETED' as const,
  JobCreationDate: date(createdAt),
  JobCompletionDate: date(createdAt),
})

function describe(
  { namespace, last, actions, entities }: ServiceAccess,
  granularity: LastAccessReport['granularity'],
): ServiceLastAccessed {
  return {
    ServiceName: serviceNames()[namespace]!,
    ServiceNamespace: namespace,
    TotalAuthenticatedEntities: entities.filter(({ time }) => time !== undefined).length,
    ...(last && {
      LastAuthenticated: date(last.time),
      LastAuthenticatedEntity: last.entity,
      LastAuthenticatedRegion: last.region,
    }),
    ...(granularity === 'ACTION_LEVEL' &&
      actions.length > 0 && {
        TrackedActionsLastAccessed: actions.map(({ name, last }) => ({
          ActionName: name,
          ...(last && {
            LastAccessedTime: date(last.time),
            LastAccessedEntity: last.entity,
            LastAccessedRegion: last.region,
          }),
        })),
      }),
  }
}

/** As the user or role is called now; one that is gone is left out. */
function entityDetails(
  { db, account }: Call,
  id: string,
  time: number | undefined,
): EntityDetails[] {
  const user = findUserById(db, account, id)
  const entity = user ?? findRoleById(db, account, id)
  if (!entity) return []
  const { name, path } = entity
  return [
    {
      EntityInfo: {
        Arn: (user ? userArn : roleArn)(account, path, name),
        Name: name,
        Type: user ? 'USER' : 'ROLE',
        Id: id,
        Path: path,
      },
      ...(time !== undefined && { LastAuthenticated: date(time) }),
    },
  ]
}

/** An inline policy is known by whom it belongs to, a managed one by its ARN. */
const describePolicy = ({ name, arn, holderType, holderName }: PolicySource) =>
  arn === undefined
    ? {
        PolicyName: name,
        PolicyType: 'INLINE' as const,
        EntityType: holderType,
        EntityName: holderName,
      }
    : { PolicyName: name, PolicyType: 'MANAGED' as const, PolicyArn: arn }
