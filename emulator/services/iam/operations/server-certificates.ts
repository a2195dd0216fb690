import type {
  DeleteServerCertificateRequest,
  GetServerCertificateRequest,
  GetServerCertificateResponse,
  ListServerCertificatesRequest,
  ListServerCertificatesResponse,
  ListServerCertificateTagsRequest,
  ListServerCertificateTagsResponse,
  ServerCertificateMetadata,
  TagServerCertificateRequest,
  UntagServerCertificateRequest,
  UpdateServerCertificateRequest,
  UploadServerCertificateRequest,
  UploadServerCertificateResponse,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import { serverCertificateArn } from '../arns.ts'
import { checkServerCertificate } from '../certificates.ts'
import { cannotBeFound, nameTaken } from '../credential-errors.ts'
import { quotaExceeded } from '../errors.ts'
import { createdTags, listTags, onTagged, tagged, untagged, withExactTags } from '../exact-tags.ts'
import { page } from '../pages.ts'
import {
  countServerCertificates,
  deleteServerCertificate,
  findServerCertificate,
  insertServerCertificate,
  listServerCertificates,
  updateServerCertificate,
  type ServerCertificate,
} from '../rows/server-certificates.ts'
import { date } from '../subjects.ts'
import { requestTagContext, tagList } from '../tags.ts'

const certificatesPerAccount = 20

export const UploadServerCertificate = operation<
  UploadServerCertificateRequest,
  UploadServerCertificateResponse
>({
  authorize: ({ ServerCertificateName, Path = '/', Tags }, { account }) => [
    {
      resource: serverCertificateArn(account, Path, ServerCertificateName!),
      context: requestTagContext(Tags),
    },
  ],
  run(input, { db, account, now, ids }) {
    const { ServerCertificateName: name, Path = '/', Tags, CertificateChain } = input
    if (findServerCertificate(db, account, name!)) throw taken(name!)
    if (countServerCertificates(db, account) >= certificatesPerAccount) {
      throw quotaExceeded('ServerCertificatesPerAccount', certificatesPerAccount)
    }
    const parts = {
      body: input.CertificateBody!,
      privateKey: input.PrivateKey!,
      chain: CertificateChain,
    }
    const { validTo } = checkServerCertificate(parts, now)
    const certificate = insertServerCertificate(db, {
      account,
      id: ids.iam('ASCA'),
      name: name!,
      path: Path,
      body: parts.body.trim(),
      chain: CertificateChain?.trim() ?? null,
      privateKey: parts.privateKey,
      uploadedAt: now,
      expiresAt: Date.parse(validTo),
      tags: withExactTags({}, Tags),
    })
    return {
      ServerCertificateMetadata: describe(certificate),
      ...createdTags(certificate.tags),
    }
  },
})

export const GetServerCertificate = operation<
  GetServerCertificateRequest,
  GetServerCertificateResponse
>({
  authorize: ({ ServerCertificateName }, call) => [onCertificate(call, ServerCertificateName!)],
  run({ ServerCertificateName }, call) {
    const certificate = requireCertificate(call, ServerCertificateName!)
    return {
      ServerCertificate: {
        ServerCertificateMetadata: describe(certificate),
        CertificateBody: certificate.body,
        ...(certificate.chain !== null && { CertificateChain: certificate.chain }),
        Tags: tagList(certificate.tags),
      },
    }
  },
})

export const ListServerCertificates = operation<
  ListServerCertificatesRequest,
  ListServerCertificatesResponse
>({
  authorize: ({ PathPrefix = '/' }, { account }) => [serverCertificateArn(account, PathPrefix, '')],
  run({ PathPrefix = '/', ...request }, { db, account }) {
    const { items, answer } = page(
      request,
      (after, limit) =>
        listServerCertificates(db, account, { pathPrefix: PathPrefix, after, limit }),
      ({ name }) => name,
    )
    return { ServerCertificateMetadataList: items.map(describe), ...answer }
  },
})

export const UpdateServerCertificate = operation<UpdateServerCertificateRequest, {}>({
  // AWS wants the permission on the certificate as it is and as it will be.
  authorize: ({ ServerCertificateName, NewServerCertificateName, NewPath }, call) => {
    const present = findServerCertificate(call.db, call.account, ServerCertificateName!)
    const name = NewServerCertificateName ?? present?.name ?? ServerCertificateName!
    const path = NewPath ?? present?.path ?? '/'
    return [
      onCertificate(call, ServerCertificateName!),
      serverCertificateArn(call.account, path, name),
    ]
  },
  run({ ServerCertificateName, NewServerCertificateName, NewPath }, call) {
    const certificate = requireCertificate(call, ServerCertificateName!)
    const name = NewServerCertificateName ?? certificate.name
    const other = findServerCertificate(call.db, call.account, name)
    if (other && other.id !== certificate.id) throw taken(name)
    updateServerCertificate(call.db, { ...certificate, name, path: NewPath ?? certificate.path })
    return {}
  },
})

export const DeleteServerCertificate = operation<DeleteServerCertificateRequest, {}>({
  authorize: ({ ServerCertificateName }, call) => [onCertificate(call, ServerCertificateName!)],
  run({ ServerCertificateName }, call) {
    deleteServerCertificate(call.db, requireCertificate(call, ServerCertificateName!))
    return {}
  },
})

export const TagServerCertificate = operation<TagServerCertificateRequest, {}>({
  authorize: ({ ServerCertificateName, Tags }, call) => [
    onCertificate(call, ServerCertificateName!, { Tags }),
  ],
  run({ ServerCertificateName, Tags }, call) {
    const certificate = requireCertificate(call, ServerCertificateName!)
    updateServerCertificate(call.db, { ...certificate, tags: tagged(certificate.tags, Tags!) })
    return {}
  },
})

export const UntagServerCertificate = operation<UntagServerCertificateRequest, {}>({
  authorize: ({ ServerCertificateName, TagKeys }, call) => [
    onCertificate(call, ServerCertificateName!, { TagKeys }),
  ],
  run({ ServerCertificateName, TagKeys }, call) {
    const certificate = requireCertificate(call, ServerCertificateName!)
    updateServerCertificate(call.db, { ...certificate, tags: untagged(certificate.tags, TagKeys!) })
    return {}
  },
})

export const ListServerCertificateTags = operation<
  ListServerCertificateTagsRequest,
  ListServerCertificateTagsResponse
>({
  authorize: ({ ServerCertificateName }, call) => [onCertificate(call, ServerCertificateName!)],
  run: ({ ServerCertificateName, ...request }, call) =>
    listTags(request, requireCertificate(call, ServerCertificateName!).tags),
})

const taken = (name: string) => nameTaken('The Server Certificate with name', name)

function requireCertificate({ db, account }: Call, name: string): ServerCertificate {
  const certificate = findServerCertificate(db, account, name)
  if (!certificate) throw cannotBeFound('Server Certificate with name', name)
  return certificate
}

function onCertificate(
  { db, account }: Call,
  name: string,
  request?: Parameters<typeof onTagged>[2],
) {
  const certificate = findServerCertificate(db, account, name)
  const { path = '/', name: exactName = name, tags } = certificate ?? {}
  return onTagged(serverCertificateArn(account, path, exactName), tags, request)
}

const describe = (certificate: ServerCertificate): ServerCertificateMetadata => ({
  Path: certificate.path,
  ServerCertificateName: certificate.name,
  ServerCertificateId: certificate.id,
  Arn: serverCertificateArn(certificate.account, certificate.path, certificate.name),
  UploadDate: date(certificate.uploadedAt),
  Expiration: date(certificate.expiresAt),
})
