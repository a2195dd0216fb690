import { createHash } from 'node:crypto'
import type {
  DeleteSigningCertificateRequest,
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse,
  SigningCertificate as SigningCertificateShape,
  UpdateSigningCertificateRequest,
  UploadSigningCertificateRequest,
  UploadSigningCertificateResponse,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import { isInForce, parseCertificate } from '../certificates.ts'
import {
  cannotBeFound,
  duplicateCertificate,
  malformedCertificate,
  unsupportedStatus,
} from '../credential-errors.ts'
import { quotaExceeded } from '../errors.ts'
import { pageOf } from '../pages.ts'
import {
  deleteSigningCertificate,
  findSigningCertificate,
  putSigningCertificate,
  signingCertificatesOf,
  type SigningCertificate,
} from '../rows/signing-certificates.ts'
import { date, namedOrCallingUser, onUser } from '../subjects.ts'
import { base32 } from '../totp.ts'

const certificatesPerUser = 2

/** Whose certificates they are: a user's, or those of the account's root user. */
interface Owner {
  readonly id: string
  readonly name: string
}

export const UploadSigningCertificate = operation<
  UploadSigningCertificateRequest,
  UploadSigningCertificateResponse
>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, CertificateBody }, call) {
    const { db, account, now } = call
    const owner = ownerOf(call, UserName)
    const parsed = parseCertificate(CertificateBody!)
    if (!parsed || !isInForce(parsed, now)) {
      throw malformedCertificate(`Certificate ${CertificateBody} is malformed.`)
    }
    const id = base32(createHash('sha1').update(parsed.raw).digest())
    const present = findSigningCertificate(db, account, id)
    if (present && present.userId !== owner.id) throw duplicateCertificate()
    // Uploading it again changes nothing, though AWS calls it active in the answer even if it is not.
    if (present) return { Certificate: describe(owner, { ...present, status: 'Active' }) }
    if (signingCertificatesOf(db, account, owner.id).length >= certificatesPerUser) {
      throw quotaExceeded('CertificatesPerUser', certificatesPerUser)
    }
    const certificate: SigningCertificate = {
      account,
      id,
      userId: owner.id,
      body: CertificateBody!,
      status: 'Active',
      uploadedAt: now,
    }
    putSigningCertificate(db, certificate)
    return { Certificate: describe(owner, certificate) }
  },
})

export const ListSigningCertificates = operation<
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse
>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, ...request }, call) {
    const owner = ownerOf(call, UserName)
    const certificates = signingCertificatesOf(call.db, call.account, owner.id)
    const { items, answer } = pageOf(request, certificates, ({ id }) => id)
    return { Certificates: items.map((certificate) => describe(owner, certificate)), ...answer }
  },
})

export const UpdateSigningCertificate = operation<UpdateSigningCertificateRequest, {}>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, CertificateId, Status }, call) {
    const certificate = requireCertificate(call, UserName, CertificateId!)
    if (Status !== 'Active' && Status !== 'Inactive') throw unsupportedStatus(Status!)
    putSigningCertificate(call.db, { ...certificate, status: Status })
    return {}
  },
})

export const DeleteSigningCertificate = operation<DeleteSigningCertificateRequest, {}>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, CertificateId }, call) {
    deleteSigningCertificate(call.db, requireCertificate(call, UserName, CertificateId!))
    return {}
  },
})

function ownerOf(call: Call, userName: string | undefined): Owner {
  if (userName === undefined && call.caller.type === 'Root') {
    return { id: call.account, name: call.account }
  }
  return namedOrCallingUser(call, userName)
}

function requireCertificate(
  call: Call,
  userName: string | undefined,
  id: string,
): SigningCertificate {
  const owner = ownerOf(call, userName)
  const certificate = findSigningCertificate(call.db, call.account, id)
  if (certificate?.userId !== owner.id) throw cannotBeFound('Certificate with id', id)
  return certificate
}

const describe = (owner: Owner, certificate: SigningCertificate): SigningCertificateShape => ({
  UserName: owner.name,
  CertificateId: certificate.id,
  CertificateBody: certificate.body,
  Status: certificate.status,
  UploadDate: date(certificate.uploadedAt),
})
